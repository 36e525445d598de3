package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/authoritycode"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

const whyAuthority = "who may speak for whom is written down by the verbs alone"

// ReviewEvery is how long an authority works before somebody has to say again that it is still right.
const ReviewEvery = 365 * 24 * time.Hour

// The bounds of an authority, in letters.
const (
	MaxEvidence  = 1000
	MaxObjection = 1000
)

// AuthorityDraft is what a relative, an attorney or a carer declares: for whom they speak, and why they may.
type AuthorityDraft struct {
	ID           *typeid.ID `json:"-"`
	Basis        authority.Basis
	Scope        []rule.AuthorityScope
	Relationship string
	ProxyName    string
	SubjectName  string
	Evidence     string
	Born         string     // the month of a child's birth, such as 2014-05; else empty
	ReviewAt     *time.Time // left out: in a year
	EndsAt       *time.Time
}

// AuthorityDeclare makes a person without a way in, and the viewer the one who speaks for them. The code is for that person to
// keep: whoever has it becomes them (AuthorityTakeOver). It is shown once, and there is none for somebody who has died.
// Anybody signed in. Errors: ErrSignIn, Refusal.
func (f *Flow) AuthorityDeclare(ctx context.Context, d AuthorityDraft) (made *ent.Authority, code string, replayed bool, err error) {
	code, plain, err := newCode()
	if err != nil {
		return nil, "", false, err
	}
	made, replayed, err = once(ctx, f, sending[*ent.Authority]{
		id: d.ID, prefix: typeid.Authority, input: d,
		make: func(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Authority, error) {
			return d.declare(ctx, a, id, print, plain)
		},
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Authority, error) {
			return a.Authority.Get(ctx, id)
		},
		by: func(m *ent.Authority) (typeid.ID, string) { return m.ProxyID, m.Fingerprint },
	})
	if err != nil || replayed || made.Basis == authority.BasisBereaved {
		code = ""
	}
	return made, code, replayed, err
}

func (d AuthorityDraft) declare(ctx context.Context, a *act, id typeid.ID, print, code string) (*ent.Authority, error) {
	if !a.viewer.SignedIn() {
		return nil, ErrSignIn
	}
	d, born, err := d.tidy(a.at)
	if err != nil {
		return nil, err
	}
	ctx = rule.AsSystem(ctx, whyAuthority)
	p, err := a.Person.Create().SetCreatedAt(a.at).Save(ctx)
	if err != nil {
		return nil, err
	}
	made, err := a.Authority.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetProxyID(typeid.ID(a.viewer.Person)).SetSubjectID(p.ID).
		SetBasis(d.Basis).SetScope(scopeWords(d.Scope)).SetRelationship(d.Relationship).SetProxyName(d.ProxyName).SetSubjectName(d.SubjectName).
		SetEvidence(d.Evidence).SetNillableBorn(born).SetReviewedIn(rule.MonthOf(a.at)).SetNillableReviewAt(d.ReviewAt).SetNillableEndsAt(d.EndsAt).Save(ctx)
	if err != nil {
		return nil, err
	}
	a.proxyNoted(made, "DECLARED")
	if d.Basis == authority.BasisBereaved {
		return made, nil
	}
	return made, a.code(code, authoritycode.KindTakeOver, made).Exec(ctx)
}

