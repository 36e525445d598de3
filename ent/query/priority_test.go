package query

import (
	"fmt"
	"testing"

	"hearback/ent/generated/ent"
)

// Who was there is known by name: neither a few who showed a hand nor a few who did not are told of.
func TestHandsAreHiddenBothWays(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		there int
		hands []int
	}{
		"[{SMALL_NUMBER} {SMALL_NUMBER}]": {4, []int{4, 0}}, "[{6} {0}]": {6, []int{6, 0}}, "[{5} {6}]": {12, []int{5, 6}},
		"[{SMALL_NUMBER} {SECONDARY} {12}]": {12, []int{11, 6, 12}}, "[{SMALL_NUMBER} {SECONDARY}]": {12, []int{4, 6}},
	} {
		all := make([]*ent.Priority, len(c.hands))
		for i, n := range c.hands {
			all[i] = &ent.Priority{PatientHands: n}
		}
		if got := fmt.Sprint(handsOf(all, c.there, K, func(p *ent.Priority) int { return p.PatientHands })); got != want {
			t.Errorf("%d of %v: %s, want %s", c.hands, c.there, got, want)
		}
	}
}
