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

// nodes reads things by their ids, one statement for each type, seen with the viewer's rights. A prefix that names none finds nothing.
func (h *House) nodes(ctx context.Context, ids []typeid.ID) (map[typeid.ID]Node, error) {
	byType := map[typeid.Prefix][]typeid.ID{}
	for _, id := range ids {
		byType[id.Prefix()] = append(byType[id.Prefix()], id)
	}
	found := make(map[typeid.ID]Node, len(ids))
	readers := h.readers()
	for prefix, some := range byType {
		read, known := readers[prefix]
		if !known {
			continue
		}
		if err := read(ctx, some, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// reader reads things of one type by their ids.
type reader func(ctx context.Context, ids []typeid.ID, found map[typeid.ID]Node) error

// readers are those of all types to which an id leads.
func (h *House) readers() map[typeid.Prefix]reader {
	return map[typeid.Prefix]reader{
		typeid.Person:         of(h.DB.Person.Query),
		typeid.Service:        of(h.DB.Service.Query),
		typeid.Membership:     of(h.DB.Membership.Query),
		typeid.Channel:        of(h.DB.Channel.Query),
		typeid.ServiceToken:   of(h.DB.ServiceToken.Query),
		typeid.Experience:     of(h.DB.Experience.Query),
		typeid.Decision:       of(h.DB.Decision.Query),
		typeid.Appeal:         of(h.DB.Appeal.Query),
		typeid.PolicyClause:   of(h.DB.PolicyClause.Query),
		typeid.Response:       of(h.DB.Response.Query),
		typeid.ReviewRequest:  of(h.DB.ReviewRequest.Query),
		typeid.Change:         of(h.DB.Change.Query),
		typeid.CoProducer:     of(h.DB.CoProducer.Query),
		typeid.Progress:       of(h.DB.Progress.Query),
		typeid.Origin:         of(h.DB.Origin.Query),
		typeid.ConsentText:    of(h.DB.ConsentText.Query),
		typeid.Consent:        of(h.DB.Consent.Query),
		typeid.Measure:        of(h.DB.Measure.Query),
		typeid.MeasureReading: of(h.DB.MeasureReading.Query),
		typeid.Theme:          of(h.DB.Theme.Query),
		typeid.Evidence:       of(h.DB.Evidence.Query),
		typeid.Theming:        of(h.DB.Theming.Query),
		typeid.PriorityRound:  of(h.DB.PriorityRound.Query),
		typeid.Priority:       of(h.DB.Priority.Query),
		typeid.Action:         of(h.DB.Action.Query),
		typeid.Message:        of(h.DB.Message.Query),
		typeid.FrameworkCode:  of(h.DB.FrameworkCode.Query),
		typeid.Attendee:       of(h.DB.Attendee.Query),
		typeid.VerdictRound:   of(h.DB.VerdictRound.Query),
		typeid.Verdict:        of(h.DB.Verdict.Query),
		typeid.Voice:          of(h.DB.Voice.Query),
		typeid.Export:         of(h.DB.Export.Query),
		typeid.Job:            of(h.DB.Job.Query),
		typeid.Authority:      of(h.DB.Authority.Query),
		typeid.Objection:      of(h.DB.Objection.Query),
		typeid.Concern:        of(h.DB.Concern.Query),
		typeid.ConcernEntry:   of(h.DB.ConcernEntry.Query),
		typeid.BreakGlass:     of(h.DB.BreakGlass.Query),
		typeid.Step:           of(h.DB.Step.Query),
	}
}

// of reads rows and puts them where their ids find them.
func of[T page.Row, Q interface {
	Narrow(by func(*sql.Selector))
	All(ctx context.Context) ([]T, error)
}](query func() Q) reader {
	return func(ctx context.Context, ids []typeid.ID, found map[typeid.ID]Node) error {
		q := query()
		q.Narrow(func(s *sql.Selector) { s.Where(sql.In(s.C("id"), anyOf(ids)...)) })
		rows, err := q.All(ctx)
		for _, row := range rows {
			found[row.Key()] = row
		}
		return err
	}
}
