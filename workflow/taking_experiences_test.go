package workflow_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/dbtest"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/service"
	"hearback/ent/rule"
	"hearback/internal/intake"
	"hearback/workflow"
)

// comment is a row about Ward 2 of Moor NHS Trust; edit makes it another.
func comment(line int, edit func(*intake.ExperienceRow)) intake.ExperienceRow {
	row := intake.ExperienceRow{
		Line: line, SourceKey: fmt.Sprint("Q1-", line), Respondent: fmt.Sprint("R", line), TrustCode: "RZA", ServiceNames: []string{"Ward 2"},
		Date: time.Date(2026, time.March, 9, 0, 0, 0, 0, time.UTC), Precision: intake.ToTheDay, Question: "What was good?", Text: "The night nurse sat with me.",
	}
	if edit != nil {
		edit(&row)
	}
	return row
}

func told(t *testing.T, n int) []intake.ExperienceRow {
	t.Helper()
	rows := make([]intake.ExperienceRow, n)
	for i := range rows {
		rows[i] = comment(i+1, func(r *intake.ExperienceRow) {
			r.Respondent = fmt.Sprint("R", i/2)
			r.ServiceNames = []string{fmt.Sprint("Team ", i%7), fmt.Sprint("Clinic ", i%3)}
		})
	}
	return rows
}

func takeExperiences(t *testing.T, db *dbtest.DB, how workflow.Taking, rows ...intake.ExperienceRow) workflow.Taken {
	t.Helper()
	taken, err := flowOn(db).ExperiencesTake(t.Context(), rows, how)
	must(t, err)
	return taken
}

func asSystem(t *testing.T) context.Context {
	t.Helper()
	return rule.AsSystem(t.Context(), "a test looks at what was kept")
}

func everyExperience(t *testing.T, db *dbtest.DB) []*ent.Experience {
	t.Helper()
	return db.Client.Experience.Query().Order(experience.BySourceKey()).AllX(asSystem(t))
}

func people(t *testing.T, db *dbtest.DB) int {
	t.Helper()
	return db.Client.Person.Query().CountX(asSystem(t))
}

func TestExperiencesTakeWaitsForAModerator(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeServices(t, db, tree)
		if taken := takeExperiences(t, db, workflow.Taking{}, comment(2, nil)); taken.New != 1 || taken.People != 1 || taken.Places != nil {
			t.Errorf("got %+v", taken)
		}
		e := everyExperience(t, db)[0]
		if e.ServiceID != at(t, db, "RZA01/ward 2").ID || e.State != experience.StateInModeration || e.PublishedAt != nil || e.PublishedMonth != "" {
			t.Errorf("got %+v", e)
		}
		if e.Question != "What was good?" || e.Story != "The night nurse sat with me." || e.HappenedIn != "2026-03" || e.DisplayName != "Anonymous" ||
			e.Relationship != experience.RelationshipPatient || e.Intention != experience.IntentionTell || !e.CreatedAt.Equal(thatDay) || len(e.Fingerprint) != 64 {
			t.Errorf("got %+v", e)
		}
		if seen := db.Client.Experience.Query().CountX(t.Context()); seen != 0 {
			t.Error("somebody who is not signed in reads what no moderator has read")
		}
	})
}

func TestExperiencesTakePublishedCountInTheirMonths(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeServices(t, db, tree)
		taken := takeExperiences(t, db, workflow.Taking{Published: true}, comment(2, nil),
			comment(3, func(r *intake.ExperienceRow) { r.Date = r.Date.AddDate(0, 1, 0) }))
		if taken.New != 2 {
			t.Errorf("got %+v", taken)
		}
		published := db.Client.Experience.Query().Order(experience.ByPublishedAt()).AllX(t.Context())
		if len(published) != 2 || published[0].PublishedMonth != "2026-03" || published[1].PublishedMonth != "2026-04" ||
			published[0].PublishedAt.Format(time.RFC3339) != "2026-03-09T00:00:00Z" {
			t.Errorf("got %v", published)
		}
	})
}

