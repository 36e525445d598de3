package query

import (
	"math"
	"slices"
	"testing"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/measure"
)

// drawn is a chart of these numbers out of 100, the first of them a baseline.
func drawn(kind measure.Kind, baseline int, numbers ...int) *Chart {
	rows := make([]*ent.MeasureReading, len(numbers))
	for i, n := range numbers {
		rows[i] = &ent.MeasureReading{Numerator: n, Denominator: 100, Baseline: i < baseline}
	}
	return chart(kind, rows)
}

func marked(c *Chart, s ChartSignal) (n int) {
	for _, p := range c.Points {
		if slices.Contains(p.Signals, s) {
			n++
		}
	}
	return n
}

// The numbers are worked by hand.
func TestCharts(t *testing.T) {
	t.Parallel()
	twelve := slices.Repeat([]int{18, 22}, 6) // mean 20, each moving range 4
	for name, c := range map[string]struct {
		kind                    measure.Kind
		baseline                int
		numbers                 []int
		is                      ChartKind
		centre, lower, upper    float64
		shifts, trends, outside int
	}{
		"NoPoints":          {kind: measure.KindRatio, is: RunChart},
		"MedianOfTwo":       {measure.KindRatio, 0, []int{10, 30}, RunChart, .2, 0, 0, 0, 0, 0},
		"FiveOnASide":       {measure.KindRatio, 0, []int{1, 2, 1, 2, 1, 9, 8, 9, 8, 9}, RunChart, .05, 0, 0, 0, 0, 0},
		"SixOnASide":        {measure.KindRatio, 0, []int{1, 2, 1, 2, 1, 2, 9, 8, 9, 8, 9, 8}, RunChart, .05, 0, 0, 12, 0, 0},
		"OnTheMedian":       {measure.KindRatio, 0, []int{1, 2, 1, 5, 2, 1, 2, 9, 8, 5, 9, 8, 9, 8}, RunChart, .05, 0, 0, 12, 0, 0},
		"FourUp":            {measure.KindRatio, 0, []int{5, 6, 7, 8, 5}, RunChart, .06, 0, 0, 0, 0, 0},
		"FiveUp":            {measure.KindRatio, 0, []int{5, 6, 6, 7, 8, 9}, RunChart, .065, 0, 0, 0, 5, 0},
		"Individuals":       {measure.KindRatio, 12, append(slices.Clone(twelve), 31, 30), XmRChart, .2, .2 - .1064, .2 + .1064, 0, 0, 1},
		"Proportions":       {measure.KindProportion, 12, append(slices.Clone(twelve), 33, 7), PChart, .2, .08, .32, 0, 0, 2},
		"SevenAreNoShift":   {measure.KindProportion, 12, append(slices.Clone(twelve), 19, 22, 23, 22, 23, 22, 23, 22), PChart, .2, .08, .32, 0, 0, 0},
		"EightAreAShift":    {measure.KindProportion, 12, append(slices.Clone(twelve), 23, 22, 23, 22, 23, 22, 23), PChart, .2, .08, .32, 8, 0, 0},
		"FiveAreNoTrend":    {measure.KindProportion, 12, append(slices.Clone(twelve), 19, 20, 21, 22, 21), PChart, .2, .08, .32, 0, 0, 0},
		"SixAreATrend":      {measure.KindProportion, 12, append(slices.Clone(twelve), 17, 18, 19, 21, 22, 23), PChart, .2, .08, .32, 0, 6, 0},
		"ElevenMakeNoLimit": {measure.KindProportion, 11, twelve, RunChart, .2, 0, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := drawn(c.kind, c.baseline, c.numbers...)
			if got.Kind != c.is || marked(got, Shift) != c.shifts || marked(got, Trend) != c.trends || marked(got, OutsideLimits) != c.outside {
				t.Errorf("%s: %d shifts, %d trends, %d outside", got.Kind, marked(got, Shift), marked(got, Trend), marked(got, OutsideLimits))
			}
			if len(c.numbers) == 0 {
				return
			}
			near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
			if !near(*got.Centre, c.centre) || c.upper > 0 && (!near(*got.Points[0].Lower, c.lower) || !near(*got.Points[0].Upper, c.upper)) {
				t.Errorf("centre %v", *got.Centre)
			}
		})
	}
}
