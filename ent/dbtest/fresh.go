package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hearback/ent/migrations"
	"hearback/ent/store"
	"hearback/internal/pgtest"
)

// What a process makes once. The house has no globals; here they are what saves each test 20 to 200 ms, and nothing in them
// changes after it was made.
var (
	sqliteTemplate   = sync.OnceValues(makeSQLiteTemplate)
	postgresTemplate = sync.OnceValues(makePostgresTemplate)
	stopCluster      = func() {}
)

// Main is the whole TestMain of a package that uses PostgreSQL: it stops the server after the last test. Without it the server
// ends by itself a moment after the process.
func Main(m *testing.M) {
	m.Run() // the exit code is passed on by package testing
	stopCluster()
}

// SQLite gives the URL of a clean, migrated file of the test's own.
func SQLite(t testing.TB) string {
	t.Helper()
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "hearback.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite://" + path
}

// makeSQLiteTemplate migrates a file and gives its content; closing the store has folded the write-ahead log into it.
func makeSQLiteTemplate() (content []byte, err error) {
	folder, err := os.MkdirTemp("", "hearback-template-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "hearback.db")
	if err := migrate("sqlite://" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// Postgres gives the URL of a clean, migrated database of the test's own, which is dropped when the test ends. Without PostgreSQL
// see pgtest.Missing.
func Postgres(t testing.TB) string {
	t.Helper()
	template, err := postgresTemplate()
	if err != nil {
		pgtest.Missing(t, err)
	}
	name := uniqueName("test")
	if err := template.admin("CREATE DATABASE " + name + " TEMPLATE " + template.name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := template.admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return template.cluster.URL(name)
}

// templateDatabase is a migrated database that nobody is connected to, so that it can be copied.
type templateDatabase struct {
	cluster *pgtest.Cluster
	name    string
}

func makePostgresTemplate() (*templateDatabase, error) {
	cluster, err := pgtest.Shared(context.Background())
	if err != nil {
		return nil, err
	}
	stopCluster = cluster.Stop
	template := &templateDatabase{cluster: cluster, name: uniqueName("template")}
	if err := template.admin("CREATE DATABASE " + template.name); err != nil {
		return nil, err
	}
	return template, migrate(cluster.URL(template.name))
}

// admin runs a statement that no database of a test can run about itself.
func (d *templateDatabase) admin(statement string) (err error) {
	db, err := sql.Open("postgres", d.cluster.URL("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(context.Background(), statement)
	return err
}

func migrate(url string) (err error) {
	ctx := context.Background()
	s, err := store.Open(ctx, url, store.ThrowAway())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := migrations.Up(ctx, s.DB(), s.Dialect()); err != nil {
		return fmt.Errorf("migrating the template of the tests: %w", err)
	}
	return nil
}

// uniqueName is new in the whole cluster, which other processes may share.
func uniqueName(kind string) string { return kind + "_" + strings.ToLower(rand.Text()) }
