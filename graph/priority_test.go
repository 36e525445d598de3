package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/typeid"
)

// prioritises does one of the verbs on priorities and gives the id of what it is about.
func (p *person) prioritises(verb string, in vars) answer {
	p.t.Helper()
	what := "priority { id version state }"
	if slices.Contains([]string{"priorityRoundOpen", "priorityRoundTake", "priorityVote", "priorityChoose"}, verb) {
		what = "round { id version ownerName closedAt }"
	}
	return p.puts(verb, in, "replayed "+what)
}

func (p *person) opens(at *ent.Service, s *stage) string {
	p.t.Helper()
	a := p.prioritises("priorityRoundOpen", vars{"serviceId": at.ID, "title": "What first?", "decideBy": s.clock.Now().AddDate(0, 1, 0)})
	if a.code() != "" {
		p.t.Fatal(a.Body)
	}
	return a.at("priorityRoundOpen.round.id").(string)
}

func (p *person) putsUp(round, theme, side string) string {
	p.t.Helper()
	a := p.prioritises("priorityPutUp", vars{"roundId": round, "themeId": theme, "side": side, "why": "It matters."})
	if a.code() != "" {
		p.t.Fatal(a.Body)
	}
	return a.at("priorityPutUp.priority.id").(string)
}

// chooses is what both sides chose together in a round.
func chooses(s *stage, round string, version int, priorities ...string) vars {
	var chosen []vars
	for _, id := range priorities {
		chosen = append(chosen, vars{"priorityId": id, "why": "Both want it."})
	}
	return vars{"roundId": round, "expectedVersion": version, "chosen": chosen, "answerBy": s.clock.Now().AddDate(0, 1, 0), "present": []vars{
		{"side": "STAFF", "name": "Sam", "agreesToBeNamed": true, "part": "Ward sister"},
		{"side": "PATIENT_FAMILY", "name": "Rose zqrose", "agreesToBeNamed": false},
	}}
}

