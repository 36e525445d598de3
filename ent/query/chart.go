package query

import (
	"context"
	"math"
	"slices"
	"time"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/measure"
	"hearback/ent/generated/ent/measurereading"
	"hearback/ent/typeid"
)

// ChartKind says what the lines of a chart are.
type ChartKind string

// The kinds of chart. A run chart has a median; the others have a mean and limits, three standard deviations from it, of the
// baseline (Provost and Murray, The Health Care Data Guide).
const (
	RunChart ChartKind = "RUN"
	PChart   ChartKind = "P"
	XmRChart ChartKind = "XMR"
)

// ChartSignal is something in a chart that chance alone seldom makes.
type ChartSignal string

// The signals.
const (
	Shift         ChartSignal = "SHIFT"
	Trend         ChartSignal = "TREND"
	OutsideLimits ChartSignal = "OUTSIDE_LIMITS"
)

// ChartPoint is a reading in a chart, oldest first.
type ChartPoint struct {
	ReadingID    typeid.ID
	CountedAt    time.Time
	Baseline     bool
	Value        float64
	Lower, Upper *float64 // nil in a run chart
	Signals      []ChartSignal
}

// Chart is what a client draws of a measure.
type Chart struct {
	Kind    ChartKind
	Centre  *float64 // nil without points
	LeftOut int      // readings whose number is hidden
	Runs    ChartRuns
	Points  []*ChartPoint
}

// leastBaseline is how many readings before a change limits are made of: with fewer there is a run chart.
const leastBaseline = 12

// Counted is the numerator of a reading, hidden when it is of few people: for a proportion also when few are left.
func Counted(m *ent.Measure, r *ent.MeasureReading, k int) Count {
	if !m.OfPeople {
		return Exact{r.Numerator}
	}
	cells := []cell{{r.Numerator, r.Numerator}}
	if left := r.Denominator - r.Numerator; m.Kind == measure.KindProportion {
		cells = append(cells, cell{left, left})
	}
	return hide(cells, k)[0]
}

// Value is a reading as one number; nil when it is hidden.
func Value(m *ent.Measure, r *ent.MeasureReading, k int) *float64 {
	n, ok := Counted(m, r, k).(Exact)
	if !ok {
		return nil
	}
	v := float64(n.Value) / float64(r.Denominator)
	return &v
}

type chartKey struct{}

// ChartOf draws a measure from the readings that stand (those that were corrected are left out), for all measures that were
// read together in one statement. What is hidden is in no line of it.
func ChartOf(ctx context.Context, db *ent.Client, m *ent.Measure, k int) (*Chart, error) {
	all, err := cohort.Once(m.Cohort(), chartKey{}, func(measures []*ent.Measure) (map[typeid.ID][]*ent.MeasureReading, error) {
		found, err := db.MeasureReading.Query().Where(measurereading.MeasureIDIn(ids(measures)...), measurereading.Corrected(false)).
			Order(measurereading.ByCountedAt(), measurereading.ByID()).All(ctx)
		of := map[typeid.ID][]*ent.MeasureReading{}
		for _, r := range found {
			of[r.MeasureID] = append(of[r.MeasureID], r)
		}
		return of, err
	})
	if err != nil {
		return nil, err
	}
	shown := slices.DeleteFunc(slices.Clone(all[m.ID]), func(r *ent.MeasureReading) bool { return Value(m, r, k) == nil })
	c := chart(m.Kind, shown)
	c.LeftOut = len(all[m.ID]) - len(shown)
	return c, nil
}

// chart draws readings, oldest first.
func chart(kind measure.Kind, rows []*ent.MeasureReading) *Chart {
	c := &Chart{Kind: RunChart, Runs: RunsUnknown, Points: make([]*ChartPoint, len(rows))}
	var values, before []float64
	var baseline []*ent.MeasureReading
	for i, r := range rows {
		v := float64(r.Numerator) / float64(r.Denominator)
		values = append(values, v)
		if r.Baseline {
			baseline, before = append(baseline, r), append(before, v)
		}
		c.Points[i] = &ChartPoint{ReadingID: r.ID, CountedAt: r.CountedAt, Baseline: r.Baseline, Value: v, Signals: []ChartSignal{}}
	}
	switch {
	case len(rows) == 0:
		return c
	case len(baseline) < leastBaseline:
		c.median(values)
		c.countRuns()
	case kind == measure.KindProportion:
		c.proportions(rows, baseline)
	default:
		c.moving(before)
	}
	c.mark()
	return c
}