func TestExperiencesTakeDoesNotShowWhichAnswersOnePersonGave(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeExperiences(t, db, workflow.Taking{Published: true}, told(t, 200)...) // each respondent's two answers stand together
		feed := db.Client.Experience.Query().Order(experience.ByPublishedAt(), experience.ByID()).AllX(t.Context())
		together := 0
		for i := 1; i < len(feed); i++ {
			if feed[i].AuthorID == feed[i-1].AuthorID {
				together++
			}
		}
		if len(feed) != 200 || together > 20 {
			t.Errorf("of 100 people %d have their two answers beside each other in the feed", together)
		}
	})
}

func TestExperiencesTakeAgainDoublesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		rows := []intake.ExperienceRow{
			comment(1, nil),
			comment(2, func(r *intake.ExperienceRow) { r.Respondent = "R1" }),                     // the same person's second answer
			comment(3, func(r *intake.ExperienceRow) { r.TrustCode, r.Respondent = "RZX", "R1" }), // another trust counts alike
			comment(4, func(r *intake.ExperienceRow) { r.SourceKey, r.TrustCode = "Q1-1", "RZX" }),
			comment(5, func(r *intake.ExperienceRow) { r.Respondent = "" }),
			comment(6, func(r *intake.ExperienceRow) { r.Respondent = "" }),
			comment(7, func(r *intake.ExperienceRow) { r.SourceKey = "Q1-1" }), // twice in one file
		}
		first := takeExperiences(t, db, workflow.Taking{}, rows...)
		if first.New != 6 || first.Known != 1 || first.People != 5 || people(t, db) != 5 {
			t.Errorf("got %+v, %d people", first, people(t, db))
		}
		before := fmt.Sprint(everyExperience(t, db))
		rows[0].Text = "Something else."
		again := takeExperiences(t, db, workflow.Taking{Published: true}, rows...)
		if again.New != 0 || again.Known != 7 || again.People != 0 || again.Places != nil || codes(again.Noted) != "1 other-words, 7 other-words" {
			t.Errorf("got %+v", again)
		}
		if after := fmt.Sprint(everyExperience(t, db)); after != before {
			t.Errorf("the second time left\n%s, the first\n%s", after, before)
		}
	})
}

// Words that may tell of danger are read by a moderator here, whoever read them elsewhere.
func TestExperiencesTakePublishesNothingThatMayTellOfDanger(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		got := takeExperiences(t, db, workflow.Taking{Published: true}, comment(1, nil), comment(2, func(r *intake.ExperienceRow) { r.Text = "He hits me." }))
		if got.New != 2 || got.Published != 1 || !strings.HasSuffix(codes(got.Noted), "2 may-tell-of-danger") {
			t.Errorf("got %+v", got)
		}
		for _, e := range everyExperience(t, db) {
			if (e.State == experience.StatePublished) != (e.Signals == "") {
				t.Errorf("%q is %s with the signs %q", e.Story, e.State, e.Signals)
			}
		}
	})
}

// What somebody took back stays away, also when the same file is taken again; nothing that is kept joins the two.
func TestExperiencesTakeDoesNotBringBackWhatWasTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		rows := []intake.ExperienceRow{comment(1, nil), comment(2, nil)}
		takeExperiences(t, db, workflow.Taking{}, rows...)
		gone := everyExperience(t, db)[0]
		me := auth.NewContext(t.Context(), &auth.Viewer{Person: string(gone.AuthorID), Scopes: auth.SessionScopes(), At: time.Now()})
		if _, _, err := flowOn(db).ExperienceWithdraw(me, gone.ID, gone.Version); err != nil {
			t.Fatal(err)
		}
		again := takeExperiences(t, db, workflow.Taking{}, rows...)
		if again.New != 0 || again.Known != 2 || again.People != 0 || codes(again.Noted) != "1 taken-back" {
			t.Errorf("got %+v", again)
		}
		if left := db.Client.Experience.GetX(asSystem(t), gone.ID); left.SourceKey != nil || left.Story != "" {
			t.Errorf("there is left %v", left)
		}
	})
}

