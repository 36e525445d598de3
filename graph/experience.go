package graph

import (
	"context"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/response"
	"hearback/ent/generated/ent/step"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// newestPublished is the order of what everybody can read.
func newestPublished() page.Term[*ent.Experience] {
	return page.Term[*ent.Experience]{Name: "published", Column: experience.FieldPublishedAt, Desc: true, Value: publishedAt}
}

// longestPublished is the order of what waits for an answer.
func longestPublished() page.Term[*ent.Experience] {
	return page.Term[*ent.Experience]{Name: "waiting", Column: experience.FieldPublishedAt, Value: publishedAt}
}

// longestSent is the order of what waits for a moderator.
func longestSent() page.Term[*ent.Experience] {
	return page.Term[*ent.Experience]{Name: "sent", Column: experience.FieldCreatedAt, Value: func(e *ent.Experience) any { return e.CreatedAt }}
}

// newestOwn is the order of one's own.
func newestOwn() page.Term[*ent.Experience] {
	return page.Term[*ent.Experience]{Name: "own", Column: experience.FieldCreatedAt, Desc: true, Value: func(e *ent.Experience) any { return e.CreatedAt }}
}

// publishedAt is never nil in lists of published experiences, the only ones ordered by it.
func publishedAt(e *ent.Experience) any { return *e.PublishedAt }

func (h *House) experiencesByID(ctx context.Context, ids []typeid.ID) ([]*ent.Experience, error) {
	return h.DB.Experience.Query().Where(experience.IDIn(ids...)).All(ctx)
}

func (r queries) Experiences(ctx context.Context, where *ExperienceFilter, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ExperienceConnection, error) {
	q := r.DB.Experience.Query().Where(rule.Published)
	if where != nil {
		p, err := r.filter(ctx, where)
		if err != nil {
			return nil, err
		}
		q.Where(p)
	}
	return page.Connect(ctx, q, asked(ctx, args(first, after, last, before), experience.Columns), newestPublished())
}

func (r experiences) HappenedIn(_ context.Context, e *ent.Experience) (*string, error) {
	if e.HappenedIn == "" {
		return nil, nil
	}
	return &e.HappenedIn, nil
}

func (r experiences) Service(ctx context.Context, e *ent.Experience) (*ent.Service, error) {
	return one(ctx, e, experience.FieldServiceID, func(e *ent.Experience) typeid.ID { return e.ServiceID }, r.servicesByID)
}

func (r experiences) ViewerIsAuthor(ctx context.Context, e *ent.Experience) (bool, error) {
	return string(e.AuthorID) == auth.FromContext(ctx).Person, nil
}

func (r experiences) Responses(ctx context.Context, e *ent.Experience, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ResponseConnection, error) {
	link := page.Link[*ent.Response]{Column: response.FieldExperienceID, Of: func(r *ent.Response) typeid.ID { return r.ExperienceID }}
	return page.Children(rule.OfSeen(ctx), e, r.DB.Response.Query(), link, asked(ctx, args(first, after, last, before), response.Columns), page.Oldest[*ent.Response]("responses"))
}

func (r experiences) LedTo(ctx context.Context, e *ent.Experience, first *int, after *page.Cursor, last *int, before *page.Cursor) (*OriginConnection, error) {
	link := page.Link[*ent.Origin]{Column: origin.FieldExperienceID, Of: func(o *ent.Origin) typeid.ID { return o.ExperienceID }}
	return page.Children(rule.OfSeen(ctx), e, r.DB.Origin.Query(), link, asked(ctx, args(first, after, last, before), origin.Columns), page.Oldest[*ent.Origin]("ledTo"))
}

// theirs tells whether the viewer wrote it, and asks with a token that may read what is their own.
func theirs(ctx context.Context, e *ent.Experience) bool {
	v := auth.FromContext(ctx)
	return string(e.AuthorID) == v.Person && v.May(auth.ExperienceRead)
}

func (r experiences) Line(_ context.Context, e *ent.Experience) (*Line, error) {
	return &Line{of: e}, nil
}

func (r lines) Stage(ctx context.Context, l *Line) (*query.Stage, error) {
	s, err := query.StageOf(ctx, r.DB, l.of)
	return &s, err
}

func (r lines) Reason(ctx context.Context, l *Line) (*string, error) {
	reason, err := query.ReasonOf(ctx, r.DB, l.of)
	if reason == "" {
		return nil, err
	}
	return &reason, err
}

// Steps are for the author and who reads it for them; nil for others.
func (r lines) Steps(ctx context.Context, l *Line, first *int, after *page.Cursor, last *int, before *page.Cursor) (*StepConnection, error) {
	if may, err := r.theirsOrSpoken(ctx, l.of); err != nil || !may {
		return nil, err
	}
	link := page.Link[*ent.Step]{Column: step.FieldExperienceID, Of: func(s *ent.Step) typeid.ID { return s.ExperienceID }}
	return page.Children(ctx, l.of, r.DB.Step.Query(), link, args(first, after, last, before), inTheirOrder())
}

func (r mutations) ExperienceShare(ctx context.Context, in ExperienceShareInput) (*ExperienceSharePayload, error) {
	e, replayed, err := r.Flow.ExperienceShare(ctx, workflow.ExperienceDraft{
		ID: in.ID, AuthorityID: in.AuthorityID, ServiceID: in.ServiceID, Relationship: in.Relationship, DisplayName: text(in.DisplayName), Intention: in.Intention,
		Form: in.Form, Says: (*experience.Says)(in.Says),
		Story: text(in.Story), WhatWasGood: text(in.WhatWasGood), CouldBeBetter: text(in.CouldBeBetter), Feelings: in.Feelings, HappenedIn: text(in.HappenedIn),
		NotBefore: in.NotBefore, Consents: in.Consents, ConsentLanguage: in.ConsentLanguage,
	})
	return sharePayload(e, replayed, err)
}

func (r mutations) ExperienceRevise(ctx context.Context, in ExperienceReviseInput) (*ExperienceSharePayload, error) {
	return sharePayload(r.Flow.ExperienceRevise(ctx, in.ExperienceID, in.ExpectedVersion, func(d *workflow.ExperienceDraft) {
		set(&d.Relationship, in.Relationship)
		set(&d.Intention, in.Intention)
		set(&d.DisplayName, in.DisplayName)
		set(&d.Story, in.Story)
		set(&d.WhatWasGood, in.WhatWasGood)
		set(&d.CouldBeBetter, in.CouldBeBetter)
		set(&d.HappenedIn, in.HappenedIn)
		if until, ok := in.NotBefore.ValueOK(); ok {
			d.NotBefore = until
		}
		if told, ok := in.Feelings.ValueOK(); ok {
			d.Feelings = told
		}
	}))
}

func experiencePayload(e *ent.Experience, replayed bool, err error) (*ExperiencePayload, error) {
	problems, err := refusals(err)
	return &ExperiencePayload{e, problems, replayed}, err
}
