package pubsub_test

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"hearback/internal/pgtest"
	"hearback/internal/pubsub"
)

// quick makes a broker come back soon after an outage.
var quick = pubsub.Options{MinReconnect: 5 * time.Millisecond, MaxReconnect: 20 * time.Millisecond}

func connect(t *testing.T, dsn string, o pubsub.Options) *pubsub.Postgres {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	broker, err := pubsub.NewPostgres(ctx, dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Close() })
	return broker
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// tell publishes the way every caller does. Without commit the transaction is rolled back.
func tell(t *testing.T, broker pubsub.Broker, db *sql.DB, commit bool, events ...pubsub.Event) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := broker.BeforeCommit(t.Context(), tx, events...); err != nil {
		t.Fatal(err)
	}
	if !commit {
		return
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	broker.AfterCommit(events...)
}

// eventually is expect after an outage, when the connection may have been lost more than once.
func eventually(t *testing.T, s *pubsub.Subscription, want pubsub.Event) {
	t.Helper()
	for got := hear(t, s); got != want; got = hear(t, s) {
		if got != missed {
			t.Fatalf("heard %v, not %v", got, want)
		}
	}
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	cluster := pgtest.For(t)
	dsn := cluster.URL("postgres")
	db := open(t, dsn)
	here, there := connect(t, dsn, quick), connect(t, dsn, quick)

	t.Run("OneProcessHearsTheOther", func(t *testing.T) {
		near, far, other := here.Subscribe("ward"), there.Subscribe("ward"), there.Subscribe("clinic")
		tell(t, here, db, true, happened(1), happened(2))
		tell(t, there, db, true, happened(3))
		for _, s := range []*pubsub.Subscription{near, far} {
			expect(t, s, happened(1), happened(2), happened(3))
			silent(t, s)
		}
		silent(t, other)
	})
	t.Run("NothingIsHeardBeforeTheCommit", func(t *testing.T) {
		far := there.Subscribe("ward")
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := here.BeforeCommit(t.Context(), tx, happened(1)); err != nil {
			t.Fatal(err)
		}
		tell(t, here, db, true, happened(2)) // a later transaction overtakes the open one
		expect(t, far, happened(2))
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		expect(t, far, happened(1))
	})
	t.Run("NothingIsHeardAfterARollback", func(t *testing.T) {
		far := there.Subscribe("ward")
		tell(t, here, db, false, happened(1))
		tell(t, here, db, true, happened(2))
		expect(t, far, happened(2))
	})
	t.Run("ManyEventsGoInFewNotifications", func(t *testing.T) {
		far := there.Subscribe("ward")
		long := strings.Repeat("x", 200)
		var events []pubsub.Event
		for n := range 30 { // 6 KB, then 12 KB with the ones below: more than one payload may hold
			events = append(events, pubsub.Event{Topic: "ward", ID: happened(n).ID + long}, pubsub.Event{Topic: long, ID: happened(n).ID + long})
		}
		tell(t, here, db, true, events...)
		for n := range 30 {
			expect(t, far, pubsub.Event{Topic: "ward", ID: happened(n).ID + long})
		}
	})
	t.Run("NoEventNeedsNoTransaction", func(t *testing.T) {
		if err := here.BeforeCommit(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("WhatCannotBeCarriedDoesNotReachTheDatabase", func(t *testing.T) {
		if err := here.BeforeCommit(t.Context(), nil, pubsub.Event{Topic: "two words", ID: "exp_1"}); !errors.Is(err, pubsub.ErrEvent) {
			t.Errorf("said %v", err)
		}
	})
	t.Run("AStrangersNotificationMakesEverybodyReadAnew", func(t *testing.T) {
		ward := here.Subscribe("clinic")
		if _, err := db.ExecContext(t.Context(), "SELECT pg_notify('hearback', 'hello there you')"); err != nil {
			t.Fatal(err)
		}
		expect(t, ward, missed)
	})
}

func TestPostgresRestartIsSeenAsAGap(t *testing.T) {
	t.Parallel()
	cluster := pgtest.For(t)
	dsn := cluster.URL("postgres")
	broker := connect(t, dsn, quick)
	ward := broker.Subscribe("ward")
	if err := cluster.Restart(); err != nil {
		t.Fatal(err)
	}
	expect(t, ward, missed)
	tell(t, broker, open(t, dsn), true, happened(1))
	eventually(t, ward, happened(1))
}

func TestPostgresCloseDuringAnOutageEndsEverything(t *testing.T) {
	t.Parallel()
	cluster := pgtest.For(t)
	broker := connect(t, cluster.URL("postgres"), quick)
	ward := broker.Subscribe("ward")
	if err := cluster.Halt(); err != nil {
		t.Fatal(err)
	}
	_ = broker.Close() // goleak looks for what is left
	if e, open := <-ward.C(); open {
		t.Errorf("heard %v", e)
	}
}

func TestPostgresThatIsAwayIsSaidWithoutThePassword(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	door := hangUp(t, 2, cancel)
	_, err := pubsub.NewPostgres(ctx, "postgres://hearback:s3cr3t@"+door+"/x?sslmode=disable", quick)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "could not be reached") || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("said %v", err)
	}
	_, err = pubsub.NewPostgres(t.Context(), "postgres://hearback:s3cr3t%ZZ@host/x", quick)
	if err == nil || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("said %v", err)
	}
}

// hangUp is a server that closes every connection at once; the last of so many calls then.
func hangUp(t *testing.T, calls int, then func()) string {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = door.Close() })
	go func() {
		for n := 1; ; n++ {
			conn, err := door.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
			if n == calls {
				then()
			}
		}
	}()
	return door.Addr().String()
}

func TestPostgresNoticesASilentLine(t *testing.T) {
	t.Parallel()
	cluster := pgtest.For(t, pgtest.OnTCP())
	dsn, err := url.Parse(cluster.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	wire := (&wire{to: dsn.Host}).open(t)
	dsn.Host = wire.address()
	o := quick
	o.Ping, o.Patience = 10*time.Millisecond, 200*time.Millisecond
	broker := connect(t, dsn.String(), o)
	ward := broker.Subscribe("ward")
	wire.freeze()
	expect(t, ward, missed)
	tell(t, broker, open(t, cluster.URL("postgres")), true, happened(1))
	eventually(t, ward, happened(1))
}