func TestExperiencesTakeFindsThePlaceOrMakesIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeServices(t, db, tree)
		named := func(line int, names ...string) intake.ExperienceRow {
			return comment(line, func(r *intake.ExperienceRow) { r.ServiceNames = names })
		}
		rows := []intake.ExperienceRow{
			named(1, "Dale Hospital", "WARD  1"), // a name below a name, however it is written
			named(2, "Ward 1"),                   // at both hospitals
			named(3, "Community", "Foot clinic"), named(4, "Community", "Foot clinic"), named(5, "Foot clinic"),
			named(6),
			comment(7, func(r *intake.ExperienceRow) { r.TrustCode, r.ServiceCode = "", "rza02" }),
			comment(8, func(r *intake.ExperienceRow) { r.TrustCode, r.ServiceCode = "", "RZ999" }),
			comment(9, func(r *intake.ExperienceRow) { r.ServiceCode, r.ServiceNames = "RZA77", []string{"Unit"} }),
		}
		taken := takeExperiences(t, db, workflow.Taking{}, rows...)
		if codes(taken.Skipped) != "2 service-ambiguous, 8 service-unknown" || taken.New != 7 {
			t.Errorf("got %+v", taken)
		}
		where := map[int]string{1: "RZA02/ward 1", 3: "RZA/community/foot clinic", 4: "RZA/community/foot clinic", 5: "RZA/community/foot clinic", 6: "RZA", 7: "RZA02", 9: "RZA77"}
		for _, e := range everyExperience(t, db) {
			var line int
			_, err := fmt.Sscanf((*e.SourceKey)[strings.LastIndex(*e.SourceKey, "-")+1:], "%d", &line)
			if must(t, err); e.ServiceID != at(t, db, where[line]).ID {
				t.Errorf("line %d is not at %s", line, where[line])
			}
		}
		clinic, community := at(t, db, "RZA/community/foot clinic"), at(t, db, "RZA/community")
		if clinic.Kind != service.KindService || clinic.Name != "Foot clinic" || clinic.Path != community.Path+string(clinic.ID)+"/" || *community.ParentID != at(t, db, "RZA").ID {
			t.Errorf("got %+v below %+v", clinic, community)
		}
	})
}

func TestExperiencesTakeWithoutCreatingLeavesOutWhatIsUnknown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeServices(t, db, tree)
		taken := takeExperiences(t, db, workflow.Taking{NoCreate: true}, comment(1, nil),
			comment(2, func(r *intake.ExperienceRow) { r.TrustCode = "RZX" }),
			comment(3, func(r *intake.ExperienceRow) { r.ServiceNames = []string{"Nowhere"} }))
		if codes(taken.Skipped) != "2 service-unknown, 3 service-unknown" || taken.New != 1 || taken.Places != nil {
			t.Errorf("got %+v", taken)
		}
		made := takeExperiences(t, db, workflow.Taking{}, comment(2, func(r *intake.ExperienceRow) { r.TrustCode = "RZX" }))
		if codes(made.Noted) != "2 trust-made" || len(made.Places) != 2 || at(t, db, "RZX").ParentID != nil {
			t.Errorf("got %+v", made)
		}
	})
}

func TestExperiencesTakeSaysWhatItDecided(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeServices(t, db, tree)
		takeServices(t, db, trusts+"RZA,MOOR NHS TRUST,QZ1,20010401,20260331\n")
		taken := takeExperiences(t, db, workflow.Taking{},
			comment(1, func(r *intake.ExperienceRow) { r.Date = r.Date.AddDate(0, 1, 0) }),
			comment(2, func(r *intake.ExperienceRow) { r.Question = strings.Repeat("é", workflow.MaxQuestion+1) }),
			comment(3, func(r *intake.ExperienceRow) { r.Relationship = "Carer" }),
			comment(4, func(r *intake.ExperienceRow) { r.Relationship = "neighbour" }),
			comment(5, func(r *intake.ExperienceRow) { r.Text = strings.Repeat("a", workflow.MaxStory+1) }),
			comment(6, func(r *intake.ExperienceRow) { r.SourceKey = strings.Repeat("ä", 200) }))
		if codes(taken.Skipped) != "1 service-closed, 5 too-long" || codes(taken.Noted) != "2 question-cut, 4 relationship-unknown" || taken.New != 4 {
			t.Errorf("skipped %s, noted %s", codes(taken.Skipped), codes(taken.Noted))
		}
		for _, e := range everyExperience(t, db) {
			if strings.HasSuffix(*e.SourceKey, "-3") != (e.Relationship == experience.RelationshipCarer) {
				t.Errorf("%s is a %s", *e.SourceKey, e.Relationship)
			}
		}
	})
}

