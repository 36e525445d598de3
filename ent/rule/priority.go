package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/typeid"
)

// AllowServiceStaffToNameWhoWasThere lets staff of a service write down who was there when both sides chose.
func AllowServiceStaffToNameWhoWasThere() privacy.MutationRule {
	return privacy.AttendeeMutationRuleFunc(func(ctx context.Context, m *ent.AttendeeMutation) error {
		v := auth.FromContext(ctx)
		id, ok := m.RoundID()
		if !ok || !m.Op().Is(ent.OpCreate) || !v.Holds(ServiceStaff()...) || !v.May(auth.ChangeWrite) {
			return privacy.Skip
		}
		r, err := m.Client().PriorityRound.Get(ctx, id)
		if err != nil {
			return err
		}
		return reaches(ctx, m.Client(), r.ServiceID, ServiceStaff()...)
	})
}

// SeeOwnVotes shows people what they voted for themselves; others' votes are only counted.
func SeeOwnVotes() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		return sql.EQ(s.C(priorityvote.FieldPersonID), v.Person)
	})
}

// AllowToVoteAsOneself lets people vote in their own name, and take their votes back. Whether they may vote in this round, and
// whether it is open, is the verb's business.
func AllowToVoteAsOneself() privacy.MutationRule {
	return privacy.PriorityVoteMutationRuleFunc(func(ctx context.Context, m *ent.PriorityVoteMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !v.May(auth.ExperienceWrite) {
			return privacy.Skip
		}
		if by, named := m.PersonID(); m.Op().Is(ent.OpCreate) && named && by == typeid.ID(v.Person) {
			return privacy.Allow
		}
		if !m.Op().Is(ent.OpDelete | ent.OpDeleteOne) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C(priorityvote.FieldPersonID), v.Person)) })
		return privacy.Allow
	})
}
