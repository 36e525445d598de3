package workflow

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/rule"
)

// Tick does what is due by now and waits for nobody: the clock is a second door to the same verbs. Each part works in
// transactions of its own and passes over what another server is at, so that any number of servers may tick. It gives how many
// things were done; ask again until there is nothing left. Errors of one part do not keep the others from their work.
func (f *Flow) Tick(ctx context.Context) (done int, err error) {
	ctx = rule.AsSystem(ctx, "the clock moves on what is due")
	for _, part := range f.parts() {
		n, wrong := part(ctx)
		done, err = done+n, errors.Join(err, wrong)
	}
	return done, err
}

// parts are what the clock looks after, each a few things at a time.
func (f *Flow) parts() []func(context.Context) (int, error) {
	return []func(context.Context) (int, error){f.experiencesDue}
}

// passingOver locks rows for one worker; another takes the next ones.
func passingOver() sql.LockOption { return sql.WithLockClause("FOR NO KEY UPDATE SKIP LOCKED") }
