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

// SeePublishedOrOwnOrModerated shows an experience to everybody once it is published, and in every state to its author. The
// moderators and the safeguarding leads who reach its service see what is in their hands; staff who reach it see what is for
// the service alone. What its author withdrew or paused, others see no more.
func SeePublishedOrOwnOrModerated() privacy.QueryRule { return only(visibleExperience) }

// Published holds for experiences that everybody can read.
func Published(s *sql.Selector) { s.Where(inState(s, experience.StatePublished)) }

// InModeration holds for experiences that wait for a moderator.
func InModeration(s *sql.Selector) { s.Where(inState(s, experience.StateInModeration)) }

// Waiting holds for experiences that stand in one of the states before or beside publication. It says besides that they are not
// published, because that is the condition of the index of the queue.
func Waiting(state experience.State) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(sql.And(inState(s, state), sql.ExprP(s.C(experience.FieldState)+" <> '"+string(experience.StatePublished)+"'")))
	}
}

// inState writes the state into the statement itself: SQLite takes a partial index only when it can read the condition there.
func inState(s *sql.Selector, state experience.State) *sql.Predicate {
	return sql.ExprP(s.C(experience.FieldState) + " = '" + string(state) + "'")
}

func visibleExperience(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	published := inState(s, experience.StatePublished)
	if !v.SignedIn() || !v.May(auth.ExperienceRead) {
		return published
	}
	seen := []*sql.Predicate{published, sql.EQ(s.C(experience.FieldAuthorID), v.Person)}
	for _, hands := range []struct {
		roles  []auth.Role
		states []experience.State
	}{{[]auth.Role{auth.Moderator}, Moderated()}, {[]auth.Role{auth.SafeguardingLead}, Guarded()}, {ServiceStaff(), ForService()}} {
		if v.Holds(hands.roles...) {
			seen = append(seen, sql.And(inStates(s, hands.states), within(v, s, experience.FieldServiceID, hands.roles...)))
		}
	}
	if v.Speaks {
		seen = append(seen, spokenFor(v, s, ""))
	}
	return sql.Or(seen...)
}

// Moderated are the states in which the moderators of the place see an experience: all but what a safeguarding lead looks
// after and what its author took out of everybody's hands.
func Moderated() []experience.State {
	return []experience.State{
		experience.StateInModeration, experience.StateReturned, experience.StateEditsOffered, experience.StateScheduled, experience.StateWithService,
		experience.StatePublished, experience.StateServiceOnly, experience.StateHeld, experience.StateRejected,
	}
}

// Guarded are the states in which the safeguarding leads of the place see an experience.
func Guarded() []experience.State { return append(Moderated(), experience.StateSafeguarding) }

// ForService are the states, beside published, in which the staff of the place see an experience.
func ForService() []experience.State {
	return []experience.State{experience.StateWithService, experience.StateServiceOnly}
}

func inStates(s *sql.Selector, states []experience.State) *sql.Predicate {
	some := make([]any, len(states))
	for i, state := range states {
		some[i] = state
	}
	return sql.In(s.C(experience.FieldState), some...)
}

// SeePublishedWithItsExperience shows an answer wherever the experience that it belongs to is shown, once it is published;
// before that to who wrote it and to the moderators who reach the service.
func SeePublishedWithItsExperience() privacy.QueryRule {
	return both(only(visibleResponse), SeeWithItsExperience())
}

func visibleResponse(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	published := inResponseState(s, response.StatePublished)
	if !v.SignedIn() || !v.May(auth.ExperienceRead) {
		return published
	}
	seen := []*sql.Predicate{published, sql.EQ(s.C(response.FieldAuthorID), v.Person)}
	if v.Holds(auth.Moderator) {
		seen = append(seen, within(v, s, response.FieldServiceID, auth.Moderator))
	}
	return sql.Or(seen...)
}

// SeeWithItsExperience shows a row wherever the experience that it belongs to is shown.
func SeeWithItsExperience() privacy.QueryRule {
	shown := only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		return experienceOf(s, func(e *sql.Selector) *sql.Predicate { return visibleExperience(v, e) })
	})
	return privacy.QueryRuleFunc(func(ctx context.Context, q ent.Query) error {
		if ctx.Value(seenKey{}) != nil {
			return privacy.Allow
		}
		return shown.EvalQuery(ctx, q)
	})
}

type seenKey struct{}

// OfSeen is the context of one question for what belongs to experiences that this viewer was shown a moment ago, under the
// rules: they are not looked at again, row by row. Use it for the lists of an experience, and for nothing that was not just read.
func OfSeen(ctx context.Context) context.Context { return context.WithValue(ctx, seenKey{}, true) }

// SeeIfAuthorOrModerator shows a row to the author of the experience that it belongs to, to who reads it for them, and to the
// moderators who reach it.
func SeeIfAuthorOrModerator() privacy.QueryRule {
	return readers(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		return experienceOf(s, func(e *sql.Selector) *sql.Predicate {
			return sql.Or(sql.EQ(e.C(experience.FieldAuthorID), v.Person), spokenFor(v, e, ""), sql.And(inStates(e, Moderated()), within(v, e, experience.FieldServiceID, auth.Moderator)))
		})
	})
}

// experienceOf holds for rows whose experience_id is that of an experience for which the predicate holds.
func experienceOf(s *sql.Selector, p func(*sql.Selector) *sql.Predicate) *sql.Predicate {
	t := sql.Dialect(s.Dialect()).Table(experience.Table)
	e := sql.Dialect(s.Dialect()).Select(t.C(experience.FieldID)).From(t)
	return sql.Exists(e.Where(sql.And(sql.ColumnsEQ(t.C(experience.FieldID), s.C("experience_id")), p(e))))
}

// AllowToShareAsOneself lets people share experiences of their own, and in nobody else's name.
func AllowToShareAsOneself() privacy.MutationRule {
	return privacy.ExperienceMutationRuleFunc(func(ctx context.Context, m *ent.ExperienceMutation) error {
		v := auth.FromContext(ctx)
		author, ok := m.AuthorID()
		if m.Op().Is(ent.OpCreate) && ok && v.SignedIn() && string(author) == v.Person && v.May(auth.ExperienceWrite) {
			return privacy.Allow
		}
		return privacy.Skip
	})
}

// AllowAuthorToReviseAndModeratorToDecide lets people change what they wrote, and moderators what lies in their reach.
// What may be changed when is the verbs' business.
func AllowAuthorToReviseAndModeratorToDecide() privacy.MutationRule {
	return privacy.ExperienceMutationRuleFunc(func(ctx context.Context, m *ent.ExperienceMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) {
			mine := sql.False()
			if v.May(auth.ExperienceWrite) {
				mine = sql.EQ(s.C(experience.FieldAuthorID), v.Person)
			}
			if v.May(auth.ModerationWrite) {
				mine = sql.Or(mine, within(v, s, experience.FieldServiceID, auth.Moderator))
			}
			s.Where(mine)
		})
		return privacy.Allow
	})
}
