package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/typeid"
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
	return only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		if !v.SignedIn() || !v.May(auth.ExperienceRead) {
			return sql.False()
		}
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

// ofExperience is what the mutations of rows that belong to an experience have in common.
type ofExperience interface {
	ent.Mutation
	ExperienceID() (typeid.ID, bool)
	Client() *ent.Client
}

// AllowServiceStaffToAskForReview lets staff of a service ask for a review of what lies with it.
func AllowServiceStaffToAskForReview() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		of, ok := m.(ofExperience)
		if !ok || !m.Op().Is(ent.OpCreate) || !auth.FromContext(ctx).May(auth.ResponseWrite) {
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
		if e.State != experience.StateWithService {
			return privacy.Deny
		}
		return reaches(ctx, of.Client(), e.ServiceID, ServiceStaff()...)
	})
}
