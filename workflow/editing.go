package workflow

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/edit"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

const keptOwn = "You kept your own words. You can change them and send them again, or ask a second moderator."

// ExperienceAcceptEdits says yes to the words that a moderator offers: they take the place of one's own, and go on as if they had
// been let through like that. Its author. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperienceAcceptEdits(ctx context.Context, id typeid.ID, expected int) (*ent.Experience, bool, error) {
	return f.answerEdits(ctx, id, expected, decision.AnswerAccepted)
}

// ExperienceRefuseEdits says no to the words that a moderator offers: one's own stay, and are one's own to revise and send again; the
// decision can still be appealed. Its author. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperienceRefuseEdits(ctx context.Context, id typeid.ID, expected int) (*ent.Experience, bool, error) {
	return f.answerEdits(ctx, id, expected, decision.AnswerRefused)
}

func (f *Flow) answerEdits(ctx context.Context, id typeid.ID, expected int, answer decision.Answer) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := a.ownExperience(ctx, id)
		if err != nil {
			return nil, err
		}
		offer, err := a.offer(ctx, id, expected)
		if err != nil {
			return nil, err
		}
		if replayed = offer != nil && offer.Answer != nil && *offer.Answer == answer && e.Version > expected; replayed {
			return e, nil
		}
		if err := mayAnswer(e.State, e.Version, expected, offer != nil); err != nil {
			return nil, err
		}
		return a.answer(ctx, e, offer, answer)
	})
	return e, replayed && err == nil, err
}

// mayAnswer decides whether there is something to say yes or no to.
func mayAnswer(state experience.State, version, expected int, offered bool) error {
	switch {
	case version != expected:
		return stale(version)
	case state != experience.StateEditsOffered || !offered:
		return refuse(NotNow, "No other words are offered just now.", "experienceId")
	}
	return nil
}

// offer is the newest decision with edits that could be meant by who saw this version; nil when there is none.
func (a *act) offer(ctx context.Context, id typeid.ID, seen int) (*ent.Decision, error) {
	d, err := a.Decision.Query().Where(decision.ExperienceID(id), decision.KindEQ(decision.KindPublishWithEdits), decision.OfVersionLT(seen)).
		Order(decision.ByOfVersion(sql.OrderDesc())).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return d, err
}

func (a *act) answer(ctx context.Context, e *ent.Experience, offer *ent.Decision, answer decision.Answer) (*ent.Experience, error) {
	if err := offer.Update().SetAnswer(answer).SetAnsweredAt(a.at).Exec(ctx); err != nil {
		return nil, err
	}
	if answer == decision.AnswerRefused {
		return a.become(ctx, e, standing{state: experience.StateReturned}, keptOwn)
	}
	e, err := edited(e, offer.Edits).Save(ctx)
	if err != nil {
		return nil, err
	}
	return a.settle(ctx, e, experience.StatePublished, "")
}

// edited puts the offered words into the place of the author's.
func edited(e *ent.Experience, edits []edit.Edit) *ent.ExperienceUpdateOne {
	update := e.Update()
	for _, one := range edits {
		for _, t := range editable() {
			if t.field == one.Field {
				t.set(update, one.After())
			}
		}
	}
	return update
}
