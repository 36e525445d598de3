// Package query answers questions that are wider than a row: how far somebody's words have come, and how many there are
// without telling anything about few people.
package query

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// K is the least number of different people that a count may be about (NHS Digital masks below 5 in community data sets). An
// installation may ask for more, never for fewer.
const K = 5

// Count is a number about people: Exact, or Suppressed because it would be about too few.
type Count interface{ IsCount() }

// Exact is a number that may be shown.
type Exact struct{ Value int }

// Suppressed is a number that is hidden; it is not zero.
type Suppressed struct{ Reason Reason }

// IsCount marks Exact as a Count.
func (Exact) IsCount() {}

// IsCount marks Suppressed as a Count.
func (Suppressed) IsCount() {}

// Reason is why a number is hidden.
type Reason string

// The reasons.
const (
	SmallNumber Reason = "SMALL_NUMBER"
	Secondary   Reason = "SECONDARY"
)

// MonthCount is how many there are in one month, such as 2026-05.
type MonthCount struct {
	Month string
	Count Count
}

// cell is a number and how many different people it is about.
type cell struct{ n, people int }

// hide is the one place where numbers about people are let through. A cell about fewer than k people (not none) is hidden. The
// smallest of the others goes with it, however many are hidden already: what a total known from elsewhere leaves for the
// hidden ones together is then about k people at least, who need not be others from cell to cell. The cells given here are
// a whole table that is always hidden together: were it another one for each question, two answers could be compared.
func hide(cells []cell, k int) []Count {
	counts := make([]Count, len(cells))
	hidden, next := false, -1
	for i, c := range cells {
		switch {
		case c.people > 0 && c.people < k:
			counts[i], hidden = Suppressed{SmallNumber}, true
		default:
			counts[i] = Exact{c.n}
			if c.n > 0 && (next < 0 || c.n < cells[next].n) {
				next = i
			}
		}
	}
	if hidden && next >= 0 {
		counts[next] = Suppressed{Secondary}
	}
	return counts
}

// hideByYear hides in the tables of whole calendar years, so that a month has the same answer in every question.
func hideByYear(of map[string]cell, months []string, k int) []MonthCount {
	answers := map[string]Count{}
	for _, year := range years(months) {
		cells := make([]cell, 12)
		for m := range cells {
			cells[m] = of[monthOf(year, m+1)]
		}
		for m, c := range hide(cells, k) {
			answers[monthOf(year, m+1)] = c
		}
	}
	counts := make([]MonthCount, len(months))
	for i, m := range months {
		counts[i] = MonthCount{m, answers[m]}
	}
	return counts
}

// years are those that the months lie in, each once, in their order.
func years(months []string) (all []string) {
	for _, m := range months {
		if year := m[:4]; len(all) == 0 || all[len(all)-1] != year {
			all = append(all, year)
		}
	}
	return all
}

func monthOf(year string, month int) string { return fmt.Sprintf("%s-%02d", year, month) }

type monthKey struct{ from, to string }

// PerMonth counts the published experiences of a service in each of the given months, for all services that were read
// together in one statement, and hides what is about fewer than k people. It reads from an index; its cost grows with what was
// published there in the years of these months.
func PerMonth(ctx context.Context, db *ent.Client, s *ent.Service, months []string, k int) ([]MonthCount, error) {
	from, to := monthOf(months[0][:4], 1), monthOf(months[len(months)-1][:4], 12)
	all, err := cohort.Once(s.Cohort(), monthKey{from, to}, func(services []*ent.Service) (map[typeid.ID]map[string]cell, error) {
		return perMonth(ctx, db, services, from, to)
	})
	if err != nil {
		return nil, err
	}
	return hideByYear(all[s.ID], months, k), nil
}

