package workflow

import (
	"context"
	"fmt"
	"slices"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityround"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxVotes is how many votes each person has in a round.
const MaxVotes = 3

// PriorityBallot is all that one person wants in a round: sent again, it stands for what was sent before.
type PriorityBallot struct {
	RoundID    typeid.ID
	Priorities []typeid.ID
}

// PriorityVote says what somebody wants to be worked on first, or says it otherwise as long as both sides have not chosen. Staff of
// the service vote on their side; whose words are behind a theme of the round, on the side that they spoke from.
// Errors: ErrNotFound, ErrSignIn, ErrForbidden, Refusal.
func (f *Flow) PriorityVote(ctx context.Context, d PriorityBallot) (r *ent.PriorityRound, replayed bool, err error) {
	wanted := slices.Compact(slices.Sorted(slices.Values(d.Priorities)))
	if len(wanted) > MaxVotes {
		return nil, false, refuse(TooMany, fmt.Sprintf("Everybody has %d votes. Please choose.", MaxVotes), "priorityIds")
	}
	r, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.PriorityRound, error) {
		if !a.viewer.SignedIn() {
			return nil, ErrSignIn
		}
		r, err := hold(a, a.PriorityRound.Query().Where(priorityround.ID(d.RoundID))).Only(ctx)
		if err != nil {
			return nil, err
		}
		side, err := a.sideIn(ctx, r)
		if err != nil {
			return nil, err
		}
		earlier, err := a.ballot(ctx, r.ID)
		if replayed = err == nil && slices.Equal(earlier, wanted); replayed || err != nil {
			return r, err
		}
		n, err := r.QueryPriorities().Where(priority.IDIn(wanted...), priority.StateNEQ(priority.StateNotTakenUp)).Count(ctx)
		if err := firstOf(err, mayVote(r, len(wanted), n)); err != nil {
			return nil, err
		}
		return r, a.vote(ctx, r, side, wanted)
	})
	return r, replayed && err == nil, err
}

// mayVote decides whether somebody's votes count.
func mayVote(r *ent.PriorityRound, wanted, there int) error {
	if there < wanted {
		return refuse(Invalid, "Some of these are not in this round. Please read it again and choose again.", "priorityIds")
	}
	return stillOpen(r)
}

// sideIn is the side on which the viewer votes in a round. Errors: ErrForbidden for who has no part in it.
func (a *act) sideIn(ctx context.Context, r *ent.PriorityRound) (priorityvote.Side, error) {
	at, err := a.Service.Get(ctx, r.ServiceID)
	if err != nil || a.viewer.ReachesPath(at.Path, rule.ServiceStaff()...) {
		return priorityvote.SideStaff, err
	}
	var themes []typeid.ID
	if err := r.QueryPriorities().Select(priority.FieldThemeID).Scan(ctx, &themes); err != nil {
		return "", err
	}
	people, err := a.behind(ctx, themes...)
	if err != nil {
		return "", err
	}
	side := priorityvote.Side("")
	for _, b := range people {
		switch {
		case string(b.Person) != a.viewer.Person:
		case b.Relationship == experience.RelationshipStaff || b.Relationship == experience.RelationshipLearner:
			return priorityvote.SideStaff, nil
		default:
			side = priorityvote.SidePatientFamily
		}
	}
	if side == "" {
		return "", ErrForbidden
	}
	return side, nil
}

// ballot is what the viewer voted for in a round, in the order of the ids.
func (a *act) ballot(ctx context.Context, round typeid.ID) ([]typeid.ID, error) {
	var ids []typeid.ID
	err := a.PriorityVote.Query().Where(priorityvote.RoundID(round), priorityvote.PersonID(typeid.ID(a.viewer.Person))).Order(priorityvote.ByPriorityID()).
		Select(priorityvote.FieldPriorityID).Scan(rule.AsSystem(ctx, "people may vote with a token that only writes"), &ids)
	return ids, err
}

func (a *act) vote(ctx context.Context, r *ent.PriorityRound, side priorityvote.Side, wanted []typeid.ID) error {
	me := typeid.ID(a.viewer.Person)
	if _, err := a.PriorityVote.Delete().Where(priorityvote.RoundID(r.ID), priorityvote.PersonID(me)).Exec(ctx); err != nil {
		return err
	}
	rows := make([]*ent.PriorityVoteCreate, len(wanted))
	for i, id := range wanted {
		rows[i] = a.PriorityVote.Create().SetCreatedAt(a.at).SetRoundID(r.ID).SetPriorityID(id).SetPersonID(me).SetSide(side)
	}
	return a.PriorityVote.CreateBulk(rows...).Exec(ctx)
}
