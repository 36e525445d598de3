package query

import (
	"testing"

	"pgregory.net/rapid"

	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

func TestSmallNumbersAreHiddenAndNoneAlone(t *testing.T) {
	t.Parallel()
	got := hide([]cell{{12, 9}, {3, 2}, {0, 0}, {40, 30}}, K)
	want := []Count{Suppressed{Secondary}, Suppressed{SmallNumber}, Exact{0}, Exact{40}}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("cell %d is %v, not %v", i, got[i], want[i])
		}
	}
}

func TestNoCellOfAFewPeopleIsShownOrHiddenAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) cell {
			people := rapid.IntRange(0, 12).Draw(t, "people")
			return cell{people * rapid.IntRange(1, 3).Draw(t, "each"), people}
		}), 0, 24).Draw(t, "cells")
		hidden, shown := 0, 0
		for i, c := range hide(cells, K) {
			switch c := c.(type) {
			case Suppressed:
				hidden++
			case Exact:
				if p := cells[i].people; p > 0 && p < K || c.Value != cells[i].n {
					t.Fatalf("cell %d shows %d about %d people", i, c.Value, p)
				}
				if c.Value > 0 {
					shown++
				}
			}
		}
		if hidden == 1 && shown > 0 {
			t.Fatal("one hidden cell beside others can be worked out from a total")
		}
	})
}

func TestTheStageIsTheFurthestThatLives(t *testing.T) {
	t.Parallel()
	to := func(states ...change.State) led {
		l := led{}
		for _, s := range states {
			l[s] = typeid.New(typeid.Change)
		}
		return l
	}
	for _, c := range []struct {
		state    experience.State
		answered bool
		to       led
		want     Stage
	}{
		{experience.StateInModeration, false, nil, Sent},
		{experience.StateReturned, true, to(change.StateMade), Returned},
		{experience.StatePublished, false, nil, Heard},
		{experience.StatePublished, true, nil, Answered},
		{experience.StatePublished, false, to(change.StatePlanned), InAction},
		{experience.StatePublished, true, to(change.StateTesting, change.StateNotPossible), InAction},
		{experience.StatePublished, true, to(change.StateMade, change.StatePlanned), Changed},
		{experience.StatePublished, true, to(change.StateNotPossible), NotChanged},
		{experience.StatePublished, false, to(change.StateReversed), NotChanged},
	} {
		if got := stage(c.state, c.answered, c.to); got != c.want {
			t.Errorf("%+v is at %s", c, got)
		}
	}
}
