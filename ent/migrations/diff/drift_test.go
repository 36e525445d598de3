package main

import (
	"errors"
	"os"
	"testing"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"

	"hearback/internal/pgtest"
)

// TestNothingIsMissing fails when ent/schema says something that the migrations do not, or when a file was edited without its
// sum.
func TestNothingIsMissing(t *testing.T) {
	t.Parallel()
	// One after the other: ent completes its list of tables, which both would use, while it plans.
	t.Run("sqlite", func(t *testing.T) {
		wantNoPlan(t, "../sqlite", scratch{dialect.SQLite, "sqlite", inMemory})
	})
	t.Run("postgres", func(t *testing.T) {
		cluster := pgtest.For(t)
		wantNoPlan(t, "../postgres", scratch{dialect.Postgres, "postgres", cluster.URL("postgres")})
	})
}

func wantNoPlan(t *testing.T, folder string, s scratch) {
	t.Helper()
	path := t.TempDir()
	if err := os.CopyFS(path, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	dir, err := migrate.NewLocalDir(path)
	if err != nil {
		t.Fatal(err)
	}
	switch err := plan(t.Context(), s, dir, "drift", "99990101000000"); {
	case err == nil:
		missing, _ := os.ReadFile(path + "/99990101000000_drift.sql")
		t.Errorf("type: make migration name=what_changed; this is not in %s yet:\n%s", folder, missing)
	case errors.Is(err, migrate.ErrChecksumMismatch):
		t.Errorf("a file of %s was edited: if that was meant, type: go run ./ent/migrations/diff", folder)
	case !errors.Is(err, migrate.ErrNoPlan):
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, words := range [][]string{{"Experience Place"}, {"a", "b"}, {"../../etc"}, {"_x"}, {""}} {
		if name, err := nameOf(words); err == nil {
			t.Errorf("%q was taken as the name %q", words, name)
		}
	}
	if name, err := nameOf([]string{"experience_place2"}); err != nil || name != "experience_place2" {
		t.Errorf("a good name gave %q, %v", name, err)
	}
}
