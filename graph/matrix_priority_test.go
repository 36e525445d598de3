package graph_test

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/attendee"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// priorities are two rounds of the ward: one in which both sides chose, and an open one in which the author voted.
func (w *world) priorities() {
	at, staff := w.clock.Now(), w.person("staff")
	closed := w.newChoosing(w.DB, staff).SetClosedAt(at).SetClosedByName("Sam").SetNote("We talked.").SetPatientHands(6).SetStaffHands(6).SaveX(w.system())
	open := w.newChoosing(w.DB, staff).SaveX(w.system())
	w.choice, w.choosing = string(closed.ID), string(open.ID)
	picked := w.newPriority(w.DB, closed.ID, staff).SetState(priority.StateChosen).SetReason("So.").SetAnsweredAt(at).SaveX(w.system())
	waits := w.newPriority(w.DB, open.ID, staff).SaveX(w.system())
	w.picked, w.open = string(picked.ID), string(waits.ID)
	there := w.newAttendee(w.DB, closed.ID).SaveX(w.system())
	w.see(everybody, "", "", w.choice, w.choosing, w.picked, w.open, string(there.ID))
	w.see("author", "author", "", string(w.newVote(w.DB, waits, w.person("author")).SaveX(w.system()).ID))
	w.DB.Step.Create().SetCreatedAt(at).SetPersonID(w.person("author")).SetNumber(w.DB.Person.GetX(w.system(), w.person("author")).Steps + 1).SetExperienceID(typeid.ID(w.published)).
		SetKind(step.KindPrioritised).SetAbout(w.picked).ExecX(w.system())
	w.DB.Person.UpdateOneID(w.person("author")).AddSteps(1).ExecX(w.system())
}

func (w *world) newChoosing(c *ent.Client, by typeid.ID) *ent.PriorityRoundCreate {
	return c.PriorityRound.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetServiceID(w.ward.ID).SetTitle("What first?").SetDecideBy(w.clock.Now().AddDate(0, 1, 0)).
		SetOpenedByID(by).SetOpenedByName("Sam").SetOwnerID(by).SetOwnerName("Sam")
}

func (w *world) newPriority(c *ent.Client, round, by typeid.ID) *ent.PriorityCreate {
	return c.Priority.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetServiceID(w.ward.ID).SetRoundID(round).SetThemeID(typeid.ID(w.theme)).
		SetPutUpByID(by).SetPutUpByName("Sam").SetByPatients(true).SetWhy("It matters.").SetState(priority.StatePutUp).SetAnswerBy(w.clock.Now().AddDate(0, 1, 0))
}

func (w *world) newAttendee(c *ent.Client, round typeid.ID) *ent.AttendeeCreate {
	return c.Attendee.Create().SetCreatedAt(w.clock.Now()).SetRoundID(round).SetSide(attendee.SideStaff).SetName("Sam").SetPart("Ward sister")
}

func (w *world) newVote(c *ent.Client, p *ent.Priority, by typeid.ID) *ent.PriorityVoteCreate {
	return c.PriorityVote.Create().SetCreatedAt(w.clock.Now()).SetRoundID(p.RoundID).SetPriorityID(p.ID).SetPersonID(by).SetSide(priorityvote.SidePatientFamily)
}

// choosingAfresh is an open round of somebody who is gone, with one priority in it.
func (w *world) choosingAfresh() (*ent.PriorityRound, *ent.Priority) {
	r := w.newChoosing(w.DB, w.person("gone")).SaveX(w.system())
	p := w.newPriority(w.DB, r.ID, w.person("gone")).SaveX(w.system())
	w.see(everybody, "", "", string(r.ID), string(p.ID))
	return r, p
}

