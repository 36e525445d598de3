package graph_test

import (
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/workflow"
)

// invitesFor invites into the role STAFF from one moment to another; the zero moment stands for none.
func (p *person) invitesFor(ward string, starts, ends time.Time) answer {
	p.t.Helper()
	in := vars{"role": "STAFF", "serviceId": ward}
	for name, at := range map[string]time.Time{"startsAt": starts, "endsAt": ends} {
		if !at.IsZero() {
			in[name] = at.UTC().Format(time.RFC3339Nano)
		}
	}
	return p.ask(`mutation($in: InvitationMakeInput!) { invitationMake(input: $in) { code startsAt endsAt userErrors { code message path } } }`, vars{"in": in})
}

// A locum comes for some minutes: the post says from when to when, and no job opens or shuts it.
func TestAnInvitationSaysFromWhenToWhen(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada, mo := s.somebody("Ada", auth.Administrator, ward), s.somebody("Mo", auth.Moderator, ward)
		told := s.start("Pat").share(ward, "PATIENT", "I waited.")
		mo.publish(told)
		first, last := s.clock.Now().Add(3*time.Minute), s.clock.Now().Add(6*time.Minute)
		a := ada.invitesFor(string(ward.ID), first, last)
		if !isAt(t, a.at("invitationMake.startsAt"), first) || !isAt(t, a.at("invitationMake.endsAt"), last) {
			t.Errorf("the invitation says %s", a.Body)
		}
		lou := s.signedIn("Lou", s.nobody().accepts(a.at("invitationMake.code").(string), "Lou"))
		if a := lou.apology(told); a.code() != "FORBIDDEN" || lou.membership(t) != "" {
			t.Errorf("before the first day: %s", a.Body)
		}
		s.clock.pass(3 * time.Minute)
		if a := lou.apology(told); a.code() != "" {
			t.Errorf("on the first day: %s", a.Body)
		}
		post := lou.get(`{ viewer { memberships { nodes { startsAt endsAt endedAt } } } }`, nil, "viewer.memberships.nodes.0")
		if !isAt(t, dig(post, "startsAt"), first) || !isAt(t, dig(post, "endsAt"), last) || dig(post, "endedAt") != nil {
			t.Errorf("the post says %v", post)
		}
		s.clock.pass(3 * time.Minute)
		if a := lou.apology(told); a.code() != "FORBIDDEN" || lou.membership(t) != "" || lou.viewer() != lou.id {
			t.Errorf("after the last day: %s", a.Body)
		}
	})
}

func TestAPostThatMakesNoSenseIsNotOffered(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada, now, none := s.somebody("Ada", auth.Administrator, ward), s.clock.Now(), time.Time{}
		before := rowsIn(s.written(), "invitations")
		for name, c := range map[string]struct {
			starts, ends time.Time
			path         string
		}{
			"it began before":         {now.Add(-time.Minute), none, "startsAt"},
			"it begins now":           {now, none, "startsAt"},
			"it is over":              {none, now, "endsAt"},
			"it ends as it begins":    {now.Add(time.Hour), now.Add(time.Hour), "endsAt"},
			"it ends before":          {now.Add(time.Hour), now.Add(time.Minute), "endsAt"},
			"a nanosecond is no time": {now.Add(time.Hour), now.Add(time.Hour + time.Nanosecond), "endsAt"},
		} {
			a := ada.invitesFor(string(ward.ID), c.starts, c.ends)
			if a.code() != "INVALID" || a.at("invitationMake.code") != nil || strings.Contains(a.Body, "hbi_") || !strings.Contains(a.Body, `"`+c.path+`"]`) {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		if got := rowsIn(s.written(), "invitations"); got != before {
			t.Errorf("there are %d invitations, not %d", got, before)
		}
	})
}

// An invitation is not taken up into a post that is over, however long the code could be used.
func TestAnInvitationEndsWithItsPost(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.somebody("Ada", auth.Administrator, ward)
		last := s.clock.Now().Add(workflow.InvitationLife / 2)
		late := ada.invitesFor(string(ward.ID), time.Time{}, last).at("invitationMake.code").(string)
		s.clock.pass(workflow.InvitationLife / 2)
		people := rowsIn(s.written(), "people")
		refused(t, "after the last day", s.nobody().accepts(late, "Late"), "CODE_REFUSED")
		if got := rowsIn(s.written(), "people"); got != people {
			t.Errorf("somebody came in: %d people, not %d", got, people)
		}
	})
}

func isAt(t *testing.T, got any, want time.Time) bool {
	t.Helper()
	text, _ := got.(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	return err == nil && at.Equal(want.Truncate(time.Microsecond))
}
