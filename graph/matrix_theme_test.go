package graph_test

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/together"
	"hearback/ent/typeid"
	"hearback/internal/passage"
)

// themes are one of the ward with published words and hidden ones in it, one that became a part of it, and one elsewhere.
func (w *world) themes() {
	staff := w.cast["staff"]
	w.theme, w.part, w.elsewhereTheme = staff.theme(w.ward, "The wait"), staff.theme(w.ward, "No news"), w.cast["sibling"].theme(w.next, "Noise")
	w.piece = staff.evidences(w.theme, w.published, "NOT_WORKING")
	w.points(w.piece, w.published)
	w.see(everybody, "", "", w.piece)
	if a := staff.themes("themeMerge", vars{"themeId": w.part, "intoId": w.theme, "expectedVersion": 1, "why": "They are one."}); a.code() != "" {
		w.t.Fatal(a.Body)
	}
	shadow := w.newEvidence(w.DB, w.theme, w.hidden, w.person("staff")).SetWhy("zqpiece").SaveX(w.system())
	w.see("author moderator lead", "author", "moderator", string(shadow.ID))
	w.secrets["zqpiece"] = "author moderator lead"
	w.framework()
	w.see(everybody, "", "", list(w.DB.Theme.Query().IDsX(w.system()))...)
	w.see(everybody, "", "", list(w.DB.Theming.Query().IDsX(w.system()))...)
	if w.DB.Step.Query().Where(step.KindEQ(step.KindThemed)).CountX(w.system()) == 0 {
		w.t.Fatal("nobody was told of a theme")
	}
}

// framework is a code that the theme has, with the words of another experience, in a ward that wants suggestions; people sat together.
func (w *world) framework() {
	second := w.DB.Experience.GetX(w.system(), typeid.ID(w.second))
	code := w.DB.FrameworkCode.Create().SetCreatedAt(w.clock.Now()).SetCode("WAITING").SetCategory("Access").SetTitle("Waiting").SetDescription(second.Story + " " + second.CouldBeBetter).SaveX(w.system())
	w.see(everybody, "", "", string(code.ID))
	w.DB.Theme.UpdateOneID(typeid.ID(w.theme)).SetFrameworkCode("WAITING").ExecX(w.system())
	w.DB.Service.UpdateOne(w.ward).SetSuggests(true).ExecX(w.system())
	w.DB.Theming.Create().SetCreatedAt(w.clock.Now()).SetThemeID(typeid.ID(w.theme)).SetAuthorID(w.person("staff")).SetAuthorName("Sam").SetKind(theming.KindSatTogether).SetWhy("We talked.").
		SetPresent([]together.Sitter{{Side: "STAFF", Name: "Sam", Part: "Ward sister"}, {Side: "PATIENT_FAMILY"}}).ExecX(w.system())
}

// points makes a statement of the words, and lets a link point at its first letter.
func (w *world) points(piece, words string) {
	p, _ := passage.Of(w.DB.Experience.GetX(w.system(), typeid.ID(words)).Story, 0, 1, piece)
	w.DB.Experience.UpdateOneID(typeid.ID(words)).SetForm(experience.FormStatement).SetSays(experience.SaysNotWorking).ExecX(w.system())
	w.DB.Evidence.UpdateOneID(typeid.ID(piece)).SetPassagePart("story").SetPassageEnd(1).SetPassageMark(p.Mark).ExecX(w.system())
}

func (w *world) newEvidence(c *ent.Client, of, words string, by typeid.ID) *ent.EvidenceCreate {
	return c.Evidence.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetThemeID(typeid.ID(of)).SetExperienceID(typeid.ID(words)).
		SetAddedByID(by).SetAddedByName("Sam").SetSays(evidence.SaysWorking).SetWhy("You said so.")
}

func (w *world) newTheme(c *ent.Client, at, by typeid.ID) *ent.ThemeCreate {
	return c.Theme.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetServiceID(at).SetMadeByID(by).SetTitle("Lunch").SetStatement("I choose what I eat.")
}

// themeAfresh is a theme of the ward with words of another in it, and the piece of evidence that they are.
func (w *world) themeAfresh() (theme, piece string) {
	t := w.newTheme(w.DB, w.ward.ID, w.person("staff")).SaveX(w.system())
	p := w.newEvidence(w.DB, string(t.ID), w.others, w.person("staff")).SaveX(w.system())
	w.see(everybody, "", "", string(t.ID), string(p.ID))
	return string(t.ID), string(p.ID)
}

