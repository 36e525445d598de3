package graph_test

import (
	"testing"
	"time"
)

// A service that closed still hears what happened before, and nothing from after.
func TestExperienceOfAServiceThatClosed(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, pat := s.place("Ward 7", nil), s.contributor("Pat")
		s.DB.Service.UpdateOne(ward).SetClosedAt(time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)).ExecX(s.system())
		share := func(month any) answer {
			return pat.ask(shareQuery, vars{"in": vars{"serviceId": ward.ID, "relationship": "PATIENT", "story": "I waited.", "happenedIn": month}})
		}
		for month, code := range map[any]string{"2026-03": "", "2025-01": "", "2026-04": "NOT_NOW", nil: "NOT_NOW"} {
			if a := share(month); a.code() != code {
				t.Errorf("what happened in %v: %s", month, a.Body)
			}
		}
		id := share("2026-02").at("experienceShare.experience.id")
		for month, code := range map[any]string{nil: "NOT_NOW", "2026-05": "NOT_NOW"} {
			a := pat.ask(`mutation($in: ExperienceReviseInput!) { experienceRevise(input: $in) { experience { version } userErrors { code } } }`,
				vars{"in": vars{"experienceId": id, "expectedVersion": 1, "happenedIn": month}})
			if a.code() != code {
				t.Errorf("revised to %v: %s", month, a.Body)
			}
		}
	})
}
