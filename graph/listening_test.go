package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

const figures = `quarter heard { ... on Exact { value } ... on Suppressed { reason } } answered { ... on Exact { value } ... on Suppressed { reason } } unanswered { ... on Exact { value } } medianHours
  themed { ... on Exact { value } ... on Suppressed { reason } } inAction { ... on Exact { value } ... on Suppressed { reason } } changed { ... on Exact { value } ... on Suppressed { reason } } verdictRounds verdicts { answer count { ... on Exact { value } ... on Suppressed { reason } } } changesMade changesUnasked prioritiesUndecided`

// listening is what a place tells of its newest whole quarters.
func (p *person) listening(at *ent.Service, quarters int) []any {
	p.t.Helper()
	got, _ := p.get(`query($id: ID!, $n: Int!) { node(id: $id) { ... on Service { listening(quarters: $n) { `+figures+` } } } }`, vars{"id": at.ID, "n": quarters}, "node.listening").([]any)
	return got
}

// throng are people who say something each, and the ids of what they said, in the order of their publication.
func (s *stage) throng(at *ent.Service, month string, people int) (said []string) {
	authors := make([]typeid.ID, people)
	for i := range authors {
		authors[i] = typeid.ID(s.contributor(fmt.Sprint("Person ", i)).id)
	}
	s.heard(at, month, authors...)
	for _, e := range s.DB.Experience.Query().Where(experience.ServiceID(at.ID), experience.PublishedMonth(month)).Order(experience.ByPublishedAt()).AllX(s.system()) {
		said = append(said, string(e.ID))
	}
	return said
}

func TestWhatListeningLedToIsCountedForEachPlaceAndWhatLiesBelow(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("The trust", nil)
		ward, small, third := s.place("Ward 7", trust), s.place("Ward 8", trust), s.place("Ward 9", trust)
		said := s.throng(ward, "2026-02", 16)
		few := s.throng(small, "2026-02", 3)
		s.throng(third, "2026-03", 7)
		s.throng(third, "2026-04", 9) // in a quarter that is not over
		ctx, nobody := s.system(), s.nobody()
		for i, id := range said[:6] {
			e := s.DB.Experience.GetX(ctx, typeid.ID(id))
			e.Update().SetAnsweredAt(e.PublishedAt.Add(time.Duration(i)*time.Hour + time.Minute)).ExecX(ctx)
		}
		staff := s.somebody("Sam", auth.Staff, trust)
		change := staff.propose(ward, "A board with the wait")
		for _, id := range said[:5] {
			s.agreed(s.DB.Experience.GetX(ctx, typeid.ID(id)))
			staff.link(change, id, "You said so.")
		}
		if got := nobody.listening(ward, 1); got != nil {
			t.Errorf("told before it was counted: %v", got)
		}
		s.ticks(t)

		at := func(place *ent.Service) map[string]any {
			t.Helper()
			got := nobody.listening(place, 1)
			if len(got) != 1 || dig(got[0], "quarter") != "2026-Q1" {
				t.Fatalf("the newest whole quarter of %s is told as %v", place.Name, got)
			}
			return got[0].(map[string]any)
		}
		t.Run("AsCountingByHand", func(t *testing.T) {
			got := at(ward)
			for name, want := range map[string]any{"heard.value": 16.0, "answered.value": 6.0, "unanswered.value": 10.0, "medianHours": 3.0, "inAction.value": 5.0, "changed.value": 0.0, "themed.value": 0.0, "changesMade": 0.0} {
				if dig(got, name) != want {
					t.Errorf("%s of the ward is %v, not %v: %v", name, dig(got, name), want, got)
				}
			}
		})
		t.Run("AFewAreHiddenWithWhatWouldTellThem", func(t *testing.T) {
			if got := at(trust); dig(got, "heard.value") != 26.0 {
				t.Errorf("the trust tells %v", got)
			}
			if got := at(small); dig(got, "heard.reason") != "SMALL_NUMBER" || dig(got, "answered.value") != nil {
				t.Errorf("three people are told as %v", got)
			}
			if got := at(third); dig(got, "heard.reason") != "SECONDARY" {
				t.Errorf("the trust less the other wards tells of three people: %v", got)
			}
		})
		t.Run("InPlainWords", func(t *testing.T) {
			for language, want := range map[string][]string{"en": {"January to March 2026", "16 times", "6 times they got an answer", "within a day"}, "de-AT": {"Januar bis März 2026", "16-mal"}} {
				got := nobody.get(`query($id: ID!, $l: String) { node(id: $id) { ... on Service { listening(quarters: 1) { inWords(language: $l) } } } }`, vars{"id": ward.ID, "l": language}, "node.listening.0.inWords").(string)
				for _, w := range want {
					if !strings.Contains(got, w) {
						t.Errorf("%s: %q lacks %q", language, got, w)
					}
				}
			}
		})
		t.Run("WhatIsTakenBackIsOutWithTheNextDay", func(t *testing.T) {
			s.DB.Experience.UpdateOneID(typeid.ID(said[15])).SetState(experience.StateWithdrawn).ExecX(ctx)
			s.ticks(t)
			if got := at(ward); dig(got, "heard.value") != 16.0 {
				t.Errorf("the number moves with the act of one person: %v", got)
			}
			s.later(24 * time.Hour)
			s.ticks(t)
			if got := at(ward); dig(got, "heard.value") != 15.0 {
				t.Errorf("on the next day: %v", got)
			}
		})
		t.Run("WhoAsksForMorePeopleSeesNothingThatWasToldOfFewer", func(t *testing.T) {
			s.SmallNumber, s.Flow.SmallNumber = 8, 8
			defer func() { s.SmallNumber, s.Flow.SmallNumber = 5, 0 }()
			if got := nobody.listening(ward, 1); got != nil {
				t.Errorf("told of five at least: %v", got)
			}
			s.ticks(t)
			if got := at(ward); dig(got, "answered.value") != nil || dig(got, "heard.value") != 15.0 {
				t.Errorf("with eight people at least: %v", got)
			}
		})
		if len(few) != 3 || slices.Contains(said, few[0]) {
			t.Errorf("the wards share words: %v", few)
		}
		for _, n := range []int{0, 9} {
			if a := nobody.ask(`query($id: ID!, $n: Int!) { node(id: $id) { ... on Service { listening(quarters: $n) { quarter } } } }`, vars{"id": trust.ID, "n": n}); a.code() != "BAD_USER_INPUT" {
				t.Errorf("%d quarters: %s", n, a.Body)
			}
		}
	})
}

