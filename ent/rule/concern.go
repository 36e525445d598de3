package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/breakglass"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/privacy"
)

// Raisers are the roles that may raise a concern about what they can read.
func Raisers() []auth.Role {
	return append([]auth.Role{auth.Moderator, auth.SafeguardingLead}, ServiceStaff()...)
}

// SeeIfLead shows a concern to the safeguarding leads who reach the service, and to nobody else: not to who raised it, and not
// to who wrote the words that it is about, even if they are a lead.
func SeeIfLead() privacy.QueryRule { return only(visibleConcern) }

func visibleConcern(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	if !v.May(auth.ExperienceRead) {
		return sql.False()
	}
	return looksAfter(v, s)
}

// looksAfter holds for concerns in the hands of a lead.
func looksAfter(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	if !v.Holds(auth.SafeguardingLead) {
		return sql.False()
	}
	return sql.And(within(v, s, concern.FieldServiceID, auth.SafeguardingLead), sql.NEQ(s.C(concern.FieldAboutID), v.Person))
}

// stillSaid holds for concerns of which the viewer may read what was said. When the author took their words back, that is the
// lead who looks after it; while nobody does yet, any who may take it up.
func stillSaid(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	lead := s.C(concern.FieldAcknowledgedByID)
	return sql.Or(sql.EQ(s.C(concern.FieldWordsWithdrawn), false), sql.IsNull(lead), sql.EQ(lead, v.Person))
}

// StillSaid tells the same of a concern that was read.
func StillSaid(v *auth.Viewer, c *ent.Concern) bool {
	return !c.WordsWithdrawn || c.AcknowledgedByID == nil || string(*c.AcknowledgedByID) == v.Person
}

// SeeWithItsConcern shows a row wherever the concern that it belongs to is shown with what was said.
func SeeWithItsConcern() privacy.QueryRule {
	return only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table(concern.Table)
		c := sql.Dialect(s.Dialect()).Select(t.C(concern.FieldID)).From(t)
		return sql.Exists(c.Where(sql.And(sql.ColumnsEQ(t.C(concern.FieldID), s.C(breakglass.FieldConcernID)), visibleConcern(v, c), stillSaid(v, c))))
	})
}

// Open holds for concerns that are not closed, written as the indexes have it.
func Open(s *sql.Selector) {
	s.Where(sql.ExprP(s.C(concern.FieldState) + " <> '" + string(concern.StateClosed) + "'"))
}

// Signalled holds for experiences that wait for a moderator and have a sign of danger in their words.
func Signalled(s *sql.Selector) {
	InModeration(s)
	s.Where(sql.ExprP(s.C(experience.FieldSignals) + " <> ''"))
}

// AllowToRaise lets moderators, staff and leads raise a concern about what others wrote and they can read, where it happened.
func AllowToRaise() privacy.MutationRule {
	return privacy.ConcernMutationRuleFunc(func(ctx context.Context, m *ent.ConcernMutation) error {
		v := auth.FromContext(ctx)
		id, ok := m.ExperienceID()
		if !ok || !m.Op().Is(ent.OpCreate) || !v.May(auth.SafeguardingWrite) || !v.Holds(Raisers()...) {
			return privacy.Skip
		}
		e, err := m.Client().Experience.Get(ctx, id)
		if err != nil {
			return err
		}
		at, _ := m.ServiceID()
		whose, _ := m.AboutID()
		if at != e.ServiceID || whose != e.AuthorID || string(whose) == v.Person {
			return privacy.Deny
		}
		return reaches(ctx, m.Client(), e.ServiceID, Raisers()...)
	})
}

// AllowLeadToAct lets leads move the concerns in their hands.
func AllowLeadToAct() privacy.MutationRule {
	return privacy.ConcernMutationRuleFunc(func(ctx context.Context, m *ent.ConcernMutation) error {
		v := auth.FromContext(ctx)
		if !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !v.May(auth.SafeguardingWrite) || !v.Holds(auth.SafeguardingLead) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(looksAfter(v, s)) })
		return privacy.Allow
	})
}

// AllowLeadToWriteDown lets leads add to the log of a concern in their hands. Nobody changes or drops what stands there.
func AllowLeadToWriteDown() privacy.MutationRule {
	return privacy.ConcernEntryMutationRuleFunc(func(ctx context.Context, m *ent.ConcernEntryMutation) error {
		id, ok := m.ConcernID()
		if !ok || !m.Op().Is(ent.OpCreate) || !auth.FromContext(ctx).May(auth.SafeguardingWrite) {
			return privacy.Skip
		}
		_, err := m.Client().Concern.Get(ctx, id)
		return allow(err)
	})
}

// AllowWhoAcknowledgedToReveal lets the lead who acknowledged a concern, and no other, look who it is about.
func AllowWhoAcknowledgedToReveal() privacy.MutationRule {
	return privacy.BreakGlassMutationRuleFunc(func(ctx context.Context, m *ent.BreakGlassMutation) error {
		v := auth.FromContext(ctx)
		id, ok := m.ConcernID()
		if !ok || !m.Op().Is(ent.OpCreate) || !v.May(auth.SafeguardingWrite) {
			return privacy.Skip
		}
		c, err := m.Client().Concern.Get(ctx, id)
		if err == nil && (c.State == concern.StateClosed || c.AcknowledgedByID == nil || string(*c.AcknowledgedByID) != v.Person) {
			return privacy.Deny
		}
		return allow(err)
	})
}

// AllowAdministratorToSignpost lets administrators say where to turn to, at services in their reach.
func AllowAdministratorToSignpost() privacy.MutationRule {
	return privacy.SignpostMutationRuleFunc(func(ctx context.Context, m *ent.SignpostMutation) error {
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
