package workflow

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/generated/ent/passkeychallenge"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	door "hearback/internal/passkey"
)

// The bounds of passkeys.
const (
	MostPasskeys  = 10               // of one person
	FreshSignIn   = 15 * time.Minute // how old the session may be in which somebody makes one
	MaxCredential = 16384            // letters of what a browser made or signed
	handleSize    = 64               // bytes: as many as a device keeps (WebAuthn §5.4.3)
)

const whyOwnPasskeys = "people look after their own passkeys"

// Passkeys are asked for, and their answers are checked, as the domain that devices know us by. Its errors are ErrRefused of
// internal/passkey.
type Passkeys interface {
	Make(handle []byte, name string, has []door.Credential) (door.Offer, error)
	Believe(m door.Made, challenge string, handle []byte) (*door.Credential, error)
	Ask() (door.Offer, error)
	Check(s door.Signed, challenge string, c door.Credential) (after *door.Credential, copied bool, err error)
}

// passkeyRoles are the roles of people: a machine has no finger.
func passkeyRoles() []auth.Role {
	return []auth.Role{auth.Staff, auth.Facilitator, auth.Moderator, auth.SafeguardingLead, auth.Commissioner, auth.Administrator}
}

// mayMake is who asks, if they may have passkeys here: somebody who holds a role now. Errors: ErrSignIn, ErrForbidden, Refusal.
func (f *Flow) mayMake(ctx context.Context) (typeid.ID, error) {
	me, err := signedIn(ctx)
	switch {
	case err != nil:
		return "", err
	case !auth.FromContext(ctx).Holds(passkeyRoles()...):
		return "", ErrForbidden
	case f.Passkeys == nil:
		return "", noPasskeys()
	}
	return me, nil
}

// noPasskeys is said where no domain was set up.
func noPasskeys() error {
	return refuse(NotNow, "There are no passkeys here. Please sign in another way.")
}

// PasskeyRegisterStart begins to make a passkey: options for the browser. Who holds a role and signed in a moment ago.
// Errors: ErrSignIn, ErrForbidden, Refusal.
func (f *Flow) PasskeyRegisterStart(ctx context.Context) (string, error) {
	me, err := f.mayMake(ctx)
	if err != nil {
		return "", err
	}
	return write(rule.AsSystem(ctx, whyOwnPasskeys), f, func(ctx context.Context, a *act) (string, error) {
		if err := a.fresh(ctx); err != nil {
			return "", err
		}
		p, err := a.Person.Get(ctx, me)
		if err != nil {
			return "", err
		}
		has, err := a.passkeysOf(ctx, me)
		if err != nil {
			return "", err
		}
		handle := handleOf(has)
		offer, err := f.Passkeys.Make(handle, cmp.Or(p.Name, "Hearback"), credentials(has))
		if err != nil {
			return "", err
		}
		return offer.Options, a.challenge(offer).SetPersonID(me).SetHandle(handle).Exec(ctx)
	})
}

// fresh refuses a session that was opened long ago, and a token of another issuer, of which nobody here knows: who finds an
// unlocked computer must not make a way in that stays.
func (a *act) fresh(ctx context.Context) error {
	s, err := a.Session.Get(ctx, typeid.ID(a.viewer.Session))
	if ent.IsNotFound(err) || err == nil && a.at.Sub(s.CreatedAt) > FreshSignIn {
		return refuse(SignInAgain, "Please sign in again, then add the passkey within fifteen minutes. So nobody else can add one on a computer that you left open.")
	}
	return err
}

// passkeysOf are somebody's passkeys. It refuses when there is no room for another.
func (a *act) passkeysOf(ctx context.Context, who typeid.ID) ([]*ent.Passkey, error) {
	has, err := a.Passkey.Query().Where(passkey.PersonID(who)).Order(passkey.ByCreatedAt()).All(ctx)
	if err == nil && len(has) >= MostPasskeys {
		err = refuse(TooMany, "You have ten passkeys, and there is no room for more. Please remove one that you do not use.")
	}
	return has, err
}

// handleOf is what devices know somebody by: what those know them by that they have already, or something new.
func handleOf(has []*ent.Passkey) []byte {
	if len(has) > 0 {
		return has[0].Handle
	}
	fresh := make([]byte, handleSize)
	_, _ = rand.Read(fresh) // never fails (Go 1.24)
	return fresh
}

func credentials(rows []*ent.Passkey) []door.Credential {
	all := make([]door.Credential, len(rows))
	for i, p := range rows {
		all[i] = credentialOf(p)
	}
	return all
}

func credentialOf(p *ent.Passkey) door.Credential {
	return door.Credential{
		ID: p.CredentialID, PublicKey: p.PublicKey, Handle: p.Handle, Count: uint32(p.SignCount), //nolint:gosec // it came from 32 bits
		Transports: strings.Fields(p.Transports), BackupEligible: p.BackupEligible, BackedUp: p.BackedUp,
	}
}

// challenge keeps that something was offered, until a device may no longer answer.
func (a *act) challenge(o door.Offer) *ent.PasskeyChallengeCreate {
	return a.PasskeyChallenge.Create().SetCreatedAt(a.at).SetChallengeHash(auth.Hash(o.Challenge)).SetExpiresAt(a.at.Add(door.Life))
}

