package workflow

import (
	"context"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/authoritycode"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// AuthorityCodeLife is how long a code to speak for somebody can be taken up. The code to take over has no end: it is for a
// child to keep.
const AuthorityCodeLife = 7 * 24 * time.Hour

// code is a code about the person of an authority, on the same terms.
func (a *act) code(plain string, kind authoritycode.Kind, m *ent.Authority) *ent.AuthorityCodeCreate {
	return a.AuthorityCode.Create().SetCreatedAt(a.at).SetCodeHash(auth.Hash(plain)).SetKind(kind).SetSubjectID(m.SubjectID).
		SetBasis(authoritycode.Basis(m.Basis)).SetScope(m.Scope).SetNillableBorn(m.Born).SetNillableEndsAt(m.EndsAt)
}

// AuthorityInvite makes a code for somebody to speak for the viewer, with this scope and until this end; shown once. Anybody
// signed in. Errors: ErrSignIn, Refusal.
func (f *Flow) AuthorityInvite(ctx context.Context, scope []rule.AuthorityScope, endsAt *time.Time) (string, error) {
	return f.makeCode(ctx, func(ctx context.Context, a *act, plain string) error {
		if !a.viewer.SignedIn() {
			return ErrSignIn
		}
		var c checks
		scope := scopes(&c, scope)
		future(&c, a.at, endsAt, "endsAt")
		if err := c.err(); err != nil {
			return err
		}
		terms := &ent.Authority{SubjectID: typeid.ID(a.viewer.Person), Basis: authority.BasisConsentOfThePerson, Scope: scopeWords(scope), EndsAt: endsAt}
		return a.codeNoted(rule.AsSystem(ctx, whyAuthority), a.code(plain, authoritycode.KindInvite, terms).SetExpiresAt(a.at.Add(AuthorityCodeLife)), "INVITED")
	})
}

// AuthorityShareCode makes a code for another relative to speak for the same person, with at most one's own scope: no machine
// ever finds out that two people speak for one. The proxy, while the authority works; with the consent of the person only they
// themselves invite. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) AuthorityShareCode(ctx context.Context, id typeid.ID, scope []rule.AuthorityScope) (string, error) {
	return f.makeCode(ctx, func(ctx context.Context, a *act, plain string) error {
		m, err := a.speaking(ctx, id, "")
		if err != nil {
			return err
		}
		var c checks
		kept := scopes(&c, scope)
		if err := c.err(); err != nil {
			return err
		}
		for _, s := range kept {
			if !rule.Allows(m, s) || m.Basis == authority.BasisConsentOfThePerson {
				return ErrForbidden
			}
		}
		terms := *m
		terms.Scope = scopeWords(kept)
		return a.codeNoted(rule.AsSystem(ctx, whyAuthority), a.code(plain, authoritycode.KindJoin, &terms).SetExpiresAt(a.at.Add(AuthorityCodeLife)), "SHARED")
	})
}

// AuthorityCodeRenew makes a new code to take over, for the person to keep; the old one stops working. The proxy, while the
// authority works. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) AuthorityCodeRenew(ctx context.Context, id typeid.ID) (string, error) {
	return f.makeCode(ctx, func(ctx context.Context, a *act, plain string) error {
		m, err := a.speaking(ctx, id, "")
		if err != nil {
			return err
		}
		ctx = rule.AsSystem(ctx, whyAuthority)
		old := a.AuthorityCode.Update().Where(authoritycode.SubjectID(m.SubjectID), authoritycode.KindEQ(authoritycode.KindTakeOver), authoritycode.UsedAtIsNil())
		n, err := old.SetUsedAt(a.at).Save(ctx)
		if err != nil || n == 0 { // they have a way in of their own, or have died
			return firstOf(err, refuse(NotNow, "There is no code to take over for this person.", "authorityId"))
		}
		return a.codeNoted(ctx, a.code(plain, authoritycode.KindTakeOver, m), "CODE_RENEWED")
	})
}

// codeNoted keeps a code and has that written into the audit log.
func (a *act) codeNoted(ctx context.Context, c *ent.AuthorityCodeCreate, why string) error {
	k, err := c.Save(ctx)
	if err == nil {
		a.audit(line{act: auditentry.ActProxy, about: k.ID, whose: k.SubjectID, why: why})
	}
	return err
}

func (f *Flow) makeCode(ctx context.Context, do func(context.Context, *act, string) error) (string, error) {
	shown, plain, err := newCode()
	if err != nil {
		return "", err
	}
	_, err = write(ctx, f, func(ctx context.Context, a *act) (bool, error) { return true, do(ctx, a, plain) })
	if err != nil {
		return "", err
	}
	return shown, nil
}

// AuthorityAcceptance is how somebody takes up a code to speak for another.
type AuthorityAcceptance struct{ Code, Relationship, ProxyName, SubjectName, Evidence string }

// AuthorityAccept takes up a code to speak for somebody; they are told. Anybody signed in with the code, but not the person
// themself. Taken up again by the same person it gives the same authority. Errors: ErrSignIn, Refusal.
func (f *Flow) AuthorityAccept(ctx context.Context, d AuthorityAcceptance) (made *ent.Authority, replayed bool, err error) {
	var c checks
	d.Relationship = c.needed(d.Relationship, 80, "relationship")
	d.ProxyName, d.SubjectName = c.needed(d.ProxyName, 80, "proxyName"), c.text(d.SubjectName, 80, "subjectName")
	d.Evidence = c.text(d.Evidence, MaxEvidence, "evidence")
	plain, wrong := auth.ParseRecoveryCode(d.Code)
	if wrong != nil {
		c.add(CodeRefused, incomplete, "code")
	}
	if err := c.err(); err != nil {
		return nil, false, err
	}
	made, err = write(ctx, f, func(ctx context.Context, a *act) (m *ent.Authority, err error) {
		if !a.viewer.SignedIn() {
			return nil, ErrSignIn
		}
		m, replayed, err = d.accept(rule.AsSystem(ctx, whyAuthority), a, auth.Hash(plain))
		return m, err
	})
	return made, replayed && err == nil, err
}

