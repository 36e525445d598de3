package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/typeid"
)

// AllowServiceStaffToAnswer lets staff of a service answer the experiences that people had there, and say no other place.
func AllowServiceStaffToAnswer() privacy.MutationRule {
	return privacy.ResponseMutationRuleFunc(func(ctx context.Context, m *ent.ResponseMutation) error {
		at, _ := m.ServiceID()
		return allowAtExperience(auth.ResponseWrite, ServiceStaff(), func(e *ent.Experience) bool { return e.ServiceID == at }).EvalMutation(ctx, m)
	})
}

// AllowModeratorToDecide lets moderators write decisions on experiences in their reach.
func AllowModeratorToDecide() privacy.MutationRule {
	return allowAtExperience(auth.ModerationWrite, []auth.Role{auth.Moderator}, always)
}

func always(*ent.Experience) bool { return true }

// ofExperience is what the mutations of rows that belong to an experience have in common.
type ofExperience interface {
	ent.Mutation
	ExperienceID() (typeid.ID, bool)
	Client() *ent.Client
}

// allowAtExperience lets who holds one of the roles where an experience happened, and sees it, add a row to it when it stands
// like this.
func allowAtExperience(scope auth.Scope, roles []auth.Role, stands func(*ent.Experience) bool) privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		of, ok := m.(ofExperience)
		if !ok || !m.Op().Is(ent.OpCreate) || !auth.FromContext(ctx).May(scope) {
			return privacy.Skip
		}
		id, ok := of.ExperienceID()
		if !ok {
			return privacy.Skip
		}
		e, err := of.Client().Experience.Get(ctx, id)
		if err != nil {
			return err
		}
		if !stands(e) {
			return privacy.Deny
		}
		return reaches(ctx, of.Client(), e.ServiceID, roles...)
	})
}

// ofService is what the mutations of rows that belong to a service have in common.
type ofService interface {
	ent.Mutation
	ServiceID() (typeid.ID, bool)
	Client() *ent.Client
	WhereP(...func(*sql.Selector))
}

// AllowServiceStaffToChange lets staff of a service make what belongs to it, changes and themes, and move those in their reach.
func AllowServiceStaffToChange() privacy.MutationRule {
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
		of.WhereP(func(s *sql.Selector) { s.Where(within(v, s, change.FieldServiceID, ServiceStaff()...)) })
		return privacy.Allow
	})
}

// ofChange is what the mutations of rows that belong to a change have in common.
type ofChange interface {
	ent.Mutation
	ChangeID() (typeid.ID, bool)
	Client() *ent.Client
	WhereP(...func(*sql.Selector))
}

// AllowServiceStaffToAdd lets staff of a service add co-producers, progress, measures and
// origins to its changes, take origins and the names of co-producers back, and mark a reading as corrected.
func AllowServiceStaffToAdd() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v := auth.FromContext(ctx)
		of, ok := m.(ofChange)
		if !ok || !v.Holds(ServiceStaff()...) || !v.May(auth.ChangeWrite) {
			return privacy.Skip
		}
		if m.Type() == ent.TypeOrigin && m.Op().Is(ent.OpDelete|ent.OpDeleteOne) {
			of.WhereP(func(s *sql.Selector) { s.Where(changeWithin(v, s)) })
			return privacy.Allow
		}
		if m.Type() == ent.TypeCoProducer && changesOnly(m, "name", "part", "unnamed_at") || m.Type() == ent.TypeMeasureReading && changesOnly(m, "corrected") {
			of.WhereP(func(s *sql.Selector) { s.Where(changeWithin(v, s)) })
			return privacy.Allow
		}
		id, ok := of.ChangeID()
		if !ok || !m.Op().Is(ent.OpCreate) {
			return privacy.Skip
		}
		c, err := of.Client().Change.Get(ctx, id)
		if err != nil {
			return err
		}
		return reaches(ctx, of.Client(), c.ServiceID, ServiceStaff()...)
	})
}

// changeWithin holds for rows whose change lies in the viewer's reach as staff.
func changeWithin(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	t := sql.Dialect(s.Dialect()).Table(change.Table)
	c := sql.Dialect(s.Dialect()).Select(t.C(change.FieldID)).From(t)
	return sql.In(s.C("change_id"), c.Where(within(v, c, change.FieldServiceID, ServiceStaff()...)))
}
