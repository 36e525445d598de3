// Command diff writes the next migration: what lies between the files of ent/migrations and the nouns of ent/schema, for both
// databases. It runs from the top of the repository:
//
//	go run ./ent/migrations/diff experience_place     (or: make migration name=experience_place)
//	go run ./ent/migrations/diff                      (only writes atlas.sum anew, after an edit by hand)
//
// Read what it wrote. It never drops a column or a table; write that by hand, together with search objects, triggers and data
// steps, and run it once more without a name.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"

	"hearback/internal/pgtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, words []string) error {
	name, err := nameOf(words)
	if err != nil {
		return err
	}
	if err := errors.Join(refresh("ent/migrations/sqlite"), refresh("ent/migrations/postgres")); err != nil || name == "" {
		return err
	}
	cluster, err := pgtest.Start(ctx)
	if err != nil {
		return fmt.Errorf("a migration is written for both databases at once, and PostgreSQL is missing: %w", err)
	}
	defer cluster.Stop()
	version := time.Now().UTC().Format("20060102150405")
	return errors.Join(
		next(ctx, "ent/migrations/sqlite", scratch{dialect.SQLite, "sqlite", inMemory}, name, version),
		next(ctx, "ent/migrations/postgres", scratch{dialect.Postgres, "postgres", cluster.URL("postgres")}, name, version),
	)
}

// nameOf checks the name; none means that only the sums are wanted.
func nameOf(words []string) (string, error) {
	if len(words) == 0 {
		return "", nil
	}
	if len(words) > 1 || !regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`).MatchString(words[0]) {
		return "", errors.New("say in a few words what changes, like this: make migration name=experience_place")
	}
	return words[0], nil
}

// refresh writes atlas.sum anew. The sum tells the generator that nobody touched a file by accident; whoever runs this means it.
func refresh(folder string) error {
	dir, err := migrate.NewLocalDir(folder)
	if err != nil {
		return fmt.Errorf("%w: run this from the top of the repository", err)
	}
	sum, err := dir.Checksum()
	if err != nil {
		return err
	}
	return migrate.WriteSumFile(dir, sum)
}

// next writes and prints the next file of one dialect, if there is anything to write.
func next(ctx context.Context, folder string, s scratch, name, version string) error {
	dir, err := migrate.NewLocalDir(folder)
	if err != nil {
		return err
	}
	if err := plan(ctx, s, dir, name, version); errors.Is(err, migrate.ErrNoPlan) {
		fmt.Println(folder + " says what ent/schema says already: nothing written")
		return nil
	} else if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	path := folder + "/" + version + "_" + name + ".sql"
	text, err := os.ReadFile(path)
	fmt.Printf("-- %s\n%s\n", path, text)
	return err
}
