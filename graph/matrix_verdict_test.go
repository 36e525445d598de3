package graph_test

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/typeid"
)

// verdicts are rounds on the ward's change: one that is closed, with words of the author and a bare answer of another, one
// that is open, with words of danger, and one elsewhere that nobody has answered.
func (w *world) verdicts() {
	at := w.clock.Now()
	closed := w.newRound(w.DB, w.change, w.person("staff")).SetClosedAt(at).SetClosedByName("Sam").SetNote("Thank you.").SetAnswered(2).SetAskAgainAt(at.AddDate(0, 3, 0)).SaveX(w.system()).ID
	open := w.newRound(w.DB, w.change, w.person("staff")).SaveX(w.system()).ID
	w.round, w.askedNow = string(closed), string(open)
	w.quiet = string(w.newRound(w.DB, w.sibling, w.person("sibling")).SaveX(w.system()).ID)
	w.see(everybody, "", "", w.round, w.askedNow, w.quiet)
	w.DB.Step.Create().SetCreatedAt(at).SetPersonID(w.person("author")).SetNumber(w.DB.Person.GetX(w.system(), w.person("author")).Steps + 1).SetExperienceID(typeid.ID(w.published)).
		SetKind(step.KindAskedForVerdict).SetAbout(w.askedNow).SetChangeID(typeid.ID(w.change)).ExecX(w.system())
	w.DB.Person.UpdateOneID(w.person("author")).AddSteps(1).ExecX(w.system())
	say := func(round typeid.ID, part, words, signs string) string {
		return string(w.newVerdict(w.DB, string(round), w.person(part)).SetWords(words).SetSignals(signs).SaveX(w.system()).ID)
	}
	w.verdict = say(closed, "author", "zqverdict", "")
	w.see("author "+wardStaff+" narrow", "author", "", w.verdict)
	w.see("another", "another", "", say(closed, "another", "", ""))
	w.see("another moderator lead", "another", "", say(open, "another", "zqdanger", "SELF_HARM"))
	w.see("author", "author", "", say(open, "author", "zqopen", ""))
	w.secrets["zqverdict"], w.secrets["zqdanger"], w.secrets["zqopen"] = "author "+wardStaff+" narrow", "another moderator lead", "author"
}

func (w *world) newRound(c *ent.Client, of string, by typeid.ID) *ent.VerdictRoundCreate {
	return c.VerdictRound.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetChangeID(typeid.ID(of)).SetChangeVersion(2).
		SetOpenedByID(by).SetOpenedByName("Sam").SetAsked(2).SetNeeded(1)
}

func (w *world) newVerdict(c *ent.Client, round string, by typeid.ID) *ent.VerdictCreate {
	return c.Verdict.Create().SetCreatedAt(w.clock.Now()).SetRoundID(typeid.ID(round)).SetPersonID(by).SetExperienceID(typeid.ID(w.published)).SetAnswer(verdict.AnswerHelped)
}

// madeAfresh is a change of the ward that was made out of words of the author.
func (w *world) madeAfresh() string {
	c := w.DB.Change.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetServiceID(w.ward.ID).SetProposedByID(w.person("staff")).SetTitle("A clock").
		SetDifference("All see the time.").SetState(change.StateMade).SetVersion(2).SetMovedAt(w.clock.Now()).SaveX(w.system())
	w.DB.Origin.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetExperienceID(typeid.ID(w.published)).SetChangeID(c.ID).
		SetLinkedByID(w.person("staff")).SetLinkedByName("Sam").SetWhy("You said so.").ExecX(w.system())
	w.see(everybody, "", "", string(c.ID))
	return string(c.ID)
}

// roundAfresh makes the input of a verb on a round that is open on such a change.
func roundAfresh(more vars) func(*world, string) vars {
	return func(w *world, _ string) vars {
		r := w.newRound(w.DB, w.madeAfresh(), w.person("staff")).SaveX(w.system())
		w.see(everybody, "", "", string(r.ID))
		in := vars{"roundId": string(r.ID)}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
}

// verdictDeeds are the lines of the verbs that ask whether a change helped.
func verdictDeeds() []deed {
	return []deed{
		{verb: "verdictRoundOpen", done: wardStaff, with: func(w *world, _ string) vars { return vars{"changeId": w.madeAfresh()} }},
		{verb: "verdictRoundOpen", on: "a change that is not made", told: map[string]string{"NOT_NOW": wardStaff}, with: func(w *world, _ string) vars { return vars{"changeId": w.never} }},
		{verb: "verdictGive", done: "author blind stranger", with: roundAfresh(vars{"answer": "HELPED"})},
		{verb: "verdictGive", on: "a closed round", told: map[string]string{"NOT_NOW": "author blind another stranger"}, with: func(w *world, _ string) vars { return vars{"roundId": w.round, "answer": "MADE_WORSE"} }},
		{verb: "verdictRoundClose", done: wardStaff, with: roundAfresh(vars{"note": "Thank you."})},
	}
}

// verdictTouches are the lines of the rows in which people are asked, and answer.
func verdictTouches() []touch {
	none := ""
	return []touch{
		{"VerdictRound", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newRound(c, w.never, w.me(part)).Exec(ctx)
		}},
		{"VerdictRound", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newRound(c, w.never, w.person("gone")).Exec(ctx)
		}},
		{"VerdictRound", "change", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.VerdictRound.UpdateOneID(typeid.ID(w.round)).SetNote("Other words.").Exec(ctx)
		}},
		{"VerdictRound", "change in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.VerdictRound.UpdateOneID(typeid.ID(w.round)).SetClosedByID(w.person("gone")).Exec(ctx)
		}},
		{"VerdictRound", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.VerdictRound.DeleteOneID(typeid.ID(w.round)).Exec(ctx)
		}},
		{"Verdict", "make", writers + " blind", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newVerdict(c, w.quiet, w.me(part)).Exec(ctx)
		}},
		{"Verdict", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newVerdict(c, w.quiet, w.person("gone")).Exec(ctx)
		}},
		{"Verdict", "change", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Verdict.UpdateOneID(typeid.ID(w.verdict)).SetAnswer(verdict.AnswerPartly).Exec(ctx)
		}},
		{"Verdict", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Verdict.DeleteOneID(typeid.ID(w.verdict)).Exec(ctx)
		}},
	}
}
