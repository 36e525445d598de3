package identify_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hearback/internal/identify"
)

// line is one text of the test set, and what somebody who reads it would mark.
type line struct {
	text string
	want []identify.Span
}

// mark is how the test set says what is to be found: [[NAME:Sarah]].
var mark = regexp.MustCompile(`\[\[([A-Z_]+):(.+?)\]\]`)

// unmark gives a text without its marks, and where they were.
func unmark(marked string) line {
	var b strings.Builder
	var l line
	at, letters := 0, 0
	write := func(s string) {
		b.WriteString(s)
		letters += utf8.RuneCountInString(s)
	}
	for _, m := range mark.FindAllStringSubmatchIndex(marked, -1) {
		write(marked[at:m[0]])
		start := letters
		write(marked[m[4]:m[5]])
		l.want = append(l.want, identify.Span{Kind: identify.Kind(marked[m[2]:m[3]]), Start: start, End: letters})
		at = m[1]
	}
	write(marked[at:])
	l.text = b.String()
	return l
}

// lines reads the test set.
func lines(t testing.TB) (all []line) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("there is no test set", err)
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for in := bufio.NewScanner(file); in.Scan(); {
			var row struct{ Text string }
			if err := json.Unmarshal(in.Bytes(), &row); err != nil {
				t.Fatalf("%s: %v: %s", name, err, in.Text())
			}
			all = append(all, unmark(row.Text))
		}
		_ = file.Close()
	}
	return all
}

// words are what a span covers.
func words(text string, s identify.Span) string { return string([]rune(text)[s.Start:s.End]) }

// score is how well one kind is found.
type score struct{ hits, exact, missed, wrong int }

func (s score) precision() float64 { return float64(s.hits) / float64(max(1, s.hits+s.wrong)) }
func (s score) recall() float64    { return float64(s.hits) / float64(max(1, s.hits+s.missed)) }

// same tells whether a finding is about what was marked: of its kind, and over some of its letters.
func same(a, b identify.Span) bool { return a.Kind == b.Kind && a.Start < b.End && b.Start < a.End }

// weigh compares what was found with what was marked. One finding may cover two marks that stand side by side.
func weigh(l line, scores map[identify.Kind]*score, tell func(format string, args ...any)) {
	found, met := identify.Find(l.text), map[int]bool{}
	for _, w := range l.want {
		i := slices.IndexFunc(found, func(f identify.Span) bool { return same(f, w) })
		if i < 0 {
			scores[w.Kind].missed++
			tell("missed %s %q in %q", w.Kind, words(l.text, w), l.text)
			continue
		}
		scores[w.Kind].hits++
		met[i] = true
		if found[i].Start == w.Start && found[i].End == w.End {
			scores[w.Kind].exact++
		} else {
			tell("not exact: %s %q, not %q, in %q", w.Kind, words(l.text, found[i]), words(l.text, w), l.text)
		}
	}
	for i, f := range found {
		if !met[i] {
			scores[f.Kind].wrong++
			tell("false alarm %s %q in %q", f.Kind, words(l.text, f), l.text)
		}
	}
}

// Of what somebody would mark in the test set, at least so much is found (recall), and of what is found at least so much is
// what somebody would mark (precision). A change of the rules that makes either worse fails here.
func TestAtLeastAsGoodAsPromised(t *testing.T) {
	t.Parallel()
	floors := map[identify.Kind]struct{ precision, recall float64 }{
		identify.Email: {1, 1}, identify.Phone: {1, 1}, identify.Postcode: {1, 1}, identify.NHSNumber: {0.85, 1}, identify.DateOfBirth: {1, 1},
		identify.WebAddress: {1, 0.85}, identify.Name: {0.95, 0.9}, identify.Recognisable: {0.95, 0.9}, identify.Capitals: {0.9, 1},
	}
	scores := map[identify.Kind]*score{}
	for _, kind := range identify.Kinds() {
		scores[kind] = &score{}
	}
	all := lines(t)
	for _, l := range all {
		weigh(l, scores, t.Logf)
	}
	if len(all) < 220 {
		t.Errorf("the test set has only %d lines", len(all))
	}
	table := fmt.Sprintf("%d lines\n%-14s %9s %7s %6s %6s %6s %6s\n", len(all), "kind", "precision", "recall", "hits", "exact", "missed", "wrong")
	for _, kind := range identify.Kinds() {
		s := scores[kind]
		table += fmt.Sprintf("%-14s %9.3f %7.3f %6d %6d %6d %6d\n", kind, s.precision(), s.recall(), s.hits, s.exact, s.missed, s.wrong)
		if floor := floors[kind]; s.precision() < floor.precision || s.recall() < floor.recall || s.hits == 0 {
			t.Errorf("%s: precision %.3f and recall %.3f of %d, promised are %v", kind, s.precision(), s.recall(), s.hits+s.missed, floor)
		}
	}
	t.Log(table)
}
