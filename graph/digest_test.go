package graph_test

import (
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/typeid"
)

// A letter says once a day what waits for the roles of its reader, as numbers, when something does.
func TestDigest(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) { // it is 09:30 UTC
		ward, mo, sam := s.hears()
		elsewhere, lead := s.place("Ward 8", nil), s.somebody("Lea", auth.SafeguardingLead, ward)
		pat := s.start("Pat")
		for p, address := range map[*person]string{mo: "mo@example.org", sam: "sam@example.org", lead: "lea@example.org", pat: "pat@example.org"} {
			s.DB.Person.UpdateOneID(typeid.ID(p.id)).SetEmail(address).ExecX(s.system())
			p.wishes(vars{"digestAt": "10:00", "timeZone": "Europe/London"}) // 09:00 UTC in summer
		}
		told, more := pat.share(ward, "PATIENT", "zqstory"), pat.share(ward, "PATIENT", "zqmore")
		pat.share(elsewhere, "PATIENT", "zqelse")
		mo.publish(told)
		lead.act(`mutation($in: ConcernRaiseInput!) { concernRaise(input: $in) { userErrors { message } } }`, vars{"in": vars{"experienceId": more, "level": "LOW", "reason": "zqworry"}}, "")
		s.ticks(t)
		s.post()
		letters := func(d time.Duration) map[string]string {
			s.later(d, mo, sam, lead, pat)
			s.ticks(t)
			texts := map[string]string{}
			for _, m := range s.post() {
				texts[m.To] += m.Subject + "\n" + m.Text
			}
			return texts
		}
		if got := letters(23 * time.Hour); len(got) > 0 {
			t.Errorf("before the hour there is %v", got)
		}
		got := letters(30 * time.Minute)
		for to, want := range map[string]string{
			"sam@example.org": "experiences without an answer: 1", "mo@example.org": "experiences to read before they are published: 1", "lea@example.org": "open concerns about somebody's safety: 1",
		} {
			if !strings.Contains(got[to], want) || strings.Contains(got[to], "zq") {
				t.Errorf("%s reads %s", to, got[to])
			}
		}
		if len(got) != 3 || strings.Contains(got["sam@example.org"]+got["mo@example.org"], "safety:") {
			t.Errorf("there are %v", got)
		}
		if again := letters(time.Hour); len(again) > 0 {
			t.Errorf("twice a day: %v", again)
		}
		sam.answered(told)
		mo.wishes(vars{"paused": true})
		lead.wishes(vars{"digestAt": ""})
		if got := letters(24 * time.Hour); len(got) > 0 {
			t.Errorf("when nothing waits, in a pause, and for who wants none: %v", got)
		}
		s.idle(t)
	})
}
