package workflow

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The bounds of an experience, in letters and words.
const (
	MaxStory    = 8000
	MaxPart     = 2000
	MaxName     = 60
	MaxFeelings = 10
	MaxFeeling  = 40
)

const anonymous = "Anonymous"

// ExperienceDraft is what somebody wants to say.
type ExperienceDraft struct {
	ID            *typeid.ID `json:"-"`
	AuthorityID   *typeid.ID `json:",omitempty"` // through which it is told for somebody else
	ServiceID     typeid.ID
	Form          experience.Form  `json:",omitempty"` // empty for an experience told freely
	Says          *experience.Says `json:",omitempty"` // of a statement, and of nothing else
	Relationship  experience.Relationship
	DisplayName   string
	Intention     experience.Intention
	Story         string
	WhatWasGood   string
	CouldBeBetter string
	Feelings      []string
	HappenedIn    string // a month such as 2026-05, or empty

	NotBefore       *time.Time        `json:",omitempty"` // nobody else reads it before
	Consents        []consent.Purpose `json:",omitzero"`  // nil for what people agree to by sharing; read when it is shared
	ConsentLanguage string            `json:",omitempty"` // of the texts that they read; English when empty
}

// tidy checks the draft and gives back what will be kept.
func (d ExperienceDraft) tidy(now time.Time) (ExperienceDraft, error) {
	var c checks
	d.DisplayName = c.text(d.DisplayName, MaxName, "displayName")
	if d.DisplayName == "" {
		d.DisplayName = anonymous
	}
	d.Story = c.text(d.Story, MaxStory, "story")
	d.WhatWasGood = c.text(d.WhatWasGood, MaxPart, "whatWasGood")
	d.CouldBeBetter = c.text(d.CouldBeBetter, MaxPart, "couldBeBetter")
	if d.Story+d.WhatWasGood+d.CouldBeBetter == "" {
		c.add(Required, "Please tell what happened, what was good or what could be better.", "story")
	}
	d.Feelings = feelings(&c, d.Feelings)
	if d.Relationship == "" {
		c.add(Required, "Please say who you are to the care that was given.", "relationship")
	}
	d = d.formed(&c)
	d.NotBefore = c.day(d.NotBefore, now, "notBefore")
	if d.HappenedIn > now.Format("2006-01") {
		c.add(Invalid, "This month has not come yet. Please choose the month it happened in.", "happenedIn")
	}
	return d, c.err()
}

// formed checks the form of what is told: statements are sorted by who makes them, a thank-you thanks.
func (d ExperienceDraft) formed(c *checks) ExperienceDraft {
	if d.Form == "" {
		d.Form = experience.FormExperience
	}
	switch {
	case d.Form == experience.FormStatement && d.Says == nil:
		c.add(Required, "Please say of the statement whether it works, does not work, or matters for the future.", "says")
	case d.Form != experience.FormStatement && d.Says != nil:
		c.add(Invalid, "Only a statement is sorted in this way. Please leave it out.", "says")
	}
	if d.Intention == "" || d.Intention == experience.IntentionTell && d.Form == experience.FormThankYou {
		d.Intention = experience.IntentionTell
		if d.Form == experience.FormThankYou {
			d.Intention = experience.IntentionThank
		}
	}
	return d
}

// feelings are kept each once, in the order they were told.
func feelings(c *checks, told []string) []string {
	kept := []string{}
	if len(told) > MaxFeelings {
		c.add(TooMany, fmt.Sprintf("Please choose at most %d words.", MaxFeelings), "feelings")
		return kept
	}
	seen := map[string]bool{}
	for i, word := range told {
		word = c.text(word, MaxFeeling, "feelings", fmt.Sprint(i))
		if word != "" && !seen[strings.ToLower(word)] && utf8.ValidString(word) {
			kept, seen[strings.ToLower(word)] = append(kept, word), true
		}
	}
	return kept
}

// ExperienceShare keeps what somebody says about a service; a moderator reads it before others can. Anybody signed in.
// Errors: ErrSignIn, ErrNotFound for the service, Refusal.
func (f *Flow) ExperienceShare(ctx context.Context, d ExperienceDraft) (*ent.Experience, bool, error) {
	d.Consents, d.ConsentLanguage = asked(d.Consents), spoken(d.ConsentLanguage)
	if d.Form == experience.FormExperience {
		d.Form = "" // as it was sent before there were forms: a phone may send that again
	}
	return once(ctx, f, sending[*ent.Experience]{
		id: d.ID, prefix: typeid.Experience, input: d, make: d.share,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Experience, error) {
			return a.Experience.Get(ctx, id)
		},
		by: func(e *ent.Experience) (typeid.ID, string) { return teller(e), e.Fingerprint },
	})
}

