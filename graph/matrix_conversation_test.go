package graph_test

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/echo"
	"hearback/ent/generated/ent/message"
	"hearback/ent/typeid"
)

// talkers are who reads a talk on the ward, besides who told it.
const talkers = "staff facilitator above narrow moderator lead"

// talks are a question of staff about the author's words and the author's answer, which may tell of danger; and an echo of them.
func (w *world) talks() {
	asked := w.newMessage(w.DB, w.published, message.PartAsker, w.person("staff")).SetAuthorName("Sam").SetAuthorTitle("Ward sister").SetBody("zqasked").SetNewest(false).SaveX(w.system())
	reply := w.newMessage(w.DB, w.published, message.PartTeller, w.person("author")).SetBody("zqreply").SetSignals("SELF_HARM").SaveX(w.system())
	w.question, w.reply = string(asked.ID), string(reply.ID)
	w.see("author "+talkers, "", "moderator", w.question)
	w.see("author "+talkers, "author", "moderator", w.reply)
	w.secrets["zqasked"], w.secrets["zqreply"] = "author "+talkers, "author "+talkers
	w.see("another", "another", "", string(w.newEcho(w.DB, w.published, w.person("another")).SaveX(w.system()).ID))
}

func (w *world) newMessage(c *ent.Client, about string, part message.Part, by typeid.ID) *ent.MessageCreate {
	return c.Message.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetExperienceID(typeid.ID(about)).SetServiceID(w.ward.ID).SetAuthorID(by).SetPart(part).SetBody("How long was it?")
}

func (w *world) newEcho(c *ent.Client, about string, by typeid.ID) *ent.EchoCreate {
	return c.Echo.Create().SetCreatedAt(w.clock.Now()).SetExperienceID(typeid.ID(about)).SetPersonID(by)
}

// hush forgets the talk about the second words of the author, and who echoed them.
func (w *world) hush() {
	w.DB.Message.Delete().Where(message.ExperienceID(typeid.ID(w.second))).ExecX(w.system())
	w.DB.Echo.Delete().Where(echo.ExperienceID(typeid.ID(w.second))).ExecX(w.system())
	w.DB.Experience.UpdateOneID(typeid.ID(w.second)).ClearAsksEndedAt().ExecX(w.system())
}

// asking is that somebody who is gone asked about them.
func (w *world) asking() {
	w.hush()
	id := string(w.newMessage(w.DB, w.second, message.PartAsker, w.person("gone")).SetAuthorName("Former").SaveX(w.system()).ID)
	w.see("author "+talkers, "", "moderator", id)
}

// talkDeeds are the lines of the verbs with which people talk, and say that they have experienced the same.
func talkDeeds() []deed {
	return []deed{
		{verb: "questionAsk", done: wardStaff, with: func(w *world, _ string) vars {
			w.hush()
			return vars{"experienceId": w.second, "body": "How long was it?"}
		}},
		{verb: "questionAnswer", done: "author blind", with: func(w *world, _ string) vars {
			w.asking()
			return vars{"experienceId": w.second, "body": "Very long."}
		}},
		{verb: "questionAnswer", on: "what nobody asked", told: map[string]string{"NOT_NOW": "author blind"}, with: func(w *world, _ string) vars {
			w.hush()
			return vars{"experienceId": w.second, "body": "Very long."}
		}},
		{verb: "questionsEnd", done: "author blind", with: func(w *world, _ string) vars {
			w.asking()
			return vars{"experienceId": w.second}
		}},
		{verb: "experienceEcho", done: without(writers, "author"), told: map[string]string{"NOT_NOW": "author blind"}, with: func(w *world, _ string) vars {
			w.hush()
			return vars{"experienceId": w.second}
		}},
		{verb: "experienceEchoTakeBack", each: true, done: writers + " blind", with: func(w *world, part string) vars {
			w.hush()
			if part != "nobody" {
				w.see(part, part, "", string(w.newEcho(w.DB, w.second, w.person(part)).SaveX(w.system()).ID))
			}
			return vars{"experienceId": w.second}
		}},
	}
}

// talkTouches are the lines of the rows.
func talkTouches() []touch {
	none := ""
	return []touch{
		{"Message", "make a question", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newMessage(c, w.published, message.PartAsker, w.me(part)).Exec(ctx)
		}},
		{"Message", "make an answer", "author blind", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newMessage(c, w.published, message.PartTeller, w.me(part)).Exec(ctx)
		}},
		{"Message", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newMessage(c, w.published, message.PartAsker, w.person("gone")).Exec(ctx)
		}},
		{"Message", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Message.UpdateOneID(typeid.ID(w.reply)).SetBody("Other words.").Exec(ctx)
		}},
		{"Message", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Message.DeleteOneID(typeid.ID(w.reply)).Exec(ctx)
		}},
		{"Echo", "make", writers + " blind", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newEcho(c, w.second, w.me(part)).Exec(ctx)
		}},
		{"Echo", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newEcho(c, w.second, w.person("gone")).Exec(ctx)
		}},
		{"Echo", "change", none, func(ctx context.Context, c *ent.Client, _ *world, _ string) error {
			return c.Echo.Update().Exec(ctx)
		}},
		{"Echo", "drop", "another", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Echo.DeleteOneID(w.DB.Echo.Query().Where(echo.ExperienceID(typeid.ID(w.published))).OnlyIDX(w.system())).Exec(ctx)
		}},
	}
}
