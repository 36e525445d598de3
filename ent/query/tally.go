package query

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/tally"
	"hearback/ent/typeid"
)

// figuresOf counts for each place what became of what was heard at it and below it.
func figuresOf(words []heard, k int) map[typeid.ID]*Figures {
	root, all := grow(words), map[typeid.ID]*Figures{}
	unheard := veil(root, ofAll, k, nil)
	hidden := make([]map[*spot]Reason, questions)
	for q := range hidden {
		hidden[q] = unheard
		if q != ofAll {
			hidden[q] = veil(root, q, k, unheard)
		}
	}
	var visit func(*spot)
	visit = func(s *spot) {
		if !s.own && s.id != "" {
			all[s.id] = s.figures(hidden)
		}
		for _, p := range s.parts {
			visit(p)
		}
	}
	visit(root)
	return all
}

func (s *spot) figures(hidden []map[*spot]Reason) *Figures {
	cells := func(q int) []Told {
		counted, told := tableOf(q, s).n, make([]Told, cellsOf(q))
		for i := range told {
			if told[i] = (Told{N: counted[i]}); hidden[q][s] != "" {
				told[i] = Told{Why: hidden[q][s]}
			}
		}
		return told
	}
	replies, to, of := cells(ofAnswers), cells(ofChanges), cells(ofThemes)
	f := &Figures{
		Heard: cells(ofAll)[0], Answered: replies[0], Unanswered: replies[1], Prioritised: of[0],
		Themed: Told{of[0].N + of[1].N, of[0].Why}, Changed: to[0], InAction: to[1],
	}
	if f.Answered.N > 0 {
		f.MedianHours = s.median()
	}
	return f
}

// median is the least number of hours within which half of what was answered had its first answer.
func (s *spot) median() *int {
	var hours []int
	for _, w := range s.words {
		if w.hours >= 0 {
			hours = append(hours, w.hours)
		}
	}
	slices.Sort(hours)
	return &hours[(len(hours)-1)/2]
}

// Listened are the figures of one place for one whole quarter.
type Listened struct {
	CountedAt time.Time
	of        Quarter
	figures   Figures
}

// Quarter is such as 2026-Q3.
func (l *Listened) Quarter() string { return string(l.of) }

// Begins is the first moment of the quarter.
func (l *Listened) Begins() time.Time { return l.of.Begin() }

// Ends is the first moment after the quarter.
func (l *Listened) Ends() time.Time { return l.of.End() }

// Heard is how many experiences were published.
func (l *Listened) Heard() Count { return l.figures.Heard.Count() }

// Answered is how many of them have an answer.
func (l *Listened) Answered() Count { return l.figures.Answered.Count() }

// Unanswered is how many of them wait for one.
func (l *Listened) Unanswered() Count { return l.figures.Unanswered.Count() }

// MedianHours is within how many hours half of those that were answered had their first answer; nil when that is not told.
func (l *Listened) MedianHours() *int { return l.figures.MedianHours }

// Themed is how many of them belong to a theme.
func (l *Listened) Themed() Count { return l.figures.Themed.Count() }

// Prioritised is how many of them belong to a theme that both sides chose to work on.
func (l *Listened) Prioritised() Count { return l.figures.Prioritised.Count() }

// InAction is how many of them led to a change that is not made yet or to an action, and to no change that is made.
func (l *Listened) InAction() Count { return l.figures.InAction.Count() }

// Changed is how many of them led to a change that is made.
func (l *Listened) Changed() Count { return l.figures.Changed.Count() }

// VerdictRounds is how many rounds were closed in the quarter.
func (l *Listened) VerdictRounds() int { return l.figures.Rounds }

// Verdicts are the answers of these rounds together; of a kind that one of them hides, nothing is told.
func (l *Listened) Verdicts() []*VerdictCount {
	counts := make([]*VerdictCount, 0, len(answers()))
	for _, a := range answers() {
		counts = append(counts, &VerdictCount{a, l.figures.Verdicts[a].Count()})
	}
	return counts
}

// ChangesMade is how many changes came in the quarter to be made, out of words that all can read.
func (l *Listened) ChangesMade() int { return l.figures.Made }

// ChangesUnasked is how many of these wait for somebody to ask whether they helped.
func (l *Listened) ChangesUnasked() int { return l.figures.Unasked }

// PrioritiesUndecided is how many priorities of the quarter wait for the choice of both sides, or for a reason.
func (l *Listened) PrioritiesUndecided() int { return l.figures.Undecided }

type listenedKey struct {
	newest Quarter
	n      int
}

// ListenedAt are the figures of a place for the newest n whole quarters that are counted, the newest first, for all services that were
// read together in one statement. Numbers that were told of fewer than k people are not given.
func ListenedAt(ctx context.Context, db *ent.Client, s *ent.Service, now time.Time, n, k int) ([]*Listened, error) {
	wanted := WholeQuarters(now, n)
	all, err := cohort.Once(s.Cohort(), listenedKey{wanted[0], n}, func(services []*ent.Service) (map[string]*ent.Tally, error) {
		return tallies(ctx, db, services, wanted, k)
	})
	if err != nil {
		return nil, err
	}
	var listened []*Listened
	for _, q := range wanted {
		counted := all[string(q)]
		if counted == nil {
			continue
		}
		l := &Listened{of: q, CountedAt: counted.CreatedAt}
		if t := all[string(s.ID)+string(q)]; t != nil {
			if err := json.Unmarshal([]byte(t.Figures), &l.figures); err != nil {
				return nil, fmt.Errorf("the figures of %s: %w", t.ID, err)
			}
		}
		listened = append(listened, l)
	}
	return listened, nil
}

// tallies are by their place and quarter; those that say that a quarter was counted by the quarter alone.
func tallies(ctx context.Context, db *ent.Client, services []*ent.Service, wanted []Quarter, k int) (map[string]*ent.Tally, error) {
	places, quarters := []string{""}, make([]string, len(wanted))
	for _, s := range services {
		places = append(places, string(s.ID))
	}
	for i, q := range wanted {
		quarters[i] = string(q)
	}
	found, err := db.Tally.Query().Where(tally.PlaceIn(places...), tally.QuarterIn(quarters...), tally.LeastGTE(k)).All(ctx)
	all := make(map[string]*ent.Tally, len(found))
	for _, t := range found {
		all[t.Place+t.Quarter] = t
	}
	return all, err
}
