package graph_test

import (
	"fmt"
	"sync"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/service"
)

// does does one of the verbs on actions.
func (p *person) does(verb string, in vars) answer {
	p.t.Helper()
	return p.puts(verb, in, "replayed action { id version state reason ownerName overdue escalation { answererName answer late } }")
}

// chosen is a ward of a trust under a commissioner, with a priority that both sides chose because of what Pat said.
type chosen struct {
	*stage
	commissioner, trust, ward, next *ent.Service
	sam, sid, nan, pat              *person
	words, priority                 string
}

func (s *stage) chosen() *chosen {
	c := &chosen{stage: s}
	c.commissioner = s.place("The board of care", nil)
	c.trust = s.place("The trust", c.commissioner)
	s.DB.Service.UpdateOne(c.commissioner).SetKind(service.KindCommissioner).ExecX(s.system())
	s.DB.Service.UpdateOne(c.trust).SetKind(service.KindProvider).ExecX(s.system())
	c.ward, c.next = s.place("Ward 7", c.trust), s.place("The kitchen", c.trust)
	c.sam, c.sid, c.nan, c.pat = s.somebody("Sam", auth.Staff, c.ward), s.somebody("Sid", auth.Staff, c.ward), s.somebody("Nan", auth.Staff, c.next), s.start("Pat")
	c.words = c.pat.share(c.ward, "PATIENT", "Lunch was cold.")
	s.somebody("Mo", auth.Moderator, c.ward).publish(c.words)
	theme := c.sam.theme(c.ward, "Lunch")
	c.sam.evidences(theme, c.words, "NOT_WORKING")
	round := c.sam.opens(c.ward, s)
	c.priority = c.sam.putsUp(round, theme, "PATIENT_FAMILY")
	if a := c.sam.prioritises("priorityChoose", chooses(s, round, 1, c.priority)); a.code() != "" {
		s.t.Fatal(a.Body)
	}
	return c
}

// plan is what Sam wants to do; more says otherwise.
func (c *chosen) plan(more vars) vars {
	in := vars{"priorityId": c.priority, "what": "Lunch comes hot.", "dueAt": c.clock.Now().AddDate(0, 1, 0), "control": "TEAM"}
	for name, v := range more {
		in[name] = v
	}
	return in
}

// agrees keeps an action of Sam and gives its id.
func (c *chosen) agrees(more vars) string {
	c.t.Helper()
	a := c.sam.does("actionAgree", c.plan(more))
	if a.code() != "" {
		c.t.Fatal(a.Body)
	}
	return a.at("actionAgree.action.id").(string)
}

// needs says which place has to answer, by when.
func (c *chosen) needs(level string, at *ent.Service) vars {
	return vars{"control": level, "escalatedToId": at.ID, "answerBy": c.clock.Now().AddDate(0, 0, 7)}
}

func (c *chosen) stageOfLine() any {
	c.t.Helper()
	return c.pat.get(mine, nil, "viewer.contributions.nodes.0.line.stage")
}

