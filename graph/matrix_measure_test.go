package graph_test

import (
	"context"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/measure"
	"hearback/ent/typeid"
)

func (w *world) newMeasure(c *ent.Client, by typeid.ID) *ent.MeasureCreate {
	return c.Measure.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetChangeID(typeid.ID(w.change)).SetAuthorID(by).SetAuthorName("Sam").
		SetWhat("People who knew the time").SetKind(measure.KindProportion).SetBetter(measure.BetterHigher).SetOfPeople(true)
}

func (w *world) newReading(c *ent.Client, by typeid.ID, m string) *ent.MeasureReadingCreate {
	return c.MeasureReading.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetMeasureID(typeid.ID(m)).SetChangeID(typeid.ID(w.change)).SetAuthorID(by).SetAuthorName("Sam").
		SetBaseline(true).SetCountedAt(w.clock.Now()).SetNumerator(7).SetDenominator(20)
}

// measures puts a measure with a reading beside a change.
func (w *world) measures() {
	ctx := w.system()
	m := w.newMeasure(w.DB, w.person("staff")).SaveX(ctx)
	first := w.newReading(w.DB, w.person("staff"), string(m.ID)).SetCorrected(true).SaveX(ctx)
	w.newReading(w.DB, w.person("staff"), string(m.ID)).SetNumerator(8).SetCorrectsID(first.ID).ExecX(ctx)
	for day := range 12 { // enough for limits
		w.newReading(w.DB, w.person("staff"), string(m.ID)).SetCountedAt(w.clock.Now().Add(-time.Duration(day+1) * 24 * time.Hour)).SetNumerator(8 + day%3).ExecX(ctx)
	}
	if _, err := w.db.Store.DB().ExecContext(ctx, "UPDATE changes SET spread_from_id = '"+w.change+"' WHERE id = '"+w.sibling+"'"); err != nil {
		w.t.Fatal(err)
	}
}

// measureDeeds are the lines of the verbs about measures and names.
func measureDeeds() []deed {
	return []deed{
		{verb: "measureAdd", done: wardStaff, with: func(w *world, _ string) vars {
			return vars{"changeId": w.change, "what": "Minutes", "kind": "RATIO", "better": "LOWER", "ofPeople": false}
		}},
		{verb: "measureRead", done: wardStaff, with: func(w *world, _ string) vars {
			return vars{"measureId": w.of(typeid.Measure)[0], "baseline": true, "countedAt": w.clock.Now(), "numerator": 7, "denominator": 20}
		}},
		{verb: "changeCoproducerUnname", done: wardStaff, with: func(w *world, _ string) vars {
			named := w.DB.CoProducer.Create().SetCreatedAt(w.clock.Now()).SetChangeID(typeid.ID(w.change)).SetSide("PATIENT_FAMILY").SetName("Rose").SaveX(w.system())
			w.see(everybody, "", "", string(named.ID))
			return vars{"coproducerId": named.ID}
		}},
	}
}

// measureTouches are the lines of the rows of measures.
func measureTouches() []touch {
	none := ""
	return []touch{
		{"Measure", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newMeasure(c, w.me(part)).Exec(ctx)
		}},
		{"Measure", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newMeasure(c, w.person("gone")).Exec(ctx)
		}},
		{"Measure", "change", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Measure.UpdateOneID(typeid.ID(w.of(typeid.Measure)[0])).Exec(ctx)
		}},
		{"Measure", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.Measure.DeleteOneID(typeid.ID(w.of(typeid.Measure)[0])).Exec(ctx)
		}},
		{"MeasureReading", "make", wardStaff, func(ctx context.Context, c *ent.Client, w *world, part string) error {
			return w.newReading(c, w.me(part), w.of(typeid.Measure)[0]).Exec(ctx)
		}},
		{"MeasureReading", "make in another name", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return w.newReading(c, w.person("gone"), w.of(typeid.Measure)[0]).Exec(ctx)
		}},
		{"MeasureReading", "change", wardStaff, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.MeasureReading.UpdateOneID(typeid.ID(w.of(typeid.MeasureReading)[0])).SetCorrected(true).Exec(ctx)
		}},
		{"MeasureReading", "drop", none, func(ctx context.Context, c *ent.Client, w *world, _ string) error {
			return c.MeasureReading.DeleteOneID(typeid.ID(w.of(typeid.MeasureReading)[0])).Exec(ctx)
		}},
	}
}
