package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

// told is what a service says of a month: a number, or a word that it is hidden.
func told(of *person, at *ent.Service, from, to string) map[string]string {
	query := `query($id: ID!, $from: Month!, $to: Month!) { node(id: $id) { ... on Service { experiencesPerMonth(from: $from, to: $to) { month count { ... on Exact { value } ... on Suppressed { reason } } } } } }`
	months := map[string]string{}
	for _, m := range of.get(query, vars{"id": at.ID, "from": from, "to": to}, "node.experiencesPerMonth").([]any) {
		months[dig(m, "month").(string)] = strings.Trim(fmt.Sprint(dig(m, "count.value"), dig(m, "count.reason")), "<nil> ")
	}
	return months
}

func TestCountsHideFewPeople(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, next := s.place("Ward 7", nil), s.place("Ward 8", nil)
		crowd := make([]typeid.ID, 12)
		for i := range crowd {
			crowd[i] = typeid.ID(s.contributor(fmt.Sprint("Person ", i)).id)
		}
		s.heard(ward, "2026-01", crowd[:9]...)
		s.heard(ward, "2026-02", crowd[:4]...)                                     // too few people
		s.heard(ward, "2026-03", crowd[0], crowd[0], crowd[0], crowd[0], crowd[0]) // one person, five times
		s.heard(ward, "2026-04", crowd[:6]...)
		s.heard(ward, "2025-12", crowd[:5]...)
		s.heard(next, "2026-02", crowd...)
		nobody := s.nobody()

		t.Run("InEveryQuestionTheSame", func(t *testing.T) {
			want := map[string]string{
				"2025-12": "5", "2026-01": "9", "2026-02": "SMALL_NUMBER", "2026-03": "SMALL_NUMBER", "2026-04": "SECONDARY", "2026-05": "0",
			}
			for from := range want {
				for to := range want {
					if from > to {
						continue
					}
					for month, got := range told(nobody, ward, from, to) {
						if got != want[month] {
							t.Errorf("from %s to %s: %s is told as %s, not as %s", from, to, month, got, want[month])
						}
					}
				}
			}
		})
		t.Run("EachServiceForItself", func(t *testing.T) {
			if got := told(nobody, next, "2026-01", "2026-03"); got["2026-02"] != "12" || got["2026-01"] != "0" {
				t.Errorf("the other ward: %v", got)
			}
		})
		t.Run("AnInstallationMayAskForMore", func(t *testing.T) {
			s.SmallNumber = 10
			defer func() { s.SmallNumber = 5 }()
			if got := told(nobody, ward, "2025-12", "2026-01"); got["2025-12"] != "SMALL_NUMBER" || got["2026-01"] != "SMALL_NUMBER" {
				t.Errorf("with ten people at least: %v", got)
			}
		})
	})
}

// heard puts published experiences of a month on the stage, one for each of the people.
func (s *stage) heard(at *ent.Service, month string, people ...typeid.ID) {
	on, err := time.Parse("2006-01", month)
	if err != nil {
		s.t.Fatal(err)
	}
	for i, who := range people {
		s.DB.Experience.Create().SetCreatedAt(on).SetFingerprint("").SetAuthorID(who).SetServiceID(at.ID).SetRelationship(experience.RelationshipPatient).
			SetDisplayName("Anonymous").SetIntention(experience.IntentionTell).SetStory("It was loud.").SetState(experience.StatePublished).
			SetPublishedAt(on.Add(time.Duration(i) * time.Minute)).SetPublishedMonth(month).SaveX(s.system())
	}
}
