package query

// ChartRuns says whether a run chart crosses its median about as often as chance would have it.
type ChartRuns string

// What the number of runs tells.
const (
	RunsUnknown  ChartRuns = "UNKNOWN"
	RunsExpected ChartRuns = "EXPECTED"
	TooFewRuns   ChartRuns = "TOO_FEW"
	TooManyRuns  ChartRuns = "TOO_MANY"
)

// leastUseful is how many points off the median there must be before runs are looked at (Perla, Provost, Murray 2011).
const leastUseful = 10

// countRuns looks for too many or too few runs: strings of points on one side of the median, those on it left out. Too few (or too many)
// are what chance gives, or fewer (more), at most once in forty times: the exact distribution, of which the printed tables are made
// (Swed, Eisenhart: Tables for testing randomness of grouping, Ann. Math. Statist. 1943;14:66-87).
func (c *Chart) countRuns() {
	above, below, runs, last := 0, 0, 0, 0
	for _, p := range c.Points {
		s := sign(p.Value - *c.Centre)
		switch s {
		case 1:
			above++
		case -1:
			below++
		}
		if s != 0 && s != last {
			runs, last = runs+1, s
		}
	}
	if above+below >= leastUseful && above > 0 && below > 0 {
		c.Runs = judged(above, below, runs)
	}
}

func judged(above, below, runs int) ChartRuns {
	const seldom = 0.025
	few, many := 0.0, 0.0
	for r := 2; r <= above+below; r++ {
		p := chance(above, below, r)
		if r <= runs {
			few += p
		}
		if r >= runs {
			many += p
		}
	}
	switch {
	case few <= seldom:
		return TooFewRuns
	case many <= seldom:
		return TooManyRuns
	}
	return RunsExpected
}

// chance is how likely so many runs are, in a row of points in which every order is as likely.
func chance(above, below, runs int) float64 {
	k := runs / 2
	ways := 2 * waysOf(above-1, k-1) * waysOf(below-1, k-1)
	if runs%2 == 1 {
		ways = waysOf(above-1, k)*waysOf(below-1, k-1) + waysOf(above-1, k-1)*waysOf(below-1, k)
	}
	return ways / waysOf(above+below, above)
}

// waysOf is how many ways there are to choose k of n; with 400 readings it is far within a float64.
func waysOf(n, k int) float64 {
	if k < 0 || k > n {
		return 0
	}
	ways := 1.0
	for i := 1; i <= min(k, n-k); i++ {
		ways = ways * float64(n-i+1) / float64(i)
	}
	return ways
}
