package workflow

import (
	"context"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/reviewrequest"
	"hearback/ent/generated/ent/service"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxReviewHours is the longest that a service may have to ask for a review: five days.
const MaxReviewHours = 120

// ServiceReviewTime sets for how many hours a service may ask for a review of what is about to be published about it; 0 for not
// at all. What lies with the service already keeps its time. Administrators who reach it. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ServiceReviewTime(ctx context.Context, id typeid.ID, hours int) (s *ent.Service, replayed bool, err error) {
	if hours < 0 || hours > MaxReviewHours {
		return nil, false, refuse(Invalid, "Please choose from 0 to 120 hours.", "hours")
	}
	s, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Service, error) {
		s, err := hold(a, a.Service.Query().Where(service.ID(id))).Only(ctx)
		if err != nil {
			return nil, err
		}
		replayed = s.ReviewHours == hours
		s, err = s.Update().SetReviewHours(hours).Save(ctx)
		if ent.IsNotFound(err) {
			return nil, ErrForbidden
		}
		if err == nil && !replayed {
			a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, at: s.ID, path: s.Path, about: s.ID, why: "REVIEW_TIME"})
		}
		return s, err
	})
	return s, replayed && err == nil, err
}

// ReviewDraft is what a service wants looked at once more.
type ReviewDraft struct {
	ID           *typeid.ID `json:"-"`
	ExperienceID typeid.ID
	Reason       string
}

// ReviewRequest sends an experience that lies with its service back to the moderators, with a reason; its author reads it.
// Once for each experience, before its time is over. Staff who reach the service; nobody on their own words. Errors:
// ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ReviewRequest(ctx context.Context, d ReviewDraft) (*ent.ReviewRequest, bool, error) {
	return once(ctx, f, sending[*ent.ReviewRequest]{
		id: d.ID, prefix: typeid.ReviewRequest, input: d, make: d.ask,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.ReviewRequest, error) {
			return a.ReviewRequest.Get(ctx, id)
		},
		by: func(r *ent.ReviewRequest) (typeid.ID, string) { return r.AskedByID, r.Fingerprint },
	})
}

func (d ReviewDraft) ask(ctx context.Context, a *act, id typeid.ID, print string) (*ent.ReviewRequest, error) {
	e, err := lockExperience(rule.AsSystem(ctx, "the row is locked; whether its service may ask is decided below"), a, d.ExperienceID)
	if err != nil {
		return nil, err
	}
	asked, err := a.ReviewRequest.Query().Where(reviewrequest.ExperienceID(e.ID)).Exist(ctx)
	if err != nil {
		return nil, err
	}
	if asked {
		return nil, refuse(NotNow, "A review of these words was asked for already. There is one for each experience.", "experienceId")
	}
	if _, err := a.Experience.Get(ctx, e.ID); err != nil {
		return nil, err
	}
	by, here, err := a.post(ctx, e.ServiceID)
	if err != nil {
		return nil, err
	}
	if !here || string(e.AuthorID) == a.viewer.Person {
		return nil, ErrForbidden
	}
	var c checks
	reason := c.needed(d.Reason, MaxReason, "reason")
	if err := firstOf(mayAskReview(e.State, e.DueAt, a.at), c.err()); err != nil {
		return nil, err
	}
	r, err := a.ReviewRequest.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetExperienceID(e.ID).SetAskedByID(typeid.ID(a.viewer.Person)).
		SetRole(reviewrequest.Role(by.held.Role)).SetServiceID(by.place(e.ServiceID)).SetReason(reason).Save(ctx)
	if err != nil {
		return nil, err
	}
	_, err = a.become(rule.AsSystem(ctx, "a service asked the moderators to read it again"), e, standing{state: experience.StateInModeration}, reason)
	return r, err
}

// mayAskReview decides whether a service may still ask: while the words lie with it, and not a moment longer.
func mayAskReview(state experience.State, due *time.Time, now time.Time) error {
	if state != experience.StateWithService || due != nil && !now.Before(*due) {
		return refuse(NotNow, "The time to ask for a review of these words is over.", "experienceId")
	}
	return nil
}

// place is where the role is held; for one of the whole installation the service that it speaks for.
func (p post) place(service typeid.ID) typeid.ID {
	if p.held.ServiceID == nil {
		return service
	}
	return *p.held.ServiceID
}

// reviewed notes what became of a review that a service asked for, when that is decided.
func (a *act) reviewed(ctx context.Context, e *ent.Experience, to experience.State) error {
	answer := reviewrequest.Answer(to)
	if reviewrequest.AnswerValidator(answer) != nil {
		return nil // held back or looked after: nothing is decided yet, and it is not the service's to know
	}
	return a.ReviewRequest.Update().Where(reviewrequest.ExperienceID(e.ID), reviewrequest.AnsweredAtIsNil()).SetAnsweredAt(a.at).SetAnswer(answer).
		Exec(rule.AsSystem(ctx, "a decision answers the service that asked for it"))
}

// hadReview tells whether the service of an experience asked for its one review.
func (a *act) hadReview(ctx context.Context, e *ent.Experience) (bool, error) {
	return a.ReviewRequest.Query().Where(reviewrequest.ExperienceID(e.ID)).Exist(rule.AsSystem(ctx, "there is no second review"))
}
