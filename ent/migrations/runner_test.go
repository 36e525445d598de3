package migrations_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"entgo.io/ent/dialect"

	"hearback/ent/migrations"
	"hearback/ent/store"
	"hearback/internal/pgtest"
)

// server is one PostgreSQL for all tests of this package; it ends with the process.
var server = sync.OnceValues(func() (*pgtest.Cluster, error) { return pgtest.Shared(context.Background()) })

// place is a clean database that several starters can open.
type place struct {
	dialect string
	open    func(*testing.T) *sql.DB
}

// onBoth tells a story on each database.
func onBoth(t *testing.T, story func(*testing.T, place)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		story(t, sqlitePlace(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		cluster, err := server()
		if err != nil {
			pgtest.Missing(t, err)
		}
		name := "migrations_" + strings.ToLower(rand.Text()) // others may share the cluster
		exec(t, opener(cluster.URL("postgres"))(t), "CREATE DATABASE "+name)
		story(t, place{dialect.Postgres, opener(cluster.URL(name))})
	})
}

func sqlitePlace(t *testing.T) place {
	return place{dialect.SQLite, opener("sqlite://" + filepath.Join(t.TempDir(), "hearback.db"))}
}

func opener(url string) func(*testing.T) *sql.DB {
	return func(t *testing.T) *sql.DB {
		t.Helper()
		s, err := store.Open(t.Context(), url, store.Shared(), store.ThrowAway(), store.Connections(4))
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s.DB()
	}
}

// folder makes files out of names and texts.
func folder(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{"atlas.sum": {Data: []byte("not a migration")}}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return files
}

const (
	first  = "20260101000000_words.sql"
	second = "20260201000000_thanks.sql"
	third  = "20260301000000_more.sql"
)

func plain() fstest.MapFS {
	return folder(first, "CREATE TABLE words (id TEXT PRIMARY KEY);", second, "CREATE TABLE thanks (id TEXT); INSERT INTO words VALUES ('one');")
}

func TestFilesAreAppliedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, at place) {
		db := at.open(t)
		runner := migrations.Runner{DB: db, Dialect: at.dialect, Files: plain()}
		before, err := runner.Status(t.Context())
		must(t, err)
		if len(before) != 2 || !before[0].Applied.IsZero() || count(t, db, tablesNamed(at, "schema_migrations")) != 0 {
			t.Errorf("asking a new database gave %v, or left something in it", before)
		}
		for _, want := range [][]string{{first, second}, nil} {
			applied, err := runner.Up(t.Context())
			must(t, err)
			if !slices.Equal(applied, want) {
				t.Errorf("applied %v, want %v", applied, want)
			}
		}
		after, err := runner.Status(t.Context())
		must(t, err)
		if after[0].Applied.IsZero() || after[1].Applied.IsZero() || after[1].Name != second {
			t.Errorf("after Up the status is %v", after)
		}
		if n := count(t, db, "SELECT count(*) FROM words"); n != 1 {
			t.Errorf("%d words, want 1", n)
		}
	})
}

func TestFourStartsApplyOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, at place) {
		var all []string
		var guard sync.Mutex
		var starters sync.WaitGroup
		for range 4 {
			runner := migrations.Runner{DB: at.open(t), Dialect: at.dialect, Files: plain()}
			starters.Go(func() {
				applied, err := runner.Up(t.Context())
				if err != nil {
					t.Error(err)
				}
				guard.Lock()
				defer guard.Unlock()
				all = append(all, applied...)
			})
		}
		starters.Wait()
		if slices.Sort(all); !slices.Equal(all, []string{first, second}) {
			t.Errorf("together the four applied %v", all)
		}
	})
}

func TestFailingFileLeavesNoTrace(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, at place) {
		db := at.open(t)
		files := plain()
		files[second].Data = []byte("CREATE TABLE thanks (id TEXT); INSERT INTO words VALUES ('one'); INSERT INTO nowhere VALUES (1);")
		runner := migrations.Runner{DB: db, Dialect: at.dialect, Files: files}
		applied, err := runner.Up(t.Context())
		if err == nil || !strings.Contains(err.Error(), second) || !slices.Equal(applied, []string{first}) {
			t.Fatalf("applied %v, %v; want the first file and an error that names the second", applied, err)
		}
		if n := count(t, db, tablesNamed(at, "thanks")) + count(t, db, "SELECT count(*) FROM words"); n != 0 {
			t.Errorf("%d traces of the failed file", n)
		}
		runner.Files = plain()
		if applied, err = runner.Up(t.Context()); err != nil || !slices.Equal(applied, []string{second}) {
			t.Errorf("mended, it applied %v, %v", applied, err)
		}
	})
}

func TestDisagreementsAreRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, at place) {
		db := at.open(t)
		_, err := (&migrations.Runner{DB: db, Dialect: at.dialect, Files: plain()}).Up(t.Context())
		must(t, err)

		changed := plain()
		changed[first].Data = []byte("CREATE TABLE words (id TEXT PRIMARY KEY, said TEXT);")
		older := plain()
		delete(older, second)
		older[third] = &fstest.MapFile{Data: []byte("CREATE TABLE more (id TEXT);")}
		late := plain()
		late["20260115000000_late.sql"] = &fstest.MapFile{Data: []byte("CREATE TABLE more (id TEXT);")}
		for want, files := range map[error]fstest.MapFS{
			migrations.ErrChanged: changed, migrations.ErrNewer: older, migrations.ErrOutOfOrder: late,
		} {
			runner := migrations.Runner{DB: db, Dialect: at.dialect, Files: files}
			if applied, err := runner.Up(t.Context()); !errors.Is(err, want) || len(applied) != 0 {
				t.Errorf("applied %v, %v; want %v", applied, err, want)
			}
			if _, err := runner.Status(t.Context()); !errors.Is(err, want) {
				t.Errorf("the status says %v, want %v", err, want)
			}
		}
		if n := count(t, db, tablesNamed(at, "more")); n != 0 {
			t.Error("a refused run changed the database")
		}
		windows := plain()
		windows[first].Data = []byte("CREATE TABLE words (id TEXT PRIMARY KEY);\r\n")
		unix := plain()
		unix[first].Data = []byte("CREATE TABLE words (id TEXT PRIMARY KEY);\n")
		fresh := migrations.Runner{DB: sqlitePlace(t).open(t), Dialect: dialect.SQLite, Files: windows}
		_, err = fresh.Up(t.Context())
		must(t, err)
		fresh.Files = unix
		_, err = fresh.Up(t.Context())
		must(t, err)
	})
}

func TestConnectionsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, at place) {
		db := at.open(t)
		question, want := "PRAGMA foreign_keys", "1"
		if at.dialect == dialect.Postgres {
			question, want = "SELECT current_setting('statement_timeout') || (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())", "15s0"
		}
		failing := plain()
		failing[third] = &fstest.MapFile{Data: []byte("nonsense")}
		for _, files := range []fstest.MapFS{plain(), failing} {
			_, _ = (&migrations.Runner{DB: db, Dialect: at.dialect, Files: files}).Up(t.Context()) // the second run fails
			var held []*sql.Conn
			for range 4 { // every connection of the pool
				conn, err := db.Conn(t.Context())
				must(t, err)
				held = append(held, conn)
				var got string
				must(t, conn.QueryRowContext(t.Context(), question).Scan(&got))
				if got != want {
					t.Errorf("a connection has %s, want %s", got, want)
				}
			}
			for _, conn := range held {
				must(t, conn.Close())
			}
		}
	})
}

func TestInterruptedRunCanBeRepeated(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, at place) {
		db := at.open(t)
		ctx, interrupt := context.WithCancel(t.Context())
		interrupt()
		runner := migrations.Runner{DB: db, Dialect: at.dialect, Files: plain()}
		if _, err := runner.Up(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("an interrupted run says %v", err)
		}
		if applied, err := runner.Up(t.Context()); err != nil || len(applied) != 2 {
			t.Errorf("repeated, it applied %v, %v", applied, err)
		}
	})
}

func TestOddFilesAreRefused(t *testing.T) {
	t.Parallel()
	db := sqlitePlace(t).open(t)
	for _, files := range []fstest.MapFS{
		folder("init.sql", "SELECT 1"),
		folder("20260101000000_a.sql", "SELECT 1", "20260101000000_b.sql", "SELECT 1"),
	} {
		if _, err := (&migrations.Runner{DB: db, Dialect: dialect.SQLite, Files: files}).Up(t.Context()); err == nil {
			t.Errorf("took %v", files)
		}
	}
	if _, err := migrations.Up(t.Context(), db, "mysql"); err == nil {
		t.Error("migrated a database that we have no files for")
	}
}

// TestOurOwnFiles runs what the program carries.
func TestOurOwnFiles(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, at place) {
		db := at.open(t)
		applied, err := migrations.Up(t.Context(), db, at.dialect)
		must(t, err)
		states, err := migrations.Status(t.Context(), db, at.dialect)
		must(t, err)
		if len(applied) == 0 || len(states) != len(applied) {
			t.Errorf("applied %v, the status knows %v", applied, states)
		}
	})
}

func TestBothDatabasesHaveTheSameSteps(t *testing.T) {
	t.Parallel()
	var steps [2][]string
	for i, name := range []string{dialect.SQLite, dialect.Postgres} {
		db := sqlitePlace(t).open(t)
		files, err := migrations.Files(name)
		must(t, err)
		states, err := (&migrations.Runner{DB: db, Dialect: dialect.SQLite, Files: files}).Status(t.Context())
		must(t, err)
		for _, s := range states {
			steps[i] = append(steps[i], s.Name)
		}
	}
	if !slices.Equal(steps[0], steps[1]) {
		t.Errorf("SQLite has %v, PostgreSQL has %v: a step that one does not need is a file with a comment", steps[0], steps[1])
	}
}

func tablesNamed(at place, name string) string {
	if at.dialect == dialect.SQLite {
		return "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + name + "'"
	}
	return "SELECT count(*) FROM pg_tables WHERE tablename = '" + name + "'"
}

func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	must(t, db.QueryRowContext(t.Context(), query).Scan(&n))
	return n
}

func exec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
