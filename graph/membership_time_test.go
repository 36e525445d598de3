package graph_test

import (
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/typeid"
)

func (p *person) plansEnd(role string, at time.Time) answer {
	p.t.Helper()
	return p.ask(`mutation($in: MembershipEndInput!) { membershipEnd(input: $in) { membership { startsAt endsAt endedAt } userErrors { code message path } } }`,
		vars{"in": vars{"membershipId": role, "at": at.UTC().Format(time.RFC3339Nano)}})
}

// apology is an answer of staff to what somebody told.
func (p *person) apology(told string) answer { return p.answers(told, "Sorry.", false) }

// Nothing runs in the background: a role ends because the clock says so, whoever asks and whatever is open.
func TestLeavingAPostEndsAccessAtOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, max, mo, mia := s.somebody("Sam", auth.Staff, ward), s.somebody("Max", auth.Moderator, ward), s.somebody("Mo", auth.Moderator, ward), s.somebody("Mia", auth.Moderator, ward)
		ada, pat, server := s.somebody("Ada", auth.Administrator, ward), s.start("Pat"), s.server()
		decided := newsOf(ward, "id decisions { nodes { kind reason } }")
		heard := map[*person]stream{mo: mo.hear(server, decided), mia: mia.call(server, decided)}
		s.listening(mo, mia)
		lastDay := s.clock.Now().Add(5 * time.Minute)
		for _, p := range []*person{sam, mo, mia} {
			if a := ada.plansEnd(p.membership(t), lastDay); a.code() != "" || a.at("membershipEnd.membership.endsAt") == nil || a.at("membershipEnd.membership.endedAt") != nil {
				t.Fatal(a.Body)
			}
		}
		told := pat.share(ward, "PATIENT", "It was cold.")
		max.publish(told)
		for who, stream := range heard {
			if got := stream.next(t); dig(got, "data.experiencePublished.id") != told || dig(got, "data.experiencePublished.decisions.nodes.0.kind") != "PUBLISH" {
				t.Errorf("%s, still a moderator, hears %v", who.name, got)
			}
		}
		if a := sam.apology(told); a.code() != "" {
			t.Errorf("Sam, still staff: %s", a.Body)
		}
		s.clock.pass(5 * time.Minute)
		after := pat.share(ward, "PATIENT", "It was loud.")
		max.publish(after)
		for who, stream := range heard {
			if got := stream.next(t); dig(got, "data.experiencePublished.id") != after || dig(got, "data.experiencePublished.decisions") != nil {
				t.Errorf("%s, who left, hears %v", who.name, got)
			}
		}
		if a := sam.apology(after); a.code() != "FORBIDDEN" {
			t.Errorf("Sam, who left, answers: %s", a.Body)
		}
		if sam.membership(t) != "" || sam.viewer() != sam.id {
			t.Error("Sam still holds the role, or is not themselves any more")
		}
	})
}

func TestARoleBeginsWhenItSays(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, ada, mo := s.somebody("Sam", auth.Staff, ward), s.somebody("Ada", auth.Administrator, ward), s.somebody("Mo", auth.Moderator, ward)
		told := s.start("Pat").share(ward, "PATIENT", "I waited.")
		mo.publish(told)
		role := sam.membership(t)
		first := s.clock.Now().Add(5 * time.Minute)
		s.DB.Membership.UpdateOneID(typeid.ID(role)).SetStartsAt(first).ExecX(s.system())
		if a := sam.apology(told); a.code() != "FORBIDDEN" || sam.membership(t) != "" {
			t.Errorf("before the first day: %s", a.Body)
		}
		if a := ada.plansEnd(role, first); a.code() != "INVALID" {
			t.Errorf("it ends before it begins: %s", a.Body)
		}
		s.clock.pass(5 * time.Minute)
		if a := sam.apology(told); a.code() != "" || sam.membership(t) != role {
			t.Errorf("on the first day: %s", a.Body)
		}
	})
}

func TestTheEndOfARoleIsPlanned(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, ada, eve := s.somebody("Sam", auth.Staff, ward), s.somebody("Ada", auth.Administrator, ward), s.somebody("Eve", auth.Administrator, s.place("Elsewhere", nil))
		role, now := sam.membership(t), s.clock.Now()
		plan := func() *ent.Membership { return s.DB.Membership.GetX(s.system(), typeid.ID(role)) }
		for _, a := range []answer{ada.plansEnd(role, now), ada.plansEnd(role, now.Add(-time.Hour))} {
			if a.code() != "INVALID" || plan().EndsAt != nil {
				t.Errorf("in the past: %s", a.Body)
			}
		}
		for _, p := range []*person{s.nobody(), sam, eve} {
			if a := p.plansEnd(role, now.Add(time.Hour)); a.code() == "" || plan().EndsAt != nil {
				t.Errorf("%s plans it: %s", p.name, a.Body)
			}
		}
		for _, later := range []time.Duration{3 * time.Minute, 2 * time.Minute, 4 * time.Minute} { // it can be changed until it is there
			if a := ada.plansEnd(role, now.Add(later)); a.code() != "" || !plan().EndsAt.Equal(now.Add(later).Truncate(time.Microsecond)) {
				t.Errorf("%v later: %s", later, a.Body)
			}
		}
		s.clock.pass(4 * time.Minute)
		if a := ada.plansEnd(role, now.Add(time.Hour)); a.code() != "NOT_NOW" || sam.membership(t) != "" {
			t.Errorf("what is over came back: %s", a.Body)
		}
	})
}
