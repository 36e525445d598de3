package graph_test

import (
	"context"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/typeid"
)

// safeguarding holds an experience back, and closes a concern about another that everybody reads all the same.
func (w *world) safeguarding() {
	moderator, lead := w.cast["moderator"], w.cast["lead"]
	w.DB.Experience.UpdateOneID(typeid.ID(w.hidden)).SetSignals("SELF_HARM").ExecX(w.system())
	w.DB.Voice.UpdateOneID(typeid.ID(w.voice)).SetSignals("ABUSE").ExecX(w.system())
	w.guarded = w.says("author", w.ward, "PATIENT", "WORRY", "2026-04", "zqguarded")
	w.hides("zqguarded", "author lead")
	w.concern = moderator.raises(w.guarded, "SERIOUS", "zqworry")
	lead.moves("concernAcknowledge", w.concern, 1, nil)
	lead.moves("concernHandOver", w.concern, 2, vars{"to": "zqhanded", "words": "zqplea"})
	lead.moves("concernReceive", w.concern, 3, vars{"by": "zqreceived", "words": "zqreceipt"})
	lead.puts("identityReveal", vars{"concernId": w.concern, "reason": "zqrevealed"}, "replayed")
	w.closed = moderator.raises(w.others, "LOW", "zqsmall")
	lead.moves("concernAcknowledge", w.closed, 1, nil)
	lead.puts("identityReveal", vars{"concernId": w.closed, "reason": "zqlooked", "withholdNoticeBecause": "zqwithheld"}, "replayed")
	lead.moves("concernClose", w.closed, 2, vars{"outcome": "zqoutcome"})
	for _, word := range []string{"zqworry", "zqhanded", "zqplea", "zqreceived", "zqreceipt", "zqsmall", "zqlooked", "zqwithheld", "zqoutcome"} {
		w.secrets[word] = "lead"
	}
	w.secrets["zqrevealed"], w.secrets["zqnamemoderatorqz"] = "author lead", "moderator lead"
	w.DB.Signpost.Create().SetCreatedAt(w.clock.Now()).SetServiceID(w.ward.ID).SetLanguage("en").SetText("Call 999.").SetSetByID(w.person("administrator")).ExecX(w.system())
}

func (w *world) registerSafeguarding() {
	ctx := w.system()
	w.see("author lead", "author", "moderator", w.guarded)
	w.see("lead", "", "", list(w.DB.Concern.Query().IDsX(ctx))...)
	w.see("lead", "", "", list(w.DB.ConcernEntry.Query().IDsX(ctx))...)
	w.see("lead", "", "", list(w.DB.BreakGlass.Query().IDsX(ctx))...)
}

// safeguardingDeeds are the lines of the verbs that look after people's safety.
func safeguardingDeeds() []deed {
	raise := func(of func(w *world, part string) string) func(w *world, part string) vars {
		return func(w *world, part string) vars {
			return vars{"experienceId": of(w, part), "level": "SERIOUS", "reason": "I worry."}
		}
	}
	return []deed{
		{verb: "concernRaise", on: "hidden words", done: "moderator lead", missing: wardStaff + " sibling moderatorElsewhere", with: raise(fresh)},
		{verb: "concernRaise", on: "published words", done: wardStaff + " moderator lead", with: func(w *world, _ string) vars {
			return vars{"experienceId": w.published, "level": "LOW", "reason": "I worry."}
		}},
		{verb: "concernRaise", on: "words held back", done: "lead", missing: wardStaff + " sibling moderator moderatorElsewhere", with: raise(func(w *world, _ string) string { return w.guarded })},
		{verb: "concernRaise", on: "their own words", each: true, with: raise(theirOwn), done: "lead", missing: wardStaff + " sibling moderatorElsewhere"},
		{verb: "concernAcknowledge", done: "lead", with: concerned(concern.StateRaised, nil)},
		{verb: "concernTakeOver", done: "lead", with: concerned(concern.StateAcknowledged, vars{"why": "She is on leave."})},
		{verb: "concernHandOver", done: "lead", with: concerned(concern.StateAcknowledged, vars{"to": "Duty team"})},
		{verb: "concernReceive", done: "lead", with: concerned(concern.StateHandedOver, vars{"by": "Kim"})},
		{verb: "concernClose", done: "lead", with: concerned(concern.StateReceived, vars{"outcome": "All is well."})},
		{verb: "identityReveal", on: "a concern of one's own", done: "lead", with: func(w *world, _ string) vars {
			in := concerned(concern.StateRaised, nil)(w, "")
			w.cast["lead"].moves("concernAcknowledge", in["concernId"].(string), 1, nil)
			return vars{"concernId": in["concernId"], "reason": "We want to ask how you are."}
		}},
		{verb: "identityReveal", on: "a concern in other hands", with: func(w *world, _ string) vars {
			return vars{"concernId": concerned(concern.StateAcknowledged, nil)(w, "")["concernId"], "reason": "We want to ask how you are."}
		}},
		{verb: "signpostSet", on: "the ward", done: "administrator root", with: func(w *world, part string) vars {
			return vars{"serviceId": w.ward.ID, "language": "en", "text": "Call 111, " + part + "."}
		}},
		{verb: "signpostSet", on: "the trust above", done: "root", with: func(w *world, _ string) vars {
			return vars{"serviceId": w.trust.ID, "language": "en", "text": "Call 999."}
		}},
		{verb: "signpostSet", on: "the whole installation", done: "root", with: func(*world, string) vars { return vars{"language": "en", "text": "Call 999."} }},
	}
}