func (d AuthorityAcceptance) accept(ctx context.Context, a *act, hash string) (*ent.Authority, bool, error) {
	k, err := a.lockCode(ctx, hash, authoritycode.KindInvite, authoritycode.KindJoin)
	if err != nil {
		return nil, false, err
	}
	me := typeid.ID(a.viewer.Person)
	if k.AuthorityID != nil {
		m, err := a.Authority.Get(ctx, *k.AuthorityID)
		if err == nil && m.ProxyID == me {
			return m, true, nil
		}
		return nil, false, firstOf(err, usedUp())
	}
	if k.UsedAt != nil || k.ExpiresAt != nil && !a.at.Before(*k.ExpiresAt) || k.EndsAt != nil && !a.at.Before(*k.EndsAt) {
		return nil, false, usedUp()
	}
	if k.SubjectID == me {
		return nil, false, refuse(Invalid, "You made this code yourself. It is for somebody who is to speak for you.", "code")
	}
	m, err := a.Authority.Create().SetCreatedAt(a.at).SetFingerprint("").SetProxyID(me).SetSubjectID(k.SubjectID).SetBasis(authority.Basis(k.Basis)).
		SetScope(k.Scope).SetRelationship(d.Relationship).SetProxyName(d.ProxyName).SetSubjectName(d.SubjectName).SetEvidence(d.Evidence).
		SetNillableBorn(k.Born).SetReviewedIn(rule.MonthOf(a.at)).SetNillableReviewAt(reviewOf(k.Basis, a.at)).SetNillableEndsAt(k.EndsAt).Save(ctx)
	if err != nil {
		return nil, false, err
	}
	if !rule.StandingOf(m, a.at).Works() {
		return nil, false, usedUp()
	}
	if err := k.Update().SetUsedAt(a.at).SetAuthorityID(m.ID).Exec(ctx); err != nil {
		return nil, false, err
	}
	a.proxyNoted(m, "ACCEPTED")
	return m, false, a.tellBoth(ctx, m, authorityAccepted)
}

// reviewOf is when somebody should look again at what was just made.
func reviewOf(basis authoritycode.Basis, now time.Time) *time.Time {
	if basis == authoritycode.BasisBereaved {
		return nil
	}
	next := now.Add(ReviewEvery)
	return &next
}

// lockCode finds a code of one of these kinds, and nobody else uses it meanwhile.
func (a *act) lockCode(ctx context.Context, hash string, kinds ...authoritycode.Kind) (*ent.AuthorityCode, error) {
	k, err := hold(a, a.AuthorityCode.Query().Where(authoritycode.CodeHash(hash), authoritycode.KindIn(kinds...))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, usedUp()
	}
	return k, err
}

// AuthorityTakeOver makes whoever has the code the person for whom somebody spoke: what was said for them is theirs, nobody
// speaks for them any more, and they get a way in of their own. Anybody who is not signed in as somebody else. Errors: Refusal.
func (f *Flow) AuthorityTakeOver(ctx context.Context, typed string) (*Session, error) {
	if auth.FromContext(ctx).SignedIn() {
		return nil, refuse(NotNow, "You are signed in as somebody. Please sign out first, then take over.", "code")
	}
	plain, err := auth.ParseRecoveryCode(typed)
	if err != nil {
		return nil, refuse(CodeRefused, incomplete, "code")
	}
	shown, recovery, err := newCode()
	if err != nil {
		return nil, err
	}
	s, err := write(rule.AsSystem(ctx, whySignIn), f, func(ctx context.Context, a *act) (*Session, error) {
		k, err := a.lockCode(ctx, auth.Hash(plain), authoritycode.KindTakeOver)
		if err != nil || k.UsedAt != nil {
			return nil, firstOf(err, usedUp())
		}
		if err := a.takeOver(ctx, k.SubjectID, recovery); err != nil {
			return nil, err
		}
		a.audit(line{act: auditentry.ActProxy, about: k.ID, whose: k.SubjectID, why: "TAKEN_OVER", by: k.SubjectID})
		return f.open(ctx, a, k.SubjectID, auth.SessionScopes())
	})
	if err == nil {
		s.RecoveryCode = shown
	}
	return s, err
}

// takeOver gives a person a way in, ends every authority for them, and makes every code about them void.
func (a *act) takeOver(ctx context.Context, person typeid.ID, recovery string) error {
	if err := a.AuthorityCode.Update().Where(authoritycode.SubjectID(person), authoritycode.UsedAtIsNil()).SetUsedAt(a.at).Exec(ctx); err != nil {
		return err
	}
	if err := a.Person.UpdateOneID(person).SetRecoveryHash(auth.Hash(recovery)).Exec(ctx); err != nil {
		return err
	}
	open, err := hold(a, a.Authority.Query().Where(authority.SubjectID(person), authority.EndedAtIsNil()).Order(authority.ByID())).All(ctx)
	for _, m := range open {
		if err == nil {
			_, err = a.endAuthority(ctx, m, authority.EndedByTakenOver, m.SubjectID, m.ProxyID)
		}
	}
	return err
}
