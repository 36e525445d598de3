package rule_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearback/ent/dbtest"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func on(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func at(t time.Time) *time.Time { return &t }

func in(t time.Time) *int {
	n := rule.MonthOf(t)
	return &n
}

// A child born in May 2010, for whom somebody has spoken since they were two: every birthday, before and after it.
func TestStandingOverAllBirthdays(t *testing.T) {
	t.Parallel()
	for age := range 30 {
		for _, reviewed := range []int{2, 10, 11, 12, 13, 15} {
			for _, basis := range []authority.Basis{authority.BasisParentalResponsibility, authority.BasisConsentOfThePerson, authority.BasisBereaved} {
				a := &ent.Authority{Basis: basis, Born: in(on(2010, 5, 1)), ReviewedIn: rule.MonthOf(on(2010+reviewed, 5, 1))}
				for _, day := range []time.Time{on(2010+age, 5, 1), on(2010+age, 5, 31), on(2011+age, 4, 30).Add(24*time.Hour - time.Microsecond)} {
					want := rule.Current
					switch {
					case basis == authority.BasisBereaved:
					case age >= 16:
						want = rule.Suspended
					case age >= 13 && reviewed < 13, age >= 11 && reviewed < 11:
						want = rule.ReviewDue
					}
					if got := rule.StandingOf(a, day); got != want {
						t.Errorf("%s, reviewed at %d, on %s (%d): %s, want %s", basis, reviewed, day, age, got, want)
					}
				}
			}
		}
	}
}

func TestStanding(t *testing.T) {
	t.Parallel()
	now, born := on(2026, 5, 14), in(on(2010, 5, 1)) // sixteen this month
	for what, c := range map[string]struct {
		a    ent.Authority
		want rule.Standing
	}{
		"nothing said about ends":                    {ent.Authority{}, rule.Current},
		"ended by somebody":                          {ent.Authority{EndedAt: at(now.Add(-time.Second))}, rule.Ended},
		"its end comes in a second":                  {ent.Authority{EndsAt: at(now.Add(time.Second))}, rule.Current},
		"its end comes now":                          {ent.Authority{EndsAt: at(now)}, rule.Ended},
		"ended, and of age":                          {ent.Authority{EndsAt: at(now), Born: born}, rule.Ended},
		"a review tomorrow":                          {ent.Authority{ReviewAt: at(now.Add(24 * time.Hour))}, rule.Current},
		"a review now":                               {ent.Authority{ReviewAt: at(now)}, rule.ReviewDue},
		"a review that waits almost four weeks":      {ent.Authority{ReviewAt: at(now.Add(time.Second - rule.ReviewGrace))}, rule.ReviewDue},
		"a review that waits four weeks":             {ent.Authority{ReviewAt: at(now.Add(-rule.ReviewGrace))}, rule.Suspended},
		"sixteen, and the person said nothing":       {ent.Authority{Born: born, Basis: authority.BasisConsentOfThePerson, ReviewedIn: *born + 192}, rule.Suspended},
		"sixteen, and said yes at fifteen":           {ent.Authority{Born: born, Basis: authority.BasisConsentOfThePerson, ReviewedIn: *born + 191, ConfirmedIn: in(on(2026, 4, 30))}, rule.Suspended},
		"sixteen, and said yes this month":           {ent.Authority{Born: born, Basis: authority.BasisConsentOfThePerson, ReviewedIn: *born + 192, ConfirmedIn: in(now)}, rule.Current},
		"sixteen, and said yes to a parent":          {ent.Authority{Born: born, Basis: authority.BasisParentalResponsibility, ReviewedIn: *born + 192, ConfirmedIn: in(now)}, rule.Suspended},
		"sixteen, said yes, and a review is due":     {ent.Authority{Born: born, Basis: authority.BasisBestInterests, ReviewedIn: *born + 192, ConfirmedIn: in(now), ReviewAt: at(now)}, rule.ReviewDue},
		"a deputy, of age, and the person is silent": {ent.Authority{Born: born, Basis: authority.BasisAttorneyOrDeputy, ReviewedIn: *born + 192}, rule.Suspended},
	} {
		if got := rule.StandingOf(&c.a, now); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

// What the database says and what the function says are the same for whatever can stand in a row.
func TestTheDatabaseAgrees(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		ctx := rule.AsSystem(context.Background(), "a test sets the stage")
		p := db.Client.Person.Create().SetCreatedAt(on(2026, 5, 14)).SaveX(ctx)
		rapid.Check(t, func(r *rapid.T) {
			db.Client.Authority.Delete().ExecX(ctx)
			var rows []*ent.Authority
			for range 12 {
				rows = append(rows, draw(r, db.Client, p.ID).SaveX(ctx))
			}
			now := moment(r, "now")
			works := db.Client.Authority.Query().Where(rule.WorkingAt(now)).IDsX(ctx)
			for _, a := range rows {
				if in, should := slices.Contains(works, a.ID), rule.StandingOf(a, now).Works(); in != should {
					r.Errorf("at %s the database says %v of %+v", now, in, a)
				}
			}
		})
	})
}

func moment(r *rapid.T, what string) time.Time {
	return on(2026, 1, 1).Add(time.Duration(rapid.IntRange(0, 800*24).Draw(r, what)) * time.Hour)
}

// draw is any row: its birthdays, reviews and ends lie around the moments that are asked about.
func draw(r *rapid.T, c *ent.Client, p typeid.ID) *ent.AuthorityCreate {
	month := rapid.IntRange(rule.MonthOf(on(2008, 1, 1)), rule.MonthOf(on(2018, 1, 1)))
	later := rapid.IntRange(rule.MonthOf(on(2024, 1, 1)), rule.MonthOf(on(2028, 1, 1)))
	q := c.Authority.Create().SetCreatedAt(on(2026, 1, 1)).SetFingerprint("").SetProxyID(p).SetSubjectID(p).SetScope("READ").SetReviewedIn(later.Draw(r, "reviewed"))
	q.SetBasis(rapid.SampledFrom([]authority.Basis{
		authority.BasisConsentOfThePerson, authority.BasisParentalResponsibility, authority.BasisAttorneyOrDeputy, authority.BasisBestInterests, authority.BasisBereaved,
	}).Draw(r, "basis"))
	if rapid.Bool().Draw(r, "child") {
		q.SetBorn(month.Draw(r, "born"))
	}
	if rapid.Bool().Draw(r, "said yes") {
		q.SetConfirmedIn(later.Draw(r, "confirmed"))
	}
	if rapid.Bool().Draw(r, "has a review") {
		q.SetReviewAt(moment(r, "review"))
	}
	if rapid.Bool().Draw(r, "has an end") {
		q.SetEndsAt(moment(r, "end"))
	}
	if rapid.IntRange(0, 5).Draw(r, "somebody ended it") == 0 {
		q.SetEndedAt(moment(r, "ended"))
	}
	return q
}
