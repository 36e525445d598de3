package graph_test

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// actions are three of the ward, because both sides chose a priority: one that the team can do, one that needs the ward next door, one
// that has its answer and is done. The author was told of the first.
func (w *world) actions() {
	staff := w.person("staff")
	own := w.newAction(w.DB, staff).SaveX(w.system())
	needs := w.escalate(w.newAction(w.DB, staff)).SaveX(w.system())
	at := w.clock.Now()
	done := w.escalate(w.newAction(w.DB, staff)).SetState(action.StateDone).SetEndedAt(at).SetAnswererID(w.person("sibling")).SetAnswererName("Sib").SetAnswer("You have our old board.").SetAnsweredAt(at).SaveX(w.system())
	w.ownAction, w.needing = string(own.ID), string(needs.ID)
	w.see(everybody, "", "", w.ownAction, w.needing, string(done.ID))
	w.execute(w.t, "UPDATE changes SET action_id = '"+string(done.ID)+"' WHERE id = '"+w.change+"'") // which no verb does afterwards
	w.DB.Step.Create().SetCreatedAt(w.clock.Now()).SetPersonID(w.person("author")).SetNumber(w.DB.Person.GetX(w.system(), w.person("author")).Steps + 1).SetExperienceID(typeid.ID(w.published)).
		SetKind(step.KindActionAgreed).SetAbout(w.ownAction).ExecX(w.system())
	w.DB.Person.UpdateOneID(w.person("author")).AddSteps(1).ExecX(w.system())
}

func (w *world) newAction(c *ent.Client, by typeid.ID) *ent.ActionCreate {
	return c.Action.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetServiceID(w.ward.ID).SetPriorityID(typeid.ID(w.picked)).SetMadeByID(by).SetOwnerID(by).
		SetOwnerName("Sam").SetWhat("We hang up a board.").SetDueAt(w.clock.Now().AddDate(0, 1, 0)).SetControl(action.ControlTeam).SetState(action.StateAgreed)
}

func (w *world) escalate(n *ent.ActionCreate) *ent.ActionCreate {
	return n.SetControl(action.ControlNeedsOtherDepartment).SetEscalatedToID(w.next.ID).SetAnswerBy(w.clock.Now().AddDate(0, 0, 7))
}

// actionAfresh is an action of somebody who is gone.
func (w *world) actionAfresh(n *ent.ActionCreate) vars {
	id := string(n.SaveX(w.system()).ID)
	w.see(everybody, "", "", id)
	return vars{"actionId": id, "expectedVersion": 1}
}

// actionDeeds are the lines of the verbs with which somebody does something.
func actionDeeds() []deed {
	with := func(in, more vars) vars {
		for name, v := range more {
			in[name] = v
		}
		return in
	}
	agree := func(w *world) vars {
		return vars{"priorityId": w.picked, "what": "We hang up a board.", "dueAt": w.clock.Now().AddDate(0, 1, 0), "control": "TEAM"}
	}
	return []deed{
		{verb: "actionAgree", done: wardStaff, with: func(w *world, _ string) vars {
			return with(agree(w), vars{"control": "NEEDS_OTHER_DEPARTMENT", "escalatedToId": w.next.ID, "answerBy": w.clock.Now().AddDate(0, 0, 7)})
		}},
		{verb: "actionAgree", on: "what is not chosen", told: map[string]string{"NOT_NOW": wardStaff}, with: func(w *world, _ string) vars {
			return with(agree(w), vars{"priorityId": w.open})
		}},
		{verb: "actionTake", done: wardStaff, with: func(w *world, _ string) vars { return w.actionAfresh(w.newAction(w.DB, w.person("gone"))) }},
		{verb: "actionMove", done: wardStaff, with: func(w *world, _ string) vars {
			return with(w.actionAfresh(w.newAction(w.DB, w.person("gone"))), vars{"to": "IN_PROGRESS"})
		}},
		{verb: "actionMove", on: "one's neighbours' action that needs one's answer", done: wardStaff, with: func(w *world, _ string) vars {
			return with(w.actionAfresh(w.escalate(w.newAction(w.DB, w.person("gone")))), vars{"to": "DROPPED", "reason": "There is no room."})
		}},
		{verb: "escalationTake", done: "above sibling", with: func(w *world, _ string) vars {
			return w.actionAfresh(w.escalate(w.newAction(w.DB, w.person("gone"))))
		}},
		{verb: "escalationAnswer", done: "above sibling", with: func(w *world, _ string) vars {
			return with(w.actionAfresh(w.escalate(w.newAction(w.DB, w.person("gone")))), vars{"answer": "You have our old board."})
		}},
	}
}

// actionTouches are the lines of the rows.
func actionTouches() []touch {
	none := ""
	return []touch{
		{"Action", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newAction(c, w.me(part)).Exec(ctx)
		}},
		{"Action", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newAction(c, w.person("gone")).Exec(ctx)
		}},
		{"Action", "change", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Action.UpdateOneID(typeid.ID(w.ownAction)).SetReason("So.").Exec(ctx)
		}},
		{"Action", "change what needs an answer", wardStaff + " sibling", func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Action.UpdateOneID(typeid.ID(w.needing)).SetAnswer("So.").Exec(ctx)
		}},
		{"Action", "change into another's", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Action.UpdateOneID(typeid.ID(w.ownAction)).SetOwnerID(w.person("gone")).Exec(ctx)
		}},
		{"Action", "answer in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Action.UpdateOneID(typeid.ID(w.needing)).SetAnswererID(w.person("gone")).Exec(ctx)
		}},
		{"Action", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Action.DeleteOneID(typeid.ID(w.ownAction)).Exec(ctx)
		}},
	}
}
