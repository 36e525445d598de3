package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/privacy"
)

// SeeIfAuditor shows the audit log to the administrators of the whole installation, with a token that may take data out in bulk.
func SeeIfAuditor() privacy.QueryRule {
	return only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		if !v.May(auth.ExportRead) || !v.ReachesPath("", auth.Administrator) {
			return sql.False()
		}
		return sql.NotNull(s.C(auditentry.FieldID))
	})
}

// NeverChanged refuses to change or drop rows to everybody, the system with them.
func NeverChanged() ent.Hook {
	return func(next ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
			if !m.Op().Is(ent.OpCreate) {
				return nil, privacy.Denyf("a %s stays as it was written", m.Type())
			}
			return next.Mutate(ctx, m)
		})
	}
}
