package graph_test

import (
	"context"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/authoritycode"
	entobjection "hearback/ent/generated/ent/objection"
	entstep "hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// family puts those on the stage who speak for somebody: "proxy" for a child without a way in, and "another" beside them, who
// objects to what was told; "stranger" asked "proxy" to tell things for them; "lapsed" spoke for somebody who is sixteen.
func (w *world) family() {
	proxy, another := w.cast["proxy"], w.cast["another"]
	w.spokenFor, _ = proxy.speaksForChild("2014-08", "READ", "SHARE", "REVISE", "WITHDRAW", "GIVE_CONSENT")
	code := proxy.code("authorityShareCode", vars{"authorityId": w.spokenFor, "scope": []string{"SHARE"}}).at("authorityShareCode.code").(string)
	joined := another.accept(code, "uncle").at("authorityAccept.authority.id").(string)
	asked := w.cast["stranger"].code("authorityInvite", vars{"scope": []string{"SHARE"}}).at("authorityInvite.code").(string)
	invited := proxy.accept(asked, "friend").at("authorityAccept.authority.id").(string)
	w.see("proxy", "proxy", "", w.spokenFor)
	w.see("another", "another", "", joined)
	w.see("proxy stranger", "proxy", "", invited)
	w.secrets["zqnameproxyqz"] = "proxy stranger" // who asked them to speak is told their name

	w.told, w.disputed = proxy.tellsFor(w.spokenFor, w.ward, "zqtold"), proxy.tellsFor(w.spokenFor, w.ward, "zqdisputed")
	proxy.takesBack(w.told, "THEME_ANALYSIS")
	w.cast["moderator"].publish(w.disputed)
	if a := another.objects(w.disputed, "zqobjection"); a.code() != "" {
		w.t.Fatal(a.Body)
	}
	w.see("proxy moderator lead", "proxy", "moderator", w.told, w.disputed)
	w.see("another moderator", "another", "moderator", list(w.DB.Objection.Query().IDsX(w.system()))...)
	w.lapse()
	w.secrets["zqtold"], w.secrets["zqdisputed"], w.secrets["zqobjection"], w.secrets["zqlapsed"] = "proxy moderator lead", "proxy moderator lead", "another moderator", "moderator lead"
	for _, s := range w.DB.Step.Query().Where(entstep.ExperienceIDIn(typeid.ID(w.told), typeid.ID(w.disputed))).AllX(w.system()) {
		w.see("proxy", "", "", string(s.ID))
	}
}

// lapse is what time has done: the authority of a parent whose child is sixteen this month, and what they told before.
func (w *world) lapse() {
	at := w.clock.Now()
	child := w.DB.Person.Create().SetCreatedAt(at).SaveX(w.system())
	a := w.newAuthority(w.DB, w.person("lapsed"), child.ID).SetBorn(rule.MonthOf(at) - rule.ComesOfAge*12).SaveX(w.system())
	e := w.newExperience(w.DB, child.ID).SetStory("zqlapsed").SetAuthorityID(a.ID).SetToldByID(a.ProxyID).SaveX(w.system())
	w.see("lapsed", "lapsed", "", string(a.ID))
	ended := w.newAuthority(w.DB, w.person("lapsed"), w.person("stranger")).SetEndsAt(at).SetEndedAt(at).SetEndedBy(authority.EndedByProxy).SaveX(w.system())
	w.see("lapsed stranger", "lapsed", "", string(ended.ID))
	guarded := w.DB.Authority.GetX(w.system(), typeid.ID(w.spokenFor)).SubjectID
	w.see("", "", "", string(child.ID), string(guarded)) // children without a way in
	w.see("moderator lead", "", "moderator", string(e.ID))
	w.lapsed = string(e.ID)
}

func (w *world) newAuthority(c *ent.Client, proxy, subject typeid.ID) *ent.AuthorityCreate {
	return c.Authority.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetProxyID(proxy).SetSubjectID(subject).
		SetBasis(authority.BasisParentalResponsibility).SetScope("READ SHARE").SetReviewedIn(rule.MonthOf(w.clock.Now()))
}

// familyDeeds are the lines of the verbs about speaking for somebody.
func familyDeeds() []deed {
	own := func(more vars) func(w *world, _ string) vars {
		return func(w *world, _ string) vars {
			id, _ := w.cast["proxy"].speaksForChild("2014-08")
			w.see("proxy", "proxy", "", id)
			in := vars{"authorityId": id}
			for name, v := range more {
				in[name] = v
			}
			return in
		}
	}
	others := without(writers+" blind", "proxy")
	return []deed{
		{verb: "authorityInvite", done: writers + " blind", with: func(*world, string) vars { return vars{"scope": []string{"READ"}} }},
		{verb: "authorityAccept", done: writers + " blind", with: func(w *world, _ string) vars {
			code := w.start("Ann").code("authorityInvite", vars{"scope": []string{"READ"}}).at("authorityInvite.code")
			return vars{"code": code, "relationship": "friend", "proxyName": "Fred"}
		}},
		{verb: "authorityDeclare", done: writers + " blind", with: func(*world, string) vars {
			return vars{"basis": "BEREAVED", "scope": []string{"READ"}, "relationship": "friend"}
		}},
		{verb: "authorityTakeOver", done: "nobody", told: map[string]string{"NOT_NOW": signedIn}, with: func(w *world, _ string) vars {
			_, code := w.cast["proxy"].speaksForChild("2014-08")
			return vars{"code": code}
		}},
		{verb: "authorityReview", done: "proxy", missing: others, with: own(vars{"reviewAt": "2026-12-24T00:00:00Z"})},
		{verb: "authorityEnd", done: "proxy", missing: others, with: own(nil)},
		{verb: "authorityShareCode", done: "proxy", missing: others, with: own(vars{"scope": []string{"SHARE"}})},
		{verb: "authorityCodeRenew", done: "proxy", missing: others, with: own(nil)},
		{verb: "authorityObject", on: "what another relative told", done: "another", with: func(w *world, _ string) vars {
			id := w.cast["proxy"].tellsFor(w.spokenFor, w.ward, "It was loud.")
			w.cast["moderator"].publish(id)
			return vars{"experienceId": id, "words": "It was quiet."}
		}},
		{verb: "experienceShare", on: "somebody's behalf", done: "proxy", missing: others, with: func(w *world, _ string) vars {
			return vars{"serviceId": w.ward.ID, "relationship": "PARENT_GUARDIAN", "story": "It was loud.", "authorityId": w.spokenFor}
		}},
	}
}

// familyTouches: the rows are made and changed by the verbs alone.
func familyTouches() []touch {
	at, none := time.Now(), ""
	return []touch{
		{"Authority", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newAuthority(c, w.me(part), w.person("gone")).Exec(ctx)
		}},
		{"Authority", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Authority.UpdateOneID(typeid.ID(w.spokenFor)).ClearEndedAt().SetReviewAt(at).Exec(ctx)
		}},
		{"Authority", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Authority.DeleteOneID(typeid.ID(w.spokenFor)).Exec(ctx)
		}},
		{"AuthorityCode", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.AuthorityCode.Create().SetCreatedAt(at).SetCodeHash("x").SetKind(authoritycode.KindTakeOver).SetSubjectID(w.me(part)).SetBasis(authoritycode.BasisBestInterests).SetScope("READ").Exec(ctx)
		}},
		{"AuthorityCode", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.AuthorityCode.Update().ClearUsedAt().Exec(ctx)
		}},
		{"AuthorityCode", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.AuthorityCode.Delete().Exec(ctx)
			return err
		}},
		{"Objection", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Objection.Create().SetCreatedAt(at).SetFingerprint("").SetExperienceID(typeid.ID(w.published)).SetAuthorID(w.me(part)).SetAuthorityID(typeid.ID(w.spokenFor)).SetWords("No.").Exec(ctx)
		}},
		{"Objection", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Objection.Update().Where(entobjection.WordsNEQ("")).Exec(ctx)
		}},
		{"Objection", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.Objection.Delete().Exec(ctx)
			return err
		}},
		{"Experience", "make for somebody", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			child := w.DB.Authority.GetX(w.system(), typeid.ID(w.spokenFor)).SubjectID
			return w.newExperience(c, child).SetAuthorityID(typeid.ID(w.spokenFor)).Exec(ctx)
		}},
		{"Experience", "change what was told for somebody", "moderator", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Experience.UpdateOneID(typeid.ID(w.told)).SetStory("Other words.").Exec(ctx)
		}},
	}
}
