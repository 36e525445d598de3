package graph_test

import (
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/typeid"
	"hearback/workflow"
)

const responded = ` { replayed response { id version state reason revisedAt claimsChange viewerIsAuthor } userErrors { code message path ... on StaleVersion { currentVersion } } } }`

// answers gives an answer; claims says that it tells of a change.
func (p *person) answers(experience, body string, claims bool) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ResponseGiveInput!) { responseGive(input: $in)`+responded, vars{"in": vars{"experienceId": experience, "body": body, "claimsChange": claims}})
}

func (p *person) revisesAnswer(response string, version int, body string, claims bool) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ResponseReviseInput!) { responseRevise(input: $in)`+responded, vars{"in": vars{"responseId": response, "expectedVersion": version, "body": body, "claimsChange": claims}})
}

func (p *person) publishesAnswer(response string, version int) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ResponsePublishInput!) { responsePublish(input: $in)`+responded, vars{"in": vars{"responseId": response, "expectedVersion": version}})
}

func (p *person) returnsAnswer(response string, version int, reason string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ResponseReturnInput!) { responseReturn(input: $in)`+responded, vars{"in": vars{"responseId": response, "expectedVersion": version, "reason": reason}})
}

func (p *person) trusts(membership string, trusted bool) answer {
	p.t.Helper()
	return p.ask(`mutation($in: MembershipTrustInput!) { membershipTrust(input: $in) { membership { id trusted } userErrors { code message } } }`, vars{"in": vars{"membershipId": membership, "trusted": trusted}})
}

// later lets time pass, after which everybody has a new token.
func (c *sender) later(d time.Duration) {
	c.clock.pass(d)
	for _, p := range []*person{c.pat, c.fay, c.sam, c.sid, c.mo, c.max} {
		p.renews()
	}
}

// renews gets a token as an app does when the old one has run out.
func (p *person) renews() {
	token, _, err := p.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: p.session, Scopes: auth.SessionScopes()})
	if err != nil {
		p.t.Fatal(err)
	}
	p.token = token
}

// newcomer is staff whom nobody trusts yet.
func (c *sender) newcomer(name string) *person {
	return c.somebody(name, auth.Staff, c.ward).trusted(false)
}

// stands wants an answer of a verb to stand in a state, and gives its id.
func stands(t *testing.T, a answer, verb, state string) string {
	t.Helper()
	if a.code() != "" || a.at(verb+".response.state") != state {
		t.Fatalf("want %s: %s", state, a.Body)
	}
	return a.at(verb + ".response.id").(string)
}

// unheard wants that nothing tells others of an answer: no list, no total, no filter, no line, no inbox, no id.
func (c *sender) unheard(t *testing.T, response, word string) {
	t.Helper()
	for _, p := range []*person{c.nobody(), c.pat, c.fay, c.sid} {
		a := p.ask(`query($e: ID!) { node(id: $e) { ... on Experience { line { stage } responses { totalCount nodes { id body } } } }
			experiences(where: {answered: true}) { totalCount } open: experiences(where: {answered: false}) { nodes { id } } }`, vars{"e": c.told})
		if a.at("node.responses.totalCount") != 0.0 || a.at("experiences.totalCount") != 0.0 || a.at("open.nodes.0.id") != c.told || a.at("node.line.stage") == "ANSWERED" || strings.Contains(a.Body, response) || strings.Contains(a.Body, word) {
			t.Errorf("%s hears of it: %s", p.name, a.Body)
		}
		if a := p.ask(byID, vars{"id": response}); a.code() != "NOT_FOUND" {
			t.Errorf("%s finds it: %s", p.name, a.Body)
		}
	}
	if got := c.sid.get(`{ viewer { inbox { nodes { id } } } }`, nil, "viewer.inbox.nodes.0.id"); got != c.told {
		t.Error("the inbox counts it as answered")
	}
	if got := c.pat.get(`{ viewer { steps { nodes { kind } } } }`, nil, "viewer.steps.nodes"); strings.Contains(strings.Join(kinds(got), " "), "ANSWERED") {
		t.Errorf("the author was told: %v", got)
	}
}

// kinds are the kinds of steps.
func kinds(nodes any) (all []string) {
	for _, n := range nodes.([]any) {
		all = append(all, dig(n, "kind").(string))
	}
	return all
}

