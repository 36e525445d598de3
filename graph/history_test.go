package graph_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/attendee"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/measure"
	"hearback/ent/generated/ent/measurereading"
	"hearback/ent/generated/ent/message"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/query"
	"hearback/ent/typeid"
)

// The invariants of the line hold whatever people do, in any order, allowed or not. HEARBACK_HISTORIES=50 tries more; a failing
// history is told again by its number.
func TestInvariantsHoldOverRandomHistories(t *testing.T) {
	lengthy(t, "it does hundreds of things, one after the other")
	histories, err := strconv.Atoi(os.Getenv("HEARBACK_HISTORIES"))
	if err != nil {
		histories = 3
	}
	tell(t, func(t *testing.T, s *stage) {
		s.unlimited()
		done := map[string]int{}
		for seed := range histories {
			h := s.history(t, uint64(seed), done)
			for range 200 {
				h.acts()
				h.holds()
			}
			h.listened()
		}
		if len(done) < 27 {
			t.Errorf("only %d verbs were ever done: %v", len(done), done)
		}
	})
}

// history is a ward of people who do things at random.
type history struct {
	*stage
	t      *testing.T
	seed   uint64
	dice   *rand.Rand
	ward   *ent.Service
	people []*person
	done   map[string]int
	last   string
}

func (s *stage) history(t *testing.T, seed uint64, done map[string]int) *history {
	ward := s.place(fmt.Sprint("Ward ", seed), nil)
	return &history{stage: s, t: t, seed: seed, dice: rand.New(rand.NewPCG(seed, 1)), ward: ward, done: done, people: []*person{
		s.nobody(), s.start("Pat"), s.start("Fay"), s.start("Nia"), s.start("Ned"),
		s.somebody("Sam", auth.Staff, ward), s.somebody("Sid", auth.Staff, ward), s.somebody("Eve", auth.Staff, s.place(fmt.Sprint("Elsewhere ", seed), nil)),
		s.somebody("Mo", auth.Moderator, ward), s.somebody("Lea", auth.SafeguardingLead, ward),
	}}
}

// pickOne picks one of some; the zero value of none.
func pickOne[T any](h *history, of []T) (picked T) {
	if len(of) > 0 {
		picked = of[h.dice.IntN(len(of))]
	}
	return picked
}

// acts lets somebody do something. Two times in three it is somebody who may, so that the history gets somewhere. Whatever
// comes of it, nothing breaks.
func (h *history) acts() {
	verbs := h.verbs()
	verb := pickOne(h, slices.Sorted(maps.Keys(verbs)))
	d := verbs[verb]
	by := pickOne(h, h.people)
	if h.dice.IntN(3) > 0 && len(d.by) > 0 {
		by = pickOne(h, d.by)
	}
	h.last = fmt.Sprintf("history %d: %s does %s %v", h.seed, by.name, verb, d.in)
	a := by.puts(verb, d.in, "__typename")
	switch a.code() {
	case "":
		h.done[verb]++
		if verb == "experienceShare" && h.dice.IntN(4) > 0 {
			e := h.DB.Experience.Query().Order(experience.ByCreatedAt(sql.OrderDesc()), experience.ByID(sql.OrderDesc())).FirstX(h.system())
			h.people[8].puts("experiencePublish", vars{"experienceId": e.ID, "expectedVersion": 1}, "__typename")
		}
	case "INTERNAL", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "UNAVAILABLE":
		h.t.Fatalf("%s: %s\nlog: %.2000s", h.last, a.Body, h.log)
	}
}

// try is a verb with an input, and who may be expected to do it.
type try struct {
	by []*person
	in vars
}

