// Package workflow holds the verbs: what may happen next, and what else happens when it does. Each verb loads, decides with
// a pure function, saves and tells, in one transaction; it never sees HTTP or GraphQL.
package workflow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/rule"
	"hearback/internal/letters"
	"hearback/internal/mail"
	"hearback/internal/pubsub"
)

// Flow does the verbs. Its fields meet in cmd; all but the last six are needed.
type Flow struct {
	DB      *ent.Client
	Dialect string
	Broker  pubsub.Broker
	Mail    mail.Sender
	Tokens  auth.Tokens
	Now     func() time.Time
	Letters *letters.Book
	SignOn  SingleSignOn // nil when there is none
	Push    Pusher       // nil when there is none
	App     string       // where the app is on the web, for letters; empty when nobody said

	Passkeys Passkeys // nil when there are none

	SmallNumber int // the least number of different people that a figure may be about; query.K when it is less
}

// ErrNotFound says that there is no such thing, or none that the viewer may see.
var ErrNotFound = errors.New("there is no such thing, or it is not for you to see")

// ErrForbidden says that the viewer sees the thing but may not do this with it.
var ErrForbidden = errors.New("this is not yours to do")

// ErrMail says that mail cannot be sent just now.
var ErrMail = errors.New("mail cannot be sent just now")

// ErrSignIn says that somebody must be signed in for this.
var ErrSignIn = errors.New("sign in first")

// act is one transaction of one verb: the moment it happens at, and what to tell when it has happened.
type act struct {
	*ent.Client
	viewer  *auth.Viewer
	at      time.Time
	dialect string
	events  []pubsub.Event
	lines   []line // for the audit log
}

// write runs do in one transaction: all of it happens, or nothing does. Rows that do gives back can be asked for their
// edges afterwards; this is the one place where they leave the transaction.
func write[T any](ctx context.Context, f *Flow, do func(context.Context, *act) (T, error)) (T, error) {
	var none T
	ctx, keep := rule.Aside(ctx)
	tx, err := f.DB.Tx(ctx)
	if err != nil {
		return none, fmt.Errorf("beginning: %w", err)
	}
	a := &act{Client: tx.Client(), viewer: auth.FromContext(ctx), at: f.Now().UTC().Truncate(time.Microsecond), dialect: f.Dialect}
	row, err := do(ctx, a)
	if err == nil {
		err = f.Broker.BeforeCommit(ctx, tx, a.events...)
	}
	if err == nil {
		err = a.writeDown(ctx)
	}
	if err != nil {
		return none, errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return none, fmt.Errorf("committing: %w", err)
	}
	keep()
	f.Broker.AfterCommit(a.events...)
	if r, ok := any(row).(interface{ Unwrap() T }); ok {
		return r.Unwrap(), nil
	}
	return row, nil
}

// postgres tells whether rows are locked one by one; on SQLite the transaction itself is the lock.
func (a *act) postgres() bool { return a.dialect == dialect.Postgres }

// holdable is a question whose rows can be locked.
type holdable[Q any] interface{ ForUpdate(...sql.LockOption) Q }

// hold locks what a question finds, so that nobody else changes it until the transaction is over. Others may still point at it:
// with the usual FOR UPDATE a row that is inserted below would wait for it, and two acts for each other.
func hold[Q holdable[Q]](a *act, q Q) Q { return locked(a, q, "FOR NO KEY UPDATE") }

// skim is hold for one worker of many: what another holds is passed over, and the next rows are taken.
func skim[Q holdable[Q]](a *act, q Q) Q { return locked(a, q, "FOR NO KEY UPDATE SKIP LOCKED") }

func locked[Q holdable[Q]](a *act, q Q, how string) Q {
	if a.postgres() {
		return q.ForUpdate(sql.WithLockClause(how))
	}
	return q
}

// alone lets nobody else do the same about the same thing until the transaction is over, where there is no row to lock yet.
func (a *act) alone(ctx context.Context, about string) error {
	if !a.postgres() {
		return nil
	}
	_, err := a.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", about)
	return err
}
