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
	scratch, err := openScratch(ctx)
	if err != nil {
		return err
	}
	defer scratch.close()
	version := time.Now().UTC().Format("20060102150405")
	for _, s := range scratch.databases {
		if err := next(ctx, s, "ent/migrations/"+s.folder, name, version); err != nil {
			return err
		}
	}
	return nil
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

// next brings atlas.sum up to date and writes the next file of one dialect, if there is anything to write.
func next(ctx context.Context, s scratchDatabase, folder, name, version string) error {
	dir, err := migrate.NewLocalDir(folder)
	if err != nil {
		return fmt.Errorf("%w: run this from the top of the repository", err)
	}
	before, err := sum(dir)
	if err != nil {
		return err
	}
	if name == "" {
		fmt.Println(folder + "/" + migrate.HashFileName + " is up to date")
		return nil
	}
	if err := plan(ctx, s, dir, name, version); errors.Is(err, migrate.ErrNoPlan) {
		fmt.Println(folder + " already says what ent/schema says: nothing written")
		return nil
	} else if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	return report(dir, folder, len(before))
}

// sum writes atlas.sum anew and gives its lines.
func sum(dir *migrate.LocalDir) (migrate.HashFile, error) {
	lines, err := dir.Checksum()
	if err != nil {
		return nil, err
	}
	return lines, migrate.WriteSumFile(dir, lines)
}

// report prints the files that came after the first known ones.
func report(dir *migrate.LocalDir, folder string, known int) error {
	files, err := dir.Files()
	if err != nil {
		return err
	}
	for _, f := range files[known:] {
		fmt.Printf("-- %s/%s\n%s\n", folder, f.Name(), f.Bytes())
	}
	return nil
}
