package workflow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/servicetoken"
	"hearback/ent/generated/ent/session"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The bounds of service tokens.
const (
	ServiceTokenLife  = 366 * 24 * time.Hour // how far away the end may be
	MaxOverlapHours   = 168                  // how long the secret before may live on after a rotation
	ServiceTokenNoted = 10 * time.Minute     // how exact "last used" is
	liveSecrets       = 2
)

const whyMachine = "a service token opens its own machine"

// ServiceTokenDraft is a token for a program of somebody else: what it may do, where, and until when.
type ServiceTokenDraft struct {
	ID        *typeid.ID `json:"-"`
	Name      string
	Scopes    []string
	Service   *typeid.ID // none for the whole installation
	ExpiresAt time.Time
}

func (d ServiceTokenDraft) tidy(now time.Time) (ServiceTokenDraft, auth.Scopes, error) {
	var c checks
	d.Name = c.needed(d.Name, 80, "name")
	d.ExpiresAt = *kept(&d.ExpiresAt)
	if !d.ExpiresAt.After(now) || d.ExpiresAt.Sub(now) > ServiceTokenLife {
		c.add(Invalid, "Please choose a moment to come, at most 366 days from now. After that, make another token.", "expiresAt")
	}
	scopes := make(auth.Scopes, len(d.Scopes))
	for i, name := range d.Scopes {
		if scopes[i] = auth.Scope(name); !auth.MachineScopes().Has(scopes[i]) {
			c.add(Invalid, "A service token reads and does nothing else. It can have these scopes: "+auth.MachineScopes().String()+".", "scopes", strconv.Itoa(i))
		}
	}
	if len(scopes) == 0 {
		c.add(Required, "Please say what the token may do: "+auth.MachineScopes().String()+".", "scopes")
	}
	return d, scopes, c.err()
}

// ServiceTokenCreate makes a service token, and gives its secret, which is shown once and kept as a hash; a repeat (replayed)
// gives the token without it. Administrators who reach the place. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ServiceTokenCreate(ctx context.Context, d ServiceTokenDraft) (t *ent.ServiceToken, secret string, replayed bool, err error) {
	fresh, err := auth.NewServiceToken(nil)
	if err != nil {
		return nil, "", false, err
	}
	t, replayed, err = once(ctx, f, sending[*ent.ServiceToken]{
		id: d.ID, prefix: typeid.ServiceToken, input: d,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.ServiceToken, error) {
			return a.ServiceToken.Get(ctx, id)
		},
		by: func(t *ent.ServiceToken) (typeid.ID, string) { return t.MadeByID, t.Fingerprint },
		make: func(ctx context.Context, a *act, id typeid.ID, print string) (*ent.ServiceToken, error) {
			return d.mint(ctx, a, id, print, fresh)
		},
	})
	if err != nil || replayed {
		return t, "", replayed, err
	}
	return t, fresh, false, nil
}

// mint makes the token under the rules of who makes it, and its machine beside it.
func (d ServiceTokenDraft) mint(ctx context.Context, a *act, id typeid.ID, print, secret string) (*ent.ServiceToken, error) {
	d, scopes, err := d.tidy(a.at)
	if err != nil {
		return nil, err
	}
	system := rule.AsSystem(ctx, whyMachine)
	machine, err := a.Person.Create().SetCreatedAt(a.at).SetName(d.Name).Save(system)
	if err != nil {
		return nil, err
	}
	t, err := a.ServiceToken.Create().SetID(id).SetFingerprint(print).SetCreatedAt(a.at).SetName(d.Name).SetScopes(scopes.String()).SetNillableServiceID(d.Service).
		SetPersonID(machine.ID).SetMadeByID(typeid.ID(a.viewer.Person)).SetExpiresAt(d.ExpiresAt).Save(ctx)
	if err != nil {
		return nil, err
	}
	err = a.Membership.Create().SetCreatedAt(a.at).SetPersonID(machine.ID).SetNillableServiceID(d.Service).SetRole(membership.RoleIntegrator).SetEndsAt(d.ExpiresAt).Exec(system)
	if err != nil {
		return nil, err
	}
	return a.tokenNoted(t, "MADE", a.opens(system, t, secret))
}

// opens lets a secret in until the token ends.
func (a *act) opens(system context.Context, t *ent.ServiceToken, secret string) error {
	return a.Session.Create().SetCreatedAt(a.at).SetPersonID(t.PersonID).SetScopes(t.Scopes).SetSecretHash(auth.Hash(secret)).SetEndsAt(t.ExpiresAt).Exec(system)
}

// tokenNoted has what was done to a token written into the audit log.
func (a *act) tokenNoted(t *ent.ServiceToken, why string, err error) (*ent.ServiceToken, error) {
	if err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActToken, as: auth.Administrator, at: typeid.Maybe(t.ServiceID), about: t.ID, why: why})
	return t, nil
}

