package workflow

import (
	"testing"

	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/generated/ent/experience"
)

func TestConcernsGoOnlyWhereTheyCan(t *testing.T) {
	t.Parallel()
	const raised, acknowledged, handedOver, received, closed = concern.StateRaised, concern.StateAcknowledged, concern.StateHandedOver, concern.StateReceived, concern.StateClosed
	ways := map[concern.State]map[concernentry.Kind]concern.State{
		raised:       {concernentry.KindAcknowledged: acknowledged},
		acknowledged: {concernentry.KindTakenOver: acknowledged, concernentry.KindHandedOver: handedOver, concernentry.KindClosed: closed},
		handedOver:   {concernentry.KindTakenOver: handedOver, concernentry.KindHandedOver: handedOver, concernentry.KindReceived: received},
		received:     {concernentry.KindTakenOver: received, concernentry.KindHandedOver: handedOver, concernentry.KindClosed: closed},
		closed:       {},
	}
	kinds := []concernentry.Kind{
		concernentry.KindRaised, concernentry.KindAcknowledged, concernentry.KindTakenOver, concernentry.KindHandedOver,
		concernentry.KindReceived, concernentry.KindClosed, concernentry.KindIdentitySeen,
	}
	for from, way := range ways {
		for _, kind := range kinds {
			to, ok := afterConcern(from, kind)
			if want, may := way[kind]; ok != may || may && to != want {
				t.Errorf("%s from %s leads to %s: %v", kind, from, to, ok)
			}
		}
	}
}

func TestWhatIsHeldBackByWhichConcern(t *testing.T) {
	t.Parallel()
	stays := map[experience.State]bool{experience.StateSafeguarding: true, experience.StatePaused: true, experience.StateWithdrawn: true}
	for _, state := range []experience.State{
		experience.StateInModeration, experience.StateReturned, experience.StateEditsOffered, experience.StateScheduled, experience.StateWithService, experience.StatePublished,
		experience.StateServiceOnly, experience.StateHeld, experience.StateSafeguarding, experience.StateRejected, experience.StatePaused, experience.StateWithdrawn,
	} {
		for level, holds := range map[concern.Level]bool{concern.LevelLow: false, concern.LevelSerious: true, concern.LevelImmediate: true} {
			if got := heldBack(state, level); got != (holds && !stays[state]) {
				t.Errorf("%s, %s: held back %v", state, level, got)
			}
		}
	}
}

// The more a concern presses, the shorter its clock, in every state that has one.
func TestTheClockOfConcerns(t *testing.T) {
	t.Parallel()
	for _, state := range []concern.State{concern.StateRaised, concern.StateAcknowledged, concern.StateHandedOver, concern.StateReceived} {
		low, serious, immediate := concernClock(concern.LevelLow, state), concernClock(concern.LevelSerious, state), concernClock(concern.LevelImmediate, state)
		if immediate <= 0 || serious < immediate || low < serious {
			t.Errorf("%s: %s, %s, %s", state, low, serious, immediate)
		}
	}
}
