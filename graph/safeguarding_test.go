package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/generated/ent/membership"
	entperson "hearback/ent/generated/ent/person"
	"hearback/ent/typeid"
)

// puts does a verb with an input and asks for what its payload holds.
func (p *person) puts(verb string, in vars, fields string) answer {
	p.t.Helper()
	input := strings.ToUpper(verb[:1]) + verb[1:] + "Input"
	return p.ask(fmt.Sprintf("mutation($in: %s!) { %s(input: $in) { userErrors { code path message } %s } }", input, verb, fields), vars{"in": in})
}

// raises raises a concern and gives its id.
func (p *person) raises(experience, level, reason string) string {
	p.t.Helper()
	id := string(typeid.New(typeid.Concern))
	if a := p.puts("concernRaise", vars{"id": id, "experienceId": experience, "level": level, "reason": reason}, "receipt { level state }"); a.code() != "" {
		p.t.Fatal(a.Body)
	}
	return id
}

// moves takes the next step with a concern and wants it done.
func (p *person) moves(verb, id string, version int, more vars) {
	p.t.Helper()
	in := vars{"concernId": id, "expectedVersion": version}
	for name, v := range more {
		in[name] = v
	}
	if a := p.puts(verb, in, "concern { state }"); a.code() != "" {
		p.t.Fatal(a.Body)
	}
}

// renewed gives people new tokens of their sessions, because time has passed.
func (s *stage) renewed(people ...*person) {
	s.t.Helper()
	for _, p := range people {
		token, _, err := s.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: p.session, Scopes: auth.SessionScopes()})
		if err != nil {
			s.t.Fatal(err)
		}
		p.token = token
	}
}

const stateOf = `query($id: ID!) { node(id: $id) { ... on Experience { state version signals signposting { text language } line { stage steps { nodes { kind words } } } } } }`

const wholeConcern = `query($id: ID!) { node(id: $id) { ... on Concern { level source reason state version raisedByName acknowledgeBy dueAt overdue acknowledgedByName acknowledgedAt
	viewerAcknowledged handedTo handedOverAt receivedBy receivedAt outcome closedAt experience { id story } entries { nodes { kind byName who words } } reveals { nodes { reason } } } } }`

