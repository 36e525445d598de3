package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/response"
)

// ResponsesWaiting holds for answers to published experiences that wait for a moderator whom they are in reach of.
func ResponsesWaiting(ctx context.Context) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) {
		s.Where(sql.And(inResponseState(s, response.StateInModeration), within(v, s, response.FieldServiceID, auth.Moderator),
			experienceOf(s, func(e *sql.Selector) *sql.Predicate { return inState(e, experience.StatePublished) })))
	}
}

// TalksElsewhere holds for published answers in the viewer's reach that took a talk elsewhere, and of which nobody has told what
// came of it. It is written as the partial index has it.
func TalksElsewhere(ctx context.Context) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) {
		s.Where(sql.And(inResponseState(s, response.StatePublished), sql.ExprP(s.C(response.FieldOfflineReason)+" <> ''"), sql.ExprP(s.C(response.FieldOutcomeAt)+" IS NULL"),
			within(v, s, response.FieldServiceID, ServiceStaff()...)))
	}
}

// ResponsesBelow holds for answers to experiences of the place with the path, or below it.
func ResponsesBelow(path string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(Below(s, response.FieldServiceID, path))
	}
}

// inResponseState writes the state into the statement itself, as inState does.
func inResponseState(s *sql.Selector, state response.State) *sql.Predicate {
	return sql.ExprP(s.C(response.FieldState) + " = '" + string(state) + "'")
}

// AllowAuthorToReviseAnswerAndModeratorToDecide lets staff change what they answered, where they still work, and moderators
// what others answered in their reach. What may be changed when is the verbs' business.
func AllowAuthorToReviseAnswerAndModeratorToDecide() privacy.MutationRule {
	return privacy.ResponseMutationRuleFunc(func(ctx context.Context, m *ent.ResponseMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) {
			reached := func(roles ...auth.Role) *sql.Predicate {
				return within(v, s, response.FieldServiceID, roles...)
			}
			may := []*sql.Predicate{sql.False()}
			if v.May(auth.ResponseWrite) && v.Holds(ServiceStaff()...) {
				may = append(may, sql.And(sql.EQ(s.C(response.FieldAuthorID), v.Person), reached(ServiceStaff()...)))
			}
			if v.May(auth.ModerationWrite) && v.Holds(auth.Moderator) {
				may = append(may, sql.And(sql.NEQ(s.C(response.FieldAuthorID), v.Person), reached(auth.Moderator)))
			}
			s.Where(sql.Or(may...))
		})
		return privacy.Allow
	})
}
