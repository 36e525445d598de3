package graph_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/typeid"
)

// The acts of people who speak for others.

const authorityFields = ` { authority { id standing basis scope relationship proxyName subjectName viewerSpeaks comesOfAgeIn endedBy endedAt } replayed userErrors { code path message } } }`

func (p *person) declares(in vars) answer {
	p.t.Helper()
	return p.ask(`mutation($in: AuthorityDeclareInput!) { authorityDeclare(input: $in) { takeOverCode authority { id standing basis scope comesOfAgeIn } replayed userErrors { code path message } } }`, vars{"in": in})
}

// speaksForChild declares that this person is the parent of a child born in a month; the code is for the child.
func (p *person) speaksForChild(born string, scope ...string) (authority, code string) {
	p.t.Helper()
	if len(scope) == 0 {
		scope = []string{"READ", "SHARE", "REVISE", "WITHDRAW"}
	}
	a := p.declares(vars{"basis": "PARENTAL_RESPONSIBILITY", "scope": scope, "relationship": "mother", "proxyName": "Mum", "subjectName": "Kit", "born": born})
	if a.code() != "" {
		p.t.Fatal(a.Body)
	}
	return a.at("authorityDeclare.authority.id").(string), a.at("authorityDeclare.takeOverCode").(string)
}

func (p *person) mourns(name string) string {
	p.t.Helper()
	a := p.declares(vars{"basis": "BEREAVED", "scope": []string{"READ", "SHARE", "REVISE", "WITHDRAW"}, "relationship": "daughter", "proxyName": p.name, "subjectName": name})
	if a.code() != "" || a.at("authorityDeclare.takeOverCode") != nil {
		p.t.Fatal(a.Body)
	}
	return a.at("authorityDeclare.authority.id").(string)
}

func (p *person) code(verb string, in vars) answer {
	p.t.Helper()
	input := strings.ToUpper(verb[:1]) + verb[1:] + "Input"
	return p.ask(`mutation($in: `+input+`!) { `+verb+`(input: $in) { code userErrors { code path message } } }`, vars{"in": in})
}

func (p *person) accept(code, as string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: AuthorityAcceptInput!) { authorityAccept(input: $in)`+authorityFields, vars{"in": vars{"code": code, "relationship": as, "proxyName": p.name}})
}

func (p *person) authorityAct(verb string, in vars) answer {
	p.t.Helper()
	input := strings.ToUpper(verb[:1]) + verb[1:] + "Input"
	return p.ask(`mutation($in: `+input+`!) { `+verb+`(input: $in)`+authorityFields, vars{"in": in})
}

func (p *person) takesOver(code string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: AuthorityTakeOverInput!) { authorityTakeOver(input: $in)`+sessionFields, vars{"in": vars{"code": code}})
}

// tells shares an experience for somebody.
func (p *person) tells(authority string, at *ent.Service, story string) answer {
	p.t.Helper()
	return p.ask(shareQuery, vars{"in": vars{"serviceId": at.ID, "relationship": "PARENT_GUARDIAN", "story": story, "displayName": "Rosa", "authorityId": authority}})
}

func (p *person) tellsFor(authority string, at *ent.Service, story string) string {
	p.t.Helper()
	a := p.tells(authority, at, story)
	if a.code() != "" {
		p.t.Fatal(a.Body)
	}
	return a.at("experienceShare.experience.id").(string)
}

