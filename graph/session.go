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
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (r mutations) SessionStart(ctx context.Context) (*SessionPayload, error) {
	return sessionPayload(r.Flow.SessionStart(ctx))
}

func (r mutations) SessionRecover(ctx context.Context, in SessionRecoverInput) (*SessionPayload, error) {
	return sessionPayload(r.Flow.SessionRecover(ctx, in.RecoveryCode))
}

func (r mutations) SessionRefresh(ctx context.Context, in SessionRefreshInput) (*SessionPayload, error) {
	return sessionPayload(r.Flow.SessionRefresh(ctx, in.RefreshToken))
}

func (r mutations) SignInRequest(ctx context.Context, in SignInRequestInput) (*SignInRequestPayload, error) {
	id, err := r.Flow.SignInRequest(ctx, in.Email)
	problems, err := refusals(err)
	payload := &SignInRequestPayload{UserErrors: problems}
	if id != "" {
		payload.Request = &id
	}
	return payload, err
}

func (r mutations) SignInConfirm(ctx context.Context, in SignInConfirmInput) (*SessionPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	return sessionPayload(r.Flow.SignInConfirm(ctx, in.Request, in.Code))
}

func (r mutations) SessionEnd(ctx context.Context) (*SessionEndPayload, error) {
	err := r.Flow.SessionEnd(ctx)
	return &SessionEndPayload{err == nil, []UserError{}}, err
}

func (r mutations) SessionRevoke(ctx context.Context, in SessionRevokeInput) (*SessionEndPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	err := r.Flow.SessionRevoke(ctx, in.SessionID)
	return &SessionEndPayload{err == nil, []UserError{}}, err
}

func (r mutations) SessionEndOthers(ctx context.Context) (*SessionEndOthersPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	n, err := r.Flow.SessionEndOthers(ctx)
	return &SessionEndOthersPayload{n, []UserError{}}, err
}

func (r mutations) InvitationMake(ctx context.Context, in InvitationMakeInput) (*InvitationPayload, error) {
	code, i, err := r.Flow.InvitationMake(ctx, workflow.Post{Role: in.Role, Service: in.ServiceID, StartsAt: in.StartsAt, EndsAt: in.EndsAt})
	problems, err := refusals(err)
	if i == nil {
		return &InvitationPayload{UserErrors: problems}, err
	}
	return &InvitationPayload{&code, i.StartsAt, i.EndsAt, problems}, err
}

func (r mutations) InvitationAccept(ctx context.Context, in InvitationAcceptInput) (*SessionPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	return sessionPayload(r.Flow.InvitationAccept(ctx, in.Code, in.Name, text(in.Title)))
}

func (r mutations) MembershipEnd(ctx context.Context, in MembershipEndInput) (*MembershipPayload, error) {
	m, err := r.Flow.MembershipEnd(ctx, in.MembershipID, in.At)
	problems, err := refusals(err)
	return &MembershipPayload{m, problems}, err
}

// ownSession refuses a token that may less than a session of one's own, and one of another issuer. What adds a way in or a role to its person would
// open a session with it that may everything. Nobody is not narrowed. Errors: ErrForbidden.
func ownSession(ctx context.Context) error {
	v, whole := auth.FromContext(ctx), auth.SessionScopes()
	if v.SignedIn() && (len(whole.Both(v.Scopes)) < len(whole) || typeid.ID(v.Session).Prefix() == typeid.Identity) {
		return workflow.ErrForbidden
	}
	return nil
}

func sessionPayload(s *workflow.Session, err error) (*SessionPayload, error) {
	problems, err := refusals(err)
	payload := &SessionPayload{Session: s, UserErrors: problems}
	if s != nil && s.RecoveryCode != "" {
		payload.RecoveryCode = &s.RecoveryCode
	}
	return payload, err
}

// newestOpened is the order of sessions.
func newestOpened() page.Term[*ent.Session] {
	return page.Term[*ent.Session]{Name: "sessions", Column: session.FieldCreatedAt, Desc: true, Value: func(s *ent.Session) any { return s.CreatedAt }}
}

// Sessions leaves out what cannot be used any more: what was ended, and what nobody refreshed for as long as a refresh token lives.
func (r viewers) Sessions(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*SessionConnection, error) {
	now := r.Now().UTC()
	usable := session.Or(session.CreatedAtGT(now.Add(-workflow.RefreshLife)), session.HasRefreshesWith(refresh.ExpiresAtGT(now), refresh.UsedAtIsNil()))
	q := r.DB.Session.Query().Where(session.PersonID(p.ID), query.Lasts(now), usable)
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