// verbs are what can be done next, on things picked at random.
func (h *history) verbs() map[string]try {
	ctx := h.system()
	e := pickOne(h, h.DB.Experience.Query().Where(experience.ServiceID(h.ward.ID)).Order(experience.ByID()).AllX(ctx))
	c := pickOne(h, h.DB.Change.Query().Where(change.ServiceID(h.ward.ID)).Order(change.ByID()).AllX(ctx))
	themes := h.ward.QueryThemes().AllX(ctx)
	th, into := pickOne(h, themes), pickOne(h, themes)
	tellers, staff, mo, lead := h.people[1:5], h.people[5:7], h.people[8:9], h.people[9:]
	all := map[string]try{
		"experienceShare": {tellers, vars{"serviceId": h.ward.ID, "relationship": pickOne(h, []string{"PATIENT", "RELATIVE", "STAFF"}), "story": "We waited."}},
		"changePropose": {staff, vars{"serviceId": h.ward.ID, "title": "A board", "difference": "People know.", "coproducers": []vars{
			{"side": "PATIENT_FAMILY", "name": "Rose"}, {"side": "STAFF", "name": "Sam"},
		}}},
		"priorityRoundOpen": {staff, vars{"serviceId": h.ward.ID, "title": "What first?", "decideBy": h.clock.Now().AddDate(0, 1, 0)}},
		"themeCreate":       {staff, vars{"serviceId": h.ward.ID, "title": "The wait", "statement": "I know how long it takes."}},
	}
	if e != nil {
		id, author := vars{"experienceId": e.ID}, h.whose(e)
		with := func(more vars) vars { maps.Copy(more, id); return more }
		all["experienceDecide"] = try{mo, with(vars{"expectedVersion": e.Version, "kind": pickOne(h, []string{"PUBLISH", "PUBLISH", "PUBLISH", "HOLD", "REJECT", "RESTRICT", "RETURN_TO_AUTHOR"}), "reason": "So."})}
		all["experiencePublish"] = try{mo, with(vars{"expectedVersion": e.Version})}
		all["experienceWithdraw"] = try{author, with(vars{"expectedVersion": e.Version})}
		all["experienceRevise"] = try{author, with(vars{"expectedVersion": e.Version, "story": "We waited long."})}
		all["processingPause"] = try{author, with(vars{"expectedVersion": e.Version})}
		all["processingResume"] = try{author, with(vars{"expectedVersion": e.Version})}
		all["consentGive"] = try{author, with(vars{"purpose": pickOne(h, []string{"PUBLISH", "THEME_ANALYSIS", "CONTACT_ABOUT_CHANGE"})})}
		all["consentTakeBack"] = try{author, with(vars{"purpose": pickOne(h, []string{"PUBLISH", "THEME_ANALYSIS", "CONTACT_ABOUT_CHANGE"})})}
		all["concernRaise"] = try{mo, with(vars{"level": pickOne(h, []string{"LOW", "SERIOUS"}), "reason": "I worry."})}
		all["responseGive"] = try{staff, with(vars{"body": "Thank you."})}
		all["experienceEcho"] = try{tellers, with(vars{})}
		all["questionAsk"] = try{staff, with(vars{"body": "Was it at night?"})}
		all["questionAnswer"] = try{author, with(vars{"body": "Yes, at night."})}
		if c != nil {
			all["changeLink"] = try{staff, with(vars{"changeId": c.ID, "why": "You said so."})}
		}
		if th != nil {
			all["evidenceAdd"] = try{staff, with(vars{"themeId": th.ID, "says": pickOne(h, []string{"WORKING", "NOT_WORKING"}), "why": "You said so."})}
		}
	}
	if c != nil {
		all["changeMove"] = try{staff, vars{"changeId": c.ID, "expectedVersion": c.Version, "to": pickOne(h, []string{"TESTING", "MADE", "MADE", "EMBEDDED", "REVERSED", "NOT_POSSIBLE", "PLANNED"}), "words": "So."}}
		all["changeTell"] = try{staff, vars{"changeId": c.ID, "body": "It goes on."}}
		all["verdictRoundOpen"] = try{staff, vars{"changeId": c.ID}}
		if o := pickOne(h, c.QueryOrigins().AllX(ctx)); o != nil {
			all["changeUnlink"] = try{staff, vars{"originId": o.ID, "why": "It was wrong."}}
		}
	}
	if r := pickOne(h, h.DB.VerdictRound.Query().Where(verdictround.HasChangeWith(change.ServiceID(h.ward.ID)), verdictround.ClosedAtIsNil()).AllX(ctx)); r != nil {
		all["verdictGive"] = try{tellers, vars{"roundId": r.ID, "answer": pickOne(h, []string{"HELPED", "NOT_YET", "PARTLY"}), "words": "So it is."}}
		all["verdictRoundClose"] = try{staff, vars{"roundId": r.ID, "note": "Thank you.", "waiver": pickOne(h, []string{"", "We asked on the ward."})}}
	}
	if th != nil {
		all["themeMerge"] = try{staff, vars{"themeId": th.ID, "intoId": into.ID, "expectedVersion": th.Version, "why": "They are one."}}
		all["themeName"] = try{staff, vars{"themeId": th.ID, "expectedVersion": th.Version, "title": "Waiting", "statement": "I know.", "why": "Better so."}}
		if r := pickOne(h, h.ward.QueryPriorityRounds().AllX(ctx)); r != nil {
			all["priorityPutUp"] = try{staff, vars{"roundId": r.ID, "themeId": th.ID, "side": pickOne(h, []string{"PATIENT_FAMILY", "STAFF"}), "why": "It matters."}}
		}
		if v := pickOne(h, th.QueryEvidence().AllX(ctx)); v != nil {
			all["evidenceRemove"] = try{staff, vars{"evidenceId": v.ID, "why": "It was wrong."}}
			all["themeSplit"] = try{staff, vars{"themeId": th.ID, "expectedVersion": th.Version, "title": "Quiet", "statement": "I can sleep.", "evidenceIds": []typeid.ID{v.ID}, "why": "Two things."}}
		}
	}
	maps.Copy(all, h.choosing(staff, tellers))
	maps.Copy(all, h.measuring(c, staff))
	maps.Copy(all, h.acting(staff))
	if g := pickOne(h, h.DB.Concern.Query().AllX(ctx)); g != nil {
		all["concernAcknowledge"] = try{lead, vars{"concernId": g.ID, "expectedVersion": g.Version}}
		all["concernClose"] = try{lead, vars{"concernId": g.ID, "expectedVersion": g.Version, "outcome": "All is well."}}
	}
	for _, rare := range []string{"experienceWithdraw", "concernRaise", "processingPause", "consentTakeBack", "themeMerge", "experienceRevise"} {
		if h.dice.IntN(4) > 0 {
			delete(all, rare) // else soon nothing is left
		}
	}
	return all
}

