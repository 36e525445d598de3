package graph

import (
	"context"
	"strings"
	"time"

	"hearback/auth"
	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/refresh"
	"hearback/ent/generated/ent/session"
	"hearback/ent/page"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// newestOpened is the order of sessions.
func newestOpened() page.Term[*ent.Session] {
	return page.Term[*ent.Session]{Name: "sessions", Column: session.FieldCreatedAt, Desc: true, Value: func(s *ent.Session) any { return s.CreatedAt }}
}

// Sessions leaves out what cannot be used any more: what was ended, and what nobody refreshed for as long as a refresh token lives.
func (r viewers) Sessions(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*SessionConnection, error) {
	now := r.Now().UTC()
	usable := session.Or(session.CreatedAtGT(now.Add(-workflow.RefreshLife)), session.HasRefreshesWith(refresh.ExpiresAtGT(now), refresh.UsedAtIsNil()))
	q := r.DB.Session.Query().Where(session.PersonID(p.ID), session.EndedAtIsNil(), usable)
	return page.Connect(ctx, q, args(first, after, last, before), newestOpened())
}

// LastUsedAt is when the refresh token was made that is still unused: each session has one at most.
func (r sessions) LastUsedAt(ctx context.Context, s *ent.Session) (*time.Time, error) {
	type key struct{}
	all, err := cohort.Once(s.Cohort(), key{}, func(rows []*ent.Session) (map[typeid.ID]time.Time, error) { return r.lastUses(ctx, rows) })
	if at, ok := all[s.ID]; ok {
		return &at, err
	}
	return &s.CreatedAt, err
}

func (r sessions) lastUses(ctx context.Context, rows []*ent.Session) (map[typeid.ID]time.Time, error) {
	ids := make([]typeid.ID, len(rows))
	for i, s := range rows {
		ids[i] = s.ID
	}
	found, err := r.DB.Refresh.Query().Where(refresh.SessionIDIn(ids...), refresh.UsedAtIsNil()).
		All(rule.AsSystem(ctx, "people see when their own sessions were used"))
	last := make(map[typeid.ID]time.Time, len(found))
	for _, f := range found {
		last[f.SessionID] = f.CreatedAt
	}
	return last, err
}

func (r sessions) Current(ctx context.Context, s *ent.Session) (bool, error) {
	return auth.FromContext(ctx).Session == string(s.ID), nil
}

func (r sessions) Scopes(_ context.Context, s *ent.Session) ([]string, error) {
	scopes, err := auth.ParseScopes(s.Scopes)
	return strings.Fields(scopes.String()), err
}
