package graph_test

import (
	"context"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// channels are a device of the author's, who pauses and has read what they were told first.
func (w *world) channels() {
	author := w.cast["author"]
	w.devices()
	w.device = author.openDevice("author", "QUESTIONS")
	author.wishes(vars{"language": "en", "timeZone": "Europe/London", "quietFrom": "22:00", "quietUntil": "07:00", "paused": true, "pausedUntil": w.clock.Now().Add(10_000 * time.Hour), "digestAt": "08:00"})
	w.DB.Step.Update().Where(step.PersonID(w.person("author"))).SetReadAt(w.clock.Now()).ExecX(w.system())
	w.see("author", "author", "", w.device)
}

// anotherDevice is one more of the author's.
func (w *world) anotherDevice() typeid.ID {
	return w.newChannel(w.DB, w.person("author")).SaveX(w.system()).ID
}

func (w *world) newChannel(c *ent.Client, of typeid.ID) *ent.ChannelCreate {
	return c.Channel.Create().SetCreatedAt(w.clock.Now()).SetPersonID(of).SetKind("PUSH").SetWants("ANSWERS")
}

// toldDeeds are the lines of the verbs about being told.
func toldDeeds() []deed {
	own, others := writers+" blind", without(writers, "author")
	return []deed{
		{verb: "stepsMark", on: "what the author was told", done: "author blind", missing: others, with: func(w *world, _ string) vars {
			first := w.DB.Step.Query().Where(step.PersonID(w.person("author")), step.Number(1)).OnlyX(w.system())
			return vars{"stepIds": []typeid.ID{first.ID}, "read": first.ReadAt == nil}
		}},
		{verb: "channelOpen", done: own, each: true, with: func(_ *world, part string) vars {
			return vars{"kind": "PUSH", "wants": []string{"ANSWERS"}, "push": device("new" + part)}
		}},
		{verb: "channelOpen", on: "e-mail, which needs an address", done: "author blind", told: map[string]string{"NOT_NOW": others}, each: true, with: func(_ *world, part string) vars {
			return vars{"kind": "EMAIL", "wants": []string{map[bool]string{true: "CHANGES", false: "ANSWERS"}[part == "blind"]}}
		}},
		{verb: "channelClose", on: "a device of the author", done: "author blind", missing: others, with: func(w *world, _ string) vars {
			return vars{"channelId": w.anotherDevice()}
		}},
		{verb: "tellingSet", done: own, each: true, with: func(_ *world, part string) vars {
			return vars{"language": map[bool]string{true: "fr", false: "de"}[part == "blind"]}
		}},
	}
}

// toldTouches are the lines of the rows about being told.
func toldTouches() []touch {
	at, own := time.Now(), writers+" blind"
	return []touch{
		{"Channel", "make for oneself", own, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newChannel(c, w.me(part)).Exec(ctx)
		}},
		{"Channel", "make for another", "", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newChannel(c, w.person("gone")).Exec(ctx)
		}},
		{"Channel", "change what it is for", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Channel.UpdateOneID(typeid.ID(w.device)).SetWants("ANSWERS").Exec(ctx)
		}},
		{"Channel", "change what went out by it", "", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Channel.UpdateOneID(typeid.ID(w.device)).SetWants("ANSWERS").SetTold(5).Exec(ctx)
		}},
		{"Channel", "drop", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Channel.DeleteOneID(typeid.ID(w.device)).Exec(ctx)
		}},
		{"Step", "change: mark it as not read", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			first := w.DB.Step.Query().Where(step.PersonID(w.person("author")), step.Number(1)).OnlyIDX(w.system())
			return c.Step.UpdateOneID(first).ClearReadAt().Exec(ctx)
		}},
		{"Person", "change how one is told", own, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Person.UpdateOneID(w.me(part)).SetPaused(true).SetPausedUntil(at).ClearDigestNext().Exec(ctx)
		}},
		{"Person", "change how the author is told", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Person.UpdateOneID(w.person("author")).SetPaused(true).Exec(ctx)
		}},
		{"Person", "change how one is told with the address", "", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return c.Person.UpdateOneID(w.me(part)).SetPaused(true).SetEmail("x@example.org").Exec(ctx)
		}},
	}
}
