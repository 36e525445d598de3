package query

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearback/ent/generated/ent"
)

// What a closed round tells leaves nobody in a group of fewer than five, also when the total is taken into account.
func TestVerdictsTellNothingOfFewPeople(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SliceOfN(rapid.IntRange(0, 9), 5, 5).Draw(t, "answers")
		at := time.Now()
		r := &ent.VerdictRound{Helped: n[0], Partly: n[1], NotYet: n[2], MadeWorse: n[3], CannotSay: n[4], Answered: n[0] + n[1] + n[2] + n[3] + n[4], ClosedAt: &at}
		hidden, shown := 0, 0
		for i, c := range Verdicts(r, K) {
			switch c := c.Count.(type) {
			case Exact:
				if shown++; c.Value != n[i] || c.Value > 0 && c.Value < K {
					t.Fatalf("%v tells %d of answer %d", n, c.Value, i)
				}
			case Suppressed:
				hidden += n[i]
			}
		}
		if hidden > 0 && hidden < K && shown > 0 {
			t.Fatalf("%v: what is hidden is about %d people", n, hidden)
		}
		if total, open := HowManyAnswered(r, K).(Exact); open && total.Value > 0 && total.Value < K {
			t.Fatalf("%v: the total tells of %d", n, total.Value)
		}
		r.ClosedAt = nil
		if Verdicts(r, K) != nil || HowManyAnswered(r, K) != nil {
			t.Fatal("an open round tells how it goes")
		}
	})
}
