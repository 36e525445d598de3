package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/step"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

func (r queries) Viewer(ctx context.Context) (*ent.Person, error) {
	v := auth.FromContext(ctx)
	if !v.SignedIn() {
		return nil, nil
	}
	return r.DB.Person.Get(ctx, typeid.ID(v.Person))
}

func (r viewers) Anonymous(_ context.Context, p *ent.Person) (bool, error) {
	return p.Email == nil, nil
}

func (r viewers) Memberships(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*MembershipConnection, error) {
	q := r.DB.Membership.Query().Where(membership.PersonID(p.ID), query.Works(r.Now()))
	return page.Connect(ctx, q, args(first, after, last, before), page.Oldest[*ent.Membership]("memberships"))
}

func (r viewers) Contributions(ctx context.Context, p *ent.Person, through *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ExperienceConnection, error) {
	q := r.DB.Experience.Query().Where(experience.AuthorID(p.ID))
	if through != nil {
		q = r.DB.Experience.Query().Where(rule.SpokenFor(ctx, *through))
	}
	return page.Connect(ctx, q, args(first, after, last, before), newestOwn())
}

func (r viewers) ChangesMyInputLedTo(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ChangeConnection, error) {
	q := r.DB.Change.Query().Where(func(s *sql.Selector) { s.Where(query.LedToBy(s, s.C(change.FieldID), p.ID)) })
	return page.Connect(ctx, q, args(first, after, last, before), newestChange())
}

func (r viewers) Steps(ctx context.Context, p *ent.Person, through *typeid.ID, unread *bool, first *int, after *page.Cursor, last *int, before *page.Cursor) (*StepConnection, error) {
	q := r.DB.Step.Query().Where(step.PersonID(p.ID))
	if through != nil {
		q = r.DB.Step.Query().Where(rule.StepsSpokenFor(ctx, *through))
	}
	switch {
	case unread == nil:
	case *unread:
		q.Where(step.PersonID(p.ID), step.ReadAtIsNil())
	default:
		q.Where(step.PersonID(p.ID), step.ReadAtNotNil())
	}
	return page.Connect(ctx, q, args(first, after, last, before), inTheirOrder())
}

func (r viewers) Inbox(ctx context.Context, _ *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ExperienceConnection, error) {
	at, err := r.inReach(ctx, within)
	if err != nil {
		return nil, err
	}
	q := r.DB.Experience.Query().Where(at, rule.Published, experience.AnsweredAtIsNil(), rule.InReach(ctx, rule.ServiceStaff()...))
	return page.Connect(ctx, q, args(first, after, last, before), longestPublished())
}

func (r mutations) ViewerRename(ctx context.Context, in ViewerRenameInput) (*ViewerRenamePayload, error) {
	p, err := r.Flow.ViewerRename(ctx, in.Name)
	problems, err := refusals(err)
	return &ViewerRenamePayload{p, problems}, err
}