func (d ExperienceDraft) share(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Experience, error) {
	if !a.viewer.SignedIn() {
		return nil, ErrSignIn
	}
	d, err := d.tidy(a.at)
	if err != nil {
		return nil, err
	}
	if d.Form == experience.FormInterview || d.Form == experience.FormSurveyResult {
		return nil, refuse(Invalid, "This is written down by who asked (sourceRecord). Please tell it as an experience.", "form")
	}
	if err := a.wasOpen(ctx, d); err != nil {
		return nil, err
	}
	author, told := typeid.ID(a.viewer.Person), (*typeid.ID)(nil)
	if d.AuthorityID != nil {
		m, err := a.speaking(ctx, *d.AuthorityID, rule.MayShare)
		if err != nil {
			return nil, err
		}
		author, told, ctx = m.SubjectID, &m.ProxyID, rule.AsSystem(ctx, "who speaks for somebody tells it in their place")
	}
	e, err := a.written(d, id, print).SetNillableAuthorityID(d.AuthorityID).SetNillableToldByID(told).SetAuthorID(author).Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.tellUsed(ctx, e); err != nil {
		return nil, err
	}
	return e, a.agree(ctx, words{experience: id, author: e.AuthorID, through: e.AuthorityID}, d.Consents, d.ConsentLanguage)
}

// written is a draft as it is kept, for a moderator to read first; whose it is comes on top.
func (a *act) written(d ExperienceDraft, id typeid.ID, print string) *ent.ExperienceCreate {
	return a.Experience.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetServiceID(d.ServiceID).
		SetForm(d.Form).SetNillableSays(d.Says).SetRelationship(d.Relationship).SetDisplayName(d.DisplayName).SetIntention(d.Intention).
		SetStory(d.Story).SetWhatWasGood(d.WhatWasGood).SetCouldBeBetter(d.CouldBeBetter).
		SetFeelings(d.Feelings).SetHappenedIn(d.HappenedIn).SetNillableNotBefore(d.NotBefore).SetState(experience.StateInModeration).SetSignals(signsOf(d))
}

// wasOpen refuses what is said to have happened at a service after it closed.
func (a *act) wasOpen(ctx context.Context, d ExperienceDraft) error {
	at, err := a.Service.Get(ctx, d.ServiceID)
	if err != nil {
		return fmt.Errorf("the service: %w", err)
	}
	if at.ClosedAt != nil && (d.HappenedIn == "" || d.HappenedIn > at.ClosedAt.Format("2006-01")) {
		return refuse(NotNow, "This service closed. Please give the month it happened in, from before that.", "happenedIn")
	}
	return nil
}

// ExperienceRevise changes one's own words, or what one told for somebody with this in scope, while they are not published, and
// sends them to the moderators again. What edit does not touch stays. Errors: ErrNotFound, ErrForbidden when they are somebody else's, Refusal.
func (f *Flow) ExperienceRevise(ctx context.Context, id typeid.ID, expected int, edit func(*ExperienceDraft)) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := lockExperience(ctx, a, id)
		if err != nil {
			return nil, err
		}
		if ctx, err = a.inPlaceOfAuthor(ctx, e, rule.MayRevise); err != nil {
			return nil, err
		}
		d := draftOf(e)
		edit(&d)
		d, wrong := d.tidy(a.at)
		if replayed = wrong == nil && revisedAlready(e, d, expected); replayed {
			return e, nil
		}
		if err := firstOf(mayRevise(e.State, e.Version, expected), wrong); err != nil {
			return nil, err
		}
		if err := a.wasOpen(ctx, d); err != nil {
			return nil, err
		}
		update := e.Update().ClearNotBefore()
		if d.NotBefore != nil {
			update = e.Update().SetNotBefore(*d.NotBefore)
		}
		return update.SetRelationship(d.Relationship).SetDisplayName(d.DisplayName).SetIntention(d.Intention).
			SetStory(d.Story).SetWhatWasGood(d.WhatWasGood).SetCouldBeBetter(d.CouldBeBetter).SetFeelings(d.Feelings).SetHappenedIn(d.HappenedIn).
			SetState(experience.StateInModeration).SetSignals(signsOf(d)).AddVersion(1).Save(ctx)
	})
	return e, replayed, err
}

// revisedAlready tells whether the last revision, by the author as all are, said the same: then a phone sent it again.
func revisedAlready(e *ent.Experience, d ExperienceDraft, expected int) bool {
	return e.State == experience.StateInModeration && e.Version == expected+1 && reflect.DeepEqual(d, draftOf(e))
}

// mayRevise decides whether words may be changed: as long as they wait for a moderator or for their author, by who has read the
// newest version.
func mayRevise(state experience.State, version, expected int) error {
	open := []experience.State{experience.StateInModeration, experience.StateReturned, experience.StateEditsOffered}
	switch {
	case state == experience.StatePublished:
		return refuse(NotNow, "These words are published already and can no longer be changed.", "experienceId")
	case !slices.Contains(open, state):
		return refuse(NotNow, "These words cannot be changed as things stand.", "experienceId")
	case version != expected:
		return stale(version)
	}
	return nil
}

func draftOf(e *ent.Experience) ExperienceDraft {
	return ExperienceDraft{
		ServiceID: e.ServiceID, Form: e.Form, Says: e.Says, Relationship: e.Relationship, DisplayName: e.DisplayName, Intention: e.Intention,
		Story: e.Story, WhatWasGood: e.WhatWasGood, CouldBeBetter: e.CouldBeBetter, Feelings: e.Feelings, HappenedIn: e.HappenedIn,
		NotBefore: utc(e.NotBefore),
	}
}

// lockExperience reads an experience so that nobody else changes it until the transaction is over.
func lockExperience(ctx context.Context, a *act, id typeid.ID) (*ent.Experience, error) {
	return hold(a, a.Experience.Query().Where(experience.ID(id))).Only(ctx)
}
