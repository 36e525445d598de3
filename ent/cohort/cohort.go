// Package cohort remembers which rows one statement read, so that what one of them is asked for is read once for all of them.
package cohort

import "sync"

// Of is the rows that one statement read together. It needs no clock and no registry: the first that is asked reads for
// all, the others wait for it; the number of statements depends on the shape of a question, never on the number of rows.
type Of[T any] struct {
	rows []T
	memo sync.Map // key → func() (V, error)
}

// New makes a cohort of rows. The slice is kept, not copied.
func New[T any](rows []T) *Of[T] { return &Of[T]{rows: rows} }

// Rows are the members in the order of the statement.
func (c *Of[T]) Rows() []T { return c.rows }

// Once gives what read found for key, reading at most once for the whole cohort. An error is shared as the answer is.
// The key must tell everything that read depends on but the rows: use a struct with a type of its own.
func Once[T, V any](c *Of[T], key any, read func(rows []T) (V, error)) (V, error) {
	f, ok := c.memo.Load(key)
	if !ok {
		f, _ = c.memo.LoadOrStore(key, sync.OnceValues(func() (V, error) { return read(c.rows) }))
	}
	return f.(func() (V, error))()
}
