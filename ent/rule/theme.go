package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/theme"
	"hearback/ent/typeid"
)

// ofTheme is what the mutations of rows that belong to a theme have in common.
type ofTheme interface {
	ent.Mutation
	ThemeID() (typeid.ID, bool)
	Client() *ent.Client
	WhereP(...func(*sql.Selector))
}

// AllowServiceStaffToTheme lets staff of a service put evidence into its themes, move it from one to another, take it out, and
// write down what they did.
func AllowServiceStaffToTheme() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v := auth.FromContext(ctx)
		of, ok := m.(ofTheme)
		if !ok || !v.Holds(ServiceStaff()...) || !v.May(auth.ChangeWrite) {
			return privacy.Skip
		}
		if !m.Op().Is(ent.OpCreate) {
			if m.Type() != ent.TypeEvidence {
				return privacy.Skip
			}
			of.WhereP(func(s *sql.Selector) { s.Where(themeWithin(v, s)) })
		}
		id, ok := of.ThemeID()
		if !ok {
			return allow(nil)
		}
		t, err := of.Client().Theme.Get(ctx, id)
		if err != nil {
			return err
		}
		return reaches(ctx, of.Client(), t.ServiceID, ServiceStaff()...)
	})
}

// themeWithin holds for rows whose theme lies in the viewer's reach as staff.
func themeWithin(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	t := sql.Dialect(s.Dialect()).Table(theme.Table)
	themes := sql.Dialect(s.Dialect()).Select(t.C(theme.FieldID)).From(t)
	return sql.In(s.C("theme_id"), themes.Where(within(v, themes, theme.FieldServiceID, ServiceStaff()...)))
}
