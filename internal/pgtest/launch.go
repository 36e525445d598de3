package pgtest

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

//go:embed supervise.sh
var script string

// attempts bounds how often launch tries another port; with a socket only the first can fail for a reason that stays.
const attempts = 3

// launch makes the folder, the database files and the server, and gives the cluster once it takes connections.
func launch(ctx context.Context, bin string, set settings) (*Cluster, error) {
	var failure error
	for range attempts {
		if err := set.choosePort(); err != nil {
			return nil, err
		}
		c, err := launchOnce(ctx, bin, set)
		if err == nil || ctx.Err() != nil || !set.tcp {
			return c, err
		}
		failure = err
	}
	return nil, failure
}

func launchOnce(ctx context.Context, bin string, set settings) (*Cluster, error) {
	who, err := serverUser()
	if err != nil {
		return nil, err
	}
	folder, err := makeFolder(who)
	if err != nil {
		return nil, err
	}
	s, err := supervise(who, bin, folder, set.conf(folder))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := s.begin(ctx); err != nil {
		s.end()
		return nil, err
	}
	return &Cluster{base: set.url(folder), supervisor: s}, nil
}

// longestFolder keeps the socket's path under the 103 bytes that a Unix socket's name may have everywhere.
const longestFolder = 103 - len("/.s.PGSQL.65535.lock")

// makeFolder makes the cluster's folder where the server's user can reach it: root's own TMPDIR often is closed to others.
func makeFolder(who identity) (string, error) {
	var failures []error
	for _, parent := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		folder, err := os.MkdirTemp(parent, "hearback-pg-")
		if err != nil {
			failures = append(failures, err)
			continue
		}
		if err = who.own(folder); err == nil && len(folder) <= longestFolder {
			return folder, nil
		}
		failures = append(failures, fmt.Errorf("%s cannot hold a server (name of at most %d bytes, reachable for its user): %w", folder, longestFolder, err), os.RemoveAll(folder))
	}
	return "", fmt.Errorf("pgtest: no folder for the database: %w", errors.Join(failures...))
}

// supervisor is the shell that looks after the server. It lives in a session of its own, so an interrupt typed at the
// terminal ends the tests and not the supervisor, who then sees the closed pipe and tidies up.
type supervisor struct {
	folder string
	shell  *exec.Cmd
	orders io.WriteCloser
	answer *bufio.Reader
	once   sync.Once
}

func supervise(who identity, bin, folder, conf string) (*supervisor, error) {
	shell := exec.Command("/bin/sh", "-c", script, "pgtest", bin, folder, conf)
	shell.Dir, shell.SysProcAttr = folder, who.attributes()
	shell.Env = []string{"PATH=" + bin + string(filepath.ListSeparator) + "/usr/bin:/bin", "HOME=" + folder, "LC_ALL=C"}
	orders, err := shell.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	answers, err := shell.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	if err := shell.Start(); err != nil {
		return nil, fmt.Errorf("pgtest: starting the shell that looks after PostgreSQL: %w", err)
	}
	return &supervisor{folder: folder, shell: shell, orders: orders, answer: bufio.NewReader(answers)}, nil
}

// begin waits for the files and starts the server. A cancelled ctx closes the pipe, which ends the wait as soon as the
// step at hand is done.
func (s *supervisor) begin(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = s.orders.Close() })
	err := s.heed("initdb")
	if err == nil {
		err = s.order("start")
	}
	if !stop() {
		return fmt.Errorf("pgtest: %w", ctx.Err())
	}
	return err
}

// order gives one command and waits for its answer.
func (s *supervisor) order(word string) error {
	if _, err := io.WriteString(s.orders, word+"\n"); err != nil {
		return fmt.Errorf("pgtest: %s: the cluster was stopped: %w", word, err)
	}
	return s.heed(word)
}

func (s *supervisor) heed(step string) error {
	line, err := s.answer.ReadString('\n')
	if err != nil {
		return fmt.Errorf("pgtest: %s: the shell that looks after PostgreSQL ended: %w", step, err)
	}
	if strings.TrimSpace(line) != "ok" {
		return fmt.Errorf("pgtest: %s failed:\n%s", step, s.report())
	}
	return nil
}

// report is what the programs said, for the error message.
func (s *supervisor) report() string {
	steps, _ := os.ReadFile(filepath.Join(s.folder, "steps")) // missing when nothing was said
	log, _ := os.ReadFile(filepath.Join(s.folder, "log"))
	return string(steps) + string(log)
}

// end closes the pipe and waits until the server is gone and its folder removed.
func (s *supervisor) end() {
	s.once.Do(func() {
		_ = s.orders.Close()                 // already closed when a ctx ended the start
		_, _ = io.Copy(io.Discard, s.answer) // until the shell has ended
		_ = s.shell.Wait()                   // its exit code says nothing: the folder is the proof
	})
}