func TestAConcernFromTheFirstWordToTheLast(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, lead := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Lea", auth.SafeguardingLead, ward)
		told := pat.share(ward, "PATIENT", "It is loud at night.")
		id := mo.raises(told, "SERIOUS", "She may not be safe at home.")
		t.Run("HeldBackAtOnceAndTheAuthorIsToldKindly", func(t *testing.T) {
			got := pat.get(stateOf, vars{"id": told}, "node")
			words := fmt.Sprint(dig(got, "line.steps.nodes.0.words"))
			if dig(got, "state") != "SAFEGUARDING" || dig(got, "line.steps.nodes.0.kind") != "SAFEGUARDING" || dig(got, "line.stage") != "SENT" {
				t.Errorf("the author sees %v", got)
			}
			for _, need := range []string{"999", "111", "116 123", "not for urgent care"} {
				if !strings.Contains(words, need) || !strings.Contains(fmt.Sprint(dig(got, "signposting.text")), need) {
					t.Errorf("the author is not told of %s: %v", need, got)
				}
			}
			for _, secret := range []string{"safe at home", "SERIOUS", "Mo", id} {
				if strings.Contains(fmt.Sprint(got), secret) {
					t.Errorf("the author reads %s: %v", secret, got)
				}
			}
		})
		t.Run("WhoRaisedItSeesThatItWasReceivedAndNothingElse", func(t *testing.T) {
			if a := mo.ask(stateOf, vars{"id": told}); a.code() != "NOT_FOUND" {
				t.Errorf("the moderator still reads it: %s", a.Body)
			}
			if a := mo.ask(wholeConcern, vars{"id": id}); a.code() != "NOT_FOUND" {
				t.Errorf("the moderator reads the concern: %s", a.Body)
			}
			got := mo.get(`{ viewer { concernsRaised { totalCount nodes { level state createdAt } } } }`, nil, "viewer.concernsRaised")
			if dig(got, "totalCount") != 1.0 || dig(got, "nodes.0.state") != "RAISED" || dig(got, "nodes.0.level") != "SERIOUS" {
				t.Errorf("who raised it sees %v", got)
			}
			if n := pat.get(`{ viewer { concernsRaised { totalCount } } }`, nil, "viewer.concernsRaised.totalCount"); n != 0.0 {
				t.Errorf("the author raised %v", n)
			}
		})
		t.Run("TheClockRunsAndIsReadNotRun", func(t *testing.T) {
			queue := `{ viewer { safeguardingQueue { nodes { id overdue } } } }`
			s.clock.pass(24 * time.Hour)
			s.renewed(pat, mo, lead)
			if late := lead.get(queue, nil, "viewer.safeguardingQueue.nodes.0.overdue"); late != false {
				t.Error("overdue at the very moment")
			}
			s.clock.pass(time.Second)
			if late := lead.get(queue, nil, "viewer.safeguardingQueue.nodes.0.overdue"); late != true {
				t.Error("not overdue after it")
			}
		})
		lead.moves("concernAcknowledge", id, 1, nil)
		lead.moves("concernHandOver", id, 2, vars{"to": "Duty team", "words": "Please ring her."})
		if a := lead.puts("concernReceive", vars{"concernId": id, "expectedVersion": 3, "by": "Kim", "receivedAt": "2026-05-14T09:00:00Z"}, "concern { id }"); a.code() != "INVALID" {
			t.Errorf("received before it was handed over: %s", a.Body)
		}
		lead.moves("concernReceive", id, 3, vars{"by": "Kim of the duty team", "words": "We have it."})
		if state := mo.get(`{ viewer { concernsRaised { nodes { state } } } }`, nil, "viewer.concernsRaised.nodes.0.state"); state != "RECEIVED" {
			t.Errorf("who raised it sees %v", state)
		}
		lead.moves("concernClose", id, 4, vars{"outcome": "She is with her sister."})
		t.Run("EverythingIsWrittenDown", func(t *testing.T) {
			got := lead.get(wholeConcern, vars{"id": id}, "node")
			kinds := []string{}
			for _, e := range dig(got, "entries.nodes").([]any) {
				kinds = append(kinds, fmt.Sprint(dig(e, "kind"), " by ", dig(e, "byName"), " ", dig(e, "who"), " ", dig(e, "words")))
			}
			want := []string{
				"RAISED by Mo  She may not be safe at home.", "ACKNOWLEDGED by Lea  ", "HANDED_OVER by Lea Duty team Please ring her.",
				"RECEIVED by Lea Kim of the duty team We have it.", "CLOSED by Lea  She is with her sister.",
			}
			if !slices.Equal(kinds, want) || dig(got, "outcome") != "She is with her sister." || dig(got, "source") != "MODERATOR" || dig(got, "overdue") != false || dig(got, "dueAt") != nil {
				t.Errorf("written down: %v", got)
			}
		})
		t.Run("APersonReadsItAgain", func(t *testing.T) {
			if state := mo.get(stateOf, vars{"id": told}, "node.state"); state != "IN_MODERATION" {
				t.Errorf("it is %v", state)
			}
			if kind := pat.get(stateOf, vars{"id": told}, "node.line.steps.nodes.1.kind"); kind != "REOPENED" {
				t.Errorf("the author is told %v", kind)
			}
			if n := lead.get(`{ viewer { safeguardingQueue { totalCount } } }`, nil, "viewer.safeguardingQueue.totalCount"); n != 0.0 {
				t.Errorf("%v concerns are open", n)
			}
		})
	})
}