func TestResponseWaitsForAModerator(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		nell := c.newcomer("Nell")
		for what, give := range map[string]func() answer{
			"OfSomebodyNew":     func() answer { return nell.answers(c.told, "We are sorry. zqwaits", false) },
			"ThatClaimsAChange": func() answer { return c.sam.answers(c.told, "We are sorry. zqwaits", true) },
			"ThatReadsLikeAChange": func() answer {
				return c.sam.answers(c.told, "We have now changed the doors. zqwaits", false)
			},
		} {
			t.Run(what, func(t *testing.T) {
				id := stands(t, give(), "responseGive", "IN_MODERATION")
				c.unheard(t, id, "zqwaits")
				for _, p := range []*person{c.mo, c.max} {
					if got := p.get(`{ viewer { responseQueue { totalCount nodes { id } } } }`, nil, "viewer.responseQueue"); dig(got, "nodes.0.id") != id || dig(got, "totalCount") != 1.0 {
						t.Errorf("%s's queue is %v", p.name, got)
					}
				}
				stands(t, c.mo.publishesAnswer(id, 1), "responsePublish", "PUBLISHED")
				a := c.pat.ask(`query($e: ID!) { node(id: $e) { ... on Experience { line { stage } responses { totalCount nodes { id reason } } } } viewer { steps(last: 1) { nodes { kind response { id body } } } } }`, vars{"e": c.told})
				if a.at("node.responses.totalCount") != 1.0 || a.at("node.responses.nodes.0.id") != id || a.at("viewer.steps.nodes.0.kind") != "ANSWERED" || a.at("viewer.steps.nodes.0.response.id") != id {
					t.Errorf("Pat does not hear of it: %s", a.Body)
				}
				if got := c.mo.get(`{ viewer { responseQueue { totalCount } } }`, nil, "viewer.responseQueue.totalCount"); got != 0.0 {
					t.Errorf("%v still wait", got)
				}
				if got := c.sid.get(`{ viewer { inbox { totalCount } } }`, nil, "viewer.inbox.totalCount"); got != 0.0 {
					t.Error("the inbox does not count it as answered")
				}
				c.forget()
			})
		}
	})
}

// forget takes all answers away, so that the next story begins without.
func (c *sender) forget() {
	ctx := c.system()
	c.DB.Step.Delete().ExecX(ctx)
	c.DB.Response.Delete().ExecX(ctx)
	c.DB.Experience.Update().ClearAnsweredAt().ExecX(ctx)
}

func TestResponseGivenBackAndSentAgain(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		nell := c.newcomer("Nell")
		id := stands(t, nell.answers(c.told, "You are wrong.", false), "responseGive", "IN_MODERATION")
		refused(t, "without a reason", c.mo.returnsAnswer(id, 1, " "), "REQUIRED")
		a := c.mo.returnsAnswer(id, 1, "Please say sorry first.")
		stands(t, a, "responseReturn", "RETURNED")
		t.Run("ItsAuthorReadsTheReason", func(t *testing.T) {
			got := nell.get(`{ viewer { responsesGiven { totalCount nodes { id state reason viewerIsAuthor experience { id } } } } }`, nil, "viewer.responsesGiven")
			if dig(got, "nodes.0.reason") != "Please say sorry first." || dig(got, "nodes.0.state") != "RETURNED" || dig(got, "nodes.0.viewerIsAuthor") != true || dig(got, "nodes.0.experience.id") != c.told {
				t.Errorf("Nell reads %v", got)
			}
			c.unheard(t, id, "wrong")
			for _, p := range []*person{c.sam, c.pat} {
				if got := p.get(`{ viewer { responsesGiven { totalCount } } }`, nil, "viewer.responsesGiven.totalCount"); got != 0.0 {
					t.Errorf("%s gave %v", p.name, got)
				}
			}
		})
		t.Run("SentAgainItIsTheSame", func(t *testing.T) {
			again := c.mo.returnsAnswer(id, 1, "Please say sorry first.")
			if again.Body != strings.Replace(a.Body, `"replayed":false`, `"replayed":true`, 1) {
				t.Errorf("again: %s", again.Body)
			}
			staleVersion(t, "another reason", c.mo.returnsAnswer(id, 1, "Be kind."), "responseReturn", 2)
			staleVersion(t, "another moderator", c.max.returnsAnswer(id, 1, "Please say sorry first."), "responseReturn", 2)
			refused(t, "what does not wait", c.max.publishesAnswer(id, 2), "NOT_NOW")
		})
		t.Run("DaysLaterItIsMended", func(t *testing.T) {
			c.later(72 * time.Hour)
			nell.renews()
			a := nell.revisesAnswer(id, 2, "We are sorry.", false)
			stands(t, a, "responseRevise", "IN_MODERATION")
			if a.at("responseRevise.response.reason") != nil || a.at("responseRevise.response.revisedAt") == nil || a.at("responseRevise.response.version") != 3.0 {
				t.Errorf("it is %s", a.Body)
			}
			if again := nell.revisesAnswer(id, 2, "We are sorry.", false); again.Body != strings.Replace(a.Body, `"replayed":false`, `"replayed":true`, 1) {
				t.Errorf("again: %s", again.Body)
			}
			staleVersion(t, "other words", nell.revisesAnswer(id, 2, "We are very sorry.", false), "responseRevise", 3)
			stands(t, c.max.publishesAnswer(id, 3), "responsePublish", "PUBLISHED")
			if a := c.max.publishesAnswer(id, 3); a.at("responsePublish.replayed") != true {
				t.Errorf("published again: %s", a.Body)
			}
			staleVersion(t, "somebody else", c.mo.publishesAnswer(id, 3), "responsePublish", 4)
			if steps := kinds(c.pat.get(`{ viewer { steps { nodes { kind } } } }`, nil, "viewer.steps.nodes")); strings.Count(strings.Join(steps, " "), "ANSWERED") != 1 {
				t.Errorf("Pat was told %v", steps)
			}
		})
	})
}

