package graph_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

// bench is the cast of the stories about moderation: an author, two moderators of the ward, staff, and somebody who reads.
type bench struct {
	*stage
	ward                        *ent.Service
	pat, mo, max, sam, lea, rob *person
}

func (s *stage) bench() *bench {
	ward := s.place("Ward 7", nil)
	return &bench{
		stage: s, ward: ward, pat: s.contributor("Pat"), rob: s.contributor("Rob"), mo: s.somebody("Mo", auth.Moderator, ward), max: s.somebody("Max", auth.Moderator, ward),
		sam: s.somebody("Sam", auth.Staff, ward), lea: s.somebody("Lea", auth.SafeguardingLead, ward),
	}
}

// later lets time pass; everybody signs in again.
func (b *bench) later(d time.Duration, others ...*person) {
	b.t.Helper()
	b.clock.pass(d)
	for _, p := range append(others, b.pat, b.mo, b.max, b.sam, b.lea, b.rob) {
		token, _, err := b.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: p.session, Scopes: auth.SessionScopes()})
		if err != nil {
			b.t.Fatal(err)
		}
		p.token = token
	}
}

// state is where an experience stands, as its author sees it, with its version.
func (b *bench) state(id string) string {
	b.t.Helper()
	n := b.pat.get(`query($id: ID!) { node(id: $id) { ... on Experience { state version } } }`, vars{"id": id}, "node")
	return fmt.Sprint(dig(n, "state"), " ", dig(n, "version"))
}

// seen tells who of some people can read an experience.
func (b *bench) seen(id string) (names string) {
	b.t.Helper()
	for _, p := range []*person{b.nobody(), b.rob, b.pat, b.mo, b.sam, b.lea} {
		if p.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}).at("node.id") == id {
			names += p.name + " "
		}
	}
	return strings.TrimSpace(names)
}

// told are the kinds of the steps that the author was told of, with their words.
func (b *bench) told() (all []string) {
	b.t.Helper()
	for _, step := range b.pat.get(`{ viewer { steps(first: 50) { nodes { kind words } } } }`, nil, "viewer.steps.nodes").([]any) {
		all = append(all, strings.TrimSpace(fmt.Sprint(dig(step, "kind"), " ", dig(step, "words"))))
	}
	return all
}

const everyDecision = `query($id: ID!) { node(id: $id) { ... on Experience { state decisions(first: 20) { nodes { id kind reason createdAt clause { code version title } edits { field before after diff { kind text } } answer answeredAt
	appeal { id words decision { id } outcome { kind reason } } } } } } }`

// decisions are what somebody sees of the decisions on an experience.
func (b *bench) decisions(p *person, id string) []any {
	b.t.Helper()
	nodes, _ := p.get(everyDecision, vars{"id": id}, "node.decisions.nodes").([]any)
	return nodes
}

// Each decision: where the words stand after it, who can read them then, and what the author is told.
func TestEachDecision(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		for _, c := range []struct{ kind, state, seen, told string }{
			{"PUBLISH", "PUBLISHED", "nobody Rob Pat Mo Sam Lea", "HEARD"},
			{"PUBLISH_WITH_EDITS", "EDITS_OFFERED", "Pat Mo Lea", "EDITS_OFFERED Because."},
			{"RETURN_TO_AUTHOR", "RETURNED", "Pat Mo Lea", "RETURNED Because."},
			{"HOLD", "HELD", "Pat Mo Lea", "HELD Because."},
			{"REJECT", "REJECTED", "Pat Mo Lea", "REJECTED Because."},
			{"RESTRICT", "SERVICE_ONLY", "Pat Mo Sam Lea", "SERVICE_ONLY Because."},
		} {
			id := b.pat.share(b.ward, "PATIENT", "Nurse Jane was loud.")
			what := vars{"kind": c.kind}
			if c.kind != "PUBLISH" {
				what["reason"], what["clauseId"] = "Because.", s.clause("2.2")
			}
			if c.kind == "PUBLISH_WITH_EDITS" {
				what["edits"] = vars{"story": "A nurse was loud."}
			}
			b.mo.decides(id, 1, what)
			if got := b.state(id); got != c.state+" 2" {
				t.Errorf("%s leads to %s", c.kind, got)
			}
			if got := b.seen(id); got != c.seen {
				t.Errorf("after %s it is seen by %s", c.kind, got)
			}
			steps := b.told()
			if got := steps[len(steps)-1]; !strings.HasPrefix(got, c.told) {
				t.Errorf("after %s the author is told %s", c.kind, got)
			}
			d := b.decisions(b.pat, id)
			if len(d) != 1 || dig(d[0], "kind") != c.kind || dig(d[0], "createdAt") != "2026-05-14T09:30:00Z" || c.kind != "PUBLISH" && (dig(d[0], "reason") != "Because." || dig(d[0], "clause.code") != "2.2") {
				t.Errorf("the author sees %v", d)
			}
		}
	})
}

