package graph_test

import (
	"strings"
	"sync"
	"testing"

	"hearback/auth"
	"hearback/workflow"
)

func (p *person) accepts(code, name string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: InvitationAcceptInput!) { invitationAccept(input: $in)`+sessionFields, vars{"in": vars{"code": code, "name": name, "title": "Ward sister"}})
}

func (p *person) invites(role, at string) answer {
	p.t.Helper()
	in := vars{"role": role}
	if at != "" {
		in["serviceId"] = at
	}
	return p.ask(`mutation($in: InvitationMakeInput!) { invitationMake(input: $in) { code userErrors { code message } } }`, vars{"in": in})
}

func (p *person) ends(membership string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: MembershipEndInput!) { membershipEnd(input: $in) { membership { endedAt } userErrors { code } } }`, vars{"in": vars{"membershipId": membership}})
}

// memberships are the ids of the roles that this person holds.
func (p *person) membership(t testing.TB) string {
	t.Helper()
	id, _ := p.get(`{ viewer { memberships { nodes { id role endedAt service { name } } } } }`, nil, "viewer.memberships.nodes.0.id").(string)
	return id
}

func TestMembershipEnd(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, beside := s.place("Ward 7", trust), s.place("Elsewhere", nil)
		sam, mo := s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward)
		administrator, stranger := s.somebody("Ada", auth.Administrator, trust), s.somebody("Eve", auth.Administrator, beside)
		told := s.start("Pat").share(ward, "PATIENT", "I waited.")
		mo.publish(told)
		give := func() answer {
			return sam.ask(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { code message } } }`, vars{"in": vars{"experienceId": told, "body": "Sorry."}})
		}
		if a := give(); a.code() != "" {
			t.Fatal(a.Body)
		}
		role := sam.membership(t)
		for _, p := range []*person{s.nobody(), sam, mo, stranger} {
			if a := p.ends(role); a.code() != "FORBIDDEN" && a.code() != "UNAUTHENTICATED" && a.code() != "NOT_FOUND" {
				t.Errorf("%s ends it: %s", p.name, a.Body)
			}
		}
		if a := give(); a.code() != "" {
			t.Errorf("it ended without an administrator: %s", a.Body)
		}
		for range 2 { // a second time changes nothing
			if a := administrator.ends(role); a.code() != "" || a.at("membershipEnd.membership.endedAt") == nil {
				t.Fatal(a.Body)
			}
		}
		if a := give(); a.code() != "FORBIDDEN" {
			t.Errorf("Sam still answers: %s", a.Body)
		}
		if got := sam.membership(t); got != "" || sam.viewer() != sam.id {
			t.Errorf("Sam holds %v", got)
		}
		whole := s.somebody("Root", auth.Administrator, nil)
		if a := administrator.ends(whole.membership(t)); a.code() != "NOT_FOUND" {
			t.Errorf("an administrator below ends one of the whole installation: %s", a.Body)
		}
	})
}

func TestInvitation(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, beside := s.place("Ward 7", trust), s.place("Elsewhere", nil)
		ada := s.somebody("Ada", auth.Administrator, trust)
		code := ada.invites("STAFF", string(ward.ID)).at("invitationMake.code").(string)
		t.Run("OnlyAdministratorsInviteAndOnlyBelowThem", func(t *testing.T) {
			before := s.written()
			for _, p := range []*person{s.nobody(), s.start("Pat"), s.somebody("Sam", auth.Staff, ward), s.somebody("Eve", auth.Administrator, beside), s.somebody("Narrow", auth.Administrator, trust, auth.ExperienceRead)} {
				if a := p.invites("STAFF", string(ward.ID)); a.code() != "FORBIDDEN" && a.code() != "UNAUTHENTICATED" || strings.Contains(a.Body, "hbi_") {
					t.Errorf("%s invites: %s", p.name, a.Body)
				}
			}
			for _, at := range []string{string(beside.ID), ""} {
				if a := ada.invites("STAFF", at); a.code() != "FORBIDDEN" {
					t.Errorf("Ada invites to %q: %s", at, a.Body)
				}
			}
			if got := rowsIn(s.written(), "invitations"); got != rowsIn(before, "invitations") {
				t.Errorf("there are %d invitations", got)
			}
		})
		t.Run("ItMakesAMembershipOnce", func(t *testing.T) {
			if strings.Contains(s.written(), code) {
				t.Error("the code is kept")
			}
			refused(t, "without a name", s.nobody().accepts(code, " "), "REQUIRED")
			a := s.nobody().accepts(code, "Sam")
			sam := s.signedIn("Sam", a)
			got := sam.get(`{ viewer { name memberships { nodes { role title service { id } } } } }`, nil, "viewer")
			if dig(got, "name") != "Sam" || dig(got, "memberships.nodes.0.role") != "STAFF" || dig(got, "memberships.nodes.0.service.id") != string(ward.ID) || dig(got, "memberships.nodes.0.title") != "Ward sister" {
				t.Errorf("Sam is %v", got)
			}
			if back := s.signedIn("Sam", s.nobody().recovers(a.at("invitationAccept.recoveryCode").(string))); back.id != sam.id {
				t.Error("the recovery code brings back somebody else")
			}
			refused(t, "a second time", s.nobody().accepts(code, "Sim"), "CODE_REFUSED")
			refused(t, "nonsense", s.nobody().accepts("hbi_nonsense", "Sim"), "CODE_REFUSED")
		})
		t.Run("TwoAtOnceAreOne", func(t *testing.T) {
			code := ada.invites("MODERATOR", string(ward.ID)).at("invitationMake.code").(string)
			var answers [2]answer
			var done sync.WaitGroup
			for i := range answers {
				done.Go(func() { answers[i] = s.nobody().accepts(code, "Twin") })
			}
			done.Wait()
			if answers[0].code()+answers[1].code() != "CODE_REFUSED" {
				t.Errorf("got %s and %s", answers[0].Body, answers[1].Body)
			}
		})
		t.Run("WhoIsSignedInKeepsTheirPerson", func(t *testing.T) {
			pat := s.start("Pat")
			told := pat.share(ward, "PATIENT", "I waited.")
			a := pat.accepts(ada.invites("STAFF", string(ward.ID)).at("invitationMake.code").(string), "Patricia")
			if again := s.signedIn("Pat", a); again.id != pat.id || a.at("invitationAccept.recoveryCode") != nil {
				t.Errorf("Pat became somebody else: %s", a.Body)
			}
			got := pat.get(`{ viewer { name contributions { nodes { id } } memberships { totalCount } } }`, nil, "viewer")
			if dig(got, "name") != "Patricia" || dig(got, "contributions.nodes.0.id") != told || dig(got, "memberships.totalCount") != 1.0 {
				t.Errorf("Pat is %v", got)
			}
		})
		t.Run("SevenDaysEndIt", func(t *testing.T) {
			code := s.somebody("Ada", auth.Administrator, trust).invites("STAFF", string(ward.ID)).at("invitationMake.code").(string)
			s.clock.pass(workflow.InvitationLife)
			refused(t, "too old", s.nobody().accepts(code, "Late"), "CODE_REFUSED")
		})
	})
}

// rowsIn is how many rows of a table stand in what was written.
func rowsIn(written, table string) int { return strings.Count("\n"+written, "\n"+table+" ") }

func TestFirstAdministrator(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		print := func() string {
			code, err := s.Flow.FirstAdministrator(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		old := print()
		s.clock.pass(workflow.SetupLife)
		refused(t, "half an hour later", s.nobody().accepts(old, "Ada"), "CODE_REFUSED")
		first, second := print(), print() // the server was started twice
		ada := s.signedIn("Ada", s.nobody().accepts(first, "Ada"))
		if role := ada.get(`{ viewer { memberships { nodes { role service { id } } } } }`, nil, "viewer.memberships.nodes.0"); dig(role, "role") != "ADMINISTRATOR" || dig(role, "service") != nil {
			t.Errorf("Ada is %v", role)
		}
		if a := ada.ask(`mutation { serviceAdd(input: {name: "Trust", kind: PROVIDER}) { service { id } userErrors { code } } }`, nil); a.code() != "" {
			t.Errorf("Ada cannot begin: %s", a.Body)
		}
		refused(t, "what another start printed, once there is an administrator", s.nobody().accepts(second, "Eve"), "CODE_REFUSED")
		if code := print(); code != "" {
			t.Error("there is a code for a second first administrator")
		}
	})
}
