package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"hearback/ent/store"
)

func TestOpenMakesTheFileForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "not", "yet there %41?#", "hearback.db")
	s := open(t, "sqlite://"+path)
	if s.Dialect() != dialect.SQLite || s.Describe() != "SQLite "+path {
		t.Errorf("opened %s as %s", s.Describe(), s.Dialect())
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"} {
		var got string
		must(t, s.DB().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("PRAGMA %s is %s, want %s", pragma, got, want)
		}
	}
	for name, want := range map[string]os.FileMode{path: 0o600, path + "-wal": 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the rights %o, want %o: others could read people's words", name, got, want)
		}
	}
}

func TestWhatWasWrittenIsThereAgain(t *testing.T) {
	t.Parallel()
	url := "sqlite://" + filepath.Join(t.TempDir(), "hearback.db")
	s := open(t, url)
	told := time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.FixedZone("somewhere", 5*3600))
	run(t, s, "CREATE TABLE words (said TEXT, at DATETIME)")
	_, err := s.DB().ExecContext(t.Context(), "INSERT INTO words VALUES ('ta', ?)", told)
	must(t, err)
	var text string // as SQLite compares and sorts it
	must(t, s.DB().QueryRowContext(t.Context(), "SELECT CAST(at AS TEXT) FROM words").Scan(&text))
	if want := "2026-03-28 20:30:00.123456+00:00"; text != want {
		t.Errorf("stored as %s, want %s: text order would not be time order", text, want)
	}
	must(t, s.Close())

	var at time.Time
	must(t, open(t, url).DB().QueryRowContext(t.Context(), "SELECT at FROM words").Scan(&at))
	if !at.Equal(told) || at.Location() != time.UTC {
		t.Errorf("told at %s, read back as %s: not the same moment in UTC", told, at)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(folder, name)
		must(t, os.WriteFile(path, []byte(content), 0o600))
		must(t, os.Chmod(path, mode))
		return "sqlite://" + path
	}
	closed := filepath.Join(folder, "closed")
	must(t, os.Mkdir(closed, 0o500))
	for name, c := range map[string]struct {
		url   string
		kind  store.Kind
		words []string
	}{
		"NoScheme":       {"data/hearback.db", store.BadURL, []string{"sqlite://./data/hearback.db", "postgres://"}},
		"NoFile":         {"sqlite://", store.BadURL, []string{"needs a file"}},
		"InMemory":       {"sqlite://:memory:", store.BadURL, []string{"needs a file"}},
		"Folder":         {"sqlite://" + folder, store.Unusable, []string{"is a folder", folder + "/hearback.db"}},
		"FolderIsAFile":  {file("notes", "x", 0o600) + "/hearback.db", store.Unusable, []string{"not a directory"}},
		"Spreadsheet":    {file("ward.csv", strings.Repeat("ward;score\n", 200), 0o600), store.NotADatabase, []string{"ward.csv", "backup"}},
		"ReadOnlyFile":   {file("old.db", "", 0o400), store.ReadOnly, []string{"chmod u+rw", "old.db"}},
		"ReadOnlyFolder": {"sqlite://" + closed + "/hearback.db", store.ReadOnly, []string{"chmod u+rw", "closed"}},
		"BadPostgresURL": {"postgres://hearback:open-%sesame@db/hearback", store.BadURL, []string{"%25"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.url, c.kind, c.words...)
		})
	}
}

func TestReadOnlyDiskIsSaid(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("NOT TESTED ON A READ-ONLY DISK: there is no /proc, so nowhere that even root cannot write")
	}
	_, err := store.Open(t.Context(), "sqlite:///proc/hearback/hearback.db")
	var failure *store.Error
	if !errors.As(err, &failure) || failure.Remedy == "" {
		t.Errorf("opening a file where none can be gave %v", err)
	}
}

func TestFileLockedByAnotherProgram(t *testing.T) {
	t.Parallel()
	url := "sqlite://" + filepath.Join(t.TempDir(), "hearback.db")
	browser := open(t, url, store.Shared()) // as a database browser would, it knows nothing of our lock file
	tx, err := browser.DB().BeginTx(t.Context(), nil)
	must(t, err)
	refused(t, url, store.Locked, "another program", "fuser -v")
	must(t, tx.Rollback())
	open(t, url)
}

func TestOneFileServesOneProcess(t *testing.T) {
	t.Parallel()
	if url := os.Getenv("STORE_CHILD"); url != "" {
		serveUntilKilled(t, url)
	}
	folder := t.TempDir()
	url := "sqlite://" + filepath.Join(folder, "hearback.db")
	child, alive := startChild(t, url)
	refused(t, url, store.InUse, fmt.Sprintf("(number %d)", child.Process.Pid), "Stop that process")
	alias := filepath.Join(folder, "alias.db")
	must(t, os.Symlink(filepath.Join(folder, "hearback.db"), alias))
	refused(t, "sqlite://"+alias, store.InUse, "alias.db")

	shared := open(t, url, store.Shared())
	run(t, shared, "CREATE TABLE made_beside_the_server (id TEXT)")

	must(t, child.Process.Kill())
	for alive.Scan() { // ends with the process
	}
	_ = child.Wait() // "signal: killed"
	open(t, url)
	refused(t, url, store.InUse, fmt.Sprintf("(number %d)", os.Getpid()))
}

func startChild(t *testing.T, url string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOneFileServesOneProcess$")
	child.Env = append(os.Environ(), "STORE_CHILD="+url)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "serving" {
			return child, lines
		}
	}
	t.Fatal("the other process did not open the store")
	return nil, nil
}

func serveUntilKilled(t *testing.T, url string) {
	open(t, url)
	fmt.Println("serving")
	select {}
}

// refused opens the store and wants an Error of the kind with the words in it, and without secrets.
func refused(t *testing.T, url string, kind store.Kind, words ...string) {
	t.Helper()
	patience := 50 * time.Millisecond
	if kind == store.Refused || kind == store.Unsuitable {
		patience = time.Minute // a server that answers may take its time
	}
	s, err := store.Open(t.Context(), url, store.Patience(patience))
	if err == nil {
		_ = s.Close()
		t.Fatalf("%s was opened", s.Describe())
	}
	var failure *store.Error
	if !errors.As(err, &failure) || failure.Kind != kind {
		t.Errorf("got %v (%+v), want the kind %s", err, failure, kind)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
	for _, secret := range []string{"sesame"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q shows the password", err)
		}
	}
}

func open(t *testing.T, url string, options ...store.Option) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, options...)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func run(t *testing.T, s *store.Store, statement string) {
	t.Helper()
	_, err := s.DB().ExecContext(t.Context(), statement)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
