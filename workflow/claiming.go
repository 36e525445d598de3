package workflow

import (
	"context"
	"fmt"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

// ClaimLasts is how long a moderator has an experience for themselves. Nothing has to run for it to end.
const ClaimLasts = 30 * time.Minute

// Claim is who reads an experience before deciding on it, and until when.
type Claim struct {
	By    typeid.ID
	Until time.Time
}

// ClaimOn is the claim on an experience; nil when nobody has it, or no longer.
func ClaimOn(e *ent.Experience, now time.Time) *Claim {
	if e.ClaimedByID == nil || e.ClaimedAt == nil || !now.Before(e.ClaimedAt.Add(ClaimLasts)) {
		return nil
	}
	return &Claim{*e.ClaimedByID, e.ClaimedAt.Add(ClaimLasts)}
}

// notInOtherHands refuses what somebody else reads just now.
func (a *act) notInOtherHands(e *ent.Experience) error {
	if c := ClaimOn(e, a.at); c != nil && string(c.By) != a.viewer.Person {
		return refuse(NotNow, fmt.Sprintf("Somebody else reads this until %s UTC. Please take another, or wait until then.", c.Until.UTC().Format("15:04")), "experienceId")
	}
	return nil
}

// ExperienceClaim takes an experience to read it and decide on it, for 30 minutes from now; meanwhile other moderators cannot. Whoever may decide
// on it. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperienceClaim(ctx context.Context, id typeid.ID) (*ent.Experience, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := a.moderated(ctx, id)
		if err != nil {
			return nil, err
		}
		if len(decisions(e.State)) == 0 {
			return nil, refuse(NotNow, "This is not in a moderator's hands just now.", "experienceId")
		}
		if _, err := a.openAppeal(ctx, id); err != nil {
			return nil, err
		}
		if err := a.notInOtherHands(e); err != nil {
			return nil, err
		}
		return e.Update().SetClaimedByID(typeid.ID(a.viewer.Person)).SetClaimedAt(a.at).Save(ctx)
	})
}

// ExperienceRelease gives back what one has claimed, so that others need not wait. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperienceRelease(ctx context.Context, id typeid.ID) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := a.moderated(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := a.notInOtherHands(e); err != nil {
			return nil, err
		}
		if replayed = e.ClaimedByID == nil; replayed {
			return e, nil
		}
		return e.Update().ClearClaimedByID().ClearClaimedAt().Save(ctx)
	})
	return e, replayed && err == nil, err
}

// ExperienceCriticalitySet says how grave the most negative statement of an experience is. It is for the service and those who keep people
// safe; no version, time or step tells anybody else that it was set. Moderators who reach its service. Errors: ErrNotFound, ErrForbidden.
func (f *Flow) ExperienceCriticalitySet(ctx context.Context, id typeid.ID, to experience.Criticality) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := a.moderated(ctx, id)
		if err != nil {
			return nil, err
		}
		if replayed = e.Criticality != nil && *e.Criticality == to; replayed {
			return e, nil
		}
		a.audit(line{act: auditentry.ActDecision, as: auth.Moderator, at: e.ServiceID, about: e.ID, whose: e.AuthorID, why: "CRITICALITY"})
		return a.setCriticality(ctx, e, &to)
	})
	return e, replayed && err == nil, err
}

func (a *act) setCriticality(ctx context.Context, e *ent.Experience, to *experience.Criticality) (*ent.Experience, error) {
	if to == nil {
		return e, nil
	}
	return e.Update().SetCriticality(*to).Save(ctx)
}
