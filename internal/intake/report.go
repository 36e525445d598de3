package intake

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
)

// Report collects what became of the rows of one file. Use NewReport; it is not safe for use by several goroutines.
type Report struct {
	keep    int
	taken   int
	skipped map[string]*Reason
	noted   map[string]*Reason
}

// Reason is how often something happened and where it did first.
type Reason struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
	Count  int    `json:"count"`
	// Lines are the first lines it happened on.
	Lines []int `json:"lines"`
}

// NewReport begins a report that keeps the first keep line numbers of each reason.
func NewReport(keep int) *Report {
	return &Report{keep: max(keep, 0), skipped: map[string]*Reason{}, noted: map[string]*Reason{}}
}

// Take counts one row that was really taken.
func (r *Report) Take() { r.taken++ }

// Skip counts a row that was left out. A caller may skip for reasons with codes of its own.
func (r *Report) Skip(p Problem) { r.add(r.skipped, p) }

// Note counts something said about a row that is good to take.
func (r *Report) Note(p Problem) { r.add(r.noted, p) }

func (r *Report) add(to map[string]*Reason, p Problem) {
	reason := to[p.Code]
	if reason == nil {
		reason = &Reason{Code: p.Code, Reason: cmp.Or(Meaning(p.Code), p.Reason)}
		to[p.Code] = reason
	}
	reason.Count++
	if len(reason.Lines) < r.keep {
		reason.Lines = append(reason.Lines, p.Line)
	}
}

// Taken is the number of rows taken.
func (r *Report) Taken() int { return r.taken }

// SkippedRows is the number of rows left out.
func (r *Report) SkippedRows() int {
	n := 0
	for _, reason := range r.skipped {
		n += reason.Count
	}
	return n
}

// Skipped are the reasons for leaving rows out, the most frequent first.
func (r *Report) Skipped() []Reason { return sorted(r.skipped) }

// Noted is what was said about rows that are good to take, the most frequent first.
func (r *Report) Noted() []Reason { return sorted(r.noted) }

func sorted(reasons map[string]*Reason) []Reason {
	out := make([]Reason, 0, len(reasons))
	for _, reason := range slices.SortedFunc(maps.Values(reasons), func(a, b *Reason) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code))
	}) {
		copied := *reason
		copied.Lines = slices.Clone(reason.Lines)
		out = append(out, copied)
	}
	return out
}

// MarshalJSON gives {"taken": 1, "skipped": {"rows": 2, "reasons": […]}, "noted": […]}.
func (r *Report) MarshalJSON() ([]byte, error) {
	type skipped struct {
		Rows    int      `json:"rows"`
		Reasons []Reason `json:"reasons"`
	}
	return json.Marshal(struct {
		Taken   int      `json:"taken"`
		Skipped skipped  `json:"skipped"`
		Noted   []Reason `json:"noted"`
	}{r.taken, skipped{r.SkippedRows(), r.Skipped()}, r.Noted()})
}