// tidy checks the draft and gives back what will be kept. For somebody who has died no month of birth is kept and no review is
// due: nothing about them changes any more.
func (d AuthorityDraft) tidy(now time.Time) (AuthorityDraft, *int, error) {
	var c checks
	d.Relationship = c.needed(d.Relationship, 80, "relationship")
	d.ProxyName, d.SubjectName = c.text(d.ProxyName, 80, "proxyName"), c.text(d.SubjectName, 80, "subjectName")
	d.Evidence = c.text(d.Evidence, MaxEvidence, "evidence")
	d.Scope = scopes(&c, d.Scope)
	future(&c, now, d.EndsAt, "endsAt")
	switch d.Basis {
	case authority.BasisConsentOfThePerson:
		c.add(Invalid, "Somebody who agrees that you speak for them can make a code for you. Please ask them for it.", "basis")
	case authority.BasisAttorneyOrDeputy, authority.BasisBestInterests:
		if d.Evidence == "" {
			c.add(Required, "Please say what shows that you may speak for them.", "evidence")
		}
	}
	if d.Basis == authority.BasisBereaved {
		d.ReviewAt = nil
		return d, nil, c.err()
	}
	d.ReviewAt = review(&c, now, d.ReviewAt)
	return d, childBorn(&c, d, now), c.err()
}

// childBorn is the month of a child's birth, counted. From sixteen on young people speak for themselves, or agree by a code.
func childBorn(c *checks, d AuthorityDraft, now time.Time) *int {
	if d.Born == "" {
		if d.Basis == authority.BasisParentalResponsibility {
			c.add(Required, "Please give the month and year of birth of your child.", "born")
		}
		return nil
	}
	t, err := time.Parse("2006-01", d.Born)
	born := rule.MonthOf(t)
	switch {
	case err != nil || born > rule.MonthOf(now):
		c.add(Invalid, "This month has not come yet. Please look at the month and year of birth again.", "born")
	case rule.MonthOf(now) >= born+rule.ComesOfAge*12:
		c.add(NotNow, "From sixteen on, young people speak for themselves. They can make a code for you, if they want you to speak for them.", "born")
	}
	return &born
}

// scopes are kept each once, in the order of the contract.
func scopes(c *checks, wanted []rule.AuthorityScope) (kept []rule.AuthorityScope) {
	for _, s := range rule.AuthorityScopes() {
		if slices.Contains(wanted, s) {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		c.add(Required, "Please choose what may be done for them.", "scope")
	}
	return kept
}

func scopeWords(scope []rule.AuthorityScope) string {
	all := make([]string, len(scope))
	for i, s := range scope {
		all[i] = string(s)
	}
	return strings.Join(all, " ")
}

func future(c *checks, now time.Time, t *time.Time, path string) {
	if t != nil && !now.Before(*t) {
		c.add(Invalid, "This time has passed already. Please choose one that is still to come.", path)
	}
}

// review is when somebody should look again: in a year, or sooner when they say so.
func review(c *checks, now time.Time, wanted *time.Time) *time.Time {
	last := now.Add(ReviewEvery)
	if wanted == nil {
		return &last
	}
	future(c, now, wanted, "reviewAt")
	if wanted.After(last) {
		c.add(Invalid, "Please choose a day within a year: then it is looked at again.", "reviewAt")
	}
	return wanted
}

// AuthorityReview says that an authority is still right, and when to look again; in a year when that is left out. The proxy, as
// long as age has not ended it; the person, as long as nobody has ended it: from sixteen on only their word counts, and none
// brings a parent's back. Errors: ErrNotFound, Refusal.
func (f *Flow) AuthorityReview(ctx context.Context, id typeid.ID, reviewAt *time.Time) (m *ent.Authority, replayed bool, err error) {
	m, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Authority, error) {
		m, err := a.lockAuthority(ctx, id)
		if err != nil {
			return nil, err
		}
		var c checks
		next := review(&c, a.at, reviewAt)
		reviewed := *m
		reviewed.ReviewedIn, reviewed.ReviewAt = rule.MonthOf(a.at), next
		if a.isSubject(m) {
			reviewed.ConfirmedIn = &reviewed.ReviewedIn
		}
		if rule.StandingOf(m, a.at) == rule.Ended || !rule.StandingOf(&reviewed, a.at).Works() {
			c.add(NotNow, "This has ended and cannot be taken up again. The person can make a code for somebody to speak for them.", "authorityId")
		}
		if err := c.err(); err != nil {
			return nil, err
		}
		if replayed = reviewedAlready(m, &reviewed, reviewAt != nil); replayed {
			return m, nil
		}
		a.proxyNoted(m, "REVIEWED")
		return m.Update().SetReviewedIn(reviewed.ReviewedIn).SetNillableConfirmedIn(reviewed.ConfirmedIn).SetReviewAt(*next).Save(rule.AsSystem(ctx, whyAuthority))
	})
	return m, replayed && err == nil, err
}

