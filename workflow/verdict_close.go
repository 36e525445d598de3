package workflow

import (
	"context"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The bounds of a round.
const (
	MaxWaiver  = 1000                     // letters
	MaxAskWait = 3 * 365 * 24 * time.Hour // how far ahead the day may lie on which people are asked again
)

// VerdictRoundEnd is how a round ends.
type VerdictRoundEnd struct {
	RoundID    typeid.ID
	Note       string
	Waiver     string // why fewer answers than needed have to do; kept only then
	AskAgainAt *time.Time
}

func (d VerdictRoundEnd) tidy(now time.Time) (VerdictRoundEnd, error) {
	var c checks
	d.Note = c.needed(d.Note, MaxWords, "note")
	d.Waiver = c.text(d.Waiver, MaxWaiver, "waiver")
	if d.AskAgainAt != nil {
		if day := *d.AskAgainAt; !day.After(now) || day.After(now.Add(MaxAskWait)) {
			c.add(Invalid, "The day on which people are asked again lies ahead, by three years at most.", "askAgainAt")
		}
	}
	return d, c.err()
}

// VerdictRoundClose ends the asking, with a word to everybody who was asked on what was heard and what follows; the answers are
// counted, once and for all. Staff who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) VerdictRoundClose(ctx context.Context, d VerdictRoundEnd) (r *ent.VerdictRound, replayed bool, err error) {
	r, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.VerdictRound, error) {
		r, c, by, err := a.ownRound(ctx, d.RoundID)
		if err != nil {
			return nil, err
		}
		d, err = d.tidy(a.at)
		if replayed = err == nil && d.closed(r, a.viewer.Person); replayed || err != nil {
			return r, err
		}
		if r.ClosedAt != nil {
			return nil, refuse(NotNow, "This round is closed already.", "roundId")
		}
		return a.closeRound(ctx, r, c, by.name, d)
	})
	return r, replayed && err == nil, err
}

// closed tells whether somebody ended a round in just this way.
func (d VerdictRoundEnd) closed(r *ent.VerdictRound, by string) bool {
	return r.ClosedAt != nil && string(typeid.Maybe(r.ClosedByID)) == by && r.Note == d.Note && sameMoment(r.AskAgainAt, d.AskAgainAt)
}

// ownRound locks a change of the viewer's service, then the round.
func (a *act) ownRound(ctx context.Context, id typeid.ID) (*ent.VerdictRound, *ent.Change, signature, error) {
	seen, err := a.VerdictRound.Get(ctx, id)
	if err != nil {
		return nil, nil, signature{}, err
	}
	c, by, err := a.ownChange(ctx, seen.ChangeID)
	if err != nil {
		return nil, nil, signature{}, err
	}
	r, err := hold(a, a.VerdictRound.Query().Where(verdictround.ID(id))).Only(ctx)
	return r, c, by, err
}

func (a *act) closeRound(ctx context.Context, r *ent.VerdictRound, c *ent.Change, by string, d VerdictRoundEnd) (*ent.VerdictRound, error) {
	n, total, err := a.tally(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	if total >= r.Needed {
		d.Waiver = ""
	}
	r, err = r.Update().SetClosedAt(a.at).SetClosedByID(typeid.ID(a.viewer.Person)).SetClosedByName(by).SetNote(d.Note).SetWaiver(d.Waiver).
		SetNillableAskAgainAt(d.AskAgainAt).SetAnswered(total).SetHelped(n[verdict.AnswerHelped]).SetPartly(n[verdict.AnswerPartly]).
		SetNotYet(n[verdict.AnswerNotYet]).SetMadeWorse(n[verdict.AnswerMadeWorse]).SetCannotSay(n[verdict.AnswerCannotSay]).Save(ctx)
	if err != nil {
		return nil, err
	}
	if c.State == change.StateEmbedded && counts(r) {
		if err := c.Update().SetHelped(helped(r)).Exec(ctx); err != nil {
			return nil, err
		}
	}
	people, err := a.whoAgrees(ctx, r.ChangeID)
	if err != nil {
		return nil, err
	}
	return r, a.tellRound(ctx, r, people, step.KindVerdictClosed, d.Note)
}

// tally counts the answers of a round by kind.
func (a *act) tally(ctx context.Context, round typeid.ID) (of map[verdict.Answer]int, total int, err error) {
	var found []struct {
		Answer verdict.Answer
		Count  int
	}
	err = a.Verdict.Query().Where(verdict.RoundID(round)).GroupBy(verdict.FieldAnswer).Aggregate(ent.Count()).
		Scan(rule.AsSystem(ctx, "answers are counted; numbers about few people are hidden"), &found)
	of = map[verdict.Answer]int{}
	for _, f := range found {
		of[f.Answer] = f.Count
		total += f.Count
	}
	return of, total, err
}

// counts tells whether a closed round says enough for a change to be called embedded.
func counts(r *ent.VerdictRound) bool {
	return r.ClosedAt != nil && (r.Answered >= r.Needed || r.Waiver != "")
}

// helped tells whether most of those who could say said that it helped, at least in part. Of fewer than five people it is not told.
func helped(r *ent.VerdictRound) bool {
	return r.Answered >= query.K && r.Helped+r.Partly > r.NotYet+r.MadeWorse
}

// heard is the newest round since a change was made that says enough: without one it cannot become EMBEDDED (invariant 12).
func (a *act) heard(ctx context.Context, c *ent.Change) (*ent.VerdictRound, error) {
	rounds, err := a.VerdictRound.Query().Where(verdictround.ChangeID(c.ID), verdictround.ClosedAtNotNil(), verdictround.ChangeVersion(c.Version)).
		Order(verdictround.ByCreatedAt(), verdictround.ByID()).All(ctx)
	var found *ent.VerdictRound
	for _, r := range rounds {
		if counts(r) {
			found = r
		}
	}
	if err == nil && found == nil {
		err = refuse(VerdictNeeded, "Please ask the people whose words led to this whether it helped, and close that round, before you call it embedded.", "to")
	}
	return found, err
}

// verdictsDue asks anew where a closed round said that people would be asked again by now, in the name of who said so.
func (f *Flow) verdictsDue(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		due, err := skim(a, a.VerdictRound.Query().Where(verdictround.AskAgainAtLTE(a.at), verdictround.AskAgainAtNotNil(), verdictround.AgainIDIsNil()).
			Order(verdictround.ByAskAgainAt(), verdictround.ByID()).Limit(1)).All(ctx)
		for _, r := range due {
			if err == nil {
				err = a.askAgain(ctx, r)
			}
		}
		return len(due), err
	})
}

func (a *act) askAgain(ctx context.Context, r *ent.VerdictRound) error {
	c, err := a.Change.Get(ctx, r.ChangeID)
	if err != nil {
		return err
	}
	now, err := a.openRound(ctx, c.ID)
	if err != nil {
		return err
	}
	if now == nil && made(c.State) {
		now, err = a.ask(ctx, c, &ent.VerdictRound{ID: typeid.New(typeid.VerdictRound), OpenedByID: typeid.Maybe(r.ClosedByID), OpenedByName: r.ClosedByName})
	}
	switch {
	case err != nil:
		return err
	case now == nil: // it was taken back: there is nothing to ask about
		return r.Update().ClearAskAgainAt().Exec(ctx)
	}
	return r.Update().SetAgainID(now.ID).Exec(ctx)
}