// choosing are the verbs on a round of priorities.
func (h *history) choosing(staff, tellers []*person) map[string]try {
	p := pickOne(h, h.DB.Priority.Query().Where(priority.ServiceID(h.ward.ID)).AllX(h.system()))
	if p == nil {
		return nil
	}
	r := p.QueryRound().OnlyX(h.system())
	present := []vars{{"side": "STAFF", "name": "Sam", "agreesToBeNamed": true}}
	if h.dice.IntN(3) > 0 {
		present = append(present, vars{"side": "PATIENT_FAMILY", "agreesToBeNamed": false})
	}
	return map[string]try{
		"priorityTakeBack": {staff, vars{"priorityId": p.ID, "expectedVersion": p.Version, "reason": "By mistake."}},
		"prioritySecond":   {staff, vars{"priorityId": p.ID, "side": pickOne(h, []string{"PATIENT_FAMILY", "STAFF"})}},
		"priorityVote":     {tellers, vars{"roundId": r.ID, "priorityIds": []typeid.ID{p.ID}}},
		"priorityDecline":  {staff, vars{"priorityId": p.ID, "expectedVersion": p.Version, "reason": "There is no room."}},
		"priorityChoose": {staff, vars{
			"roundId": r.ID, "expectedVersion": r.Version, "present": present, "chosen": []vars{{"priorityId": p.ID, "why": "So."}},
			"answerBy": h.clock.Now().AddDate(0, 1, 0),
		}},
	}
}

