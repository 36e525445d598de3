package workflow

import (
	"context"
	"slices"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Recording is what somebody without an account told a member of staff, who writes it down for them.
type Recording struct {
	ID              *typeid.ID `json:"-"`
	ServiceID       typeid.ID
	Form            experience.Form
	Says            *experience.Says
	Relationship    experience.Relationship
	DisplayName     string
	Question        string
	Story           string
	HappenedIn      string
	Consents        []consent.Purpose // asked one by one
	ConsentLanguage string
}

// Recorded is what became of a recording. The code is there once, for the one who told it.
type Recorded struct {
	ID       typeid.ID
	Code     string
	Replayed bool
}

// SourceRecord keeps the words of somebody without an account as theirs: with the code they read what became of them, agree to
// more or take them back, as everybody does with their own. A moderator reads them before anybody else, also before who wrote
// them down. Staff who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) SourceRecord(ctx context.Context, r Recording) (Recorded, error) {
	code, plain, err := newCode()
	if err != nil {
		return Recorded{}, err
	}
	made := func(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Experience, error) {
		return r.keep(ctx, a, id, print, plain)
	}
	e, replayed, err := once(ctx, f, sending[*ent.Experience]{
		id: r.ID, prefix: typeid.Experience, input: r, make: made,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Experience, error) {
			return a.Experience.Get(rule.AsSystem(ctx, "of what was recorded the id alone is given back"), id)
		},
		by: func(e *ent.Experience) (typeid.ID, string) { return typeid.Maybe(e.RecordedByID), e.Fingerprint },
	})
	switch {
	case err != nil:
		return Recorded{}, err
	case replayed:
		return Recorded{ID: e.ID, Replayed: true}, nil
	}
	return Recorded{ID: e.ID, Code: code}, nil
}

func (r Recording) keep(ctx context.Context, a *act, id typeid.ID, print, code string) (*ent.Experience, error) {
	if _, err := a.signature(ctx, r.ServiceID); err != nil {
		return nil, err
	}
	d, question, err := r.tidy(a)
	if err != nil {
		return nil, err
	}
	if err := a.wasOpen(ctx, d); err != nil {
		return nil, err
	}
	by := typeid.ID(a.viewer.Person)
	ctx = rule.AsSystem(ctx, "staff write down what somebody told them, as the words of that person")
	who, err := a.Person.Create().SetCreatedAt(a.at).SetRecoveryHash(auth.Hash(code)).Save(ctx)
	if err != nil {
		return nil, err
	}
	e, err := a.written(d, id, print).SetAuthorID(who.ID).SetRecordedByID(by).SetQuestion(question).Save(ctx)
	if err != nil {
		return nil, err
	}
	return e, a.agree(ctx, words{experience: id, author: who.ID}, d.Consents, d.ConsentLanguage)
}

// tidy checks what was written down and gives back what will be kept.
func (r Recording) tidy(a *act) (ExperienceDraft, string, error) {
	var c checks
	question := c.text(r.Question, MaxQuestion, "question")
	if r.Form == experience.FormObservation {
		c.add(Invalid, "What you saw are your own words. Please share them yourself (experienceShare).", "form")
	}
	if r.Form == experience.FormInterview && !slices.Contains(r.Consents, consent.PurposeRecordInterview) {
		c.add(Required, "An interview is only kept when the person agrees that it is written down. Please ask them first.", "consents")
	}
	d, err := ExperienceDraft{
		ServiceID: r.ServiceID, Form: r.Form, Says: r.Says, Relationship: r.Relationship, DisplayName: r.DisplayName, Story: r.Story, HappenedIn: r.HappenedIn,
		Consents: asked(slices.Concat([]consent.Purpose{}, r.Consents)), ConsentLanguage: spoken(r.ConsentLanguage),
	}.tidy(a.at)
	return d, question, firstOf(c.err(), err)
}
