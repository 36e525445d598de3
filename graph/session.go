package graph

import (
	"context"

	"hearback/auth"
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
	code, err := r.Flow.InvitationMake(ctx, in.Role, in.ServiceID)
	problems, err := refusals(err)
	return &InvitationPayload{&code, problems}, err
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

// ownSession refuses a token that may less than a session of one's own. What adds a way in or a role to its person would
// open a session with it that may everything. Nobody is not narrowed. Errors: ErrForbidden.
func ownSession(ctx context.Context) error {
	v, whole := auth.FromContext(ctx), auth.SessionScopes()
	if v.SignedIn() && len(whole.Both(v.Scopes)) < len(whole) {
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
