package workflow

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/appeal"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/echo"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/message"
	"hearback/ent/generated/ent/objection"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ExperienceWithdraw takes one's own words back, or those of somebody for whom one speaks with this in scope, in every state: they are deleted, here and wherever others quoted them to
// their author, and from then on nobody but the author sees that there was something. Links to changes stay, so that numbers
// stay true and the author still sees what the words were part of. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperienceWithdraw(ctx context.Context, id typeid.ID, expected int) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := lockExperience(ctx, a, id)
		if err != nil {
			return nil, err
		}
		if ctx, err = a.inPlaceOfAuthor(ctx, e, rule.MayWithdraw); err != nil {
			return nil, err
		}
		if replayed = e.State == experience.StateWithdrawn; replayed {
			return e, nil
		}
		if e.Version != expected {
			return nil, stale(e.Version)
		}
		return a.withdraw(ctx, e)
	})
	return e, replayed && err == nil, err
}

// ownExperience reads an experience of the viewer's so that nobody else changes it until the transaction is over.
func (a *act) ownExperience(ctx context.Context, id typeid.ID) (*ent.Experience, error) {
	e, err := lockExperience(ctx, a, id)
	if err == nil && string(e.AuthorID) != a.viewer.Person {
		return nil, ErrForbidden
	}
	return e, err
}

// withdraw leaves nothing of an experience but its place: whose it is, where, when, what it led to. Its author is told last, as by
// every verb: telling locks the person, and who moves a link of the line meanwhile has the link and wants to tell that person.
func (a *act) withdraw(ctx context.Context, e *ent.Experience) (*ent.Experience, error) {
	if e.SourceKey != nil { // so that taking the same file again does not bring them back
		if err := a.spend(ctx, takenBack(*e.SourceKey)); err != nil {
			return nil, err
		}
	}
	for _, w := range wordsOf() {
		if err := a.empty(ctx, w, e.ID); err != nil {
			return nil, err
		}
	}
	if _, err := a.Echo.Delete().Where(echo.ExperienceID(e.ID)).Exec(rule.AsSystem(ctx, "nobody echoes words that are gone")); err != nil {
		return nil, err
	}
	if err := firstOf(a.agreedNoMore(ctx, e.ID), a.withdrawnFrom(ctx, e.ID)); err != nil {
		return nil, err
	}
	if _, err := a.become(ctx, e, standing{state: experience.StateWithdrawn}, ""); err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActWithdrawal, about: e.ID, whose: e.AuthorID})
	return a.Experience.Get(rule.AsSystem(ctx, "who took their words back gets what is left of them, also with a token that only writes"), e.ID)
}

// agreedNoMore takes back what was agreed to for words that are gone. What others agreed to for words of their own beside them
// stays, as their words do: they are hidden with the experience, and theirs to take back.
func (a *act) agreedNoMore(ctx context.Context, id typeid.ID) error {
	return a.Consent.Update().Where(consent.ExperienceID(id), consent.VoiceIDIsNil(), consent.TakenBackAtIsNil()).SetTakenBackAt(a.at).
		Exec(rule.AsSystem(ctx, "nothing is agreed to for words that are gone"))
}

// holding is where words lie: a table, the column that says whose they are, the columns that hold text, and those that hold
// nothing when they are empty.
type holding struct {
	table, of string
	texts     []string
	others    map[string]any
}

