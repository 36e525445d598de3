package workflow

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// VerdictDraft is what somebody says to whether a change helped.
type VerdictDraft struct {
	RoundID typeid.ID
	Answer  verdict.Answer
	Words   string
}

// VerdictGive says whether a change helped, or says it otherwise as long as the round is open: each person counts once,
// however many of their words led to it. Whoever has words on its line. Errors: ErrNotFound, ErrSignIn, ErrForbidden, Refusal.
func (f *Flow) VerdictGive(ctx context.Context, d VerdictDraft) (v *ent.Verdict, replayed bool, err error) {
	var said checks
	d.Words = said.text(d.Words, MaxWords, "words")
	if err := said.err(); err != nil {
		return nil, false, err
	}
	v, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Verdict, error) {
		if !a.viewer.SignedIn() {
			return nil, ErrSignIn
		}
		r, err := hold(a, a.VerdictRound.Query().Where(verdictround.ID(d.RoundID))).Only(ctx)
		if err != nil {
			return nil, err
		}
		through, err := a.wordsOnTheLine(ctx, r.ChangeID)
		if err != nil {
			return nil, err
		}
		earlier, err := a.verdictOf(ctx, r.ID)
		if replayed = earlier != nil && earlier.Answer == d.Answer && earlier.Words == d.Words; replayed || err != nil {
			return earlier, err
		}
		if r.ClosedAt != nil {
			return nil, refuse(NotNow, "This round of questions is over. Thank you for wanting to help. You may be asked again.", "roundId")
		}
		return a.say(ctx, r, earlier, through, d)
	})
	return v, replayed && err == nil, err
}

// wordsOnTheLine is the first experience of the viewer that led to a change. Errors: ErrForbidden when there is none.
func (a *act) wordsOnTheLine(ctx context.Context, change typeid.ID) (typeid.ID, error) {
	all, err := a.contributors(ctx, change)
	if err != nil {
		return "", err
	}
	for _, p := range firstOfEach(all) {
		if string(p.Person) == a.viewer.Person {
			return p.Experience, nil
		}
	}
	return "", ErrForbidden
}

// verdictOf is what the viewer said in a round; nil when nothing.
func (a *act) verdictOf(ctx context.Context, round typeid.ID) (*ent.Verdict, error) {
	ctx = rule.AsSystem(ctx, "people may answer with a token that only writes")
	v, err := a.Verdict.Query().Where(verdict.RoundID(round), verdict.PersonID(typeid.ID(a.viewer.Person))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return v, err
}

func (a *act) say(ctx context.Context, r *ent.VerdictRound, earlier *ent.Verdict, through typeid.ID, d VerdictDraft) (*ent.Verdict, error) {
	signs := signsIn(d.Words)
	if earlier != nil {
		return earlier.Update().SetAnswer(d.Answer).SetWords(d.Words).SetSignals(signs).Save(ctx)
	}
	return a.Verdict.Create().SetCreatedAt(a.at).SetRoundID(r.ID).SetPersonID(typeid.ID(a.viewer.Person)).SetExperienceID(through).
		SetAnswer(d.Answer).SetWords(d.Words).SetSignals(signs).Save(ctx)
}
