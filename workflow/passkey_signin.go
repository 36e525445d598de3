package workflow

import (
	"context"
	"errors"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/rule"
	"hearback/internal/mail"
	door "hearback/internal/passkey"
)

// SignInPasskeyStart begins to sign in with whatever passkey a device has for us: options for the browser. Anybody may.
// Errors: Refusal.
func (f *Flow) SignInPasskeyStart(ctx context.Context) (string, error) {
	if f.Passkeys == nil {
		return "", noPasskeys()
	}
	offer, err := f.Passkeys.Ask()
	if err != nil {
		return "", err
	}
	return write(rule.AsSystem(ctx, whySignIn), f, func(ctx context.Context, a *act) (string, error) {
		return offer.Options, a.challenge(offer).Exec(ctx)
	})
}

// SignInPasskeyFinish signs in whose passkey signed. What was begun ends with it, also when it is refused; a passkey that nobody
// knows is refused in the same words as one that signed wrongly. Anybody may. Errors: Refusal.
func (f *Flow) SignInPasskeyFinish(ctx context.Context, credential string) (*Session, error) {
	if f.Passkeys == nil {
		return nil, noPasskeys()
	}
	var c checks
	credential = c.needed(credential, MaxCredential, "credential")
	if err := c.err(); err != nil {
		return nil, err
	}
	signed, err := door.ReadSigned(credential)
	if err != nil {
		return nil, unreadable()
	}
	return settle(rule.AsSystem(ctx, whySignIn), f, func(ctx context.Context, a *act) (*Session, error) {
		begun, err := a.begun(ctx, signed.Challenge(), "")
		if err != nil {
			return nil, err
		}
		if err := a.useUp(ctx, begun); err != nil {
			return nil, err
		}
		p, err := f.signedBy(ctx, a, signed)
		if err != nil {
			return nil, err
		}
		return f.openWith(ctx, a, p)
	})
}

// signedBy is the passkey that signed, as it is from now on. One that seems to have been copied is stopped. Errors: Refusal.
func (f *Flow) signedBy(ctx context.Context, a *act, signed door.Signed) (*ent.Passkey, error) {
	unknown := refuse(CodeRefused, "This passkey did not sign you in. Please begin again, or sign in another way.", "credential")
	stopped := refuse(CodeRefused, "This passkey seems to have been copied, so it does not work any more. Please sign in another way, remove it, and make a new one.", "credential")
	p, err := hold(a, a.Passkey.Query().Where(passkey.CredentialID(signed.ID()))).Only(ctx)
	if err != nil {
		if ent.IsNotFound(err) {
			err = unknown
		}
		return nil, err
	}
	c, copied, err := f.Passkeys.Check(signed, signed.Challenge(), credentialOf(p))
	switch {
	case err != nil:
		return nil, unknown
	case p.StoppedAt != nil:
		return nil, stopped
	case copied:
		return nil, firstOf(a.stop(ctx, p), stopped)
	}
	return p.Update().SetSignCount(int64(c.Count)).SetBackedUp(c.BackedUp).SetLastUsedAt(a.at).Save(ctx)
}

// stop ends a passkey that seems to have been copied, with every session that it opened: who has the copy may have come first.
// Its owner finds it in the list, and is told by e-mail where there is an address.
func (a *act) stop(ctx context.Context, p *ent.Passkey) error {
	if err := p.Update().SetStoppedAt(a.at).Exec(ctx); err != nil {
		return err
	}
	if err := a.endOpened(ctx, p); err != nil {
		return err
	}
	a.audit(line{act: auditentry.ActPasskey, about: p.ID, whose: p.PersonID, why: "STOPPED"})
	return a.leave(ctx, errand{kind: job.KindPasskeyStopped, about: p.ID, at: a.at})
}

// openWith begins a session of whose passkey it is.
func (f *Flow) openWith(ctx context.Context, a *act, p *ent.Passkey) (*Session, error) {
	s, err := a.Session.Create().SetCreatedAt(a.at).SetPersonID(p.PersonID).SetScopes(auth.SessionScopes().Kept()).SetPasskeyID(p.ID).Save(ctx)
	if err != nil {
		return nil, err
	}
	return f.issue(ctx, a, s)
}

// passkeyStopped tells somebody by e-mail that their passkey was stopped. Who has no address, or removed it by now, is not told.
// The letter may come twice when a worker ends in the middle.
func (t task) passkeyStopped(ctx context.Context) error {
	var to string
	_, err := stride(ctx, t, func(ctx context.Context, a *act) (int, error) {
		p, err := a.Passkey.Query().Where(passkey.ID(t.row.About)).WithPerson().Only(ctx)
		if ent.IsNotFound(err) {
			return 0, nil
		}
		if err == nil && p.Edges.Person.Email != nil {
			to = *p.Edges.Person.Email
		}
		return 1, err
	})
	if err != nil || to == "" {
		return err
	}
	if err := t.flow.Mail.Send(ctx, stoppedLetter(to)); err != nil {
		return errors.Join(ErrMail, err)
	}
	return nil
}

// stoppedLetter says nothing that would tell a reader over the shoulder what it is about.
func stoppedLetter(to string) mail.Message {
	return mail.Message{To: to, Subject: "One of your passkeys was stopped", Text: `Somebody tried to sign in with a passkey of yours, and it looks as if it had been copied. They were not let in.

The passkey does not work any more, and whoever was signed in with it is signed out. Please sign in another way, remove it, and make a new one. If you do not know what happened, tell the people who run this service.
`}
}
