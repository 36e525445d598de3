package graph_test

import (
	"context"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/typeid"
)

// voiceTouches are the lines of the rows in which people agree, and speak beside others.
func voiceTouches() []touch {
	at, none := time.Now(), ""
	return []touch{
		{"Consent", "make for one's own words", "author blind", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newConsent(c, w.published, w.me(part)).Exec(ctx)
		}},
		{"Consent", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newConsent(c, w.published, w.person("gone")).Exec(ctx)
		}},
		{"Consent", "make for one's own voice", "stranger", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newConsent(c, w.published, w.me(part)).SetVoiceID(typeid.ID(w.voice)).Exec(ctx)
		}},
		{"Consent", "make as if somebody else had agreed", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newConsent(c, w.published, w.me(part)).SetGivenThroughID(typeid.ID(w.spokenFor)).Exec(ctx)
		}},
		{"Consent", "make for a voice in another experience", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newConsent(c, w.others, w.me(part)).SetVoiceID(typeid.ID(w.voice)).Exec(ctx)
		}},
		{"Consent", "change: take it back", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Consent.UpdateOneID(w.given("author")).SetTakenBackAt(at).Exec(ctx)
		}},
		{"Consent", "change: take it back at another time", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Consent.UpdateOneID(w.takenBack()).SetTakenBackAt(at).Exec(ctx)
		}},
		{"Consent", "change one that was taken back", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Consent.UpdateOneID(w.takenBack()).ClearTakenBackAt().Exec(ctx)
		}},
		{"Consent", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Consent.DeleteOneID(w.given("author")).Exec(ctx)
		}},
		{"ConsentText", "make", "root", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.ConsentText.Create().SetCreatedAt(at).SetFingerprint("").SetPurpose("PUBLISH").SetLanguage("en").SetVersion(2).SetWords("Yes.").SetAuthorID(w.me(part)).Exec(ctx)
		}},
		{"ConsentText", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ConsentText.UpdateOneID(typeid.ID(w.of(typeid.ConsentText)[0])).Exec(ctx)
		}},
		{"ConsentText", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.ConsentText.DeleteOneID(typeid.ID(w.of(typeid.ConsentText)[0])).Exec(ctx)
		}},
		{"Voice", "make", none, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Voice.Create().SetCreatedAt(at).SetFingerprint("").SetExperienceID(typeid.ID(w.published)).SetServiceID(w.ward.ID).SetAuthorID(w.me(part)).SetRelationship("CARER").SetDisplayName("Sue").
				SetState("PUBLISHED").Exec(ctx)
		}},
		{"Voice", "change", "stranger moderator", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Voice.UpdateOneID(typeid.ID(w.voice)).SetStory("Other words.").Exec(ctx)
		}},
		{"Voice", "change one that waits", "another moderator", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Voice.UpdateOneID(typeid.ID(w.murmur)).SetStory("Other words.").Exec(ctx)
		}},
		{"Voice", "change who decided on it", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Voice.UpdateOneID(typeid.ID(w.voice)).SetModeratorID(w.person("gone")).Exec(ctx)
		}},
		{"Voice", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Voice.DeleteOneID(typeid.ID(w.voice)).Exec(ctx)
		}},
		{"VoiceInvitation", "make", "author blind", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.VoiceInvitation.Create().SetCreatedAt(at).SetCodeHash("x").SetExperienceID(typeid.ID(w.published)).SetInvitedByID(w.me(part)).SetExpiresAt(at).Exec(ctx)
		}},
		{"VoiceInvitation", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.VoiceInvitation.Create().SetCreatedAt(at).SetCodeHash("x").SetExperienceID(typeid.ID(w.published)).SetInvitedByID(w.person("gone")).SetExpiresAt(at).Exec(ctx)
		}},
		{"VoiceInvitation", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.VoiceInvitation.Update().ClearUsedAt().Exec(ctx)
		}},
		{"VoiceInvitation", "drop", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			_, err := c.VoiceInvitation.Delete().Exec(ctx)
			return err
		}},
	}
}
