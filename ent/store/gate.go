package store

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/semaphore"
)

// queuing bounds the wait at the gate for callers without a deadline of their own. Nothing that behaves holds the gate
// so long; without the bound, code that writes past its own open transaction would wait for itself for ever.
const queuing = 30 * time.Second

// WriteGate lets writers in one at a time and in the order in which they came. SQLite has one writer anyway, but makes the
// others poll, fails them at random and calls it SQLITE_BUSY. For PostgreSQL the gate is open.
type WriteGate struct{ one *semaphore.Weighted }

// NewWriteGate makes a closed (SQLite) gate. The zero WriteGate is always open.
func NewWriteGate() *WriteGate { return &WriteGate{one: semaphore.NewWeighted(1)} }

// Enter waits for the caller's turn; leave must be called exactly once when the write is over. The error is ctx's, or says
// that the gate was held for half a minute.
func (g *WriteGate) Enter(ctx context.Context) (leave func(), err error) {
	if g.one == nil {
		return func() {}, nil
	}
	tooLong := fmt.Errorf("store: another write has been going on for %s", queuing)
	ctx, stop := context.WithTimeoutCause(ctx, queuing, tooLong)
	defer stop()
	if g.one.Acquire(ctx, 1) != nil {
		return nil, context.Cause(ctx)
	}
	return func() { g.one.Release(1) }, nil
}
