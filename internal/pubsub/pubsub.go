// Package pubsub tells live subscribers that something has changed, once the transaction that changed it is committed.
//
// An event carries ids and nothing else: whoever gets one reads the thing anew, with their own rights. Delivery is a
// hint and never the only copy. A subscriber that was too slow, or that was cut off from the database for a while, is
// told so by Missed, and asks its delta query what it has not seen.
package pubsub

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Missed is the topic of the event that says: something may have happened that you were not told of; read the state anew.
const Missed = "missed"

// An Event says that the thing with this id changed in a way that this topic is about.
type Event struct{ Topic, ID string }

// Execer is the part of a transaction that a broker needs: *sql.Tx and ent's transactions have it.
type Execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// A Broker carries events from transactions to subscribers. The two halves of publishing fit round one commit, whichever
// database is below:
//
//	if err := broker.BeforeCommit(ctx, tx, events...); err != nil { … roll back … }
//	if err := tx.Commit(); err != nil { … }
//	broker.AfterCommit(events...)
//
// A subscriber hears nothing before the commit and nothing after a rollback. All methods may be called at the same time.
type Broker interface {
	// BeforeCommit refuses events that could not be carried and hands them to the transaction where the database
	// delivers. Equal events of one transaction may arrive once. At most one statement.
	BeforeCommit(ctx context.Context, tx Execer, events ...Event) error
	// AfterCommit delivers where the database does not. It never waits for a subscriber.
	AfterCommit(events ...Event)
	// Subscribe gives the events of any of the topics, from now on.
	Subscribe(topics ...string) *Subscription
	// Close ends every subscription and whatever the broker runs. Publishing and subscribing stay harmless.
	Close() error
}

// ErrEvent is wrapped by the refusal of an event that cannot be carried.
var ErrEvent = errors.New("pubsub: this event cannot be carried")

const longestWord = 255 // bytes of a topic or an id: one event always fits into one notification

func check(events []Event) error {
	for _, e := range events {
		if !word(e.Topic) || !word(e.ID) || e.Topic == Missed {
			return fmt.Errorf("%w: topic and id must be plain words of at most %d letters, and %q is no topic", ErrEvent, longestWord, Missed)
		}
	}
	return nil
}

// word is true for visible ASCII without a blank, such as a TypeID.
func word(s string) bool {
	return s != "" && len(s) <= longestWord && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