// acting are the verbs on what was chosen. Eve works where answers are needed.
func (h *history) acting(staff []*person) map[string]try {
	all := map[string]try{}
	if p := pickOne(h, h.DB.Priority.Query().Where(priority.ServiceID(h.ward.ID)).AllX(h.system())); p != nil {
		all["actionAgree"] = try{staff, vars{"priorityId": p.ID, "what": "A board.", "dueAt": h.clock.Now().AddDate(0, 1, 0), "control": pickOne(h, []string{"TEAM", "TEAM", "NEEDS_COMMISSIONER"})}}
	}
	if n := pickOne(h, h.DB.Action.Query().Where(action.ServiceID(h.ward.ID)).AllX(h.system())); n != nil {
		all["actionMove"] = try{staff, vars{"actionId": n.ID, "expectedVersion": n.Version, "to": pickOne(h, []string{"IN_PROGRESS", "BLOCKED", "DONE", "DROPPED"}), "reason": pickOne(h, []string{"", "The oven is broken."})}}
		all["actionTake"] = try{staff, vars{"actionId": n.ID, "expectedVersion": n.Version}}
	}
	return all
}

// talksApart: a talk is read by its two sides and who looks after it, one question stands at a time, and words that were taken back
// leave nothing of it.
func (h *history) talksApart() {
	ctx := h.system()
	for _, e := range h.DB.Experience.Query().Where(experience.ServiceID(h.ward.ID), experience.HasConversation()).WithConversation(func(q *ent.MessageQuery) { q.Order(message.ByCreatedAt(), message.ByID()) }).AllX(ctx) {
		newest := 0
		for i, m := range e.Edges.Conversation {
			if m.Newest {
				newest++
			}
			if e.State == experience.StateWithdrawn && m.Body != "" || i > 0 && m.Part == message.PartAsker && e.Edges.Conversation[i-1].Part == message.PartAsker {
				h.t.Errorf("of %s, %s, is said %s: %q", e.ID, e.State, m.Part, m.Body)
			}
		}
		if newest != 1 {
			h.t.Errorf("of %s %d turns are the newest", e.ID, newest)
		}
		if a := h.people[7].ask(talk, vars{"id": e.ID}); strings.Contains(a.Body, `"body"`) {
			h.t.Errorf("staff elsewhere read %s", a.Body)
		}
	}
}

// somebodyDoes: only what both sides chose is done; what is blocked or dropped says why; what the team cannot do has a place that answers, by a day.
func (h *history) somebodyDoes() {
	for _, n := range h.DB.Action.Query().Where(action.ServiceID(h.ward.ID)).WithPriority().AllX(h.system()) {
		why, ended := n.State == action.StateBlocked || n.State == action.StateDropped, n.State == action.StateDone || n.State == action.StateDropped
		if n.Edges.Priority.State != priority.StateChosen || why != (n.Reason != "") || ended != (n.EndedAt != nil) ||
			(n.Control == action.ControlTeam) != (n.EscalatedToID == nil) || (n.EscalatedToID == nil) != (n.AnswerBy == nil) {
			h.t.Errorf("%s is %s because %q, for %s", n.ID, n.State, n.Reason, n.Edges.Priority.State)
		}
	}
}

// bothChose: what was chosen, was chosen with both sides there (invariant 5), and is on the shortlist of patients and families only
// when it was put there (4); what one side took back before has no votes; what ended has a reason; no number tells of fewer than five.
func (h *history) bothChose() {
	for _, p := range h.DB.Priority.Query().Where(priority.ServiceID(h.ward.ID), priority.AnsweredAtNotNil()).WithRound(func(q *ent.PriorityRoundQuery) { q.WithAttendees() }).AllX(h.system()) {
		there := map[attendee.Side]bool{}
		for _, a := range p.Edges.Round.Edges.Attendees {
			there[a.Side] = true
		}
		back := p.State == priority.StateNotTakenUp && p.ByPatients != p.ByStaff && !p.QueryRound().QueryVotes().Where(priorityvote.PriorityID(p.ID)).ExistX(h.system())
		if len(there) != 2 && !back || p.Reason == "" || !p.ByPatients && !p.ByStaff {
			h.t.Errorf("%s is %s with %v there, because %q", p.ID, p.State, there, p.Reason)
		}
	}
	got := h.people[0].get(`query($id: ID!) { node(id: $id) { ... on Service { priorities(first: 100) { nodes { votes { count { ... on Exact { value } } } } } } } }`, vars{"id": h.ward.ID}, "node.priorities.nodes")
	for _, p := range got.([]any) {
		votes, _ := dig(p, "votes").([]any)
		for _, v := range votes {
			if n, exact := dig(v, "count.value").(float64); exact && n > 0 && n < 5 {
				h.t.Errorf("%v votes are told", n)
			}
		}
	}
}

