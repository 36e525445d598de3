package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/privacy"
)

// SeePublishedOrOwnOrModerated shows an experience to everybody once it is published; before that to its author and to the
// moderators who reach its service.
func SeePublishedOrOwnOrModerated() privacy.QueryRule { return only(visibleExperience) }

// Published holds for experiences that everybody can read.
func Published(s *sql.Selector) { s.Where(inState(s, experience.StatePublished)) }

// InModeration holds for experiences that wait for a moderator.
func InModeration(s *sql.Selector) { s.Where(inState(s, experience.StateInModeration)) }

// inState writes the state into the statement itself: SQLite takes a partial index only when it can read the condition there.
func inState(s *sql.Selector, state experience.State) *sql.Predicate {
	return sql.ExprP(s.C(experience.FieldState) + " = '" + string(state) + "'")
}

func visibleExperience(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	published := inState(s, experience.StatePublished)
	if !v.SignedIn() || !v.May(auth.ExperienceRead) {
		return published
	}
	seen := []*sql.Predicate{published, sql.EQ(s.C(experience.FieldAuthorID), v.Person)}
	if v.Holds(auth.Moderator) {
		seen = append(seen, within(v, s, experience.FieldServiceID, auth.Moderator))
	}
	return sql.Or(seen...)
}

// SeeWithItsExperience shows a row wherever the experience that it belongs to is shown.
func SeeWithItsExperience() privacy.QueryRule {
	shown := only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		return experienceOf(s, func(e *sql.Selector) *sql.Predicate { return visibleExperience(v, e) })
	})
	return privacy.QueryRuleFunc(func(ctx context.Context, q ent.Query) error {
		if ctx.Value(seenKey{}) != nil {
			return privacy.Allow
		}
		return shown.EvalQuery(ctx, q)
	})
}

type seenKey struct{}

// OfSeen is the context of one question for what belongs to experiences that this viewer was shown a moment ago, under the
// rules: they are not looked at again, row by row. Use it for the lists of an experience, and for nothing that was not just read.
func OfSeen(ctx context.Context) context.Context { return context.WithValue(ctx, seenKey{}, true) }

// SeeIfAuthorOrModerator shows a row to the author of the experience that it belongs to and to the moderators who reach it.
func SeeIfAuthorOrModerator() privacy.QueryRule {
	return only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		if !v.SignedIn() || !v.May(auth.ExperienceRead) {
			return sql.False()
		}
		return experienceOf(s, func(e *sql.Selector) *sql.Predicate {
			return sql.Or(sql.EQ(e.C(experience.FieldAuthorID), v.Person), within(v, e, experience.FieldServiceID, auth.Moderator))
		})
	})
}

// experienceOf holds for rows whose experience_id is that of an experience for which the predicate holds.
func experienceOf(s *sql.Selector, p func(*sql.Selector) *sql.Predicate) *sql.Predicate {
	t := sql.Dialect(s.Dialect()).Table(experience.Table)
	e := sql.Dialect(s.Dialect()).Select(t.C(experience.FieldID)).From(t)
	return sql.Exists(e.Where(sql.And(sql.ColumnsEQ(t.C(experience.FieldID), s.C("experience_id")), p(e))))
}

// AllowToShareAsOneself lets people share experiences of their own, and in nobody else's name.
func AllowToShareAsOneself() privacy.MutationRule {
	return privacy.ExperienceMutationRuleFunc(func(ctx context.Context, m *ent.ExperienceMutation) error {
		v := auth.FromContext(ctx)
		author, ok := m.AuthorID()
		if m.Op().Is(ent.OpCreate) && ok && v.SignedIn() && string(author) == v.Person && v.May(auth.ExperienceWrite) {
			return privacy.Allow
		}
		return privacy.Skip
	})
}

// AllowAuthorToReviseAndModeratorToDecide lets people change what they wrote, and moderators what lies in their reach.
// What may be changed when is the verbs' business.
func AllowAuthorToReviseAndModeratorToDecide() privacy.MutationRule {
	return privacy.ExperienceMutationRuleFunc(func(ctx context.Context, m *ent.ExperienceMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) {
			mine := sql.False()
			if v.May(auth.ExperienceWrite) {
				mine = sql.EQ(s.C(experience.FieldAuthorID), v.Person)
			}
			if v.May(auth.ModerationWrite) {
				mine = sql.Or(mine, within(v, s, experience.FieldServiceID, auth.Moderator))
			}
			s.Where(mine)
		})
		return privacy.Allow
	})
}
