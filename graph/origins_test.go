package graph_test

import (
	"fmt"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

// One person whose words are hidden for five reasons is one person: the number of origins stays hidden.
func TestOriginsHiddenForManyReasonsAreCountedByPerson(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, staff, mo := s.start("Pat"), s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward)
		change := staff.propose(ward, "A board with the wait")
		told := func(who *person, state experience.State) {
			id := who.share(ward, "PATIENT", "It was loud.")
			mo.publish(id)
			staff.link(change, id, "You said so.")
			s.DB.Experience.UpdateOneID(typeid.ID(id)).SetState(state).ExecX(s.system())
		}
		count := func() any {
			return s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Change { originCount { __typename ... on Exact { value } } } } }`, vars{"id": change}, "node.originCount")
		}
		states := []experience.State{experience.StateSafeguarding, experience.StateHeld, experience.StateInModeration, experience.StateWithdrawn, experience.StateServiceOnly, experience.StatePaused}
		for _, state := range states {
			told(pat, state)
		}
		if got := count(); dig(got, "__typename") != "Suppressed" {
			t.Errorf("six experiences of one person are told as %v", got)
		}
		for i, state := range states[:4] {
			told(s.start(fmt.Sprint("Person ", i)), state)
		}
		if got := count(); dig(got, "value") != 10.0 {
			t.Errorf("ten experiences of five people are told as %v", got)
		}
		told(s.start("Fay"), experience.StatePublished)
		if got := count(); dig(got, "value") != 11.0 {
			t.Errorf("with one that all can read: %v", got)
		}
	})
}
