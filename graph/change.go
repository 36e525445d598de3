package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/progress"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// newestChange is the order of changes.
func newestChange() page.Term[*ent.Change] {
	return page.Term[*ent.Change]{Name: "changes", Column: change.FieldCreatedAt, Desc: true, Value: func(c *ent.Change) any { return c.CreatedAt }}
}

func (h *House) changesByID(ctx context.Context, ids []typeid.ID) ([]*ent.Change, error) {
	return h.DB.Change.Query().Where(change.IDIn(ids...)).All(ctx)
}

func (r queries) Changes(ctx context.Context, where *ChangeFilter, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ChangeConnection, error) {
	ps, err := r.changeFilter(ctx, where)
	if err != nil {
		return nil, err
	}
	return page.Connect(ctx, r.DB.Change.Query().Where(ps...), args(first, after, last, before), newestChange())
}

func (r changes) Service(ctx context.Context, c *ent.Change) (*ent.Service, error) {
	return one(ctx, c, change.FieldServiceID, func(c *ent.Change) typeid.ID { return c.ServiceID }, r.servicesByID)
}

func (r changes) Coproducers(ctx context.Context, c *ent.Change, first *int, after *page.Cursor, last *int, before *page.Cursor) (*CoProducerConnection, error) {
	link := page.Link[*ent.CoProducer]{Column: coproducer.FieldChangeID, Of: func(p *ent.CoProducer) typeid.ID { return p.ChangeID }}
	return page.Children(ctx, c, r.DB.CoProducer.Query(), link, args(first, after, last, before), page.Oldest[*ent.CoProducer]("coproducers"))
}

func (r changes) Progress(ctx context.Context, c *ent.Change, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ProgressConnection, error) {
	link := page.Link[*ent.Progress]{Column: progress.FieldChangeID, Of: func(p *ent.Progress) typeid.ID { return p.ChangeID }}
	return page.Children(ctx, c, r.DB.Progress.Query(), link, args(first, after, last, before), page.Oldest[*ent.Progress]("progress"))
}

func (r changes) Origins(ctx context.Context, c *ent.Change, first *int, after *page.Cursor, last *int, before *page.Cursor) (*OriginConnection, error) {
	link := page.Link[*ent.Origin]{Column: origin.FieldChangeID, Of: func(o *ent.Origin) typeid.ID { return o.ChangeID }}
	return page.Children(ctx, c, r.DB.Origin.Query(), link, args(first, after, last, before), page.Oldest[*ent.Origin]("origins"))
}

func (r changes) OriginCount(ctx context.Context, c *ent.Change) (query.Count, error) {
	return query.Origins(ctx, r.DB, c, r.SmallNumber)
}

func (r progresses) MovedTo(_ context.Context, p *ent.Progress) (*change.State, error) {
	if p.MovedTo == "" {
		return nil, nil
	}
	s := change.State(p.MovedTo)
	return &s, nil
}

func (r progresses) Change(ctx context.Context, p *ent.Progress) (*ent.Change, error) {
	return one(ctx, p, progress.FieldChangeID, func(p *ent.Progress) typeid.ID { return p.ChangeID }, r.changesByID)
}

func (r origins) Change(ctx context.Context, o *ent.Origin) (*ent.Change, error) {
	return one(ctx, o, origin.FieldChangeID, func(o *ent.Origin) typeid.ID { return o.ChangeID }, r.changesByID)
}

func (r origins) Experience(ctx context.Context, o *ent.Origin) (*ent.Experience, error) {
	return one(ctx, o, origin.FieldExperienceID, func(o *ent.Origin) typeid.ID { return o.ExperienceID }, r.experiencesByID)
}

func (r mutations) ChangePropose(ctx context.Context, in ChangeProposeInput) (*ChangePayload, error) {
	d := workflow.ChangeDraft{ID: in.ID, ServiceID: in.ServiceID, Title: in.Title, Difference: in.Difference, SpreadFrom: in.SpreadFromID, Action: in.ActionID, OriginsWhy: text(in.OriginsWhy)}
	for _, p := range in.Coproducers {
		d.CoProducers = append(d.CoProducers, workflow.CoProducer{Side: p.Side, Name: p.Name, Part: text(p.Part)})
	}
	return changePayload(r.Flow.ChangePropose(ctx, d))
}

func (r mutations) ChangeMove(ctx context.Context, in ChangeMoveInput) (*ChangePayload, error) {
	return changePayload(r.Flow.ChangeMove(ctx, in.ChangeID, in.ExpectedVersion, in.To, text(in.Words)))
}

func (r mutations) ChangeUnlink(ctx context.Context, in ChangeUnlinkInput) (*ChangePayload, error) {
	c, err := r.Flow.ChangeUnlink(ctx, in.OriginID, in.Why)
	return changePayload(c, false, err)
}

func (r mutations) ChangeLink(ctx context.Context, in ChangeLinkInput) (*OriginPayload, error) {
	o, replayed, err := r.Flow.ChangeLink(ctx, workflow.LinkDraft{ID: in.ID, ChangeID: in.ChangeID, ExperienceID: in.ExperienceID, Why: in.Why})
	problems, err := refusals(err)
	return &OriginPayload{o, problems, replayed}, err
}

func (r mutations) ChangeTell(ctx context.Context, in ChangeTellInput) (*ProgressPayload, error) {
	p, replayed, err := r.Flow.ChangeTell(ctx, workflow.ProgressDraft{ID: in.ID, ChangeID: in.ChangeID, Body: in.Body})
	problems, err := refusals(err)
	return &ProgressPayload{p, problems, replayed}, err
}

func changePayload(c *ent.Change, replayed bool, err error) (*ChangePayload, error) {
	problems, err := refusals(err)
	return &ChangePayload{c, problems, replayed}, err
}