// begun is what was begun with a challenge, by somebody (nobody: a sign-in), held; nil when there is no such thing.
func (a *act) begun(ctx context.Context, challenge string, by typeid.ID) (*ent.PasskeyChallenge, error) {
	whose := passkeychallenge.PersonIDIsNil()
	if by != "" {
		whose = passkeychallenge.PersonID(by)
	}
	c, err := hold(a, a.PasskeyChallenge.Query().Where(passkeychallenge.ChallengeHash(auth.Hash(challenge)), whose)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return c, err
}

// useUp ends what was begun: it can be ended once, well or badly. Errors: Refusal.
func (a *act) useUp(ctx context.Context, c *ent.PasskeyChallenge) error {
	if c == nil || c.UsedAt != nil || !a.at.Before(c.ExpiresAt) {
		return refuse(CodeRefused, "This was used, or it took too long. Please begin again.", "credential")
	}
	return c.Update().SetUsedAt(a.at).Exec(ctx)
}

// settle is write for acts that stay done when they are refused: what a refused answer used up is used up.
func settle[T any](ctx context.Context, f *Flow, do func(context.Context, *act) (T, error)) (T, error) {
	var refused Refusal
	done, err := write(ctx, f, func(ctx context.Context, a *act) (T, error) {
		done, err := do(ctx, a)
		if errors.As(err, &refused) {
			err = nil
		}
		return done, err
	})
	if err == nil && refused != nil {
		err = refused
	}
	return done, err
}

// PasskeyDraft is a passkey to be: what its owner calls it, and what the browser made.
type PasskeyDraft struct{ Name, Credential string }

func (d PasskeyDraft) tidy() (PasskeyDraft, door.Made, error) {
	var c checks
	d.Name = c.needed(d.Name, 80, "name")
	d.Credential = c.needed(d.Credential, MaxCredential, "credential")
	if err := c.err(); err != nil {
		return d, door.Made{}, err
	}
	made, err := door.ReadMade(d.Credential)
	if err != nil {
		return d, made, unreadable()
	}
	return d, made, nil
}

// unreadable refuses what no browser makes.
func unreadable() error {
	return refuse(Invalid, "This is not what a browser makes of a passkey. Send JSON.stringify(credential), as it is.", "credential")
}

// PasskeyRegisterFinish keeps a passkey that a browser made. The same sent again gives the same passkey (replayed). What was
// begun ends with it, also when it is refused. Who began it, and still holds a role. Errors: ErrSignIn, ErrForbidden, Refusal.
func (f *Flow) PasskeyRegisterFinish(ctx context.Context, d PasskeyDraft) (p *ent.Passkey, replayed bool, err error) {
	me, err := f.mayMake(ctx)
	if err != nil {
		return nil, false, err
	}
	d, made, err := d.tidy()
	if err != nil {
		return nil, false, err
	}
	print, err := fingerprint(d)
	if err != nil {
		return nil, false, err
	}
	ctx = rule.AsSystem(ctx, whyOwnPasskeys)
	id, err := settle(ctx, f, func(ctx context.Context, a *act) (typeid.ID, error) {
		begun, err := a.begun(ctx, made.Challenge(), me)
		if err != nil {
			return "", err
		}
		earlier, err := a.Passkey.Query().Where(passkey.PersonID(me), passkey.Fingerprint(print)).OnlyID(ctx)
		if replayed = err == nil; replayed || !ent.IsNotFound(err) {
			return earlier, err
		}
		if err := a.useUp(ctx, begun); err != nil {
			return "", err
		}
		return f.keep(ctx, a, begun, d.Name, print, made)
	})
	if err != nil {
		return nil, false, err
	}
	p, err = f.DB.Passkey.Get(ctx, id)
	return p, replayed, err
}

// keep checks what was made, and keeps it.
func (f *Flow) keep(ctx context.Context, a *act, begun *ent.PasskeyChallenge, name, print string, made door.Made) (typeid.ID, error) {
	me := typeid.Maybe(begun.PersonID)
	if err := a.alone(ctx, "passkeys of "+string(me)); err != nil {
		return "", err
	}
	if _, err := a.passkeysOf(ctx, me); err != nil {
		return "", err
	}
	c, err := f.Passkeys.Believe(made, made.Challenge(), begun.Handle)
	if err != nil {
		return "", refuse(CodeRefused, "This passkey could not be checked. Please begin again, and unlock your device with its PIN, a finger or your face.", "credential")
	}
	known, err := a.Passkey.Query().Where(passkey.CredentialID(c.ID)).Exist(ctx)
	if err != nil || known {
		return "", firstOf(err, refuse(Conflict, "This passkey is here already. Please begin again, and let your device make a new one.", "credential"))
	}
	p, err := a.Passkey.Create().SetCreatedAt(a.at).SetFingerprint(print).SetPersonID(me).SetName(name).SetCredentialID(c.ID).SetHandle(c.Handle).SetPublicKey(c.PublicKey).
		SetSignCount(int64(c.Count)).SetAaguid(c.AAGUID).SetTransports(strings.Join(c.Transports, " ")).SetBackupEligible(c.BackupEligible).SetBackedUp(c.BackedUp).Save(ctx)
	if err != nil {
		return "", err
	}
	a.audit(line{act: auditentry.ActPasskey, about: p.ID, whose: me, why: "MADE"})
	return p.ID, nil
}