// reviewedAlready tells whether a review has left an authority as another one would leave it. When nobody said when to look
// again, the same day is the same.
func reviewedAlready(was, now *ent.Authority, said bool) bool {
	if was.ReviewAt == nil || was.ReviewedIn != now.ReviewedIn || now.ConfirmedIn != nil && (was.ConfirmedIn == nil || *was.ConfirmedIn != *now.ConfirmedIn) {
		return false
	}
	apart := now.ReviewAt.Sub(*was.ReviewAt).Abs()
	return apart < time.Microsecond || !said && apart < 24*time.Hour
}

// AuthorityEnd ends an authority at once; both sides are told. The proxy and the person, whichever wants it, at any time.
// Errors: ErrNotFound.
func (f *Flow) AuthorityEnd(ctx context.Context, id typeid.ID) (m *ent.Authority, replayed bool, err error) {
	m, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Authority, error) {
		m, err := a.lockAuthority(ctx, id)
		if replayed = err == nil && m.EndedAt != nil; replayed || err != nil {
			return m, err
		}
		by := authority.EndedByProxy
		if a.isSubject(m) {
			by = authority.EndedByPerson
		}
		return a.endAuthority(ctx, m, by, m.SubjectID, m.ProxyID)
	})
	return m, replayed && err == nil, err
}

// endAuthority ends an authority and tells these people of it.
func (a *act) endAuthority(ctx context.Context, m *ent.Authority, by authority.EndedBy, others ...typeid.ID) (*ent.Authority, error) {
	ended, err := m.Update().SetEndedAt(a.at).SetEndedBy(by).Save(rule.AsSystem(ctx, whyAuthority))
	if err != nil {
		return nil, err
	}
	l := line{act: auditentry.ActProxy, about: m.ID, whose: m.SubjectID, why: "ENDED_BY_" + string(by)}
	if by == authority.EndedByTakenOver { // who takes over is not signed in yet
		l.by = m.SubjectID
	}
	a.audit(l)
	return ended, a.tellSides(ctx, ended, authorityEnded, others...)
}

// proxyNoted has what somebody did with an authority written into the audit log.
func (a *act) proxyNoted(m *ent.Authority, why string) {
	a.audit(line{act: auditentry.ActProxy, about: m.ID, whose: m.SubjectID, why: why})
}

// lockAuthority reads an authority of the viewer's, from either side, so that nobody else changes it meanwhile.
func (a *act) lockAuthority(ctx context.Context, id typeid.ID) (*ent.Authority, error) {
	return hold(a, a.Authority.Query().Where(authority.ID(id))).Only(ctx)
}

func (a *act) isSubject(m *ent.Authority) bool { return string(m.SubjectID) == a.viewer.Person }

// speaking is an authority of which the viewer is the proxy, that works and has this in its scope; it is held until the
// transaction is over. Errors: ErrNotFound, ErrForbidden, Refusal.
func (a *act) speaking(ctx context.Context, id typeid.ID, may rule.AuthorityScope) (*ent.Authority, error) {
	m, err := a.lockAuthority(ctx, id)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the authority: %w", err)
	case a.isSubject(m):
		return nil, ErrForbidden
	case !rule.StandingOf(m, a.at).Works():
		return nil, refuse(NotNow, "You cannot speak for them just now: this has ended, or has to be looked at again.", "authorityId")
	case may != "" && !rule.Allows(m, may):
		return nil, ErrForbidden
	}
	return m, nil
}
