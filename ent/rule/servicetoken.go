package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/servicetoken"
)

// SeeIfAdministered shows a service token to the administrators who reach its place; one of the whole installation to those of
// the whole installation only.
func SeeIfAdministered() privacy.QueryRule { return readers(administered) }

// AllowAdministratorToMint lets administrators make service tokens for places in their reach, and rotate and revoke those that
// are there. Nothing else of a token is ever changed by anybody.
func AllowAdministratorToMint() privacy.MutationRule {
	return privacy.ServiceTokenMutationRuleFunc(func(ctx context.Context, m *ent.ServiceTokenMutation) error {
		v := auth.FromContext(ctx)
		if !v.Holds(auth.Administrator) || !v.May(auth.MembershipWrite) {
			return privacy.Skip
		}
		if m.Op().Is(ent.OpCreate) {
			return mints(ctx, v, m)
		}
		revokes := changesOnly(m, servicetoken.FieldRevokedAt, servicetoken.FieldRevokedByID)
		if !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !revokes && !changesOnly(m, servicetoken.FieldRotatedAt) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(administered(v, s)) })
		return privacy.Allow
	})
}

// mints allows a token that reaches no further than who makes it administers.
func mints(ctx context.Context, v *auth.Viewer, m *ent.ServiceTokenMutation) error {
	if id, ok := m.ServiceID(); ok {
		return reaches(ctx, m.Client(), id, auth.Administrator)
	}
	return everywhere(v)
}