// measuring are the verbs on what is counted of a change.
func (h *history) measuring(c *ent.Change, staff []*person) map[string]try {
	if c == nil {
		return nil
	}
	all := map[string]try{"measureAdd": {staff, vars{"changeId": c.ID, "what": "People who were told", "kind": pickOne(h, []string{"PROPORTION", "RATIO"}), "better": "HIGHER", "ofPeople": h.dice.IntN(2) > 0}}}
	m := pickOne(h, c.QueryMeasures().Order(measure.ByID()).AllX(h.system()))
	if m == nil {
		return all
	}
	in := vars{"measureId": m.ID, "baseline": h.dice.IntN(2) > 0, "countedAt": h.clock.Now(), "numerator": h.dice.IntN(12), "denominator": 5 + h.dice.IntN(12)}
	if wrong := pickOne(h, m.QueryReadings().Order(measurereading.ByID()).AllX(h.system())); wrong != nil && h.dice.IntN(3) == 0 {
		in["correctsId"] = wrong.ID
	}
	all["measureRead"] = try{staff, in}
	return all
}

// countedOpenly: no number of one to four people is told of a measure, nor one that leaves so few; and its chart has each reading that
// stands, or says that it leaves it out.
func (h *history) countedOpenly() {
	got := h.people[0].get(`query($id: ID!) { node(id: $id) { ... on Service { changes(first: 100) { nodes { measures(first: 20) { nodes { id kind ofPeople chart { leftOut points { value } }
		readings(first: 100) { nodes { numerator { ... on Exact { value } } denominator } } } } } } } } }`, vars{"id": h.ward.ID}, "node.changes.nodes")
	for _, c := range got.([]any) {
		for _, m := range dig(c, "measures.nodes").([]any) {
			standing := h.DB.MeasureReading.Query().Where(measurereading.MeasureID(typeid.ID(dig(m, "id").(string))), measurereading.Corrected(false)).CountX(h.system())
			if shown := len(dig(m, "chart.points").([]any)); float64(standing-shown) != dig(m, "chart.leftOut") {
				h.t.Errorf("a chart of %d readings shows %d and leaves out %v", standing, shown, dig(m, "chart.leftOut"))
			}
			for _, r := range dig(m, "readings.nodes").([]any) {
				n, exact := dig(r, "numerator.value").(float64)
				left := dig(r, "denominator").(float64) - n
				if exact && dig(m, "ofPeople") == true && (n > 0 && n < 5 || dig(m, "kind") == "PROPORTION" && left > 0 && left < 5) {
					h.t.Errorf("%v people of %v are told", n, n+left)
				}
			}
		}
	}
}

func (h *history) whose(e *ent.Experience) []*person {
	return slices.DeleteFunc(slices.Clone(h.people), func(p *person) bool { return p.id != string(e.AuthorID) })
}

// holds looks after what must be true after each act.
func (h *history) holds() {
	h.t.Helper()
	h.publicIsPublic()
	h.bothEnds()
	h.toldOnce()
	h.embeddedWasAsked()
	h.bothChose()
	h.countedOpenly()
	h.somebodyDoes()
	h.talksApart()
	if h.t.Failed() {
		h.t.Fatal(h.last)
	}
}