// wordsOf are the places that hold the words of an experience, or what somebody wrote to its author about them. The index for
// looking words up follows the texts (see the migrations). The answers of a service stay its own; nobody else sees them any more.
func wordsOf() []holding {
	return []holding{
		{experience.Table, experience.FieldID, []string{
			experience.FieldDisplayName, experience.FieldQuestion, experience.FieldStory, experience.FieldWhatWasGood, experience.FieldCouldBeBetter,
			experience.FieldHappenedIn, experience.FieldSignals, experience.FieldFingerprint,
		}, map[string]any{experience.FieldFeelings: "[]", experience.FieldSourceKey: nil, experience.FieldCriticality: nil, experience.FieldSays: nil, experience.FieldNotBefore: nil}},
		{decision.Table, decision.FieldExperienceID, []string{decision.FieldReason, decision.FieldFingerprint}, map[string]any{decision.FieldEdits: nil}},
		{objection.Table, objection.FieldExperienceID, []string{objection.FieldWords, objection.FieldFingerprint}, nil},
		{appeal.Table, appeal.FieldExperienceID, []string{appeal.FieldWords}, nil},
		{step.Table, step.FieldExperienceID, []string{step.FieldWords}, nil},
		{origin.Table, origin.FieldExperienceID, []string{origin.FieldWhy}, nil},
		{evidence.Table, evidence.FieldExperienceID, []string{evidence.FieldWhy, evidence.FieldPassagePart, evidence.FieldPassageMark}, nil},
		{message.Table, message.FieldExperienceID, []string{message.FieldBody, message.FieldSignals, message.FieldFingerprint}, nil},
		{verdict.Table, verdict.FieldExperienceID, []string{verdict.FieldWords, verdict.FieldSignals}, nil},
	}
}

// empty takes the words out of a place. It writes past the nouns, whose texts are otherwise written once and are never empty.
func (a *act) empty(ctx context.Context, w holding, id typeid.ID) error {
	update := sql.Dialect(a.dialect).Update(w.table).Where(sql.EQ(w.of, id))
	for _, column := range w.texts {
		update.Set(column, "")
	}
	for column, nothing := range w.others {
		if nothing == nil {
			update.SetNull(column)
			continue
		}
		update.Set(column, nothing)
	}
	text, args := update.Query()
	_, err := a.ExecContext(ctx, text, args...)
	return err
}

// ProcessingPause asks that nothing be done with one's own words for now: from then on nobody but the author reads them
// (GDPR Art. 18). Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ProcessingPause(ctx context.Context, id typeid.ID, expected int) (*ent.Experience, bool, error) {
	return f.restrict(ctx, id, expected, experience.StatePaused, mayPause)
}

// ProcessingResume lets one's own paused words go on: a moderator reads them again. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ProcessingResume(ctx context.Context, id typeid.ID, expected int) (*ent.Experience, bool, error) {
	return f.restrict(ctx, id, expected, experience.StateInModeration, mayResume)
}

func (f *Flow) restrict(ctx context.Context, id typeid.ID, expected int, to experience.State, may func(experience.State) error) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := a.ownExperience(ctx, id)
		if err != nil {
			return nil, err
		}
		if replayed = e.State == to && e.Version == expected+1; replayed {
			return e, nil
		}
		if err := may(e.State); err != nil {
			return nil, err
		}
		if e.Version != expected {
			return nil, stale(e.Version)
		}
		a.audit(line{act: auditentry.ActRestriction, about: e.ID, whose: e.AuthorID, why: string(to)})
		return a.become(ctx, e, standing{state: to}, "")
	})
	return e, replayed && err == nil, err
}

// mayPause decides whether words in a state can be paused. Those that somebody looks after for people's safety cannot: that
// protects others (GDPR Art. 18(2)), and going on later would lead past it.
func mayPause(state experience.State) error {
	switch state {
	case experience.StateSafeguarding:
		return refuse(NotNow, "Somebody is looking after people's safety here, so this cannot be paused now. You can still take your words back.", "experienceId")
	case experience.StatePaused:
		return refuse(NotNow, "These words are paused already.", "experienceId")
	case experience.StateWithdrawn:
		return refuse(NotNow, "You took these words back. There is nothing left to pause.", "experienceId")
	}
	return nil
}

// mayResume decides whether words in a state can go on.
func mayResume(state experience.State) error {
	if state != experience.StatePaused {
		return refuse(NotNow, "These words are not paused.", "experienceId")
	}
	return nil
}
