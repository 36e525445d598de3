package query

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/typeid"
)

// Stage is the furthest that somebody's words have come.
type Stage string

// The stages, from the first to the last.
const (
	Sent        Stage = "SENT"
	Returned    Stage = "RETURNED"
	Heard       Stage = "HEARD"
	Answered    Stage = "ANSWERED"
	Themed      Stage = "THEMED"
	Prioritised Stage = "PRIORITISED"
	InAction    Stage = "IN_ACTION"
	Changed     Stage = "CHANGED"
	Helped      Stage = "HELPED"
	NotChanged  Stage = "NOT_CHANGED"

	NotPublished Stage = "NOT_PUBLISHED"
	Withdrawn    Stage = "WITHDRAWN"
)

// helped stands beside the states: embedded, and most of who could say said that it helped.
const helped change.State = "HELPED"

// led is what an experience led to: for each state the newest change in it.
type led map[change.State]typeid.ID

// before are the stages of words that are not heard (yet), by where they stand.
func before() map[experience.State]Stage {
	return map[experience.State]Stage{
		experience.StateInModeration: Sent, experience.StateScheduled: Sent, experience.StateWithService: Sent, experience.StateHeld: Sent, experience.StateSafeguarding: Sent,
		experience.StateReturned: Returned, experience.StateEditsOffered: Returned,
		experience.StateRejected: NotPublished, experience.StatePaused: NotPublished, experience.StateWithdrawn: Withdrawn,
	}
}

// stage decides how far the words have come: by where they stand, by what lives, then by what ended, then by who heard them.
func stage(state experience.State, answered bool, to led) Stage {
	has := func(states ...change.State) bool {
		for _, s := range states {
			if _, ok := to[s]; ok {
				return true
			}
		}
		return false
	}
	if s, ok := before()[state]; ok {
		return s
	}
	switch {
	case has(helped):
		return Helped
	case has(change.StateMade, change.StateEmbedded):
		return Changed
	case has(change.StatePlanned, change.StateTesting):
		return InAction
	case has(change.StateNotPossible, change.StateReversed):
		return NotChanged
	case answered:
		return Answered
	}
	return Heard
}

type ledKey struct{}

// StageOf says how far the words of e have come, for all experiences that were read together in two statements at most.
func StageOf(ctx context.Context, db *ent.Client, e *ent.Experience) (Stage, error) {
	all, err := ledTo(ctx, db, e)
	at := stage(e.State, e.AnsweredAt != nil, all[e.ID])
	if err != nil || !slices.Contains([]Stage{Heard, Answered, NotChanged}, at) {
		return at, err
	}
	to, err := themed(ctx, db, e)
	return through(at, to), err
}

func ledTo(ctx context.Context, db *ent.Client, e *ent.Experience) (map[typeid.ID]led, error) {
	return cohort.Once(e.Cohort(), ledKey{}, func(rows []*ent.Experience) (map[typeid.ID]led, error) {
		var found []struct {
			Experience typeid.ID
			State      change.State
			Helped     bool
			Change     typeid.ID
		}
		err := db.Origin.Query().Where(origin.ExperienceIDIn(ids(rows)...)).Modify(func(s *sql.Selector) {
			c := sql.Table(change.Table)
			s.Join(c).On(s.C(origin.FieldChangeID), c.C(change.FieldID))
			of, state, good := s.C(origin.FieldExperienceID), c.C(change.FieldState), c.C(change.FieldHelped)
			s.Select(sql.As(of, "experience"), sql.As(state, "state"), sql.As(good, "helped"), sql.As(sql.Max(c.C(change.FieldID)), "change")).GroupBy(of, state, good)
		}).Scan(ctx, &found)
		all := make(map[typeid.ID]led, len(rows))
		for _, f := range found {
			if all[f.Experience] == nil {
				all[f.Experience] = led{}
			}
			all[f.Experience][f.State] = f.Change
			if f.Helped {
				all[f.Experience][helped] = f.Change
			}
		}
		return all, err
	})
}

type reasonKey struct{}

// ReasonOf says why nothing will change, when that is how the line of e ended; else it is empty.
func ReasonOf(ctx context.Context, db *ent.Client, e *ent.Experience) (string, error) {
	at, err := StageOf(ctx, db, e)
	if err != nil || at != NotChanged {
		return "", err
	}
	all, err := ledTo(ctx, db, e)
	if err != nil {
		return "", err
	}
	to := all[e.ID]
	if len(to) == 0 {
		return declined(ctx, db, e)
	}
	reasons, err := cohort.Once(e.Cohort(), reasonKey{}, func([]*ent.Experience) (map[typeid.ID]string, error) {
		return endings(ctx, db, all)
	})
	if id, ok := to[change.StateNotPossible]; ok {
		return reasons[id], err
	}
	return reasons[to[change.StateReversed]], err
}

func endings(ctx context.Context, db *ent.Client, all map[typeid.ID]led) (map[typeid.ID]string, error) {
	var wanted []typeid.ID
	for _, to := range all {
		for _, s := range []change.State{change.StateNotPossible, change.StateReversed} {
			if id, ok := to[s]; ok {
				wanted = append(wanted, id)
			}
		}
	}
	found, err := db.Change.Query().Where(change.IDIn(wanted...)).Select(change.FieldReason).All(ctx)
	reasons := make(map[typeid.ID]string, len(found))
	for _, c := range found {
		reasons[c.ID] = c.Reason
	}
	return reasons, err
}
