// Package page reads one page of any list: keyset cursors, a bound on every list, and for lists inside lists one statement
// for all parents with the bound inside the SQL.
package page

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/typeid"
)

// The bounds of every list.
const (
	DefaultSize = 20
	MaxSize     = 100
	MaxTotal    = 10_000 // beyond it a total is not counted
)

// Args are the four arguments of a Relay connection as a client gave them, and how much of the rows is read.
type Args struct {
	First   *int
	After   *Cursor
	Last    *int
	Before  *Cursor
	Columns []string // none means all; the id, and where it belongs, are read in any case
	Placed  bool     // with Columns: whether cursors will be asked for, which are made from what the list is ordered by
}

// Error says which argument of a list cannot be used, and what to do.
type Error struct{ Argument, Reason string }

func (e *Error) Error() string { return e.Argument + " " + e.Reason }

// Row is anything that is listed.
type Row interface{ Key() typeid.ID }

// Kind is what a list is ordered by.
type Kind int

// The kinds of order. A list is always ordered by one column that is never null, and then by id.
const (
	ByTime Kind = iota
	ByNumber
	ByText
)

// Term is the order of a list: its name (part of the cursor, so a cursor of another list is refused), the column, and the
// same value taken from a row.
type Term[T Row] struct {
	Name   string
	Column string
	Kind   Kind
	Desc   bool
	Value  func(T) any
}

func (t Term[T]) kind(T) Kind { return t.Kind }

// Query is what every query of ent can do.
type Query[Q, T any, S Scanner, O ~func(*sql.Selector)] interface {
	Clone() Q
	Select(...string) S
	Order(...O) Q
	Modify(...func(*sql.Selector)) S
	All(context.Context) ([]T, error)
}

// Scanner reads rows that are not nouns, such as counts.
type Scanner interface {
	Scan(context.Context, any) error
}

// window is the checked form of Args: how many rows, from where, in which direction.
type window struct {
	size     int
	backward bool
	given    bool // a cursor was given
	value    any
	id       typeid.ID
}

// look checks the arguments: first or last between 1 and 100, not both, and a cursor of this very list.
func look[T Row](a Args, t Term[T]) (w window, err error) {
	w = window{size: DefaultSize, backward: a.Last != nil}
	for name, n := range map[string]*int{"first": a.First, "last": a.Last} {
		if n == nil {
			continue
		}
		if *n < 1 || *n > MaxSize {
			return w, &Error{name, "must be between 1 and 100; ask for the rest page by page"}
		}
		w.size = *n
	}
	switch {
	case a.First != nil && a.Last != nil:
		return w, &Error{"last", "cannot be used together with first"}
	case w.backward && a.After != nil:
		return w, &Error{"after", "goes with first; with last use before"}
	case !w.backward && a.Before != nil:
		return w, &Error{"before", "goes with last; with first use after"}
	case a.After != nil:
		w.given = true
		w.value, w.id, err = t.place("after", *a.After)
	case a.Before != nil:
		w.given = true
		w.value, w.id, err = t.place("before", *a.Before)
	}
	return w, err
}

// narrow has q read no more than a asks for and the list itself needs.
func narrow[Q Query[Q, T, S, O], T any, S Scanner, O ~func(*sql.Selector)](q Q, a Args, order string, needed ...string) {
	if len(a.Columns) == 0 {
		return
	}
	if a.Placed {
		needed = append(needed, order)
	}
	columns := append(needed, a.Columns...)
	slices.Sort(columns)
	q.Select(slices.Compact(columns)...)
}

// apply puts the keyset comparison, the order and the bound (one row more, to know whether there is another page) into s.
func (w window) apply(s *sql.Selector, column string, desc bool) {
	down := desc != w.backward
	if w.given {
		columns, values := []string{s.C(column), s.C("id")}, []any{w.value, w.id}
		if down {
			s.Where(sql.CompositeLT(columns, values...))
		} else {
			s.Where(sql.CompositeGT(columns, values...))
		}
	}
	order := sql.Asc
	if down {
		order = sql.Desc
	}
	s.OrderBy(order(s.C(column)), order(s.C("id"))).Limit(w.size + 1)
}

func validText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Oldest is the order of most lists inside lists: as things were made. The name tells one list from another.
func Oldest[T interface {
	Row
	MadeAt() time.Time
}](name string) Term[T] {
	return Term[T]{Name: name, Column: "created_at", Value: func(row T) any { return row.MadeAt() }}
}
