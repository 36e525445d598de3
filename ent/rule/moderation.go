package rule

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/appeal"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/policyclause"
	"hearback/ent/generated/ent/privacy"
)

// AllowAuthorToAnswerEdits lets people say yes or no to the words that a moderator offers for their own, and nothing else.
func AllowAuthorToAnswerEdits() privacy.MutationRule {
	return privacy.DecisionMutationRuleFunc(func(ctx context.Context, m *ent.DecisionMutation) error {
		v := auth.FromContext(ctx)
		answers := setsOnly(m, decision.FieldAnswer, decision.FieldAnsweredAt)
		if !v.SignedIn() || !v.May(auth.ExperienceWrite) || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !answers {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) {
			s.Where(experienceOf(s, func(e *sql.Selector) *sql.Predicate { return sql.EQ(e.C(experience.FieldAuthorID), v.Person) }))
		})
		return privacy.Allow
	})
}

// AllowAuthorToAppeal lets people ask a second moderator about decisions on their own words.
func AllowAuthorToAppeal() privacy.MutationRule {
	return privacy.AppealMutationRuleFunc(func(ctx context.Context, m *ent.AppealMutation) error {
		v := auth.FromContext(ctx)
		id, ok := m.ExperienceID()
		if !ok || !m.Op().Is(ent.OpCreate) || !v.SignedIn() || !v.May(auth.ExperienceWrite) {
			return privacy.Skip
		}
		_, answered := m.OutcomeID()
		author, _ := m.AuthorID()
		if answered || string(author) != v.Person {
			return privacy.Deny
		}
		own, err := m.Client().Experience.Query().Where(experience.ID(id), experience.AuthorID(author)).Exist(ctx)
		if err != nil || !own {
			return privacy.Denyf("an appeal about the words of somebody else: %v", err)
		}
		return privacy.Allow
	})
}

// AllowModeratorToAnswerAppeal lets moderators write down what became of the appeals in their reach, and nothing else. That it
// is another one than the first is the verb's business.
func AllowModeratorToAnswerAppeal() privacy.MutationRule {
	return privacy.AppealMutationRuleFunc(func(ctx context.Context, m *ent.AppealMutation) error {
		v := auth.FromContext(ctx)
		if !v.Holds(auth.Moderator) || !v.May(auth.ModerationWrite) || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !setsOnly(m, appeal.FieldOutcomeID) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) {
			s.Where(experienceOf(s, func(e *sql.Selector) *sql.Predicate { return within(v, e, experience.FieldServiceID, auth.Moderator) }))
		})
		return privacy.Allow
	})
}

// AllowAdministratorToWritePolicy lets administrators of the whole installation add versions of clauses, and end older ones.
func AllowAdministratorToWritePolicy() privacy.MutationRule {
	return privacy.PolicyClauseMutationRuleFunc(func(ctx context.Context, m *ent.PolicyClauseMutation) error {
		v := auth.FromContext(ctx)
		ends := m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) && setsOnly(m, policyclause.FieldUntil)
		if !v.May(auth.MembershipWrite) || !ends && !m.Op().Is(ent.OpCreate) {
			return privacy.Skip
		}
		return everywhere(v)
	})
}

// setsOnly tells whether a write sets some of these fields and nothing else of its row.
func setsOnly(m ent.Mutation, fields ...string) bool {
	other := func(f string) bool { return !slices.Contains(fields, f) }
	return len(m.Fields()) > 0 && !slices.ContainsFunc(m.Fields(), other) && len(m.AddedFields())+len(m.ClearedFields()) == 0
}
