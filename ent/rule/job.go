package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/privacy"
)

// SeeIfAdministratorOfAll shows every row to the administrators of the whole installation, and none to anybody else.
func SeeIfAdministratorOfAll() privacy.QueryRule {
	return only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		if v.May(auth.ExperienceRead) && v.ReachesPath("", auth.Administrator) {
			return sql.NotNull(s.C("id"))
		}
		return sql.False()
	})
}

// AllowAdministratorOfAllToReplay lets the administrators of the whole installation have a job tried again that was given up.
func AllowAdministratorOfAllToReplay() privacy.MutationRule {
	return privacy.JobMutationRuleFunc(func(ctx context.Context, m *ent.JobMutation) error {
		v := auth.FromContext(ctx)
		_, done := m.DoneAt()
		if !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !m.DeadAtCleared() || done || !v.May(auth.MembershipWrite) || !v.ReachesPath("", auth.Administrator) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(sql.NotNull(s.C(job.FieldDeadAt))) })
		return privacy.Allow
	})
}
