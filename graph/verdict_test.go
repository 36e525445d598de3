package graph_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/typeid"
)

const roundFields = `{ id closedAt closedByName note waiver askAgainAt enough asked { __typename ... on Exact { value } } answered { __typename ... on Exact { value } }
  answers { answer count { __typename ... on Exact { value } } } viewerVerdict { answer words } verdicts { totalCount nodes { answer words viewerIsAuthor } } }`

func (p *person) asksWhetherItHelped(change string) answer {
	p.t.Helper()
	return p.puts("verdictRoundOpen", vars{"changeId": change}, "replayed round { id }")
}

func (p *person) round(change string) string {
	p.t.Helper()
	return fmt.Sprint(p.asksWhetherItHelped(change).at("verdictRoundOpen.round.id"))
}

func (p *person) says(round, what, words string) answer {
	p.t.Helper()
	return p.puts("verdictGive", vars{"roundId": round, "answer": what, "words": words}, "verdict { answer words } replayed signposting { text }")
}

func (p *person) closes(round string, more vars) answer {
	p.t.Helper()
	in := vars{"roundId": round, "note": "Thank you. We heard you."}
	maps.Copy(in, more)
	return p.puts("verdictRoundClose", in, "replayed round { id }")
}

func (p *person) seesRound(round string) any {
	return p.get(`query($id: ID!) { node(id: $id) { ... on VerdictRound `+roundFields+` } }`, vars{"id": round}, "node")
}

// tested is a change that was made out of the words of some people.
type tested struct {
	ward   *ent.Service
	people []*person
	words  []string
	staff  *person
	mo     *person
	change string
}

func (s *stage) made(people int) tested {
	ward := s.place("Ward 7", nil)
	c := tested{ward: ward, staff: s.somebody("Sam", auth.Staff, ward), mo: s.somebody("Mo", auth.Moderator, ward)}
	c.change = c.staff.propose(ward, "A board with the wait")
	for i := range people {
		who := s.start(fmt.Sprint("Person ", i))
		told := who.share(ward, "PATIENT", "Nobody said how long it takes.")
		c.mo.publish(told)
		c.staff.link(c.change, told, "You said so.")
		c.people, c.words = append(c.people, who), append(c.words, told)
	}
	return c
}

func (c tested) comes(t *testing.T, states ...string) {
	t.Helper()
	for i, to := range states {
		if a := c.staff.move(c.change, i+1, to, "It goes on."); a.code() != "" {
			t.Fatal(a.Body)
		}
	}
}

