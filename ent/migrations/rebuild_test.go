package migrations_test

import (
	"database/sql"
	"strings"
	"testing"
	"testing/fstest"

	"entgo.io/ent/dialect"

	"hearback/ent/migrations"
)

// A service with two experiences; deleting the service would delete them, and each is indexed by a trigger.
const stories = `
CREATE TABLE services (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE experiences (id TEXT PRIMARY KEY, service_id TEXT NOT NULL REFERENCES services (id) ON DELETE CASCADE, story TEXT);
CREATE TABLE found (story TEXT);
CREATE TRIGGER service_named AFTER UPDATE ON services BEGIN INSERT INTO found VALUES (new.name); END;
INSERT INTO services VALUES ('a', 'Ward A');
INSERT INTO experiences VALUES ('1', 'a', 'They listened'), ('2', 'a', 'Nobody came');`

// What the generator writes when a column of services changes.
const rebuild = `
PRAGMA foreign_keys = off;
CREATE TABLE new_services (id TEXT PRIMARY KEY, name TEXT);
INSERT INTO new_services (id, name) SELECT id, name FROM services;
DROP TABLE services;
ALTER TABLE new_services RENAME TO services;
PRAGMA foreign_keys = on;`

const triggerAgain = `
CREATE TRIGGER service_named AFTER UPDATE ON services BEGIN INSERT INTO found VALUES (new.name); END;`

func TestRebuildingATableKeepsItsChildren(t *testing.T) {
	t.Parallel()
	db := sqlitePlace(t).open(t)
	up(t, db, folder(first, stories))
	naive(t, sqlitePlace(t).open(t))
	up(t, db, folder(first, stories, second, rebuild+triggerAgain))
	if n := count(t, db, "SELECT count(*) FROM experiences"); n != 2 {
		t.Errorf("%d of 2 experiences are left", n)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO experiences VALUES ('3', 'nowhere', '')"); err == nil {
		t.Error("references are not enforced any more")
	}
	exec(t, db, "UPDATE services SET name = 'Ward B'")
	if n := count(t, db, "SELECT count(*) FROM found"); n != 1 {
		t.Error("the trigger does not work any more")
	}
}

// naive shows that the danger is real: the same file, in a transaction as usual.
func naive(t *testing.T, db *sql.DB) {
	t.Helper()
	exec(t, db, stories)
	tx, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	_, err = tx.ExecContext(t.Context(), rebuild)
	must(t, err)
	must(t, tx.Commit())
	if n := count(t, db, "SELECT count(*) FROM experiences"); n != 0 {
		t.Errorf("the usual way kept %d experiences: then the runner may be simpler", n)
	}
}

func TestRebuildThatBreaksSomethingIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, word string }{
		"LosesARow":     {strings.Replace(rebuild, "FROM services;", "FROM services WHERE id <> 'a';", 1) + triggerAgain, "experiences refers to a row of services"},
		"LosesATrigger": {rebuild, "service_named"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := sqlitePlace(t).open(t)
			up(t, db, folder(first, stories))
			runner := migrations.Runner{DB: db, Dialect: dialect.SQLite, Files: folder(first, stories, second, c.file)}
			if _, err := runner.Up(t.Context()); err == nil || !strings.Contains(err.Error(), c.word) {
				t.Errorf("got %v, want an error that says %q", err, c.word)
			}
			if n := count(t, db, "SELECT count(*) FROM experiences, services"); n != 2 {
				t.Errorf("a refused rebuild left %d of 2 rows", n)
			}
		})
	}
}

func TestTriggersMayBeDroppedOnPurpose(t *testing.T) {
	t.Parallel()
	db := sqlitePlace(t).open(t)
	up(t, db, folder(first, stories))
	up(t, db, folder(first, stories, second, "DROP TRIGGER IF EXISTS `service_named`;"+rebuild))
	up(t, db, folder(first, stories, second, "DROP TRIGGER IF EXISTS `service_named`;"+rebuild, third, triggerAgain+"DROP TABLE experiences; DROP TABLE services;"))
}

func up(t *testing.T, db *sql.DB, files fstest.MapFS) {
	t.Helper()
	_, err := (&migrations.Runner{DB: db, Dialect: dialect.SQLite, Files: files}).Up(t.Context())
	must(t, err)
}
