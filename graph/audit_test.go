package graph_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/auditentry"
)

// The author sees in which roles, where and on which day; never who, nor when exactly, nor how often. Nobody else sees it.
func TestAuthorsSeeWhoReadTheirWords(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		const mine = `query($id: ID!) { node(id: $id) { ... on Experience { readBy { role place { name } day } } } }`
		ward := s.place("Ward 7", nil)
		pat, mo, mia := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Mia", auth.Moderator, ward)
		lou := s.somebody("Lou", auth.SafeguardingLead, nil)
		hidden, other := pat.share(ward, "PATIENT", "I waited."), pat.share(ward, "PATIENT", "I waited again.")
		if got := pat.get(mine, vars{"id": hidden}, "node.readBy"); fmt.Sprint(got) != "[]" {
			t.Errorf("before anybody read it: %v", got)
		}
		for range 3 {
			for _, p := range []*person{mo, mia, lou} {
				p.refreshed().get(readOne, vars{"id": hidden}, "")
			}
			s.clock.pass(5 * time.Hour)
		}
		s.clock.pass(24 * time.Hour)
		mo.refreshed().get(readOne, vars{"id": hidden}, "")
		a := pat.refreshed().ask(mine, vars{"id": hidden})
		want := `[map[day:2026-05-16 place:map[name:Ward 7] role:MODERATOR] map[day:2026-05-14 place:map[name:Ward 7] role:MODERATOR] map[day:2026-05-14 place:<nil> role:SAFEGUARDING_LEAD]]`
		if got := fmt.Sprint(a.at("node.readBy")); got != want {
			t.Errorf("the author sees %v", got)
		}
		if strings.Contains(a.Body, "per_") || strings.Contains(a.Body, "aud_") || strings.Contains(a.Body, "T09") {
			t.Errorf("the author sees more: %s", a.Body)
		}
		if got := pat.refreshed().get(mine, vars{"id": other}, "node.readBy"); fmt.Sprint(got) != "[]" {
			t.Errorf("of other words: %v", got)
		}
		for _, p := range []*person{mo, lou} {
			if got := p.refreshed().get(mine, vars{"id": hidden}, "node.readBy"); got != nil {
				t.Errorf("%s sees who read it: %v", p.name, got)
			}
		}
		all := `{ viewer { contributions(first: 20) { nodes { readBy { role place { name } day } } } } }`
		few := s.db.Count(func() { pat.refreshed().get(all, nil, "") })
		for range 10 {
			mo.refreshed().get(readOne, vars{"id": pat.refreshed().share(ward, "PATIENT", "I waited once more.")}, "")
		}
		if many := s.db.Count(func() { pat.refreshed().get(all, nil, "") }); many != few {
			t.Errorf("%d statements for two experiences, %d for twelve", few, many)
		}
	})
}

// At most fifty readings of one experience are told, the newest, however many there were.
func TestAuthorsSeeTheNewestReadings(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward)
		hidden := pat.share(ward, "PATIENT", "I waited.")
		for range 60 {
			s.clock.pass(24 * time.Hour)
			mo.refreshed().get(readOne, vars{"id": hidden}, "")
		}
		got := pat.refreshed().get(`query($id: ID!) { node(id: $id) { ... on Experience { readBy { day } } } }`, vars{"id": hidden}, "node.readBy").([]any)
		if len(got) != 50 || dig(got, "0.day") != s.clock.Now().Format(time.DateOnly) {
			t.Errorf("%d readings, the first of %v", len(got), got[0])
		}
	})
}

