package dbtest_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"hearback/ent/dbtest"
	"hearback/ent/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestEachTestHasItsOwnMigratedDatabase(t *testing.T) {
	t.Parallel()
	for range 2 { // the second finds nothing of the first
		dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
			states, err := migrations.Status(t.Context(), db.Store.DB(), db.Store.Dialect())
			must(t, err)
			for _, s := range states {
				if s.Applied.IsZero() {
					t.Errorf("%s is not applied", s.Name)
				}
			}
			write(t, db.Client, "CREATE TABLE here_i_am (id INTEGER)")
			write(t, db.Client, "INSERT INTO people (id, created_at) VALUES ('per_1', CURRENT_TIMESTAMP)")
		})
	}
}

func TestStatementsAreCounted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		if n := db.Statements(); n != 0 {
			t.Errorf("%d statements before anybody asked", n)
		}
		said := db.Said(func() {
			read(t, db.Client)
			tx, err := db.Client.Tx(t.Context())
			must(t, err)
			write(t, tx, "DELETE FROM people")
			read(t, tx)
			must(t, tx.Commit())
			tx, err = db.Client.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
			must(t, err)
			read(t, tx)
			must(t, tx.Rollback())
		})
		if len(said) != 4 || !strings.Contains(said[1], "DELETE FROM people") {
			t.Errorf("counted %d, want 4:\n%s", len(said), strings.Join(said, "\n"))
		}
		if n := db.Count(func() { read(t, db.Client) }); n != 1 || db.Statements() != 5 {
			t.Errorf("one more is %d, all are %d; want 1 and 5", n, db.Statements())
		}
	})
}

func TestURLsAreForWhoeverOpensThem(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		if filepath.Base(t.Name()) != strings.SplitN(url, ":", 2)[0] {
			t.Errorf("%s got %s", t.Name(), url)
		}
		read(t, dbtest.Open(t, url).Client)
	})
}

type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

func read(t *testing.T, from querier) {
	t.Helper()
	rows, err := from.QueryContext(t.Context(), "SELECT id FROM people")
	must(t, err)
	must(t, rows.Close())
}

type executer interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}

func write(t *testing.T, to executer, statement string) {
	t.Helper()
	_, err := to.ExecContext(t.Context(), statement)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
