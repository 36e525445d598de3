package workflow

import (
	"errors"
	"testing"
	"time"

	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/experience"
)

// codeOf is the code of a refusal's first problem; empty when nothing was refused.
func codeOf(err error) Code {
	var r Refusal
	if errors.As(err, &r) {
		return r[0].Code
	}
	return ""
}

func TestWordsAreRevisedUntilTheyArePublished(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		state    experience.State
		expected int
		code     Code
	}{
		{experience.StateInModeration, 3, ""},
		{experience.StateReturned, 3, ""},
		{experience.StateReturned, 2, StaleVersion},
		{experience.StatePublished, 3, NotNow},
	} {
		if err := mayRevise(c.state, 3, c.expected); codeOf(err) != c.code {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestChangesGoOnlyWhereTheyCan(t *testing.T) {
	t.Parallel()
	const planned, testing, made, embedded, reversed, never = change.StatePlanned, change.StateTesting, change.StateMade, change.StateEmbedded, change.StateReversed, change.StateNotPossible
	ways := map[change.State][]change.State{
		planned: {testing, made, never}, testing: {planned, made, never}, made: {embedded, reversed}, embedded: {reversed}, reversed: {planned}, never: {planned},
	}
	states := []change.State{planned, testing, made, embedded, reversed, never}
	for _, from := range states {
		for _, to := range states {
			want := NotNow
			for _, way := range ways[from] {
				if way == to {
					want = ""
				}
			}
			if err := mayMove(from, to, "Because.", 4, 4); codeOf(err) != want {
				t.Errorf("from %s to %s: %v", from, to, err)
			}
			if want == "" && ends(to) {
				if err := mayMove(from, to, "", 4, 4); codeOf(err) != ReasonNeeded {
					t.Errorf("from %s to %s without a reason: %v", from, to, err)
				}
			}
			if err := mayMove(from, to, "Because.", 4, 3); codeOf(err) != StaleVersion {
				t.Errorf("from %s to %s with an old version: %v", from, to, err)
			}
		}
	}
}

func TestAJointDecisionTakesBothSides(t *testing.T) {
	t.Parallel()
	const family, staff = coproducer.SidePatientFamily, coproducer.SideStaff
	for _, c := range []struct {
		sides []coproducer.Side
		code  Code
	}{
		{nil, BothSidesNeeded},
		{[]coproducer.Side{staff, staff}, BothSidesNeeded},
		{[]coproducer.Side{family}, BothSidesNeeded},
		{[]coproducer.Side{staff, family}, ""},
	} {
		d := ChangeDraft{Title: "A board", Difference: "People know."}
		for _, s := range c.sides {
			d.CoProducers = append(d.CoProducers, CoProducer{Side: s, Name: "Robin"})
		}
		if _, err := d.tidy(); codeOf(err) != c.code {
			t.Errorf("%v: %v", c.sides, err)
		}
	}
}

func TestWhatIsWrongIsSaidAllAtOnce(t *testing.T) {
	t.Parallel()
	_, err := ExperienceDraft{Relationship: experience.RelationshipPatient, DisplayName: string(make([]byte, 3)), Feelings: make([]string, MaxFeelings+1), HappenedIn: "2999-01"}.
		tidy(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
	var r Refusal
	if !errors.As(err, &r) || len(r) != 4 {
		t.Errorf("said: %v", err)
	}
}
