package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/measure"
	"hearback/ent/generated/ent/measurereading"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (h *House) measuresByID(ctx context.Context, ids []typeid.ID) ([]*ent.Measure, error) {
	return h.DB.Measure.Query().Where(measure.IDIn(ids...)).All(ctx)
}

func (h *House) readingsByID(ctx context.Context, ids []typeid.ID) ([]*ent.MeasureReading, error) {
	return h.DB.MeasureReading.Query().Where(measurereading.IDIn(ids...)).All(ctx)
}

func (r changes) Measures(ctx context.Context, c *ent.Change, first *int, after *page.Cursor, last *int, before *page.Cursor) (*MeasureConnection, error) {
	link := page.Link[*ent.Measure]{Column: measure.FieldChangeID, Of: func(m *ent.Measure) typeid.ID { return m.ChangeID }}
	return page.Children(ctx, c, r.DB.Measure.Query(), link, args(first, after, last, before), page.Oldest[*ent.Measure]("measures"))
}

func (r changes) SpreadFrom(ctx context.Context, c *ent.Change) (*ent.Change, error) {
	return one(ctx, c, change.FieldSpreadFromID, func(c *ent.Change) typeid.ID { return typeid.Maybe(c.SpreadFromID) }, r.changesByID)
}

func (r changes) SpreadTo(ctx context.Context, c *ent.Change, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ChangeConnection, error) {
	link := page.Link[*ent.Change]{Column: change.FieldSpreadFromID, Of: func(c *ent.Change) typeid.ID { return typeid.Maybe(c.SpreadFromID) }}
	return page.Children(ctx, c, r.DB.Change.Query(), link, args(first, after, last, before), newestChange())
}

func (r coproducers) Name(_ context.Context, p *ent.CoProducer) (*string, error) {
	if p.UnnamedAt != nil {
		return nil, nil
	}
	return &p.Name, nil
}

func (r measures) Change(ctx context.Context, m *ent.Measure) (*ent.Change, error) {
	return one(ctx, m, measure.FieldChangeID, func(m *ent.Measure) typeid.ID { return m.ChangeID }, r.changesByID)
}

func (r measures) Readings(ctx context.Context, m *ent.Measure, first *int, after *page.Cursor, last *int, before *page.Cursor) (*MeasureReadingConnection, error) {
	link := page.Link[*ent.MeasureReading]{Column: measurereading.FieldMeasureID, Of: func(v *ent.MeasureReading) typeid.ID { return v.MeasureID }}
	counted := page.Term[*ent.MeasureReading]{Name: "readings", Column: measurereading.FieldCountedAt, Value: func(v *ent.MeasureReading) any { return v.CountedAt }}
	return page.Children(ctx, m, r.DB.MeasureReading.Query(), link, args(first, after, last, before), counted)
}

func (r measures) Chart(ctx context.Context, m *ent.Measure) (*query.Chart, error) {
	return query.ChartOf(ctx, r.DB, m, r.SmallNumber)
}

func (r measured) Measure(ctx context.Context, v *ent.MeasureReading) (*ent.Measure, error) {
	return one(ctx, v, measurereading.FieldMeasureID, func(v *ent.MeasureReading) typeid.ID { return v.MeasureID }, r.measuresByID)
}

func (r measured) Corrects(ctx context.Context, v *ent.MeasureReading) (*ent.MeasureReading, error) {
	return one(ctx, v, measurereading.FieldCorrectsID, func(v *ent.MeasureReading) typeid.ID { return typeid.Maybe(v.CorrectsID) }, r.readingsByID)
}

func (r measured) Numerator(ctx context.Context, v *ent.MeasureReading) (query.Count, error) {
	m, err := r.Measure(ctx, v)
	if err != nil {
		return nil, err
	}
	return query.Counted(m, v, r.SmallNumber), nil
}

func (r measured) Value(ctx context.Context, v *ent.MeasureReading) (*float64, error) {
	m, err := r.Measure(ctx, v)
	if err != nil {
		return nil, err
	}
	return query.Value(m, v, r.SmallNumber), nil
}

func (r mutations) ChangeCoproducerUnname(ctx context.Context, in ChangeCoproducerUnnameInput) (*ChangePayload, error) {
	return changePayload(r.Flow.CoproducerUnname(ctx, in.CoproducerID))
}

func (r mutations) MeasureAdd(ctx context.Context, in MeasureAddInput) (*MeasurePayload, error) {
	m, replayed, err := r.Flow.MeasureAdd(ctx, workflow.MeasureDraft{ID: in.ID, ChangeID: in.ChangeID, What: in.What, Unit: text(in.Unit), Kind: in.Kind, Better: in.Better, OfPeople: in.OfPeople})
	problems, err := refusals(err)
	return &MeasurePayload{m, problems, replayed}, err
}

func (r mutations) MeasureRead(ctx context.Context, in MeasureReadInput) (*MeasureReadingPayload, error) {
	v, replayed, err := r.Flow.MeasureRead(ctx, workflow.ReadingDraft{
		ID: in.ID, MeasureID: in.MeasureID, Baseline: in.Baseline, CountedAt: in.CountedAt,
		Numerator: in.Numerator, Denominator: in.Denominator, Note: text(in.Note), Corrects: in.CorrectsID,
	})
	problems, err := refusals(err)
	return &MeasureReadingPayload{v, problems, replayed}, err
}