// median is the centre of a run chart (Perla, Provost, Murray: The run chart, BMJ Qual Saf 2011;20:46-51).
func (c *Chart) median(values []float64) {
	sorted := slices.Sorted(slices.Values(values))
	mid := (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
	c.Centre = &mid
}

// proportions gives each point the limits of its own denominator: p ± 3·√(p(1-p)/n), within 0 and 1.
func (c *Chart) proportions(rows, baseline []*ent.MeasureReading) {
	n, of := 0, 0
	for _, r := range baseline {
		n, of = n+r.Numerator, of+r.Denominator
	}
	p := float64(n) / float64(of)
	c.Kind, c.Centre = PChart, &p
	for i, r := range rows {
		wide := 3 * math.Sqrt(p*(1-p)/float64(r.Denominator))
		lower, upper := max(0, p-wide), min(1, p+wide)
		c.Points[i].Lower, c.Points[i].Upper = &lower, &upper
	}
}

// moving gives all points the limits of the baseline's moving range: mean ± 2.66 times the mean of it (Shewhart's individuals
// chart), from 0 up: what is counted is never less.
func (c *Chart) moving(before []float64) {
	sum, ranges := before[0], 0.0
	for i, v := range before[1:] {
		sum, ranges = sum+v, ranges+math.Abs(v-before[i])
	}
	mean, wide := sum/float64(len(before)), 2.66*ranges/float64(len(before)-1)
	lower, upper := max(0, mean-wide), mean+wide
	c.Kind, c.Centre = XmRChart, &mean
	for _, p := range c.Points {
		p.Lower, p.Upper = &lower, &upper
	}
}

// mark says which points are signals. Run chart (Perla 2011): six in a row on one side of the median, five in a row going one
// way. With limits (Provost and Murray): eight, six, and a point outside the limits. Points on the centre line neither break nor
// make a shift; equal neighbours count once in a trend. What is astronomical in a run chart is for people to see.
func (c *Chart) mark() {
	shift, trend := 6, 5
	if c.Kind != RunChart {
		shift, trend = 8, 6
	}
	side := func(i int) int { return sign(c.Points[i].Value - *c.Centre) }
	c.runs(Shift, shift, side)
	c.trends(trend)
	for _, p := range c.Points {
		if p.Lower != nil && (p.Value < *p.Lower || p.Value > *p.Upper) {
			p.Signals = append(p.Signals, OutsideLimits)
		}
	}
}

func sign(v float64) int {
	switch {
	case v > 1e-12:
		return 1
	case v < -1e-12:
		return -1
	}
	return 0
}

// runs marks the points of every run of at least this many on one side; those of side 0 are passed over.
func (c *Chart) runs(as ChartSignal, least int, side func(int) int) {
	var run []int
	flush := func() {
		if len(run) >= least {
			c.marks(as, run)
		}
		run = nil
	}
	for i := range c.Points {
		if s := side(i); s != 0 {
			if len(run) > 0 && side(run[0]) != s {
				flush()
			}
			run = append(run, i)
		}
	}
	flush()
}

// trends marks the points of every run of at least this many that go one way; the point where it turns belongs to both.
func (c *Chart) trends(least int) {
	var run []int
	way := 0
	flush := func() {
		if len(run) >= least {
			c.marks(Trend, run)
		}
	}
	for i, p := range c.Points {
		if len(run) == 0 {
			run = []int{i}
			continue
		}
		last := run[len(run)-1]
		s := sign(p.Value - c.Points[last].Value)
		switch {
		case s == 0:
		case way == 0 || s == way:
			run, way = append(run, i), s
		default:
			flush()
			run, way = []int{last, i}, s
		}
	}
	flush()
}

func (c *Chart) marks(as ChartSignal, points []int) {
	for _, i := range points {
		if p := c.Points[i]; !slices.Contains(p.Signals, as) {
			p.Signals = append(p.Signals, as)
		}
	}
}
