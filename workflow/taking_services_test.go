package workflow_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"hearback/ent/dbtest"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/service"
	"hearback/internal/intake"
	"hearback/internal/pubsub"
	"hearback/workflow"
)

const tree = "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward\n" +
	"QZ1,MOOR ICB,RZA,MOOR NHS TRUST,RZA01,FELL HOSPITAL - RZA01,WARD 1\n" +
	"QZ1,MOOR ICB,RZA,MOOR NHS TRUST,RZA01,FELL HOSPITAL - RZA01,WARD 2\n" +
	"QZ1,MOOR ICB,RZA,MOOR NHS TRUST,RZA02,DALE HOSPITAL - RZA02,WARD 1\n" +
	"QZ1,MOOR ICB,RZB,BECK CLINIC,RZB,BECK CLINIC,WARD 1\n" // the trust and its only site share a code

const trusts = "org_code,name,high_level_geography,open_date,close_date\n"

// thatDay is when everything in these stories happens.
var thatDay = time.Date(2026, time.May, 20, 9, 30, 0, 0, time.UTC)

func flowOn(db *dbtest.DB) *workflow.Flow {
	return &workflow.Flow{DB: db.Client, Dialect: db.Store.Dialect(), Broker: pubsub.NewLocal(), Now: func() time.Time { return thatDay }}
}

// serviceRows reads a file that has nothing wrong with it.
func serviceRows(t *testing.T, file string) []intake.ServiceRow {
	t.Helper()
	var rows []intake.ServiceRow
	for row, err := range intake.Services(strings.NewReader(file), intake.Options{}) {
		must(t, err)
		rows = append(rows, row)
	}
	return rows
}

func takeServices(t *testing.T, db *dbtest.DB, file string) workflow.Taken {
	t.Helper()
	taken, err := flowOn(db).ServicesTake(t.Context(), serviceRows(t, file), workflow.Taking{})
	must(t, err)
	return taken
}

func at(t *testing.T, db *dbtest.DB, code string) *ent.Service {
	t.Helper()
	s, err := db.Client.Service.Query().Where(service.Code(code)).Only(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func codes(problems []intake.Problem) string {
	out := make([]string, len(problems))
	for i, p := range problems {
		out[i] = fmt.Sprintf("%d %s", p.Line, p.Code)
	}
	return strings.Join(out, ", ")
}

func TestServicesTakeBringsTheTree(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		if taken := takeServices(t, db, tree); taken.New != 4 || len(taken.Places) != 10 || taken.Skipped != nil {
			t.Errorf("got %+v", taken)
		}
		trail := []*ent.Service{at(t, db, "QZ1"), at(t, db, "RZA"), at(t, db, "RZA01"), at(t, db, "RZA01/ward 2")}
		for i, s := range trail[1:] {
			if above := trail[i]; *s.ParentID != above.ID || s.Path != above.Path+string(s.ID)+"/" {
				t.Errorf("%s does not stand below %s: %s", s.Name, above.Name, s.Path)
			}
		}
		if ward := trail[3]; ward.Name != "Ward 2" || ward.SortName != "ward 2" || ward.Kind != service.KindWard || ward.ClosedAt != nil || !ward.CreatedAt.Equal(thatDay) {
			t.Errorf("got %+v", ward)
		}
		provider, site, ward := at(t, db, "RZB"), at(t, db, "RZB:SITE"), at(t, db, "RZB/ward 1")
		if provider.Kind != service.KindProvider || *site.ParentID != provider.ID || *ward.ParentID != site.ID {
			t.Error("a trust and its site with the same code were taken for one")
		}
	})
}

func TestServicesTakeAgainChangesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeServices(t, db, tree)
		before := db.Client.Service.Query().Order(service.ByID()).AllX(t.Context())
		if again := takeServices(t, db, tree); again.Known != 4 || again.New+again.Updated+len(again.Places) != 0 {
			t.Errorf("got %+v", again)
		}
		after := db.Client.Service.Query().Order(service.ByID()).AllX(t.Context())
		if fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("the second time left\n%v, the first\n%v", after, before)
		}
	})
}

func TestServicesTakeFollowsNamesAndClosings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		takeServices(t, db, tree)
		before := at(t, db, "RZA")
		closing := takeServices(t, db, trusts+"RZA,MOOR AND DALE NHS TRUST,QZ1,20010401,20240630\n")
		if closing.Updated != 1 || closing.New != 0 {
			t.Errorf("got %+v", closing)
		}
		s := at(t, db, "RZA")
		if s.ID != before.ID || s.Path != before.Path || s.Name != "Moor and Dale NHS Trust" || s.SortName != "moor and dale nhs trust" {
			t.Errorf("it is another now: %+v", s)
		}
		if s.ClosedAt == nil || s.ClosedAt.Format(time.DateOnly) != "2024-06-30" {
			t.Errorf("closed at %v", s.ClosedAt)
		}
		if takeServices(t, db, tree); at(t, db, "RZA").ClosedAt == nil {
			t.Error("a file that says nothing about closing opened it again")
		}
		if takeServices(t, db, trusts+"RZA,MOOR NHS TRUST,QZ1,20010401,\n"); at(t, db, "RZA").ClosedAt != nil {
			t.Error("the file says it is open")
		}
	})
}

