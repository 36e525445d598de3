package page

import (
	"context"
	"strings"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/typeid"
)

// Parent is a row that has lists of its own and knows the rows it was read with.
type Parent[P any] interface {
	Row
	Cohort() *cohort.Of[P]
}

// Link is how children point at their parent: the column, and the same value taken from a child. Two lists of one parent are
// told apart by the names of their terms.
type Link[T Row] struct {
	Column string
	Of     func(T) typeid.ID
}

type childrenKey struct {
	column, term string
	size         int
	backward     bool
	cursor       Cursor
	columns      string
	placed       bool
}

type countKey struct{ column, term string }

// Children reads one page of the children of parent, and with the same statement that of every row the parent was read
// with; the bound is kept for each parent inside the SQL. Errors: *Error for bad arguments.
func Children[Q Query[Q, T, S, O], T Row, S Scanner, O ~func(*sql.Selector), P Parent[P]](ctx context.Context, parent P, q Q, l Link[T], a Args, t Term[T]) (*Connection[T], error) {
	w, err := look(a, t)
	if err != nil {
		return nil, err
	}
	key := childrenKey{l.Column, t.Name, w.size, w.backward, given(a), strings.Join(a.Columns, " "), a.Placed}
	all, err := cohort.Once(parent.Cohort(), key, func(parents []P) (map[typeid.ID][]T, error) {
		paged := q.Clone()
		narrow(paged, a, t.Column, l.Column)
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
	counts, err := cohort.Once(parent.Cohort(), countKey{l.Column, term}, func(parents []P) (map[typeid.ID]int, error) {
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
