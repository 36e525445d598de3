package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/message"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/typeid"
)

// parties are who may read a talk besides who told the experience.
func parties() []auth.Role { return append(ServiceStaff(), auth.Moderator, auth.SafeguardingLead) }

// SeeTalkAsItsParties shows a talk to who told the experience and to who speaks for them, and, as long as they see the experience,
// to the staff, the moderators and the safeguarding leads who reach its service. Nobody else, whatever becomes of the experience.
func SeeTalkAsItsParties() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		seen := []*sql.Predicate{experienceOf(s, func(e *sql.Selector) *sql.Predicate {
			return sql.Or(sql.And(sql.EQ(e.C(experience.FieldAuthorID), v.Person), sql.NEQ(e.C(experience.FieldState), experience.StateWithdrawn)), spokenFor(v, e, ""))
		})}
		if v.Holds(parties()...) {
			seen = append(seen, sql.And(within(v, s, message.FieldServiceID, parties()...), experienceOf(s, func(e *sql.Selector) *sql.Predicate {
				return sql.And(sql.NEQ(e.C(experience.FieldState), experience.StateWithdrawn), closed(visibleExperience(v, e)))
			})))
		}
		return sql.Or(seen...)
	})
}

// AnswersWaiting holds for answers in the viewer's reach as staff after which nothing was said. It is written as the partial index has it.
func AnswersWaiting(ctx context.Context) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) {
		s.Where(sql.And(sql.ExprP(s.C(message.FieldNewest)), sql.ExprP(s.C(message.FieldPart)+" = '"+string(message.PartTeller)+"'"), within(v, s, message.FieldServiceID, ServiceStaff()...)))
	}
}

// AnswersSignalled holds for answers with a sign of danger in the viewer's reach as a moderator or a safeguarding lead.
func AnswersSignalled(ctx context.Context) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) {
		s.Where(sql.And(sql.ExprP(s.C(message.FieldSignals)+" <> ''"), within(v, s, message.FieldServiceID, auth.Moderator, auth.SafeguardingLead)))
	}
}

// AllowToAskOrAnswer lets staff who see an experience at their service ask, and its author answer. When that may be is the verbs'
// business.
func AllowToAskOrAnswer() privacy.MutationRule {
	return privacy.MessageMutationRuleFunc(func(ctx context.Context, m *ent.MessageMutation) error {
		v := auth.FromContext(ctx)
		id, ok := m.ExperienceID()
		part, named := m.Part()
		if !ok || !named || !v.SignedIn() || !m.Op().Is(ent.OpCreate) {
			return privacy.Skip
		}
		if part == message.PartAsker {
			if at, ok := m.ServiceID(); ok {
				return allowAtExperience(auth.ResponseWrite, ServiceStaff(), func(e *ent.Experience) bool { return e.ServiceID == at }).EvalMutation(ctx, m)
			}
			return privacy.Skip
		}
		e, err := m.Client().Experience.Get(ctx, id)
		if err == nil && (e.AuthorID != typeid.ID(v.Person) || !v.May(auth.ExperienceWrite)) {
			err = privacy.Skip
		}
		return allow(err)
	})
}
