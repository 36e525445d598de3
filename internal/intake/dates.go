package intake

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// Period is a span of days, both ends included. The zero Period is unknown.
type Period struct{ From, To time.Time }

func (p Period) known() bool                 { return !p.From.IsZero() && !p.To.IsZero() }
func (p Period) includes(day time.Time) bool { return !day.Before(p.From) && !day.After(p.To) }

// PeriodOf is the time that a file covers by the dates in it that are certain. Reading a file once for this and a
// second time with Options.Covers settles many of the dates whose day and month could be either way round.
// The error is what ended the reading early, if anything did.
func PeriodOf(rows iter.Seq2[ExperienceRow, error]) (Period, error) {
	var p Period
	for row, err := range rows {
		switch {
		case isFatal(err):
			return p, err
		case err != nil || row.Precision != ToTheDay:
			continue
		case p.From.IsZero() || row.Date.Before(p.From):
			p.From = row.Date
		}
		if row.Date.After(p.To) {
			p.To = row.Date
		}
	}
	return p, nil
}

// moment is a date as a file gives it: the reading preferred and, when day and month could change places, the other.
type moment struct {
	day       time.Time
	precision Precision
	other     time.Time
}

var errNotADate = errors.New("the date is neither like 2022-05-31 nor like 31/05/2022")

// parseDate reads 2022-05-31, 2022-05, 31/05/2022 and 5/31/2022, with or without a time of day behind it.
func parseDate(text string) (moment, error) {
	text, _, _ = strings.Cut(strings.TrimSpace(text), " ")
	text, _, _ = strings.Cut(text, "T")
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return moment{day: day, precision: ToTheDay}, nil
	}
	if month, err := time.Parse("2006-01", text); err == nil {
		return moment{day: month, precision: ToTheMonth}, nil
	}
	return parseSlashed(text)
}

func parseSlashed(text string) (moment, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/.-", r) })
	if len(parts) != 3 || len(parts[2]) != 4 {
		return moment{}, errNotADate
	}
	var number [3]int
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil {
			return moment{}, errNotADate
		}
		number[i] = n
	}
	return eitherWay(number[2], number[0], number[1])
}

// eitherWay reads a/b as day/month and, where the calendar allows it, as month/day.
func eitherWay(year, a, b int) (moment, error) {
	dayFirst, okDay := calendarDay(year, b, a)
	monthFirst, okMonth := calendarDay(year, a, b)
	switch {
	case okDay && okMonth && a != b:
		return moment{day: dayFirst, precision: ToTheDay, other: monthFirst}, nil
	case okDay:
		return moment{day: dayFirst, precision: ToTheDay}, nil
	case okMonth:
		return moment{day: monthFirst, precision: ToTheDay}, nil
	}
	return moment{}, errNotADate
}

func calendarDay(year, month, day int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Year() == year && int(t.Month()) == month && t.Day() == day
}

// swapped is the moment with the other reading added, for a file that says itself that its date is ambiguous.
func (m moment) swapped() moment {
	both, err := eitherWay(m.day.Year(), m.day.Day(), int(m.day.Month()))
	if err != nil || m.precision != ToTheDay {
		return m
	}
	return both
}

// setDate puts a moment into the row, or says why it cannot be right.
func (row *ExperienceRow) setDate(m moment, o Options) error {
	plausible := Period{From: firstDay(m.precision, o.Earliest), To: o.Today}
	if !m.other.IsZero() {
		m = row.settle(m, plausible, o.Covers)
	}
	if !plausible.includes(m.day) {
		return Problem{Line: row.Line, Field: "date", Code: CodeDateRange, Reason: fmt.Sprintf("the date %s is not between %s and %s",
			m.day.Format(time.DateOnly), o.Earliest.Format(time.DateOnly), o.Today.Format(time.DateOnly))}
	}
	row.Date, row.Precision = firstDay(m.precision, m.day), m.precision
	return nil
}

// settle chooses between the two readings of a date if only one can be right; else it keeps the month and says so.
func (row *ExperienceRow) settle(m moment, plausible, covers Period) moment {
	for _, period := range []Period{plausible, covers} {
		first, second := period.includes(m.day), period.includes(m.other)
		if !period.known() || first == second {
			continue
		}
		if second {
			m.day = m.other
		}
		row.note("date", CodeDateResolved)
		return moment{day: m.day, precision: ToTheDay}
	}
	if plausible.includes(m.day) {
		row.DateAmbiguous, row.OtherDate = true, firstDay(ToTheMonth, m.other)
		row.note("date", CodeDateAmbiguous)
	}
	return moment{day: m.day, precision: ToTheMonth}
}

func (row *ExperienceRow) note(field, code string) {
	row.Notes = append(row.Notes, Problem{Line: row.Line, Field: field, Code: code, Reason: Meaning(code)})
}

// firstDay is the first day of the month when no more than the month is known.
func firstDay(p Precision, day time.Time) time.Time {
	if p == ToTheMonth {
		return time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return day
}