func (p *person) objects(experience, why string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: AuthorityObjectInput!) { authorityObject(input: $in) { objection { words experience { id state } } replayed userErrors { code path message } } }`,
		vars{"in": vars{"experienceId": experience, "words": why}})
}

// sees are the ids in a list of the viewer's.
func (p *person) sees(list string) []string {
	p.t.Helper()
	name, _, _ := strings.Cut(list, "(")
	return idsIn(p.get("{ viewer { "+list+" { nodes { id } } } }", nil, "viewer."+name+".nodes"), "nodes")
}

func contributionsFor(authority string) string { return `contributions(for: "` + authority + `")` }

// standing is how the authority stands for who asks.
func (p *person) standing(authority string) string {
	p.t.Helper()
	return p.get(`query($id: ID!) { node(id: $id) { ... on Authority { standing } } }`, vars{"id": authority}, "node.standing").(string)
}

// reach moves the clock to a moment; tokens are renewed for these people.
func (s *stage) reach(to time.Time, people ...*person) {
	s.t.Helper()
	s.later(to.Sub(s.clock.Now()), people...)
}

// kinds are what somebody was told, oldest first.
func (p *person) kinds() (kinds []string) {
	p.t.Helper()
	for _, n := range p.get(`{ viewer { steps(first: 50) { nodes { kind } } } }`, nil, "viewer.steps.nodes").([]any) {
		kinds = append(kinds, dig(n, "kind").(string))
	}
	return kinds
}

func TestAParentSpeaksForAChildWhoTakesOver(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Children's ward", nil)
		mo, staff := s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward)
		mum, stranger := s.start("Mum"), s.start("Eve")
		authority, code := mum.speaksForChild("2014-08")
		told := mum.tellsFor(authority, ward, "Kit was thirsty and nobody came.")

		t.Run("TheProxyReadsItAndNobodyElse", func(t *testing.T) {
			if got := mum.sees(contributionsFor(authority)); !slices.Equal(got, []string{told}) {
				t.Errorf("Mum sees %v", got)
			}
			if got := mum.sees("contributions"); len(got) != 0 {
				t.Errorf("it counts as Mum's own: %v", got)
			}
			for _, p := range []*person{s.nobody(), stranger, staff} {
				if a := p.ask(byID, vars{"id": told}); a.code() != "NOT_FOUND" {
					t.Errorf("%s gets it: %s", p.name, a.Body)
				}
				if a := p.ask(byID, vars{"id": authority}); a.code() != "NOT_FOUND" {
					t.Errorf("%s gets the authority: %s", p.name, a.Body)
				}
			}
		})
		t.Run("TheProxyMayReviseAndTheModeratorMayNotBeTheProxy", func(t *testing.T) {
			a := mum.ask(`mutation($in: ExperienceReviseInput!) { experienceRevise(input: $in) { experience { version story viewerIsAuthor } userErrors { code } } }`,
				vars{"in": vars{"experienceId": told, "expectedVersion": 1, "story": "Kit was thirsty for an hour."}})
			if a.code() != "" || a.at("experienceRevise.experience.version") != 2.0 || a.at("experienceRevise.experience.viewerIsAuthor") != false {
				t.Error(a.Body)
			}
			both := s.somebody("Both", auth.Moderator, ward)
			mine, _ := both.speaksForChild("2015-01")
			own := both.tellsFor(mine, ward, "My own child's.")
			a = both.ask(`mutation($in: ExperiencePublishInput!) { experiencePublish(input: $in) { userErrors { code } } }`, vars{"in": vars{"experienceId": own, "expectedVersion": 1}})
			if a.code() != "FORBIDDEN" {
				t.Errorf("a moderator publishes what they told for somebody: %s", a.Body)
			}
		})
		t.Run("OthersReadTheRelationshipAndTheNameOnly", func(t *testing.T) {
			mo.act(`mutation($in: ExperiencePublishInput!) { experiencePublish(input: $in) { userErrors { code message } } }`, vars{"in": vars{"experienceId": told, "expectedVersion": 2}}, "")
			for _, p := range []*person{s.nobody(), stranger, staff, mo} {
				a := p.ask(`query($id: ID!) { node(id: $id) { ... on Experience { displayName relationship story viewerIsAuthor authority { id } line { steps { nodes { id } } } } } }`, vars{"id": told})
				if a.at("node.displayName") != "Rosa" || a.at("node.authority") != nil || a.at("node.line.steps") != nil || a.at("node.viewerIsAuthor") != false {
					t.Errorf("%s reads %s", p.name, a.Body)
				}
			}
			if got := mum.get(`query($id: ID!) { node(id: $id) { ... on Experience { authority { id } line { steps { nodes { kind } } } } } }`, vars{"id": told}, "node"); dig(got, "authority.id") != authority ||
				dig(got, "line.steps.nodes.0.kind") != "TOLD_FOR_YOU" || dig(got, "line.steps.nodes.1.kind") != "HEARD" {
				t.Errorf("Mum reads %v", got)
			}
		})
		t.Run("WhoHasTheCodeTakesOverOnce", func(t *testing.T) {
			refused(t, "a slip", s.nobody().takesOver(code[:len(code)-1]), "CODE_REFUSED")
			refused(t, "another code", s.nobody().takesOver("0000000000000000000000001"), "CODE_REFUSED")
			refused(t, "signed in", stranger.takesOver(code), "NOT_NOW")
			refused(t, "a code of another kind", stranger.accept(code, "uncle"), "CODE_REFUSED")
			if strings.Contains(s.written(), code) {
				t.Error("the code is kept")
			}
			a := s.nobody().takesOver(code)
			if a.code() != "" {
				t.Fatal(a.Body)
			}
			kit := s.signedIn("Kit", a)
			recovery, _ := a.at("authorityTakeOver.recoveryCode").(string)
			if got := kit.sees("contributions"); !slices.Equal(got, []string{told}) {
				t.Errorf("Kit sees %v", got)
			}
			if got := kit.get(`{ viewer { spokenForBy { nodes { standing endedBy proxyName } } } }`, nil, "viewer.spokenForBy.nodes.0"); dig(got, "endedBy") != "TAKEN_OVER" || dig(got, "standing") != "ENDED" || dig(got, "proxyName") != "Mum" {
				t.Errorf("Kit reads %v", got)
			}
			if got := mum.sees(contributionsFor(authority)); len(got) != 0 {
				t.Errorf("Mum still sees %v", got)
			}
			if a := mum.tells(authority, ward, "One more."); a.code() != "NOT_NOW" {
				t.Errorf("Mum still tells: %s", a.Body)
			}
			if got := mum.kinds(); !slices.Contains(got, "AUTHORITY_ENDED") {
				t.Errorf("Mum was told %v", got)
			}
			refused(t, "a second time", s.nobody().takesOver(code), "CODE_REFUSED")
			if back := s.signedIn("Kit again", s.nobody().recovers(recovery)); back.id != kit.id {
				t.Error("the recovery code brings somebody else back")
			}
		})
	})
}

// Invariant 10: at sixteen the access of a proxy is gone without anything having to run, by every way there is.
func TestProxyAccessEndsAtSixteen(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		mo, mum, pat := s.somebody("Mo", auth.Moderator, ward), s.start("Mum"), s.start("Pat")
		authority, _ := mum.speaksForChild("2010-06")
		open, hidden := mum.tellsFor(authority, ward, "zqopen words"), mum.tellsFor(authority, ward, "zqhidden words")
		s.reach(time.Date(2026, 5, 31, 23, 56, 0, 0, time.UTC), mo, mum, pat)
		mo.publish(open)
		cursor := mum.get(`query { viewer { `+contributionsFor(authority)+` { edges { cursor node { id } } } steps(for: "`+authority+`") { edges { cursor } } } }`, nil, "viewer")
		if got := dig(cursor, "contributions.edges"); len(got.([]any)) != 2 {
			t.Fatalf("Mum sees %v", got)
		}
		step := string(s.DB.Step.Query().FirstIDX(s.system()))
		if a := mum.ask(byID, vars{"id": step}); a.at("node.id") != step {
			t.Fatalf("Mum reads steps: %s", a.Body)
		}
		heard := mum.hear(s.server(), `subscription { stepTaken { kind experience { id } } }`)
		s.listening(mum)
		live := mum.tellsFor(authority, ward, "zqlive words")
		got := heard.next(t)
		for dig(got, "data.stepTaken.experience.id") == open || dig(got, "data.stepTaken.experience.id") == hidden { // what was told, or published, before may come late
			got = heard.next(t)
		}
		if dig(got, "data.stepTaken.experience.id") != live || dig(got, "data.stepTaken.kind") != "TOLD_FOR_YOU" {
			t.Fatalf("Mum hears %v", got)
		}

		s.clock.pass(4 * time.Minute) // it is June, and nothing ran
		if got := mum.standing(authority); got != "SUSPENDED" {
			t.Errorf("it stands at %s", got)
		}
		for what, id := range map[string]string{"hidden words": hidden, "a step": step} {
			if a := mum.ask(byID, vars{"id": id}); a.code() != "NOT_FOUND" {
				t.Errorf("Mum still gets %s: %s", what, a.Body)
			}
			if a := mum.ask(`query($id: [ID!]!) { nodes(ids: $id) { id } }`, vars{"id": []string{id}}); a.at("nodes.0") != nil {
				t.Errorf("Mum still gets %s among others: %s", what, a.Body)
			}
		}
		for _, query := range []string{
			`query { viewer { ` + contributionsFor(authority) + ` { totalCount nodes { id story } } } }`,
			`query { viewer { steps(for: "` + authority + `") { totalCount nodes { words experience { id } } } } }`,
			`query { viewer { ` + strings.Replace(contributionsFor(authority), ")", `, after: "`+dig(cursor, "contributions.edges.0.cursor").(string)+`")`, 1) + ` { totalCount nodes { id } } } }`,
			`query { experiences(where: {text: "zqhidden"}) { totalCount nodes { id } } }`,
			`query { viewer { authorities { nodes { id standing } } steps { nodes { experience { id story } } } } }`,
		} {
			if a := mum.ask(query, nil); strings.Contains(a.Body, hidden) || strings.Contains(a.Body, " words") || strings.Contains(a.Body, `"totalCount":1`) {
				t.Errorf("%s still gives %s", query, a.Body)
			}
		}
		if got := mum.get(`query($id: ID!) { node(id: $id) { ... on Experience { story decisions { nodes { id } } authority { id } line { steps { nodes { id } } } } } }`, vars{"id": open}, "node"); dig(got, "story") != "zqopen words" || dig(got, "decisions") != nil || dig(got, "line.steps") != nil {
			t.Errorf("what is published Mum reads like everybody: %v", got)
		}
		for what, a := range map[string]answer{
			"shares":   mum.tells(authority, ward, "More."),
			"renews":   mum.code("authorityCodeRenew", vars{"authorityId": authority}),
			"hands on": mum.code("authorityShareCode", vars{"authorityId": authority, "scope": []string{"SHARE"}}),
			"reviews":  mum.authorityAct("authorityReview", vars{"authorityId": authority}),
		} {
			if a.code() != "NOT_NOW" {
				t.Errorf("Mum still %s: %s", what, a.Body)
			}
		}
		if a := mum.ask(`mutation($in: ExperienceReviseInput!) { experienceRevise(input: $in) { userErrors { code } } }`, vars{"in": vars{"experienceId": hidden, "expectedVersion": 1, "story": "x"}}); a.code() != "NOT_FOUND" {
			t.Errorf("Mum still revises: %s", a.Body)
		}
		mo.publish(hidden) // the child is told; Mum's stream says nothing of it
		own := mum.share(ward, "RELATIVE", "My own words.")
		mo.publish(own)
		if got := heard.next(t); dig(got, "data.stepTaken.experience.id") != own {
			t.Errorf("Mum still hears %v", got)
		}
	})
}

func TestReviewsOfAnAuthority(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		mum := s.start("Mum")
		authority, _ := mum.speaksForChild("2015-06")
		review := func(in vars) answer {
			in["authorityId"] = authority
			return mum.authorityAct("authorityReview", in)
		}
		for _, c := range []struct {
			at     time.Time
			want   string
			review bool
		}{
			{time.Date(2026, 5, 31, 23, 59, 59, 0, time.UTC), "CURRENT", false},
			{time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), "REVIEW_DUE", true}, // eleven
			{time.Date(2027, 5, 31, 0, 0, 0, 0, time.UTC), "CURRENT", true},
			{time.Date(2028, 5, 30, 0, 0, 0, 0, time.UTC), "REVIEW_DUE", true}, // a year and no birthday
			{time.Date(2028, 6, 2, 0, 0, 0, 0, time.UTC), "REVIEW_DUE", true},  // thirteen
			{time.Date(2029, 6, 2, 0, 0, 0, 0, time.UTC), "REVIEW_DUE", false},
			{time.Date(2029, 7, 2, 0, 0, 0, 0, time.UTC), "SUSPENDED", true}, // nobody looked for four weeks
			{time.Date(2030, 6, 30, 0, 0, 0, 0, time.UTC), "CURRENT", true},
			{time.Date(2031, 5, 31, 23, 59, 59, 0, time.UTC), "CURRENT", false},
			{time.Date(2031, 6, 1, 0, 0, 0, 0, time.UTC), "SUSPENDED", false},
		} {
			s.reach(c.at, mum)
			if got := mum.standing(authority); got != c.want {
				t.Errorf("on %s it stands at %s, want %s", c.at, got, c.want)
			}
			if c.review {
				if a := review(vars{}); a.code() != "" || a.at("authorityReview.authority.standing") != "CURRENT" {
					t.Errorf("on %s the review says %s", c.at, a.Body)
				}
			}
		}
		refused(t, "a review at sixteen", review(vars{}), "NOT_NOW")
		refused(t, "a review too far", review(vars{"reviewAt": s.clock.Now().Add(400 * 24 * time.Hour)}), "INVALID")
	})
}

func TestAPersonInvitesSomebodyToSpeakForThem(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ann, son, other := s.start("Ann"), s.start("Son"), s.start("Eve")
		own := ann.share(ward, "PATIENT", "I was cold.")
		code := ann.code("authorityInvite", vars{"scope": []string{"SHARE", "READ"}}).at("authorityInvite.code").(string)
		refused(t, "without a scope", ann.code("authorityInvite", vars{"scope": []string{}}), "REQUIRED")
		refused(t, "an end in the past", ann.code("authorityInvite", vars{"scope": []string{"READ"}, "endsAt": "2020-01-01T00:00:00Z"}), "INVALID")
		refused(t, "nobody", s.nobody().code("authorityInvite", vars{"scope": []string{"READ"}}), "UNAUTHENTICATED")
		refused(t, "to oneself", ann.accept(code, "self"), "INVALID")
		a := son.accept(strings.ToLower(code), "son")
		if a.code() != "" || a.at("authorityAccept.authority.basis") != "CONSENT_OF_THE_PERSON" {
			t.Fatal(a.Body)
		}
		authority := a.at("authorityAccept.authority.id").(string)
		if again := son.accept(code, "son"); again.at("authorityAccept.replayed") != true || again.at("authorityAccept.authority.id") != authority {
			t.Errorf("sent again: %s", again.Body)
		}
		refused(t, "used by another", other.accept(code, "neighbour"), "CODE_REFUSED")
		if got := ann.kinds(); !slices.Equal(got, []string{"AUTHORITY_ACCEPTED"}) {
			t.Errorf("Ann was told %v", got)
		}
		told := son.tellsFor(authority, ward, "She was cold for hours.")
		if got := ann.kinds(); !slices.Equal(got, []string{"AUTHORITY_ACCEPTED", "TOLD_FOR_YOU"}) {
			t.Errorf("Ann was told %v", got)
		}
		both := []string{own, told}
		slices.Sort(both)
		if got := ann.sees("contributions"); !slices.Equal(got, both) {
			t.Errorf("Ann sees %v", got)
		}
		if got := son.sees(contributionsFor(authority)); !slices.Equal(got, both) {
			t.Errorf("her son sees %v", got)
		}
		if a := son.ask(`mutation($in: ExperienceReviseInput!) { experienceRevise(input: $in) { userErrors { code } } }`, vars{"in": vars{"experienceId": told, "expectedVersion": 1, "story": "x"}}); a.code() != "FORBIDDEN" {
			t.Errorf("he changes it without being asked to: %s", a.Body)
		}
		if a := other.authorityAct("authorityEnd", vars{"authorityId": authority}); a.code() != "NOT_FOUND" {
			t.Errorf("somebody else ends it: %s", a.Body)
		}
		if a := son.code("authorityShareCode", vars{"authorityId": authority, "scope": []string{"READ"}}); a.code() != "FORBIDDEN" {
			t.Errorf("he hands it on: %s", a.Body)
		}
		if a := ann.authorityAct("authorityEnd", vars{"authorityId": authority}); a.at("authorityEnd.authority.endedBy") != "PERSON" {
			t.Fatal(a.Body)
		}
		if got := son.sees(contributionsFor(authority)); len(got) != 0 {
			t.Errorf("he still sees %v", got)
		}
		if got := ann.sees("contributions"); !slices.Equal(got, both) {
			t.Errorf("Ann sees %v", got)
		}
		s.clock.pass(0)
		late := ann.code("authorityInvite", vars{"scope": []string{"READ"}}).at("authorityInvite.code").(string)
		s.later(8*24*time.Hour, other)
		refused(t, "a code of last week", other.accept(late, "neighbour"), "CODE_REFUSED")
	})
}

func TestTwoRelativesWhoDisagree(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		mo, ann, ben, eve := s.somebody("Mo", auth.Moderator, ward), s.start("Ann"), s.start("Ben"), s.start("Eve")
		hers, his := ann.mourns("Dad"), eve.mourns("Dad")
		told := ann.tellsFor(hers, ward, "Nobody rang us.")
		secret := ann.tellsFor(hers, ward, "Not for my brother.")
		refused(t, "a code to take over from the dead", ann.code("authorityCodeRenew", vars{"authorityId": hers}), "NOT_NOW")
		code := ann.code("authorityShareCode", vars{"authorityId": hers, "scope": []string{"READ", "SHARE"}}).at("authorityShareCode.code").(string)
		if a := ann.code("authorityShareCode", vars{"authorityId": hers, "scope": []string{"GIVE_CONSENT"}}); a.code() != "FORBIDDEN" {
			t.Errorf("she gives more than she has: %s", a.Body)
		}
		joined := ben.accept(code, "son").at("authorityAccept.authority.id").(string)
		other := ben.tellsFor(joined, ward, "They rang me.")
		mo.publish(told)

		if got := ben.sees(contributionsFor(joined)); !slices.Equal(got, []string{other}) {
			t.Errorf("Ben sees %v", got)
		}
		if got := ann.sees(contributionsFor(hers)); slices.Contains(got, other) || len(got) != 2 {
			t.Errorf("Ann sees %v", got)
		}
		if a := ben.objects(secret, "No."); a.code() != "NOT_FOUND" {
			t.Errorf("what he cannot see: %s", a.Body)
		}
		for _, p := range []*person{eve, ann, mo} { // who speaks for another father, who told it, and who speaks for nobody
			if a := p.objects(told, "No."); a.code() != "FORBIDDEN" {
				t.Errorf("%s objects: %s", p.name, a.Body)
			}
		}
		refused(t, "without words", ben.objects(told, " "), "REQUIRED")
		a := ben.objects(told, "It was not so.")
		if a.code() != "" {
			t.Fatal(a.Body)
		}
		refused(t, "once more", ben.objects(told, "It was not so."), "NOT_FOUND")
		if got := ann.get(`query($id: ID!) { node(id: $id) { ... on Experience { state objections { nodes { words } } line { steps { nodes { kind words } } } } } }`, vars{"id": told}, "node"); dig(got, "state") != "HELD" || dig(got, "objections") != nil ||
			!strings.Contains(strings.Join(words(got), " "), "A moderator will decide") || strings.Contains(strings.Join(words(got), " "), "It was not so") {
			t.Errorf("Ann reads %v", got)
		}
		if got := mo.get(`query($id: ID!) { node(id: $id) { ... on Experience { objections { nodes { words } } } } }`, vars{"id": told}, "node.objections.nodes.0.words"); got != "It was not so." {
			t.Errorf("the moderator reads %v", got)
		}
		for _, p := range []*person{ann, ben} {
			a := p.ask(`{ viewer { authorities { nodes { id proxyName } } steps { nodes { kind words authority { id proxyName } experience { id } } } } }`, nil)
			if !strings.Contains(a.Body, "OBJECTION") {
				t.Errorf("%s was not told: %s", p.name, a.Body)
			}
			for _, not := range []*person{ann, ben} {
				if not != p && strings.Contains(a.Body, `"`+not.name+`"`) {
					t.Errorf("%s learns of %s: %s", p.name, not.name, a.Body)
				}
			}
		}
		if got := eve.sees("authorities"); !slices.Equal(got, []string{his}) {
			t.Errorf("Eve sees %v", got)
		}
	})
}

// words are those of the steps of an experience.
func words(experience any) (all []string) {
	steps, _ := dig(experience, "line.steps.nodes").([]any)
	for _, s := range steps {
		all = append(all, dig(s, "words").(string))
	}
	return all
}

func TestWhatIsDeclared(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		mum, eve := s.start("Mum"), s.start("Eve")
		child := func(more vars) vars {
			in := vars{"basis": "PARENTAL_RESPONSIBILITY", "scope": []string{"READ", "SHARE"}, "relationship": "mother", "born": "2014-08"}
			for k, v := range more {
				in[k] = v
			}
			return in
		}
		for what, c := range map[string]struct {
			in   vars
			code string
		}{
			"a child without a birthday":     {child(vars{"born": nil}), "REQUIRED"},
			"a child of sixteen":             {child(vars{"born": "2010-05"}), "NOT_NOW"},
			"a child who is not born yet":    {child(vars{"born": "2026-06"}), "INVALID"},
			"a child of almost sixteen":      {child(vars{"born": "2010-06"}), ""},
			"a child born this month":        {child(vars{"born": "2026-05"}), ""},
			"nothing that may be done":       {child(vars{"scope": []string{}}), "REQUIRED"},
			"no word who they are":           {child(vars{"relationship": " "}), "REQUIRED"},
			"consent without the person":     {child(vars{"basis": "CONSENT_OF_THE_PERSON"}), "INVALID"},
			"a deputy who shows nothing":     {child(vars{"basis": "ATTORNEY_OR_DEPUTY", "born": nil}), "REQUIRED"},
			"a deputy":                       {child(vars{"basis": "ATTORNEY_OR_DEPUTY", "born": nil, "evidence": "Order of the court"}), ""},
			"a review in two years":          {child(vars{"reviewAt": "2028-05-14T00:00:00Z"}), "INVALID"},
			"an end that has passed already": {child(vars{"endsAt": "2026-05-14T09:00:00Z"}), "INVALID"},
		} {
			if a := mum.declares(c.in); a.code() != c.code {
				t.Errorf("%s: %s, want %q", what, a.Body, c.code)
			}
		}
		if a := s.nobody().declares(child(nil)); a.code() != "UNAUTHENTICATED" {
			t.Errorf("nobody declares: %s", a.Body)
		}
		id := typeid.New(typeid.Authority)
		first := mum.declares(child(vars{"id": id}))
		again := mum.declares(child(vars{"id": id}))
		if first.at("authorityDeclare.takeOverCode") == nil || again.at("authorityDeclare.takeOverCode") != nil || again.at("authorityDeclare.replayed") != true {
			t.Errorf("sent twice: %s %s", first.Body, again.Body)
		}
		refused(t, "another's id", eve.declares(child(vars{"id": id})), "CONFLICT")
		old := first.at("authorityDeclare.takeOverCode").(string)
		fresh := mum.code("authorityCodeRenew", vars{"authorityId": id}).at("authorityCodeRenew.code").(string)
		if a := eve.code("authorityCodeRenew", vars{"authorityId": id}); a.code() != "NOT_FOUND" {
			t.Errorf("Eve gets a code: %s", a.Body)
		}
		refused(t, "the code from before", s.nobody().takesOver(old), "CODE_REFUSED")
		if a := s.nobody().takesOver(fresh); a.code() != "" {
			t.Error(a.Body)
		}
	})
}

// Who speaks for nobody pays nothing for those who do.
func TestStatementsOfAViewerWithAuthorities(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		mum, pat := s.start("Mum"), s.start("Pat")
		authority, _ := mum.speaksForChild("2014-08")
		told := mum.tellsFor(authority, ward, "Kit was thirsty.")
		for range 3 {
			mum.tellsFor(authority, ward, "And again.")
		}
		query := `query($id: ID!) { node(id: $id) { id } experiences { nodes { story decisions { nodes { id } } } } viewer { id } }`
		counts := map[*person]int{}
		for _, p := range []*person{pat, mum} {
			counts[p] = len(s.db.Said(func() { p.ask(query, vars{"id": told}) }))
		}
		if counts[pat] != counts[mum] {
			t.Errorf("%d statements for who speaks for nobody, %d for a mother", counts[pat], counts[mum])
		}
		list := `query { viewer { ` + contributionsFor(authority) + ` { nodes { story decisions { nodes { id } } authority { id } line { steps { nodes { kind } } } } } } }`
		four := len(s.db.Said(func() { mum.get(list, nil, "") }))
		for range 5 {
			mum.tellsFor(authority, ward, "And again.")
		}
		if nine := len(s.db.Said(func() { mum.get(list, nil, "") })); nine != four || four > 7 {
			t.Errorf("%d statements for four experiences, %d for nine", four, nine)
		}
	})
}
