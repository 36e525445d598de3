package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/generated/ent/session"
	"hearback/ent/page"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (r mutations) PasskeyRegisterStart(ctx context.Context) (*PasskeyOptionsPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	return optionsPayload(r.Flow.PasskeyRegisterStart(ctx))
}

func (r mutations) PasskeyRegisterFinish(ctx context.Context, in PasskeyRegisterFinishInput) (*PasskeyRegisterPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	p, replayed, err := r.Flow.PasskeyRegisterFinish(ctx, workflow.PasskeyDraft{Name: in.Name, Credential: in.Credential})
	problems, err := refusals(err)
	return &PasskeyRegisterPayload{p, problems, replayed}, err
}

func (r mutations) PasskeyRename(ctx context.Context, in PasskeyRenameInput) (*PasskeyPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	p, err := r.Flow.PasskeyRename(ctx, in.PasskeyID, in.Name)
	problems, err := refusals(err)
	return &PasskeyPayload{p, problems}, err
}

func (r mutations) PasskeyRemove(ctx context.Context, in PasskeyRemoveInput) (*PasskeyRemovePayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	problems, err := refusals(r.Flow.PasskeyRemove(ctx, in.PasskeyID))
	return &PasskeyRemovePayload{err == nil && len(problems) == 0, problems}, err
}

func (r mutations) SignInPasskeyStart(ctx context.Context) (*PasskeyOptionsPayload, error) {
	return optionsPayload(r.Flow.SignInPasskeyStart(ctx))
}

func (r mutations) SignInPasskeyFinish(ctx context.Context, in SignInPasskeyFinishInput) (*SessionPayload, error) {
	return sessionPayload(r.Flow.SignInPasskeyFinish(ctx, in.Credential))
}

func optionsPayload(options string, err error) (*PasskeyOptionsPayload, error) {
	problems, err := refusals(err)
	return &PasskeyOptionsPayload{shownOnce(options), problems}, err
}

// newestPasskey is the order of passkeys.
func newestPasskey() page.Term[*ent.Passkey] {
	return page.Term[*ent.Passkey]{Name: "passkeys", Column: passkey.FieldCreatedAt, Desc: true, Value: func(p *ent.Passkey) any { return p.CreatedAt }}
}

func (r viewers) Passkeys(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*PasskeyConnection, error) {
	return page.Connect(ctx, r.DB.Passkey.Query().Where(passkey.PersonID(p.ID)), args(first, after, last, before), newestPasskey())
}

func (r sessions) Passkey(ctx context.Context, s *ent.Session) (*ent.Passkey, error) {
	return one(ctx, s, session.FieldPasskeyID, func(s *ent.Session) typeid.ID { return typeid.Maybe(s.PasskeyID) }, r.passkeysByID)
}

func (h *House) passkeysByID(ctx context.Context, ids []typeid.ID) ([]*ent.Passkey, error) {
	return h.DB.Passkey.Query().Where(passkey.IDIn(ids...)).All(ctx)
}
