package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/privacy"
)

// AllowToActAndAnswer lets staff of a service make its actions and move them, and lets staff of the place whose answer an action
// needs move it too. Which of them may do what is the verb's business.
func AllowToActAndAnswer() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v := auth.FromContext(ctx)
		of, ok := m.(ofService)
		if !ok || !v.Holds(ServiceStaff()...) || !v.May(auth.ChangeWrite) {
			return privacy.Skip
		}
		if id, ok := of.ServiceID(); ok && m.Op().Is(ent.OpCreate) {
			return reaches(ctx, of.Client(), id, ServiceStaff()...)
		}
		if !m.Op().Is(ent.OpUpdate | ent.OpUpdateOne) {
			return privacy.Skip
		}
		of.WhereP(func(s *sql.Selector) {
			s.Where(closed(sql.Or(within(v, s, "service_id", ServiceStaff()...), within(v, s, "escalated_to_id", ServiceStaff()...))))
		})
		return privacy.Allow
	})
}
