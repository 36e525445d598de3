package graph

import (
	"context"
	"fmt"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/change"
	"hearback/ent/page"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// Escalation is the part of an action that is about the answer of another place.
type Escalation ent.Action

// newestAction is the order of the actions of a place or a priority; the name tells lists with different bounds apart.
func newestAction(name string) page.Term[*ent.Action] {
	return page.Term[*ent.Action]{Name: name, Column: action.FieldCreatedAt, Desc: true, Value: func(n *ent.Action) any { return n.CreatedAt }}
}

// firstToDo is the order of what is to be done: by the day.
func firstToDo(name string) page.Term[*ent.Action] {
	return page.Term[*ent.Action]{Name: name, Column: action.FieldDueAt, Value: func(n *ent.Action) any { return n.DueAt }}
}

// firstToAnswer is the order of what waits for an answer: by the day for which it was asked.
func firstToAnswer() page.Term[*ent.Action] {
	return page.Term[*ent.Action]{Name: "escalationsWaiting", Column: action.FieldAnswerBy, Value: func(n *ent.Action) any { return *n.AnswerBy }}
}

func (h *House) actionsByID(ctx context.Context, ids []typeid.ID) ([]*ent.Action, error) {
	return h.DB.Action.Query().Where(action.IDIn(ids...)).All(ctx)
}

// Actions are those of a place, newest first; those that are overdue, the longest first.
func (r services) Actions(ctx context.Context, s *ent.Service, state *action.State, overdue *bool, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ActionConnection, error) {
	link := page.Link[*ent.Action]{Column: action.FieldServiceID, Of: func(n *ent.Action) typeid.ID { return n.ServiceID }}
	q, name := r.DB.Action.Query(), "actionsOf"
	if state != nil {
		q, name = q.Where(action.StateEQ(*state)), fmt.Sprint(name, *state)
	}
	if overdue == nil || !*overdue {
		return page.Children(ctx, s, q, link, args(first, after, last, before), newestAction(name))
	}
	return page.Children(ctx, s, q.Where(action.EndedAtIsNil(), action.DueAtLTE(r.Now().UTC())), link, args(first, after, last, before), firstToDo(name+"Overdue"))
}

// Escalations are what needs the answer of a place; what waits for it, the most pressing first.
func (r services) Escalations(ctx context.Context, s *ent.Service, waiting *bool, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ActionConnection, error) {
	link := page.Link[*ent.Action]{Column: action.FieldEscalatedToID, Of: func(n *ent.Action) typeid.ID { return typeid.Maybe(n.EscalatedToID) }}
	q := r.DB.Action.Query()
	if waiting == nil || !*waiting {
		return page.Children(ctx, s, q, link, args(first, after, last, before), newestAction("escalations"))
	}
	return page.Children(ctx, s, q.Where(action.AnsweredAtIsNil(), action.EndedAtIsNil()), link, args(first, after, last, before), firstToAnswer())
}

// Actions are the viewer's own that are not done, by their day.
func (r viewers) Actions(ctx context.Context, p *ent.Person, overdue *bool, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ActionConnection, error) {
	q, name := r.DB.Action.Query().Where(action.OwnerID(p.ID), action.EndedAtIsNil()), "myActions"
	if overdue != nil && *overdue {
		q, name = q.Where(action.DueAtLTE(r.Now().UTC())), "myActionsOverdue"
	}
	return page.Connect(ctx, q, args(first, after, last, before), firstToDo(name))
}

func (r priorities) Actions(ctx context.Context, p *ent.Priority, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ActionConnection, error) {
	link := page.Link[*ent.Action]{Column: action.FieldPriorityID, Of: func(n *ent.Action) typeid.ID { return n.PriorityID }}
	return page.Children(ctx, p, r.DB.Action.Query(), link, args(first, after, last, before), newestAction("actionsOfPriority"))
}

// Action is the action that a change came out of.
func (r changes) Action(ctx context.Context, c *ent.Change) (*ent.Action, error) {
	return one(ctx, c, change.FieldActionID, func(c *ent.Change) typeid.ID { return typeid.Maybe(c.ActionID) }, r.actionsByID)
}

// Action is the action that a step is about.
func (r steps) Action(ctx context.Context, s *ent.Step) (*ent.Action, error) {
	return one(ctx, s, "about action", func(s *ent.Step) typeid.ID { return about(s, typeid.Action) }, r.actionsByID)
}

func (r actions) Service(ctx context.Context, n *ent.Action) (*ent.Service, error) {
	return one(ctx, n, action.FieldServiceID, func(n *ent.Action) typeid.ID { return n.ServiceID }, r.servicesByID)
}

func (r actions) Priority(ctx context.Context, n *ent.Action) (*ent.Priority, error) {
	return one(ctx, n, action.FieldPriorityID, func(n *ent.Action) typeid.ID { return n.PriorityID }, r.prioritiesByID)
}

func (r actions) Changes(ctx context.Context, n *ent.Action, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ChangeConnection, error) {
	link := page.Link[*ent.Change]{Column: change.FieldActionID, Of: func(c *ent.Change) typeid.ID { return typeid.Maybe(c.ActionID) }}
	return page.Children(ctx, n, r.DB.Change.Query(), link, args(first, after, last, before), newestChange())
}

func (r actions) Overdue(_ context.Context, n *ent.Action) (bool, error) {
	return workflow.ActionOverdue(n, r.Now()), nil
}

func (r actions) Escalation(_ context.Context, n *ent.Action) (*Escalation, error) {
	if n.EscalatedToID == nil {
		return nil, nil
	}
	return (*Escalation)(n), nil
}

func (r escalations) To(ctx context.Context, e *Escalation) (*ent.Service, error) {
	return one(ctx, (*ent.Action)(e), action.FieldEscalatedToID, func(n *ent.Action) typeid.ID { return typeid.Maybe(n.EscalatedToID) }, r.servicesByID)
}

func (r escalations) Late(_ context.Context, e *Escalation) (bool, error) {
	return workflow.EscalationLate((*ent.Action)(e), r.Now()), nil
}

func (r mutations) ActionAgree(ctx context.Context, in ActionAgreeInput) (*ActionPayload, error) {
	return actionPayload(r.Flow.ActionAgree(ctx, workflow.ActionDraft{
		ID: in.ID, PriorityID: in.PriorityID, What: in.What, DueAt: in.DueAt, Control: in.Control, EscalatedTo: in.EscalatedToID, AnswerBy: in.AnswerBy,
	}))
}

func (r mutations) ActionTake(ctx context.Context, in ActionTakeInput) (*ActionPayload, error) {
	return actionPayload(r.Flow.ActionTake(ctx, in.ActionID, in.ExpectedVersion))
}

func (r mutations) ActionMove(ctx context.Context, in ActionMoveInput) (*ActionPayload, error) {
	return actionPayload(r.Flow.ActionMove(ctx, in.ActionID, in.ExpectedVersion, in.To, text(in.Reason)))
}

func (r mutations) EscalationTake(ctx context.Context, in EscalationTakeInput) (*ActionPayload, error) {
	return actionPayload(r.Flow.EscalationTake(ctx, in.ActionID, in.ExpectedVersion))
}

func (r mutations) EscalationAnswer(ctx context.Context, in EscalationAnswerInput) (*ActionPayload, error) {
	return actionPayload(r.Flow.EscalationAnswer(ctx, in.ActionID, in.ExpectedVersion, in.Answer))
}

func actionPayload(n *ent.Action, replayed bool, err error) (*ActionPayload, error) {
	problems, err := refusals(err)
	return &ActionPayload{n, problems, replayed}, err
}