// The same decision sent again by the same person changes nothing, also when the words have gone on since; any other is too late.
func TestADecisionIsMadeOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		id := b.pat.share(b.ward, "PATIENT", "It was loud.")
		day := s.clock.Now().Add(time.Hour)
		s.DB.Experience.UpdateOneID(typeid.ID(id)).SetNotBefore(day).ExecX(s.system())
		b.mo.decides(id, 1, vars{"kind": "PUBLISH", "criticality": "MILD"})
		if got := b.state(id); got != "SCHEDULED 2" {
			t.Fatal(got)
		}
		b.later(2 * time.Hour)
		if _, err := s.Flow.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := b.state(id); got != "PUBLISHED 3" {
			t.Fatal(got)
		}
		told := len(b.told())
		if a := b.mo.tries(id, 1, vars{"kind": "PUBLISH", "criticality": "MILD"}); a.code() != "" || a.at("experienceDecide.replayed") != true {
			t.Errorf("sent again: %s", a.Body)
		}
		for what, a := range map[string]answer{
			"another criticality": b.mo.tries(id, 1, vars{"kind": "PUBLISH", "criticality": "SEVERE"}),
			"another decision":    b.mo.tries(id, 1, vars{"kind": "HOLD", "reason": "Because."}),
			"somebody else":       b.max.tries(id, 1, vars{"kind": "PUBLISH", "criticality": "MILD"}),
		} {
			if a.code() != "STALE_VERSION" || a.at("experienceDecide.userErrors.0.currentVersion") != 3.0 {
				t.Errorf("%s: %s", what, a.Body)
			}
		}
		if b.state(id) != "PUBLISHED 3" || len(b.told()) != told || len(b.decisions(b.mo, id)) != 1 {
			t.Error("something was done twice")
		}
	})
}

// What is public can be held back, and is gone from everywhere; when it comes back its place stays, and the author hears of both.
func TestHeldBackAndReleased(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		id := b.pat.share(b.ward, "PATIENT", "It was loud.")
		b.mo.decides(id, 1, vars{"kind": "PUBLISH"})
		before := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Experience { publishedAt } } }`, vars{"id": id}, "node.publishedAt")
		b.later(time.Hour)
		b.mo.decides(id, 2, vars{"kind": "HOLD", "reason": "The ward asks."})
		if n := s.nobody().get(`{ experiences { totalCount } }`, nil, "experiences.totalCount"); n != 0.0 || b.seen(id) != "Pat Mo Lea" {
			t.Errorf("held back, and %v are counted, seen by %s", n, b.seen(id))
		}
		b.max.decides(id, 3, vars{"kind": "PUBLISH"})
		if after := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Experience { publishedAt } } }`, vars{"id": id}, "node.publishedAt"); after != before {
			t.Errorf("published at %v, then at %v", before, after)
		}
		if got := b.told(); !slices.Equal(got, []string{"HEARD", "HELD The ward asks.", "RELEASED"}) {
			t.Errorf("the author is told %v", got)
		}
	})
}