// Both sides put themes up, vote and choose together; everybody behind a theme hears what becomes of it.
func TestBothSidesChooseWhatIsWorkedOnFirst(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, other := s.place("Ward 7", nil), s.place("Ward 8", nil)
		sam, sid, mo := s.somebody("Sam", auth.Staff, ward), s.somebody("Sid", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward)
		eve, stranger, pat, fay, nia := s.somebody("Eve", auth.Staff, other), s.contributor("Stranger"), s.start("Pat"), s.start("Fay"), s.start("Nia")
		theme := func(title string, by *person, as string) string {
			words, of := by.share(ward, as, "We waited."), sam.theme(ward, title)
			mo.publish(words)
			sam.evidences(of, words, "NOT_WORKING")
			return of
		}
		wait, food, rota := theme("The wait", pat, "PATIENT"), theme("Lunch", fay, "RELATIVE"), theme("The rota", nia, "STAFF")
		round := sam.opens(ward, s)
		for name, c := range map[string]struct {
			by   *person
			side string
			code string
		}{
			"what no patient said": {sam, "PATIENT_FAMILY", "EVIDENCE_NEEDED"}, "by staff elsewhere": {eve, "STAFF", "FORBIDDEN"},
			"by who told it": {nia, "STAFF", "FORBIDDEN"}, "by nobody": {s.nobody(), "STAFF", "UNAUTHENTICATED"},
		} {
			if a := c.by.prioritises("priorityPutUp", vars{"roundId": round, "themeId": rota, "side": c.side, "why": "So."}); a.code() != c.code {
				t.Errorf("put up, %s: %s", name, a.Body)
			}
		}
		one, two, three := sam.putsUp(round, wait, "PATIENT_FAMILY"), sam.putsUp(round, food, "STAFF"), sam.putsUp(round, rota, "STAFF")
		if a := sid.prioritises("priorityPutUp", vars{"roundId": round, "themeId": wait, "side": "STAFF", "why": "So."}); a.code() != "NOT_NOW" {
			t.Errorf("put up twice: %s", a.Body)
		}
		if a := sid.prioritises("prioritySecond", vars{"priorityId": one, "side": "STAFF"}); a.code() != "" {
			t.Error(a.Body)
		}
		if a := sid.prioritises("prioritySecond", vars{"priorityId": three, "side": "PATIENT_FAMILY"}); a.code() != "EVIDENCE_NEEDED" {
			t.Errorf("what no patient said is theirs too: %s", a.Body)
		}
		t.Run("Votes", func(t *testing.T) {
			for name, c := range map[string]struct {
				by   *person
				ids  []string
				code string
			}{
				"a patient": {pat, []string{one, two}, ""}, "a family": {fay, []string{two}, ""}, "staff who told something": {nia, []string{three}, ""},
				"staff": {sid, []string{one}, ""}, "a stranger": {stranger, []string{one}, "FORBIDDEN"}, "staff elsewhere": {eve, []string{one}, "FORBIDDEN"},
				"nobody": {s.nobody(), []string{one}, "UNAUTHENTICATED"}, "too many": {sam, []string{one, two, three, round}, "TOO_MANY"}, "what is not there": {sam, []string{round}, "INVALID"},
			} {
				if a := c.by.prioritises("priorityVote", vars{"roundId": round, "priorityIds": c.ids}); a.code() != c.code {
					t.Errorf("%s votes: %s", name, a.Body)
				}
			}
			if a := pat.prioritises("priorityVote", vars{"roundId": round, "priorityIds": []string{one}}); a.code() != "" {
				t.Errorf("said otherwise: %s", a.Body)
			}
			if a := pat.prioritises("priorityVote", vars{"roundId": round, "priorityIds": []string{one}}); a.at("priorityVote.replayed") != true {
				t.Errorf("sent again: %s", a.Body)
			}
			if n := s.DB.PriorityVote.Query().Where(priorityvote.PersonID(typeid.ID(pat.id))).CountX(s.system()); n != 1 {
				t.Errorf("they have %d votes", n)
			}
			got := pat.get(`query($id: ID!) { node(id: $id) { ... on PriorityRound { voters { side } priorities { nodes { viewerVoted votes { side } } } } } }`, vars{"id": round}, "node")
			if fmt.Sprint(got) != "map[priorities:map[nodes:[map[viewerVoted:true votes:<nil>] map[viewerVoted:false votes:<nil>] map[viewerVoted:false votes:<nil>]]] voters:<nil>]" {
				t.Errorf("while it is open: %v", got)
			}
		})
		t.Run("Choice", func(t *testing.T) {
			absent := chooses(s, round, 1, one)
			absent["present"] = absent["present"].([]vars)[:1]
			if a := sam.prioritises("priorityChoose", absent); a.code() != "BOTH_SIDES_NEEDED" {
				t.Errorf("with one side absent: %s", a.Body)
			}
			silent := chooses(s, round, 1, one)
			delete(silent, "answerBy")
			if a := sam.prioritises("priorityChoose", silent); a.code() != "REQUIRED" {
				t.Errorf("without a day for the others: %s", a.Body)
			}
			if a := eve.prioritises("priorityChoose", chooses(s, round, 1, one)); a.code() != "FORBIDDEN" {
				t.Errorf("from elsewhere: %s", a.Body)
			}
			for _, replayed := range []bool{false, true} {
				if a := sam.prioritises("priorityChoose", chooses(s, round, 1, one)); a.code() != "" || a.at("priorityChoose.replayed") != replayed {
					t.Fatal(a.Body)
				}
			}
			if a := fay.prioritises("priorityVote", vars{"roundId": round, "priorityIds": []string{one}}); a.code() != "NOT_NOW" {
				t.Errorf("a vote afterwards: %s", a.Body)
			}
			if kinds := pat.kinds(); kinds[len(kinds)-1] != "PRIORITISED" {
				t.Errorf("who is behind it is told %v", kinds)
			}
			if stage := pat.get(mine, nil, "viewer.contributions.nodes.0.line.stage"); stage != "PRIORITISED" {
				t.Errorf("the line is at %v", stage)
			}
			seen := fmt.Sprint(s.nobody().get(`query($id: ID!) { node(id: $id) { ... on PriorityRound { attendees { nodes { side name part } } voters { side count { __typename } }
				priorities { nodes { state sides votes { count { ... on Exact { value } } } } } } } }`, vars{"id": round}, "node"))
			if want := "map[attendees:map[nodes:[map[name:Sam part:Ward sister side:STAFF] map[name: part: side:PATIENT_FAMILY]]] priorities:map[nodes:[" +
				"map[sides:[PATIENT_FAMILY STAFF] state:CHOSEN votes:[map[count:map[]] map[count:map[]]]] map[sides:[STAFF] state:OWED_REASON votes:[map[count:map[]] map[count:map[]]]] " +
				"map[sides:[STAFF] state:OWED_REASON votes:[map[count:map[]] map[count:map[]]]]]] voters:[map[count:map[__typename:Suppressed] side:PATIENT_FAMILY] map[count:map[__typename:Suppressed] side:STAFF]]]"; seen != want {
				t.Errorf("everybody sees\n%v, want\n%v", seen, want)
			}
		})
		t.Run("Reasons", func(t *testing.T) {
			if a := sam.prioritises("priorityDecline", vars{"priorityId": one, "expectedVersion": 3, "reason": "No."}); a.code() != "NOT_NOW" {
				t.Errorf("what was chosen ends: %s", a.Body)
			}
			if a := sam.prioritises("priorityDecline", vars{"priorityId": two, "expectedVersion": 2, "reason": " "}); a.code() != "REASON_NEEDED" {
				t.Errorf("without a reason: %s", a.Body)
			}
			if a := sam.prioritises("priorityDecline", vars{"priorityId": two, "expectedVersion": 2, "reason": "The kitchen is being built."}); a.code() != "" {
				t.Fatal(a.Body)
			}
			line := fay.get(`{ viewer { contributions { nodes { line { stage reason } } } steps(last: 1) { nodes { kind words priority { id } } } } }`, nil, "viewer")
			if want := fmt.Sprintf("map[contributions:map[nodes:[map[line:map[reason:The kitchen is being built. stage:NOT_CHANGED]]]] steps:map[nodes:[map[kind:NOT_TAKEN_UP priority:map[id:%s] words:The kitchen is being built.]]]]", two); fmt.Sprint(line) != want {
				t.Errorf("who is behind it sees %v", line)
			}
		})
		t.Run("Late", func(t *testing.T) {
			if a := sid.prioritises("priorityRoundTake", vars{"roundId": round, "expectedVersion": 2}); a.at("priorityRoundTake.round.ownerName") != "Sid" {
				t.Fatal(a.Body)
			}
			s.DB.Priority.UpdateOneID(typeid.ID(three)).SetAnswerBy(s.clock.Now()).ExecX(s.system())
			s.ticks(t)
			s.ticks(t)
			step := nia.get(`{ viewer { steps { nodes { kind words priority { id } } } } }`, nil, "viewer.steps.nodes").([]any)
			last := step[len(step)-1]
			if strings.Contains(fmt.Sprint(last), "Sid") {
				t.Errorf("a name is kept where nobody can take it away: %v", last)
			}
			if dig(last, "kind") != "ANSWER_LATE" || dig(last, "priority.id") != three || dig(step[len(step)-2], "kind") == "ANSWER_LATE" {
				t.Errorf("they are told %v", step)
			}
			owed := sam.get(`query($id: ID!) { node(id: $id) { ... on Service { priorities(overdue: true) { nodes { id overdue round { ownerName } } } } } }`, vars{"id": ward.ID}, "node.priorities.nodes").([]any)
			if len(owed) != 1 || dig(owed[0], "id") != three || dig(owed[0], "round.ownerName") != "Sid" {
				t.Errorf("overdue are %v", owed)
			}
		})
		t.Run("AMergedThemeTakesItAlong", func(t *testing.T) {
			if a := sam.themes("themeMerge", vars{"themeId": wait, "intoId": food, "expectedVersion": 1, "why": "They are one."}); a.code() != "" {
				t.Fatal(a.Body)
			}
			for _, p := range []*person{pat, fay} {
				if stage := p.get(mine, nil, "viewer.contributions.nodes.0.line.stage"); stage != "PRIORITISED" {
					t.Errorf("the line of %s is at %v", p.name, stage)
				}
			}
		})
	})
}

