package intake_test

import (
	"strings"
	"testing"
	"time"

	"hearback/internal/intake"
)

func TestExperiencesDates(t *testing.T) {
	t.Parallel()
	covers := intake.Period{From: time.Date(2022, time.March, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2022, time.September, 30, 0, 0, 0, 0, time.UTC)}
	for name, c := range map[string]struct {
		date   string
		covers intake.Period
		want   string // date, precision, other month, note
	}{
		"ISO":                               {date: "2022-05-04", want: "2022-05-04 DAY - -"},
		"ISO with a time":                   {date: "2022-05-04T10:00:00Z", want: "2022-05-04 DAY - -"},
		"month only":                        {date: "2022-05", want: "2022-05-01 MONTH - -"},
		"this month":                        {date: "2025-03", want: "2025-03-01 MONTH - -"},
		"day first for sure":                {date: "31/05/2022 14:30", want: "2022-05-31 DAY - -"},
		"month first for sure":              {date: "5/31/2022", want: "2022-05-31 DAY - -"},
		"same both ways":                    {date: "05.05.2022", want: "2022-05-05 DAY - -"},
		"either way":                        {date: "04/05/2022", want: "2022-05-01 MONTH 2022-04 date-ambiguous"},
		"either way, one in the future":     {date: "04/12/2025", want: "problem"},
		"either way, only one is not ahead": {date: "03/12/2024", want: "2024-12-01 MONTH 2024-03 date-ambiguous"},
		"the other way is not ahead":        {date: "01/04/2025", want: "2025-01-04 DAY - date-resolved"},
		"only one in the file's time":       {date: "04/12/2022", covers: covers, want: "2022-04-12 DAY - date-resolved"},
		"only the first in the file's time": {date: "12/04/2022", covers: covers, want: "2022-04-12 DAY - date-resolved"},
		"both in the file's time":           {date: "04/05/2022", covers: covers, want: "2022-05-01 MONTH 2022-04 date-ambiguous"},
		"neither in the file's time":        {date: "01/02/2021", covers: covers, want: "2021-02-01 MONTH 2021-01 date-ambiguous"},
		"short year":                        {date: "31/05/22", want: "problem"},
		"words":                             {date: "last May", want: "problem"},
		"thirteenth month":                  {date: "13/13/2022", want: "problem"},
		"letters for digits":                {date: "1/l/2022", want: "problem"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := intake.Options{Today: today, Covers: c.covers}
			rows, problems, err := read(intake.Experiences(strings.NewReader("id,trust,date,text\n1,RZA,"+c.date+",Kind\n"), o))
			if err != nil || len(rows)+len(problems) != 1 {
				t.Fatal(rows, problems, err)
			}
			if got := described(rows); got != c.want {
				t.Errorf("%s: got %s (%v), want %s", c.date, got, problems, c.want)
			}
		})
	}
}

func described(rows []intake.ExperienceRow) string {
	if len(rows) == 0 {
		return "problem"
	}
	other, note := "-", "-"
	if row := rows[0]; row.DateAmbiguous {
		other = row.OtherDate.Format("2006-01")
	}
	if len(rows[0].Notes) > 0 {
		note = rows[0].Notes[0].Code
	}
	return strings.Join([]string{rows[0].Date.Format(time.DateOnly), string(rows[0].Precision), other, note}, " ")
}

// The file itself says which of its ISO dates are guesses.
func TestExperiencesAmbiguousInJSON(t *testing.T) {
	t.Parallel()
	rows, problems, err := experiences(told("2022-05-31", "2022-05-04", `"dateAmbiguous":false`, `"dateAmbiguous":true`) + told(`"dateAmbiguous":false`, `"dateAmbiguous":true`))
	if err != nil || len(problems) > 0 || len(rows) != 2 {
		t.Fatal(rows, problems, err)
	}
	if got := described(rows[:1]); got != "2022-05-01 MONTH 2022-04 date-ambiguous" {
		t.Error(got)
	}
	if got := described(rows[1:]); got != "2022-05-31 DAY - -" {
		t.Errorf("the 31st cannot be a month: %s", got)
	}
}

func TestPeriodOf(t *testing.T) {
	t.Parallel()
	file := "id,trust,date,text\n1,RZA,2022-05-31,Kind\n2,RZA,01/02/2020,Kind\n3,RZA,2022-03-30,Kind\n4,RZA,2023-01,Kind\n5,RZA,2022-09-30,Kind\n6,RZA,never,Kind\n"
	p, err := intake.PeriodOf(intake.Experiences(strings.NewReader(file), intake.Options{Today: today}))
	if err != nil || p.From.Format(time.DateOnly) != "2022-03-30" || p.To.Format(time.DateOnly) != "2022-09-30" {
		t.Errorf("only dates that are certain count: %v, %v", p, err)
	}
	if _, err := intake.PeriodOf(intake.Experiences(strings.NewReader("a,b\n"), intake.Options{})); err == nil {
		t.Error("a file that cannot be read must say so")
	}
}
