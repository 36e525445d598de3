package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/typeid"
)

// AllowServiceStaffToAsk lets staff of a service ask whether its changes helped, and close what they asked.
func AllowServiceStaffToAsk() privacy.MutationRule {
	add := AllowServiceStaffToAdd()
	return privacy.VerdictRoundMutationRuleFunc(func(ctx context.Context, m *ent.VerdictRoundMutation) error {
		v := auth.FromContext(ctx)
		if m.Op().Is(ent.OpCreate) || !v.Holds(ServiceStaff()...) || !v.May(auth.ChangeWrite) || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) {
			return add.EvalMutation(ctx, m)
		}
		m.WhereP(func(s *sql.Selector) { s.Where(changeWithin(v, s)) })
		return privacy.Allow
	})
}

// SeeVerdictsOfOneself shows people what they said themselves. Staff of the service read what others wrote once the round is
// closed, without a name; not what tells of danger, which the moderators and safeguarding leads of the service read at once.
// Nobody reads a bare answer of somebody else: those are only counted.
func SeeVerdictsOfOneself() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		signs := sql.NEQ(s.C(verdict.FieldSignals), "")
		return sql.Or(
			sql.EQ(s.C(verdict.FieldPersonID), v.Person),
			sql.And(written(s), sql.EQ(s.C(verdict.FieldSignals), ""), roundAt(v, s, sql.NotNull(verdictround.FieldClosedAt), ServiceStaff()...)),
			sql.And(written(s), signs, roundAt(v, s, nil, auth.Moderator, auth.SafeguardingLead)),
		)
	})
}

// Written holds for verdicts with words. It narrows; it opens nothing.
func Written(s *sql.Selector) { s.Where(written(s)) }

// written stands in the statement itself, for the partial index.
func written(s *sql.Selector) *sql.Predicate { return sql.ExprP(s.C(verdict.FieldWords) + " <> ''") }

// roundAt holds for verdicts of rounds on changes of services in the viewer's reach in one of the roles.
func roundAt(v *auth.Viewer, s *sql.Selector, stands *sql.Predicate, roles ...auth.Role) *sql.Predicate {
	if !v.Holds(roles...) {
		return sql.False()
	}
	d := sql.Dialect(s.Dialect())
	r, c := d.Table(verdictround.Table), d.Table(change.Table)
	changes := d.Select(c.C(change.FieldID)).From(c)
	rounds := d.Select(r.C(verdictround.FieldID)).From(r).
		Where(sql.In(r.C(verdictround.FieldChangeID), changes.Where(within(v, changes, change.FieldServiceID, roles...))))
	if stands != nil {
		rounds.Where(stands)
	}
	return sql.In(s.C(verdict.FieldRoundID), rounds)
}

// AllowAskedToAnswer lets people say in their own name whether a change helped, and say it otherwise. Whether they are on its
// line, and whether the round is open, is the verb's business.
func AllowAskedToAnswer() privacy.MutationRule {
	return privacy.VerdictMutationRuleFunc(func(ctx context.Context, m *ent.VerdictMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !v.May(auth.ExperienceWrite) {
			return privacy.Skip
		}
		if by, named := m.PersonID(); m.Op().Is(ent.OpCreate) && named && by == typeid.ID(v.Person) {
			return privacy.Allow
		}
		if !m.Op().Is(ent.OpUpdate | ent.OpUpdateOne) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C(verdict.FieldPersonID), v.Person)) })
		return privacy.Allow
	})
}
