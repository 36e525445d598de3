package graph_test

import (
	"testing"
	"time"

	"hearback/ent/typeid"
)

func TestAnEmbargoIsKeptFromEverybody(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		monday := s.clock.Now().Add(72 * time.Hour)
		said := c.shares(vars{"notBefore": monday})
		const query = `query($id: ID!) { node(id: $id) { ... on Experience { notBefore } } }`
		if c.pat.get(query, vars{"id": said}, "node.notBefore") == nil || c.mo.get(query, vars{"id": said}, "node.notBefore") == nil {
			t.Error("its author and a moderator know the day")
		}
		c.mo.publish(said)
		if c.pat.state(said) != "SCHEDULED" || c.sam.state(said) != nil || c.reads.state(said) != nil {
			t.Errorf("let through before the day: staff see %v, others %v", c.sam.state(said), c.reads.state(said))
		}
		c.later(71 * time.Hour)
		s.tick(t)
		if c.sam.state(said) != nil {
			t.Error("staff see it an hour early")
		}
		c.later(time.Hour)
		s.tick(t)
		if c.reads.state(said) != "PUBLISHED" || c.pat.told() != "SCHEDULED HEARD" {
			t.Errorf("on the day it is %v; Pat was told %s", c.reads.state(said), c.pat.told())
		}
		if c.reads.get(query, vars{"id": said}, "node.notBefore") != nil {
			t.Error("others are told which day it was")
		}
	})
}

func TestTheDayCanBeChanged(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		monday := s.clock.Now().Add(72 * time.Hour)
		set := func(said string, until any) answer {
			return c.pat.ask(embargoQuery, vars{"in": vars{"experienceId": said, "notBefore": until}})
		}
		said := c.shares(nil)
		if a := set(said, monday); a.at("embargoSet.experience.state") != "IN_MODERATION" || a.at("embargoSet.experience.version") != 1.0 {
			t.Fatal(a.Body)
		}
		if a := set(said, monday); a.at("embargoSet.replayed") != true {
			t.Errorf("sent again: %s", a.Body)
		}
		c.mo.publish(said)
		t.Run("Later", func(t *testing.T) {
			set(said, monday.Add(24*time.Hour))
			c.later(72 * time.Hour)
			s.tick(t)
			if c.pat.state(said) != "SCHEDULED" {
				t.Errorf("it is %v", c.pat.state(said))
			}
		})
		t.Run("OrAtOnce", func(t *testing.T) {
			if a := set(said, nil); a.at("embargoSet.experience.state") != "PUBLISHED" || c.reads.state(said) != "PUBLISHED" {
				t.Error(a.Body)
			}
		})
		t.Run("ButNotWhenItIsShown", func(t *testing.T) {
			if a := set(said, monday.Add(999*time.Hour)); a.code() != "NOT_NOW" {
				t.Error(a.Body)
			}
		})
		t.Run("NorFarAway", func(t *testing.T) {
			if a := set(c.shares(nil), s.clock.Now().Add(3*365*24*time.Hour)); a.code() != "INVALID" || a.at("embargoSet.userErrors.0.path.0") != "notBefore" {
				t.Error(a.Body)
			}
		})
	})
}

// While the service may still ask for a review, the author may choose to wait: then the service sees it no more.
func TestADayChosenWhileTheServiceReads(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		s.DB.Service.UpdateOneID(c.ward.ID).SetReviewHours(24).ExecX(s.system())
		said := c.shares(nil)
		c.mo.publish(said)
		if c.sam.state(said) != "WITH_SERVICE" {
			t.Fatalf("staff see %v", c.sam.state(said))
		}
		c.pat.waits(said, s.clock.Now().Add(48*time.Hour))
		if c.sam.state(said) != nil || c.pat.state(said) != "SCHEDULED" {
			t.Errorf("staff see %v", c.sam.state(said))
		}
		c.later(48 * time.Hour)
		s.tick(t)
		c.later(24 * time.Hour)
		s.tick(t)
		if c.reads.state(said) != "PUBLISHED" {
			t.Errorf("in the end it is %v", c.pat.state(said))
		}
	})
}

func TestRevisingLeavesTheDayAloneOrChangesIt(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		monday := s.clock.Now().Add(72 * time.Hour)
		said := c.shares(vars{"notBefore": monday})
		day := func() bool { return s.DB.Experience.GetX(s.system(), typeid.ID(said)).NotBefore != nil }
		if a := c.pat.revises(said, 1, vars{"story": "I waited long."}); a.code() != "" || !day() {
			t.Errorf("%s", a.Body)
		}
		again := c.pat.revises(said, 1, vars{"story": "I waited long."})
		if again.at("experienceRevise.replayed") != true {
			t.Errorf("sent again: %s", again.Body)
		}
		if a := c.pat.revises(said, 2, vars{"notBefore": nil}); a.code() != "" || day() {
			t.Errorf("%s", a.Body)
		}
	})
}
