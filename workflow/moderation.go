package workflow

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

// MaxReason is how long a moderator's reason may be, in letters.
const MaxReason = 1000

// ExperiencePublish lets everybody read an experience, and tells its author. Moderators who reach its service; nobody on
// their own words. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperiencePublish(ctx context.Context, id typeid.ID, expected int) (*ent.Experience, bool, error) {
	return f.decide(ctx, id, expected, decision.KindPublish, "")
}

// ExperienceReturn gives an experience back to its author with a reason. Moderators who reach its service; nobody on their
// own words. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperienceReturn(ctx context.Context, id typeid.ID, expected int, reason string) (*ent.Experience, bool, error) {
	var c checks
	reason = c.needed(reason, MaxReason, "reason")
	if err := c.err(); err != nil {
		return nil, false, err
	}
	return f.decide(ctx, id, expected, decision.KindReturnToAuthor, reason)
}

func (f *Flow) decide(ctx context.Context, id typeid.ID, expected int, kind decision.Kind, reason string) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := lockExperience(ctx, a, id)
		if err != nil {
			return nil, err
		}
		if err := mayModerate(ctx, a, e); err != nil {
			return nil, err
		}
		next, err := afterDecision(e.State, kind, e.Version, expected)
		if err == nil && next == e.State {
			replayed = true
			err = a.decidedAlready(ctx, e, reason)
		}
		if replayed || err != nil {
			return e, err
		}
		if err := a.Decision.Create().SetCreatedAt(a.at).SetExperienceID(id).SetModeratorID(typeid.ID(a.viewer.Person)).SetKind(kind).SetReason(reason).Exec(ctx); err != nil {
			return nil, err
		}
		return a.settle(ctx, e, next, reason)
	})
	return e, replayed && err == nil, err
}

// decidedAlready holds when the newest decision is the viewer's and says the same; else somebody else was quicker.
func (a *act) decidedAlready(ctx context.Context, e *ent.Experience, reason string) error {
	newest, err := a.Decision.Query().Where(decision.ExperienceID(e.ID)).Order(decision.ByCreatedAt(sql.OrderDesc()), decision.ByID(sql.OrderDesc())).First(ctx)
	if err == nil && (string(newest.ModeratorID) != a.viewer.Person || newest.Reason != reason) {
		err = stale(e.Version)
	}
	return err
}

// settle does what was decided: what is let through goes where its embargo, its author's consent and its service allow.
func (a *act) settle(ctx context.Context, e *ent.Experience, next experience.State, reason string) (*ent.Experience, error) {
	to := standing{state: next}
	if next == experience.StatePublished {
		var err error
		if to, err = a.approved(ctx, e); err != nil {
			return nil, err
		}
	}
	return a.become(ctx, e, to, reason)
}

// mayModerate decides whether the viewer may decide on an experience: a moderator who reaches its service, and not its author.
func mayModerate(ctx context.Context, a *act, e *ent.Experience) error {
	at, err := a.Service.Get(ctx, e.ServiceID)
	if err != nil {
		return err
	}
	if string(e.AuthorID) == a.viewer.Person || !a.viewer.ReachesPath(at.Path, auth.Moderator) {
		return ErrForbidden
	}
	return nil
}

// afterDecision decides what becomes of an experience. The same decision again, sent by a phone that got no answer, changes
// nothing: the state stays. Whether it is the same person's is for decidedAlready.
func afterDecision(state experience.State, kind decision.Kind, version, expected int) (experience.State, error) {
	next := experience.StateReturned
	if kind == decision.KindPublish {
		next = experience.StatePublished
	}
	switch {
	case state == next && version == expected+1:
		return state, nil
	case version != expected:
		return state, stale(version)
	case state != experience.StateInModeration:
		return state, refuse(NotNow, "A moderator has decided on this already.", "experienceId")
	}
	return next, nil
}