// The log is for administrators of the whole installation whose token may take data out; it names no person and holds no words.
func TestAuditLogIsFor(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		const log = `query($w: AuditFilter, $n: Int, $a: Cursor) { auditLog(where: $w, first: $n, after: $a) { totalCount pageInfo { hasNextPage endCursor }
			edges { cursor } nodes { number createdAt act role place { name } about record why hash } } }`
		ward := s.place("Ward 7", nil)
		pat, mo, lee := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Lee", auth.Administrator, nil)
		hidden := pat.share(ward, "PATIENT", "I waited.")
		mo.get(readOne, vars{"id": hidden}, "")
		for _, p := range []*person{
			s.nobody(), pat, mo, s.somebody("Sam", auth.Staff, nil), s.somebody("Ada", auth.Administrator, ward),
			s.somebody("Lea", auth.Administrator, nil, auth.ExperienceRead), s.somebody("Ina", auth.Integrator, nil),
		} {
			a := p.ask(log, nil)
			if want := map[bool]string{true: "UNAUTHENTICATED", false: "FORBIDDEN"}[p.token == ""]; a.code() != want || a.at("auditLog") != nil {
				t.Errorf("%s gets %s", p.name, a.Body)
			}
		}
		a := lee.ask(log, nil)
		if a.at("auditLog.nodes.0.act") != "LOG_READ" || a.at("auditLog.nodes.0.role") != "ADMINISTRATOR" || a.at("auditLog.totalCount") != float64(len(a.at("auditLog.nodes").([]any))) {
			t.Errorf("the administrator gets %s", a.Body)
		}
		for _, sealed := range []string{"per_", "waited", "Mo", "Pat"} {
			if strings.Contains(a.Body, sealed) {
				t.Errorf("the log tells %s: %s", sealed, a.Body)
			}
		}
		lee.get(log, nil, "")
		if n := s.DB.AuditEntry.Query().Where(auditentry.ActEQ(auditentry.ActLogRead)).CountX(s.system()); n != 1 {
			t.Errorf("looking twice is written down %d times", n)
		}
		for _, c := range []struct {
			where vars
			want  int
		}{
			{vars{"about": hidden}, 1},
			{vars{"act": []string{"READ"}}, 1},
			{vars{"act": []string{"READ", "ROLE_GIVEN"}}, 7},
			{vars{"act": []string{"EXPORT"}}, 0},
			{vars{"from": "2026-05-14T09:30:00Z", "act": []string{"READ"}}, 1},
			{vars{"from": "2026-05-14T09:30:01Z"}, 0},
			{vars{"before": "2026-05-14T09:30:00Z"}, 0},
			{vars{"about": hidden, "act": []string{"DECISION"}}, 0},
		} {
			if got := lee.get(log, vars{"w": c.where}, "auditLog.nodes").([]any); len(got) != c.want {
				t.Errorf("%v: %d lines", c.where, len(got))
			}
		}
		if got := lee.get(log, vars{"w": vars{"about": hidden}}, "auditLog.nodes.0"); dig(got, "place.name") != "Ward 7" || dig(got, "role") != "MODERATOR" || dig(got, "about") != hidden || dig(got, "record") != nil || len(dig(got, "hash").(string)) != 64 {
			t.Errorf("the reading is told as %v", got)
		}
		seen, v := map[any]bool{}, vars{"n": 2}
		for more := true; more; {
			page := lee.get(log, v, "auditLog")
			for _, node := range dig(page, "nodes").([]any) {
				seen[dig(node, "number")] = true
			}
			more, v["a"] = dig(page, "pageInfo.hasNextPage").(bool), dig(page, "pageInfo.endCursor")
		}
		if n := s.DB.AuditEntry.Query().CountX(s.system()); len(seen) != n {
			t.Errorf("page by page %d lines of %d", len(seen), n)
		}
		t.Run("SeveralActsAreOneListInTheOrderOfTime", func(t *testing.T) {
			numbers := func(nodes any) (all []float64) {
				for _, n := range nodes.([]any) {
					all = append(all, dig(n, "number").(float64))
				}
				return all
			}
			both := vars{"act": []string{"READ", "ROLE_GIVEN", "LOG_READ", "READ"}}
			whole := numbers(lee.get(log, vars{"w": both}, "auditLog.nodes"))
			var forth []float64
			for v := (vars{"w": both, "n": 2}); ; {
				page := lee.get(log, v, "auditLog")
				forth = append(forth, numbers(dig(page, "nodes"))...)
				if dig(page, "pageInfo.hasNextPage") == false {
					break
				}
				v["a"] = dig(page, "pageInfo.endCursor")
			}
			if !slices.Equal(forth, whole) || len(whole) != 8 || !slices.IsSortedFunc(whole, func(a, b float64) int { return cmp.Compare(b, a) }) {
				t.Errorf("page by page %v, at once %v", forth, whole)
			}
			back := numbers(lee.get(`query($w: AuditFilter) { auditLog(where: $w, last: 2) { nodes { number } } }`, vars{"w": both}, "auditLog.nodes"))
			if !slices.Equal(back, whole[len(whole)-2:]) {
				t.Errorf("the last two are %v of %v", back, whole)
			}
			if n := lee.get(log, vars{"w": both, "n": 1}, "auditLog.totalCount"); n != float64(len(whole)) {
				t.Errorf("%v in all of %d", n, len(whole))
			}
		})
		if a := lee.ask(log, vars{"w": vars{"act": make11("READ")}}); a.code() != "BAD_USER_INPUT" {
			t.Errorf("eleven acts: %s", a.Body)
		}
		s.whole()
	})
}

// make11 is a list that is too wide.
func make11(act string) (acts []string) {
	for range 11 {
		acts = append(acts, act)
	}
	return acts
}