// themeDeeds are the lines of the verbs that make themes.
func themeDeeds() []deed {
	named := func(in vars) vars {
		in["title"], in["statement"], in["why"] = "Lunch", "I choose what I eat.", "It is about lunch."
		return in
	}
	return []deed{
		{verb: "themeCreate", done: wardStaff, with: func(w *world, _ string) vars {
			return vars{"serviceId": w.ward.ID, "title": "Lunch", "statement": "I choose what I eat."}
		}},
		{verb: "themeMeet", done: wardStaff, with: func(w *world, _ string) vars {
			t, _ := w.themeAfresh()
			return vars{"themeId": t, "expectedVersion": 1, "why": "We talked.", "present": []vars{{"side": "STAFF", "name": "Sam", "agreesToBeNamed": true}, {"side": "PATIENT_FAMILY", "agreesToBeNamed": false}}}
		}},
		{verb: "themeName", done: wardStaff, with: func(w *world, _ string) vars {
			t, _ := w.themeAfresh()
			return named(vars{"themeId": t, "expectedVersion": 1})
		}},
		{verb: "evidenceAdd", on: "published words", done: wardStaff, with: func(w *world, _ string) vars {
			t, _ := w.themeAfresh()
			return vars{"themeId": t, "experienceId": w.published, "says": "WORKING", "why": "So."}
		}},
		{verb: "sourceRecord", done: wardStaff, with: func(w *world, _ string) vars {
			return vars{"serviceId": w.ward.ID, "form": "INTERVIEW", "relationship": "PATIENT", "story": "I waited.", "consents": []string{"RECORD_INTERVIEW"}}
		}},
		{verb: "evidenceAdd", on: "hidden words", missing: wardStaff, with: func(w *world, _ string) vars {
			t, _ := w.themeAfresh()
			return vars{"themeId": t, "experienceId": w.hidden, "says": "WORKING", "why": "So."}
		}},
		{verb: "evidenceRemove", done: wardStaff, with: func(w *world, _ string) vars {
			_, p := w.themeAfresh()
			return vars{"evidenceId": p, "why": "It was wrong."}
		}},
		{verb: "themeMerge", done: wardStaff, with: func(w *world, _ string) vars {
			one, _ := w.themeAfresh()
			two, _ := w.themeAfresh()
			return vars{"themeId": one, "intoId": two, "expectedVersion": 1, "why": "They are one."}
		}},
		{verb: "themeMerge", on: "one elsewhere", told: map[string]string{"NOT_NOW": "above"}, with: func(w *world, _ string) vars {
			return vars{"themeId": w.theme, "intoId": w.elsewhereTheme, "expectedVersion": 2, "why": "They are one."}
		}},
		{verb: "themeSplit", done: wardStaff, with: func(w *world, _ string) vars {
			t, p := w.themeAfresh()
			return named(vars{"themeId": t, "expectedVersion": 1, "evidenceIds": []string{p}})
		}},
	}
}

// themeTouches are the lines of the rows that themes are made of.
func themeTouches() []touch {
	none := ""
	history := func(c *ent.Client, w *world, by typeid.ID) *ent.ThemingCreate {
		return c.Theming.Create().SetCreatedAt(w.clock.Now()).SetThemeID(typeid.ID(w.theme)).SetAuthorID(by).SetAuthorName("Sam").SetKind(theming.KindNamed)
	}
	return []touch{
		{"FrameworkCode", "make", "", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.FrameworkCode.Create().SetCreatedAt(w.clock.Now()).SetCode("LUNCH").SetCategory("Care").SetTitle("Lunch").Exec(ctx)
		}},
		{"FrameworkCode", "change", "", func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.FrameworkCode.Update().SetTitle("Lunch").Exec(ctx)
		}},
		{"FrameworkCode", "drop", "", func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.FrameworkCode.Delete().Exec(ctx)
			return err
		}},
		{"Theme", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newTheme(c, w.ward.ID, w.me(part)).Exec(ctx)
		}},
		{"Theme", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newTheme(c, w.ward.ID, w.person("gone")).Exec(ctx)
		}},
		{"Theme", "change", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Theme.UpdateOneID(typeid.ID(w.theme)).SetTitle("Another").Exec(ctx)
		}},
		{"Theme", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Theme.DeleteOneID(typeid.ID(w.theme)).Exec(ctx)
		}},
		{"Evidence", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newEvidence(c, w.theme, w.second, w.me(part)).Exec(ctx)
		}},
		{"Evidence", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newEvidence(c, w.theme, w.second, w.person("gone")).Exec(ctx)
		}},
		{"Evidence", "change", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Evidence.UpdateOneID(typeid.ID(w.piece)).SetThemeID(typeid.ID(w.part)).Exec(ctx)
		}},
		{"Evidence", "change to a theme elsewhere", "above", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Evidence.UpdateOneID(typeid.ID(w.piece)).SetThemeID(typeid.ID(w.elsewhereTheme)).Exec(ctx)
		}},
		{"Evidence", "drop", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Evidence.DeleteOneID(typeid.ID(w.piece)).Exec(ctx)
		}},
		{"Theming", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return history(c, w, w.me(part)).Exec(ctx)
		}},
		{"Theming", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return history(c, w, w.person("gone")).Exec(ctx)
		}},
		{"Theming", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Theming.UpdateOneID(typeid.ID(w.of(typeid.Theming)[0])).Exec(ctx)
		}},
		{"Theming", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Theming.DeleteOneID(typeid.ID(w.of(typeid.Theming)[0])).Exec(ctx)
		}},
	}
}
