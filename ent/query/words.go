package query

import (
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Words holds for experiences whose text holds all the words, in any order and form: waiting finds waited. The two
// databases keep their own index of the words (see the migrations); nothing a person types is read as syntax.
func Words(text string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if s.Dialect() == dialect.Postgres {
			s.Where(sql.P(func(b *sql.Builder) {
				b.WriteString(s.C("search")).WriteString(" @@ plainto_tsquery('english', ").Arg(text).WriteByte(')')
			}))
			return
		}
		words := sql.Dialect(s.Dialect()).Table("experience_words")
		index := sql.Dialect(s.Dialect()).Table("experience_search")
		found := sql.Dialect(s.Dialect()).Select(words.C("experience")).From(words).Join(index).On(index.C("rowid"), words.C("doc"))
		found.Where(sql.P(func(b *sql.Builder) { b.WriteString("experience_search MATCH ").Arg(quoted(text)) }))
		s.Where(sql.In(s.C(experience.FieldID), found))
	}
}

// quoted makes every word a string of FTS5, so that AND, NEAR or * are words like others.
func quoted(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = `"` + strings.ReplaceAll(w, `"`, `""`) + `"`
	}
	if len(words) == 0 {
		return `""`
	}
	return strings.Join(words, " ")
}

// LedToBy holds for rows whose column names a change that somebody's own words led to, through links made by named people:
// an experience of theirs, or one in which they speak, as long as others see that link too.
func LedToBy(s *sql.Selector, column string, person typeid.ID) *sql.Predicate {
	own, beside := linked(s, func(from *sql.Selector, _ *sql.SelectTable, e *sql.SelectTable) {
		from.Where(sql.EQ(e.C(experience.FieldAuthorID), person))
	}), linked(s, func(from *sql.Selector, o *sql.SelectTable, e *sql.SelectTable) {
		w := sql.Dialect(s.Dialect()).Table(voice.Table)
		from.Join(w).On(o.C(origin.FieldExperienceID), w.C(voice.FieldExperienceID)).Where(sql.And(
			sql.EQ(w.C(voice.FieldAuthorID), person), sql.EQ(w.C(voice.FieldState), voice.StatePublished),
			sql.EQ(e.C(experience.FieldState), experience.StatePublished), rule.Agreed(from, o.C(origin.FieldExperienceID), consent.PurposeThemeAnalysis)))
	})
	return sql.Or(sql.In(column, own), sql.In(column, beside))
}

// linked are the changes that experiences are linked to.
func linked(s *sql.Selector, narrow func(from *sql.Selector, o, e *sql.SelectTable)) *sql.Selector {
	o, e := sql.Dialect(s.Dialect()).Table(origin.Table), sql.Dialect(s.Dialect()).Table(experience.Table)
	from := sql.Dialect(s.Dialect()).Select(o.C(origin.FieldChangeID)).From(o).Join(e).On(o.C(origin.FieldExperienceID), e.C(experience.FieldID))
	narrow(from, o, e)
	return from
}
