// Package store opens the one database that a Hearback keeps: a SQLite file by default, PostgreSQL when it has grown.
package store

import (
	"context"
	"database/sql"
	"errors"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/gofrs/flock"
)

// Store is an open database. It is safe for use by many goroutines.
type Store struct {
	db      *sql.DB
	address address
	gate    *WriteGate
	lock    *flock.Flock // nil: PostgreSQL, or a shared SQLite file
}

// Open opens the database at the URL and asks it whether it can be used:
//
//	sqlite://./data/hearback.db      a file; it and its folder are made when they are missing
//	postgres://user:password@host:5432/hearback?sslmode=require
//
// It does not look at the tables: see package migrations. Every error is an *Error that says what to type next; none shows
// a password.
func Open(ctx context.Context, url string, options ...Option) (*Store, error) {
	where, err := parse(url)
	if err != nil {
		return nil, err
	}
	set := defaults()
	for _, option := range options {
		option(&set)
	}
	if where.dialect == dialect.Postgres {
		return openPostgres(ctx, where, set)
	}
	return openSQLite(ctx, where, set)
}

// DB is the pool of connections. A write to SQLite that goes past Driver must pass the Gate.
func (s *Store) DB() *sql.DB { return s.db }

// Dialect is dialect.SQLite or dialect.Postgres of entgo.io/ent/dialect.
func (s *Store) Dialect() string { return s.address.dialect }

// Describe names the store for people, without its password: "SQLite ./data/hearback.db".
func (s *Store) Describe() string { return s.address.describe() }

// URL is the URL that the store was opened with, its password included: for pq.Listener, never for a log.
func (s *Store) URL() string { return s.address.url }

// Gate is what every write to the store passes.
func (s *Store) Gate() *WriteGate { return s.gate }

// Driver is what an ent client is made of. On SQLite its writes and its transactions wait at the gate; transactions begun
// with sql.TxOptions{ReadOnly: true} read a snapshot and wait for nobody.
func (s *Store) Driver() dialect.Driver {
	driver := entsql.OpenDB(s.address.dialect, s.db)
	if s.address.dialect == dialect.SQLite {
		return &gatedDriver{Driver: driver, gate: s.gate, ready: newPrepared(s.db)}
	}
	return driver
}

// Close ends every connection and lets the next process have the file.
func (s *Store) Close() error {
	return errors.Join(s.db.Close(), s.release())
}

func (s *Store) release() error {
	if s.lock == nil {
		return nil
	}
	return s.lock.Unlock()
}
