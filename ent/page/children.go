package page

import (
	"context"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/typeid"
)

// Parent is a row that has lists of its own and knows the rows it was read with.
type Parent[P any] interface {
	Row
	Cohort() *cohort.Of[P]
}

// Edges names the list of children: the column that points at the parent, the same value taken from a child, and which
// list it is when a parent has several over one column or with filters (part of what is remembered).
type Link[T Row] struct {
	Column string
	Of     func(T) typeid.ID
	Which  string
}

type childrenKey struct {
	column, which, term string
	size                int
	backward            bool
	cursor              Cursor
}

type countKey struct{ column, which, term string }

// Children reads one page of the children of parent, and with the same statement that of every row the parent was read
// with; the bound is kept for each parent inside the SQL. Errors: *Error for bad arguments.
func Children[Q Query[Q, T, S, O], T Row, S Scanner, O ~func(*sql.Selector), P Parent[P]](ctx context.Context, parent P, q Q, l Link[T], a Args, t Term[T]) (*Connection[T], error) {
	w, err := look(a, t)
	if err != nil {
		return nil, err
	}
	key := childrenKey{l.Column, l.Which, t.Name, w.size, w.backward, given(a)}
	all, err := cohort.Once(parent.Cohort(), key, func(parents []P) (map[typeid.ID][]T, error) {
		paged := q.Clone()
		paged.Modify(perParent(l.Column, keys(parents), w, t.Column, t.Desc))
		rows, err := paged.All(ctx)
		return group(rows, l.Of), err
	})
	if err != nil {
		return nil, err
	}
	c := cut(all[parent.Key()], w, t)
	c.count = func(ctx context.Context) (*int, error) { return childTotal(ctx, parent, q, l, t.Name) }
	return c, nil
}

func given(a Args) Cursor {
	switch {
	case a.After != nil:
		return *a.After
	case a.Before != nil:
		return *a.Before
	}
	return ""
}

func keys[P Row](parents []P) []typeid.ID {
	ids := make([]typeid.ID, len(parents))
	for i, p := range parents {
		ids[i] = p.Key()
	}
	return ids
}

func group[T Row](rows []T, of func(T) typeid.ID) map[typeid.ID][]T {
	m := make(map[typeid.ID][]T)
	for _, r := range rows {
		m[of(r)] = append(m[of(r)], r)
	}
	return m
}

func childTotal[Q Query[Q, T, S, O], T Row, S Scanner, O ~func(*sql.Selector), P Parent[P]](ctx context.Context, parent P, q Q, l Link[T], term string) (*int, error) {
	counts, err := cohort.Once(parent.Cohort(), countKey{l.Column, l.Which, term}, func(parents []P) (map[typeid.ID]int, error) {
		var found []struct {
			Parent typeid.ID
			N      int
		}
		err := instead(ctx, q.Clone(), countPerParent(l.Column, keys(parents)), &found)
		m := make(map[typeid.ID]int, len(found))
		for _, f := range found {
			m[f.Parent] = f.N
		}
		return m, err
	})
	if err != nil {
		return nil, err
	}
	return known(counts[parent.Key()]), nil
}

// perParent turns a query for rows into one for the first rows of each parent. With one parent it is a plain bounded
// query. With several each database gets the form in which it stops early in every parent's part of the index: PostgreSQL
// a LATERAL join; SQLite, which has none, a correlated IN over the primary key.
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
		from := sql.ExprFunc(func(b *sql.Builder) {
			b.WriteString(parentTable(s.Dialect())).Arg(joined(s.Dialect(), parents))
			if s.Dialect() == dialect.Postgres {
				b.WriteString(", ',')) AS parents(id), LATERAL (").Join(inner).WriteString(") AS ").Ident("t")
				return
			}
			inner.Select(inner.C("id"))
			b.WriteString(") AS parents JOIN ").Ident(table).WriteString(" AS ").Ident("t").WriteString(" ON ").Ident("t").WriteString(".id IN (").Join(inner).WriteString(")")
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
