package page

import (
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"hearback/ent/typeid"
)

// perParent turns a query for rows into one for the first rows of each parent. With one parent it is a plain bounded
// query. With several each database gets the form in which it stops early in every parent's part of the index: PostgreSQL
// a LATERAL join; SQLite, which has none, a correlated IN over the rowids, with CROSS JOIN so that the parents are walked first
// (https://www.sqlite.org/optoverview.html, section 10).
func perParent(fk string, parents []typeid.ID, w window, column string, desc bool) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if len(parents) == 1 {
			s.Where(sql.EQ(s.C(fk), parents[0]))
			w.apply(s, column, desc)
			return
		}
		inner, plain, table := s.Clone(), s.UnqualifiedColumns(), s.TableName()
		inner.Where(sql.ExprP(inner.C(fk) + " = parents." + parentColumn(s.Dialect())))
		w.apply(inner, column, desc)
		if !slices.Contains(plain, column) {
			inner.AppendSelect(inner.C(column)) // the rows are put in order once more outside
		}
		from := sql.ExprFunc(func(b *sql.Builder) {
			b.WriteString(parentTable(s.Dialect())).Arg(joined(s.Dialect(), parents))
			if s.Dialect() == dialect.Postgres {
				b.WriteString(", ',')) AS parents(id), LATERAL (").Join(inner).WriteString(") AS ").Ident("t")
				return
			}
			inner.Select(inner.C("rowid"))
			b.WriteString(") AS parents CROSS JOIN ").Ident(table).WriteString(" AS ").Ident("t").WriteString(" ON ").Ident("t").WriteString(".rowid IN (").Join(inner).WriteString(")")
		})
		t := sql.Dialect(s.Dialect()).Table(table).As("t")
		outer := sql.Dialect(s.Dialect()).Select(t.Columns(plain...)...).FromExpr(from).WithContext(s.Context())
		order := sql.Asc
		if desc != w.backward {
			order = sql.Desc
		}
		*s = *outer.OrderBy(t.C(fk), order(t.C(column)), order(t.C("id")))
	}
}

// countPerParent counts for each parent at most one row more than MaxTotal.
func countPerParent(fk string, parents []typeid.ID) func(*sql.Selector) *sql.Selector {
	return func(s *sql.Selector) *sql.Selector {
		inner := s.Clone().Select(s.C("id")).Limit(MaxTotal + 1)
		inner.Where(sql.ExprP(inner.C(fk) + " = parents." + parentColumn(s.Dialect())))
		from := sql.ExprFunc(func(b *sql.Builder) {
			b.WriteString(parentTable(s.Dialect())).Arg(joined(s.Dialect(), parents))
			if s.Dialect() == dialect.Postgres {
				b.WriteString(", ',')) AS parents(id)")
				return
			}
			b.WriteString(") AS parents")
		})
		outer := sql.Dialect(s.Dialect()).Select("parents." + parentColumn(s.Dialect()) + " AS parent")
		outer.AppendSelectExprAs(sql.ExprFunc(func(b *sql.Builder) {
			b.WriteString("(SELECT COUNT(*) FROM (").Join(inner).WriteString(") AS counted)")
		}), "n")
		return outer.FromExpr(from)
	}
}

func parentTable(d string) string {
	if d == dialect.Postgres {
		return "unnest(string_to_array("
	}
	return "json_each("
}

func parentColumn(d string) string {
	if d == dialect.Postgres {
		return "id"
	}
	return "value"
}

// joined packs ids into one argument, so that the text of a statement does not depend on how many parents there are.
func joined(d string, ids []typeid.ID) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = string(id)
	}
	if d == dialect.Postgres {
		return strings.Join(parts, ",")
	}
	return `["` + strings.Join(parts, `","`) + `"]`
}
