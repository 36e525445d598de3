package workflow

import (
	"context"
	"fmt"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/measure"
	"hearback/ent/generated/ent/measurereading"
	"hearback/ent/typeid"
)

// The bounds of what is counted. A chart reads all readings of its measure, so they are bounded.
const (
	MaxUnit     = 40
	MaxMeasures = 20
	MaxReadings = 400
	MaxCounted  = 1_000_000
	MaxNote     = 1000
	// LeastCounted is how many people a reading about people is of at least: fewer could be told apart (0011).
	LeastCounted = 5
)

// MeasureDraft is what shall be counted to see whether a change is one.
type MeasureDraft struct {
	ID       *typeid.ID `json:"-"`
	ChangeID typeid.ID
	What     string
	Unit     string
	Kind     measure.Kind
	Better   measure.Better
	OfPeople bool
}

// MeasureAdd says what is counted of a change. Staff who reach its service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) MeasureAdd(ctx context.Context, d MeasureDraft) (*ent.Measure, bool, error) {
	return once(ctx, f, sending[*ent.Measure]{
		id: d.ID, prefix: typeid.Measure, input: d, make: d.add,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Measure, error) { return a.Measure.Get(ctx, id) },
		by:  func(m *ent.Measure) (typeid.ID, string) { return m.AuthorID, m.Fingerprint },
	})
}

func (d MeasureDraft) add(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Measure, error) {
	c, by, err := a.ownChange(ctx, d.ChangeID)
	if err != nil {
		return nil, err
	}
	there, err := a.Measure.Query().Where(measure.ChangeID(c.ID)).Count(ctx)
	if err != nil {
		return nil, err
	}
	var said checks
	what, unit := said.needed(d.What, MaxTitle, "what"), said.text(d.Unit, MaxUnit, "unit")
	if there >= MaxMeasures {
		said.add(TooMany, fmt.Sprintf("A change has at most %d measures.", MaxMeasures), "changeId")
	}
	if err := said.err(); err != nil {
		return nil, err
	}
	return a.Measure.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetChangeID(c.ID).SetAuthorID(typeid.ID(a.viewer.Person)).SetAuthorName(by.name).
		SetWhat(what).SetUnit(unit).SetKind(d.Kind).SetBetter(d.Better).SetOfPeople(d.OfPeople).Save(ctx)
}

// ReadingDraft is what was counted at one time.
type ReadingDraft struct {
	ID          *typeid.ID `json:"-"`
	MeasureID   typeid.ID
	Baseline    bool
	CountedAt   time.Time
	Numerator   int
	Denominator int
	Note        string
	Corrects    *typeid.ID `json:",omitempty"` // the reading that it stands in for, which stays to be read
}

// tidy checks what was counted, for its measure.
func (d ReadingDraft) tidy(m *ent.Measure, now time.Time) (ReadingDraft, error) {
	var c checks
	d.CountedAt, d.Note = *utc(&d.CountedAt), c.text(d.Note, MaxNote, "note")
	if d.CountedAt.After(now) {
		c.add(Invalid, "This day is still to come. Please give the day when it was counted.", "countedAt")
	}
	if d.Numerator < 0 || d.Numerator > MaxCounted || m.Kind == measure.KindProportion && d.Numerator > d.Denominator {
		c.add(Invalid, "Please count from 0, to a million at most. Of a proportion no more can be counted than there are.", "numerator")
	}
	switch {
	case d.Denominator < 1 || d.Denominator > MaxCounted:
		c.add(Invalid, "Please say of how many it was counted: 1 to a million.", "denominator")
	case m.OfPeople && d.Denominator < LeastCounted:
		c.add(Invalid, fmt.Sprintf("So few people could be told apart. Please count over a longer time: %d people at least.", LeastCounted), "denominator")
	}
	return d, c.err()
}

// MeasureRead writes down what was counted. A reading that corrects another leaves it in the history and out of the chart.
// Staff who reach the service of the change. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) MeasureRead(ctx context.Context, d ReadingDraft) (*ent.MeasureReading, bool, error) {
	return once(ctx, f, sending[*ent.MeasureReading]{
		id: d.ID, prefix: typeid.MeasureReading, input: d, make: d.read,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.MeasureReading, error) {
			return a.MeasureReading.Get(ctx, id)
		},
		by: func(r *ent.MeasureReading) (typeid.ID, string) { return r.AuthorID, r.Fingerprint },
	})
}

func (d ReadingDraft) read(ctx context.Context, a *act, id typeid.ID, print string) (*ent.MeasureReading, error) {
	m, err := a.Measure.Get(ctx, d.MeasureID)
	if err != nil {
		return nil, err
	}
	_, by, err := a.ownChange(ctx, m.ChangeID)
	if err != nil {
		return nil, err
	}
	d, err = d.tidy(m, a.at)
	if err := firstOf(err, a.room(ctx, m), a.correct(ctx, m, d.Corrects)); err != nil {
		return nil, err
	}
	return a.MeasureReading.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetMeasureID(m.ID).SetChangeID(m.ChangeID).
		SetAuthorID(typeid.ID(a.viewer.Person)).SetAuthorName(by.name).SetBaseline(d.Baseline).SetCountedAt(d.CountedAt).
		SetNumerator(d.Numerator).SetDenominator(d.Denominator).SetNote(d.Note).SetNillableCorrectsID(d.Corrects).Save(ctx)
}

// room refuses one reading too many.
func (a *act) room(ctx context.Context, m *ent.Measure) error {
	there, err := a.MeasureReading.Query().Where(measurereading.MeasureID(m.ID)).Count(ctx)
	if err == nil && there >= MaxReadings {
		err = refuse(TooMany, fmt.Sprintf("A measure has at most %d readings. Please begin a new one.", MaxReadings), "measureId")
	}
	return err
}

// correct marks a reading as corrected: once, so that its history is one line.
func (a *act) correct(ctx context.Context, m *ent.Measure, id *typeid.ID) error {
	if id == nil {
		return nil
	}
	r, err := a.MeasureReading.Query().Where(measurereading.ID(*id), measurereading.MeasureID(m.ID)).Only(ctx)
	switch {
	case err != nil:
		return err
	case r.Corrected:
		return refuse(NotNow, "This was corrected already. Please correct what stands in for it.", "correctsId")
	}
	return a.MeasureReading.Update().Where(measurereading.ID(r.ID)).SetCorrected(true).Exec(ctx)
}
