package main

import (
	"context"
	"database/sql"
	"errors"

	"ariga.io/atlas/sql/migrate"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	nouns "hearback/ent/generated/ent/migrate"
)

// scratch is an empty database in which the existing files are replayed.
type scratch struct{ dialect, driver, url string }

// inMemory is a SQLite database that is gone with its connection.
const inMemory = "file:scratch?mode=memory&_fk=1"

// plan writes a file with what is between the folder and the nouns, or gives migrate.ErrNoPlan where nothing is.
func plan(ctx context.Context, s scratch, dir migrate.Dir, name, version string) (err error) {
	db, err := sql.Open(s.driver, s.url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	m, err := schema.NewMigrate(entsql.OpenDB(s.dialect, db),
		schema.WithDir(dir), schema.WithDialect(s.dialect), schema.WithMigrationMode(schema.ModeReplay),
		schema.WithFormatter(dated{version}), schema.WithIndent("  "), schema.WithErrNoPlan(true))
	if err != nil {
		return err
	}
	return m.NamedDiff(ctx, name, nouns.Tables...)
}

// dated gives the files of both dialects the same date, and one file each: ent's own format writes a way down too, which nobody
// tests.
type dated struct{ version string }

// Format implements migrate.Formatter.
func (d dated) Format(p *migrate.Plan) ([]migrate.File, error) {
	p.Version = d.version
	return migrate.DefaultFormatter.Format(p)
}