// What changed is shown to everybody before they write, for a place and what lies below; nothing of it tells of words that nobody may read.
func TestWhatChangedHereBecausePeopleSpoke(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("The trust", nil)
		ward, other := s.place("Ward 7", trust), s.place("Elsewhere", nil)
		pat, mo, staff := s.start("Pat"), s.somebody("Mo", auth.Moderator, trust), s.somebody("Sam", auth.Staff, trust)
		open, kept := pat.share(ward, "PATIENT", "It was loud."), pat.share(ward, "PATIENT", "It was dark.")
		mo.publish(open)
		made := map[string]string{}
		for _, title := range []string{"Quiet doors", "Planned only", "Kept from the public", "Of nobody's words"} {
			made[title] = staff.propose(ward, title)
		}
		for _, title := range []string{"Quiet doors", "Planned only"} {
			staff.link(made[title], open, "You said so.")
		}
		mo.publish(kept)
		staff.link(made["Kept from the public"], kept, "You said so.")
		for _, title := range []string{"Quiet doors", "Kept from the public", "Of nobody's words"} {
			if a := staff.move(made[title], 1, "MADE", "Done."); a.code() != "" {
				t.Fatal(a.Body)
			}
		}
		s.DB.Experience.UpdateOneID(typeid.ID(kept)).SetState(experience.StateServiceOnly).ExecX(s.system())
		titles := func(at *ent.Service) []any {
			got := s.nobody().get(`query($id: ID!) { whatChangedHere(serviceId: $id) { nodes { title difference state movedAt coproducers { nodes { name } } originCount { ... on Exact { value } } verdictRounds(first: 1) { nodes { answers { answer } } } } } }`, vars{"id": at.ID}, "whatChangedHere.nodes").([]any)
			for i, n := range got {
				got[i] = dig(n, "title")
			}
			return got
		}
		for _, at := range []*ent.Service{trust, ward} {
			if got := titles(at); !slices.Equal(got, []any{"Quiet doors"}) {
				t.Errorf("at %s changed %v", at.Name, got)
			}
		}
		if got := titles(other); len(got) != 0 {
			t.Errorf("elsewhere changed %v", got)
		}
		pat.takesBack(open, "THEME_ANALYSIS")
		if got := titles(ward); len(got) != 0 {
			t.Errorf("without the consent of who said it: %v", got)
		}
	})
}
