package pgtest_test

import (
	"errors"
	"fmt"
	"testing"

	"hearback/internal/pgtest"
)

// witness notes how a test was ended.
type witness struct {
	testing.TB
	ended string
}

func (w *witness) Helper() {}
func (w *witness) Skipf(text string, rest ...any) {
	w.ended += "skipped: " + fmt.Sprintf(text, rest...)
}
func (w *witness) Fatal(rest ...any) { w.ended += "failed: " + fmt.Sprint(rest...) }

func TestMissingIsLoudAndInCIFails(t *testing.T) {
	for _, c := range []struct {
		ci   string
		err  error
		want string
	}{
		{"", pgtest.ErrNotFound, "skipped: NOT TESTED ON POSTGRESQL: "},
		{"true", pgtest.ErrNotFound, "failed: "},
		{"", errors.New("no room left"), "failed: no room left"},
	} {
		t.Setenv("CI", c.ci)
		w := &witness{}
		pgtest.Missing(w, c.err)
		if len(w.ended) < len(c.want) || w.ended[:len(c.want)] != c.want {
			t.Errorf("with CI=%q and %v the test was %q, want %q", c.ci, c.err, w.ended, c.want)
		}
	}
}
