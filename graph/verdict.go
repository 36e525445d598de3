package graph

import (
	"context"

	"hearback/auth"
	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// newestRound is the order of the rounds of a change.
func newestRound() page.Term[*ent.VerdictRound] {
	return page.Term[*ent.VerdictRound]{Name: "verdictRounds", Column: verdictround.FieldCreatedAt, Desc: true, Value: func(r *ent.VerdictRound) any { return r.CreatedAt }}
}

func (h *House) verdictRoundsByID(ctx context.Context, ids []typeid.ID) ([]*ent.VerdictRound, error) {
	return h.DB.VerdictRound.Query().Where(verdictround.IDIn(ids...)).All(ctx)
}

func (r changes) VerdictRounds(ctx context.Context, c *ent.Change, first *int, after *page.Cursor, last *int, before *page.Cursor) (*VerdictRoundConnection, error) {
	link := page.Link[*ent.VerdictRound]{Column: verdictround.FieldChangeID, Of: func(r *ent.VerdictRound) typeid.ID { return r.ChangeID }}
	return page.Children(ctx, c, r.DB.VerdictRound.Query(), link, args(first, after, last, before), newestRound())
}

// VerdictRound is the round that a step is about.
func (r steps) VerdictRound(ctx context.Context, s *ent.Step) (*ent.VerdictRound, error) {
	return one(ctx, s, "about round", func(s *ent.Step) typeid.ID { return about(s, typeid.VerdictRound) }, r.verdictRoundsByID)
}

func (r verdictRounds) Change(ctx context.Context, v *ent.VerdictRound) (*ent.Change, error) {
	return one(ctx, v, verdictround.FieldChangeID, func(v *ent.VerdictRound) typeid.ID { return v.ChangeID }, r.changesByID)
}

func (r verdictRounds) Asked(_ context.Context, v *ent.VerdictRound) (query.Count, error) {
	return query.HowManyAsked(v, r.SmallNumber), nil
}

func (r verdictRounds) Answered(_ context.Context, v *ent.VerdictRound) (query.Count, error) {
	return query.HowManyAnswered(v, r.SmallNumber), nil
}

func (r verdictRounds) Answers(_ context.Context, v *ent.VerdictRound) ([]*query.VerdictCount, error) {
	return query.Verdicts(v, r.SmallNumber), nil
}

// enoughKey names the look for open rounds that have enough answers.
type enoughKey struct{}

func (r verdictRounds) Enough(ctx context.Context, v *ent.VerdictRound) (bool, error) {
	if v.ClosedAt != nil {
		return v.Answered >= v.Needed, nil
	}
	answers, err := cohort.Once(v.Cohort(), enoughKey{}, func(rounds []*ent.VerdictRound) (map[typeid.ID]int, error) {
		return query.AnswersSoFar(ctx, r.DB, rounds)
	})
	return answers[v.ID] >= v.Needed, err
}

// ViewerVerdict is what the viewer said in the round.
func (r verdictRounds) ViewerVerdict(ctx context.Context, v *ent.VerdictRound) (*ent.Verdict, error) {
	me := auth.FromContext(ctx)
	if !me.SignedIn() {
		return nil, nil
	}
	return back(ctx, v, verdict.FieldPersonID, func(w *ent.Verdict) typeid.ID { return w.RoundID }, func(ctx context.Context, ids []typeid.ID) ([]*ent.Verdict, error) {
		return r.DB.Verdict.Query().Where(verdict.RoundIDIn(ids...), verdict.PersonID(typeid.ID(me.Person))).All(ctx)
	})
}

func (r verdictRounds) Verdicts(ctx context.Context, v *ent.VerdictRound, first *int, after *page.Cursor, last *int, before *page.Cursor) (*VerdictConnection, error) {
	link := page.Link[*ent.Verdict]{Column: verdict.FieldRoundID, Of: func(w *ent.Verdict) typeid.ID { return w.RoundID }}
	return page.Children(ctx, v, r.DB.Verdict.Query().Where(rule.Written), link, args(first, after, last, before), page.Oldest[*ent.Verdict]("verdicts"))
}

func (r verdicts) ViewerIsAuthor(ctx context.Context, w *ent.Verdict) (bool, error) {
	return string(w.PersonID) == auth.FromContext(ctx).Person, nil
}

func (r verdicts) Round(ctx context.Context, w *ent.Verdict) (*ent.VerdictRound, error) {
	return one(ctx, w, verdict.FieldRoundID, func(w *ent.Verdict) typeid.ID { return w.RoundID }, r.verdictRoundsByID)
}

func (r mutations) VerdictRoundOpen(ctx context.Context, in VerdictRoundOpenInput) (*VerdictRoundPayload, error) {
	return roundPayload(r.Flow.VerdictRoundOpen(ctx, workflow.VerdictRoundDraft{ID: in.ID, ChangeID: in.ChangeID}))
}

func (r mutations) VerdictRoundClose(ctx context.Context, in VerdictRoundCloseInput) (*VerdictRoundPayload, error) {
	return roundPayload(r.Flow.VerdictRoundClose(ctx, workflow.VerdictRoundEnd{RoundID: in.RoundID, Note: in.Note, Waiver: text(in.Waiver), AskAgainAt: in.AskAgainAt}))
}

func (r mutations) VerdictGive(ctx context.Context, in VerdictGiveInput) (*VerdictPayload, error) {
	v, replayed, err := r.Flow.VerdictGive(ctx, workflow.VerdictDraft{RoundID: in.RoundID, Answer: in.Answer, Words: text(in.Words)})
	problems, err := refusals(err)
	return &VerdictPayload{v, problems, replayed}, err
}

func roundPayload(v *ent.VerdictRound, replayed bool, err error) (*VerdictRoundPayload, error) {
	problems, err := refusals(err)
	return &VerdictRoundPayload{v, problems, replayed}, err
}

// VerdictPayload is what came of saying whether a change helped.
type VerdictPayload struct {
	Verdict    *ent.Verdict
	UserErrors []UserError
	Replayed   bool
}

// Signposting comes with the very answer, so that nobody waits for a person to show it.
func (r judged) Signposting(ctx context.Context, p *VerdictPayload, language *string) (*query.Signposting, error) {
	if p.Verdict == nil || p.Verdict.Signals == "" {
		return nil, nil
	}
	at, err := p.Verdict.QueryRound().QueryChange().QueryService().Only(ctx)
	if err != nil {
		return nil, err
	}
	s, err := query.SignpostingAt(ctx, r.DB, at.Path, text(language))
	return &s, err
}
