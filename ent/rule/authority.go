package rule

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/objection"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// AuthorityScope is one thing that somebody may do for another.
type AuthorityScope string

// The closed set. What was told through an authority, its proxy reads as long as it works, whatever the scope.
const (
	MayRead        AuthorityScope = "READ"         // read all that was said by and for the person; a bereaved relative only their own telling
	MayShare       AuthorityScope = "SHARE"        // tell an experience for them
	MayRevise      AuthorityScope = "REVISE"       // change what one told for them, before it is published
	MayWithdraw    AuthorityScope = "WITHDRAW"     // take back what one told for them, or what they said
	MayGiveConsent AuthorityScope = "GIVE_CONSENT" // say yes or no for them to what is done with it
)

// AuthorityScopes lists them in the order of the contract.
func AuthorityScopes() []AuthorityScope {
	return []AuthorityScope{MayRead, MayShare, MayRevise, MayWithdraw, MayGiveConsent}
}

// Standing is whether an authority works at a moment.
type Standing string

// The standings. An authority works while it is current or due for a review.
const (
	Current   Standing = "CURRENT"
	ReviewDue Standing = "REVIEW_DUE"
	Suspended Standing = "SUSPENDED"
	Ended     Standing = "ENDED"
)

// Works tells whether somebody may speak for another in this standing.
func (s Standing) Works() bool { return s == Current || s == ReviewDue }

// ReviewGrace is how long an authority works on after the day on which it should have been reviewed.
const ReviewGrace = 28 * 24 * time.Hour

// ComesOfAge is when people speak for themselves (Mental Capacity Act 2005 s.2(5); DAPB3051: proxy access ends at 16).
const ComesOfAge = 16

// reviewedAt are the ages at which an authority for a child is looked at again (DAPB3051: between 11 and 13).
func reviewedAt() []int { return []int{13, 11} }

// MonthOf counts the months since the year 0, in UTC. The day of birth is not known, so an age is reached as its month begins.
func MonthOf(t time.Time) int {
	t = t.UTC()
	return t.Year()*12 + int(t.Month()) - 1
}

// StandingOf says whether an authority works at a moment. It follows from the authority and the clock alone: nothing has to
// run for it to lapse. workingAt says the same to the database.
func StandingOf(a *ent.Authority, at time.Time) Standing {
	late := func(by time.Duration) bool { return a.ReviewAt != nil && !at.Before(a.ReviewAt.Add(by)) }
	switch {
	case a.EndedAt != nil, a.EndsAt != nil && !at.Before(*a.EndsAt):
		return Ended
	case outgrown(a, at), late(ReviewGrace):
		return Suspended
	case late(0), birthdayDue(a, at):
		return ReviewDue
	}
	return Current
}

// outgrown tells whether the person is of age: from then on only their own word keeps an authority, and none of a parent's.
func outgrown(a *ent.Authority, at time.Time) bool {
	if a.Born == nil || a.Basis == authority.BasisBereaved || MonthOf(at) < *a.Born+ComesOfAge*12 {
		return false
	}
	confirmed := a.ConfirmedIn != nil && *a.ConfirmedIn >= *a.Born+ComesOfAge*12
	return !confirmed || a.Basis == authority.BasisParentalResponsibility
}

// birthdayDue tells whether nobody has looked at it again since the birthday at which somebody should.
func birthdayDue(a *ent.Authority, at time.Time) bool {
	if a.Born == nil || a.Basis == authority.BasisBereaved {
		return false
	}
	for _, age := range reviewedAt() {
		if then := *a.Born + age*12; MonthOf(at) >= then && a.ReviewedIn < then {
			return true
		}
	}
	return false
}

// Allows tells whether the scope of an authority has this in it.
func Allows(a *ent.Authority, may AuthorityScope) bool {
	return strings.Contains(" "+a.Scope+" ", " "+string(may)+" ")
}

// workingAt holds for authorities that work at a moment. Months are counted, so both databases add years in the same way.
func workingAt(t *sql.SelectTable, at time.Time) *sql.Predicate {
	ofAge, born := ComesOfAge*12, t.C(authority.FieldBorn)
	return sql.And(
		sql.IsNull(t.C(authority.FieldEndedAt)),
		sql.Or(sql.IsNull(t.C(authority.FieldEndsAt)), sql.GT(t.C(authority.FieldEndsAt), at)),
		sql.Or(sql.IsNull(t.C(authority.FieldReviewAt)), sql.GT(t.C(authority.FieldReviewAt), at.Add(-ReviewGrace))),
		sql.Or(
			sql.IsNull(born), sql.EQ(t.C(authority.FieldBasis), authority.BasisBereaved), sql.GT(born, MonthOf(at)-ofAge),
			sql.And(sql.NEQ(t.C(authority.FieldBasis), authority.BasisParentalResponsibility), sql.P(func(b *sql.Builder) {
				b.Ident(t.C(authority.FieldConfirmedIn)).WriteString(" >= ").Ident(born).WriteString(" + ").Arg(ofAge)
			})),
		),
	)
}

