package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/privacy"
)

// answering holds for the roles of those who answer for services, held in the reach of a moderator, who reads their answers.
func answering(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	return sql.And(sql.In(s.C(membership.FieldRole), membership.RoleStaff, membership.RoleFacilitator), heldWithin(v, s, auth.Moderator))
}

// AllowModeratorOrAdministratorToTrust lets moderators and administrators say whose answers skip the moderators, in their reach
// and not for themselves.
func AllowModeratorOrAdministratorToTrust() privacy.MutationRule {
	return privacy.MembershipMutationRuleFunc(func(ctx context.Context, m *ent.MembershipMutation) error {
		v := auth.FromContext(ctx)
		if !v.Holds(auth.Moderator, auth.Administrator) || !v.May(auth.MembershipWrite) || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !changesOnly(m, membership.FieldTrusted) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) {
			s.Where(sql.And(sql.NEQ(s.C(membership.FieldPersonID), v.Person), sql.Or(administered(v, s), answering(v, s))))
		})
		return privacy.Allow
	})
}