// A restriction outlives the author's own day: the words come to the service and to nobody else.
func TestRestrictedBeforeItsDay(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		id := b.pat.share(b.ward, "PATIENT", "It was loud.")
		s.DB.Experience.UpdateOneID(typeid.ID(id)).SetNotBefore(s.clock.Now().Add(time.Hour)).ExecX(s.system())
		b.mo.decides(id, 1, vars{"kind": "RESTRICT", "reason": "It points at one person.", "clauseId": s.clause("2.4")})
		if got := b.seen(id); b.state(id) != "SCHEDULED 2" || got != "Pat Mo Lea" {
			t.Errorf("before its day it is %s, seen by %s", b.state(id), got)
		}
		b.later(2 * time.Hour)
		if _, err := s.Flow.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := b.seen(id); b.state(id) != "SERVICE_ONLY 3" || got != "Pat Mo Sam Lea" {
			t.Errorf("after its day it is %s, seen by %s", b.state(id), got)
		}
	})
}

// The author sees what would be changed, and says yes.
func TestEditsAccepted(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		id := b.pat.share(b.ward, "PATIENT", "Nurse Jane was kind.")
		b.mo.decides(id, 1, vars{"kind": "PUBLISH_WITH_EDITS", "reason": "We name nobody.", "clauseId": s.clause("2.2"), "edits": vars{"story": "A nurse was kind."}})
		want := []any{map[string]any{"field": "story", "before": "Nurse Jane was kind.", "after": "A nurse was kind.", "diff": []any{
			map[string]any{"kind": "TAKEN_OUT", "text": "Nurse Jane"}, map[string]any{"kind": "PUT_IN", "text": "A nurse"}, map[string]any{"kind": "KEPT", "text": " was kind."},
		}}}
		if got := dig(b.decisions(b.pat, id)[0], "edits"); !reflect.DeepEqual(got, want) {
			t.Errorf("the author sees %v", got)
		}
		if a := b.pat.answersEdits("AcceptEdits", id, 1); a.code() != "STALE_VERSION" {
			t.Errorf("who has not read the offer says yes: %s", a.Body)
		}
		first := b.pat.answersEdits("AcceptEdits", id, 2)
		if first.at("experienceAcceptEdits.experience.story") != "A nurse was kind." || b.state(id) != "PUBLISHED 3" {
			t.Fatalf("%s %s", b.state(id), first.Body)
		}
		if again := b.pat.answersEdits("AcceptEdits", id, 2); again.Body != strings.Replace(first.Body, `"replayed":false`, `"replayed":true`, 1) {
			t.Errorf("sent again: %s", again.Body)
		}
		if a := b.pat.answersEdits("RefuseEdits", id, 3); a.code() != "NOT_NOW" {
			t.Errorf("no after yes: %s", a.Body)
		}
		d := b.decisions(b.pat, id)[0]
		if dig(d, "answer") != "ACCEPTED" || dig(d, "answeredAt") == nil || len(b.decisions(b.rob, id)) != 0 {
			t.Errorf("the decision says %v", d)
		}
		if body := b.rob.ask(everyDecision, vars{"id": id}).Body; strings.Contains(body, "Jane") {
			t.Errorf("a reader finds what was taken out: %s", body)
		}
	})
}

// Who says no keeps their own words, and may revise them or ask a second moderator.
func TestEditsRefused(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		id := b.pat.share(b.ward, "PATIENT", "Nurse Jane was kind.")
		offer := b.mo.decides(id, 1, vars{"kind": "PUBLISH_WITH_EDITS", "reason": "We name nobody.", "clauseId": s.clause("2.2"), "edits": vars{"story": "A nurse was kind."}}).
			at("experienceDecide.experience.decisions.nodes.0.id")
		if a := b.rob.ask(`mutation($in: ExperienceRefuseEditsInput!) { experienceRefuseEdits(input: $in) { replayed } }`, vars{"in": vars{"experienceId": id, "expectedVersion": 2}}); a.code() != "NOT_FOUND" {
			t.Errorf("somebody else says no: %s", a.Body)
		}
		first := b.pat.answersEdits("RefuseEdits", id, 2)
		if first.at("experienceRefuseEdits.experience.story") != "Nurse Jane was kind." || b.state(id) != "RETURNED 3" {
			t.Fatalf("%s %s", b.state(id), first.Body)
		}
		if again := b.pat.answersEdits("RefuseEdits", id, 2); again.at("experienceRefuseEdits.replayed") != true {
			t.Errorf("sent again: %s", again.Body)
		}
		b.pat.appeals(offer, "She wants to be named.")
		if b.state(id) != "IN_MODERATION 4" {
			t.Errorf("after the appeal: %s", b.state(id))
		}
		b.max.decides(id, 4, vars{"kind": "PUBLISH"})
		if body := s.nobody().ask(`query($id: ID!) { node(id: $id) { ... on Experience { story } } }`, vars{"id": id}).Body; !strings.Contains(body, "Nurse Jane was kind.") {
			t.Errorf("published: %s", body)
		}
	})
}

