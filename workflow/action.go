package workflow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// MaxActions is how many actions one priority may have.
const MaxActions = 50

// ActionDraft is what somebody wants to do by a day because a priority was chosen.
type ActionDraft struct {
	ID          *typeid.ID `json:"-"`
	PriorityID  typeid.ID
	What        string
	DueAt       time.Time
	Control     action.Control
	EscalatedTo *typeid.ID
	AnswerBy    *time.Time
}

// ActionAgree keeps what the viewer will do, or see done, by a day because both sides chose a priority; the people behind it are
// told. What the team cannot do alone goes to the place whose answer it needs, with a day for that answer. Nobody is made an
// owner by another. Staff who reach the service of the priority. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ActionAgree(ctx context.Context, d ActionDraft) (*ent.Action, bool, error) {
	return once(ctx, f, sending[*ent.Action]{
		id: d.ID, prefix: typeid.Action, input: d, make: d.agree,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Action, error) { return a.Action.Get(ctx, id) },
		by:  func(n *ent.Action) (typeid.ID, string) { return n.MadeByID, n.Fingerprint },
	})
}

func (d ActionDraft) agree(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Action, error) {
	p, _, by, err := a.ownPriority(ctx, d.PriorityID)
	if err != nil {
		return nil, err
	}
	var c checks
	what := c.needed(d.What, MaxReason, "what")
	c.promised(d.DueAt, a.at, "dueAt")
	there, err := p.QueryActions().Count(ctx)
	if err := firstOf(err, c.err(), mayAgree(p, there), a.mayEscalate(ctx, p, d)); err != nil {
		return nil, err
	}
	me := typeid.ID(a.viewer.Person)
	n, err := a.Action.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetServiceID(p.ServiceID).SetPriorityID(p.ID).SetMadeByID(me).SetOwnerID(me).
		SetOwnerName(by.name).SetWhat(what).SetDueAt(d.DueAt).SetControl(d.Control).SetState(action.StateAgreed).
		SetNillableEscalatedToID(d.EscalatedTo).SetNillableAnswerBy(d.AnswerBy).Save(ctx)
	if err != nil {
		return nil, err
	}
	return n, a.tellBehind(ctx, p, step.KindActionAgreed, string(id), what)
}

// mayAgree decides whether something may be done because of a priority that has so many actions.
func mayAgree(p *ent.Priority, there int) error {
	switch {
	case p.State != priority.StateChosen:
		return refuse(NotNow, "Both sides have not chosen this. Only what both sides chose is worked on.", "priorityId")
	case there >= MaxActions:
		return refuse(TooMany, fmt.Sprintf("There are %d actions already. Please end some of them first.", MaxActions), "priorityId")
	}
	return nil
}

// ActionTake makes the viewer the owner of an action. Staff who reach its service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ActionTake(ctx context.Context, id typeid.ID, expected int) (n *ent.Action, replayed bool, err error) {
	n, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Action, error) {
		n, by, err := a.ownAction(ctx, id)
		if err != nil {
			return nil, err
		}
		if replayed = string(n.OwnerID) == a.viewer.Person; replayed {
			return n, nil
		}
		if err := firstOf(notEnded(n), fresh(n, expected)); err != nil {
			return nil, err
		}
		return n.Update().SetOwnerID(typeid.ID(a.viewer.Person)).SetOwnerName(by.name).AddVersion(1).Save(ctx)
	})
	return n, replayed && err == nil, err
}

// ActionMove moves an action on. What is blocked says by what; of what is dropped the people behind the priority are told why.
// Staff who reach its service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ActionMove(ctx context.Context, id typeid.ID, expected int, to action.State, reason string) (n *ent.Action, replayed bool, err error) {
	n, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Action, error) {
		n, _, err := a.ownAction(ctx, id)
		if err != nil {
			return nil, err
		}
		var said checks
		reason := said.text(reason, MaxReason, "reason")
		if replayed = n.State == to && n.Version == expected+1 && n.Reason == reasonFor(to, reason); replayed {
			return n, nil
		}
		if err := firstOf(said.err(), fresh(n, expected), mayMoveAction(n.State, to, reason)); err != nil {
			return nil, err
		}
		return a.moveAction(ctx, n, to, reasonFor(to, reason))
	})
	return n, replayed && err == nil, err
}

// needsReason tells whether an action in this state says why.
func needsReason(s action.State) bool { return s == action.StateBlocked || s == action.StateDropped }

// reasonFor is what stays of a reason: nothing where none is needed.
func reasonFor(to action.State, reason string) string {
	if needsReason(to) {
		return reason
	}
	return ""
}

// mayMoveAction decides whether an action may come from one state to another.
func mayMoveAction(from, to action.State, reason string) error {
	next := map[action.State][]action.State{
		action.StateAgreed:     {action.StateInProgress, action.StateBlocked, action.StateDone, action.StateDropped},
		action.StateInProgress: {action.StateBlocked, action.StateDone, action.StateDropped},
		action.StateBlocked:    {action.StateInProgress, action.StateDropped},
	}
	switch {
	case !slices.Contains(next[from], to):
		return refuse(NotNow, fmt.Sprintf("An action does not go from %s to %s.", from, to), "to")
	case needsReason(to) && reason == "":
		return refuse(ReasonNeeded, "Please say what blocks it, or why it is dropped. The people whose words led here are owed a reason.", "reason")
	}
	return nil
}

func (a *act) moveAction(ctx context.Context, n *ent.Action, to action.State, reason string) (*ent.Action, error) {
	u := n.Update().SetState(to).SetReason(reason).AddVersion(1)
	if to == action.StateDone || to == action.StateDropped {
		u.SetEndedAt(a.at)
	}
	moved, err := u.Save(ctx)
	if err != nil || to != action.StateDropped {
		return moved, err
	}
	p, err := a.Priority.Get(ctx, n.PriorityID)
	if err != nil {
		return nil, err
	}
	return moved, a.tellBehind(ctx, p, step.KindActionDropped, string(n.ID), reason)
}

// ownAction reads an action of a service that the viewer works at, so that nobody else moves it until the transaction is over.
func (a *act) ownAction(ctx context.Context, id typeid.ID) (*ent.Action, signature, error) {
	n, err := hold(a, a.Action.Query().Where(action.ID(id))).Only(ctx)
	if err != nil {
		return nil, signature{}, err
	}
	by, err := a.signature(ctx, n.ServiceID)
	return n, by, err
}

// notEnded refuses what can only be done as long as something is to be done.
func notEnded(n *ent.Action) error {
	if n.EndedAt != nil {
		return refuse(NotNow, "This action has ended already.", "actionId")
	}
	return nil
}

// fresh refuses what was decided about an older version of an action.
func fresh(n *ent.Action, expected int) error {
	if n.Version != expected {
		return stale(n.Version)
	}
	return nil
}

// ActionOverdue tells whether an action should be done by now.
func ActionOverdue(n *ent.Action, now time.Time) bool { return n.EndedAt == nil && !n.DueAt.After(now) }
