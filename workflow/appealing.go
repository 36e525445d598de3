package workflow

import (
	"context"
	"slices"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/appeal"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

// MaxAppeal is how long the words of an appeal may be, in letters.
const MaxAppeal = 2000

// AppealDraft is why an author asks a second moderator.
type AppealDraft struct {
	ID         *typeid.ID `json:"-"`
	DecisionID typeid.ID
	Words      string
}

// DecisionAppeal asks a second moderator about the last decision on one's own words, once for each decision: they go back to the
// moderators, and whoever made that decision is refused. Its author. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) DecisionAppeal(ctx context.Context, d AppealDraft) (*ent.Appeal, bool, error) {
	return once(ctx, f, sending[*ent.Appeal]{
		id: d.ID, prefix: typeid.Appeal, input: d, make: d.appeal,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Appeal, error) { return a.Appeal.Get(ctx, id) },
		by:  func(p *ent.Appeal) (typeid.ID, string) { return p.AuthorID, p.Fingerprint },
	})
}

func (d AppealDraft) appeal(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Appeal, error) {
	against, err := a.Decision.Get(ctx, d.DecisionID)
	if err != nil {
		return nil, err
	}
	e, err := a.ownExperience(ctx, against.ExperienceID)
	if err != nil {
		return nil, err
	}
	var c checks
	words := c.needed(d.Words, MaxAppeal, "words")
	if err := firstOf(c.err(), a.mayAppeal(ctx, e, against)); err != nil {
		return nil, err
	}
	made, err := a.Appeal.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetExperienceID(e.ID).SetDecisionID(against.ID).
		SetAuthorID(e.AuthorID).SetWords(words).Save(ctx)
	if err != nil {
		return nil, err
	}
	_, err = a.become(ctx, e, standing{state: experience.StateInModeration}, "")
	return made, err
}

func (a *act) mayAppeal(ctx context.Context, e *ent.Experience, against *ent.Decision) error {
	before, err := a.Appeal.Query().Where(appeal.ExperienceID(e.ID)).All(ctx)
	if err != nil {
		return err
	}
	last, err := a.lastDecision(ctx, e.ID)
	if err != nil {
		return err
	}
	same := func(p *ent.Appeal) bool { return p.DecisionID == against.ID }
	open := func(p *ent.Appeal) bool { return p.OutcomeID == nil }
	return appealable(appealed{
		state: e.State, kind: against.Kind, last: last.ID == against.ID,
		before: slices.ContainsFunc(before, same), open: slices.ContainsFunc(before, open),
	})
}

// appealed is what decides whether a decision can be appealed.
type appealed struct {
	state  experience.State
	kind   decision.Kind
	last   bool // whether nothing was decided after it
	before bool // whether it was appealed before
	open   bool // whether a second moderator has an appeal about the same words already
}

// appealable decides it: once for each decision, as long as it is what the words stand under.
func appealable(p appealed) error {
	switch {
	case p.before:
		return refuse(NotNow, "You asked a second moderator about this decision before. Each decision can be asked about once.", "decisionId")
	case p.open:
		return refuse(NotNow, "A second moderator has these words already. Please wait for their answer.", "decisionId")
	case !p.last || !slices.Contains(standsUnder(p.kind), p.state):
		return refuse(NotNow, "Your words no longer stand under this decision, so there is nothing to ask a second moderator.", "decisionId")
	}
	return nil
}

// standsUnder are the states that words are in because of a decision. Who refuses edits may still ask about them.
func standsUnder(kind decision.Kind) []experience.State {
	return map[decision.Kind][]experience.State{
		decision.KindReturnToAuthor:   {experience.StateReturned},
		decision.KindReject:           {experience.StateRejected},
		decision.KindHold:             {experience.StateHeld},
		decision.KindRestrict:         {experience.StateServiceOnly, experience.StateScheduled},
		decision.KindPublishWithEdits: {experience.StateEditsOffered, experience.StateReturned},
	}[kind]
}

// openAppeal is the appeal that a decision now would answer; nil when there is none. It refuses whoever made the decision that is
// appealed.
func (a *act) openAppeal(ctx context.Context, experience typeid.ID) (*ent.Appeal, error) {
	p, err := a.Appeal.Query().Where(appeal.ExperienceID(experience), appeal.OutcomeIDIsNil()).WithDecision().First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err == nil && string(p.Edges.Decision.ModeratorID) == a.viewer.Person {
		err = refuse(SecondModerator, "The author asked a second moderator about your decision. Please leave this to somebody else.", "experienceId")
	}
	return p, err
}

// answerAppeal writes down which decision answered an appeal. To hold the words answers nothing: it stays open.
func (a *act) answerAppeal(ctx context.Context, p *ent.Appeal, by *ent.Decision) error {
	if p == nil || by.Kind == decision.KindHold {
		return nil
	}
	return p.Update().SetOutcomeID(by.ID).Exec(ctx)
}