func TestResponseIsChangedWithinHalfAnHour(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		id := stands(t, c.sam.answers(c.told, "We are sory.", false), "responseGive", "PUBLISHED")
		c.later(10 * time.Minute)
		stands(t, c.sam.revisesAnswer(id, 1, "We are sorry.", false), "responseRevise", "PUBLISHED")
		t.Run("EverybodySeesWhen", func(t *testing.T) {
			got := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Response { body revisedAt version state reason givenAs { id } viewerIsAuthor } } }`, vars{"id": id}, "node")
			if dig(got, "body") != "We are sorry." || dig(got, "revisedAt") != "2026-05-14T09:40:00Z" || dig(got, "version") != 2.0 || dig(got, "givenAs") != nil || dig(got, "viewerIsAuthor") != false {
				t.Errorf("nobody reads %v", got)
			}
		})
		t.Run("NobodyElseChangesIt", func(t *testing.T) {
			for _, p := range []*person{c.sid, c.pat, c.mo} {
				if a := p.revisesAnswer(id, 2, "Never mind.", false); a.code() != "FORBIDDEN" {
					t.Errorf("%s: %s", p.name, a.Body)
				}
			}
		})
		t.Run("AClaimTakesItBackToTheModerators", func(t *testing.T) {
			stands(t, c.sam.revisesAnswer(id, 2, "We are sorry, and the doors are new.", true), "responseRevise", "IN_MODERATION")
			if got := s.nobody().get(`query($e: ID!) { node(id: $e) { ... on Experience { responses { totalCount } line { stage } } } experiences(where: {answered: true}) { totalCount } }`, vars{"e": c.told}, ""); dig(got, "node.responses.totalCount") != 0.0 || dig(got, "experiences.totalCount") != 0.0 {
				t.Errorf("it is still to be seen: %v", got)
			}
			if got := c.sid.get(`{ viewer { inbox { totalCount } } }`, nil, "viewer.inbox.totalCount"); got != 1.0 {
				t.Errorf("the inbox holds %v", got)
			}
			stands(t, c.mo.publishesAnswer(id, 3), "responsePublish", "PUBLISHED")
			if steps := kinds(c.pat.get(`{ viewer { steps { nodes { kind } } } }`, nil, "viewer.steps.nodes")); strings.Count(strings.Join(steps, " "), "ANSWERED") != 1 {
				t.Errorf("Pat was told %v", steps)
			}
		})
		t.Run("ThenTheTimeIsOver", func(t *testing.T) {
			c.later(20 * time.Minute)
			stands(t, c.sam.revisesAnswer(id, 4, "We are very sorry.", false), "responseRevise", "PUBLISHED")
			s.clock.pass(time.Microsecond)
			kept := s.written()
			refused(t, "after half an hour", c.sam.revisesAnswer(id, 5, "We are not sorry.", false), "NOT_NOW")
			if s.written() != kept {
				t.Error("something was written")
			}
		})
		t.Run("AnotherAnswerStillCounts", func(t *testing.T) {
			other := stands(t, c.sid.answers(c.told, "I am sorry too.", false), "responseGive", "PUBLISHED")
			stands(t, c.sid.revisesAnswer(other, 1, "I am sorry too. There is now a bell.", false), "responseRevise", "IN_MODERATION")
			if got := s.nobody().get(`{ experiences(where: {answered: true}) { totalCount } }`, nil, "experiences.totalCount"); got != 1.0 {
				t.Errorf("%v are answered", got)
			}
		})
		t.Run("WhoLeftThePostChangesNothing", func(t *testing.T) {
			nell := c.newcomer("Nell")
			own := stands(t, nell.answers(c.told, "We hear you.", false), "responseGive", "IN_MODERATION")
			s.DB.Membership.Update().Where(membership.PersonID(typeid.ID(nell.id))).SetEndedAt(s.clock.Now()).ExecX(s.system())
			if a := nell.revisesAnswer(own, 1, "We do not.", false); a.code() != "FORBIDDEN" {
				t.Errorf("Nell: %s", a.Body)
			}
		})
	})
}

func TestMembershipTrust(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		nell := c.newcomer("Nell")
		beside := s.place("Elsewhere", nil)
		id := stands(t, nell.answers(c.told, "We are sorry.", false), "responseGive", "IN_MODERATION")
		role := c.mo.get(`{ viewer { responseQueue { nodes { givenAs { id role trusted } } } } }`, nil, "viewer.responseQueue.nodes.0.givenAs")
		if dig(role, "role") != "STAFF" || dig(role, "trusted") != false {
			t.Fatalf("Mo does not see as what it was given: %v", role)
		}
		member := dig(role, "id").(string)
		t.Run("NotByOthers", func(t *testing.T) {
			for _, p := range []*person{c.pat, c.sam, nell, s.nobody(), s.somebody("Narrow", auth.Moderator, c.ward, auth.ExperienceRead)} {
				if a := p.trusts(member, true); a.code() != "FORBIDDEN" && a.code() != "UNAUTHENTICATED" {
					t.Errorf("%s: %s", p.name, a.Body)
				}
			}
			for _, p := range []*person{s.somebody("Elsewhere", auth.Moderator, beside), s.somebody("Eve", auth.Administrator, beside)} {
				if a := p.trusts(member, true); a.code() != "NOT_FOUND" {
					t.Errorf("%s: %s", p.name, a.Body)
				}
			}
			two := c.somebody("Two", auth.Moderator, c.ward)
			if own := two.hold(membership.RoleStaff, c.ward); two.trusts(string(own.ID), false).code() != "FORBIDDEN" {
				t.Error("somebody says of themselves whether they are trusted")
			}
			ada := s.somebody("Ada", auth.Administrator, c.ward)
			moderators := s.DB.Membership.Query().Where(membership.PersonID(typeid.ID(c.mo.id))).OnlyX(s.system())
			refused(t, "a moderator's role", ada.trusts(string(moderators.ID), true), "NOT_NOW")
		})
		t.Run("ThenAnswersAreRead", func(t *testing.T) {
			for range 2 {
				if a := c.mo.trusts(member, true); a.code() != "" || a.at("membershipTrust.membership.trusted") != true {
					t.Fatal(a.Body)
				}
			}
			stands(t, nell.answers(c.told, "We are sorry once more.", false), "responseGive", "PUBLISHED")
			stands(t, nell.answers(c.told, "We have moved the desk.", true), "responseGive", "IN_MODERATION")
			if got := nell.get(`query($id: ID!) { node(id: $id) { ... on Response { state } } }`, vars{"id": id}, "node.state"); got != "IN_MODERATION" {
				t.Errorf("what waited is %v", got)
			}
		})
		t.Run("AndNoLonger", func(t *testing.T) {
			if a := s.somebody("Ada", auth.Administrator, c.ward).trusts(member, false); a.code() != "" {
				t.Fatal(a.Body)
			}
			stands(t, nell.answers(c.told, "We are sorry again.", false), "responseGive", "IN_MODERATION")
		})
		t.Run("TheNearestRoleCounts", func(t *testing.T) {
			bay := s.place("Bay 1", c.ward)
			there := c.pat.share(bay, "PATIENT", "I waited in the bay.")
			c.mo.publish(there)
			stands(t, c.sam.answers(there, "We are sorry.", false), "responseGive", "PUBLISHED")
			s.DB.Membership.Update().Where(membership.ID(c.sam.hold(membership.RoleStaff, bay).ID)).SetTrusted(false).ExecX(s.system())
			stands(t, c.sam.answers(there, "We are very sorry.", false), "responseGive", "IN_MODERATION")
		})
	})
}

// Nobody begins trusted: neither who takes up an invitation nor whom the command line appoints.
func TestNobodyBeginsTrusted(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.somebody("Ada", auth.Administrator, ward)
		nell := s.signedIn("Nell", s.nobody().accepts(ada.invites("STAFF", string(ward.ID)).at("invitationMake.code").(string), "Nell"))
		if got := nell.get(`{ viewer { memberships { nodes { trusted } } } }`, nil, "viewer.memberships.nodes.0.trusted"); got != false {
			t.Errorf("who was invited is trusted: %v", got)
		}
		if _, err := s.Flow.Appoint(t.Context(), auth.Staff, string(ward.ID), "Nils", "", auth.SessionScopes()); err != nil {
			t.Fatal(err)
		}
		if n := s.DB.Membership.Query().Where(membership.Trusted(true), membership.RoleEQ(membership.RoleStaff)).CountX(s.system()); n != 0 {
			t.Errorf("%d are trusted", n)
		}
	})
}

func TestResponseQueueIsOfOnesReach(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, next := s.place("Ward 7", trust), s.place("Ward 8", trust)
		pat, chief := s.start("Pat"), s.somebody("Chief", auth.Moderator, trust)
		var ids []string
		for _, at := range []typeid.ID{ward.ID, next.ID, ward.ID} {
			place := s.DB.Service.GetX(s.system(), at)
			told := pat.share(place, "PATIENT", "I waited.")
			chief.publish(told)
			s.clock.pass(time.Minute)
			ids = append(ids, stands(t, s.somebody("Sam", auth.Staff, trust).answers(told, "We have moved the desk.", true), "responseGive", "IN_MODERATION"))
		}
		for _, c := range []struct {
			of     *person
			within any
			want   []string
		}{
			{chief, nil, ids},
			{chief, ward.ID, []string{ids[0], ids[2]}},
			{s.somebody("Mo", auth.Moderator, next), nil, ids[1:2]},
			{s.somebody("Mo", auth.Moderator, next), ward.ID, nil},
			{s.somebody("Root", auth.Moderator, nil), trust.ID, ids},
		} {
			got := c.of.get(`query($w: ID) { viewer { responseQueue(within: $w) { totalCount nodes { id } } } }`, vars{"w": c.within}, "viewer.responseQueue")
			nodes := dig(got, "nodes").([]any)
			if len(nodes) != len(c.want) || dig(got, "totalCount") != float64(len(c.want)) {
				t.Errorf("%s within %v: %v", c.of.name, c.within, got)
				continue
			}
			for i, id := range c.want {
				if dig(nodes[i], "id") != id {
					t.Errorf("%s within %v: %v, want %v", c.of.name, c.within, nodes, c.want)
				}
			}
		}
		t.Run("NotOfWordsThatAreHeldBack", func(t *testing.T) {
			e := s.DB.Response.GetX(s.system(), typeid.ID(ids[0])).ExperienceID
			s.DB.Experience.UpdateOneID(e).SetState("HELD").ExecX(s.system())
			if got := chief.get(`{ viewer { responseQueue { totalCount } } }`, nil, "viewer.responseQueue.totalCount"); got != 2.0 {
				t.Errorf("%v wait", got)
			}
			refused(t, "an answer to words that are held back", chief.publishesAnswer(ids[0], 1), "NOT_NOW")
		})
	})
}

func TestTwoAtOnceOnAnAnswer(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		nell := c.newcomer("Nell")
		for what, acts := range map[string][2]func(id string) answer{
			"OnePublishesOneReturns":         {func(id string) answer { return c.mo.publishesAnswer(id, 1) }, func(id string) answer { return c.max.returnsAnswer(id, 1, "Be kind.") }},
			"BothPublish":                    {func(id string) answer { return c.mo.publishesAnswer(id, 1) }, func(id string) answer { return c.max.publishesAnswer(id, 1) }},
			"OnePublishesItsAuthorRevisesIt": {func(id string) answer { return c.mo.publishesAnswer(id, 1) }, func(id string) answer { return nell.revisesAnswer(id, 1, "We are very sorry.", false) }},
		} {
			t.Run(what, func(t *testing.T) {
				before := c.steps()
				id := stands(t, nell.answers(c.told, "We are sorry.", false), "responseGive", "IN_MODERATION")
				oneWins(t, func() answer { return acts[0](id) }, func() answer { return acts[1](id) })
				got := nell.get(`query($id: ID!) { node(id: $id) { ... on Response { version state } } }`, vars{"id": id}, "node")
				told := 0
				if dig(got, "state") == "PUBLISHED" {
					told = 1
				}
				if dig(got, "version") != 2.0 || c.steps() != before+told {
					t.Errorf("it is %v, and Pat was told of %d", got, c.steps()-before)
				}
			})
		}
	})
}

// The window is the promise of the verb, whatever the clock of a phone says.
func TestResponseWindowIsHalfAnHour(t *testing.T) {
	t.Parallel()
	if workflow.ResponseWindow != 30*time.Minute {
		t.Errorf("an answer can be changed for %s", workflow.ResponseWindow)
	}
}
