package graph_test

import (
	"context"
	"slices"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/invitation"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/reviewrequest"
	"hearback/ent/generated/ent/service"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// touch is one way to make, change or drop a row, and who may.
type touch struct {
	noun, what, may string
	do              func(ctx context.Context, c *ent.Client, w *world, part string) error
}

// me is the id of somebody; of nobody, that of a person who is not there.
func (w *world) me(part string) typeid.ID {
	if part == "nobody" {
		return typeid.New(typeid.Person)
	}
	return w.person(part)
}

// touches are the lines of the rows: who may make, change and drop them, without any verb.
func touches() []touch {
	at, admin, none := time.Now(), "administrator root", ""
	return slices.Concat(safeguardingTouches(), familyTouches(), verdictTouches(), themeTouches(), priorityTouches(), actionTouches(), talkTouches(), measureTouches(), listeningTouches(), voiceTouches(), toldTouches(), []touch{
		{"Person", "make", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Person.Create().SetCreatedAt(at).Exec(ctx)
		}},
		{"Person", "change one's own name", writers + " blind", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Person.UpdateOneID(w.me(part)).SetName("Somebody").Exec(ctx)
		}},
		{"Person", "change the author's name", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Person.UpdateOneID(w.person("author")).SetName("Somebody").Exec(ctx)
		}},
		{"Person", "change one's own address", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Person.UpdateOneID(w.me(part)).SetEmail("x@example.org").Exec(ctx)
		}},
		{"Person", "change one's own address with the name", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Person.UpdateOneID(w.me(part)).SetName("Somebody").ClearEmail().Exec(ctx)
		}},
		{"Person", "change the number of one's steps with the name", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Person.UpdateOneID(w.me(part)).SetName("Somebody").AddSteps(5).Exec(ctx)
		}},
		{"Person", "drop", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Person.DeleteOneID(w.me(part)).Exec(ctx)
		}},

		{"Service", "make in the ward", admin, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Service.Create().SetCreatedAt(at).SetName("Bay").SetSortName("bay").SetKind(service.KindWard).SetPath(w.ward.Path + "bay/").SetParentID(w.ward.ID).Exec(ctx)
		}},
		{"Service", "make a root", "root", func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Service.Create().SetCreatedAt(at).SetName("Bay").SetSortName("bay").SetKind(service.KindWard).SetPath("bay/").Exec(ctx)
		}},
		{"Service", "make in the ward with the path of another place", "root", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Service.Create().SetCreatedAt(at).SetName("Bay").SetSortName("bay").SetKind(service.KindWard).SetPath(w.trust.Path + "bay/").SetParentID(w.ward.ID).Exec(ctx)
		}},
		{"Service", "change its name", admin, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Service.UpdateOneID(w.ward.ID).SetName("Ward seven").Exec(ctx)
		}},
		{"Service", "change what it belongs to", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Service.UpdateOneID(w.ward.ID).SetParentID(w.next.ID).Exec(ctx)
		}},
		{"Service", "change it into a root", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Service.UpdateOneID(w.ward.ID).ClearParent().Exec(ctx)
		}},
		{"Service", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Service.DeleteOneID(w.shut.ID).Exec(ctx)
		}},

		{"Membership", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Membership.Create().SetCreatedAt(at).SetPersonID(w.me(part)).SetServiceID(w.ward.ID).SetRole(membership.RoleModerator).Exec(ctx)
		}},
		{"Membership", "change: end it", admin, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("staff")).SetEndedAt(at).Exec(ctx)
		}},
		{"Membership", "change: plan its end", admin, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("staff")).SetEndsAt(at).Exec(ctx)
		}},
		{"Membership", "change: have it never end", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("staff")).ClearEndsAt().Exec(ctx)
		}},
		{"Membership", "change: have it begin earlier", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("staff")).SetStartsAt(at).Exec(ctx)
		}},
		{"Membership", "change: give it back", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("former")).ClearEndedAt().Exec(ctx)
		}},
		{"Membership", "change: trust it", "administrator moderator root", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("staff")).SetTrusted(false).Exec(ctx)
		}},
		{"Membership", "change: trust oneself", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Membership.UpdateOneID(w.held(part)).SetTrusted(true).Exec(ctx)
		}},
		{"Membership", "change: trust a moderator", admin, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("moderator")).SetTrusted(true).Exec(ctx)
		}},
		{"Membership", "change: trust it and end it", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("staff")).SetTrusted(false).SetEndedAt(at).Exec(ctx)
		}},
		{"Membership", "change its title", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.UpdateOneID(w.held("staff")).SetTitle("Boss").Exec(ctx)
		}},
		{"Membership", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Membership.DeleteOneID(w.held("staff")).Exec(ctx)
		}},

		{"ServiceToken", "make for the ward", admin, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newToken(c, w.me(part)).SetServiceID(w.ward.ID).Exec(ctx)
		}},
		{"ServiceToken", "make for the trust above", "root", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newToken(c, w.me(part)).SetServiceID(w.trust.ID).Exec(ctx)
		}},
		{"ServiceToken", "make for the whole installation", "root", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newToken(c, w.me(part)).Exec(ctx)
		}},
		{"ServiceToken", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newToken(c, w.person("gone")).SetServiceID(w.ward.ID).Exec(ctx)
		}},
		{"ServiceToken", "change: rotate it", admin, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ServiceToken.UpdateOneID(typeid.ID(w.token)).SetRotatedAt(at).Exec(ctx)
		}},
		{"ServiceToken", "change: revoke it", admin, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.ServiceToken.UpdateOneID(typeid.ID(w.token)).SetRevokedAt(at).SetRevokedByID(w.me(part)).Exec(ctx)
		}},
		{"ServiceToken", "change: revoke it in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ServiceToken.UpdateOneID(typeid.ID(w.token)).SetRevokedAt(at).SetRevokedByID(w.person("gone")).Exec(ctx)
		}},
		{"ServiceToken", "change it back", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ServiceToken.UpdateOneID(typeid.ID(w.revoked)).ClearRevokedAt().Exec(ctx)
		}},
		{"ServiceToken", "change: say when it was used", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ServiceToken.UpdateOneID(typeid.ID(w.token)).SetLastUsedAt(at).Exec(ctx)
		}},
		{"ServiceToken", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ServiceToken.DeleteOneID(typeid.ID(w.token)).Exec(ctx)
		}},

		{"Experience", "make as oneself", writers + " blind", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newExperience(c, w.me(part)).Exec(ctx)
		}},
		{"Experience", "make as somebody else", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newExperience(c, w.person("gone")).Exec(ctx)
		}},
		{"Experience", "change hidden words", "author blind moderator", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Experience.UpdateOneID(typeid.ID(w.hidden)).SetStory("Other words.").Exec(ctx)
		}},
		{"Experience", "change published words", "author blind moderator", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Experience.UpdateOneID(typeid.ID(w.published)).SetStory("Other words.").Exec(ctx)
		}},
		{"Experience", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Experience.DeleteOneID(typeid.ID(w.returned)).Exec(ctx)
		}},

		{"Decision", "make", "moderator", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Decision.Create().SetCreatedAt(at).SetExperienceID(typeid.ID(w.hidden)).SetModeratorID(w.me(part)).SetKind(decision.KindPublish).Exec(ctx)
		}},
		{"Decision", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Decision.Create().SetCreatedAt(at).SetExperienceID(typeid.ID(w.hidden)).SetModeratorID(w.person("gone")).SetKind(decision.KindPublish).Exec(ctx)
		}},
		{"Decision", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Decision.UpdateOneID(typeid.ID(w.of(typeid.Decision)[0])).Exec(ctx)
		}},
		{"Decision", "change the answer to its edits", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Decision.UpdateOneID(w.refusedEdits()).SetAnswer(decision.AnswerAccepted).SetAnsweredAt(at).Exec(ctx)
		}},
		{"Decision", "change the words of its edits", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Decision.UpdateOneID(w.refusedEdits()).SetAnswer(decision.AnswerAccepted).ClearEdits().Exec(ctx)
		}},
		{"Decision", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Decision.DeleteOneID(typeid.ID(w.of(typeid.Decision)[0])).Exec(ctx)
		}},

		{"Appeal", "make", "author", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newAppeal(c, w.me(part)).Exec(ctx)
		}},
		{"Appeal", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newAppeal(c, w.person("gone")).Exec(ctx)
		}},
		{"Appeal", "make with its answer", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newAppeal(c, w.me(part)).SetOutcomeID(w.refusedEdits()).Exec(ctx)
		}},
		{"Appeal", "change its answer", "moderator", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Appeal.UpdateOneID(typeid.ID(w.of(typeid.Appeal)[0])).SetOutcomeID(w.refusedEdits()).Exec(ctx)
		}},
		{"Appeal", "change its words", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Appeal.UpdateOneID(typeid.ID(w.of(typeid.Appeal)[0])).SetWords("Other words.").Exec(ctx)
		}},
		{"Appeal", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Appeal.DeleteOneID(typeid.ID(w.of(typeid.Appeal)[0])).Exec(ctx)
		}},
		{"PolicyClause", "make", "root", func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.PolicyClause.Create().SetCreatedAt(at).SetCode("9.9").SetTitle("No rhymes").SetBody("No rhymes.").Exec(ctx)
		}},
		{"PolicyClause", "change when it ends", "root", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.PolicyClause.UpdateOneID(w.clause("1.1")).SetUntil(at).Exec(ctx)
		}},
		{"PolicyClause", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.PolicyClause.DeleteOneID(w.clause("1.1")).Exec(ctx)
		}},

		{"Response", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newResponse(c, w.published, w.me(part)).Exec(ctx)
		}},
		{"Response", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newResponse(c, w.published, w.person("gone")).Exec(ctx)
		}},
		{"Response", "make to hidden words", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newResponse(c, w.hidden, w.me(part)).Exec(ctx)
		}},
		{"Response", "change an answer of the staff", "staff moderator", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Response.UpdateOneID(typeid.ID(w.answer)).SetBody("Other words.").Exec(ctx)
		}},
		{"Response", "change an answer that waits", "facilitator moderator", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Response.UpdateOneID(typeid.ID(w.waiting)).SetBody("Other words.").Exec(ctx)
		}},
		{"Response", "change it as decided by somebody else", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Response.UpdateOneID(typeid.ID(w.answer)).SetDecidedByID(w.person("gone")).Exec(ctx)
		}},
		{"Response", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Response.DeleteOneID(typeid.ID(w.answer)).Exec(ctx)
		}},

		{"ReviewRequest", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newReview(c, w.lies, w.me(part)).Exec(ctx)
		}},
		{"ReviewRequest", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newReview(c, w.lies, w.person("gone")).Exec(ctx)
		}},
		{"ReviewRequest", "make for words that do not lie there", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newReview(c, w.published, w.me(part)).Exec(ctx)
		}},
		{"ReviewRequest", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ReviewRequest.UpdateOneID(typeid.ID(w.asked)).ClearAnsweredAt().Exec(ctx)
		}},
		{"ReviewRequest", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ReviewRequest.DeleteOneID(typeid.ID(w.asked)).Exec(ctx)
		}},

		{"Change", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newChange(c, w.me(part)).Exec(ctx)
		}},
		{"Change", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newChange(c, w.person("gone")).Exec(ctx)
		}},
		{"Change", "change", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Change.UpdateOneID(typeid.ID(w.change)).SetTitle("Another").Exec(ctx)
		}},
		{"Change", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Change.DeleteOneID(typeid.ID(w.change)).Exec(ctx)
		}},

		{"CoProducer", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.CoProducer.Create().SetCreatedAt(at).SetChangeID(typeid.ID(w.change)).SetSide(coproducer.SideStaff).SetName("Sue").Exec(ctx)
		}},
		{"CoProducer", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.CoProducer.UpdateOneID(typeid.ID(w.of(typeid.CoProducer)[0])).Exec(ctx)
		}},
		{"CoProducer", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.CoProducer.DeleteOneID(typeid.ID(w.of(typeid.CoProducer)[0])).Exec(ctx)
		}},

		{"Progress", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Progress.Create().SetCreatedAt(at).SetFingerprint("").SetChangeID(typeid.ID(w.change)).SetAuthorID(w.me(part)).SetAuthorName("Sam").SetBody("News").Exec(ctx)
		}},
		{"Progress", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Progress.Create().SetCreatedAt(at).SetFingerprint("").SetChangeID(typeid.ID(w.change)).SetAuthorID(w.person("gone")).SetAuthorName("Sam").SetBody("News").Exec(ctx)
		}},
		{"Progress", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Progress.UpdateOneID(typeid.ID(w.of(typeid.Progress)[0])).Exec(ctx)
		}},
		{"Progress", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Progress.DeleteOneID(typeid.ID(w.of(typeid.Progress)[0])).Exec(ctx)
		}},

		{"Origin", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newOrigin(c, w.me(part)).Exec(ctx)
		}},
		{"Origin", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newOrigin(c, w.person("gone")).Exec(ctx)
		}},
		{"Origin", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Origin.UpdateOneID(typeid.ID(w.link)).Exec(ctx)
		}},
		{"Origin", "drop", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Origin.DeleteOneID(typeid.ID(w.link)).Exec(ctx)
		}},

		{"Step", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Step.Create().SetCreatedAt(at).SetPersonID(w.me(part)).SetNumber(99).SetExperienceID(typeid.ID(w.published)).SetKind(step.KindHeard).SetAbout("x").Exec(ctx)
		}},
		{"Step", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Step.UpdateOneID(typeid.ID(w.of(typeid.Step)[0])).Exec(ctx)
		}},
		{"Step", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Step.DeleteOneID(typeid.ID(w.of(typeid.Step)[0])).Exec(ctx)
		}},

		{"Spent", "make", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Spent.Create().SetID(typeid.New(typeid.Origin)).SetCreatedAt(at).Exec(ctx)
		}},
		{"Spent", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Spent.Update().Exec(ctx)
		}},
		{"Spent", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.Spent.Delete().Exec(ctx)
			return err
		}},

		{"Session", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Session.Create().SetCreatedAt(at).SetPersonID(w.me(part)).SetScopes("experience:read").Exec(ctx)
		}},
		{"Session", "change", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Session.UpdateOneID(typeid.ID(w.cast["author"].session)).SetEndedAt(at).Exec(ctx)
		}},
		{"Session", "drop", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Session.DeleteOneID(typeid.ID(w.cast["author"].session)).Exec(ctx)
		}},
		{"Refresh", "make", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Refresh.Create().SetCreatedAt(at).SetSessionID(typeid.ID(w.cast["author"].session)).SetHash("x").SetExpiresAt(at).Exec(ctx)
		}},
		{"Refresh", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Refresh.Update().SetUsedAt(at).Exec(ctx)
		}},
		{"Refresh", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.Refresh.Delete().Exec(ctx)
			return err
		}},
		{"SignIn", "make", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.SignIn.Create().SetCreatedAt(at).SetEmail("x@example.org").SetCodeHash("x").SetExpiresAt(at).Exec(ctx)
		}},
		{"SignIn", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.SignIn.Update().SetTries(0).Exec(ctx)
		}},
		{"SignIn", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.SignIn.Delete().Exec(ctx)
			return err
		}},
		{"Identity", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Identity.Create().SetCreatedAt(at).SetPersonID(w.me(part)).SetIssuer("https://evil.example").SetSubjectHash("x").Exec(ctx)
		}},
		{"Identity", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Identity.Update().Exec(ctx)
		}},
		{"Identity", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.Identity.Delete().Exec(ctx)
			return err
		}},
		{"SignOn", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.SignOn.Create().SetCreatedAt(at).SetSecretHash("x").SetRedirect("x").SetPersonID(w.me(part)).SetExpiresAt(at).Exec(ctx)
		}},
		{"SignOn", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.SignOn.Update().ClearUsedAt().Exec(ctx)
		}},
		{"SignOn", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.SignOn.Delete().Exec(ctx)
			return err
		}},
		{"Passkey", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newPasskey(c, part, "Phone").Exec(ctx)
		}},
		{"Passkey", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Passkey.Update().ClearStoppedAt().Exec(ctx)
		}},
		{"Passkey", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.Passkey.Delete().Exec(ctx)
			return err
		}},
		{"PasskeyChallenge", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.PasskeyChallenge.Create().SetCreatedAt(at).SetChallengeHash("y").SetPersonID(w.me(part)).SetExpiresAt(at).Exec(ctx)
		}},
		{"PasskeyChallenge", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.PasskeyChallenge.Update().ClearUsedAt().Exec(ctx)
		}},
		{"PasskeyChallenge", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.PasskeyChallenge.Delete().Exec(ctx)
			return err
		}},
		{"Invitation", "make to the ward", admin, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Invitation.Create().SetCreatedAt(at).SetCodeHash("x").SetRole(invitation.RoleStaff).SetServiceID(w.ward.ID).SetInvitedByID(w.me(part)).SetExpiresAt(at).Exec(ctx)
		}},
		{"Invitation", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Invitation.Create().SetCreatedAt(at).SetCodeHash("x").SetRole(invitation.RoleStaff).SetServiceID(w.ward.ID).SetInvitedByID(w.person("gone")).SetExpiresAt(at).Exec(ctx)
		}},
		{"Invitation", "make to everything", "root", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Invitation.Create().SetCreatedAt(at).SetCodeHash("x").SetRole(invitation.RoleStaff).SetInvitedByID(w.me(part)).SetExpiresAt(at).Exec(ctx)
		}},
		{"Invitation", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Invitation.Update().ClearUsedAt().Exec(ctx)
		}},
		{"Invitation", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.Invitation.Delete().Exec(ctx)
			return err
		}},

		{"Job", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Job.Create().SetCreatedAt(at).SetKind("ERASE").SetAbout(w.me(part)).SetRunAt(at).Exec(ctx)
		}},
		{"Job", "change so that it is tried again", "root", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Job.UpdateOneID(typeid.ID(w.of(typeid.Job)[0])).ClearDeadAt().Exec(ctx)
		}},
		{"Job", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Job.DeleteOneID(typeid.ID(w.of(typeid.Job)[0])).Exec(ctx)
		}},
		{"Export", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Export.Create().SetCreatedAt(at).SetPersonID(w.me(part)).SetState("WAITING").Exec(ctx)
		}},
		{"Export", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Export.UpdateOneID(typeid.ID(w.of(typeid.Export)[0])).SetState("READY").Exec(ctx)
		}},
		{"Export", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Export.DeleteOneID(typeid.ID(w.of(typeid.Export)[0])).Exec(ctx)
		}},
		{"ExportPart", "make", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ExportPart.Create().SetCreatedAt(at).SetExportID(typeid.ID(w.of(typeid.Export)[0])).SetNumber(0).SetBody([]byte("x")).Exec(ctx)
		}},
		{"ExportPart", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ExportPart.UpdateOneID(typeid.New(typeid.ExportPart)).Exec(ctx)
		}},
		{"ExportPart", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ExportPart.DeleteOneID(typeid.New(typeid.ExportPart)).Exec(ctx)
		}},

		{"AuditEntry", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.AuditEntry.Create().SetCreatedAt(at).SetNumber(1).SetAct(auditentry.ActRead).SetActorID(w.me(part)).SetRole(auditentry.RoleModerator).
				SetHour("2026-05-14T09").SetPrevious("").SetHash("").Exec(ctx)
		}},
		{"AuditEntry", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.AuditEntry.UpdateOneID(w.entry()).Exec(ctx)
		}},
		{"AuditEntry", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.AuditEntry.DeleteOneID(w.entry()).Exec(ctx)
		}},
	})
}

