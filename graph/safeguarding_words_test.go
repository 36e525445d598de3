package graph_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/typeid"
)

// When the author takes their words back, what was said about them is left to the lead who looks after the open concern, and
// goes when that is closed. That there was one, who did what, and what came of it stays.
func TestWhatIsSaidInAConcernGoesWithTheWords(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward)
		lea, lou := s.somebody("Lea", auth.SafeguardingLead, ward), s.somebody("Lou", auth.SafeguardingLead, nil)
		told := pat.share(ward, "PATIENT", "It is loud at night.")
		over := mo.raises(told, "LOW", "She wrote zqover.")
		lea.moves("concernAcknowledge", over, 1, nil)
		lea.moves("concernClose", over, 2, vars{"outcome": "We rang her."})
		open := mo.raises(told, "SERIOUS", "She wrote zqopen.")
		if a := pat.withdraw(told, 2); a.code() != "" {
			t.Fatal(a.Body)
		}
		if places := s.anywhere(t, "zqover"); len(places) > 0 {
			t.Errorf("what was said in the closed concern is in %v", places)
		}
		reads := func(p *person, word string, want bool) {
			t.Helper()
			if a := p.ask(wholeConcern, vars{"id": open}); a.code() != "" || strings.Contains(a.Body, word) != want {
				t.Errorf("%s reads %s", p.name, a.Body)
			}
		}
		reads(lea, "zqopen", true) // nobody looks after it yet: any lead must see how much it presses
		reads(lou, "zqopen", true)
		lea.moves("concernAcknowledge", open, 1, nil)
		lea.moves("concernHandOver", open, 2, vars{"to": "Duty team", "words": "zqplea"})
		reads(lea, "zqopen", true)
		reads(lea, "zqplea", true)
		reads(lou, "zqopen", false)
		reads(lou, "zqplea", false)
		entry := s.DB.ConcernEntry.Query().Where(concernentry.ConcernID(typeid.ID(open)), concernentry.KindEQ(concernentry.KindRaised)).OnlyIDX(s.system())
		const one = `query($id: ID!) { node(id: $id) { ... on ConcernEntry { words } } }`
		if a := lou.ask(one, vars{"id": entry}); a.code() != "NOT_FOUND" || strings.Contains(a.Body, "zqopen") {
			t.Errorf("another lead reads the step by its id: %s", a.Body)
		}
		lou.moves("concernTakeOver", open, 3, vars{"why": "She is on leave."})
		reads(lou, "zqopen", true)
		reads(lea, "zqopen", false)
		lou.moves("concernReceive", open, 4, vars{"by": "Kim"})
		lou.moves("concernClose", open, 5, vars{"outcome": "She is safe."})
		if places := s.anywhere(t, "zqopen"); len(places) > 0 {
			t.Errorf("after it was closed, what was said is in %v", places)
		}
		reads(lou, "She is safe.", true)
		c := s.DB.Concern.GetX(s.system(), typeid.ID(open))
		if n := s.DB.ConcernEntry.Query().Where(concernentry.ConcernID(c.ID)).CountX(s.system()); n != 6 || c.State != concern.StateClosed || c.Level != concern.LevelSerious || c.RaisedByName != "Mo" {
			t.Errorf("%d steps are left of %v", n, c)
		}
		s.whole()
	})
}

// Leads in reach hear of a concern the moment it is raised, and of each step, once; nobody else does, and a lead who left no more.
func TestLeadsHearOfAConcern(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, other := s.place("Ward 7", trust), s.place("Ward 8", trust)
		pat, mo := s.start("Pat"), s.somebody("Mo", auth.Moderator, trust)
		lea, lou, len := s.somebody("Lea", auth.SafeguardingLead, ward), s.somebody("Lou", auth.SafeguardingLead, nil), s.somebody("Len", auth.SafeguardingLead, other)
		lou.hold("SAFEGUARDING_LEAD", ward)
		gone := s.somebody("Gus", auth.SafeguardingLead, ward)
		const moved = `subscription { concernMoved { id state dueAt overdue level } }`
		server := s.server()
		heard := map[string]stream{"Lea": lea.hear(server, moved), "Lou": lou.call(server, moved), "Len": len.hear(server, moved), "Gus": gone.hear(server, moved)}
		s.listening(lea, lou, len, gone)
		s.sql(t, fmt.Sprintf("UPDATE memberships SET ended_at = created_at WHERE person_id = '%s'", gone.id))
		first := mo.raises(pat.share(ward, "PATIENT", "It is loud at night."), "SERIOUS", "I worry.")
		lea.moves("concernAcknowledge", first, 1, nil)
		for _, name := range []string{"Lea", "Lou"} {
			for range 2 {
				if got := heard[name].next(t); dig(got, "data.concernMoved.id") != first || dig(got, "data.concernMoved.dueAt") == nil {
					t.Errorf("%s hears %v", name, got)
				}
			}
		}
		second := mo.raises(pat.share(other, "PATIENT", "It is loud at night."), "LOW", "I worry.")
		for _, name := range []string{"Lou", "Len"} { // each thing once, so this is the next; and Len heard nothing of the ward
			if got := heard[name].next(t); dig(got, "data.concernMoved.id") != second || dig(got, "data.concernMoved.state") != "RAISED" {
				t.Errorf("%s hears %v", name, got)
			}
		}
		select {
		case got := <-heard["Gus"]:
			if dig(got, "data.concernMoved.id") != nil {
				t.Errorf("who left hears %v", got)
			}
		default:
		}
	})
}