// A concern that only asks somebody to look holds nothing back, and one that is closed lets nothing go while another is open.
func TestConcernsHoldBackTogether(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, staff, lead := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward), s.somebody("Lea", auth.SafeguardingLead, ward)
		told := pat.share(ward, "PATIENT", "It is loud at night.")
		mo.publish(told)
		low := staff.raises(told, "LOW", "He sounds lonely.")
		if got := pat.get(stateOf, vars{"id": told}, "node"); dig(got, "state") != "PUBLISHED" || dig(got, "version") != 2.0 || dig(got, "signposting") != nil {
			t.Errorf("a low concern left its trace: %v", got)
		}
		high := lead.raises(told, "IMMEDIATE", "He says that he has a plan.")
		if order := idsIn(lead.get(`{ viewer { safeguardingQueue { nodes { id } } } }`, nil, "viewer.safeguardingQueue.nodes"), "as they come"); len(order) != 2 {
			t.Errorf("the queue holds %v", order)
		}
		if first := lead.get(`{ viewer { safeguardingQueue(first: 1) { nodes { id } } } }`, nil, "viewer.safeguardingQueue.nodes.0.id"); first != high {
			t.Errorf("first comes %v", first)
		}
		for i, id := range []string{high, low} {
			lead.moves("concernAcknowledge", id, 1, nil)
			if state := pat.get(stateOf, vars{"id": told}, "node.state"); state != "SAFEGUARDING" {
				t.Errorf("with %d open it is %v", 2-i, state)
			}
			lead.moves("concernClose", id, 2, vars{"outcome": "He is safe."})
		}
		if state := pat.get(stateOf, vars{"id": told}, "node.state"); state != "IN_MODERATION" {
			t.Errorf("with none open it is %v", state)
		}
		mo.publishes(told, 4)
		kinds := []string{}
		for _, k := range pat.get(stateOf, vars{"id": told}, "node.line.steps.nodes").([]any) {
			kinds = append(kinds, fmt.Sprint(dig(k, "kind")))
		}
		if !slices.Equal(kinds, []string{"HEARD", "SAFEGUARDING", "REOPENED", "RELEASED"}) {
			t.Errorf("the author was told %v", kinds)
		}
	})
}

// Taken back by their author, words stay taken back when the concern about them is closed; the lead reads them no more.
func TestAConcernAboutWordsThatWereTakenBack(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, lead := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Lea", auth.SafeguardingLead, ward)
		told := pat.share(ward, "PATIENT", "It is loud at night.")
		id := mo.raises(told, "SERIOUS", "She may not be safe.")
		s.DB.Experience.UpdateOneID(typeid.ID(told)).SetState("WITHDRAWN").ExecX(s.system())
		lead.moves("concernAcknowledge", id, 1, nil)
		if e := lead.get(wholeConcern, vars{"id": id}, "node.experience"); e != nil {
			t.Errorf("the lead reads %v", e)
		}
		lead.moves("concernClose", id, 2, vars{"outcome": "We rang her."})
		if state := pat.get(stateOf, vars{"id": told}, "node.state"); state != "WITHDRAWN" {
			t.Errorf("it is %v", state)
		}
	})
}

