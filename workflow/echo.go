package workflow

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/echo"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ExperienceEcho says that the viewer has experienced the same as somebody else told: each person counts once, and only as a
// number. Whoever is signed in, also without an account; not who told it, for themself or for another. Errors: ErrNotFound,
// ErrSignIn, Refusal.
func (f *Flow) ExperienceEcho(ctx context.Context, id typeid.ID) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, there, err := a.echoed(ctx, id)
		if replayed = there; replayed || err != nil {
			return e, err
		}
		if err := a.mayEcho(ctx, e); err != nil {
			return nil, err
		}
		return e, a.Echo.Create().SetCreatedAt(a.at).SetExperienceID(e.ID).SetPersonID(typeid.ID(a.viewer.Person)).Exec(ctx)
	})
	return e, replayed && err == nil, err
}

// ExperienceEchoTakeBack takes that back. Whoever said it. Errors: ErrNotFound, ErrSignIn.
func (f *Flow) ExperienceEchoTakeBack(ctx context.Context, id typeid.ID) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, there, err := a.echoed(ctx, id)
		if replayed = !there; replayed || err != nil {
			return e, err
		}
		_, err = a.Echo.Delete().Where(echo.ExperienceID(id), echo.PersonID(typeid.ID(a.viewer.Person))).Exec(ctx)
		return e, err
	})
	return e, replayed && err == nil, err
}

// echoed holds an experience that the viewer sees, and tells whether they said that they have experienced it too.
func (a *act) echoed(ctx context.Context, id typeid.ID) (*ent.Experience, bool, error) {
	if !a.viewer.SignedIn() {
		return nil, false, ErrSignIn
	}
	e, err := a.lockVisible(ctx, id)
	if err != nil {
		return nil, false, err
	}
	there, err := a.Echo.Query().Where(echo.ExperienceID(id), echo.PersonID(typeid.ID(a.viewer.Person))).Exist(rule.AsSystem(ctx, "people may echo with a token that only writes"))
	return e, there, err
}

// mayEcho decides whether the viewer can have experienced the same: not in their own words, nor in what they told for another.
func (a *act) mayEcho(ctx context.Context, e *ent.Experience) error {
	me := typeid.ID(a.viewer.Person)
	speaks, err := a.speaksFor(ctx, e, rule.MayRead)
	switch {
	case err != nil:
		return err
	case e.State != experience.StatePublished:
		return refuse(NotNow, "These words are not published.", "experienceId")
	case e.AuthorID == me || typeid.Maybe(e.ToldByID) == me || speaks:
		return refuse(NotNow, "You told this yourself, so it counts already.", "experienceId")
	}
	return nil
}