// entry is the first entry of the audit log.
func (w *world) entry() typeid.ID { return w.DB.AuditEntry.Query().FirstIDX(w.system()) }

// held is the membership of somebody.
func (w *world) held(part string) typeid.ID {
	for _, id := range w.of(typeid.Membership) {
		if w.things[id].owner == part {
			return typeid.ID(id)
		}
	}
	return ""
}

// newToken is one whose machine is somebody whom no other token has.
func (w *world) newToken(c *ent.Client, by typeid.ID) *ent.ServiceTokenCreate {
	return c.ServiceToken.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetName("Dashboard").SetScopes("experience:read").SetPersonID(w.person("gone")).
		SetMadeByID(by).SetExpiresAt(w.clock.Now().Add(time.Hour))
}

func (w *world) newConsent(c *ent.Client, to string, by typeid.ID) *ent.ConsentCreate {
	return c.Consent.Create().SetCreatedAt(w.clock.Now()).SetExperienceID(typeid.ID(to)).SetPersonID(by).SetPurpose(consent.PurposeResearchExport).
		SetTextID(typeid.ID(w.of(typeid.ConsentText)[0]))
}

// given is a consent of somebody to having the first words on the stage published; takenBack one that they took back.
func (w *world) given(part string) typeid.ID {
	return w.DB.Consent.Query().Where(consent.PersonID(w.person(part)), consent.ExperienceID(typeid.ID(w.published)), consent.PurposeEQ(consent.PurposePublish)).OnlyIDX(w.system())
}