// concerned makes a concern in a state, looked after by somebody who left, about words of who gave no name and no address.
func concerned(state concern.State, more vars) func(w *world, part string) vars {
	return func(w *world, _ string) vars {
		id := w.cast["moderator"].raises(w.start("Somebody").share(w.ward, "PATIENT", "It was loud."), "LOW", "I worry.")
		row := w.DB.Concern.UpdateOneID(typeid.ID(id)).SetState(state).SetHandedOverAt(w.clock.Now())
		if state != concern.StateRaised {
			row.SetAcknowledgedByID(w.person("gone"))
		}
		row.ExecX(w.system())
		in := vars{"concernId": id, "expectedVersion": 1}
		for name, v := range more {
			in[name] = v
		}
		return in
	}
}

func (w *world) newConcern(c *ent.Client, about string, by typeid.ID) *ent.ConcernCreate {
	at := time.Now()
	return c.Concern.Create().SetCreatedAt(at).SetFingerprint("").SetExperienceID(typeid.ID(about)).SetServiceID(w.ward.ID).SetAboutID(w.person("author")).
		SetRaisedByID(by).SetSource(concern.SourceStaff).SetLevel(concern.LevelLow).SetReason("I worry.").SetAcknowledgeBy(at).SetDueAt(at)
}

// safeguardingTouches are the lines of the rows that look after people's safety.
func safeguardingTouches() []touch {
	at, none := time.Now(), ""
	entry := func(c *ent.Client, w *world, by typeid.ID) *ent.ConcernEntryCreate {
		return c.ConcernEntry.Create().SetCreatedAt(at).SetConcernID(typeid.ID(w.concern)).SetAuthorID(by).SetKind(concernentry.KindClosed)
	}
	glass := func(c *ent.Client, of string, by typeid.ID) *ent.BreakGlassCreate {
		return c.BreakGlass.Create().SetCreatedAt(at).SetFingerprint("").SetConcernID(typeid.ID(of)).SetSeenByID(by).SetReason("I must know.")
	}
	return []touch{
		{"Concern", "make about hidden words", "moderator lead", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newConcern(c, w.hidden, w.me(part)).Exec(ctx)
		}},
		{"Concern", "make about published words", wardStaff + " moderator lead", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newConcern(c, w.published, w.me(part)).Exec(ctx)
		}},
		{"Concern", "make about words held back", "lead", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newConcern(c, w.guarded, w.me(part)).Exec(ctx)
		}},
		{"Concern", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newConcern(c, w.published, w.person("gone")).Exec(ctx)
		}},
		{"Concern", "make as if it had happened elsewhere", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newConcern(c, w.published, w.me(part)).SetServiceID(w.next.ID).Exec(ctx)
		}},
		{"Concern", "change", "lead", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Concern.UpdateOneID(typeid.ID(w.concern)).SetOutcome("All is well.").Exec(ctx)
		}},
		{"Concern", "change who looks after it in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Concern.UpdateOneID(typeid.ID(w.concern)).SetAcknowledgedByID(w.person("gone")).Exec(ctx)
		}},
		{"Concern", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Concern.DeleteOneID(typeid.ID(w.concern)).Exec(ctx)
		}},
		{"ConcernEntry", "make", "lead", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return entry(c, w, w.me(part)).Exec(ctx)
		}},
		{"ConcernEntry", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return entry(c, w, w.person("gone")).Exec(ctx)
		}},
		{"ConcernEntry", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ConcernEntry.UpdateOneID(typeid.ID(w.of(typeid.ConcernEntry)[0])).Exec(ctx)
		}},
		{"ConcernEntry", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ConcernEntry.DeleteOneID(typeid.ID(w.of(typeid.ConcernEntry)[0])).Exec(ctx)
		}},
		{"BreakGlass", "make", "lead", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return glass(c, w.concern, w.me(part)).Exec(ctx)
		}},
		{"BreakGlass", "make about a closed concern", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return glass(c, w.closed, w.me(part)).Exec(ctx)
		}},
		{"BreakGlass", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return glass(c, w.concern, w.person("gone")).Exec(ctx)
		}},
		{"BreakGlass", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.BreakGlass.UpdateOneID(typeid.ID(w.of(typeid.BreakGlass)[0])).Exec(ctx)
		}},
		{"BreakGlass", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.BreakGlass.DeleteOneID(typeid.ID(w.of(typeid.BreakGlass)[0])).Exec(ctx)
		}},
		{"Signpost", "make in the ward", "administrator root", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Signpost.Create().SetCreatedAt(at).SetServiceID(w.ward.ID).SetLanguage("en").SetText("Call 999.").SetSetByID(w.me(part)).Exec(ctx)
		}},
		{"Signpost", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Signpost.Create().SetCreatedAt(at).SetServiceID(w.ward.ID).SetLanguage("en").SetText("Call 999.").SetSetByID(w.person("gone")).Exec(ctx)
		}},
		{"Signpost", "make for the whole installation", "root", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Signpost.Create().SetCreatedAt(at).SetLanguage("en").SetText("Call 999.").SetSetByID(w.me(part)).Exec(ctx)
		}},
		{"Signpost", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Signpost.UpdateOneID(w.DB.Signpost.Query().FirstIDX(w.system())).Exec(ctx)
		}},
		{"Signpost", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Signpost.DeleteOneID(w.DB.Signpost.Query().FirstIDX(w.system())).Exec(ctx)
		}},
	}
}