// Every state, every act, everybody: who is not a lead of the place learns nothing, and a lead can only go where there is a way.
func TestEveryStateActAndRoleOfAConcern(t *testing.T) {
	lengthy(t, "it tries every act in every state, one after the other")
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, beside := s.place("Ward 7", trust), s.place("Ward 8", trust)
		mo, lead, second := s.somebody("Mo", auth.Moderator, ward), s.somebody("Lea", auth.SafeguardingLead, trust), s.somebody("Lou", auth.SafeguardingLead, ward)
		pat := s.somebody("Pat", auth.SafeguardingLead, ward) // a lead who wrote the words
		elsewhere, narrow := s.somebody("Eve", auth.SafeguardingLead, beside), s.somebody("Nan", auth.SafeguardingLead, ward, auth.ExperienceRead)
		others := map[*person]string{
			s.nobody(): "UNAUTHENTICATED", s.start("Stranger"): "FORBIDDEN", mo: "FORBIDDEN", s.somebody("Sam", auth.Staff, ward): "FORBIDDEN",
			s.somebody("Fran", auth.Facilitator, ward): "FORBIDDEN", s.somebody("Ada", auth.Administrator, nil): "FORBIDDEN", s.somebody("Coco", auth.Commissioner, nil): "FORBIDDEN",
			narrow: "FORBIDDEN", elsewhere: "NOT_FOUND", pat: "NOT_FOUND",
		}
		acts := map[string]vars{
			"concernAcknowledge": nil, "concernTakeOver": {"why": "She is on leave."}, "concernHandOver": {"to": "Duty team"},
			"concernReceive": {"by": "Kim"}, "concernClose": {"outcome": "All is well."}, "identityReveal": {"reason": "We must ring you."},
		}
		const raised, acknowledged, handedOver, received, closed = "RAISED", "ACKNOWLEDGED", "HANDED_OVER", "RECEIVED", "CLOSED"
		ways := map[string]map[string]string{
			raised:       {"concernAcknowledge": acknowledged},
			acknowledged: {"concernTakeOver": acknowledged, "concernHandOver": handedOver, "concernClose": closed, "identityReveal": acknowledged},
			handedOver:   {"concernTakeOver": handedOver, "concernHandOver": handedOver, "concernReceive": received, "identityReveal": handedOver},
			received:     {"concernTakeOver": received, "concernHandOver": handedOver, "concernClose": closed, "identityReveal": received},
			closed:       {},
		}
		told := pat.share(ward, "PATIENT", "It is loud at night.")
		for state, to := range ways {
			for verb, more := range acts {
				id := mo.raises(told, "LOW", "She may not be safe.")
				row := s.DB.Concern.UpdateOneID(typeid.ID(id)).SetState(concern.State(state)).SetHandedOverAt(s.clock.Now())
				if state != raised {
					row.SetAcknowledgedByID(typeid.ID(lead.id))
				}
				row.ExecX(s.system())
				in := vars{"concernId": id}
				if verb != "identityReveal" {
					in["expectedVersion"] = 1
				}
				for name, v := range more {
					in[name] = v
				}
				for who, want := range others {
					if a := who.puts(verb, in, "__typename"); a.code() != want {
						t.Errorf("%s: %s on %s: %s, want %s", who.name, verb, state, a.Body, want)
					}
				}
				who, want := lead, "NOT_NOW"
				if verb == "concernTakeOver" {
					who = second
				}
				if to[verb] != "" {
					want = ""
				}
				if a := who.puts(verb, in, "__typename"); a.code() != want {
					t.Errorf("%s: %s on %s: %s, want %q", who.name, verb, state, a.Body, want)
				}
				after := s.DB.Concern.GetX(s.system(), typeid.ID(id))
				if want == "" && string(after.State) != to[verb] || want != "" && (string(after.State) != state || after.Version != 1) {
					t.Errorf("%s on %s leads to %s", verb, state, after.State)
				}
				entries := s.DB.ConcernEntry.Query().Where(concernentry.ConcernID(after.ID)).CountX(s.system())
				if (entries == 2) != (want == "") {
					t.Errorf("%s on %s has %d entries", verb, state, entries)
				}
			}
		}
	})
}

// Who may raise a concern, about which words: those who can read them there, and never about their own.
func TestWhoMayRaiseAConcern(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, beside := s.place("Ward 7", trust), s.place("Ward 8", trust)
		pat, mo := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward)
		hidden, open := pat.share(ward, "PATIENT", "It is loud at night."), pat.share(ward, "PATIENT", "It is dark.")
		mo.publish(open)
		own := mo.share(ward, "STAFF", "We are too few.")
		for who, want := range map[*person][3]string{
			mo: {"", "", "FORBIDDEN"}, s.somebody("Lea", auth.SafeguardingLead, ward): {"", "", ""}, s.somebody("Top", auth.Moderator, trust): {"", "", ""},
			s.somebody("Sam", auth.Staff, ward): {"NOT_FOUND", "", "NOT_FOUND"}, s.somebody("Fran", auth.Facilitator, ward): {"NOT_FOUND", "", "NOT_FOUND"},
			s.somebody("Eve", auth.Staff, beside): {"NOT_FOUND", "FORBIDDEN", "NOT_FOUND"}, s.somebody("Max", auth.Moderator, beside): {"NOT_FOUND", "FORBIDDEN", "NOT_FOUND"},
			pat: {"FORBIDDEN", "FORBIDDEN", "FORBIDDEN"}, s.somebody("Ada", auth.Administrator, ward): {"FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			s.somebody("Nan", auth.Moderator, ward, auth.ExperienceRead, auth.ModerationWrite): {"FORBIDDEN", "FORBIDDEN", "FORBIDDEN"}, s.nobody(): {"UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED"},
		} {
			for i, id := range []string{hidden, open, own} {
				if a := who.puts("concernRaise", vars{"experienceId": id, "level": "LOW", "reason": "I worry."}, "receipt { state }"); a.code() != want[i] {
					t.Errorf("%s about %d: %s", who.name, i, a.Body)
				}
			}
		}
		if a := mo.puts("concernRaise", vars{"experienceId": hidden, "level": "LOW", "reason": " "}, "receipt { state }"); a.code() != "REQUIRED" {
			t.Errorf("without a reason: %s", a.Body)
		}
	})
}

