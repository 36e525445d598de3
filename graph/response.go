package graph

import (
	"context"
	"strings"
	"unicode/utf8"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/response"
	"hearback/ent/page"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// longestGiven is the order of answers that wait for a moderator.
func longestGiven() page.Term[*ent.Response] {
	return page.Term[*ent.Response]{Name: "responseQueue", Column: response.FieldCreatedAt, Value: func(r *ent.Response) any { return r.CreatedAt }}
}

// newestGiven is the order of one's own answers.
func newestGiven() page.Term[*ent.Response] {
	return page.Term[*ent.Response]{Name: "given", Column: response.FieldCreatedAt, Desc: true, Value: func(r *ent.Response) any { return r.CreatedAt }}
}

func (h *House) responsesByID(ctx context.Context, ids []typeid.ID) ([]*ent.Response, error) {
	return h.DB.Response.Query().Where(response.IDIn(ids...)).All(ctx)
}

func (r responses) Experience(ctx context.Context, p *ent.Response) (*ent.Experience, error) {
	return one(ctx, p, response.FieldExperienceID, func(p *ent.Response) typeid.ID { return p.ExperienceID }, r.experiencesByID)
}

// Reason stands only in an answer that was given back, which its author and the moderators see and nobody else.
func (r responses) Reason(_ context.Context, p *ent.Response) (*string, error) {
	if p.Reason == "" {
		return nil, nil
	}
	return &p.Reason, nil
}

func (r responses) ViewerIsAuthor(ctx context.Context, p *ent.Response) (bool, error) {
	return string(p.AuthorID) == auth.FromContext(ctx).Person, nil
}

// OfflineReason is nil when the talk goes on here.
func (r responses) OfflineReason(_ context.Context, p *ent.Response) (*string, error) {
	if p.OfflineReason == "" {
		return nil, nil
	}
	return &p.OfflineReason, nil
}

func (r responses) OutcomeOf(ctx context.Context, p *ent.Response) (*ent.Response, error) {
	return one(ctx, p, response.FieldOutcomeOfID, func(p *ent.Response) typeid.ID { return typeid.Maybe(p.OutcomeOfID) }, r.responsesByID)
}

// GivenAs is the role in which it was given; nil for who may not see the role.
func (r responses) GivenAs(ctx context.Context, p *ent.Response) (*ent.Membership, error) {
	return one(ctx, p, response.FieldMembershipID, func(p *ent.Response) typeid.ID { return typeid.Maybe(p.MembershipID) },
		func(ctx context.Context, ids []typeid.ID) ([]*ent.Membership, error) {
			return r.DB.Membership.Query().Where(membership.IDIn(ids...)).All(ctx)
		})
}

func (r viewers) ResponseQueue(ctx context.Context, _ *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ResponseConnection, error) {
	q := r.DB.Response.Query().Where(rule.ResponsesWaiting(ctx))
	if within != nil {
		at, err := r.DB.Service.Get(ctx, *within)
		if err != nil {
			return nil, err
		}
		q.Where(rule.ResponsesBelow(at.Path))
	}
	return page.Connect(ctx, q, args(first, after, last, before), longestGiven())
}

// TalksElsewhere are answers of which nobody has told yet what came of the talk.
func (r viewers) TalksElsewhere(ctx context.Context, _ *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ResponseConnection, error) {
	q := r.DB.Response.Query().Where(rule.TalksElsewhere(ctx))
	if within != nil {
		at, err := r.below(ctx, response.FieldServiceID, *within)
		if err != nil {
			return nil, err
		}
		q.Where(at)
	}
	return page.Connect(ctx, q, args(first, after, last, before), page.Oldest[*ent.Response]("talksElsewhere"))
}

func (r viewers) ResponsesGiven(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ResponseConnection, error) {
	return page.Connect(ctx, r.DB.Response.Query().Where(response.AuthorID(p.ID)), args(first, after, last, before), newestGiven())
}

func (r mutations) ResponseGive(ctx context.Context, in ResponseGiveInput) (*ResponsePayload, error) {
	points := make([]workflow.Pointing, len(in.Passages))
	for i, p := range in.Passages {
		points[i] = *pointing(p)
	}
	return responsePayload(r.Flow.ResponseGive(ctx, workflow.ResponseDraft{
		Passages: points, ID: in.ID, ExperienceID: in.ExperienceID, Body: in.Body, ClaimsChange: in.ClaimsChange, OfflineReason: text(in.OfflineReason), OutcomeOf: in.OutcomeOf,
	}))
}

func (r mutations) ResponseJudge(ctx context.Context, in ResponseJudgeInput) (*ResponsePayload, error) {
	return responsePayload(r.Flow.ResponseJudge(ctx, in.ResponseID, in.LastWord))
}

func (r queries) ResponseAdvice(ctx context.Context, experience typeid.ID, body string) (*workflow.Advice, error) {
	if n := utf8.RuneCountInString(body); strings.TrimSpace(body) == "" || n > workflow.MaxResponse {
		return nil, &page.Error{Argument: "body", Reason: "must have something in it, and at most 4,000 letters"}
	}
	return r.Flow.ResponseAdvise(ctx, experience, body)
}

func (r mutations) ResponseRevise(ctx context.Context, in ResponseReviseInput) (*ResponsePayload, error) {
	return responsePayload(r.Flow.ResponseRevise(ctx, in.ResponseID, in.ExpectedVersion, in.Body, in.ClaimsChange))
}

func (r mutations) ResponsePublish(ctx context.Context, in ResponsePublishInput) (*ResponsePayload, error) {
	return responsePayload(r.Flow.ResponsePublish(ctx, in.ResponseID, in.ExpectedVersion))
}

func (r mutations) ResponseReturn(ctx context.Context, in ResponseReturnInput) (*ResponsePayload, error) {
	return responsePayload(r.Flow.ResponseReturn(ctx, in.ResponseID, in.ExpectedVersion, in.Reason))
}

func responsePayload(p *ent.Response, replayed bool, err error) (*ResponsePayload, error) {
	problems, err := refusals(err)
	return &ResponsePayload{p, problems, replayed}, err
}

func (r mutations) MembershipTrust(ctx context.Context, in MembershipTrustInput) (*MembershipPayload, error) {
	m, err := r.Flow.MembershipTrust(ctx, in.MembershipID, in.Trusted)
	problems, err := refusals(err)
	return &MembershipPayload{m, problems}, err
}