// publicIsPublic: what safeguarding holds back, what was withdrawn and whatever else is not published appears to nobody, by no
// link, in no number (invariants 9 and 11).
func (h *history) publicIsPublic() {
	got := h.people[0].get(`query($id: ID!) { experiences(where: {serviceId: $id}, first: 100) { totalCount nodes { id } }
		node(id: $id) { ... on Service { experiences(first: 100) { nodes { id } }
			changes(first: 100) { nodes { id origins(first: 100) { totalCount nodes { experience { id } } } } }
			themes(first: 100) { nodes { id evidence(first: 100) { totalCount nodes { experience { id } } } agreement { count { ... on Exact { value } } } } } } } }`, vars{"id": h.ward.ID}, "")
	open := map[string]bool{}
	for _, e := range h.DB.Experience.Query().Where(experience.ServiceID(h.ward.ID), experience.StateEQ(experience.StatePublished)).AllX(h.system()) {
		open[string(e.ID)] = h.agreed(e, consent.PurposePublish)
	}
	listed := dig(got, "experiences.nodes").([]any)
	for _, list := range [][]any{listed, dig(got, "node.experiences.nodes").([]any)} {
		for _, e := range list {
			if id := dig(e, "id").(string); !open[id] {
				h.t.Errorf("%s is shown to everybody", id)
			}
		}
	}
	if n := dig(got, "experiences.totalCount"); n != float64(len(listed)) {
		h.t.Errorf("%v are counted and %d shown", n, len(listed))
	}
	for _, list := range []struct{ of, links string }{{"node.changes.nodes", "origins"}, {"node.themes.nodes", "evidence"}} {
		for _, thing := range dig(got, list.of).([]any) {
			links := dig(thing, list.links+".nodes").([]any)
			if n := dig(thing, list.links+".totalCount"); n != float64(len(links)) {
				h.t.Errorf("%v links are counted and %d shown", n, len(links))
			}
			for _, l := range links {
				if id, _ := dig(l, "experience.id").(string); !open[id] {
					h.t.Errorf("%v shows a link to %v, which nobody may read", thing, id)
				}
			}
		}
	}
	for _, e := range h.DB.Experience.Query().Where(experience.StateEQ(experience.StateWithdrawn)).AllX(h.system()) {
		if e.Story+e.WhatWasGood+e.CouldBeBetter+e.DisplayName != "" {
			h.t.Errorf("%s was withdrawn, and its words are there", e.ID)
		}
	}
}

func (h *history) agreed(e *ent.Experience, to consent.Purpose) bool {
	return h.DB.Consent.Query().Where(consent.ExperienceID(e.ID), consent.PurposeEQ(to), consent.TakenBackAtIsNil(), consent.VoiceIDIsNil()).ExistX(h.system())
}

// bothEnds: what a change says that it came from is what these words say that they led to, and so with themes (invariant 2).
func (h *history) bothEnds() {
	got := h.people[0].get(`query($id: ID!) { node(id: $id) { ... on Service {
		experiences(first: 100) { nodes { id ledTo(first: 100) { nodes { id } } themes(first: 100) { nodes { id } } } }
		changes(first: 100) { nodes { origins(first: 100) { nodes { id } } } } themes(first: 100) { nodes { evidence(first: 100) { nodes { id } } } } } } }`, vars{"id": h.ward.ID}, "node")
	ids := func(list, links string) (found []string) {
		for _, thing := range dig(got, list+".nodes").([]any) {
			for _, l := range dig(thing, links+".nodes").([]any) {
				found = append(found, dig(l, "id").(string))
			}
		}
		slices.Sort(found)
		return found
	}
	if here, there := ids("experiences", "ledTo"), ids("changes", "origins"); !slices.Equal(here, there) {
		h.t.Errorf("words led to %v, and changes came from %v", here, there)
	}
	if here, there := ids("experiences", "themes"), ids("themes", "evidence"); !slices.Equal(here, there) {
		h.t.Errorf("words belong to themes by %v, and themes hold %v", here, there)
	}
}