func (w *world) takenBack() typeid.ID {
	return w.DB.Consent.Query().Where(consent.TakenBackAtNotNil()).FirstIDX(w.system())
}

func (w *world) newExperience(c *ent.Client, author typeid.ID) *ent.ExperienceCreate {
	return c.Experience.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetAuthorID(author).SetServiceID(w.ward.ID).SetRelationship(experience.RelationshipPatient).
		SetDisplayName("Anonymous").SetIntention(experience.IntentionTell).SetStory("It was loud.").SetState(experience.StateInModeration)
}

// refusedEdits is the decision whose edits the author refused.
func (w *world) refusedEdits() typeid.ID {
	return w.DB.Decision.Query().Where(decision.AnswerEQ(decision.AnswerRefused)).OnlyIDX(w.system())
}

// newAppeal is about the answer to an appeal, which nobody has appealed.
func (w *world) newAppeal(c *ent.Client, by typeid.ID) *ent.AppealCreate {
	no := w.DB.Decision.Query().Where(decision.KindEQ(decision.KindReject), decision.ExperienceID(typeid.ID(w.argued))).OnlyIDX(w.system())
	return c.Appeal.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetExperienceID(typeid.ID(w.argued)).SetDecisionID(no).SetAuthorID(by).SetWords("Why?")
}