func TestAConcernIsRaisedOnceHoweverOftenItIsSent(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, max := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Max", auth.Moderator, ward)
		told := pat.share(ward, "PATIENT", "It is loud at night.")
		in := vars{"id": typeid.New(typeid.Concern), "experienceId": told, "level": "IMMEDIATE", "reason": "She has a plan."}
		var all sync.WaitGroup
		answers := make([]answer, 4)
		for i := range answers {
			all.Go(func() { answers[i] = mo.puts("concernRaise", in, "replayed receipt { state }") })
		}
		all.Wait()
		first := 0
		for _, a := range answers {
			if a.code() != "" || a.at("concernRaise.receipt.state") != "RAISED" {
				t.Errorf("sent at once: %s", a.Body)
			}
			if a.at("concernRaise.replayed") == false {
				first++
			}
		}
		if n := s.DB.Concern.Query().CountX(s.system()); n != 1 || first != 1 {
			t.Errorf("%d concerns, %d answers say that theirs was the first", n, first)
		}
		if a := max.puts("concernRaise", in, "receipt { state }"); a.code() != "CONFLICT" {
			t.Errorf("somebody else with this id: %s", a.Body)
		}
		in["reason"] = "She had a plan."
		if a := mo.puts("concernRaise", in, "receipt { state }"); a.code() != "CONFLICT" {
			t.Errorf("other words with this id: %s", a.Body)
		}
	})
}

func TestAStepWithAConcernIsTakenOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward)
		lead, second := s.somebody("Lea", auth.SafeguardingLead, ward), s.somebody("Lou", auth.SafeguardingLead, ward)
		id := mo.raises(pat.share(ward, "PATIENT", "It is loud."), "LOW", "I worry.")
		step := vars{"concernId": id, "expectedVersion": 1}
		for _, c := range []struct {
			who            *person
			code, replayed any
		}{{lead, "", false}, {lead, "", true}, {second, "STALE_VERSION", false}, {lead, "", true}} {
			if a := c.who.puts("concernAcknowledge", step, "replayed concern { version }"); a.code() != c.code || a.at("concernAcknowledge.replayed") != c.replayed {
				t.Errorf("%s: %s", c.who.name, a.Body)
			}
		}
		second.moves("concernTakeOver", id, 2, vars{"why": "She is on leave."})
		if a := second.puts("concernTakeOver", vars{"concernId": id, "expectedVersion": 3, "why": "Again."}, "concern { id }"); a.code() != "NOT_NOW" {
			t.Errorf("taken over from oneself: %s", a.Body)
		}
		if n := s.DB.ConcernEntry.Query().CountX(s.system()); n != 3 {
			t.Errorf("%d entries", n)
		}
	})
}

