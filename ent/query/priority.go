package query

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityround"
	"hearback/ent/typeid"
)

// part is what the themes led to that somebody's words belong to: for each state the newest priority in it. It is nil when the
// words belong to no theme.
type part map[priority.State]typeid.ID

// acting stands beside the states: both sides chose it, and something is done about it.
const acting priority.State = "ACTING"

// through decides how far words have come that led to no change that lives: by what was chosen, by what ended, by what waits.
func through(at Stage, to part) Stage {
	has := func(s priority.State) bool { _, ok := to[s]; return ok }
	switch {
	case has(acting):
		return InAction
	case has(priority.StateChosen):
		return Prioritised
	case at == NotChanged:
		return NotChanged
	case has(priority.StatePutUp), has(priority.StateOwedReason):
		return Themed
	case has(priority.StateNotTakenUp):
		return NotChanged
	case to != nil:
		return Themed
	}
	return at
}

type themedKey struct{}

// themed is what the words of e are a part of, for all experiences that were read together in one statement.
func themed(ctx context.Context, db *ent.Client, e *ent.Experience) (part, error) {
	all, err := cohort.Once(e.Cohort(), themedKey{}, func(rows []*ent.Experience) (map[typeid.ID]part, error) {
		var found []struct {
			Experience typeid.ID
			State      priority.State
			Priority   typeid.ID
			Acted      bool
		}
		err := db.Evidence.Query().Where(evidence.ExperienceIDIn(ids(rows)...)).Modify(func(s *sql.Selector) {
			p := sql.Table(priority.Table)
			s.LeftJoin(p).On(s.C(evidence.FieldThemeID), p.C(priority.FieldThemeID))
			n := sql.Table(action.Table)
			s.LeftJoin(n).OnP(sql.And(sql.ColumnsEQ(p.C(priority.FieldID), n.C(action.FieldPriorityID)), sql.NEQ(n.C(action.FieldState), action.StateDropped)))
			acted := "MAX(CASE WHEN " + n.C(action.FieldID) + " IS NULL THEN 0 ELSE 1 END) = 1"
			of, state, id := s.C(evidence.FieldExperienceID), "COALESCE("+p.C(priority.FieldState)+", '')", "COALESCE("+sql.Max(p.C(priority.FieldID))+", '')"
			s.Select(sql.As(of, "experience"), sql.As(state, "state"), sql.As(id, "priority"), sql.As(acted, "acted")).GroupBy(of, p.C(priority.FieldState))
		}).Scan(ctx, &found)
		known := make(map[typeid.ID]part, len(found))
		for _, f := range found {
			if known[f.Experience] == nil {
				known[f.Experience] = part{}
			}
			if f.Priority != "" {
				known[f.Experience][f.State] = f.Priority
			}
			if f.Acted {
				known[f.Experience][acting] = f.Priority
			}
		}
		return known, err
	})
	return all[e.ID], err
}

type declinedKey struct{}

// declined is why the newest priority was not taken up that the words of e belong to, in one statement for all experiences that were read together.
func declined(ctx context.Context, db *ent.Client, e *ent.Experience) (string, error) {
	reasons, err := cohort.Once(e.Cohort(), declinedKey{}, func(rows []*ent.Experience) (map[typeid.ID]string, error) {
		wanted := make([]typeid.ID, 0, len(rows))
		for _, r := range rows {
			if to, err := themed(ctx, db, r); err != nil {
				return nil, err
			} else if id, ok := to[priority.StateNotTakenUp]; ok {
				wanted = append(wanted, id)
			}
		}
		found, err := db.Priority.Query().Where(priority.IDIn(wanted...)).Select(priority.FieldReason).All(ctx)
		known := make(map[typeid.ID]string, len(found))
		for _, p := range found {
			known[p.ID] = p.Reason
		}
		return known, err
	})
	if err != nil {
		return "", err
	}
	to, err := themed(ctx, db, e)
	return reasons[to[priority.StateNotTakenUp]], err
}

// SideCount is how many people there are on one side.
type SideCount struct {
	Side  coproducer.Side
	Count Count
}

// sides are both, in the order in which they are shown.
func sides() []coproducer.Side {
	return []coproducer.Side{coproducer.SidePatientFamily, coproducer.SideStaff}
}