// Nothing is embedded before the people whose words led to it were asked, and each of them counts once.
func TestAChangeIsEmbeddedOnceItsPeopleWereAsked(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.made(8)
		stranger, elsewhere := s.contributor("Stranger"), s.somebody("Eve", auth.Staff, s.place("Ward 8", nil))
		if a := c.staff.asksWhetherItHelped(c.change); a.code() != "NOT_NOW" {
			t.Errorf("asked before it was made: %s", a.Body)
		}
		c.comes(t, "MADE")
		if a := c.staff.move(c.change, 2, "EMBEDDED", ""); a.code() != "VERDICT_NEEDED" {
			t.Fatalf("embedded without asking: %s", a.Body)
		}
		for _, p := range []*person{s.nobody(), stranger, elsewhere, c.mo, c.people[0]} {
			if a := p.asksWhetherItHelped(c.change); a.code() == "" {
				t.Errorf("%s asks: %s", p.name, a.Body)
			}
		}
		again := c.people[0].share(c.ward, "PATIENT", "It was loud, too.")
		c.mo.publish(again)
		c.staff.link(c.change, again, "You said so, too.")
		c.people[7].takesBack(c.words[7], "CONTACT_ABOUT_CHANGE")
		server := s.server()
		heard := c.people[0].hear(server, `subscription { stepTaken { kind verdictRound { id } change { id } } }`)
		s.listening(c.people[0])

		round := c.staff.round(c.change)
		if got := heard.after(t, "HEARD"); dig(got, "data.stepTaken.kind") != "ASKED_FOR_VERDICT" || dig(got, "data.stepTaken.verdictRound.id") != round {
			t.Errorf("the first hears %v", got)
		}
		if a := c.staff.asksWhetherItHelped(c.change); a.code() != "NOT_NOW" {
			t.Errorf("two rounds at once: %s", a.Body)
		}
		t.Run("EachIsAskedOnce", func(t *testing.T) {
			for i, p := range c.people {
				asked := 0
				for _, k := range p.kinds() {
					if k == "ASKED_FOR_VERDICT" {
						asked++
					}
				}
				if want := map[bool]int{true: 1, false: 0}[i < 7]; asked != want {
					t.Errorf("person %d is asked %d times", i, asked)
				}
			}
		})
		t.Run("OnlyPeopleOnTheLineAnswer", func(t *testing.T) {
			for who, code := range map[*person]string{s.nobody(): "UNAUTHENTICATED", stranger: "FORBIDDEN", elsewhere: "FORBIDDEN", c.staff: "FORBIDDEN"} {
				if a := who.says(round, "HELPED", ""); a.code() != code {
					t.Errorf("%s answers: %s", who.name, a.Body)
				}
			}
		})
		said := []string{"HELPED", "HELPED", "PARTLY", "HELPED", "HELPED", "HELPED"}
		for i, what := range said {
			if a := c.people[i].says(round, what, "Thank you."); a.code() != "" {
				t.Fatal(a.Body)
			}
		}
		if a := c.people[0].says(round, "HELPED", "Thank you."); a.at("verdictGive.replayed") != true {
			t.Errorf("said twice: %s", a.Body)
		}
		if a := c.people[0].says(round, "NOT_YET", "Not on Sundays."); a.code() != "" || a.at("verdictGive.replayed") != false {
			t.Errorf("said otherwise: %s", a.Body)
		}
		t.Run("WhileItIsOpenNobodySeesHowItGoes", func(t *testing.T) {
			for _, p := range []*person{s.nobody(), stranger, c.staff, c.mo, c.people[1]} {
				got := p.seesRound(round)
				if dig(got, "answered") != nil || dig(got, "answers") != nil || dig(got, "enough") != true {
					t.Errorf("%s sees %v", p.name, got)
				}
				mine := dig(got, "viewerVerdict.answer")
				if own := p == c.people[1]; own != (mine == "HELPED") || own != (len(dig(got, "verdicts.nodes").([]any)) == 1) {
					t.Errorf("%s sees verdicts %v", p.name, got)
				}
			}
			if a := c.staff.move(c.change, 2, "EMBEDDED", ""); a.code() != "VERDICT_NEEDED" {
				t.Errorf("embedded while people answer: %s", a.Body)
			}
		})
		if a := elsewhere.closes(round, nil); a.code() != "FORBIDDEN" {
			t.Errorf("closed from elsewhere: %s", a.Body)
		}
		if a := c.staff.closes(round, nil); a.code() != "" {
			t.Fatal(a.Body)
		}
		if a := c.staff.closes(round, nil); a.at("verdictRoundClose.replayed") != true {
			t.Errorf("closed twice: %s", a.Body)
		}
		if a := c.people[6].says(round, "HELPED", ""); a.code() != "NOT_NOW" {
			t.Errorf("answered afterwards: %s", a.Body)
		}
		if kinds := c.people[1].kinds(); !slices.Contains(kinds, "VERDICT_CLOSED") {
			t.Errorf("the second is told %v", kinds)
		}
		t.Run("SmallNumbersAreHidden", func(t *testing.T) {
			got := s.nobody().seesRound(round)
			if dig(got, "answered.value") != 6.0 || dig(got, "asked.value") != 7.0 || len(dig(got, "verdicts.nodes").([]any)) != 0 {
				t.Errorf("everybody sees %v", got)
			}
			for _, n := range dig(got, "answers").([]any) {
				if value := dig(n, "count.value"); value != nil && value != 0.0 {
					t.Errorf("the answers of one to four people are told: %v", got)
				}
			}
		})
		t.Run("StaffReadWhatWasWrittenWithoutNames", func(t *testing.T) {
			got := c.staff.seesRound(round)
			if n := dig(got, "verdicts.totalCount"); n != 6.0 {
				t.Errorf("staff read %v", got)
			}
			if n := dig(elsewhere.seesRound(round), "verdicts.totalCount"); n != 0.0 {
				t.Errorf("staff elsewhere read %v", n)
			}
			read := s.DB.AuditEntry.Query().Where(auditentry.ActEQ(auditentry.ActRead), auditentry.SubjectID(typeid.ID(c.people[1].id)), auditentry.RoleEQ(auditentry.RoleStaff)).CountX(s.system())
			if read != 1 {
				t.Errorf("that staff read it is written down %d times", read)
			}
		})
		if a := c.staff.move(c.change, 2, "EMBEDDED", ""); a.code() != "" {
			t.Fatal(a.Body)
		}
		if stage := c.people[1].get(mine, nil, "viewer.contributions.nodes.0.line.stage"); stage != "HELPED" {
			t.Errorf("the line is at %v", stage)
		}
	})
}

