package graph_test

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/query"
	"hearback/ent/typeid"
)

// listens puts figures of each place on the stage.
func (w *world) listens() {
	q := query.WholeQuarters(w.clock.Now(), 1)[0]
	for _, at := range []typeid.ID{"", w.trust.ID, w.ward.ID, w.next.ID, w.shut.ID} {
		w.see(everybody, "", "", string(w.newTally(w.DB, q, at).SaveX(w.system()).ID))
	}
}

func (w *world) newTally(c *ent.Client, q query.Quarter, at typeid.ID) *ent.TallyCreate {
	return c.Tally.Create().SetCreatedAt(w.clock.Now()).SetQuarter(string(q)).SetPlace(string(at)).SetLeast(query.K).
		SetFigures(`{"heard": {"n": 12}, "answered": {"n": 7}, "unanswered": {"n": 5}, "median_hours": 9, "themed": {}, "prioritised": {}, "in_action": {}, "changed": {"n": 6}, "rounds": 1, "made": 2}`)
}

// listeningTouches are the lines of figures: the clock alone writes them.
func listeningTouches() []touch {
	none := ""
	return []touch{
		{"Tally", "make", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newTally(c, "2019-Q1", w.ward.ID).Exec(ctx)
		}},
		{"Tally", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Tally.UpdateOneID(w.DB.Tally.Query().FirstIDX(w.system())).Exec(ctx)
		}},
		{"Tally", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Tally.DeleteOneID(w.DB.Tally.Query().FirstIDX(w.system())).Exec(ctx)
		}},
	}
}
