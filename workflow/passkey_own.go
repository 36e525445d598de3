package workflow

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/generated/ent/session"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ownPasskey is one of the viewer's own, held. Errors: ErrSignIn, ErrNotFound.
func (a *act) ownPasskey(ctx context.Context, id typeid.ID) (*ent.Passkey, error) {
	if !a.viewer.SignedIn() {
		return nil, ErrSignIn
	}
	p, err := hold(a, a.Passkey.Query().Where(passkey.ID(id), passkey.PersonID(typeid.ID(a.viewer.Person)))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, ErrNotFound
	}
	return p, err
}

// PasskeyRename calls one of the viewer's own passkeys by another name. Errors: ErrSignIn, ErrNotFound, Refusal.
func (f *Flow) PasskeyRename(ctx context.Context, id typeid.ID, name string) (*ent.Passkey, error) {
	var c checks
	name = c.needed(name, 80, "name")
	if err := c.err(); err != nil {
		return nil, err
	}
	return write(rule.AsSystem(ctx, whyOwnPasskeys), f, func(ctx context.Context, a *act) (*ent.Passkey, error) {
		p, err := a.ownPasskey(ctx, id)
		if err != nil {
			return nil, err
		}
		return p.Update().SetName(name).Save(ctx)
	})
}

// PasskeyRemove removes one of the viewer's own passkeys, and ends the sessions that it opened, but not the one that asks. The last
// way in stays; one that was stopped is none. Errors: ErrSignIn, ErrNotFound, Refusal.
func (f *Flow) PasskeyRemove(ctx context.Context, id typeid.ID) error {
	_, err := write(rule.AsSystem(ctx, whyOwnPasskeys), f, func(ctx context.Context, a *act) (int, error) {
		p, err := a.ownPasskey(ctx, id)
		if err != nil {
			return 0, err
		}
		if p.StoppedAt == nil {
			if err := a.anotherWayIn(ctx, p.PersonID, p.ID, "passkeyId"); err != nil {
				return 0, err
			}
		}
		if err := a.endOpened(ctx, p); err != nil {
			return 0, err
		}
		a.audit(line{act: auditentry.ActPasskey, about: p.ID, whose: p.PersonID, why: "REMOVED"})
		return 1, a.Passkey.DeleteOne(p).Exec(ctx)
	})
	return err
}

// endOpened ends what a passkey opened, but not the session that asks.
func (a *act) endOpened(ctx context.Context, p *ent.Passkey) error {
	return a.Session.Update().Where(session.PersonID(p.PersonID), session.PasskeyID(p.ID), session.IDNEQ(typeid.ID(a.viewer.Session)), session.EndedAtIsNil()).SetEndedAt(a.at).Exec(ctx)
}
