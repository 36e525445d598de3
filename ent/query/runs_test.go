package query

import (
	"math"
	"testing"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/measure"
)

// The limits are those of the printed tables (Swed and Eisenhart 1943, 2.5 % on either side), and all chances add up to one.
func TestTooFewAndTooManyRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ above, below, few, many int }{{5, 5, 2, 10}, {6, 6, 3, 11}, {8, 8, 4, 14}, {10, 10, 6, 16}, {12, 12, 7, 19}, {15, 15, 10, 22}, {20, 20, 14, 28}} {
		sum := 0.0
		for r := 2; r <= c.above+c.below; r++ {
			sum += chance(c.above, c.below, r)
			want := RunsExpected
			if r <= c.few {
				want = TooFewRuns
			} else if r >= c.many {
				want = TooManyRuns
			}
			if got := judged(c.above, c.below, r); got != want {
				t.Errorf("%d runs of %d and %d points are %s, not %s", r, c.above, c.below, got, want)
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("the chances of %d and %d add up to %v", c.above, c.below, sum)
		}
	}
}

func TestRunsOfAChart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   []int
		want ChartRuns
	}{
		{[]int{1, 1, 1, 1, 1, 9, 9, 9, 9, 9}, TooFewRuns},
		{[]int{1, 9, 1, 9, 1, 9, 1, 9, 1, 9}, TooManyRuns},
		{[]int{1, 1, 9, 9, 1, 9, 1, 1, 9, 9}, RunsExpected},
		{[]int{1, 9, 1, 9, 5, 5, 5, 5, 1, 9, 1, 9}, RunsUnknown}, // eight of them off the median
		{nil, RunsUnknown},
	} {
		var rows []*ent.MeasureReading
		for _, n := range c.of {
			rows = append(rows, &ent.MeasureReading{Numerator: n, Denominator: 1})
		}
		if got := chart(measure.KindRatio, rows).Runs; got != c.want {
			t.Errorf("%v has runs %s, not %s", c.of, got, c.want)
		}
	}
}