// Voters are how many people voted on each side, once the round is closed; a few are hidden.
func Voters(r *ent.PriorityRound, k int) []*SideCount {
	if r.ClosedAt == nil {
		return nil
	}
	var counts []*SideCount
	for i, n := range []int{r.PatientVoters, r.StaffVoters} {
		counts = append(counts, &SideCount{sides()[i], hide([]cell{{n, n}}, k)[0]})
	}
	return counts
}

type votesKey struct{}

// Votes are how many people of each side want this first, once the round is closed. The votes of one side in a round are one table
// that is hidden together. When few voted on a side altogether, all of its votes are hidden: also one that nobody wants would tell.
func Votes(ctx context.Context, db *ent.Client, p *ent.Priority, k int) ([]*SideCount, error) {
	return tables(ctx, db, p, func(r *ent.PriorityRound, all []*ent.Priority) (patients, staff []Count) {
		return votesOf(all, r.PatientVoters, k, func(o *ent.Priority) int { return o.PatientVotes }),
			votesOf(all, r.StaffVoters, k, func(o *ent.Priority) int { return o.StaffVotes })
	})
}

// Hands are how many people of each side showed a hand for it; nil when none were shown. The names of who was there are known, so
// also a few who showed no hand are hidden.
func Hands(ctx context.Context, db *ent.Client, p *ent.Priority, k int) ([]*SideCount, error) {
	return tables(ctx, db, p, func(r *ent.PriorityRound, all []*ent.Priority) (patients, staff []Count) {
		if r.PatientHands == 0 {
			return nil, nil
		}
		return handsOf(all, r.PatientHands, k, func(o *ent.Priority) int { return o.PatientHands }),
			handsOf(all, r.StaffHands, k, func(o *ent.Priority) int { return o.StaffHands })
	})
}

// tables gives the numbers of one priority from the tables of its round, one a side; nil as long as the round is open.
func tables(ctx context.Context, db *ent.Client, p *ent.Priority, of func(*ent.PriorityRound, []*ent.Priority) (patients, staff []Count)) ([]*SideCount, error) {
	rounds, err := cohort.Once(p.Cohort(), votesKey{}, func(rows []*ent.Priority) (map[typeid.ID]*ent.PriorityRound, error) {
		return ballots(ctx, db, rows)
	})
	if err != nil {
		return nil, err
	}
	r := rounds[p.RoundID]
	if r == nil || r.ClosedAt == nil {
		return nil, nil
	}
	all := r.Edges.Priorities
	at := slices.IndexFunc(all, func(o *ent.Priority) bool { return o.ID == p.ID })
	patients, staff := of(r, all)
	if patients == nil {
		return nil, nil
	}
	return []*SideCount{{coproducer.SidePatientFamily, patients[at]}, {coproducer.SideStaff, staff[at]}}, nil
}

func ballots(ctx context.Context, db *ent.Client, rows []*ent.Priority) (map[typeid.ID]*ent.PriorityRound, error) {
	of := make([]typeid.ID, len(rows))
	for i, p := range rows {
		of[i] = p.RoundID
	}
	found, err := db.PriorityRound.Query().Where(priorityround.IDIn(slices.Compact(slices.Sorted(slices.Values(of)))...)).
		WithPriorities(func(q *ent.PriorityQuery) { q.Order(priority.ByID()) }).All(ctx)
	rounds := make(map[typeid.ID]*ent.PriorityRound, len(found))
	for _, r := range found {
		rounds[r.ID] = r
	}
	return rounds, err
}

// handsOf is the table of one side of which so many were there.
func handsOf(all []*ent.Priority, there, k int, hands func(*ent.Priority) int) []Count {
	if there < k {
		return slices.Repeat([]Count{Suppressed{SmallNumber}}, len(all))
	}
	cells := make([]cell, len(all))
	for i, p := range all {
		cells[i] = cell{hands(p), min(hands(p), there-hands(p))}
	}
	return hide(cells, k)
}

// votesOf is the table of one side.
func votesOf(all []*ent.Priority, voters, k int, votes func(*ent.Priority) int) []Count {
	if voters > 0 && voters < k {
		return slices.Repeat([]Count{Suppressed{SmallNumber}}, len(all))
	}
	cells := make([]cell, len(all))
	for i, p := range all {
		cells[i] = cell{votes(p), votes(p)}
	}
	return hide(cells, k)
}