func (w *world) newResponse(c *ent.Client, to string, by typeid.ID) *ent.ResponseCreate {
	at := w.DB.Experience.GetX(w.system(), typeid.ID(to)).ServiceID
	return c.Response.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetExperienceID(typeid.ID(to)).SetServiceID(at).SetAuthorID(by).SetAuthorName("Sam").SetBody("Thank you.")
}

func (w *world) newReview(c *ent.Client, of string, by typeid.ID) *ent.ReviewRequestCreate {
	return c.ReviewRequest.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetExperienceID(typeid.ID(of)).SetAskedByID(by).SetRole(reviewrequest.RoleStaff).
		SetServiceID(w.ward.ID).SetReason("It names a nurse.")
}

func (w *world) newChange(c *ent.Client, by typeid.ID) *ent.ChangeCreate {
	return c.Change.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetServiceID(w.ward.ID).SetProposedByID(by).SetTitle("A clock").SetDifference("Time.").
		SetState(change.StatePlanned).SetMovedAt(w.clock.Now())
}

func (w *world) newOrigin(c *ent.Client, by typeid.ID) *ent.OriginCreate {
	return c.Origin.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetChangeID(typeid.ID(w.never)).SetExperienceID(typeid.ID(w.published)).
		SetLinkedByID(by).SetLinkedByName("Sam").SetWhy("You said so.")
}