func perMonth(ctx context.Context, db *ent.Client, services []*ent.Service, from, to string) (map[typeid.ID]map[string]cell, error) {
	var found []struct {
		Service typeid.ID
		Month   string
		N       int
		People  int
	}
	err := db.Experience.Query().
		Where(rule.Published, experience.ServiceIDIn(ids(services)...),
			experience.PublishedMonthGTE(from), experience.PublishedMonthLTE(to)).
		Modify(func(s *sql.Selector) {
			of, month := s.C(experience.FieldServiceID), s.C(experience.FieldPublishedMonth)
			s.Select(sql.As(of, "service"), sql.As(month, "month"), sql.As(sql.Count("*"), "n"),
				sql.As(sql.Count(sql.Distinct(s.C(experience.FieldAuthorID))), "people")).GroupBy(of, month)
		}).Scan(ctx, &found)
	cells := make(map[typeid.ID]map[string]cell, len(services))
	for _, f := range found {
		if cells[f.Service] == nil {
			cells[f.Service] = map[string]cell{}
		}
		cells[f.Service][f.Month] = cell{f.N, f.People}
	}
	return cells, err
}

func ids[T interface{ Key() typeid.ID }](rows []T) []typeid.ID {
	keys := make([]typeid.ID, len(rows))
	for i, r := range rows {
		keys[i] = r.Key()
	}
	return slices.Compact(keys)
}

type originCountKey struct{}

// Origins counts the experiences that led to a change. Those that are published can be read one by one, so their number is
// no secret; the number is hidden when it would tell of a few that cannot be read.
func Origins(ctx context.Context, db *ent.Client, c *ent.Change, k int) (Count, error) {
	all, err := cohort.Once(c.Cohort(), originCountKey{}, func(changes []*ent.Change) (map[typeid.ID]originCount, error) {
		return countOrigins(rule.AsSystem(ctx, "a count that hides small numbers"), db, changes)
	})
	if err != nil {
		return nil, err
	}
	of := all[c.ID]
	if of.hidden.people > 0 && of.hidden.people < k {
		return Suppressed{SmallNumber}, nil
	}
	return Exact{of.open + of.hidden.n}, nil
}

type originCount struct {
	open   int
	hidden cell
}

// counted holds for links of who agrees that others see what their words led to. What was withdrawn goes on counting, so that
// the history of a change stays true.
func counted(s *sql.Selector, e *sql.SelectTable) *sql.Predicate {
	return sql.Or(rule.Agreed(s, s.C(origin.FieldExperienceID), consent.PurposeThemeAnalysis), sql.EQ(e.C(experience.FieldState), experience.StateWithdrawn))
}

// countOrigins parts what everybody can read from what is hidden, for whatever reason: somebody whose words are hidden for two
// reasons is one person.
func countOrigins(ctx context.Context, db *ent.Client, changes []*ent.Change) (map[typeid.ID]originCount, error) {
	var found []struct {
		Change typeid.ID
		Open   int
		N      int
		People int
	}
	err := db.Origin.Query().Where(origin.ChangeIDIn(ids(changes)...)).Modify(func(s *sql.Selector) {
		e := sql.Table(experience.Table)
		s.Join(e).On(s.C(origin.FieldExperienceID), e.C(experience.FieldID)).Where(counted(s, e))
		of := s.C(origin.FieldChangeID)
		s.Select(sql.As(of, "change"), sql.As(sql.Count("*"), "n"), sql.As(sql.Count(sql.Distinct(e.C(experience.FieldAuthorID))), "people"))
		s.AppendSelectExprAs(sql.Expr("CASE WHEN "+e.C(experience.FieldState)+" = '"+string(experience.StatePublished)+"' THEN 1 ELSE 0 END"), "open")
		s.GroupBy(of, "open")
	}).Scan(ctx, &found)
	counts := make(map[typeid.ID]originCount, len(changes))
	for _, f := range found {
		c := counts[f.Change]
		if f.Open == 1 {
			c.open = f.N
		} else {
			c.hidden = cell{f.N, f.People}
		}
		counts[f.Change] = c
	}
	return counts, err
}
