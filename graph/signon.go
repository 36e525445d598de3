package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/identity"
	"hearback/ent/page"
	"hearback/workflow"
)

func (r viewers) Identities(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*IdentityConnection, error) {
	return page.Connect(ctx, r.DB.Identity.Query().Where(identity.PersonID(p.ID)), args(first, after, last, before), page.Oldest[*ent.Identity]("identities"))
}

func (r mutations) IdentityRemove(ctx context.Context, in IdentityRemoveInput) (*IdentityRemovePayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	problems, err := refusals(r.Flow.IdentityRemove(ctx, in.IdentityID))
	return &IdentityRemovePayload{err == nil && len(problems) == 0, problems}, err
}

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
