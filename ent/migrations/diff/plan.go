package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	nouns "hearback/ent/generated/ent/migrate"
	"hearback/internal/pgtest"
)

// scratch holds one empty database of each dialect, in which the existing files are replayed.
type scratch struct {
	cluster   *pgtest.Cluster
	databases []scratchDatabase
}

type scratchDatabase struct {
	dialect, folder string
	db              *sql.DB
}

func openScratch(ctx context.Context) (*scratch, error) {
	cluster, err := pgtest.Start(ctx)
	if err != nil {
		return nil, fmt.Errorf("a migration is written for both databases at once, and PostgreSQL is missing: %w", err)
	}
	s := &scratch{cluster: cluster}
	err = errors.Join(
		s.add(dialect.SQLite, "sqlite", "file:scratch?mode=memory&_fk=1"),
		s.add(dialect.Postgres, "postgres", cluster.URL("postgres")),
	)
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// add opens a database on one connection: one in memory is gone when its last connection is.
func (s *scratch) add(name, driver, url string) error {
	db, err := sql.Open(driver, url)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	s.databases = append(s.databases, scratchDatabase{dialect: name, folder: driver, db: db})
	return nil
}

func (s *scratch) close() {
	for _, database := range s.databases {
		_ = database.db.Close() // nothing in it is kept
	}
	s.cluster.Stop()
}

// plan writes a file with what is between the folder and the schema, or gives migrate.ErrNoPlan where nothing is.
func plan(ctx context.Context, s scratchDatabase, dir migrate.Dir, name, version string) error {
	m, err := schema.NewMigrate(entsql.OpenDB(s.dialect, s.db),
		schema.WithDir(dir), schema.WithDialect(s.dialect), schema.WithMigrationMode(schema.ModeReplay),
		schema.WithFormatter(dated{version}), schema.WithErrNoPlan(true))
	if err != nil {
		return err
	}
	return m.NamedDiff(ctx, name, nouns.Tables...)
}

// dated gives both dialects' files the same date, and one file each: ent's own format writes a way down too, which nobody tests.
type dated struct{ version string }

// Format implements migrate.Formatter.
func (d dated) Format(p *migrate.Plan) ([]migrate.File, error) {
	p.Version = d.version
	return migrate.DefaultFormatter.Format(p)
}