func TestIdentityIsRevealedToWhoLooksAfterTheConcern(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, ann, mo := s.start("Pat"), s.start("Ann"), s.somebody("Mo", auth.Moderator, ward)
		lead, second := s.somebody("Lea", auth.SafeguardingLead, ward), s.somebody("Lou", auth.SafeguardingLead, ward)
		s.DB.Person.Update().Where(entperson.ID(typeid.ID(pat.id))).SetEmail("pat@example.org").ExecX(s.system())
		told, alone := pat.share(ward, "PATIENT", "It is loud."), ann.share(ward, "PATIENT", "It is dark.")
		about, aboutAnn := mo.raises(told, "SERIOUS", "I worry."), mo.raises(alone, "SERIOUS", "I worry.")
		const fields = "replayed identity { email name anonymous } record { id reason withheldBecause seenByName }"
		ask := vars{"id": typeid.New(typeid.BreakGlass), "concernId": about, "reason": "We want to ask how you are."}
		lead.moves("concernAcknowledge", about, 1, nil)
		lead.moves("concernAcknowledge", aboutAnn, 1, nil)
		for who, want := range map[*person]string{second: "FORBIDDEN", mo: "FORBIDDEN", pat: "FORBIDDEN"} {
			if a := who.puts("identityReveal", ask, fields); a.code() != want || strings.Contains(a.Body, "example.org") {
				t.Errorf("%s: %s", who.name, a.Body)
			}
		}
		if a := lead.puts("identityReveal", vars{"concernId": about, "reason": " "}, fields); a.code() != "REQUIRED" || strings.Contains(a.Body, "example.org") {
			t.Errorf("without a reason: %s", a.Body)
		}
		if n := s.DB.BreakGlass.Query().CountX(s.system()); n != 0 {
			t.Errorf("%d records of what did not happen", n)
		}
		for _, again := range []bool{false, true} {
			a := lead.puts("identityReveal", ask, fields)
			if a.code() != "" || a.at("identityReveal.identity.email") != "pat@example.org" || a.at("identityReveal.replayed") != again {
				t.Errorf("again %v: %s", again, a.Body)
			}
		}
		a := lead.puts("identityReveal", vars{"concernId": aboutAnn, "reason": "We must know.", "withholdNoticeBecause": "He reads her phone."}, fields)
		if a.at("identityReveal.identity.email") != nil || a.at("identityReveal.identity.anonymous") != true {
			t.Errorf("who gave no address: %s", a.Body)
		}
		t.Run("TheAuthorIsToldOnceAndKindly", func(t *testing.T) {
			steps := pat.get(stateOf, vars{"id": told}, "node.line.steps.nodes").([]any)
			last := steps[len(steps)-1]
			if len(steps) != 2 || dig(last, "kind") != "IDENTITY_SEEN" || !strings.Contains(fmt.Sprint(dig(last, "words")), "We want to ask how you are.") || strings.Contains(fmt.Sprint(last), "Lea") {
				t.Errorf("the author was told %v", steps)
			}
		})
		t.Run("UnlessTheLeadSaidWhyNot", func(t *testing.T) {
			if steps := ann.get(stateOf, vars{"id": alone}, "node.line.steps.nodes").([]any); len(steps) != 1 {
				t.Errorf("the author was told %v", steps)
			}
			if why := lead.get(`query($id: ID!) { node(id: $id) { ... on Concern { reveals { nodes { withheldBecause } } entries(last: 1) { nodes { kind } } } } }`, vars{"id": aboutAnn}, "node"); dig(why, "reveals.nodes.0.withheldBecause") != "He reads her phone." ||
				dig(why, "entries.nodes.0.kind") != "IDENTITY_SEEN" {
				t.Errorf("the record holds %v", why)
			}
		})
		t.Run("NotAnyMoreOnceItIsInOtherHandsOrClosed", func(t *testing.T) {
			second.moves("concernTakeOver", about, 2, vars{"why": "She is on leave."})
			if a := lead.puts("identityReveal", ask, fields); a.code() != "FORBIDDEN" || strings.Contains(a.Body, "example.org") {
				t.Errorf("sent again by who gave it away: %s", a.Body)
			}
			second.moves("concernClose", about, 3, vars{"outcome": "All is well."})
			if a := second.puts("identityReveal", vars{"concernId": about, "reason": "I forgot."}, fields); a.code() != "NOT_NOW" || strings.Contains(a.Body, "example.org") {
				t.Errorf("after it was closed: %s", a.Body)
			}
		})
		if strings.Contains(s.log.String(), "example.org") {
			t.Error("the log holds the address")
		}
	})
}