func TestExperiencesTakeReadsTheForm(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		says := func(form, says string) func(*intake.ExperienceRow) {
			return func(r *intake.ExperienceRow) { r.Form, r.Says = form, says }
		}
		rows := []intake.ExperienceRow{
			comment(1, nil), comment(2, says("Survey", "")), comment(3, says("statement", "Not working")), comment(4, says("thank-you", "")),
			comment(5, says("rumour", "")), comment(6, says("statement", "")), comment(7, says("interview", "working")), comment(8, says("statement", "so-so")),
		}
		for _, want := range []int{4, 0} { // and nothing the second time
			taken := takeExperiences(t, db, workflow.Taking{Form: experience.FormObservation}, rows...)
			if codes(taken.Skipped) != "5 form-unknown, 6 says-unknown, 7 says-unknown, 8 says-unknown" || taken.New != want {
				t.Errorf("%d are new, skipped %s", taken.New, codes(taken.Skipped))
			}
		}
		for i, e := range everyExperience(t, db) {
			want := []experience.Form{experience.FormObservation, experience.FormSurveyResult, experience.FormStatement, experience.FormThankYou}[i]
			if e.Form != want || (e.Says != nil) != (want == experience.FormStatement) || e.State != experience.StateInModeration {
				t.Errorf("%s is %s, %v, %s", *e.SourceKey, e.Form, e.Says, e.State)
			}
		}
	})
}

func TestExperiencesTakeDryWritesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		if taken := takeExperiences(t, db, workflow.Taking{DryRun: true, Published: true}, told(t, 50)...); taken.New != 50 || len(taken.Places) == 0 {
			t.Errorf("got %+v", taken)
		}
		if n := len(everyExperience(t, db)) + people(t, db) + db.Client.Service.Query().CountX(t.Context()); n != 0 {
			t.Errorf("%d rows were written", n)
		}
	})
}

func TestExperiencesTakeSendsTheSameNumberOfStatementsHoweverManyRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		f := flowOn(db)
		for i, n := range []int{1, 10, 500, 1000} {
			rows := told(t, n)
			for k := range rows {
				rows[k].TrustCode = fmt.Sprint("RZ", i)
			}
			take := func() {
				_, err := f.ExperiencesTake(t.Context(), rows, workflow.Taking{Published: true})
				must(t, err)
			}
			if said := db.Said(take); len(said) != 10 {
				t.Errorf("%d new rows took %d statements, want 10:\n%s", n, len(said), strings.Join(said, "\n"))
			}
			if said := db.Said(take); len(said) != 4 {
				t.Errorf("%d known rows took %d statements, want 4", n, len(said))
			}
		}
		_, err := f.ExperiencesTake(t.Context(), told(t, workflow.MaxTaken), workflow.Taking{})
		must(t, err)
	})
}

// What was said elsewhere is looked through for signs of danger as what is said here, with no statement more.
func TestExperiencesTakeLooksForSigns(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeServices(t, db, tree)
		takeExperiences(t, db, workflow.Taking{}, comment(2, nil), comment(3, func(r *intake.ExperienceRow) { r.Text = "He hits me." }))
		found := db.Client.Experience.Query().Where(experience.SignalsNEQ("")).AllX(asSystem(t))
		if len(found) != 1 || found[0].Story != "He hits me." || found[0].Signals != "ABUSE" {
			t.Errorf("signs in %v", found)
		}
	})
}