// ServiceTokenRotate gives a token another secret, shown once. The one before works until some hours have gone, so that nothing
// stands still while it is changed; two work at most. Administrators who reach the place. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ServiceTokenRotate(ctx context.Context, id typeid.ID, overlapHours int) (*ent.ServiceToken, string, error) {
	if overlapHours < 0 || overlapHours > MaxOverlapHours {
		return nil, "", refuse(Invalid, fmt.Sprintf("Please choose 0 to %d hours.", MaxOverlapHours), "overlapHours")
	}
	secret, err := auth.NewServiceToken(nil)
	if err != nil {
		return nil, "", err
	}
	t, err := write(ctx, f, func(ctx context.Context, a *act) (*ent.ServiceToken, error) {
		t, err := hold(a, a.ServiceToken.Query().Where(servicetoken.ID(id))).Only(ctx)
		if err != nil {
			return nil, err
		}
		if t, err = a.rotated(ctx, t); err != nil {
			return nil, err
		}
		system := rule.AsSystem(ctx, whyMachine)
		if err := a.retire(system, t, a.at.Add(time.Duration(overlapHours)*time.Hour)); err != nil {
			return nil, err
		}
		return a.tokenNoted(t, "ROTATED", a.opens(system, t, secret))
	})
	if err != nil {
		return nil, "", err
	}
	return t, secret, nil
}

// rotated notes on the token, under the rules, that it gets another secret. Errors: ErrForbidden, Refusal.
func (a *act) rotated(ctx context.Context, t *ent.ServiceToken) (*ent.ServiceToken, error) {
	if t.RevokedAt != nil || !t.ExpiresAt.After(a.at) {
		return nil, refuse(NotNow, "This token has ended. Please make another one.", "serviceTokenId")
	}
	t, err := t.Update().SetRotatedAt(a.at).Save(ctx)
	if ent.IsNotFound(err) {
		return nil, ErrForbidden
	}
	return t, err
}

// retire plans the end of the secret that works. It refuses when there are two already.
func (a *act) retire(system context.Context, t *ent.ServiceToken, at time.Time) error {
	live, err := a.Session.Query().Where(session.PersonID(t.PersonID), query.Lasts(a.at)).Order(session.ByCreatedAt()).All(system)
	if err != nil {
		return err
	}
	if len(live) >= liveSecrets {
		soonest := slices.MinFunc(live, func(x, y *ent.Session) int { return x.EndsAt.Compare(*y.EndsAt) })
		return refuse(NotNow, "This token has two secrets that work. The older one ends at "+soonest.EndsAt.UTC().Format(time.RFC3339)+"; after that it can get another. If one was stolen, revoke the token.", "serviceTokenId")
	}
	for _, s := range live {
		if at.Before(*s.EndsAt) {
			err = s.Update().SetEndsAt(at).Exec(system)
		}
	}
	return err
}

// ServiceTokenRevoke ends a token at once, with the next request and in every open stream. It stays in the list; a second time
// changes nothing. Administrators who reach the place. Errors: ErrNotFound, ErrForbidden.
func (f *Flow) ServiceTokenRevoke(ctx context.Context, id typeid.ID) (*ent.ServiceToken, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.ServiceToken, error) {
		t, err := hold(a, a.ServiceToken.Query().Where(servicetoken.ID(id))).Only(ctx)
		if err != nil || t.RevokedAt != nil {
			return t, err
		}
		t, err = t.Update().SetRevokedAt(a.at).SetRevokedByID(typeid.ID(a.viewer.Person)).Save(ctx)
		if ent.IsNotFound(err) {
			return nil, ErrForbidden
		}
		if err != nil {
			return nil, err
		}
		return a.tokenNoted(t, "REVOKED", a.shutOff(rule.AsSystem(ctx, whyMachine), t.PersonID))
	})
}

// shutOff ends every way in and every role of a person.
func (a *act) shutOff(system context.Context, who typeid.ID) error {
	err := a.Session.Update().Where(session.PersonID(who), session.EndedAtIsNil()).SetEndedAt(a.at).Exec(system)
	if err != nil {
		return err
	}
	return a.Membership.Update().Where(membership.PersonID(who), membership.EndedAtIsNil()).SetEndedAt(a.at).Exec(system)
}

// ServiceTokenUse finds whom a secret opens, by its hash, and notes that it was used, once in ten minutes. Before anybody is
// somebody. Errors: auth.ErrServiceToken.
func (f *Flow) ServiceTokenUse(ctx context.Context, hash string) (auth.Claims, error) {
	system, now := rule.AsSystem(ctx, "who is asking must be known before any rule can be asked"), f.Now().UTC()
	s, err := f.DB.Session.Query().Where(session.SecretHash(hash), query.Lasts(now)).Only(system)
	if ent.IsNotFound(err) {
		return auth.Claims{}, auth.ErrServiceToken
	}
	if err != nil {
		return auth.Claims{}, err
	}
	scopes, err := auth.ParseScopes(s.Scopes)
	if err != nil {
		return auth.Claims{}, err
	}
	return auth.Claims{Person: string(s.PersonID), Session: string(s.ID), Scopes: scopes, Expires: *s.EndsAt}, f.noteUse(system, s.PersonID, now)
}

// noteUse writes down when a token was used, unless that was done a moment ago.
func (f *Flow) noteUse(system context.Context, machine typeid.ID, now time.Time) error {
	old := servicetoken.Or(servicetoken.LastUsedAtIsNil(), servicetoken.LastUsedAtLTE(now.Add(-ServiceTokenNoted)))
	due, err := f.DB.ServiceToken.Query().Where(servicetoken.PersonID(machine), old).Exist(system)
	if err != nil || !due {
		return err
	}
	return f.DB.ServiceToken.Update().Where(servicetoken.PersonID(machine), old).SetLastUsedAt(now.Truncate(time.Microsecond)).Exec(system)
}
