package workflow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/service"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// mayEscalate decides whether an action may need the answer of a place, and whether that place is of the level that it needs.
func (a *act) mayEscalate(ctx context.Context, from *ent.Priority, d ActionDraft) error {
	var c checks
	if d.Control == action.ControlTeam {
		if d.EscalatedTo != nil || d.AnswerBy != nil {
			c.add(Invalid, "What the team can do itself needs no answer of another place.", "escalatedToId")
		}
		return c.err()
	}
	if d.AnswerBy == nil {
		c.add(Required, "Please say by which day the other place is to answer.", "answerBy")
	} else {
		c.promised(*d.AnswerBy, a.at, "answerBy")
	}
	if d.EscalatedTo == nil {
		c.add(Required, "Please say which place has to answer.", "escalatedToId")
	}
	if err := c.err(); err != nil {
		return err
	}
	at, err := a.Service.Get(ctx, from.ServiceID)
	if err != nil {
		return err
	}
	to, err := a.Service.Get(ctx, *d.EscalatedTo)
	if err != nil {
		return err
	}
	organisation, err := a.organisation(ctx, at)
	return firstOf(err, ofLevel(d.Control, at, to, organisation))
}

// organisation is the path of the outermost provider that a place belongs to; of who belongs to none it is the root above it.
func (a *act) organisation(ctx context.Context, at *ent.Service) (string, error) {
	var up []typeid.ID
	for id := range strings.SplitSeq(strings.TrimSuffix(at.Path, "/"), "/") {
		up = append(up, typeid.ID(id))
	}
	providers, err := a.Service.Query().Where(service.IDIn(up...), service.KindEQ(service.KindProvider)).All(ctx)
	path := string(up[0]) + "/"
	for i, p := range providers {
		if i == 0 || len(p.Path) < len(path) {
			path = p.Path
		}
	}
	return path, err
}

// ofLevel decides whether a place is of the level that an action needs.
func ofLevel(control action.Control, at, to *ent.Service, organisation string) error {
	above := to.ID != at.ID && strings.HasPrefix(at.Path, to.Path)
	switch {
	case to.ClosedAt != nil:
		return refuse(NotNow, "This place is closed. Please choose one that can answer.", "escalatedToId")
	case control == action.ControlNeedsOtherDepartment && (to.ID == at.ID || !strings.HasPrefix(to.Path, organisation)):
		return refuse(Invalid, "Another department is another place of the same organisation.", "escalatedToId")
	case control == action.ControlNeedsOrganisation && (!above || to.Kind == service.KindCommissioner):
		return refuse(Invalid, "The organisation is a place that this one belongs to.", "escalatedToId")
	case control == action.ControlNeedsCommissioner && to.Kind != service.KindCommissioner:
		return refuse(Invalid, "This place is no commissioner.", "escalatedToId")
	}
	return nil
}

// EscalationTake makes the viewer the one who looks after the answer of their place to an action. Staff who reach the place that
// it was escalated to. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) EscalationTake(ctx context.Context, id typeid.ID, expected int) (n *ent.Action, replayed bool, err error) {
	n, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Action, error) {
		n, by, err := a.escalated(ctx, id)
		if err != nil {
			return nil, err
		}
		if replayed = string(typeid.Maybe(n.AnswererID)) == a.viewer.Person; replayed {
			return n, nil
		}
		if err := firstOf(notAnswered(n), fresh(n, expected)); err != nil {
			return nil, err
		}
		return n.Update().SetAnswererID(typeid.ID(a.viewer.Person)).SetAnswererName(by.name).AddVersion(1).Save(ctx)
	})
	return n, replayed && err == nil, err
}

// EscalationAnswer answers an action that needs another place; who answers looks after it. Staff who reach the place that it was
// escalated to. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) EscalationAnswer(ctx context.Context, id typeid.ID, expected int, answer string) (n *ent.Action, replayed bool, err error) {
	n, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Action, error) {
		n, by, err := a.escalated(ctx, id)
		if err != nil {
			return nil, err
		}
		var said checks
		answer := said.needed(answer, MaxWords, "answer")
		if err := said.err(); err != nil {
			return nil, err
		}
		if replayed = n.Version == expected+1 && n.Answer == answer && string(typeid.Maybe(n.AnswererID)) == a.viewer.Person; replayed {
			return n, nil
		}
		if err := firstOf(notAnswered(n), fresh(n, expected)); err != nil {
			return nil, err
		}
		return n.Update().SetAnswererID(typeid.ID(a.viewer.Person)).SetAnswererName(by.name).SetAnswer(answer).SetAnsweredAt(a.at).AddVersion(1).Save(ctx)
	})
	return n, replayed && err == nil, err
}

// escalated reads an action that needs the answer of a place that the viewer works at, so that nobody else answers meanwhile.
func (a *act) escalated(ctx context.Context, id typeid.ID) (*ent.Action, signature, error) {
	n, err := hold(a, a.Action.Query().Where(action.ID(id))).Only(ctx)
	if err != nil {
		return nil, signature{}, err
	}
	if n.EscalatedToID == nil {
		return nil, signature{}, refuse(NotNow, "The team can do this itself. It needs no answer of another place.", "actionId")
	}
	by, err := a.signature(ctx, *n.EscalatedToID)
	return n, by, err
}

func notAnswered(n *ent.Action) error {
	if n.AnsweredAt != nil {
		return refuse(NotNow, "This was answered already.", "actionId")
	}
	return notEnded(n)
}

// EscalationLate tells whether an action waits for an answer that was to come before now.
func EscalationLate(n *ent.Action, now time.Time) bool {
	return n.AnswerBy != nil && n.AnsweredAt == nil && n.EndedAt == nil && !n.AnswerBy.After(now)
}

// escalationsDue tells the people behind a priority, once, that an action waits for an answer which is late, and whose.
func (f *Flow) escalationsDue(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		due, err := skim(a, a.Action.Query().Where(action.AnswerByLTE(a.at), action.AnsweredAtIsNil(), action.LateAtIsNil(), action.EndedAtIsNil()).
			Order(action.ByAnswerBy(), action.ByID()).Limit(1)).All(ctx)
		for _, n := range due {
			if err == nil {
				err = a.lateAnswer(ctx, n)
			}
		}
		return len(due), err
	})
}

func (a *act) lateAnswer(ctx context.Context, n *ent.Action) error {
	p, err := n.QueryPriority().Only(ctx)
	if err != nil {
		return err
	}
	to, err := n.QueryEscalatedTo().Only(ctx)
	if err != nil {
		return err
	}
	words := fmt.Sprintf("%s was to answer by %s what it can do. The answer is late.", to.Name, n.AnswerBy.UTC().Format("2 January 2006"))
	return firstOf(a.tellBehind(ctx, p, step.KindAnswerLate, string(n.ID), words), n.Update().SetLateAt(a.at).Exec(ctx))
}
