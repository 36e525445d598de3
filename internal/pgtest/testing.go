package pgtest

import (
	"errors"
	"os"
	"testing"
)

// For starts a cluster of the test's own, which is stopped when the test ends. Without PostgreSQL see Missing.
func For(t testing.TB, options ...Option) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), options...)
	if err != nil {
		Missing(t, err)
	}
	t.Cleanup(c.Stop)
	return c
}

// Missing ends a test that got no cluster: it is skipped with the reason where there is no PostgreSQL, but fails where CI=true
// says that there must be one, and for every other error.
func Missing(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skipf("NOT TESTED ON POSTGRESQL: %v", err)
		return
	}
	t.Fatal(err)
}