// What one side put up by mistake ends before the choice: who is behind it hears why, their votes are free again, and who speaks
// beside somebody's words is behind them too.
func TestWhatWasPutUpIsTakenBack(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		sid, stranger := s.somebody("Sid", auth.Staff, f.ward), s.contributor("Stranger")
		f.mo.hears(f.mum.speaks(f.pat.asksIn(f.said), "We both waited.", nil))
		dad := s.contributor("Dad")
		dad.speaks(f.pat.asksIn(f.said), "I was there.", nil) // no moderator has read it
		theme := f.sam.theme(f.ward, "The wait")
		f.sam.evidences(theme, f.said, "NOT_WORKING")
		round := f.sam.opens(f.ward, s)
		one, other := f.sam.putsUp(round, theme, "STAFF"), f.sam.putsUp(round, f.sam.theme(f.ward, "Lunch"), "STAFF")
		for who, code := range map[*person]string{f.pat: "", f.mum: "", dad: "FORBIDDEN", stranger: "FORBIDDEN"} {
			if a := who.prioritises("priorityVote", vars{"roundId": round, "priorityIds": []string{one}}); a.code() != code {
				t.Errorf("%s votes: %s", who.name, a.Body)
			}
		}
		back := vars{"priorityId": one, "expectedVersion": 1, "reason": "It is in another round already."}
		var codes [2]string
		var both sync.WaitGroup
		both.Go(func() { codes[0] = f.sam.prioritises("priorityTakeBack", back).code() })
		both.Go(func() {
			codes[1] = sid.prioritises("prioritySecond", vars{"priorityId": one, "side": "PATIENT_FAMILY"}).code()
		})
		both.Wait()
		if codes == [2]string{"STALE_VERSION", ""} { // Sid was first: now it is for both sides to choose
			if a := f.sam.prioritises("priorityTakeBack", vars{"priorityId": one, "expectedVersion": 2, "reason": "So."}); a.code() != "NOT_NOW" {
				t.Errorf("what both want is taken back: %s", a.Body)
			}
			s.DB.Priority.UpdateOneID(typeid.ID(one)).SetByPatients(false).SetVersion(1).ExecX(s.system())
			codes = [2]string{f.sam.prioritises("priorityTakeBack", back).code(), "NOT_NOW"}
		}
		if codes != [2]string{"", "NOT_NOW"} {
			t.Fatalf("they got %v", codes)
		}
		for _, p := range []*person{f.pat, f.mum} {
			last := p.get(`{ viewer { steps(last: 1) { nodes { kind words priority { id } } } } }`, nil, "viewer.steps.nodes.0")
			if want := fmt.Sprintf("map[kind:NOT_TAKEN_UP priority:map[id:%s] words:It is in another round already.]", one); fmt.Sprint(last) != want {
				t.Errorf("%s is told %v", p.name, last)
			}
		}
		if dad.told() != "" || stranger.told() != "" {
			t.Errorf("Dad is told %q, the stranger %q", dad.told(), stranger.told())
		}
		if n := s.DB.PriorityVote.Query().CountX(s.system()); n != 0 {
			t.Errorf("%d votes are left", n)
		}
		for verb, in := range map[string]vars{"priorityVote": {"roundId": round, "priorityIds": []string{one}}, "priorityChoose": chooses(s, round, 1, one)} {
			if a := f.sam.prioritises(verb, in); a.code() != "INVALID" {
				t.Errorf("%s of what was taken back: %s", verb, a.Body)
			}
		}
		again := f.sam.putsUp(round, theme, "PATIENT_FAMILY")
		choice := chooses(s, round, 1, again)
		for range 5 { // six patients and one of the staff are there
			choice["present"] = append(choice["present"].([]vars), vars{"side": "PATIENT_FAMILY", "agreesToBeNamed": false})
		}
		choice["hands"] = []vars{{"priorityId": again, "side": "PATIENT_FAMILY", "count": 7}}
		if a := f.sam.prioritises("priorityChoose", choice); a.code() != "INVALID" {
			t.Errorf("more hands than people: %s", a.Body)
		}
		choice["hands"] = []vars{{"priorityId": again, "side": "PATIENT_FAMILY", "count": 6}, {"priorityId": again, "side": "STAFF", "count": 1}}
		for _, replayed := range []bool{false, true} {
			if a := f.sam.prioritises("priorityChoose", choice); a.code() != "" || a.at("priorityChoose.replayed") != replayed {
				t.Fatal(a.Body)
			}
		}
		shown := fmt.Sprint(s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Priority { hands { side count { ... on Exact { value } } } } } }`, vars{"id": again}, "node.hands"))
		if shown != "[map[count:map[value:6] side:PATIENT_FAMILY] map[count:map[] side:STAFF]]" {
			t.Errorf("everybody sees the hands %v", shown)
		}
		got := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on PriorityRound { priorities { nodes { id state reason } } } } }`, vars{"id": round}, "node.priorities.nodes").([]any)
		for i, want := range []string{one + " NOT_TAKEN_UP It is in another round already.", other + " OWED_REASON ", again + " CHOSEN Both want it."} {
			if p := got[i]; fmt.Sprint(dig(p, "id"), " ", dig(p, "state"), " ", dig(p, "reason")) != want {
				t.Errorf("everybody sees %v, want %s", p, want)
			}
		}
		if f.pat.get(mine, nil, "viewer.contributions.nodes.0.line.stage") != "PRIORITISED" || !strings.HasSuffix(f.mum.told(), "NOT_TAKEN_UP PRIORITISED") || !strings.HasSuffix(f.pat.told(), "NOT_TAKEN_UP PRIORITISED") {
			t.Errorf("Pat was told %s, Mum %s", f.pat.told(), f.mum.told())
		}
	})
}

