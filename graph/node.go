package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/page"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (r queries) Node(ctx context.Context, id typeid.ID) (Node, error) {
	found, err := r.nodes(ctx, []typeid.ID{id})
	if err == nil && found[id] == nil {
		err = workflow.ErrNotFound
	}
	return found[id], err
}

func (r queries) Nodes(ctx context.Context, ids []typeid.ID) ([]Node, error) {
	if len(ids) > page.MaxSize {
		return nil, &page.Error{Argument: "ids", Reason: "may be at most 100; ask for the rest in another question"}
	}
	found, err := r.nodes(ctx, ids)
	list := make([]Node, len(ids))
	for i, id := range ids {
		list[i] = found[id]
	}
	return list, err
}

// nodes reads things by their ids, one statement for each type, seen with the viewer's rights.
func (h *House) nodes(ctx context.Context, ids []typeid.ID) (map[typeid.ID]Node, error) {
	byType := map[typeid.Prefix][]typeid.ID{}
	for _, id := range ids {
		byType[id.Prefix()] = append(byType[id.Prefix()], id)
	}
	found := make(map[typeid.ID]Node, len(ids))
	for prefix, some := range byType {
		if err := h.nodesOf(ctx, prefix, some, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// nodesOf reads things of one type; a prefix that names none finds nothing.
func (h *House) nodesOf(ctx context.Context, prefix typeid.Prefix, ids []typeid.ID, found map[typeid.ID]Node) error {
	switch prefix {
	case typeid.Person:
		return keep(ctx, ids, found, h.DB.Person.Query())
	case typeid.Service:
		return keep(ctx, ids, found, h.DB.Service.Query())
	case typeid.Membership:
		return keep(ctx, ids, found, h.DB.Membership.Query())
	case typeid.Channel:
		return keep(ctx, ids, found, h.DB.Channel.Query())
	case typeid.ServiceToken:
		return keep(ctx, ids, found, h.DB.ServiceToken.Query())
	case typeid.Experience:
		return keep(ctx, ids, found, h.DB.Experience.Query())
	case typeid.Decision:
		return keep(ctx, ids, found, h.DB.Decision.Query())
	case typeid.Appeal:
		return keep(ctx, ids, found, h.DB.Appeal.Query())
	case typeid.PolicyClause:
		return keep(ctx, ids, found, h.DB.PolicyClause.Query())
	case typeid.Response:
		return keep(ctx, ids, found, h.DB.Response.Query())
	case typeid.ReviewRequest:
		return keep(ctx, ids, found, h.DB.ReviewRequest.Query())
	case typeid.Change:
		return keep(ctx, ids, found, h.DB.Change.Query())
	case typeid.CoProducer:
		return keep(ctx, ids, found, h.DB.CoProducer.Query())
	case typeid.Progress:
		return keep(ctx, ids, found, h.DB.Progress.Query())
	case typeid.Origin:
		return keep(ctx, ids, found, h.DB.Origin.Query())
	case typeid.ConsentText:
		return keep(ctx, ids, found, h.DB.ConsentText.Query())
	case typeid.Consent:
		return keep(ctx, ids, found, h.DB.Consent.Query())
	case typeid.Measure:
		return keep(ctx, ids, found, h.DB.Measure.Query())
	case typeid.MeasureReading:
		return keep(ctx, ids, found, h.DB.MeasureReading.Query())
	case typeid.Theme:
		return keep(ctx, ids, found, h.DB.Theme.Query())
	case typeid.Evidence:
		return keep(ctx, ids, found, h.DB.Evidence.Query())
	case typeid.Theming:
		return keep(ctx, ids, found, h.DB.Theming.Query())
	case typeid.PriorityRound:
		return keep(ctx, ids, found, h.DB.PriorityRound.Query())
	case typeid.Priority:
		return keep(ctx, ids, found, h.DB.Priority.Query())
	case typeid.Action:
		return keep(ctx, ids, found, h.DB.Action.Query())
	case typeid.Message:
		return keep(ctx, ids, found, h.DB.Message.Query())
	case typeid.FrameworkCode:
		return keep(ctx, ids, found, h.DB.FrameworkCode.Query())
	case typeid.Attendee:
		return keep(ctx, ids, found, h.DB.Attendee.Query())
	case typeid.VerdictRound:
		return keep(ctx, ids, found, h.DB.VerdictRound.Query())
	case typeid.Verdict:
		return keep(ctx, ids, found, h.DB.Verdict.Query())
	case typeid.Voice:
		return keep(ctx, ids, found, h.DB.Voice.Query())
	case typeid.Export:
		return keep(ctx, ids, found, h.DB.Export.Query())
	case typeid.Job:
		return keep(ctx, ids, found, h.DB.Job.Query())
	case typeid.Authority:
		return keep(ctx, ids, found, h.DB.Authority.Query())
	case typeid.Objection:
		return keep(ctx, ids, found, h.DB.Objection.Query())
	case typeid.Concern:
		return keep(ctx, ids, found, h.DB.Concern.Query())
	case typeid.ConcernEntry:
		return keep(ctx, ids, found, h.DB.ConcernEntry.Query())
	case typeid.BreakGlass:
		return keep(ctx, ids, found, h.DB.BreakGlass.Query())
	case typeid.Step:
		return keep(ctx, ids, found, h.DB.Step.Query())
	}
	return nil
}

// keep reads rows and puts them where their ids find them.
func keep[T page.Row, Q interface {
	Narrow(by func(*sql.Selector))
	All(ctx context.Context) ([]T, error)
}](ctx context.Context, ids []typeid.ID, found map[typeid.ID]Node, q Q,
) error {
	q.Narrow(func(s *sql.Selector) { s.Where(sql.In(s.C("id"), anyOf(ids)...)) })
	rows, err := q.All(ctx)
	for _, row := range rows {
		found[row.Key()] = row
	}
	return err
}