// What both sides chose is done by somebody by a day; who spoke of it hears of each action, and why one is dropped.
func TestSomebodyDoesWhatBothSidesChose(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.chosen()
		for name, in := range map[string]struct {
			by   *person
			more vars
			code string
		}{
			"by nobody": {s.nobody(), nil, "UNAUTHENTICATED"}, "by a patient": {c.pat, nil, "FORBIDDEN"}, "by staff elsewhere": {c.nan, nil, "FORBIDDEN"},
			"a day that has passed": {c.sam, vars{"dueAt": s.clock.Now()}, "INVALID"}, "without words": {c.sam, vars{"what": " "}, "REQUIRED"},
			"an answer that nobody needs": {c.sam, vars{"escalatedToId": c.next.ID}, "INVALID"},
			"no place to answer":          {c.sam, vars{"control": "NEEDS_ORGANISATION"}, "REQUIRED"},
			"oneself as the other":        {c.sam, c.needs("NEEDS_OTHER_DEPARTMENT", c.ward), "INVALID"},
			"the board as a department":   {c.sam, c.needs("NEEDS_OTHER_DEPARTMENT", c.commissioner), "INVALID"},
			"a neighbour as what is over": {c.sam, c.needs("NEEDS_ORGANISATION", c.next), "INVALID"},
			"the board as the trust":      {c.sam, c.needs("NEEDS_ORGANISATION", c.commissioner), "INVALID"},
			"the trust as the board":      {c.sam, c.needs("NEEDS_COMMISSIONER", c.trust), "INVALID"},
		} {
			if a := in.by.does("actionAgree", c.plan(in.more)); a.code() != in.code {
				t.Errorf("agreed, %s: %s", name, a.Body)
			}
		}
		if got := c.stageOfLine(); got != "PRIORITISED" {
			t.Errorf("before, the line is at %v", got)
		}
		one := c.agrees(nil)
		for level, at := range map[string]*ent.Service{"NEEDS_ORGANISATION": c.trust, "NEEDS_COMMISSIONER": c.commissioner} {
			c.agrees(c.needs(level, at))
		}
		if got := c.stageOfLine(); got != "IN_ACTION" {
			t.Errorf("the line is at %v", got)
		}
		last := c.pat.get(`{ viewer { steps { nodes { kind words action { id priority { theme { title } } } } } } }`, nil, "viewer.steps.nodes").([]any)
		if n := len(last); dig(last[n-3], "kind") != "ACTION_AGREED" || dig(last[n-3], "words") != "Lunch comes hot." || dig(last[n-3], "action.id") != one || dig(last[n-3], "action.priority.theme.title") != "Lunch" {
			t.Errorf("who spoke of it is told %v", last)
		}
		t.Run("Moves", func(t *testing.T) {
			for _, step := range []struct {
				by         *person
				version    int
				to, reason string
				code       string
			}{
				{c.nan, 1, "IN_PROGRESS", "", "FORBIDDEN"},
				{c.sam, 1, "AGREED", "", "NOT_NOW"},
				{c.sam, 1, "BLOCKED", " ", "REASON_NEEDED"},
				{c.sam, 2, "IN_PROGRESS", "", "STALE_VERSION"},
				{c.sam, 1, "IN_PROGRESS", "", ""},
				{c.sam, 2, "BLOCKED", "The oven is broken.", ""},
				{c.sam, 3, "DONE", "", "NOT_NOW"},
				{c.sam, 3, "IN_PROGRESS", "", ""},
			} {
				if a := step.by.does("actionMove", vars{"actionId": one, "expectedVersion": step.version, "to": step.to, "reason": step.reason}); a.code() != step.code {
					t.Errorf("%s moves it to %s: %s", step.by.name, step.to, a.Body)
				}
			}
			if a := c.sid.does("actionTake", vars{"actionId": one, "expectedVersion": 4}); a.at("actionTake.action.ownerName") != "Sid" {
				t.Error(a.Body)
			}
		})
		t.Run("Overdue", func(t *testing.T) {
			s.clock.pass(32 * 24 * 3600e9)
			c.sid.renews()
			owner := c.sid.get(`{ viewer { actions(overdue: true) { nodes { id overdue } } } }`, nil, "viewer.actions.nodes").([]any)
			place := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Service { actions(overdue: true) { nodes { id ownerName } } } } }`, vars{"id": c.ward.ID}, "node.actions.nodes").([]any)
			if len(owner) != 1 || dig(owner[0], "id") != one || dig(owner[0], "overdue") != true || len(place) != 3 {
				t.Errorf("overdue are %v for who owns it, %v for the place", owner, place)
			}
		})
	})
}

// What the team cannot do waits for the answer of another place: somebody there looks after it, and the clock runs.
func TestWhatTheTeamCannotDoIsAnswered(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.chosen()
		hot, late := c.agrees(c.needs("NEEDS_OTHER_DEPARTMENT", c.next)), c.agrees(c.needs("NEEDS_OTHER_DEPARTMENT", c.next))
		own := c.agrees(nil)
		for _, p := range []*person{c.sam, c.pat} {
			if a := p.does("escalationTake", vars{"actionId": hot, "expectedVersion": 1}); a.code() != "FORBIDDEN" {
				t.Errorf("%s takes it: %s", p.name, a.Body)
			}
		}
		if a := c.nan.does("escalationTake", vars{"actionId": own, "expectedVersion": 1}); a.code() != "NOT_NOW" {
			t.Errorf("nobody asked for it: %s", a.Body)
		}
		if a := c.nan.does("escalationTake", vars{"actionId": hot, "expectedVersion": 1}); a.at("escalationTake.action.escalation.answererName") != "Nan" {
			t.Error(a.Body)
		}
		if a := c.nan.does("escalationAnswer", vars{"actionId": hot, "expectedVersion": 2, "answer": "We bring covers."}); a.at("escalationAnswer.action.escalation.answer") != "We bring covers." {
			t.Error(a.Body)
		}
		if a := c.nan.does("escalationAnswer", vars{"actionId": hot, "expectedVersion": 3, "answer": "Or not."}); a.code() != "NOT_NOW" {
			t.Errorf("answered twice: %s", a.Body)
		}
		waiting := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Service { escalations { totalCount } waiting: escalations(waiting: true) { nodes { id escalation { late to { name } } service { name } } } } } }`, vars{"id": c.next.ID}, "node")
		if want := fmt.Sprintf("map[escalations:map[totalCount:2] waiting:map[nodes:[map[escalation:map[late:false to:map[name:The kitchen]] id:%s service:map[name:Ward 7]]]]]", late); fmt.Sprint(waiting) != want {
			t.Errorf("the kitchen sees %v, want %s", waiting, want)
		}
		s.clock.pass(8 * 24 * 3600e9)
		c.pat.renews()
		s.ticks(t)
		s.ticks(t)
		told := 0
		for _, step := range c.pat.get(`{ viewer { steps { nodes { kind words action { id } } } } }`, nil, "viewer.steps.nodes").([]any) {
			if dig(step, "kind") == "ANSWER_LATE" && dig(step, "action.id") == late {
				told++
			}
		}
		if told != 1 {
			t.Errorf("who spoke of it is told %d times that the answer is late", told)
		}
	})
}