// An appeal goes to a second moderator, and its outcome to the author.
func TestAnAppeal(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		id := b.pat.share(b.ward, "PATIENT", "It was loud.")
		no := b.mo.decides(id, 1, vars{"kind": "REJECT", "reason": "It is too old.", "clauseId": s.clause("1.2")}).at("experienceDecide.experience.decisions.nodes.0.id")
		in := vars{"id": typeid.New(typeid.Appeal), "decisionId": no, "words": "It was last month."}
		first := b.pat.ask(appealQuery, vars{"in": in})
		if first.code() != "" || b.state(id) != "IN_MODERATION 3" {
			t.Fatal(first.Body)
		}
		if again := b.pat.ask(appealQuery, vars{"in": in}); again.Body != strings.Replace(first.Body, `"replayed":false`, `"replayed":true`, 1) {
			t.Errorf("sent again: %s", again.Body)
		}
		if a := b.pat.ask(appealQuery, vars{"in": vars{"decisionId": no, "words": "Once more."}}); a.code() != "NOT_NOW" {
			t.Errorf("a second appeal: %s", a.Body)
		}
		for what, a := range map[string]answer{"decides": b.mo.tries(id, 3, vars{"kind": "PUBLISH"}), "claims": b.mo.claims("Claim", id)} {
			if a.code() != "SECOND_MODERATOR" || !strings.Contains(a.Body, "second moderator") {
				t.Errorf("the first moderator %s: %s", what, a.Body)
			}
		}
		b.max.decides(id, 3, vars{"kind": "HOLD", "reason": "I ask the ward."})
		if got := dig(b.decisions(b.pat, id)[0], "appeal.outcome"); got != nil {
			t.Errorf("to hold it answers the appeal: %v", got)
		}
		if a := b.pat.ask(appealQuery, vars{"in": vars{"decisionId": dig(b.decisions(b.pat, id)[1], "id"), "words": "Why?"}}); a.code() != "NOT_NOW" {
			t.Errorf("an appeal within an appeal: %s", a.Body)
		}
		if a := b.mo.tries(id, 4, vars{"kind": "PUBLISH"}); a.code() != "SECOND_MODERATOR" {
			t.Errorf("the first moderator decides what the second holds: %s", a.Body)
		}
		b.max.decides(id, 4, vars{"kind": "PUBLISH", "reason": "You are right."})
		d := b.decisions(b.pat, id)[0]
		if dig(d, "appeal.words") != "It was last month." || dig(d, "appeal.outcome.kind") != "PUBLISH" || dig(d, "appeal.outcome.reason") != "You are right." {
			t.Errorf("the author sees %v", d)
		}
		if got := b.told(); !slices.Equal(got, []string{"REJECTED It is too old.", "REOPENED", "HELD I ask the ward.", "HEARD You are right."}) {
			t.Errorf("the author is told %v", got)
		}
	})
}