// A need that cannot wait, written as feedback: the answer itself says where to turn to, whoever is asleep.
func TestUrgentNeedWrittenAsFeedback(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, fay := s.start("Pat"), s.start("Fay")
		mo, lead, staff := s.somebody("Mo", auth.Moderator, ward), s.somebody("Lea", auth.SafeguardingLead, ward), s.somebody("Sam", auth.Staff, ward)
		send := func(words string) answer {
			return pat.puts("experienceShare", vars{"serviceId": ward.ID, "relationship": "PATIENT", "story": words}, "experience { id state version signals } signposting { text language }")
		}
		if a := send("We were killing time, and I am dying to thank Sam."); a.code() != "" || a.at("experienceShare.signposting") != nil {
			t.Errorf("ordinary words: %s", a.Body)
		}
		a := send("I want to die, and I can't breathe.")
		told := a.at("experienceShare.experience.id").(string)
		if !strings.Contains(fmt.Sprint(a.at("experienceShare.signposting.text")), "999") || a.at("experienceShare.experience.state") != "IN_MODERATION" || a.at("experienceShare.experience.signals") != nil {
			t.Errorf("the answer is %s", a.Body)
		}
		t.Run("ASignIsASuggestionAndNoDecision", func(t *testing.T) {
			if n := s.DB.Concern.Query().CountX(s.system()); n != 0 {
				t.Errorf("a machine raised %d concerns", n)
			}
			for who, want := range map[*person]string{mo: "[SELF_HARM URGENT_NEED]", lead: "[SELF_HARM URGENT_NEED]", pat: "<nil>"} {
				if got := fmt.Sprint(who.get(stateOf, vars{"id": told}, "node.signals")); got != want {
					t.Errorf("%s sees the signs %s", who.name, got)
				}
			}
			for who, want := range map[*person]any{mo: nil, lead: nil} {
				if got := who.get(stateOf, vars{"id": told}, "node.signposting"); got != want {
					t.Errorf("%s is told where to turn to: %v", who.name, got)
				}
			}
		})
		t.Run("WhatHasASignIsInAListOfItsOwn", func(t *testing.T) {
			for _, who := range []*person{mo, lead} {
				if got := idsIn(who.get(`{ viewer { signalled { nodes { id } } } }`, nil, "viewer.signalled.nodes"), "nodes"); !slices.Equal(got, []string{told}) {
					t.Errorf("%s has %v", who.name, got)
				}
			}
			for _, who := range []*person{staff, pat, fay} {
				if a := who.ask(`{ viewer { signalled { nodes { id } } } }`, nil); a.code() != "FORBIDDEN" {
					t.Errorf("%s has %s", who.name, a.Body)
				}
			}
		})
		t.Run("OtherWordsOtherSigns", func(t *testing.T) {
			a := pat.puts("experienceRevise", vars{"experienceId": told, "expectedVersion": 1, "story": "The carer hit me."}, "experience { version } signposting { text }")
			if a.at("experienceRevise.signposting") == nil || fmt.Sprint(mo.get(stateOf, vars{"id": told}, "node.signals")) != "[ABUSE]" {
				t.Errorf("revised: %s", a.Body)
			}
			a = pat.puts("experienceRevise", vars{"experienceId": told, "expectedVersion": 2, "story": "It was loud."}, "experience { version } signposting { text }")
			if a.at("experienceRevise.signposting") != nil || fmt.Sprint(mo.get(stateOf, vars{"id": told}, "node.signals")) != "[]" {
				t.Errorf("revised again: %s", a.Body)
			}
		})
		t.Run("APersonWhoLookedBecauseOfItSaysSo", func(t *testing.T) {
			again := send("I want to die.").at("experienceShare.experience.id")
			mo.puts("concernRaise", vars{"experienceId": again, "level": "LOW", "reason": "Please look.", "signalled": true}, "receipt { state }")
			if source := lead.get(`{ viewer { safeguardingQueue { nodes { source } } } }`, nil, "viewer.safeguardingQueue.nodes.0.source"); source != "SIGNAL" {
				t.Errorf("its source is %v", source)
			}
		})
	})
}

