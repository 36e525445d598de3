package pubsub

import "context"

// Local is the broker for a database that one process owns (SQLite): it delivers inside the process, after the commit.
type Local struct{ *hub }

// NewLocal returns a broker that runs nothing of its own.
func NewLocal() *Local { return &Local{newHub()} }

// BeforeCommit refuses what PostgreSQL would refuse and leaves the transaction alone.
func (l *Local) BeforeCommit(_ context.Context, _ Execer, events ...Event) error {
	return check(events)
}

// AfterCommit queues the events for whoever subscribed to their topics. An event that BeforeCommit would refuse reaches nobody.
func (l *Local) AfterCommit(events ...Event) {
	if check(events) == nil {
		l.deliver(events)
	}
}

// Close ends every subscription.
func (l *Local) Close() error {
	l.close()
	return nil
}