// A claim keeps others from deciding, is seen by moderators only, and ends by itself.
func TestAClaim(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		id := b.pat.share(b.ward, "PATIENT", "It was loud.")
		if a := b.mo.claims("Claim", id); a.code() != "" || a.at("experienceClaim.experience.claim.viewerHolds") != true || a.at("experienceClaim.experience.claim.until") != "2026-05-14T10:00:00Z" {
			t.Fatal(a.Body)
		}
		for what, a := range map[string]answer{"claims": b.max.claims("Claim", id), "releases": b.max.claims("Release", id), "decides": b.max.tries(id, 1, vars{"kind": "PUBLISH"})} {
			if a.code() != "NOT_NOW" || !strings.Contains(a.Body, "Somebody else reads this until 10:00 UTC") {
				t.Errorf("another moderator %s: %s", what, a.Body)
			}
		}
		for p, want := range map[*person]any{b.mo: true, b.max: false, b.pat: nil, b.lea: nil} {
			n := p.get(`query($id: ID!) { node(id: $id) { ... on Experience { version claim { viewerHolds } } } }`, vars{"id": id}, "node")
			if dig(n, "claim.viewerHolds") != want || dig(n, "version") != 1.0 {
				t.Errorf("%s sees %v", p.name, n)
			}
		}
		b.later(30 * time.Minute)
		if a := b.max.claims("Claim", id); a.code() != "" {
			t.Errorf("after half an hour: %s", a.Body)
		}
		if a := b.max.claims("Release", id); a.code() != "" || a.at("experienceRelease.experience.claim") != nil {
			t.Errorf("given back: %s", a.Body)
		}
		if a := b.max.claims("Release", id); a.at("experienceRelease.replayed") != true {
			t.Errorf("given back again: %s", a.Body)
		}
		b.mo.decides(id, 1, vars{"kind": "REJECT", "reason": "Because.", "clauseId": s.clause("1.2")})
		if a := b.max.claims("Claim", id); a.code() != "NOT_NOW" {
			t.Errorf("what is rejected is claimed: %s", a.Body)
		}
	})
}

// The queue shows what is asked for, longest waiting first, page by page, and nothing of other places.
func TestTheQueue(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		say := func(relationship, intention string) string {
			s.clock.pass(time.Minute)
			return b.pat.act(shareQuery, vars{"in": vars{"serviceId": b.ward.ID, "relationship": relationship, "intention": intention, "story": "It was loud."}}, "experienceShare.experience.id").(string)
		}
		plain, carer, worry, mine, other, held, asked := say("PATIENT", "TELL"), say("CARER", "TELL"), say("PATIENT", "WORRY"), say("PATIENT", "TELL"), say("PATIENT", "TELL"), say("PATIENT", "TELL"), say("PATIENT", "TELL")
		b.rob.share(s.place("Ward 8", nil), "PATIENT", "Elsewhere.")
		s.DB.Experience.UpdateOneID(typeid.ID(worry)).SetSignals("SELF_HARM").ExecX(s.system())
		b.mo.claims("Claim", mine)
		b.max.claims("Claim", other)
		b.mo.decides(held, 1, vars{"kind": "HOLD", "reason": "Because."})
		b.pat.appeals(b.max.decides(asked, 1, vars{"kind": "REJECT", "reason": "Because.", "clauseId": s.clause("1.2")}).at("experienceDecide.experience.decisions.nodes.0.id"), "Why?")
		queue := func(where any) (ids []string) {
			var after any
			for {
				page := b.mo.get(`query($w: ModerationFilter, $a: Cursor) { viewer { moderationQueue(where: $w, first: 2, after: $a) { nodes { id } pageInfo { hasNextPage endCursor } } } }`, vars{"w": where, "a": after}, "viewer.moderationQueue")
				for _, n := range dig(page, "nodes").([]any) {
					ids = append(ids, dig(n, "id").(string))
				}
				if after = dig(page, "pageInfo.endCursor"); dig(page, "pageInfo.hasNextPage") == false {
					return ids
				}
			}
		}
		for what, c := range map[string]struct {
			where any
			want  []string
		}{
			"all":                {nil, []string{plain, carer, worry, mine, other, asked}},
			"an empty filter":    {vars{}, []string{plain, carer, worry, mine, other, asked}},
			"held":               {vars{"state": "HELD"}, []string{held}},
			"rejected":           {vars{"state": "REJECTED"}, nil},
			"carers":             {vars{"relationship": []string{"CARER"}}, []string{carer}},
			"worries":            {vars{"intention": []string{"WORRY"}}, []string{worry}},
			"free":               {vars{"claim": "FREE"}, []string{plain, carer, worry, asked}},
			"mine":               {vars{"claim": "MINE"}, []string{mine}},
			"others":             {vars{"claim": "OTHERS"}, []string{other}},
			"with signals":       {vars{"hasSignals": true}, []string{worry}},
			"without signals":    {vars{"hasSignals": false}, []string{plain, carer, mine, other, asked}},
			"appealed":           {vars{"appealed": true}, []string{asked}},
			"not appealed":       {vars{"appealed": false}, []string{plain, carer, worry, mine, other}},
			"sent before":        {vars{"sentBefore": "2026-05-14T09:32:00Z"}, []string{plain}},
			"free and of carers": {vars{"claim": "FREE", "relationship": []string{"CARER"}}, []string{carer}},
		} {
			if got := queue(c.where); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", what, got, c.want)
			}
		}
		for _, state := range []string{"PUBLISHED", "SAFEGUARDING", "PAUSED", "WITHDRAWN"} {
			if a := b.mo.ask(`query($w: ModerationFilter) { viewer { moderationQueue(where: $w) { nodes { id } } } }`, vars{"w": vars{"state": state}}); a.code() != "BAD_USER_INPUT" {
				t.Errorf("a queue of %s: %s", state, a.Body)
			}
		}
		b.later(30 * time.Minute)
		if got := queue(vars{"claim": "FREE"}); len(got) != 6 {
			t.Errorf("claims that ended are still live: %v", got)
		}
	})
}

