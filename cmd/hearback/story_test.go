package main_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/ent/dbtest"
)

// does asks for a verb by its name, and gives what it answers.
func (c caller) does(t *testing.T, verb string, in vars, fields string) any {
	t.Helper()
	return at(c.ask(t, fmt.Sprintf("mutation($in: %sInput!) { %s(input: $in) { userErrors { message } %s } }", strings.ToUpper(verb[:1])+verb[1:], verb, fields), vars{"in": in}), verb)
}

// The story of docs/architecture.md over HTTP, with ten people: what six of them told becomes a theme, what both sides chose, an
// action, a change and a verdict, and each of the six sees the whole line and was told once at each turn.
func TestTenPeopleAndTheWholeLine(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT TESTED with -short: one does something after the other")
	}
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, store string) {
		s := newSite(t, store)
		v := s.serve()
		ward := caller{v.url, s.token("administrator")}.ward(t, "Kestrel Ward")
		sam := caller{v.url, s.token("staff", "--at", ward, "--name", "Sam")}
		sid := caller{v.url, s.token("staff", "--at", ward, "--name", "Sid")}
		mo := caller{v.url, s.token("moderator", "--at", ward)}
		day := func(days int) string { return time.Now().AddDate(0, 0, days).UTC().Format(time.RFC3339) }

		// Six people tell, a moderator lets it through.
		var tellers []caller
		var told []string
		for i := range 6 {
			p := begin(t, v.url)
			in := vars{"serviceId": ward, "story": fmt.Sprintf("I waited %d hours and nobody said why.", i+2), "relationship": []string{"PATIENT", "RELATIVE", "STAFF"}[i%3]}
			words := text(p.does(t, "experienceShare", in, "experience { id }"), "experience", "id")
			mo.ask(t, publish, vars{"id": words})
			tellers, told = append(tellers, p), append(told, words)
		}
		pat := tellers[0]

		// Staff ask, and answer; others know it too.
		sam.does(t, "questionAsk", vars{"experienceId": told[0], "body": "Was it at night?"}, "message { id }")
		pat.does(t, "questionAnswer", vars{"experienceId": told[0], "body": "Yes, at night."}, "message { id }")
		sam.does(t, "responseGive", vars{"experienceId": told[0], "body": "We are sorry. We read it together.", "passages": []vars{{"part": "story", "start": 0, "words": "I waited"}}}, "response { id }")
		begin(t, v.url).does(t, "experienceEcho", vars{"experienceId": told[0]}, "experience { id }")

		// The words become a theme, both sides choose it, somebody does something.
		theme := text(sam.does(t, "themeCreate", vars{"serviceId": ward, "title": "The wait", "statement": "I know how long I will wait."}, "theme { id }"), "theme", "id")
		for _, words := range told {
			sam.does(t, "evidenceAdd", vars{"themeId": theme, "experienceId": words, "says": "NOT_WORKING", "why": "You waited, too."}, "evidence { id }")
		}
		round := text(sam.does(t, "priorityRoundOpen", vars{"serviceId": ward, "title": "What first?", "decideBy": day(30)}, "round { id }"), "round", "id")
		priority := text(sam.does(t, "priorityPutUp", vars{"roundId": round, "themeId": theme, "side": "PATIENT_FAMILY", "why": "Six people said so."}, "priority { id }"), "priority", "id")
		pat.does(t, "priorityVote", vars{"roundId": round, "priorityIds": []string{priority}}, "round { id }")
		sam.does(t, "priorityChoose", vars{"roundId": round, "expectedVersion": 1, "chosen": []vars{{"priorityId": priority, "why": "Both want it."}}, "present": []vars{
			{"side": "STAFF", "name": "Sam", "agreesToBeNamed": true}, {"side": "PATIENT_FAMILY", "agreesToBeNamed": false},
		}}, "round { id }")
		action := text(sid.does(t, "actionAgree", vars{"priorityId": priority, "what": "Sid hangs up a board.", "dueAt": day(14), "control": "TEAM"}, "action { id }"), "action", "id")

		// A change comes out of it, is made, and those whom it was for say whether it helped.
		change := text(sam.does(t, "changePropose", vars{
			"serviceId": ward, "title": "A board that says how long", "difference": "Nobody waits without knowing why.", "actionId": action,
			"originsWhy": "You told us that nobody said why.", "coproducers": []vars{{"side": "PATIENT_FAMILY", "name": "Rose"}, {"side": "STAFF", "name": "Sam"}},
		}, "change { id }"), "change", "id")
		move := func(version int, to string) {
			t.Helper()
			sam.does(t, "changeMove", vars{"changeId": change, "expectedVersion": version, "to": to, "words": "So it is."}, "change { state }")
		}
		move(1, "TESTING")
		move(2, "MADE")
		asked := text(sam.does(t, "verdictRoundOpen", vars{"changeId": change}, "round { id }"), "round", "id")
		for _, p := range tellers {
			p.does(t, "verdictGive", vars{"roundId": asked, "answer": "HELPED", "words": "I know now."}, "verdict { id }")
		}
		sam.does(t, "verdictRoundClose", vars{"roundId": asked, "note": "Thank you."}, "round { id }")
		move(3, "EMBEDDED")

		want := []string{"HEARD", "THEMED", "PRIORITISED", "ACTION_AGREED", "LINKED_TO_CHANGE", "CHANGE_MOVED", "CHANGE_MOVED", "ASKED_FOR_VERDICT", "VERDICT_CLOSED", "CHANGE_MOVED"}
		for i, p := range tellers {
			got := p.ask(t, `{ viewer { contributions { nodes { line { stage } } } changesMyInputLedTo { nodes { id action { priority { theme { title } } } } } steps(first: 50) { nodes { kind } } } }`, nil)
			if stage := text(got, "viewer", "contributions", "nodes", 0, "line", "stage"); stage != "HELPED" {
				t.Errorf("the line of person %d is at %s", i, stage)
			}
			if led := at(got, "viewer", "changesMyInputLedTo", "nodes", 0); text(led, "id") != change || text(led, "action", "priority", "theme", "title") != "The wait" {
				t.Errorf("person %d sees %v", i, led)
			}
			var kinds []string
			for _, step := range at(got, "viewer", "steps", "nodes").([]any) {
				if k := text(step, "kind"); i > 0 || k != "ASKED" && k != "ANSWERED" {
					kinds = append(kinds, k)
				}
			}
			if !slices.Equal(kinds, want) {
				t.Errorf("person %d was told %v, want %v", i, kinds, want)
			}
		}
		public := caller{url: v.url}.ask(t, `query($s: ID!) { whatChangedHere(serviceId: $s) { nodes { title originCount { ... on Exact { value } } } } }`, vars{"s": ward})
		if got := at(public, "whatChangedHere", "nodes", 0); text(got, "title") != "A board that says how long" || at(got, "originCount", "value") != 6.0 {
			t.Errorf("everybody sees %v", public)
		}
	})
}
