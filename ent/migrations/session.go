package migrations

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// session is the one connection that migrates.
type session struct {
	conn    *sql.Conn
	way     way
	altered bool // its settings are not those of the pool any more
}

// note is the row that says that a file was applied.
type note struct {
	name, sum string
	applied   time.Time
}

// notes reads what was applied, by version. A database that was never migrated has none.
func (s *session) notes(ctx context.Context) (map[string]note, error) {
	notes := map[string]note{}
	var tables int
	if err := s.conn.QueryRowContext(ctx, s.way.noted).Scan(&tables); err != nil || tables == 0 {
		return notes, wrap("reading what was applied", err)
	}
	rows, err := s.conn.QueryContext(ctx, "SELECT version, name, checksum, applied_at FROM schema_migrations")
	if err != nil {
		return nil, wrap("reading what was applied", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var version string
		var n note
		if err := rows.Scan(&version, &n.name, &n.sum, &n.applied); err != nil {
			return nil, wrap("reading what was applied", err)
		}
		notes[version] = n
	}
	return notes, wrap("reading what was applied", rows.Err())
}

// prepare sets the connection up for changing tables; on PostgreSQL it waits for the other starters.
func (s *session) prepare(ctx context.Context) error {
	s.altered = true
	for _, statement := range s.way.prepare {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return wrap("preparing the connection", err)
		}
	}
	return nil
}

func (s *session) applyAll(ctx context.Context, files []file) (applied []string, err error) {
	for _, f := range files {
		done, err := s.apply(ctx, files, f)
		if err != nil {
			return applied, fmt.Errorf("migrations: %s: %w", f.name, err)
		}
		if done {
			applied = append(applied, f.name)
		}
	}
	return applied, nil
}

// apply runs one file and notes it in one transaction, unless another starter was quicker. An error leaves the transaction open;
// close ends it with the connection.
func (s *session) apply(ctx context.Context, files []file, f file) (done bool, err error) {
	if err := s.exec(ctx, s.way.begin, s.way.table); err != nil {
		return false, err
	}
	notes, err := s.notes(ctx)
	if err = errors.Join(err, compare(files, notes)); err != nil {
		return false, err
	}
	if _, done := notes[f.version]; done {
		return false, s.exec(ctx, "COMMIT")
	}
	if err := s.way.run(ctx, s.conn, f); err != nil {
		return false, err
	}
	if _, err := s.conn.ExecContext(ctx, insertNote, f.version, f.name, f.sum); err != nil {
		return false, err
	}
	return true, s.exec(ctx, "COMMIT")
}

// insertNote is understood by both: SQLite takes $1 for a numbered parameter too.
const insertNote = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, CURRENT_TIMESTAMP)"

func (s *session) exec(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// close gives the connection back as it was, or ends it, and with it an open transaction, the lock and all settings.
func (s *session) close() error {
	if s.altered {
		_ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) // the way to make database/sql drop a connection
		return nil
	}
	return s.conn.Close()
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("migrations: %s: %w", doing, err)
}