// Invariant 1: nobody but staff of the place, its moderators and its safeguarding lead can tell how grave something is, nor that
// anybody said so: not by a field, a version, a list, a search, a count, a cursor, an error, a step or a stream.
func TestCriticalityIsNobodyElsesToTell(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		next := s.place("Ward 8", nil)
		far, eve := s.somebody("Far", auth.Staff, next), s.somebody("Eve", auth.Commissioner, b.ward)
		id := b.pat.share(b.ward, "PATIENT", "It was loud.")
		b.mo.decides(id, 1, vars{"kind": "PUBLISH"})
		outsiders := []*person{s.nobody(), b.rob, b.pat, far, eve}
		sight := `query($id: ID!) { node(id: $id) { ... on Experience { ` + pick(contract(), "Experience", 1) + ` } } experiences { totalCount edges { cursor node { id version } } } viewer { steps { nodes { kind words createdAt } } contributions { edges { cursor } nodes { version } } } }`
		look := func() (all []string) {
			for _, p := range outsiders {
				all = append(all, p.ask(sight, vars{"id": id}).Body)
			}
			return all
		}
		before := look()
		server := s.server()
		heard := b.rob.hear(server, `subscription { experiencePublished(within: "`+string(b.ward.ID)+`") { id criticality } }`)
		s.listening(b.rob)
		const set = `mutation($in: ExperienceCriticalitySetInput!) { experienceCriticalitySet(input: $in) { experience { id version criticality } replayed userErrors { code } } }`
		for _, to := range []string{"NONE", "SEVERE"} {
			if a := b.mo.ask(set, vars{"in": vars{"experienceId": id, "criticality": to}}); a.code() != "" || a.at("experienceCriticalitySet.experience.criticality") != to || a.at("experienceCriticalitySet.experience.version") != 2.0 {
				t.Fatal(a.Body)
			}
		}
		if a := b.mo.ask(set, vars{"in": vars{"experienceId": id, "criticality": "SEVERE"}}); a.at("experienceCriticalitySet.replayed") != true {
			t.Errorf("sent again: %s", a.Body)
		}
		if after := look(); !slices.Equal(before, after) {
			t.Errorf("somebody can tell that it was set:\n%s\n%s", before, after)
		}
		for _, p := range []*person{b.sam, b.mo, b.max, b.lea} {
			if got := p.get(`query($id: ID!) { node(id: $id) { ... on Experience { criticality } } }`, vars{"id": id}, "node.criticality"); got != "SEVERE" {
				t.Errorf("%s sees %v", p.name, got)
			}
		}
		for _, p := range append(outsiders, b.sam, b.lea) {
			a := p.ask(set, vars{"in": vars{"experienceId": id, "criticality": "SEVERE"}})
			if code := a.code(); code != "FORBIDDEN" && code != "UNAUTHENTICATED" || strings.Contains(a.Body, "SEVERE") {
				t.Errorf("%s sets it: %s", p.name, a.Body)
			}
		}
		second := b.pat.share(b.ward, "PATIENT", "It was loud again.")
		b.mo.decides(second, 1, vars{"kind": "PUBLISH", "criticality": "SEVERE"})
		if got := heard.next(t); dig(got, "data.experiencePublished.id") != second || dig(got, "data.experiencePublished.criticality") != nil {
			t.Errorf("the stream tells %v", got)
		}
		for name, d := range contract().Types {
			if d.Kind == "INPUT_OBJECT" && d.Fields.ForName("criticality") != nil && name != "ExperienceDecideInput" && name != "ExperienceCriticalitySetInput" {
				t.Errorf("%s can be asked by how grave something is: say here why nobody else learns it", name)
			}
		}
	})
}

