package main_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"hearback/ent/dbtest"
	"hearback/ent/store"
)

// TestKilledWhileTelling kills the server again and again while it sends letters. Everybody gets theirs; one that was on its way at a
// death may come twice, and no other.
func TestKilledWhileTelling(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		const people, deaths = 40, 3
		s := newSite(t, url)
		v := s.serve("--no-work")
		db := sure(store.Open(t.Context(), url, store.Shared()))(t)
		defer func() { _ = db.Close() }()
		ward, moderator := caller{v.url, s.token("administrator")}.ward(t, "Kestrel Ward"), caller{v.url, s.token("moderator")}
		for i := range people {
			p, id := caller{v.url, begin(t, v.url).token}, newID()
			me := at(p.ask(t, `{ viewer { id } }`, nil), "viewer", "id")
			if _, err := db.DB().ExecContext(t.Context(), fmt.Sprintf(`UPDATE people SET email = 'pat%02d@example.org' WHERE id = '%s'`, i, me)); err != nil {
				t.Fatal(err)
			}
			p.ask(t, `mutation { channelOpen(input: {kind: EMAIL, wants: [MY_WORDS]}) { channel { id } userErrors { message } } }`, nil)
			p.ask(t, share, vars{"id": id, "ward": ward, "story": "kestrel"})
			moderator.ask(t, publish, vars{"id": id})
		}
		v.die()
		due := func() {
			if _, err := db.DB().ExecContext(t.Context(), `UPDATE jobs SET claimed_until = NULL, run_at = created_at`); err != nil { // the lease and the five minutes are over
				t.Fatal(err)
			}
		}
		said, before := "", 0
		for death := range deaths + 1 {
			due()
			v = s.serve()
			until(t, "letters to go out", func() bool {
				if death == deaths {
					return number(t, db.DB(), `SELECT count(*) FROM jobs WHERE done_at IS NULL`) == 0
				}
				now := number(t, db.DB(), `SELECT count(*) FROM channels WHERE told > 0`)
				further := now > before || now == people
				before = max(before, now)
				return further
			})
			if death < deaths {
				v.die()
				said += v.heard.String()
			}
		}
		t.Logf("%d people, %d told before the last death", people, before)
		if code := v.end(os.Interrupt); code != 0 {
			t.Errorf("ended with %d and said:\n%s", code, v.heard)
		}
		said += v.heard.String()
		for i := range people {
			if n := strings.Count(said, fmt.Sprintf("To: pat%02d@example.org", i)); n < 1 || n > deaths+1 {
				t.Errorf("pat%02d got %d letters", i, n)
			}
		}
		if n := strings.Count(said, "To: pat"); n > people+deaths {
			t.Errorf("%d letters for %d people and %d deaths", n, people, deaths)
		}
		if n := number(t, db.DB(), `SELECT count(*) FROM jobs WHERE dead_at IS NOT NULL`); n != 0 {
			t.Errorf("%d jobs were given up", n)
		}
	})
}
