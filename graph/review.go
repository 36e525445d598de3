package graph

import (
	"context"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/reviewrequest"
	"hearback/ent/page"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// soonestDue is the order of what lies with a service.
func soonestDue() page.Term[*ent.Experience] {
	return page.Term[*ent.Experience]{Name: "reviews", Column: experience.FieldDueAt, Value: func(e *ent.Experience) any { return *e.DueAt }}
}

func (r reviews) Experience(ctx context.Context, q *ent.ReviewRequest) (*ent.Experience, error) {
	return one(ctx, q, reviewrequest.FieldExperienceID, func(q *ent.ReviewRequest) typeid.ID { return q.ExperienceID }, r.experiencesByID)
}

func (r reviews) Service(ctx context.Context, q *ent.ReviewRequest) (*ent.Service, error) {
	return one(ctx, q, reviewrequest.FieldServiceID, func(q *ent.ReviewRequest) typeid.ID { return q.ServiceID }, r.servicesByID)
}

func (r reviews) AskedAs(_ context.Context, q *ent.ReviewRequest) (membership.Role, error) {
	return membership.Role(q.Role), nil
}

func (r reviews) Answer(_ context.Context, q *ent.ReviewRequest) (*experience.State, error) {
	if q.Answer == nil {
		return nil, nil
	}
	answer := experience.State(*q.Answer)
	return &answer, nil
}

// ReviewRequest reads the reviews that services asked for, of all experiences of a cohort in one statement.
func (r experiences) ReviewRequest(ctx context.Context, e *ent.Experience) (*ent.ReviewRequest, error) {
	return back(ctx, e, reviewrequest.FieldExperienceID, func(q *ent.ReviewRequest) typeid.ID { return q.ExperienceID }, func(ctx context.Context, ids []typeid.ID) ([]*ent.ReviewRequest, error) {
		return r.DB.ReviewRequest.Query().Where(reviewrequest.ExperienceIDIn(ids...)).All(ctx)
	})
}

// DueAt is the clock that the author and the moderators see, and the service while the words lie with it.
func (r experiences) DueAt(ctx context.Context, e *ent.Experience) (*time.Time, error) {
	if e.DueAt == nil || theirs(ctx, e) {
		return e.DueAt, nil
	}
	roles := []auth.Role{auth.Moderator}
	if e.State == experience.StateWithService {
		roles = append(roles, rule.ServiceStaff()...)
	}
	if may, err := r.reached(ctx, e, roles...); err != nil || !may {
		return nil, err
	}
	return e.DueAt, nil
}

func (r viewers) ReviewInbox(ctx context.Context, _ *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ExperienceConnection, error) {
	at, err := r.inReach(ctx, within)
	if err != nil {
		return nil, err
	}
	return page.Connect(ctx, r.DB.Experience.Query().Where(at, rule.WithService(ctx)), args(first, after, last, before), soonestDue())
}

func (r mutations) ReviewRequest(ctx context.Context, in ReviewRequestInput) (*ReviewRequestPayload, error) {
	q, replayed, err := r.Flow.ReviewRequest(ctx, workflow.ReviewDraft{ID: in.ID, ExperienceID: in.ExperienceID, Reason: in.Reason})
	problems, err := refusals(err)
	return &ReviewRequestPayload{q, problems, replayed}, err
}

func (r mutations) ServiceReviewTime(ctx context.Context, in ServiceReviewTimeInput) (*ServicePayload, error) {
	s, replayed, err := r.Flow.ServiceReviewTime(ctx, in.ServiceID, in.Hours)
	problems, err := refusals(err)
	return &ServicePayload{s, problems, replayed}, err
}