// The policy is there from the first start, for everybody; a new version takes the place of the old, and decisions keep theirs.
func TestThePolicy(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		const read = `query($at: DateTime) { policy(at: $at, first: 50) { totalCount nodes { id code title text version since until } } }`
		nodes := s.nobody().get(read, nil, "policy.nodes").([]any)
		if len(nodes) < 10 || dig(nodes[0], "code") != "1.1" || dig(nodes[0], "version") != 1.0 || dig(nodes[0], "until") != nil {
			t.Fatalf("the first policy: %v", nodes)
		}
		half := s.nobody().get(`{ policy(first: 5) { pageInfo { endCursor } } }`, nil, "policy.pageInfo.endCursor")
		if rest := s.nobody().get(`query($a: Cursor) { policy(first: 50, after: $a) { nodes { code } } }`, vars{"a": half}, "policy.nodes").([]any); len(rest) != len(nodes)-5 || dig(rest[0], "code") != dig(nodes[5], "code") {
			t.Errorf("the second page: %v", rest)
		}
		old := s.clause("2.2")
		id := b.pat.share(b.ward, "PATIENT", "Nurse Jane was loud.")
		b.mo.decides(id, 1, vars{"kind": "RETURN_TO_AUTHOR", "reason": "We name nobody.", "clauseId": old})

		ada, local := s.somebody("Ada", auth.Administrator, nil), s.somebody("Loc", auth.Administrator, b.ward)
		const set = `mutation($in: PolicyClauseSetInput!) { policyClauseSet(input: $in) { policyClause { id code version title text since until } replayed userErrors { code path ... on StaleVersion { currentVersion } } } }`
		in := vars{"code": "2.2", "expectedVersion": 1, "title": "Name nobody", "text": "Not even in a thank you."}
		if a := local.ask(set, vars{"in": in}); a.code() != "FORBIDDEN" {
			t.Errorf("an administrator of a ward writes the policy: %s", a.Body)
		}
		b.later(time.Hour, ada)
		first := ada.ask(set, vars{"in": in})
		if first.code() != "" || first.at("policyClauseSet.policyClause.version") != 2.0 || first.at("policyClauseSet.replayed") != false {
			t.Fatal(first.Body)
		}
		if again := ada.ask(set, vars{"in": in}); again.Body != strings.Replace(first.Body, `"replayed":false`, `"replayed":true`, 1) {
			t.Errorf("sent again: %s", again.Body)
		}
		for what, c := range map[string]struct {
			given vars
			code  string
		}{
			"an old version":  {vars{"code": "2.2", "expectedVersion": 1, "title": "Other", "text": "Words."}, "STALE_VERSION"},
			"no such version": {vars{"code": "2.8", "expectedVersion": 1, "title": "Other", "text": "Words."}, "STALE_VERSION"},
			"no code":         {vars{"code": "two", "expectedVersion": 0, "title": "Other", "text": "Words."}, "INVALID"},
			"blanks":          {vars{"code": "2.8", "expectedVersion": 0, "title": " ", "text": "Words."}, "REQUIRED"},
			"too long":        {vars{"code": "2.8", "expectedVersion": 0, "title": "Other", "text": letters8(2001)}, "TOO_LONG"},
		} {
			if a := ada.ask(set, vars{"in": c.given}); a.code() != c.code {
				t.Errorf("%s: %s", what, a.Body)
			}
		}
		ada.act(set, vars{"in": vars{"code": "4.1", "expectedVersion": 0, "title": "New", "text": "Words."}}, "")

		if d := b.decisions(b.pat, id)[0]; dig(d, "clause.version") != 1.0 || dig(d, "clause.title") != "Name nobody else" {
			t.Errorf("the old decision points to %v", dig(d, "clause"))
		}
		other := b.pat.share(b.ward, "PATIENT", "Nurse Jane was loud.")
		if a := b.mo.tries(other, 1, vars{"kind": "RETURN_TO_AUTHOR", "reason": "We name nobody.", "clauseId": old}); a.code() != "INVALID" || a.at("experienceDecide.userErrors.0.path.0") != "clauseId" {
			t.Errorf("a decision by a clause that has ended: %s", a.Body)
		}
		now, then := s.nobody().get(read, nil, "policy.totalCount").(float64), s.nobody().get(read, vars{"at": "2026-05-14T09:45:00Z"}, "policy")
		if int(now) != len(nodes)+1 || !reflect.DeepEqual(without1(dig(then, "nodes").([]any)), without1(nodes)) {
			t.Errorf("now %v clauses, then %v", now, then)
		}
		if n := s.nobody().get(read, vars{"at": "2020-01-01T00:00:00Z"}, "policy.totalCount"); n != 0.0 {
			t.Errorf("%v clauses before there was a policy", n)
		}
	})
}

