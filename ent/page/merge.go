package page

import (
	"cmp"
	"context"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
)

// Merge reads one page of a list of which each query gives some, and no two the same. Each walks its own index: a list of
// several things that are rare does not read what lies between them. As many statements as there are queries, which is one at
// least. The list is ordered by time. Errors: *Error for bad arguments.
func Merge[Q Query[Q, T, S, O], T Row, S Scanner, O ~func(*sql.Selector)](ctx context.Context, all []Q, a Args, t Term[T]) (*Connection[T], error) {
	w, err := look(a, t)
	if err != nil {
		return nil, err
	}
	var rows []T
	for _, q := range all {
		some, err := rowsOf(ctx, q, w, a, t)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	slices.SortFunc(rows, t.inTime(t.Desc != w.backward))
	c := cut(rows[:min(len(rows), w.size+1)], w, t)
	c.count = func(ctx context.Context) (*int, error) { return sum(ctx, all) }
	return c, nil
}

// inTime orders rows as the databases do.
func (t Term[T]) inTime(down bool) func(a, b T) int {
	return func(a, b T) int {
		then, other := t.Value(a).(time.Time), t.Value(b).(time.Time)
		order := cmp.Or(then.Compare(other), cmp.Compare(a.Key(), b.Key()))
		if down {
			return -order
		}
		return order
	}
}

func sum[Q Query[Q, T, S, O], T Row, S Scanner, O ~func(*sql.Selector)](ctx context.Context, all []Q) (*int, error) {
	n := 0
	for _, q := range all {
		some, err := total(ctx, q.Clone())
		if err != nil || some == nil {
			return nil, err
		}
		n += *some
	}
	return known(n), nil
}
