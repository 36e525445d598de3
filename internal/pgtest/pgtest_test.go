package pgtest_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"hearback/internal/pgtest"
)

func TestCluster(t *testing.T) {
	t.Parallel()
	c := pgtest.For(t)
	db := open(t, c.URL("postgres"))
	if got := show(t, db, "server_encoding"); got != "UTF8" {
		t.Errorf("server_encoding is %s, people write in more letters than that", got)
	}
	if got := show(t, db, "listen_addresses"); got != "" {
		t.Errorf("a test's server listens on %q, it should be reachable through its socket only", got)
	}
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if got := show(t, db, setting); got != "off" {
			t.Errorf("%s is %s: tests wait for a disk they do not need", setting, got)
		}
	}
	folder := show(t, db, "data_directory")
	c.Stop()
	c.Stop()
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("the server still answers after Stop")
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stop left %s behind (%v)", folder, err)
	}
	if err := c.Restart(); err == nil {
		t.Error("a stopped cluster claims to have restarted")
	}
}

func TestOutage(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]pgtest.Option{"Socket": nil, "TCP": {pgtest.OnTCP()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := pgtest.For(t, options...)
			run(t, open(t, c.URL("postgres")), "CREATE DATABASE kept")
			db := open(t, c.URL("kept"))
			run(t, db, "CREATE TABLE words AS SELECT 'we were heard' AS said")

			must(t, c.Halt())
			if err := db.PingContext(t.Context()); err == nil {
				t.Error("a halted server still answers")
			}
			must(t, c.Resume())
			must(t, c.Restart())
			var said string
			if err := open(t, c.URL("kept")).QueryRowContext(t.Context(), "SELECT said FROM words").Scan(&said); err != nil || said != "we were heard" {
				t.Errorf("after the outage the database says %q, %v", said, err)
			}
		})
	}
}

// TestKilledTestsLeaveNothing kills a process that started a cluster, as a test time-out or the kernel would.
func TestKilledTestsLeaveNothing(t *testing.T) {
	t.Parallel()
	if os.Getenv("PGTEST_CHILD") == "yes" {
		startAndWaitForDeath(t)
	}
	pgtest.For(t).Stop() // skips where there is no PostgreSQL
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledTestsLeaveNothing$")
	child.Env = append(os.Environ(), "PGTEST_CHILD=yes")
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	url := said(t, bufio.NewScanner(out))
	db := open(t, url)
	folder := show(t, db, "data_directory")
	must(t, child.Process.Kill())
	_ = child.Wait() // "signal: killed"

	gone := time.NewTicker(10 * time.Millisecond)
	defer gone.Stop()
	for deadline := time.After(time.Minute); ; {
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			break
		}
		select {
		case <-gone.C:
		case <-deadline:
			t.Fatalf("a minute after the tests were killed, %s is still there", folder)
		}
	}
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("the folder is gone but the server still answers")
	}
}

func startAndWaitForDeath(t *testing.T) {
	c, err := pgtest.Start(t.Context())
	must(t, err)
	fmt.Println("url", c.URL("postgres"))
	select {}
}

// said reads the child's URL from its first line of interest.
func said(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "url "); ok {
			return url
		}
	}
	t.Fatalf("the child ended without a word: %v", lines.Err())
	return ""
}

func TestCancelledStartLeavesNothing(t *testing.T) {
	temp, err := os.MkdirTemp("", "pgtest-")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(temp) })
	must(t, os.Chmod(temp, 0o777)) // t.TempDir is closed to the server's user
	t.Setenv("TMPDIR", temp)
	pgtest.For(t).Stop()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pgtest.Start(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("starting with a cancelled context gave %v", err)
	}
	left, err := os.ReadDir(temp)
	must(t, err)
	if len(left) != 0 {
		t.Errorf("it left %v behind", left)
	}
}

func TestSharedClusterIsLeftAlone(t *testing.T) {
	t.Setenv(pgtest.SharedEnv, "postgres://ci:secret@127.0.0.1:5433/postgres?sslmode=disable")
	c, err := pgtest.Shared(t.Context())
	must(t, err)
	if got, want := c.URL("story"), "postgres://ci:secret@127.0.0.1:5433/story?sslmode=disable"; got != want {
		t.Errorf("URL is %s, want %s", got, want)
	}
	if err := c.Restart(); !errors.Is(err, pgtest.ErrShared) {
		t.Errorf("restarting what others use gave %v", err)
	}
	c.Stop()

	t.Setenv(pgtest.SharedEnv, "postgres://ci:se%cret@127.0.0.1")
	if _, err := pgtest.Shared(t.Context()); err == nil || strings.Contains(err.Error(), "cret") {
		t.Errorf("a broken URL gave %v, which should be an error without the password", err)
	}
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func show(t *testing.T, db *sql.DB, setting string) (value string) {
	t.Helper()
	must(t, db.QueryRowContext(t.Context(), "SELECT current_setting($1)", setting).Scan(&value))
	return value
}

func run(t *testing.T, db *sql.DB, statement string) {
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