// without1 leaves out when clauses ended, which was not known then.
func without1(clauses []any) (all []string) {
	for _, c := range clauses {
		all = append(all, fmt.Sprint(dig(c, "id"), dig(c, "code"), dig(c, "title"), dig(c, "version")))
	}
	return all
}

// Every state and every decision through the door: what a moderator may decide is done, what not is told, and it tells nothing to others.
func TestEveryDecisionInEveryState(t *testing.T) {
	lengthy(t, "it tries every decision in every state, one after the other")
	tell(t, func(t *testing.T, s *stage) {
		b := s.bench()
		above, far := s.somebody("Top", auth.Moderator, nil), s.somebody("Far", auth.Moderator, s.place("Ward 8", nil))
		id := b.pat.share(b.ward, "PATIENT", "Nurse Jane was loud.")
		open := map[string]string{
			"IN_MODERATION": "PUBLISH PUBLISH_WITH_EDITS RETURN_TO_AUTHOR HOLD REJECT RESTRICT", "HELD": "PUBLISH PUBLISH_WITH_EDITS RETURN_TO_AUTHOR HOLD REJECT RESTRICT",
			"PUBLISHED": "HOLD REJECT RESTRICT", "SERVICE_ONLY": "PUBLISH HOLD REJECT", "SCHEDULED": "RETURN_TO_AUTHOR HOLD REJECT RESTRICT", "WITH_SERVICE": "RETURN_TO_AUTHOR HOLD REJECT RESTRICT",
		}
		version := 100
		for _, state := range contract().Types["ExperienceState"].EnumValues {
			for _, kind := range contract().Types["DecisionKind"].EnumValues {
				for _, p := range []*person{b.mo, above, far, b.pat, b.rob, b.sam, b.lea, s.nobody()} {
					version += 10
					row := s.DB.Experience.UpdateOneID(typeid.ID(id)).SetState(experience.State(state.Name)).SetVersion(version).SetStory("Nurse Jane was loud.")
					row.ExecX(s.system())
					what := vars{"kind": kind.Name, "reason": "Because.", "clauseId": s.clause("2.2")}
					if kind.Name == "PUBLISH_WITH_EDITS" {
						what["edits"] = vars{"story": "A nurse was loud."}
					}
					want := b.verdictOf(p, far, state.Name, has(open[state.Name], kind.Name))
					if a := p.tries(id, version, what); a.code() != want {
						t.Errorf("%s tries %s on %s: %q, want %q", p.name, kind.Name, state.Name, a.code(), want)
					}
				}
			}
		}
	})
}

// verdictOf is what somebody is told who decides on words in a state.
func (b *bench) verdictOf(p, far *person, state string, open bool) string {
	hidden := slices.Contains([]string{"SAFEGUARDING", "PAUSED", "WITHDRAWN"}, state)
	switch {
	case p.name == "nobody":
		return "UNAUTHENTICATED"
	case p == b.pat, p == b.rob, p == b.sam, p == b.lea, p == far && state == "PUBLISHED":
		return "FORBIDDEN"
	case p == far, hidden:
		return "NOT_FOUND"
	case open:
		return ""
	}
	return "NOT_NOW"
}
