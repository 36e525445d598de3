package signals_test

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"hearback/internal/signals"
)

// line is one text of the test set, and what somebody who looks after people's safety would want to see in it.
type line struct {
	text string
	want []signals.Kind
}

func lines(t testing.TB) (all []line) {
	t.Helper()
	file, err := os.Open("testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for in := bufio.NewScanner(file); in.Scan(); {
		if strings.HasPrefix(in.Text(), "#") {
			continue
		}
		kinds, text, ok := strings.Cut(in.Text(), "|")
		want := signals.Parse(kinds)
		if !ok || len(want) != len(strings.Fields(kinds)) {
			t.Fatalf("not a line of the test set: %s", in.Text())
		}
		all = append(all, line{strings.TrimSpace(text), want})
	}
	return all
}

// score is how well a kind is found.
type score struct{ hits, missed, wrong int }

func (s score) precision() float64 { return float64(s.hits) / float64(max(1, s.hits+s.wrong)) }
func (s score) recall() float64    { return float64(s.hits) / float64(max(1, s.hits+s.missed)) }

func (s *score) add(found, wanted bool) {
	switch {
	case found && wanted:
		s.hits++
	case wanted:
		s.missed++
	case found:
		s.wrong++
	}
}

// The floors are loose: the set was written by who wrote the rules, and words that nobody thought of are missed. They are here
// so that a change which makes the rules worse is seen.
func TestAtLeastAsGoodAsPromised(t *testing.T) {
	t.Parallel()
	all, scores, any := lines(t), map[signals.Kind]*score{}, score{}
	for _, k := range signals.Kinds() {
		scores[k] = &score{}
	}
	for _, l := range all {
		found := signals.Find(l.text)
		for _, k := range signals.Kinds() {
			scores[k].add(slices.Contains(found, k), slices.Contains(l.want, k))
		}
		any.add(len(found) > 0, len(l.want) > 0)
		if !slices.Equal(slices.Sorted(slices.Values(found)), slices.Sorted(slices.Values(l.want))) {
			t.Logf("found %v, wanted %v: %s", found, l.want, l.text)
		}
	}
	table := fmt.Sprintf("%d lines\n%-12s %9s %7s %5s %7s %6s\n", len(all), "kind", "precision", "recall", "hits", "missed", "wrong")
	for _, k := range signals.Kinds() {
		s := scores[k]
		table += fmt.Sprintf("%-12s %9.3f %7.3f %5d %7d %6d\n", k, s.precision(), s.recall(), s.hits, s.missed, s.wrong)
		if s.precision() < 0.85 || s.recall() < 0.75 || s.hits < 20 {
			t.Errorf("%s: precision %.3f, recall %.3f", k, s.precision(), s.recall())
		}
	}
	t.Logf("%sany of them: precision %.3f, recall %.3f", table, any.precision(), any.recall())
	if len(all) < 150 || any.precision() < 0.9 || any.recall() < 0.85 {
		t.Errorf("%d lines, precision %.3f, recall %.3f", len(all), any.precision(), any.recall())
	}
}

func TestWhatTheRulesLookPast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{nil, ""},
		{[]string{"", ""}, ""},
		{[]string{"I WANT TO DIE"}, "SELF_HARM"},
		{[]string{"I  want\nto die"}, ""}, // a line end parts sentences, as a full stop does
		{[]string{"I want  to\u00a0die"}, "SELF_HARM"},
		{[]string{"I don’t want to be here anymore"}, "SELF_HARM"},
		{[]string{"Good.", "I want to die"}, "SELF_HARM"},
		{[]string{"I was never suicidal. I want to die."}, "SELF_HARM"},
		{[]string{"Killing time. I want to kill myself."}, "SELF_HARM"},
		{[]string{"want", "to die"}, ""}, // two fields are two texts
		{[]string{"I need help now. He hits me. I want to die. Mum was left in her own urine."}, "SELF_HARM ABUSE NEGLECT URGENT_NEED"},
		{[]string{"\xff\xfe I want to die \x00"}, "SELF_HARM"},
	} {
		if got := signals.Join(signals.Find(c.texts...)); got != c.want {
			t.Errorf("%q gives %q, not %q", c.texts, got, c.want)
		}
	}
}

func TestKindsAreReadBack(t *testing.T) {
	t.Parallel()
	if got := signals.Parse(signals.Join(signals.Kinds())); !slices.Equal(got, signals.Kinds()) {
		t.Errorf("read back: %v", got)
	}
	if got := signals.Parse("ABUSE OF_OLD"); !slices.Equal(got, []signals.Kind{signals.Abuse}) {
		t.Errorf("a kind that is no more: %v", got)
	}
	if len(signals.Join(signals.Kinds())) > 200 {
		t.Error("the column holds 200 letters")
	}
}
