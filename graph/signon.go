package graph

import (
	"context"

	"hearback/workflow"
)

func (r mutations) SignInOidcStart(ctx context.Context, in SignInOidcStartInput) (*SignInOidcStartPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	address, secret, err := r.Flow.SignInOidcStart(ctx, text(in.RedirectURI))
	problems, err := refusals(err)
	payload := &SignInOidcStartPayload{UserErrors: problems}
	if address != "" {
		payload.URL, payload.Request = &address, &secret
	}
	return payload, err
}

func (r mutations) SignInOidcFinish(ctx context.Context, in SignInOidcFinishInput) (*SessionPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	return sessionPayload(r.Flow.SignInOidcFinish(ctx, workflow.SignOnAnswer{Secret: in.Request, State: in.State, Code: in.Code, Issuer: text(in.Iss)}))
}
