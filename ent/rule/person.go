package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/service"
	"hearback/ent/typeid"
)

// SeeOneself shows a person to nobody but that person.
func SeeOneself() privacy.QueryRule { return SeeOwn("id") }

// SeeOwn shows a row to the person whose id stands in the column.
func SeeOwn(column string) privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		return sql.EQ(s.C(column), v.Person)
	})
}

// SeeOwnOrAdministered shows a membership to who holds it and to the administrators who reach its service, and those of who
// answers there to its moderators.
func SeeOwnOrAdministered() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		return sql.Or(sql.EQ(s.C(membership.FieldPersonID), v.Person), administered(v, s), answering(v, s))
	})
}

// administered holds for memberships and service tokens at services in the reach of an administrator; one of the whole
// installation is reached only from there.
func administered(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	return heldWithin(v, s, auth.Administrator)
}

// heldWithin holds for memberships at services in the viewer's reach in a role.
func heldWithin(v *auth.Viewer, s *sql.Selector, role auth.Role) *sql.Predicate {
	if reach := v.Reach(role); len(reach) == 1 && reach[0] == "" {
		return sql.NotNull(s.C(membership.FieldID))
	}
	return within(v, s, membership.FieldServiceID, role)
}

// AllowAdministratorToEnd lets administrators end memberships in their reach, or plan when they end. Giving one takes an invitation.
func AllowAdministratorToEnd() privacy.MutationRule {
	return privacy.MembershipMutationRuleFunc(func(ctx context.Context, m *ent.MembershipMutation) error {
		v := auth.FromContext(ctx)
		if !v.Holds(auth.Administrator) || !v.May(auth.MembershipWrite) || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !changesOnly(m, membership.FieldEndedAt) && !changesOnly(m, membership.FieldEndsAt) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(administered(v, s)) })
		return privacy.Allow
	})
}

// AllowAdministratorToInvite lets administrators invite into roles at services in their reach.
func AllowAdministratorToInvite() privacy.MutationRule {
	return privacy.InvitationMutationRuleFunc(func(ctx context.Context, m *ent.InvitationMutation) error {
		v := auth.FromContext(ctx)
		if !v.Holds(auth.Administrator) || !v.May(auth.MembershipWrite) || !m.Op().Is(ent.OpCreate) {
			return privacy.Skip
		}
		if id, ok := m.ServiceID(); ok {
			return reaches(ctx, m.Client(), id, auth.Administrator)
		}
		return everywhere(v)
	})
}

// AllowAdministratorToPlant lets administrators add services below those that they reach, and change these where they stand.
func AllowAdministratorToPlant() privacy.MutationRule {
	return privacy.ServiceMutationRuleFunc(func(ctx context.Context, m *ent.ServiceMutation) error {
		v := auth.FromContext(ctx)
		if !v.Holds(auth.Administrator) || !v.May(auth.MembershipWrite) || !m.Op().Is(ent.OpCreate|ent.OpUpdate|ent.OpUpdateOne) {
			return privacy.Skip
		}
		parent, below := m.ParentID()
		if m.Op().Is(ent.OpUpdate | ent.OpUpdateOne) {
			if below || m.ParentIDCleared() {
				return privacy.Skip
			}
			m.WhereP(func(s *sql.Selector) { s.Where(within(v, s, service.FieldID, auth.Administrator)) })
			return privacy.Allow
		}
		if path, _ := m.Path(); below && v.ReachesPath(path, auth.Administrator) {
			return reaches(ctx, m.Client(), parent, auth.Administrator)
		}
		return everywhere(v)
	})
}

// everywhere allows what only an administrator of the whole installation may.
func everywhere(v *auth.Viewer) error {
	if v.ReachesPath("", auth.Administrator) {
		return privacy.Allow
	}
	return privacy.Deny
}

// AllowToNameOneself lets people change their own name, and nothing of anybody else. A token that only reads does not do it.
func AllowToNameOneself() privacy.MutationRule {
	return privacy.PersonMutationRuleFunc(func(ctx context.Context, m *ent.PersonMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !v.May(auth.ExperienceWrite) || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !changesOnly(m, person.FieldName) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C("id"), typeid.ID(v.Person))) })
		return privacy.Allow
	})
}