// Two choices and a vote at the same moment: one choice holds, every vote that was acknowledged is counted.
func TestTwoChooseAtOnceWhileSomebodyVotes(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, sid, sue := s.somebody("Sam", auth.Staff, ward), s.somebody("Sid", auth.Staff, ward), s.somebody("Sue", auth.Staff, ward)
		for range 3 {
			round := sam.opens(ward, s)
			one, two := sam.putsUp(round, sam.theme(ward, "One"), "STAFF"), sam.putsUp(round, sam.theme(ward, "Two"), "STAFF")
			var codes [3]string
			var all sync.WaitGroup
			all.Go(func() { codes[0] = sam.prioritises("priorityChoose", chooses(s, round, 1, one)).code() })
			all.Go(func() { codes[1] = sid.prioritises("priorityChoose", chooses(s, round, 1, two)).code() })
			all.Go(func() {
				codes[2] = sue.prioritises("priorityVote", vars{"roundId": round, "priorityIds": []string{two}}).code()
			})
			all.Wait()
			if !slices.Contains([]string{"/NOT_NOW", "NOT_NOW/"}, codes[0]+"/"+codes[1]) {
				t.Errorf("they got %v", codes)
			}
			rows := s.DB.Priority.Query().Where(priority.RoundID(typeid.ID(round))).AllX(s.system())
			chosen, votes := 0, 0
			for _, p := range rows {
				votes += p.StaffVotes
				if p.State == priority.StateChosen {
					chosen++
				}
			}
			if chosen != 1 || (votes == 1) != (codes[2] == "") {
				t.Errorf("%d are chosen, %d votes counted, the vote was answered with %q", chosen, votes, codes[2])
			}
		}
	})
}