// toldOnce: nobody is told the same thing of the same words twice, and the numbers of what one person is told have no gaps (invariant 3).
func (h *history) toldOnce() {
	seen, numbers := map[string]bool{}, map[typeid.ID]int{}
	for _, st := range h.DB.Step.Query().Order(step.ByPersonID(), step.ByNumber()).AllX(h.system()) {
		key := fmt.Sprint(st.PersonID, st.ExperienceID, st.Kind, st.About)
		if seen[key] {
			h.t.Errorf("told twice: %s %s", st.Kind, st.About)
		}
		seen[key] = true
		if numbers[st.PersonID]++; numbers[st.PersonID] != st.Number {
			h.t.Errorf("step %d of %s has number %d", numbers[st.PersonID], st.PersonID, st.Number)
		}
	}
}

// embeddedWasAsked: no change is embedded without a round that says enough (invariant 12).
func (h *history) embeddedWasAsked() {
	for _, c := range h.DB.Change.Query().Where(change.StateEQ(change.StateEmbedded)).AllX(h.system()) {
		rounds := c.QueryVerdictRounds().Where(verdictround.ClosedAtNotNil()).AllX(h.system())
		if !slices.ContainsFunc(rounds, func(r *ent.VerdictRound) bool { return r.Answered >= r.Needed || r.Waiver != "" }) {
			h.t.Errorf("%s is embedded, and nobody was asked", c.ID)
		}
		if c.Helped && !slices.ContainsFunc(rounds, func(r *ent.VerdictRound) bool { return r.Answered >= 5 }) {
			h.t.Errorf("%s is said to have helped by fewer than five", c.ID)
		}
	}
}

// listened: when the quarter is over, the figures are what counting by hand gives, however often it is counted; and what is told to
// everybody is about five people at least.
func (h *history) listened() {
	ctx, q := h.system(), query.QuarterOf(h.clock.Now())
	h.later(100 * 24 * time.Hour)
	h.ticks(h.t)
	want := map[string]int{}
	people := map[typeid.ID]bool{}
	for _, e := range h.DB.Experience.Query().Where(experience.ServiceID(h.ward.ID), experience.StateEQ(experience.StatePublished), experience.PublishedAtLT(q.End())).AllX(ctx) {
		people[e.AuthorID] = true
		want["heard"]++
		if e.AnsweredAt != nil {
			want["answered"]++
		}
		if !h.agreed(e, consent.PurposeThemeAnalysis) {
			continue
		}
		if e.QueryEvidence().ExistX(ctx) {
			want["themed"]++
		}
		if e.QueryEvidence().QueryTheme().QueryPriorities().Where(priority.StateEQ(priority.StateChosen)).ExistX(ctx) {
			want["prioritised"]++
		}
		to := e.QueryOrigins().QueryChange()
		switch {
		case to.Clone().Where(change.StateIn(change.StateMade, change.StateEmbedded)).ExistX(ctx):
			want["changed"]++
		case to.Where(change.StateIn(change.StatePlanned, change.StateTesting)).ExistX(ctx),
			e.QueryEvidence().QueryTheme().QueryPriorities().QueryActions().Where(action.StateNEQ(action.StateDropped)).ExistX(ctx):
			want["in action"]++
		}
	}
	for range 2 {
		all, err := query.Listening(ctx, h.DB, q, 1)
		if err != nil {
			h.t.Fatal(err)
		}
		f := all[h.ward.ID]
		if f == nil {
			f = &query.Figures{}
		}
		got := map[string]int{"heard": f.Heard.N, "answered": f.Answered.N, "themed": f.Themed.N, "prioritised": f.Prioritised.N, "changed": f.Changed.N, "in action": f.InAction.N}
		maps.DeleteFunc(got, func(_ string, n int) bool { return n == 0 })
		if !maps.Equal(got, want) {
			h.t.Errorf("history %d: counted %v, by hand %v", h.seed, got, want)
		}
	}
	if told := h.people[0].listening(h.ward, 1); len(people) > 0 && len(people) < 5 && dig(told[0], "heard.reason") != "SMALL_NUMBER" {
		h.t.Errorf("history %d: %d people are told as %v", h.seed, len(people), told)
	}
}
