// Package migrations brings a database to the shape that this program needs: dated SQL files, one folder for each of the two
// databases, applied once and in order.
//
// The files are written by `make migration name=…` (package diff) from the nouns in ent/schema, read by a person, and
// completed by hand where the generator cannot know (search, triggers, data). A file that any database has applied is never
// edited: the next file corrects it.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"entgo.io/ent/dialect"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// Up applies what is missing and gives the names of the files that it applied, in order. Several processes may call it at the
// same time; one applies, the others wait. On an error the file at fault has left no trace, and those before it stay.
func Up(ctx context.Context, db *sql.DB, dialect string) (applied []string, err error) {
	runner, err := embedded(db, dialect)
	if err != nil {
		return nil, err
	}
	return runner.Up(ctx)
}

// Status lists every file with the time at which it was applied. It changes nothing.
func Status(ctx context.Context, db *sql.DB, dialect string) ([]State, error) {
	runner, err := embedded(db, dialect)
	if err != nil {
		return nil, err
	}
	return runner.Status(ctx)
}

func embedded(db *sql.DB, dialect string) (*Runner, error) {
	folder, err := Files(dialect)
	if err != nil {
		return nil, err
	}
	return &Runner{DB: db, Dialect: dialect, Files: folder}, nil
}

// Files is the folder of one dialect as it is built into the program.
func Files(name string) (fs.FS, error) {
	switch name {
	case dialect.SQLite:
		return fs.Sub(files, "sqlite")
	case dialect.Postgres:
		return fs.Sub(files, "postgres")
	}
	return nil, fmt.Errorf("migrations: there are none for %q, only for %s and %s", name, dialect.SQLite, dialect.Postgres)
}
