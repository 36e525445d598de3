package workflow

import (
	"context"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/typeid"
)

// MembershipTrust says whether the answers that somebody gives in this role skip the moderators, or no longer do; what says
// that something changed never does. Moderators and administrators who reach the place; nobody for themselves. Errors:
// ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) MembershipTrust(ctx context.Context, id typeid.ID, trusted bool) (*ent.Membership, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Membership, error) {
		m, err := hold(a, a.Membership.Query().Where(membership.ID(id))).Only(ctx)
		if err != nil {
			return nil, err
		}
		if string(m.PersonID) == a.viewer.Person {
			return nil, ErrForbidden
		}
		if m.EndedAt != nil || m.Role != membership.RoleStaff && m.Role != membership.RoleFacilitator {
			return nil, refuse(NotNow, "Nobody answers for a service in this role. Only staff and facilitators can be trusted to.", "membershipId")
		}
		before := m.Trusted
		m, err = m.Update().SetTrusted(trusted).Save(ctx)
		if ent.IsNotFound(err) {
			return nil, ErrForbidden
		}
		if err == nil && before != trusted {
			a.audit(line{act: auditentry.ActTrust, among: []auth.Role{auth.Administrator, auth.Moderator}, at: typeid.Maybe(m.ServiceID), about: m.ID, whose: m.PersonID, why: string(m.Role)})
		}
		return m, err
	})
}
