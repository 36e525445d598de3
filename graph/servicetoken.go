package graph

import (
	"context"
	"strings"
	"time"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/servicetoken"
	"hearback/ent/generated/ent/session"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (r mutations) ServiceTokenCreate(ctx context.Context, in ServiceTokenCreateInput) (*ServiceTokenCreatePayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	t, secret, replayed, err := r.Flow.ServiceTokenCreate(ctx, workflow.ServiceTokenDraft{ID: in.ID, Name: in.Name, Scopes: in.Scopes, Service: in.ServiceID, ExpiresAt: in.ExpiresAt})
	problems, err := refusals(err)
	return &ServiceTokenCreatePayload{t, shownOnce(secret), problems, replayed}, err
}

func (r mutations) ServiceTokenRotate(ctx context.Context, in ServiceTokenRotateInput) (*ServiceTokenRotatePayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	t, secret, err := r.Flow.ServiceTokenRotate(ctx, in.ServiceTokenID, in.OverlapHours)
	problems, err := refusals(err)
	return &ServiceTokenRotatePayload{t, shownOnce(secret), problems}, err
}

func (r mutations) ServiceTokenRevoke(ctx context.Context, in ServiceTokenRevokeInput) (*ServiceTokenRevokePayload, error) {
	t, err := r.Flow.ServiceTokenRevoke(ctx, in.ServiceTokenID)
	problems, err := refusals(err)
	return &ServiceTokenRevokePayload{t, problems}, err
}

// shownOnce is a secret, or nothing.
func shownOnce(secret string) *string {
	if secret == "" {
		return nil
	}
	return &secret
}

// newestToken is the order of service tokens.
func newestToken() page.Term[*ent.ServiceToken] {
	return page.Term[*ent.ServiceToken]{Name: "serviceTokens", Column: servicetoken.FieldCreatedAt, Desc: true, Value: func(t *ent.ServiceToken) any { return t.CreatedAt }}
}

func (r viewers) ServiceTokens(ctx context.Context, _ *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ServiceTokenConnection, error) {
	return page.Connect(ctx, r.DB.ServiceToken.Query(), args(first, after, last, before), newestToken())
}

func (r serviceTokens) Scopes(_ context.Context, t *ent.ServiceToken) ([]string, error) {
	return strings.Fields(t.Scopes), nil
}

func (r serviceTokens) Service(ctx context.Context, t *ent.ServiceToken) (*ent.Service, error) {
	return one(ctx, t, servicetoken.FieldServiceID, func(t *ent.ServiceToken) typeid.ID { return typeid.Maybe(t.ServiceID) }, r.servicesByID)
}

// ServiceTokenSecret is that there is a secret, and how long it works.
type ServiceTokenSecret struct{ CreatedAt, EndsAt time.Time }

// Secrets of all tokens that were read together, in one statement.
func (r serviceTokens) Secrets(ctx context.Context, t *ent.ServiceToken) ([]*ServiceTokenSecret, error) {
	type key struct{}
	all, err := cohort.Once(t.Cohort(), key{}, func(rows []*ent.ServiceToken) (map[typeid.ID][]*ServiceTokenSecret, error) {
		return r.secrets(ctx, distinct(rows, func(t *ent.ServiceToken) typeid.ID { return t.PersonID }))
	})
	return append([]*ServiceTokenSecret{}, all[t.PersonID]...), err
}

func (r serviceTokens) secrets(ctx context.Context, machines []typeid.ID) (map[typeid.ID][]*ServiceTokenSecret, error) {
	found, err := r.DB.Session.Query().Where(session.PersonIDIn(machines...), session.SecretHashNotNil(), query.Lasts(r.Now())).Order(session.ByCreatedAt()).
		All(rule.AsSystem(ctx, "administrators see how long the secrets of their tokens work"))
	secrets := map[typeid.ID][]*ServiceTokenSecret{}
	for _, s := range found {
		secrets[s.PersonID] = append(secrets[s.PersonID], &ServiceTokenSecret{s.CreatedAt, *s.EndsAt})
	}
	return secrets, err
}
