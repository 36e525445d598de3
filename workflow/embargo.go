package workflow

import (
	"context"
	"slices"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxEmbargo is how far ahead the day may lie before which nobody else reads an experience.
const MaxEmbargo = 2 * 365 * 24 * time.Hour

// EmbargoSet chooses the day before which nobody but its author and the moderators reads an experience; nil for none. What a
// moderator let through already waits until then, or comes out at once. Its author, or who told it for them and may say what is
// done with it, until it is shown.
// Errors: ErrNotFound, ErrForbidden when it is somebody else's, Refusal.
func (f *Flow) EmbargoSet(ctx context.Context, id typeid.ID, notBefore *time.Time) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := lockExperience(ctx, a, id)
		if err != nil {
			return nil, err
		}
		if ctx, err = a.inPlaceOfAuthor(ctx, e, rule.MayGiveConsent); err != nil {
			return nil, err
		}
		if replayed = sameMoment(e.NotBefore, notBefore); replayed {
			return e, nil
		}
		if err := firstOf(mayWait(e.State), embargo(notBefore, a.at)); err != nil {
			return nil, err
		}
		return a.wait(ctx, e, notBefore)
	})
	return e, replayed && err == nil, err
}

// wait keeps the day, and moves on what was let through.
func (a *act) wait(ctx context.Context, e *ent.Experience, until *time.Time) (*ent.Experience, error) {
	update := e.Update().ClearNotBefore()
	if until != nil {
		update = e.Update().SetNotBefore(*until)
	}
	e, err := update.Save(ctx)
	if err != nil || !slices.Contains(approvedAlready(), e.State) {
		return e, err
	}
	to, err := a.approved(ctx, e)
	if err != nil || to.state == e.State && sameMoment(to.until, e.DueAt) {
		return e, err
	}
	if to.state == e.State && e.State == experience.StateWithService {
		return e, nil // the service keeps the time that it was given
	}
	return a.become(ctx, e, to, "")
}

// approvedAlready are the states of what a moderator let through and the clock will show.
func approvedAlready() []experience.State {
	return []experience.State{experience.StateScheduled, experience.StateWithService}
}

// mayWait decides whether the day can still be chosen: as long as nobody was shown the words for good.
func mayWait(state experience.State) error {
	over := []experience.State{experience.StatePublished, experience.StateServiceOnly, experience.StateRejected, experience.StateWithdrawn}
	if slices.Contains(over, state) {
		return refuse(NotNow, "These words no longer wait to be shown, so there is no day to choose.", "experienceId")
	}
	return nil
}

// embargo refuses a day that lies too far ahead.
func embargo(until *time.Time, now time.Time) error {
	var c checks
	c.day(until, now, "notBefore")
	return c.err()
}

// day checks a day to come. One that has passed is none, and does no harm.
func (c *checks) day(until *time.Time, now time.Time, path ...string) *time.Time {
	if until != nil && until.Sub(now) > MaxEmbargo {
		c.add(Invalid, "This day is too far away. Please choose one within two years.", path...)
	}
	return utc(until)
}

// utc is the same moment without its place, so that two of them can be compared as they are.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC()
	return &at
}

func sameMoment(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}
