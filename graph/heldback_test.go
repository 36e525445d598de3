package graph_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// walk asks for everything that somebody could come by words in: by ids, lists, links, search, filters, counts and queues.
const walk = `query($e: ID!, $r: ID!, $o: ID!, $d: ID!, $c: ID!, $s: ID!, $signed: Boolean!) {
	e: node(id: $e) { id __typename } r: node(id: $r) { id } o: node(id: $o) { id } d: node(id: $d) { id }
	nodes(ids: [$e, $r, $o, $d]) { id }
	experiences(first: 12) { totalCount nodes { ...words } edges { cursor node { id } } }
	here: experiences(where: {serviceId: $s}) { totalCount nodes { id } }
	below: experiences(where: {within: $s}) { totalCount nodes { id } }
	word: experiences(where: {text: "zqheldstory"}) { totalCount nodes { id } }
	good: experiences(where: {text: "zqheldgood"}) { totalCount nodes { id } }
	name: experiences(where: {text: "zqheldname"}) { totalCount nodes { id } }
	answered: experiences(where: {answered: true}) { totalCount nodes { id } }
	friend: experiences(where: {relationship: [FRIEND]}) { totalCount nodes { id } }
	worry: experiences(where: {not: {intention: [TELL, THANK, SUGGEST]}}) { totalCount nodes { id } }
	either: experiences(where: {or: [{text: "zqheldbetter"}, {text: "nothing of that kind"}]}) { totalCount nodes { id } }
	c: node(id: $c) { ... on Change { title originCount { __typename ... on Exact { value } } origins { totalCount nodes { id why experience { ...words } } } progress { nodes { body } } } }
	changes { nodes { id origins { totalCount nodes { id why experience { id } } } } }
	s: node(id: $s) { ... on Service { experiences { totalCount nodes { id } } changes { nodes { origins { totalCount nodes { id } } } }
		experiencesPerMonth(from: "2026-05", to: "2026-05") { count { __typename ... on Exact { value } } } } }
	viewer @include(if: $signed) { contributions { nodes { id } } steps { nodes { kind words experience { id } response { id } change { origins { nodes { id } } } } }
		changesMyInputLedTo { totalCount nodes { id origins { totalCount nodes { id why experience { id story } } } originCount { __typename ... on Exact { value } } } }
		concernsRaised { nodes { state } } }
}
fragment words on Experience { id displayName story whatWasGood couldBeBetter feelings state line { stage reason } responses(first: 3) { totalCount nodes { id body } } ledTo(first: 3) { totalCount nodes { id why } } }`

// heldStage is an experience that everybody could read, that was answered and led to a change, and those around it.
type heldStage struct {
	*stage
	told, answer, link, decision, change, ward  string
	pat, fay, mo, staff, lead, top, ada, nobody *person
	cursors                                     map[string]bool
}