// A change comes out of an action: whoever proposes it links the words behind it in their own name, and takes back what was wrong.
func TestAChangeComesOutOfAnAction(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.chosen()
		board := c.agrees(nil)
		propose := func(by *person, at *ent.Service, more vars) answer {
			in := vars{"serviceId": at.ID, "title": "Hot lunch", "difference": "Nobody eats it cold.", "coproducers": []vars{{"side": "PATIENT_FAMILY", "name": "Rose"}, {"side": "STAFF", "name": "Sam"}}}
			for name, v := range more {
				in[name] = v
			}
			return by.puts("changePropose", in, "change { id action { id } origins { nodes { why linkedByName } } }")
		}
		if a := propose(c.sam, c.ward, vars{"originsWhy": "You said so."}); a.code() != "REQUIRED" {
			t.Errorf("without an action: %s", a.Body)
		}
		if a := propose(c.nan, c.next, vars{"actionId": board}); a.code() != "INVALID" {
			t.Errorf("of another service: %s", a.Body)
		}
		if a := propose(c.sam, c.ward, vars{"actionId": board}); a.code() != "" || len(a.at("changePropose.change.origins.nodes").([]any)) != 0 {
			t.Errorf("nobody said that words led to it: %s", a.Body)
		}
		a := propose(c.sam, c.ward, vars{"actionId": board, "originsWhy": "You said that it was cold."})
		if a.at("changePropose.change.action.id") != board || fmt.Sprint(a.at("changePropose.change.origins.nodes")) != "[map[linkedByName:Sam why:You said that it was cold.]]" {
			t.Fatal(a.Body)
		}
		if got := c.pat.get(`{ viewer { changesMyInputLedTo { nodes { title action { what } } } steps(last: 1) { nodes { kind words } } } }`, nil, "viewer"); fmt.Sprint(got) !=
			"map[changesMyInputLedTo:map[nodes:[map[action:map[what:Lunch comes hot.] title:Hot lunch]]] steps:map[nodes:[map[kind:LINKED_TO_CHANGE words:You said that it was cold.]]]]" {
			t.Errorf("who spoke of it sees %v", got)
		}
		if a := c.sam.does("actionMove", vars{"actionId": board, "expectedVersion": 1, "to": "DROPPED", "reason": "The oven is gone."}); a.code() != "" {
			t.Fatal(a.Body)
		}
		if a := propose(c.sam, c.ward, vars{"actionId": board}); a.code() != "NOT_NOW" {
			t.Errorf("out of what was dropped: %s", a.Body)
		}
		last := c.pat.get(`{ viewer { steps(last: 1) { nodes { kind words } } } }`, nil, "viewer.steps.nodes.0")
		if fmt.Sprint(last) != "map[kind:ACTION_DROPPED words:The oven is gone.]" {
			t.Errorf("who spoke of it is told %v", last)
		}
	})
}

// Of two who move an action at once, one moves it; the other reads it again.
func TestTwoMoveAnActionAtOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.chosen()
		for range 3 {
			id := c.agrees(nil)
			var codes [2]string
			var all sync.WaitGroup
			all.Go(func() {
				codes[0] = c.sam.does("actionMove", vars{"actionId": id, "expectedVersion": 1, "to": "DONE"}).code()
			})
			all.Go(func() {
				codes[1] = c.sid.does("actionMove", vars{"actionId": id, "expectedVersion": 1, "to": "DROPPED", "reason": "No."}).code()
			})
			all.Wait()
			if codes != [2]string{"", "STALE_VERSION"} && codes != [2]string{"STALE_VERSION", ""} {
				t.Errorf("they are told %v", codes)
			}
		}
	})
}
