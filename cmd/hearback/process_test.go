package main_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds how long a test waits for what must come from another process; nothing is measured by it.
const patience = 30 * time.Second

// site is one installation: a store, a folder with its keys, and the programs that run on them, each a process of its own.
type site struct {
	t      *testing.T
	folder string
	store  string
}

func newSite(t *testing.T, store string) *site {
	return &site{t: t, folder: t.TempDir(), store: store}
}

// command is the program with words, as a process of this installation. The settings of whoever runs the tests do not reach it.
func (s *site) command(words ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], words...)
	c.Dir = s.folder
	c.Env = []string{
		"HEARBACK_TEST_AS_PROGRAM=yes", "DATABASE_URL=" + s.store, "JWT_KEYS_FILE=" + filepath.Join(s.folder, "keys.json"), "LISTEN=127.0.0.1:0",
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.Getenv("TMPDIR"), "GOCOVERDIR=" + os.Getenv("GOCOVERDIR"),
	}
	return c
}

// run runs a program to its end.
func (s *site) run(words ...string) (code int, out, said string) {
	return finished(s.t, s.command(words...))
}

func finished(t *testing.T, c *exec.Cmd) (code int, out, said string) {
	t.Helper()
	var o, e bytes.Buffer
	c.Stdout, c.Stderr = &o, &e
	held, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Close() }()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	defer late.Stop()
	_ = c.Wait() // the exit code says it
	return c.ProcessState.ExitCode(), o.String(), e.String()
}

// server is a running `hearback serve`.
type server struct {
	t          *testing.T
	process    *exec.Cmd
	url        string
	invitation string // the link for the first administrator; empty when there is one
	heard      *words
	ended      chan struct{} // closed when the process is gone
}

// serve starts a server and waits until it has said where it is. From then on callers wait and are not refused.
func (s *site) serve(words ...string) *server {
	s.t.Helper()
	return started(s.t, s.command(append([]string{"serve"}, words...)...))
}

func started(t *testing.T, c *exec.Cmd) *server {
	t.Helper()
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	held, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	v := &server{t: t, process: c, heard: &words{}, ended: make(chan struct{})}
	welcomed := make(chan struct{})
	go v.listen(said, welcomed)
	t.Cleanup(func() {
		_ = c.Process.Kill()
		<-v.ended
		_ = held.Close()
	})
	select {
	case <-welcomed:
	case <-v.ended:
		t.Fatalf("the server ended with %d and said:\n%s", c.ProcessState.ExitCode(), v.heard)
	case <-time.After(patience):
		t.Fatalf("the server is not ready; it said:\n%s", v.heard)
	}
	v.url = strings.TrimSuffix(v.heard.after("api"), "/graphql")
	v.invitation = v.heard.after("first administrator:")
	return v
}

// listen takes what the server says, and notes its end. The sentence about urgent care is its last on start.
func (v *server) listen(said io.Reader, welcomed chan<- struct{}) {
	defer close(v.ended)
	for lines := bufio.NewScanner(said); lines.Scan(); {
		v.heard.add(lines.Text())
		if lines.Text() == "Hearback is not for urgent care." {
			close(welcomed)
		}
	}
	_ = v.process.Wait() // the exit code says it
}

// end sends a signal and gives the exit code.
func (v *server) end(how os.Signal) int {
	v.t.Helper()
	if err := v.process.Process.Signal(how); err != nil {
		v.t.Fatal(err)
	}
	return v.code()
}

// code waits for the end.
func (v *server) code() int {
	v.t.Helper()
	select {
	case <-v.ended:
	case <-time.After(patience):
		v.t.Fatalf("the server does not end; it said:\n%s", v.heard)
	}
	return v.process.ProcessState.ExitCode()
}

// die kills the process as a power cut would.
func (v *server) die() {
	v.t.Helper()
	if v.end(syscall.SIGKILL) != -1 {
		v.t.Fatalf("the server ended before it was killed; it said:\n%s", v.heard)
	}
}

// words are the lines that a process has said so far.
type words struct {
	mu    sync.Mutex
	lines []string
}

func (w *words) add(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line)
}

func (w *words) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.lines)
}

func (w *words) String() string { return strings.Join(w.all(), "\n") }

// after is the first word behind a name at the beginning of a line; empty when no line has it.
func (w *words) after(name string) string {
	for _, line := range w.all() {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.Fields(rest)[0]
		}
	}
	return ""
}

// token makes somebody with a role, by the command line, beside whatever runs.
func (s *site) token(role string, words ...string) string {
	s.t.Helper()
	code, out, said := s.run(append([]string{"token", "create", "--as", role}, words...)...)
	if code != 0 || strings.Count(out, "\n") != 1 {
		s.t.Fatalf("token create --as %s: %d, %q, %q", role, code, out, said)
	}
	return strings.TrimSpace(out)
}

// until asks again and again whether something outside of this process has come about. It is for what no process tells of.
func until(t *testing.T, what string, come func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(patience); !come(); {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("waited in vain until " + what)
		}
	}
}

// sure gives a value that there must be: sure(os.Stat(path))(t).
func sure[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