func stageHeld(s *stage) *heldStage {
	trust := s.place("Trust", nil)
	ward := s.place("Ward 7", trust)
	h := &heldStage{stage: s, ward: string(ward.ID), nobody: s.nobody(), pat: s.start("Pat"), fay: s.start("Fay"), cursors: map[string]bool{}}
	h.mo, h.staff, h.lead = s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward), s.somebody("Lea", auth.SafeguardingLead, ward)
	h.top, h.ada = s.somebody("Top", auth.Moderator, trust), s.somebody("Ada", auth.Administrator, nil)
	for i := range 4 {
		h.mo.publish(s.start(fmt.Sprint("Person ", i)).share(ward, "PATIENT", "It is loud."))
	}
	h.told = h.pat.act(shareQuery, vars{"in": vars{
		"serviceId": ward.ID, "relationship": "FRIEND", "intention": "WORRY", "displayName": "zqheldname", "story": "zqheldstory",
		"whatWasGood": "zqheldgood", "couldBeBetter": "zqheldbetter", "feelings": []string{"zqheldfelt"},
	}}, "experienceShare.experience.id").(string)
	h.mo.publish(h.told)
	fays := h.fay.share(ward, "RELATIVE", "We did not know whom to ask.")
	h.mo.publish(fays)
	h.answer = h.staff.act(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { message } } }`,
		vars{"in": vars{"experienceId": h.told, "body": "zqheldanswer"}}, "responseGive.response.id").(string)
	h.change = h.staff.propose(ward, "A board with the wait")
	h.link = h.staff.link(h.change, h.told, "zqheldwhy")
	h.staff.link(h.change, fays, "You did not know whom to ask.")
	h.staff.move(h.change, 1, "TESTING", "It hangs.")
	h.decision = string(s.DB.Decision.Query().Where(decision.ExperienceID(typeid.ID(h.told))).OnlyIDX(s.system()))
	return h
}

func (h *heldStage) everybody() []*person {
	return []*person{h.nobody, h.fay, h.mo, h.staff, h.top, h.ada}
}

func (h *heldStage) walks(p *person) answer {
	return p.ask(walk, vars{"e": h.told, "r": h.answer, "o": h.link, "d": h.decision, "c": h.change, "s": h.ward, "signed": p.token != ""})
}

var heldWords = regexp.MustCompile(`zqheld\w+`)

// seen are the words and ids of what is held back, in an answer.
func (h *heldStage) seen(body string) (found []string) {
	for _, id := range []string{h.told, h.answer, h.link, h.decision} {
		if strings.Contains(body, id) {
			found = append(found, id)
		}
	}
	return append(found, heldWords.FindAllString(body, -1)...)
}

// What is held back had been published, answered and linked to a change: it is gone from everything at once, and comes back whole.
func TestWhatIsHeldBackIsNowhere(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		h := stageHeld(s)
		server := s.server()
		for _, p := range h.everybody() {
			a := h.walks(p)
			everyCursor(a.Data, h.cursors)
			if len(h.seen(a.Body)) < 10 || a.at("here.totalCount") != 6.0 || dig(a.Data, "s.experiencesPerMonth.0.count.value") != 6.0 || dig(a.Data, "c.originCount.value") != 2.0 {
				t.Fatalf("%s does not see it before: %s", p.name, a.Body)
			}
		}
		ward := h.DB.Service.GetX(s.system(), typeid.ID(h.ward))
		streams := map[*person]stream{}
		for _, p := range []*person{h.mo, h.staff, h.fay} {
			streams[p] = p.hear(server, newsOf(ward, "id story"))
		}
		s.listening(h.mo, h.staff, h.fay)

		h.staff.raises(h.told, "SERIOUS", "He may hurt himself.")

		t.Run("GoneForEverybody", func(t *testing.T) {
			for _, p := range h.everybody() {
				a := h.walks(p)
				if found := h.seen(a.Body); len(found) > 0 {
					t.Errorf("%s still sees %v: %s", p.name, found, short(a.Body, found[0]))
				}
				for path, want := range map[string]any{
					"here.totalCount": 5.0, "below.totalCount": 5.0, "word.totalCount": 0.0, "good.totalCount": 0.0, "name.totalCount": 0.0,
					"answered.totalCount": 0.0, "friend.totalCount": 0.0, "worry.totalCount": 0.0, "either.totalCount": 0.0, "s.experiences.totalCount": 5.0,
					"c.origins.totalCount": 1.0, "c.originCount.__typename": "Suppressed", "s.experiencesPerMonth.0.count.value": 5.0,
				} {
					if got := a.at(path); got != want {
						t.Errorf("%s is told %v at %s, not %v", p.name, got, path, want)
					}
				}
				if strings.Contains(a.Body, "SAFEGUARDING") || strings.Contains(a.Body, "sgc_") {
					t.Errorf("%s learns why: %s", p.name, a.Body)
				}
			}
			if n := h.fay.get(`{ viewer { changesMyInputLedTo { totalCount nodes { origins { totalCount } } } } }`, nil, "viewer.changesMyInputLedTo"); dig(n, "totalCount") != 1.0 || dig(n, "nodes.0.origins.totalCount") != 1.0 {
				t.Errorf("what others contributed is told as %v", n)
			}
		})
		t.Run("GoneFromInboxesAndQueues", func(t *testing.T) {
			for p, query := range map[*person]string{h.staff: `{ viewer { inbox { totalCount nodes { id story } } } }`, h.mo: `{ viewer { moderationQueue { totalCount nodes { id story } } signalled { totalCount nodes { id } } } }`} {
				if a := p.ask(query, nil); len(h.seen(a.Body)) > 0 || a.code() != "" {
					t.Errorf("%s has it: %s", p.name, a.Body)
				}
			}
		})
		t.Run("OldCursorsOpenNothing", func(t *testing.T) {
			if len(h.cursors) < 6 {
				t.Fatalf("only %d cursors", len(h.cursors))
			}
			for c := range h.cursors {
				for _, p := range h.everybody() {
					for _, q := range []string{`experiences(first: 50, after: $c) { totalCount nodes { id story } }`, `experiences(last: 50, before: $c) { totalCount nodes { id story } }`} {
						if a := p.ask(`query($c: Cursor) { `+q+` }`, vars{"c": c}); len(h.seen(a.Body)) > 0 {
							t.Errorf("%s comes to it by a cursor: %s", p.name, a.Body)
						}
					}
				}
			}
		})
		t.Run("AsIfItWereNotThere", func(t *testing.T) {
			absent := string(typeid.New(typeid.Experience))
			for _, c := range []struct {
				by   *person
				verb string
				in   func(id string) vars
			}{
				{h.staff, "responseGive", func(id string) vars { return vars{"experienceId": id, "body": "Thank you."} }},
				{h.staff, "changeLink", func(id string) vars { return vars{"changeId": h.change, "experienceId": id, "why": "You said so."} }},
				{h.staff, "concernRaise", func(id string) vars { return vars{"experienceId": id, "level": "LOW", "reason": "I worry."} }},
				{h.mo, "experiencePublish", func(id string) vars { return vars{"experienceId": id, "expectedVersion": 3} }},
				{h.mo, "experienceReturn", func(id string) vars { return vars{"experienceId": id, "expectedVersion": 3, "reason": "Please."} }},
				{h.mo, "concernRaise", func(id string) vars { return vars{"experienceId": id, "level": "LOW", "reason": "I worry."} }},
			} {
				held, none := c.by.puts(c.verb, c.in(h.told), "__typename"), c.by.puts(c.verb, c.in(absent), "__typename")
				if held.code() != "NOT_FOUND" || held.Body != none.Body {
					t.Errorf("%s: %s, and for what is not there %s", c.verb, held.Body, none.Body)
				}
			}
			if a := h.staff.puts("changeUnlink", vars{"originId": h.link, "why": "It was another."}, "__typename"); a.code() != "NOT_FOUND" {
				t.Errorf("changeUnlink: %s", a.Body)
			}
		})
		t.Run("AStreamThatWasOpenTellsNothing", func(t *testing.T) {
			s.announce(workflow.PublishedAt(ward.ID), h.told) // said before, delivered after
			next := s.start("Nia").share(ward, "PATIENT", "I was seen at once.")
			h.mo.publish(next)
			for p, heard := range streams {
				if got := heard.next(t); dig(got, "data.experiencePublished.id") != next {
					t.Errorf("%s hears %v", p.name, got)
				}
			}
		})
		t.Run("NewsOfTheChangeTellNothingOfIt", func(t *testing.T) {
			h.staff.puts("changeTell", vars{"changeId": h.change, "body": "Two hang now."}, "__typename")
			if a := h.walks(h.fay); len(h.seen(a.Body)) > 0 {
				t.Errorf("Fay sees %v", h.seen(a.Body))
			}
		})
		t.Run("ItsAuthorSeesTheStateAndTheirOwnWords", func(t *testing.T) {
			a := h.walks(h.pat)
			if a.at("e.id") != h.told || !strings.Contains(a.Body, "SAFEGUARDING") || strings.Contains(a.Body, "hurt himself") || strings.Contains(a.Body, "sgc_") {
				t.Errorf("the author sees %s", a.Body)
			}
		})
		t.Run("TheLeadSeesAllOfIt", func(t *testing.T) {
			if a := h.walks(h.lead); a.at("e.id") != h.told || a.at("r.id") != h.answer || a.at("here.totalCount") != 6.0 {
				t.Errorf("the lead sees %s", a.Body)
			}
		})
		t.Run("AndComesBackWhole", func(t *testing.T) {
			c := h.DB.Concern.Query().Where(concern.StateEQ(concern.StateRaised)).OnlyX(s.system())
			h.lead.moves("concernAcknowledge", string(c.ID), 1, nil)
			h.lead.moves("concernClose", string(c.ID), 2, vars{"outcome": "He is safe."})
			if a := h.walks(h.staff); len(h.seen(a.Body)) > 0 {
				t.Errorf("before a moderator has read it again, staff see %v", h.seen(a.Body))
			}
			h.mo.publishes(h.told, h.DB.Experience.GetX(s.system(), typeid.ID(h.told)).Version)
			for _, p := range []*person{h.nobody, h.fay, h.staff} {
				if a := h.walks(p); a.at("here.totalCount") != 7.0 || dig(a.Data, "c.originCount.value") != 2.0 || len(h.seen(a.Body)) < 10 {
					t.Errorf("%s does not see it again: %s", p.name, a.Body)
				}
			}
			if e := h.DB.Experience.Query().Where(experience.ID(typeid.ID(h.told))).OnlyX(s.system()); e.AnsweredAt == nil || e.PublishedAt == nil {
				t.Errorf("it came back without its answer: %v", e)
			}
		})
	})
}

// The queues walk an index from where the page begins, and take as many statements for many rows as for one.
func TestSafeguardingQueuesWalkAnIndex(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, lead := s.start("Pat"), s.somebody("Lea", auth.SafeguardingLead, nil)
		mo := s.somebody("Mo", auth.Moderator, nil)
		var said []int
		const queue = `query($a: Cursor) { viewer { safeguardingQueue(first: 5, after: $a) { nodes { id overdue experience { story signposting { text } } entries(first: 2) { nodes { kind } } reveals(first: 1) { nodes { reason } } } pageInfo { endCursor } } } }`
		for _, more := range []int{3, 12} {
			for range more {
				mo.raises(pat.share(ward, "PATIENT", "I want to die."), "SERIOUS", "I worry.")
				pat.share(ward, "PATIENT", "He hits me.")
			}
			said = append(said, len(s.db.Said(func() { lead.get(queue, nil, "") })))
		}
		if said[0] != said[1] {
			t.Errorf("statements for 3 and 15 rows: %v", said)
		}
		spy := s.spy()
		for name, q := range map[string]struct {
			of          *person
			query, list string
		}{
			"concerns": {lead, `query($a: Cursor) { viewer { safeguardingQueue(first: 5, after: $a) { nodes { id } pageInfo { endCursor } } } }`, "viewer.safeguardingQueue"},
			"signs":    {mo, `query($a: Cursor) { viewer { signalled(first: 5, after: $a) { nodes { id } pageInfo { endCursor } } } }`, "viewer.signalled"},
			"raised":   {mo, `query($a: Cursor) { viewer { concernsRaised(first: 5, after: $a) { nodes { state } pageInfo { endCursor } } } }`, "viewer.concernsRaised"},
		} {
			var after any
			seen := map[string]bool{}
			for range 3 {
				got := q.of.get(q.query, vars{"a": after}, q.list)
				if plan := s.explain(spy.last()); wholeTable(plan) {
					t.Errorf("%s:\n%s\n%s", name, plan, spy.last().query)
				}
				for _, id := range slices.Compact(idsIn(dig(got, "nodes"), "nodes")) {
					if seen[id] && name != "raised" {
						t.Errorf("%s: %s comes twice", name, id)
					}
					seen[id] = true
				}
				after = dig(got, "pageInfo.endCursor")
			}
			if len(seen) != 15 && name != "raised" {
				t.Errorf("%s: %d rows on three pages", name, len(seen))
			}
		}
	})
}
