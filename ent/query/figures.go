package query

import (
	"time"

	"hearback/ent/generated/ent/verdict"
)

// Told is a number of Figures: as it may be told, or why it is hidden. It holds nothing of what is hidden.
type Told struct {
	N   int    `json:"n,omitempty"`
	Why Reason `json:"why,omitempty"`
}

// Count is how it is shown.
func (t Told) Count() Count {
	if t.Why != "" {
		return Suppressed{t.Why}
	}
	return Exact{t.N}
}

func toldAs(c Count) Told {
	if s, hidden := c.(Suppressed); hidden {
		return Told{Why: s.Reason}
	}
	return Told{N: c.(Exact).Value}
}

// Figures are what became of the experiences that were heard at a place and below it in one quarter, as they are now. Heard is what
// was published first in it and is public. Each of the pairs is told together or not at all.
type Figures struct {
	Heard       Told `json:"heard"`
	Answered    Told `json:"answered"`
	Unanswered  Told `json:"unanswered"`
	MedianHours *int `json:"median_hours,omitempty"` // within how many hours half of the answered ones had their first answer, rounded up

	Themed      Told `json:"themed"`
	Prioritised Told `json:"prioritised"`
	InAction    Told `json:"in_action"` // led to a change that is planned or tried out, or to an action that was not dropped, and to no change that is made
	Changed     Told `json:"changed"`   // led to a change that is made or embedded

	Rounds   int                     `json:"rounds,omitempty"` // verdict rounds closed in the quarter
	Verdicts map[verdict.Answer]Told `json:"verdicts,omitempty"`

	Made      int `json:"made,omitempty"`      // changes that came in the quarter to be made and still are, out of words that all can read
	Unasked   int `json:"unasked,omitempty"`   // of these, those of which nobody was asked whether they helped
	Undecided int `json:"undecided,omitempty"` // priorities put up in the quarter that wait for the choice or for a reason
}

// Quarter is a calendar quarter in UTC, such as 2026-Q3.
type Quarter string

// QuarterOf is the quarter that a moment lies in.
func QuarterOf(t time.Time) Quarter {
	t = t.UTC()
	return Quarter(t.Format("2006-Q") + string(rune('1'+(int(t.Month())-1)/3)))
}

// Begin is its first moment.
func (q Quarter) Begin() time.Time {
	year, err := time.Parse("2006", string(q[:4]))
	if err != nil {
		return time.Time{}
	}
	return year.AddDate(0, 3*int(q[6]-'1'), 0)
}

// End is the first moment after it.
func (q Quarter) End() time.Time { return q.Begin().AddDate(0, 3, 0) }

// Quarters is for how many quarters figures are kept: two years.
const Quarters = 8

// WholeQuarters are the newest n that are over at a moment, the newest first.
func WholeQuarters(now time.Time, n int) []Quarter {
	all := make([]Quarter, n)
	q := QuarterOf(now)
	for i := range all {
		q = QuarterOf(q.Begin().AddDate(0, 0, -1))
		all[i] = q
	}
	return all
}
