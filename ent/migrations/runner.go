package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Runner applies the *.sql files of a folder to a database. Each file and the note that it was applied are one transaction, so
// a file must not hold statements that refuse to run in one (CREATE INDEX CONCURRENTLY, VACUUM) nor end it (COMMIT).
type Runner struct {
	DB      *sql.DB
	Dialect string // dialect.SQLite or dialect.Postgres
	Files   fs.FS
}

// State is one file and when it was applied; the zero time means not yet.
type State struct {
	Name    string
	Applied time.Time
}

// Up is the package's Up for the runner's own files.
func (r *Runner) Up(ctx context.Context) (applied []string, err error) {
	files, s, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	notes, err := s.notes(ctx)
	if err = errors.Join(err, compare(files, notes)); err != nil || len(notes) == len(files) {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	return s.applyAll(ctx, files)
}

// Status is the package's Status for the runner's own files. A changed file or a newer database is an error here too, beside
// the list.
func (r *Runner) Status(ctx context.Context) (states []State, err error) {
	files, s, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	notes, err := s.notes(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		states = append(states, State{Name: f.name, Applied: notes[f.version].applied})
	}
	return states, compare(files, notes)
}

// open reads the files and takes the one connection on which everything happens.
func (r *Runner) open(ctx context.Context) ([]file, *session, error) {
	files, err := read(r.Files)
	if err != nil {
		return nil, nil, err
	}
	way, err := wayOf(r.Dialect)
	if err != nil {
		return nil, nil, err
	}
	conn, err := r.DB.Conn(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("migrations: connecting: %w", err)
	}
	return files, &session{conn: conn, way: way}, nil
}
