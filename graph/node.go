package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/appeal"
	"hearback/ent/generated/ent/breakglass"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/export"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/objection"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/progress"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/generated/ent/voice"
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
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Person, error) {
			return h.DB.Person.Query().Where(person.IDIn(ids...)).All(ctx)
		})
	case typeid.Service:
		return keep(ctx, ids, found, h.servicesByID)
	case typeid.Membership:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Membership, error) {
			return h.DB.Membership.Query().Where(membership.IDIn(ids...)).All(ctx)
		})
	case typeid.ServiceToken:
		return keep(ctx, ids, found, h.serviceTokensByID)
	case typeid.Experience:
		return keep(ctx, ids, found, h.experiencesByID)
	case typeid.Decision:
		return keep(ctx, ids, found, h.decisionsByID)
	case typeid.Appeal:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Appeal, error) {
			return h.DB.Appeal.Query().Where(appeal.IDIn(ids...)).All(ctx)
		})
	case typeid.PolicyClause:
		return keep(ctx, ids, found, h.clausesByID)
	case typeid.Response:
		return keep(ctx, ids, found, h.responsesByID)
	case typeid.ReviewRequest:
		return keep(ctx, ids, found, h.reviewsByID)
	case typeid.Change:
		return keep(ctx, ids, found, h.changesByID)
	case typeid.CoProducer:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.CoProducer, error) {
			return h.DB.CoProducer.Query().Where(coproducer.IDIn(ids...)).All(ctx)
		})
	case typeid.Progress:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Progress, error) {
			return h.DB.Progress.Query().Where(progress.IDIn(ids...)).All(ctx)
		})
	case typeid.Origin:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Origin, error) {
			return h.DB.Origin.Query().Where(origin.IDIn(ids...)).All(ctx)
		})
	case typeid.ConsentText:
		return keep(ctx, ids, found, h.consentTextsByID)
	case typeid.Consent:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Consent, error) {
			return h.DB.Consent.Query().Where(consent.IDIn(ids...)).All(ctx)
		})
	case typeid.Theme:
		return keep(ctx, ids, found, h.themesByID)
	case typeid.Evidence:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Evidence, error) {
			return h.DB.Evidence.Query().Where(evidence.IDIn(ids...)).All(ctx)
		})
	case typeid.Theming:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Theming, error) {
			return h.DB.Theming.Query().Where(theming.IDIn(ids...)).All(ctx)
		})
	case typeid.VerdictRound:
		return keep(ctx, ids, found, h.verdictRoundsByID)
	case typeid.Verdict:
		return keep(ctx, ids, found, h.verdictsByID)
	case typeid.Voice:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Voice, error) {
			return h.DB.Voice.Query().Where(voice.IDIn(ids...)).All(ctx)
		})
	case typeid.Export:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Export, error) {
			return h.DB.Export.Query().Where(export.IDIn(ids...)).All(ctx)
		})
	case typeid.Job:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Job, error) {
			return h.DB.Job.Query().Where(job.IDIn(ids...)).All(ctx)
		})
	case typeid.Authority:
		return keep(ctx, ids, found, h.authoritiesByID)
	case typeid.Objection:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Objection, error) {
			return h.DB.Objection.Query().Where(objection.IDIn(ids...)).All(ctx)
		})
	case typeid.Concern:
		return keep(ctx, ids, found, h.concernsByID)
	case typeid.ConcernEntry:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.ConcernEntry, error) {
			return h.DB.ConcernEntry.Query().Where(concernentry.IDIn(ids...)).All(ctx)
		})
	case typeid.BreakGlass:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.BreakGlass, error) {
			return h.DB.BreakGlass.Query().Where(breakglass.IDIn(ids...)).All(ctx)
		})
	case typeid.Step:
		return keep(ctx, ids, found, func(ctx context.Context, ids []typeid.ID) ([]*ent.Step, error) {
			return h.DB.Step.Query().Where(step.IDIn(ids...)).All(ctx)
		})
	}
	return nil
}

// keep reads rows and puts them where their ids find them.
func keep[T page.Row](ctx context.Context, ids []typeid.ID, found map[typeid.ID]Node, read func(context.Context, []typeid.ID) ([]T, error)) error {
	rows, err := read(ctx, ids)
	for _, row := range rows {
		found[row.Key()] = row
	}
	return err
}