// Few answers are enough only with a reason, they show nothing of who said what, and an earlier round does not count.
func TestFewAnswersNeedAWaiver(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.made(3)
		c.comes(t, "MADE")
		round := c.staff.round(c.change)
		c.people[0].says(round, "HELPED", "")
		if a := c.staff.closes(round, nil); a.code() != "" {
			t.Fatal(a.Body)
		}
		if a := c.staff.move(c.change, 2, "EMBEDDED", ""); a.code() != "VERDICT_NEEDED" {
			t.Errorf("embedded with one answer of three: %s", a.Body)
		}
		got := s.nobody().seesRound(round)
		for _, n := range append(dig(got, "answers").([]any), map[string]any{"count": dig(got, "answered")}, map[string]any{"count": dig(got, "asked")}) {
			if dig(n, "count.__typename") != "Suppressed" {
				t.Errorf("one answer is told as %v", got)
			}
		}
		waived := c.staff.round(c.change)
		if a := c.staff.closes(waived, vars{"waiver": "We also asked on the ward."}); a.code() != "" {
			t.Fatal(a.Body)
		}
		if a := c.staff.move(c.change, 2, "EMBEDDED", ""); a.code() != "" {
			t.Fatal(a.Body)
		}
		if stage := c.people[0].get(mine, nil, "viewer.contributions.nodes.0.line.stage"); stage != "CHANGED" {
			t.Errorf("what no one said helped is at %v", stage)
		}
		for i, to := range []string{"REVERSED", "PLANNED", "MADE"} {
			if a := c.staff.move(c.change, 3+i, to, "It goes on."); a.code() != "" {
				t.Fatal(a.Body)
			}
		}
		if a := c.staff.move(c.change, 6, "EMBEDDED", ""); a.code() != "VERDICT_NEEDED" {
			t.Errorf("made anew, embedded on what was said before: %s", a.Body)
		}
	})
}

// On the day that was said, people are asked again without anybody doing anything, once.
func TestPeopleAreAskedAgainOnTheDay(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.made(2)
		c.comes(t, "MADE")
		day := s.clock.Now().Add(90 * 24 * time.Hour)
		round := c.staff.round(c.change)
		if a := c.staff.closes(round, vars{"askAgainAt": s.clock.Now().Add(-time.Hour)}); a.code() != "INVALID" {
			t.Errorf("asked again in the past: %s", a.Body)
		}
		if a := c.staff.closes(round, vars{"askAgainAt": day}); a.code() != "" {
			t.Fatal(a.Body)
		}
		rounds := func() float64 {
			return s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Change { verdictRounds { totalCount } } } }`, vars{"id": c.change}, "node.verdictRounds.totalCount").(float64)
		}
		s.ticks(t)
		if n := rounds(); n != 1 {
			t.Errorf("%v rounds before the day", n)
		}
		s.later(91 * 24 * time.Hour)
		s.ticks(t)
		s.ticks(t)
		if n := rounds(); n != 2 {
			t.Errorf("%v rounds after the day", n)
		}
	})
}

// Words of danger are for those who keep people safe, not for the service; whoever writes them is shown where to turn to.
func TestAVerdictThatTellsOfDanger(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.made(2)
		lead := s.somebody("Lea", auth.SafeguardingLead, c.ward)
		c.comes(t, "MADE")
		round := c.staff.round(c.change)
		a := c.people[0].says(round, "MADE_WORSE", "I want to kill myself.")
		if text := a.at("verdictGive.signposting.text"); text == nil || text == "" {
			t.Errorf("nothing is shown to who wrote it: %s", a.Body)
		}
		for _, p := range []*person{lead, c.mo} {
			if n := dig(p.seesRound(round), "verdicts.totalCount"); n != 1.0 {
				t.Errorf("%s reads %v", p.name, n)
			}
		}
		c.staff.closes(round, nil)
		if n := dig(c.staff.seesRound(round), "verdicts.totalCount"); n != 0.0 {
			t.Errorf("staff read %v", n)
		}
	})
}

// Who takes their words back takes back what they wrote in a round; the bare answers stay as they were counted.
func TestWithdrawnWordsTakeTheVerdictsWordsAlong(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.made(6)
		c.comes(t, "MADE")
		round := c.staff.round(c.change)
		for _, p := range c.people {
			p.says(round, "HELPED", "It is better.")
		}
		c.staff.closes(round, nil)
		if a := c.people[0].withdraw(c.words[0], 2); a.code() != "" {
			t.Fatal(a.Body)
		}
		if got := c.staff.seesRound(round); dig(got, "verdicts.totalCount") != 5.0 || dig(got, "answered.value") != 6.0 {
			t.Errorf("staff see %v", got)
		}
		if a := c.people[0].says(c.staff.round(c.change), "HELPED", ""); a.code() != "FORBIDDEN" {
			t.Errorf("with no words on the line: %s", a.Body)
		}
	})
}

// Answers and the end of a round at the same moment: each acknowledged answer is counted, and none comes after the count.
func TestAnswersWhileARoundIsClosed(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.made(8)
		c.comes(t, "MADE")
		round := c.staff.round(c.change)
		taken := make([]bool, len(c.people))
		var all sync.WaitGroup
		for i, p := range c.people {
			all.Go(func() { a := p.says(round, "HELPED", ""); taken[i] = a.code() == "" })
		}
		all.Go(func() { c.staff.closes(round, nil) })
		all.Wait()
		n := 0
		for _, yes := range taken {
			if yes {
				n++
			}
		}
		r := s.DB.VerdictRound.Query().OnlyX(s.system())
		if r.Answered != n || r.Helped != n || s.DB.Verdict.Query().CountX(s.system()) != n {
			t.Errorf("%d were acknowledged; counted %d, kept %d", n, r.Answered, s.DB.Verdict.Query().CountX(s.system()))
		}
	})
}