// What somebody adds beside an experience is looked through as the experience is: moderators and leads see the signs, who speaks
// gets the place where to turn to with the very answer, and nobody else sees either.
func TestSignsInAVoice(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, sue, mo, lea := s.start("Pat"), s.start("Sue"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Lea", auth.SafeguardingLead, ward)
		of := pat.share(ward, "PATIENT", "I waited.")
		a := sue.ask(`mutation($in: VoiceAddInput!) { voiceAdd(input: $in) { voice { id signals signposting { text } } userErrors { message } } }`,
			vars{"in": vars{"code": pat.asksIn(of), "relationship": "PARENT_GUARDIAN", "story": "He hits me."}})
		id, _ := a.at("voiceAdd.voice.id").(string)
		if text, _ := a.at("voiceAdd.voice.signposting.text").(string); !strings.Contains(text, "999") || a.at("voiceAdd.voice.signals") != nil {
			t.Errorf("who speaks gets %s", a.Body)
		}
		const voice = `query($id: ID!) { node(id: $id) { ... on Voice { signals signposting { text } } } }`
		if got := mo.get(voice, vars{"id": id}, "node"); fmt.Sprint(got) != "map[signals:[ABUSE] signposting:<nil>]" {
			t.Errorf("the moderator sees %v", got)
		}
		if got := mo.get(`{ viewer { voiceQueue(first: 5) { nodes { signals } } } }`, nil, "viewer.voiceQueue.nodes.0.signals"); fmt.Sprint(got) != "[ABUSE]" {
			t.Errorf("the queue shows %v", got)
		}
		for who, want := range map[*person]string{mo: "[" + id + "]", lea: "[" + id + "]", s.somebody("Lou", auth.SafeguardingLead, s.place("Ward 8", nil)): "[]"} {
			list := who.get(`{ viewer { signalledVoices(first: 5) { nodes { id } } } }`, nil, "viewer.signalledVoices.nodes")
			if got := fmt.Sprint(idsIn(list, "nodes")); got != want {
				t.Errorf("%s has the signalled voices %v", who.name, got)
			}
		}
		quiet := s.start("Ned").speaks(pat.asksIn(of), "It was loud.", nil)
		if a := lea.ask(byID, vars{"id": quiet}); a.code() != "NOT_FOUND" || strings.Contains(lea.ask(`{ viewer { signalledVoices { nodes { id } } } }`, nil).Body, quiet) {
			t.Errorf("the lead sees a voice without a sign: %s", a.Body)
		}
		mo.publish(of)
		mo.hears(id)
		if got := lea.get(voice, vars{"id": id}, "node"); fmt.Sprint(got) != "map[signals:[ABUSE] signposting:<nil>]" {
			t.Errorf("the lead sees %v", got)
		}
		for _, p := range []*person{pat, s.nobody(), s.start("Max"), s.somebody("Sam", auth.Staff, ward)} {
			if got := p.get(voice, vars{"id": id}, "node"); fmt.Sprint(got) != "map[signals:<nil> signposting:<nil>]" {
				t.Errorf("%s sees %v", p.name, got)
			}
		}
		if a := sue.voiceVerb("voiceWithdraw", vars{"voiceId": id}); a.code() != "" || s.DB.Voice.GetX(s.system(), typeid.ID(id)).Signals != "" {
			t.Errorf("the signs of words that are gone: %s", a.Body)
		}
	})
}

// The log is walked by an index from where the page or the question begins, whatever it is asked for.
func TestPlansOfTheAuditLog(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, lee := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Lee", auth.Administrator, nil)
		told := pat.share(ward, "PATIENT", "I waited.")
		for range 5 {
			pat.share(ward, "PATIENT", "I waited.")
			mo.get(readQueue, nil, "")
		}
		if _, err := s.db.Store.DB().Exec("ANALYZE"); err != nil {
			t.Fatal(err)
		}
		s.clock.pass(1)
		lee.get(`{ auditLog(first: 1) { nodes { id: number } } }`, nil, "")
		spy := s.spy()
		const now = "2026-05-14T09:30:00Z"
		for name, where := range map[string]vars{
			"all": nil, "since": {"from": now}, "before": {"before": "2026-05-14T09:30:01Z"}, "between": {"from": now, "before": "2026-05-14T09:30:01Z"},
			"of an act": {"act": []string{"READ"}}, "of acts": {"act": []string{"READ", "ROLE_GIVEN"}}, "about something": {"about": told},
			"of an act before": {"act": []string{"READ"}, "before": "2026-05-14T09:30:01Z"}, "of acts about something": {"act": []string{"READ", "EXPORT"}, "about": told},
		} {
			var after any
			for page := range 2 {
				got := lee.get(`query($w: AuditFilter, $a: Cursor) { auditLog(where: $w, first: 1, after: $a) { nodes { number } pageInfo { endCursor } } }`, vars{"w": where, "a": after}, "auditLog")
				if len(dig(got, "nodes").([]any)) == 0 && page == 0 {
					t.Errorf("%s: nothing is found", name)
				}
				plan := s.explain(spy.last())
				timed := where["from"] != nil || where["before"] != nil || page > 0
				if wholeTable(plan) || timed && !regexp.MustCompile(`SEARCH.*created_at|Index Cond.*created_at`).MatchString(plan) && dig(got, "pageInfo.endCursor") != nil {
					t.Errorf("%s, page %d:\n%s\n%s", name, page+1, plan, spy.last().query)
				}
				if after = dig(got, "pageInfo.endCursor"); after == nil {
					break
				}
			}
		}
	})
}