func TestWhereToTurnToIsSaidByTheNearestPlace(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, beside := s.place("Ward 7", trust), s.place("Ward 8", trust)
		root, ada, pat := s.somebody("Root", auth.Administrator, nil), s.somebody("Ada", auth.Administrator, trust), s.start("Pat")
		said := func(at *ent.Service, language string) string {
			v, q := vars{"l": language}, `query($l: String) { signposting(language: $l) { text language } }`
			if at != nil {
				v["at"], q = at.ID, `query($l: String, $at: ID) { signposting(serviceId: $at, language: $l) { text language } }`
			}
			got := s.nobody().get(q, v, "signposting")
			return fmt.Sprint(dig(got, "language"), ": ", dig(got, "text"))
		}
		set := func(by *person, at *ent.Service, language, text string) string {
			in := vars{"language": language, "text": text}
			if at != nil {
				in["serviceId"] = at.ID
			}
			return by.puts("signpostSet", in, "signposting { text }").code()
		}
		if got := said(ward, "cy"); !strings.HasPrefix(got, "en: ") || !strings.Contains(got, "116 123") {
			t.Errorf("nobody has set anything, and it says %s", got)
		}
		for _, code := range []string{set(root, nil, "en", "Everywhere"), set(ada, trust, "en", "Trust"), set(ada, trust, "CY", "Ymddiriedolaeth"), set(ada, ward, "en", "Ward"), set(ada, ward, "en", "Ward, anew")} {
			if code != "" {
				t.Fatal(code)
			}
		}
		for _, c := range []struct {
			at             *ent.Service
			language, want string
		}{
			{ward, "en", "en: Ward, anew"},
			{ward, "", "en: Ward, anew"},
			{ward, "en-GB", "en: Ward, anew"},
			{ward, "cy", "cy: Ymddiriedolaeth"},
			{ward, "cy-GB", "cy: Ymddiriedolaeth"},
			{beside, "en", "en: Trust"},
			{beside, "ur", "en: Trust"},
			{nil, "en", "en: Everywhere"},
			{nil, "cy", "en: Everywhere"},
		} {
			if got := said(c.at, c.language); got != c.want {
				t.Errorf("in %q: %s, want %s", c.language, got, c.want)
			}
		}
		told := pat.share(ward, "PATIENT", "I want to die.")
		if text := pat.get(stateOf, vars{"id": told}, "node.signposting.text"); text != "Ward, anew" {
			t.Errorf("the author is told %v", text)
		}
		for _, c := range []struct {
			by       *person
			at       *ent.Service
			language string
			text     string
			want     string
		}{
			{ada, nil, "en", "Mine", "FORBIDDEN"},
			{s.somebody("Abe", auth.Administrator, beside), ward, "en", "Mine", "FORBIDDEN"},
			{pat, ward, "en", "Mine", "FORBIDDEN"},
			{s.somebody("Lea", auth.SafeguardingLead, ward), ward, "en", "Mine", "FORBIDDEN"},
			{s.nobody(), ward, "en", "Mine", "UNAUTHENTICATED"},
			{ada, ward, "English", "Mine", "INVALID"},
			{ada, ward, "en", " ", "REQUIRED"},
			{ada, ward, "en", strings.Repeat("x", 1501), "TOO_LONG"},
		} {
			if got := set(c.by, c.at, c.language, c.text); got != c.want {
				t.Errorf("%s sets %q: %s, want %s", c.by.name, c.text, got, c.want)
			}
		}
	})
}

// A role that ended opens nothing, not even what its holder raised or acknowledged themselves.
func TestALeadWhoLeftSeesNothing(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, lead := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Lea", auth.SafeguardingLead, ward)
		id := mo.raises(pat.share(ward, "PATIENT", "It is loud."), "SERIOUS", "I worry.")
		lead.moves("concernAcknowledge", id, 1, nil)
		s.DB.Membership.Update().Where(membership.PersonID(typeid.ID(lead.id))).SetEndedAt(s.clock.Now()).ExecX(s.system())
		if a := lead.ask(wholeConcern, vars{"id": id}); a.code() != "NOT_FOUND" {
			t.Errorf("the concern: %s", a.Body)
		}
		if a := lead.puts("identityReveal", vars{"concernId": id, "reason": "I was her lead."}, "identity { name }"); a.code() != "FORBIDDEN" {
			t.Errorf("who wrote: %s", a.Body)
		}
	})
}