// WorkingAt holds for authorities that work at a moment. It narrows; it opens nothing.
func WorkingAt(at time.Time) func(*sql.Selector) {
	return func(s *sql.Selector) {
		t := sql.Dialect(s.Dialect()).Table(authority.Table)
		ids := sql.Dialect(s.Dialect()).Select(t.C(authority.FieldID)).From(t).Where(workingAt(t, at))
		s.Where(sql.In(s.C(authority.FieldID), ids))
	}
}

// spokenFor holds for experiences that the viewer reads for somebody else: as granted, until it lapses. What is in the hands
// of a safeguarding lead, paused or withdrawn is the person's alone. through narrows to one authority; empty for any.
func spokenFor(v *auth.Viewer, s *sql.Selector, through typeid.ID) *sql.Predicate {
	if !v.Speaks || v.At.IsZero() || !v.SignedIn() || !v.May(auth.ExperienceRead) {
		return sql.False()
	}
	t := sql.Dialect(s.Dialect()).Table(authority.Table)
	all := sql.And(sql.NEQ(t.C(authority.FieldBasis), authority.BasisBereaved), sql.Like(t.C(authority.FieldScope), "%"+string(MayRead)+"%"))
	own := sql.ColumnsEQ(t.C(authority.FieldID), s.C(experience.FieldAuthorityID))
	granted := []*sql.Predicate{
		sql.EQ(t.C(authority.FieldProxyID), v.Person), sql.ColumnsEQ(t.C(authority.FieldSubjectID), s.C(experience.FieldAuthorID)),
		workingAt(t, v.At), sql.Or(own, all),
	}
	if through != "" {
		granted = append(granted, sql.EQ(t.C(authority.FieldID), through))
	}
	return sql.And(inStates(s, Moderated()), sql.Exists(sql.Dialect(s.Dialect()).Select(t.C(authority.FieldID)).From(t).Where(sql.And(granted...))))
}

// SpokenFor holds for experiences that the viewer reads for somebody else, through this authority; through any when it is
// empty. It narrows; it opens nothing.
func SpokenFor(ctx context.Context, through typeid.ID) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) { s.Where(spokenFor(v, s, through)) }
}

// SeeOwnStepsOrSpokenFor shows a step to whom it was told, and with an experience that somebody reads for its author the steps
// that its author was told.
func SeeOwnStepsOrSpokenFor() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		own := sql.EQ(s.C(step.FieldPersonID), v.Person)
		if !v.Speaks {
			return own
		}
		return sql.Or(own, stepSpokenFor(v, s, ""))
	})
}

func stepSpokenFor(v *auth.Viewer, s *sql.Selector, through typeid.ID) *sql.Predicate {
	return experienceOf(s, func(e *sql.Selector) *sql.Predicate {
		return sql.And(sql.ColumnsEQ(e.C(experience.FieldAuthorID), s.C(step.FieldPersonID)), spokenFor(v, e, through))
	})
}

// StepsSpokenFor holds for the steps that the author of an experience was told, which the viewer reads through this authority.
// It narrows; it opens nothing.
func StepsSpokenFor(ctx context.Context, through typeid.ID) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) { s.Where(stepSpokenFor(v, s, through)) }
}

// SeeIfProxyOrSubject shows an authority to the two people whom it is between, and to nobody else who speaks for the same person.
func SeeIfProxyOrSubject() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		return sql.Or(sql.EQ(s.C(authority.FieldProxyID), v.Person), sql.EQ(s.C(authority.FieldSubjectID), v.Person))
	})
}

// SeeOwnOrModerated shows an objection to who made it and to the moderators who reach the place of the experience.
func SeeOwnOrModerated() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		own := sql.EQ(s.C(objection.FieldAuthorID), v.Person)
		if !v.Holds(auth.Moderator) {
			return own
		}
		return sql.Or(own, experienceOf(s, func(e *sql.Selector) *sql.Predicate {
			return sql.And(inStates(e, Moderated()), within(v, e, experience.FieldServiceID, auth.Moderator))
		}))
	})
}