func TestServicesTakeLeavesOutWhatItCannotPlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		early := takeServices(t, db, trusts+"RZA,MOOR NHS TRUST,QZ1,20010401,\nRZX,ISLAND NHS TRUST,,20010401,\n")
		if codes(early.Skipped) != "2 parent-unknown" || early.New != 1 {
			t.Errorf("got %+v", early)
		}
		long := strings.Replace(tree, "WARD 2", strings.Repeat("W", 201), 1)
		if taken := takeServices(t, db, long); codes(taken.Skipped) != "3 too-long" || taken.New != 3 {
			t.Errorf("got %+v", taken)
		}
		takeServices(t, db, strings.NewReplacer("QZ1", "QZ2", "RZA", "RZC").Replace(tree[:strings.Index(tree, "QZ1,MOOR ICB,RZB")]))
		moved := takeServices(t, db, trusts+"RZC,MOOR NHS TRUST,QZ1,20010401,\n")
		if codes(moved.Noted) != "2 parent-stands" || *at(t, db, "RZC").ParentID != at(t, db, "QZ2").ID {
			t.Errorf("got %+v", moved)
		}
		clash := takeServices(t, db, "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward\nQZ1,MOOR ICB,RZA,MOOR NHS TRUST,RZC,A SITE,WARD 9\n")
		if codes(clash.Skipped) != "2 code-taken" {
			t.Errorf("got %+v", clash)
		}
		if n := db.Client.Service.Query().Where(service.SortName("ward 9")).CountX(t.Context()); n != 0 {
			t.Error("a ward stands below a trust that only shares the code of its site")
		}
	})
}

func TestServicesTakeDryWritesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		taken, err := flowOn(db).ServicesTake(t.Context(), serviceRows(t, tree), workflow.Taking{DryRun: true})
		if must(t, err); taken.New != 4 || len(taken.Places) != 10 {
			t.Errorf("got %+v", taken)
		}
		if n := db.Client.Service.Query().CountX(t.Context()); n != 0 {
			t.Errorf("%d services were written", n)
		}
	})
}

// refusing is a broker that fails at the last moment before the commit.
type refusing struct{ pubsub.Broker }

var errLastMoment = errors.New("refused at the last moment")

func (refusing) BeforeCommit(context.Context, pubsub.Execer, ...pubsub.Event) error {
	return errLastMoment
}

func TestATakenBatchIsAllOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		f := flowOn(db)
		f.Broker = refusing{f.Broker}
		if _, err := f.ServicesTake(t.Context(), serviceRows(t, tree), workflow.Taking{}); !errors.Is(err, errLastMoment) {
			t.Errorf("got %v", err)
		}
		if _, err := f.ExperiencesTake(t.Context(), told(t, 10), workflow.Taking{}); !errors.Is(err, errLastMoment) {
			t.Errorf("got %v", err)
		}
		if n := db.Client.Service.Query().CountX(t.Context()) + len(everyExperience(t, db)) + people(t, db); n != 0 {
			t.Errorf("%d rows of a batch that failed", n)
		}
	})
}

// wards is a tree of n wards at n/10 sites.
func wards(t *testing.T, n int) []intake.ServiceRow {
	t.Helper()
	var file strings.Builder
	file.WriteString(tree[:strings.Index(tree, "\n")+1])
	for i := range n {
		fmt.Fprintf(&file, "QZ1,MOOR ICB,RZA,MOOR NHS TRUST,RZA%d,SITE %d,WARD %d\n", i/10, i/10, i)
	}
	return serviceRows(t, file.String())
}

func TestServicesTakeSendsTheSameNumberOfStatementsHoweverManyRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		f := flowOn(db)
		for _, n := range []int{1, 10, 500, workflow.MaxTaken} {
			rows := wards(t, n)
			take := func() {
				_, err := f.ServicesTake(t.Context(), rows, workflow.Taking{})
				must(t, err)
			}
			if said := db.Said(take); len(said) != 2 {
				t.Errorf("%d new rows took %d statements, want 2", n, len(said))
			}
			for i := range rows {
				rows[i].Nodes[3].Name += " renamed"
			}
			if said := db.Said(take); len(said) != 2 {
				t.Errorf("%d changed rows took %d statements, want 2", n, len(said))
			}
			if said := db.Said(take); len(said) != 1 {
				t.Errorf("%d known rows took %d statements, want 1", n, len(said))
			}
		}
		if _, err := f.ServicesTake(t.Context(), wards(t, workflow.MaxTaken+1), workflow.Taking{}); err == nil {
			t.Error("a batch that is too large for a statement was taken")
		}
	})
}
