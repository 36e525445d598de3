package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/echo"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/typeid"
)

// SeeOwnEchoes shows people what they said they have experienced too; others' echoes are only counted.
func SeeOwnEchoes() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		return sql.EQ(s.C(echo.FieldPersonID), v.Person)
	})
}

// AllowToEchoAsOneself lets people say in their own name that they have experienced the same, and take that back. Of which words
// that can be said is the verb's business.
func AllowToEchoAsOneself() privacy.MutationRule {
	return privacy.EchoMutationRuleFunc(func(ctx context.Context, m *ent.EchoMutation) error {
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
		m.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C(echo.FieldPersonID), v.Person)) })
		return privacy.Allow
	})
}