// priorityDeeds are the lines of the verbs with which both sides choose. The stranger speaks beside the words of the author, so they vote.
func priorityDeeds() []deed {
	choose := func(w *world, present ...vars) vars {
		r, p := w.choosingAfresh()
		return vars{"roundId": string(r.ID), "expectedVersion": 1, "present": present, "chosen": []vars{{"priorityId": string(p.ID), "why": "So."}}}
	}
	sam, rose := vars{"side": "STAFF", "name": "Sam", "agreesToBeNamed": true}, vars{"side": "PATIENT_FAMILY", "agreesToBeNamed": false}
	return []deed{
		{verb: "priorityRoundOpen", done: wardStaff, with: func(w *world, _ string) vars {
			return vars{"serviceId": w.ward.ID, "title": "What first?", "decideBy": w.clock.Now().AddDate(0, 1, 0)}
		}},
		{verb: "priorityRoundTake", done: wardStaff, with: func(w *world, _ string) vars {
			r, _ := w.choosingAfresh()
			return vars{"roundId": string(r.ID), "expectedVersion": 1}
		}},
		{verb: "priorityPutUp", done: wardStaff, with: func(w *world, _ string) vars {
			r, _ := w.choosingAfresh()
			t, _ := w.themeAfresh()
			return vars{"roundId": string(r.ID), "themeId": t, "side": "PATIENT_FAMILY", "why": "It matters."}
		}},
		{verb: "priorityPutUp", on: "a theme elsewhere", told: map[string]string{"NOT_NOW": "above"}, with: func(w *world, _ string) vars {
			return vars{"roundId": w.choosing, "themeId": w.elsewhereTheme, "side": "STAFF", "why": "It matters."}
		}},
		{verb: "prioritySecond", done: wardStaff, with: func(w *world, _ string) vars {
			_, p := w.choosingAfresh()
			return vars{"priorityId": string(p.ID), "side": "STAFF"}
		}},
		{verb: "priorityTakeBack", done: wardStaff, with: func(w *world, _ string) vars {
			_, p := w.choosingAfresh()
			return vars{"priorityId": string(p.ID), "expectedVersion": 1, "reason": "It was put up by mistake."}
		}},
		{verb: "priorityTakeBack", on: "what is chosen", told: map[string]string{"NOT_NOW": wardStaff}, with: func(w *world, _ string) vars {
			return vars{"priorityId": w.picked, "expectedVersion": 1, "reason": "So."}
		}},
		{verb: "priorityVote", done: wardStaff + " author blind stranger", with: func(w *world, _ string) vars {
			r, p := w.choosingAfresh()
			return vars{"roundId": string(r.ID), "priorityIds": []string{string(p.ID)}}
		}},
		{verb: "priorityVote", on: "what is chosen", told: map[string]string{"NOT_NOW": wardStaff + " author blind stranger"}, with: func(w *world, _ string) vars {
			return vars{"roundId": w.choice, "priorityIds": []string{w.picked}}
		}},
		{verb: "priorityChoose", done: wardStaff, with: func(w *world, _ string) vars { return choose(w, sam, rose) }},
		{verb: "priorityChoose", on: "one side absent", told: map[string]string{"BOTH_SIDES_NEEDED": wardStaff}, with: func(w *world, _ string) vars { return choose(w, sam) }},
		{verb: "priorityDecline", done: wardStaff, with: func(w *world, _ string) vars {
			_, p := w.choosingAfresh()
			p.Update().SetState(priority.StateOwedReason).ExecX(w.system())
			return vars{"priorityId": string(p.ID), "expectedVersion": 1, "reason": "There is no room."}
		}},
	}
}

// priorityTouches are the lines of the rows in which both sides choose.
func priorityTouches() []touch {
	none := ""
	return []touch{
		{"PriorityRound", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newChoosing(c, w.me(part)).Exec(ctx)
		}},
		{"PriorityRound", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newChoosing(c, w.person("gone")).Exec(ctx)
		}},
		{"PriorityRound", "change", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.PriorityRound.UpdateOneID(typeid.ID(w.choosing)).SetNote("So.").Exec(ctx)
		}},
		{"PriorityRound", "change into another's", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.PriorityRound.UpdateOneID(typeid.ID(w.choosing)).SetOwnerID(w.person("gone")).Exec(ctx)
		}},
		{"PriorityRound", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.PriorityRound.DeleteOneID(typeid.ID(w.choosing)).Exec(ctx)
		}},
		{"Priority", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newPriority(c, typeid.ID(w.choosing), w.me(part)).Exec(ctx)
		}},
		{"Priority", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newPriority(c, typeid.ID(w.choosing), w.person("gone")).Exec(ctx)
		}},
		{"Priority", "change", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Priority.UpdateOneID(typeid.ID(w.open)).SetReason("So.").Exec(ctx)
		}},
		{"Priority", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Priority.DeleteOneID(typeid.ID(w.open)).Exec(ctx)
		}},
		{"Attendee", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newAttendee(c, typeid.ID(w.choosing)).Exec(ctx)
		}},
		{"Attendee", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Attendee.UpdateOneID(typeid.ID(w.of(typeid.Attendee)[0])).Exec(ctx)
		}},
		{"Attendee", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Attendee.DeleteOneID(typeid.ID(w.of(typeid.Attendee)[0])).Exec(ctx)
		}},
		{"PriorityVote", "make", writers + " blind", func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newVote(c, &ent.Priority{ID: typeid.ID(w.picked), RoundID: typeid.ID(w.choice)}, w.me(part)).Exec(ctx)
		}},
		{"PriorityVote", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newVote(c, &ent.Priority{ID: typeid.ID(w.picked), RoundID: typeid.ID(w.choice)}, w.person("gone")).Exec(ctx)
		}},
		{"PriorityVote", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.PriorityVote.Update().Exec(ctx)
		}},
		{"PriorityVote", "drop", "author blind", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			v := w.DB.PriorityVote.Query().OnlyX(w.system())
			return c.PriorityVote.DeleteOneID(v.ID).Exec(ctx)
		}},
	}
}
