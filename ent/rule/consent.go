package rule

import (
	"context"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/typeid"
)

// Agreed holds for rows whose column names an experience of which the author agrees to the purpose now.
func Agreed(s *sql.Selector, column string, purpose consent.Purpose) *sql.Predicate {
	return holding(s, consent.FieldExperienceID, column, purpose, sql.IsNull)
}

// voiceAgreed holds for voices whose author agrees to the purpose now.
func voiceAgreed(s *sql.Selector, purpose consent.Purpose) *sql.Predicate {
	return holding(s, consent.FieldVoiceID, s.C("id"), purpose, sql.NotNull)
}

// holding asks for a consent that holds; each form is answered by one of its two partial indexes.
func holding(s *sql.Selector, key, column string, purpose consent.Purpose, voice func(string) *sql.Predicate) *sql.Predicate {
	t := sql.Dialect(s.Dialect()).Table(consent.Table)
	given := sql.Dialect(s.Dialect()).Select(t.C(consent.FieldID)).From(t)
	if s.Dialect() == dialect.Postgres {
		given.Offset(0) // looked up row by row: as a join it reads the whole table for each parent until the table is analysed
	}
	return sql.Exists(given.Where(sql.And(sql.ColumnsEQ(t.C(key), column), sql.EQ(t.C(consent.FieldPurpose), purpose),
		sql.IsNull(t.C(consent.FieldTakenBackAt)), voice(t.C(consent.FieldVoiceID)))))
}

// SeeLinksOfWhoAgrees shows what was made of an experience wherever the experience is shown, as long as its author agrees that
// people look for what it has in common with others; its author sees it in any case.
func SeeLinksOfWhoAgrees() privacy.QueryRule {
	return both(only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		agreed := Agreed(s, s.C("experience_id"), consent.PurposeThemeAnalysis)
		if !v.SignedIn() || !v.May(auth.ExperienceRead) {
			return agreed
		}
		return sql.Or(agreed, experienceOf(s, func(e *sql.Selector) *sql.Predicate { return sql.EQ(e.C(experience.FieldAuthorID), v.Person) }))
	}), SeeWithItsExperience())
}

// SeeOwnConsentsOrSpokenFor shows what somebody agreed to for their words to them, and for words that somebody else told for
// them to who told it, as long as they may read the words.
func SeeOwnConsentsOrSpokenFor() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		own := sql.EQ(s.C(consent.FieldPersonID), v.Person)
		if !v.Speaks {
			return own
		}
		return sql.Or(own, sql.And(sql.IsNull(s.C(consent.FieldVoiceID)), experienceOf(s, func(e *sql.Selector) *sql.Predicate {
			return sql.And(sql.EQ(e.C(experience.FieldToldByID), v.Person), spokenFor(v, e, ""))
		})))
	})
}

// AllowToAgreeForOneself lets people agree to what is done with their own words, and take that back.
func AllowToAgreeForOneself() privacy.MutationRule {
	return privacy.ConsentMutationRuleFunc(func(ctx context.Context, m *ent.ConsentMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !v.May(auth.ExperienceWrite) {
			return privacy.Skip
		}
		if m.Op().Is(ent.OpCreate) {
			return ownWords(ctx, m, typeid.ID(v.Person))
		}
		if !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !changesOnly(m, consent.FieldTakenBackAt) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) {
			s.Where(sql.And(sql.EQ(s.C(consent.FieldPersonID), v.Person), sql.IsNull(s.C(consent.FieldTakenBackAt))))
		})
		return privacy.Allow
	})
}

// ownWords allows what is about an experience or a voice of this person.
func ownWords(ctx context.Context, m *ent.ConsentMutation, me typeid.ID) error {
	about, _ := m.ExperienceID()
	if by, _ := m.PersonID(); by != me {
		return privacy.Skip
	}
	if _, other := m.GivenThroughID(); other {
		return privacy.Skip
	}
	if id, ok := m.VoiceID(); ok {
		w, err := m.Client().Voice.Get(ctx, id)
		if err == nil && (w.AuthorID != me || w.ExperienceID != about) {
			err = privacy.Skip
		}
		return allow(err)
	}
	e, err := m.Client().Experience.Get(ctx, about)
	if err == nil && e.AuthorID != me {
		err = privacy.Skip
	}
	return allow(err)
}

// AllowAdministratorOfAllToWord lets an administrator of the whole installation add a version of what people agree to.
func AllowAdministratorOfAllToWord() privacy.MutationRule {
	return privacy.ConsentTextMutationRuleFunc(func(ctx context.Context, m *ent.ConsentTextMutation) error {
		v := auth.FromContext(ctx)
		if _, signed := m.AuthorID(); !signed || !v.May(auth.MembershipWrite) || !m.Op().Is(ent.OpCreate) {
			return privacy.Skip
		}
		return everywhere(v)
	})
}
