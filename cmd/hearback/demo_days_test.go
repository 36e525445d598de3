package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	entorigin "hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/progress"
	"hearback/ent/generated/ent/response"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
)

// TestDemoOnEveryKindOfDay starts on days on which calendars are awkward. Whatever the day, nothing happens after it, and as
// much was published in the months before.
func TestDemoOnEveryKindOfDay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("NOT TESTED with -short: it sets the demonstration up five times; TestDemo does so once")
	}
	for _, today := range []string{"2027-03-01T00:00:01Z", "2027-06-01T00:00:01Z", "2028-02-29T23:59:59Z", "2027-03-31T12:00:00+02:00", "2026-01-01T00:00:01Z"} {
		t.Run(today, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, today)
			if err != nil {
				t.Fatal(err)
			}
			h := rehearsed(t, now)
			if n := futures(t, h.DB, now); n != 0 {
				t.Errorf("%d rows are later than %s", n, today)
			}
			if got, want := perMonth(t, h.DB, now), written(t); got != want {
				t.Errorf("published two to seven months before: %s, want %s", got, want)
			}
		})
	}
}

func rehearsed(t *testing.T, now time.Time) *house {
	t.Helper()
	h, err := openDemo(t.Context(), t.TempDir(), terminal{Out: t.Output(), Err: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := h.rehearse(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	return h
}

// futures counts what happened later than now.
func futures(t *testing.T, db *ent.Client, now time.Time) (n int) {
	t.Helper()
	ctx := rule.AsSystem(t.Context(), "a test looks at every row")
	for _, count := range []func(context.Context) (int, error){
		db.Experience.Query().Where(experience.Or(experience.CreatedAtGT(now), experience.PublishedAtGT(now), experience.AnsweredAtGT(now))).Count,
		db.Change.Query().Where(change.Or(change.CreatedAtGT(now), change.MovedAtGT(now))).Count,
		db.Response.Query().Where(response.CreatedAtGT(now)).Count, db.Decision.Query().Where(decision.CreatedAtGT(now)).Count,
		db.Origin.Query().Where(entorigin.CreatedAtGT(now)).Count, db.Progress.Query().Where(progress.CreatedAtGT(now)).Count,
		db.Step.Query().Where(step.CreatedAtGT(now)).Count,
	} {
		found, err := count(ctx)
		if err != nil {
			t.Fatal(err)
		}
		n += found
	}
	return n
}

// written is how many the script has for each of these months.
func written(t *testing.T) (all string) {
	t.Helper()
	s, err := readScript()
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]int{}
	for _, e := range s.experiences {
		if month, _, ok := strings.Cut(string(e.At), "/"); ok && e.Returned == "" {
			of[month]++
		}
	}
	for before := 2; before <= 7; before++ {
		all += fmt.Sprintf("%d ", of[fmt.Sprint(before)])
	}
	return all
}

// perMonth counts what was published in each month, two to seven before now.
func perMonth(t *testing.T, db *ent.Client, now time.Time) (all string) {
	t.Helper()
	now = now.UTC()
	for before := 2; before <= 7; before++ {
		month := time.Date(now.Year(), now.Month()-time.Month(before), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
		n, err := db.Experience.Query().Where(experience.PublishedMonth(month)).Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all += fmt.Sprintf("%d ", n)
	}
	return all
}
