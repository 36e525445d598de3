// Package pgtest starts a private, throw-away PostgreSQL for tests, which ends with the test process even when that is killed.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
)

// SharedEnv names the environment variable with the URL of a PostgreSQL that several test processes share. Whoever sets it
// (CI does, once for a whole run) also ends that server.
const SharedEnv = "HEARBACK_TEST_POSTGRES"

// ErrNotFound says that this machine has no PostgreSQL programs. Tests skip then, loudly, or fail where PostgreSQL is required.
var ErrNotFound = errors.New("pgtest: no initdb, pg_ctl and postgres in PATH or the usual folders: install PostgreSQL 14 or newer (Debian: apt-get install postgresql)")

// ErrShared is returned by Halt, Resume and Restart of a cluster that other test processes use too.
var ErrShared = errors.New("pgtest: this PostgreSQL is shared with other tests and is not ours to stop: use Start for one of your own")

// Cluster is a running PostgreSQL whose superuser "postgres" needs no password. It keeps no promise to survive anything:
// fsync is off. Its methods may be called from one goroutine at a time.
type Cluster struct {
	base       *url.URL
	supervisor *supervisor
}

// Start makes a new cluster in a temporary folder and waits until it takes connections. It listens on a Unix socket in
// that folder and nowhere else, unless OnTCP asks for a port. As root it runs as the user postgres, else nobody.
// Without the programs the error is ErrNotFound.
func Start(ctx context.Context, options ...Option) (*Cluster, error) {
	bin, err := findPrograms(os.Getenv("PATH"))
	if err != nil {
		return nil, err
	}
	var set settings
	for _, option := range options {
		option(&set)
	}
	return launch(ctx, bin, set)
}

// Shared gives the cluster named by HEARBACK_TEST_POSTGRES, else starts one. Take it where a test only needs databases.
func Shared(ctx context.Context) (*Cluster, error) {
	text := os.Getenv(SharedEnv)
	if text == "" {
		return Start(ctx)
	}
	base, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %s is not a URL (its value is not repeated here, it may hold a password)", SharedEnv)
	}
	return &Cluster{base: base}, nil
}

// URL is the connection URL of a database of the cluster, for lib/pq. "postgres" is always there; others are made with
// CREATE DATABASE.
func (c *Cluster) URL(database string) string {
	u := *c.base
	u.Path = "/" + database
	return u.String()
}

// Stop ends the server and removes its folder. A shared cluster is left alone. Calling it again does nothing.
func (c *Cluster) Stop() {
	if c.supervisor != nil {
		c.supervisor.end()
	}
}

// Halt takes the server away: its clients are cut off and new ones are refused until Resume. Databases stay.
func (c *Cluster) Halt() error { return c.order("halt") }

// Resume brings a halted server back at the same URL.
func (c *Cluster) Resume() error { return c.order("start") }

// Restart is Halt and Resume.
func (c *Cluster) Restart() error {
	if err := c.Halt(); err != nil {
		return err
	}
	return c.Resume()
}

func (c *Cluster) order(word string) error {
	if c.supervisor == nil {
		return ErrShared
	}
	return c.supervisor.order(word)
}