// handhold is a row that somebody may change or make, from which edges lead to others.
type handhold struct {
	may     string
	builder func(c *ent.Client, w *world, part string) any
}

func handholds() []handhold {
	return []handhold{
		{writers + " blind", func(c *ent.Client, w *world, part string) any { return w.newChannel(c, w.me(part)) }},
		{writers + " blind", func(c *ent.Client, w *world, part string) any {
			return c.Person.UpdateOneID(w.me(part)).SetName("Somebody")
		}},
		{writers + " blind", func(c *ent.Client, w *world, part string) any { return w.newExperience(c, w.me(part)) }},
		{"author moderator", func(c *ent.Client, w *world, _ string) any {
			return c.Experience.UpdateOneID(typeid.ID(w.hidden)).SetStory("Other words.")
		}},
		{"stranger moderator", func(c *ent.Client, w *world, _ string) any {
			return c.Voice.UpdateOneID(typeid.ID(w.voice)).SetStory("Other words.")
		}},
		{"lead", func(c *ent.Client, w *world, _ string) any {
			return c.Concern.UpdateOneID(typeid.ID(w.concern)).SetOutcome("Another")
		}},
		{"moderator", func(c *ent.Client, w *world, part string) any { return w.newConcern(c, w.hidden, w.me(part)) }},
		{wardStaff, func(c *ent.Client, w *world, part string) any { return w.newChange(c, w.me(part)) }},
		{wardStaff, func(c *ent.Client, w *world, part string) any { return w.newReview(c, w.lies, w.me(part)) }},
		{"staff moderator", func(c *ent.Client, w *world, _ string) any {
			return c.Response.UpdateOneID(typeid.ID(w.answer)).SetBody("Other words.")
		}},
		{"administrator moderator root", func(c *ent.Client, w *world, _ string) any {
			return c.Membership.UpdateOneID(w.held("staff")).SetTrusted(false)
		}},
		{wardStaff, func(c *ent.Client, w *world, _ string) any {
			return c.Change.UpdateOneID(typeid.ID(w.change)).SetTitle("Another")
		}},
		{"administrator root", func(c *ent.Client, w *world, _ string) any {
			return c.ServiceToken.UpdateOneID(typeid.ID(w.token)).SetRotatedAt(w.clock.Now())
		}},
		{"administrator root", func(c *ent.Client, w *world, part string) any {
			return w.newToken(c, w.me(part)).SetServiceID(w.ward.ID)
		}},
		{"administrator root", func(c *ent.Client, w *world, _ string) any {
			return c.Service.UpdateOneID(w.ward.ID).SetName("Ward seven")
		}},
		{"administrator root", func(c *ent.Client, w *world, _ string) any {
			return c.Service.Create().SetCreatedAt(w.clock.Now()).SetName("Bay").SetSortName("bay").SetKind(service.KindWard).SetPath(w.ward.Path + "bay/").SetParentID(w.ward.ID)
		}},
	}
}
