package page

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
)

// Connection is one page of a list, in the shape of the Relay specification, with nodes beside edges.
type Connection[T Row] struct {
	rows  []T
	term  Term[T]
	info  PageInfo
	count func(context.Context) (*int, error)
}

// Edge is a row with its place in the list.
type Edge[T Row] struct {
	Node   T
	Cursor Cursor
}

// PageInfo says whether the list goes on, and where this page begins and ends.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *Cursor
	EndCursor       *Cursor
}

// Nodes are the rows of the page.
func (c *Connection[T]) Nodes() []T { return c.rows }

// Edges are the rows of the page with their places.
func (c *Connection[T]) Edges() []*Edge[T] {
	edges := make([]*Edge[T], len(c.rows))
	for i, r := range c.rows {
		edges[i] = &Edge[T]{r, c.term.cursor(r)}
	}
	return edges
}

// PageInfo says where the page stands in the list.
func (c *Connection[T]) PageInfo() *PageInfo {
	info := c.info
	if len(c.rows) > 0 {
		start, end := c.term.cursor(c.rows[0]), c.term.cursor(c.rows[len(c.rows)-1])
		info.StartCursor, info.EndCursor = &start, &end
	}
	return &info
}

// TotalCount counts the whole list, only when asked; nil when there are more than MaxTotal.
func (c *Connection[T]) TotalCount(ctx context.Context) (*int, error) { return c.count(ctx) }

// Connect reads one page of a list. The rights of the viewer are in q's policy. Errors: *Error for bad arguments.
func Connect[Q Query[Q, T, S, O], T Row, S Scanner, O ~func(*sql.Selector)](ctx context.Context, q Q, a Args, t Term[T]) (*Connection[T], error) {
	w, err := look(a, t)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf(ctx, q, w, a, t)
	if err != nil {
		return nil, err
	}
	c := cut(rows, w, t)
	c.count = func(ctx context.Context) (*int, error) { return total(ctx, q.Clone()) }
	return c, nil
}

// rowsOf reads the rows of a window, and one more.
func rowsOf[Q Query[Q, T, S, O], T Row, S Scanner, O ~func(*sql.Selector)](ctx context.Context, q Q, w window, a Args, t Term[T]) ([]T, error) {
	paged := q.Clone()
	narrow(paged, a, t.Column)
	paged.Modify(func(s *sql.Selector) { w.apply(s, t.Column, t.Desc) })
	return paged.All(ctx)
}

// cut takes away the row that was read to know of another page, and puts a page that was read backwards right way round.
func cut[T Row](rows []T, w window, t Term[T]) *Connection[T] {
	c := &Connection[T]{term: t}
	more := len(rows) > w.size
	if more {
		rows = rows[:w.size]
	}
	if w.backward {
		slices.Reverse(rows)
		c.info = PageInfo{HasPreviousPage: more, HasNextPage: w.given}
	} else {
		c.info = PageInfo{HasNextPage: more, HasPreviousPage: w.given}
	}
	c.rows = rows
	return c
}

// total counts at most one row more than MaxTotal, so that its cost has a bound however long the list is.
func total[Q Query[Q, T, S, O], T any, S Scanner, O ~func(*sql.Selector)](ctx context.Context, q Q) (*int, error) {
	var n []int
	err := instead(ctx, q, func(s *sql.Selector) *sql.Selector {
		inner := s.Clone().Select(s.C("id")).Limit(MaxTotal + 1)
		return sql.Dialect(s.Dialect()).Select(sql.Count("*")).From(inner.As("counted"))
	}, &n)
	if err != nil {
		return nil, err
	}
	return known(n[0]), nil
}

func known(n int) *int {
	if n > MaxTotal {
		return nil
	}
	return &n
}

// instead scans what another statement gives that is made around q. ent runs what orders a query last, when the rules have
// narrowed it, so that is where the statement is exchanged.
func instead[Q Query[Q, T, S, O], T any, S Scanner, O ~func(*sql.Selector)](ctx context.Context, q Q, around func(*sql.Selector) *sql.Selector, into any) error {
	return q.Order(func(s *sql.Selector) { *s = *around(s).WithContext(s.Context()) }).Modify().Scan(ctx, into)
}
