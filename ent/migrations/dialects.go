package migrations

import (
	"context"
	"database/sql"
	"fmt"

	"entgo.io/ent/dialect"
)

// way is everything in which migrating the two databases differs.
type way struct {
	prepare []string // once, before the first transaction
	begin   string
	table   string // makes the table of notes
	noted   string // 1 where that table is, else 0
	run     func(context.Context, *sql.Conn, file) error
}

func wayOf(name string) (way, error) {
	switch name {
	case dialect.SQLite:
		return sqliteWay(), nil
	case dialect.Postgres:
		return postgresWay(), nil
	}
	return way{}, fmt.Errorf("migrations: there is no way to migrate %q, only %s and %s", name, dialect.SQLite, dialect.Postgres)
}

// sqliteWay switches foreign keys off before the transaction, where alone it has an effect: a changed column means that the
// table is copied and dropped, and dropping it would delete its children (https://sqlite.org/lang_altertable.html, section 7).
// BEGIN IMMEDIATE is the lock between starters.
func sqliteWay() way {
	return way{
		prepare: []string{"PRAGMA foreign_keys = OFF"},
		begin:   "BEGIN IMMEDIATE",
		table:   "CREATE TABLE IF NOT EXISTS schema_migrations (version TEXT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at DATETIME NOT NULL)",
		noted:   "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'",
		run:     runGuarded,
	}
}

// postgresWay lets a file take as long as it needs, and one starter at a time in. The lock's number is ours alone: "hearback"
// in ASCII. It goes with the connection.
func postgresWay() way {
	return way{
		prepare: []string{"SET statement_timeout = 0", "SELECT pg_advisory_lock(x'686561726261636b'::bigint)"},
		begin:   "BEGIN",
		table:   "CREATE TABLE IF NOT EXISTS schema_migrations (version text PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL)",
		noted:   "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_migrations'",
		run: func(ctx context.Context, conn *sql.Conn, f file) error {
			_, err := conn.ExecContext(ctx, f.text)
			return err
		},
	}
}
