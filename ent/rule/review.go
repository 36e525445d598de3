package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/privacy"
)

// WithService holds for experiences that lie with their service in the viewer's reach, each with the moment when its time is over.
func WithService(ctx context.Context) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) {
		s.Where(sql.And(sql.NotNull(s.C(experience.FieldDueAt)), inState(s, experience.StateWithService), within(v, s, experience.FieldServiceID, ServiceStaff()...)))
	}
}

// SeeReviewOfOwnOrReached shows that a service asked for a review to the author of the words, and to the moderators and the
// staff who reach the place. What a safeguarding lead looks after, or its author took out of everybody's hands, is only the
// author's to see, so that nobody learns of that from here.
func SeeReviewOfOwnOrReached() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		roles := append(ServiceStaff(), auth.Moderator)
		return experienceOf(s, func(e *sql.Selector) *sql.Predicate {
			mine := sql.EQ(e.C(experience.FieldAuthorID), v.Person)
			if !v.Holds(roles...) {
				return mine
			}
			return sql.Or(mine, sql.And(inStates(e, Moderated()), within(v, e, experience.FieldServiceID, roles...)))
		})
	})
}

// AllowServiceStaffToAskForReview lets staff of a service ask for a review of what lies with it.
func AllowServiceStaffToAskForReview() privacy.MutationRule {
	return allowAtExperience(auth.ResponseWrite, ServiceStaff(), func(e *ent.Experience) bool { return e.State == experience.StateWithService })
}
