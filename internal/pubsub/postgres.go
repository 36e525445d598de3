package pubsub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/lib/pq"
)

// Options are the settings of NewPostgres; the zero value is right for production.
type Options struct {
	Channel      string        // the name that the processes of one installation share in a database; "hearback" unless set
	MinReconnect time.Duration // the first pause after a lost connection, doubled at each failure; 250 ms unless set
	MaxReconnect time.Duration // the longest pause; 10 s unless set
	Ping         time.Duration // how often an idle connection is tried; 90 s unless set
	Patience     time.Duration // how long dialling or a ping may take before the line counts as dead; 10 s unless set
	Log          *slog.Logger  // hears of lost and regained connections; nobody unless set
}

func (o Options) filled() Options {
	o.Channel = cmp.Or(o.Channel, "hearback")
	o.MinReconnect = cmp.Or(o.MinReconnect, 250*time.Millisecond)
	o.MaxReconnect = cmp.Or(o.MaxReconnect, 10*time.Second)
	o.Ping = cmp.Or(o.Ping, 90*time.Second)
	o.Patience = cmp.Or(o.Patience, 10*time.Second)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return o
}

// Postgres is the broker for any number of processes on one PostgreSQL: NOTIFY inside the transaction, so that the
// database delivers at the commit and never otherwise, and one connection a process that LISTENs. That connection must
// reach the server itself: a pooler in transaction mode loses it.
type Postgres struct {
	*hub
	options  Options
	listener *pq.Listener
	line     *line
	stop     context.CancelFunc
	last     chan error // holds why the latest attempt to connect failed
}

// NewPostgres connects and listens; it waits for the database until ctx ends, which afterwards has no meaning.
// An error never holds the connection string.
func NewPostgres(ctx context.Context, dsn string, o Options) (*Postgres, error) {
	if _, err := pq.NewConfig(dsn); err != nil { // the cause may quote a password
		return nil, errors.New("pubsub: the PostgreSQL address is not a URL such as postgres://user:password@host/database")
	}
	o = o.filled()
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	b := &Postgres{hub: newHub(), options: o, stop: stop, line: &line{ctx: life, patient: o.Patience}, last: make(chan error, 1)}
	b.listener = pq.NewDialListener(b.line, dsn, o.MinReconnect, o.MaxReconnect, b.note)
	go b.receive()
	if err := b.listen(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	go b.keepAlive(life)
	return b, nil
}

// BeforeCommit writes the events into the transaction, in one statement; PostgreSQL delivers them at the commit.
// Commits that notify wait for each other (a lock of the whole server), so events belong into short transactions.
func (b *Postgres) BeforeCommit(ctx context.Context, tx Execer, events ...Event) error {
	if err := check(events); err != nil || len(events) == 0 {
		return err
	}
	_, err := tx.ExecContext(ctx, "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload",
		b.options.Channel, pq.Array(pack(events)))
	return err
}

// AfterCommit does nothing: the events come back from the database, in the order of the commits.
func (b *Postgres) AfterCommit(...Event) {}

// Close ends every subscription and the connection. What still waits for a next attempt to connect ends with its pause.
func (b *Postgres) Close() error {
	b.close()
	b.stop()
	b.line.cut()
	_ = b.listener.Close() // its one error is that it was closed before
	return nil
}

// listen waits for the first connection.
func (b *Postgres) listen(ctx context.Context) error {
	listening := make(chan error, 1)
	go func() { listening <- b.listener.Listen(b.options.Channel) }()
	select {
	case err := <-listening:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-b.last:
		return fmt.Errorf("pubsub: PostgreSQL could not be reached for live updates: %w (%w)", err, ctx.Err())
	default:
		return fmt.Errorf("pubsub: PostgreSQL did not answer for live updates: %w", ctx.Err())
	}
}

// receive hands on what the database sends, until the listener ends. Nil means that the connection was lost and is back.
func (b *Postgres) receive() {
	for n := range b.listener.NotificationChannel() {
		if n == nil {
			b.miss()
		} else if events, ok := unpack(n.Extra); ok {
			b.deliver(events)
		} else {
			b.options.Log.Warn("a notification could not be read, everybody reads anew", "channel", b.options.Channel)
			b.miss()
		}
	}
}

// keepAlive tries the connection now and then, because a network may drop an idle one without a word.
func (b *Postgres) keepAlive(life context.Context) {
	tick := time.NewTicker(b.options.Ping)
	defer tick.Stop()
	for {
		select {
		case <-life.Done():
			return
		case <-tick.C:
			b.ping()
		}
	}
}

// ping cuts a line that does not answer; the listener then connects anew.
func (b *Postgres) ping() {
	guard := time.AfterFunc(b.options.Patience, b.line.cut)
	defer guard.Stop()
	_ = b.listener.Ping() // a lost connection is reported by note
}

// note is told by the listener what becomes of its connection.
func (b *Postgres) note(event pq.ListenerEventType, err error) {
	switch event {
	case pq.ListenerEventDisconnected:
		b.options.Log.Warn("live updates are interrupted: the connection to PostgreSQL is lost", "error", err)
	case pq.ListenerEventReconnected:
		b.options.Log.Info("live updates go on: PostgreSQL is back")
	case pq.ListenerEventConnectionAttemptFailed:
		select {
		case <-b.last: //nolint:errcheck // the newest failure takes the place of the one before it
		default:
		}
		b.last <- err
	}
}
