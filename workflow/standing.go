package workflow

import (
	"context"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/step"
)

// standing is where an experience stands, and until when the clock leaves it there.
type standing struct {
	state experience.State
	until *time.Time
}

// approval is what decides where words go that a moderator let through, or that come out of a wait.
type approval struct {
	now        time.Time
	notBefore  *time.Time    // the author's embargo
	public     bool          // whether the author agrees that everybody reads it
	restricted bool          // whether a moderator gave it to the service alone
	mayReview  time.Duration // how long the service may ask for a review first
	from       experience.State
	everPublic bool // whether it was published before: then the service had its time
	reviewed   bool // whether the service asked for a review: there is no second one
}

// after decides it: the author's embargo comes first, because it is kept from the service too; then the service's time; then
// the public, or the service alone when that is what the author agreed to, or a moderator decided.
func (p approval) after() standing {
	switch {
	case p.notBefore != nil && p.now.Before(*p.notBefore):
		return standing{experience.StateScheduled, p.notBefore}
	case !p.public || p.restricted:
		return standing{state: experience.StateServiceOnly}
	case p.mayReview > 0 && p.from != experience.StateWithService && !p.everPublic && !p.reviewed:
		until := p.now.Add(p.mayReview)
		return standing{experience.StateWithService, &until}
	}
	return standing{state: experience.StatePublished}
}

// approved is where an experience goes when a moderator lets it through or its waiting is over.
func (a *act) approved(ctx context.Context, e *ent.Experience) (standing, error) {
	at, err := a.Service.Get(ctx, e.ServiceID)
	if err != nil {
		return standing{}, err
	}
	had, err := a.hadReview(ctx, e)
	if err != nil {
		return standing{}, err
	}
	public, err := a.agreedToPublish(ctx, e)
	if err != nil {
		return standing{}, err
	}
	restricted, err := a.restricted(ctx, e.ID)
	return approval{
		now: a.at, notBefore: e.NotBefore, public: public, restricted: restricted, mayReview: time.Duration(at.ReviewHours) * time.Hour,
		from: e.State, everPublic: e.PublishedAt != nil, reviewed: had,
	}.after(), err
}

// agreedToPublish tells whether the author agrees that everybody reads it.
func (a *act) agreedToPublish(ctx context.Context, e *ent.Experience) (bool, error) {
	return a.agrees(ctx, words{experience: e.ID}, consent.PurposePublish)
}

// become moves an experience to where it stands from now on: the one place where its state changes. Its author is told, with
// the reason; who waits for news of the service too, when it is published. Once published, its place in the lists stays.
func (a *act) become(ctx context.Context, e *ent.Experience, to standing, reason string) (*ent.Experience, error) {
	update := e.Update().SetState(to.state).AddVersion(1).ClearClaimedByID().ClearClaimedAt()
	if to.until == nil {
		update.ClearDueAt()
	} else { // PostgreSQL refuses to clear and set at once
		update.SetDueAt(*to.until)
	}
	if to.state == experience.StatePublished {
		if e.PublishedAt == nil {
			update.SetPublishedAt(a.at).SetPublishedMonth(a.at.Format("2006-01"))
		}
		if err := a.announce(ctx, e); err != nil {
			return nil, err
		}
	}
	moved, err := update.Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.reviewed(ctx, e, to.state); err != nil {
		return nil, err
	}
	kind, about := toldOf(e, to.state)
	return moved, a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: kind, about: about, words: reason})
}

// toldOf is what the author of an experience is told of its new state. That it was published is told once; when it is published
// again, that it is no longer held back.
func toldOf(e *ent.Experience, to experience.State) (kind step.Kind, about string) {
	kinds := map[experience.State]step.Kind{
		experience.StateInModeration: step.KindReopened, experience.StateReturned: step.KindReturned, experience.StateEditsOffered: step.KindEditsOffered,
		experience.StateScheduled: step.KindScheduled, experience.StateWithService: step.KindWithService, experience.StateServiceOnly: step.KindServiceOnly,
		experience.StateHeld: step.KindHeld, experience.StateSafeguarding: step.KindSafeguarding, experience.StateRejected: step.KindRejected,
		experience.StatePublished: step.KindHeard, experience.StateWithdrawn: step.KindWithdrawn, experience.StatePaused: step.KindPaused,
	}
	switch {
	case to == experience.StatePublished && e.PublishedAt != nil:
		return step.KindReleased, version(e.ID, e.Version)
	case to == experience.StatePublished:
		return kinds[to], string(e.ID)
	}
	return kinds[to], version(e.ID, e.Version)
}

// dueAtOnce is how many experiences the clock moves on in one transaction.
const dueAtOnce = 50

// experiencesDue moves on what waited for its time: the end of an embargo, or of the time a service had to ask for a review.
func (f *Flow) experiencesDue(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		due, err := skim(a, a.Experience.Query().Where(experience.DueAtLTE(a.at), experience.StateIn(experience.StateScheduled, experience.StateWithService)).
			Order(experience.ByDueAt(), experience.ByID()).Limit(dueAtOnce)).All(ctx)
		for _, e := range due {
			if err == nil {
				err = a.moveOn(ctx, e)
			}
		}
		return len(due), err
	})
}

func (a *act) moveOn(ctx context.Context, e *ent.Experience) error {
	to, err := a.approved(ctx, e)
	if err != nil {
		return err
	}
	_, err = a.become(ctx, e, to, "")
	return err
}
