package graph_test

import (
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/typeid"
)

// sender is the cast of the stories about sending again: a patient whose words are published and have led to a change.
type sender struct {
	*stage
	ward                        *ent.Service
	pat, fay, sam, sid, mo, max *person
	told, change                string
}

func (s *stage) senders() *sender {
	ward := s.place("Ward 7", nil)
	c := &sender{stage: s, ward: ward, pat: s.start("Pat"), fay: s.start("Fay"), sam: s.somebody("Sam", auth.Staff, ward), sid: s.somebody("Sid", auth.Staff, ward), mo: s.somebody("Mo", auth.Moderator, ward), max: s.somebody("Max", auth.Moderator, ward)}
	c.told = c.pat.share(ward, "PATIENT", "I waited.")
	c.mo.publish(c.told)
	c.change = c.sam.propose(ward, "A board")
	c.sam.link(c.change, c.told, "You waited.")
	return c
}

// create is one of the acts that a phone may send again for ever.
type create struct {
	verb, thing  string
	prefix       typeid.Prefix
	who, another func(*sender) *person
	in           func(*sender) vars // an input that has not been sent yet
	word         string             // what to change to say something else
	tells        int                // how many steps it tells the patient of
}

func creates() []create {
	staff, colleague := func(c *sender) *person { return c.sam }, func(c *sender) *person { return c.sid }
	return []create{
		{"experienceShare", "experience", typeid.Experience, func(c *sender) *person { return c.pat }, func(c *sender) *person { return c.fay }, func(c *sender) vars {
			return vars{"serviceId": c.ward.ID, "relationship": "PATIENT", "story": "I waited again.", "feelings": []string{"tired"}, "happenedIn": "2026-04"}
		}, "story", 0},
		{"responseGive", "response", typeid.Response, staff, colleague, func(c *sender) vars { return vars{"experienceId": c.told, "body": "We are sorry."} }, "body", 1},
		{"changePropose", "change", typeid.Change, staff, colleague, func(c *sender) vars {
			return vars{"serviceId": c.ward.ID, "title": "A chair", "difference": "Nobody stands.", "coproducers": []vars{{"side": "STAFF", "name": "Sam"}, {"side": "PATIENT_FAMILY", "name": "Rose"}}}
		}, "difference", 0},
		{"changeLink", "origin", typeid.Origin, staff, colleague, func(c *sender) vars {
			return vars{"changeId": c.sam.propose(c.ward, "A clock"), "experienceId": c.told, "why": "You waited."}
		}, "why", 1},
		{"changeTell", "progress", typeid.Progress, staff, colleague, func(c *sender) vars { return vars{"changeId": c.change, "body": "The board is ordered."} }, "body", 1},
	}
}

// send does the act with an id, as this person.
func (c create) send(p *person, in vars, id string) answer {
	p.t.Helper()
	with := maps.Clone(in)
	if id != "" {
		with["id"] = id
	}
	return p.ask(`mutation($in: `+strings.ToUpper(c.verb[:1])+c.verb[1:]+`Input!) { `+c.verb+`(input: $in) { `+c.thing+` { id createdAt } replayed userErrors { code message path } } }`, vars{"in": with})
}

func (c create) replayed(a answer) any { return a.at(c.verb + ".replayed") }
func (c create) made(a answer) any     { return a.at(c.verb + "." + c.thing) }

// told counts the steps that the patient was told of.
func (c *sender) steps() int {
	return len(c.pat.get(`{ viewer { steps(first: 100) { nodes { id } } } }`, nil, "viewer.steps.nodes").([]any))
}

// eachCreate tells a story for every act that makes something.
func eachCreate(t *testing.T, story func(t *testing.T, s *sender, c create)) {
	tell(t, func(t *testing.T, s *stage) {
		cast := s.senders()
		for _, c := range creates() {
			t.Run(c.verb, func(t *testing.T) { story(t, cast, c) })
		}
	})
}

func TestTheSameSentAgainIsTheSame(t *testing.T) {
	eachCreate(t, func(t *testing.T, s *sender, c create) {
		who, in, id := c.who(s), c.in(s), string(typeid.New(c.prefix))
		before := s.steps()
		first := c.send(who, in, id)
		if first.code() != "" || c.replayed(first) != false || dig(c.made(first), "id") != id {
			t.Fatal(first.Body)
		}
		kept := s.written()
		for range 3 {
			again := c.send(who, in, id)
			if want := strings.Replace(first.Body, `"replayed":false`, `"replayed":true`, 1); again.Body != want {
				t.Errorf("the first answer was\n%s\nthe second is\n%s", first.Body, again.Body)
			}
		}
		if s.written() != kept {
			t.Error("something was written by sending it again")
		}
		if told := s.steps() - before; told != c.tells {
			t.Errorf("the patient was told of %d steps", told)
		}
	})
}

func TestTheSameSentEightTimesAtOnceIsOne(t *testing.T) {
	eachCreate(t, func(t *testing.T, s *sender, c create) {
		who, in, id := c.who(s), c.in(s), string(typeid.New(c.prefix))
		before := s.steps()
		var answers [8]answer
		var done sync.WaitGroup
		for i := range answers {
			done.Go(func() { answers[i] = c.send(who, in, id) })
		}
		done.Wait()
		fresh := 0
		for _, a := range answers {
			if a.code() != "" || dig(c.made(a), "id") != id {
				t.Errorf("got %s", a.Body)
			}
			if c.replayed(a) == false {
				fresh++
			}
		}
		if told := s.steps() - before; fresh != 1 || told != c.tells {
			t.Errorf("it was made %d times and told %d times", fresh, told)
		}
	})
}

func TestAnIdStandsForOneThing(t *testing.T) {
	eachCreate(t, func(t *testing.T, s *sender, c create) {
		who, in, id := c.who(s), c.in(s), string(typeid.New(c.prefix))
		if a := c.send(who, in, id); a.code() != "" {
			t.Fatal(a.Body)
		}
		kept := s.written()
		others := maps.Clone(in)
		others[c.word] = "Something else."
		own := c.send(who, others, id)
		if own.code() != "CONFLICT" || c.made(own) != nil || c.replayed(own) != false {
			t.Errorf("other words under the same id: %s", own.Body)
		}
		for what, given := range map[string]vars{"the same words": in, "other words": others} {
			if foreign := c.send(c.another(s), given, id); foreign.Body != own.Body || foreign.Status != own.Status {
				t.Errorf("%s under somebody else's id: %s, but one's own conflict is %s", what, foreign.Body, own.Body)
			}
		}
		if s.written() != kept {
			t.Error("something was written")
		}
	})
}

func TestIdsThatAreNone(t *testing.T) {
	eachCreate(t, func(t *testing.T, s *sender, c create) {
		who, in := c.who(s), c.in(s)
		kept := s.written()
		if a := c.send(who, in, string(typeid.New(typeid.Person))); a.code() != "INVALID" || dig(a.Data, c.verb+".userErrors.0.path.0") != "id" || !strings.Contains(a.Body, string(c.prefix)+"_") {
			t.Errorf("the id of another type: %s", a.Body)
		}
		four := string(typeid.From(c.prefix, uuid.New()))
		for what, id := range map[string]string{"not a UUIDv7": four, "nonsense": "nonsense", "too long": string(typeid.New(c.prefix)) + "0", "capitals": strings.ToUpper(string(typeid.New(c.prefix))), "blanks": " "} {
			if a := c.send(who, in, id); a.code() != "BAD_USER_INPUT" || !strings.Contains(a.Body, "not an id") {
				t.Errorf("%s: %s", what, a.Body)
			}
		}
		if s.written() != kept {
			t.Error("something was written")
		}
	})
}

const decided = ` { experience { id version state } replayed userErrors { code message path ... on StaleVersion { currentVersion } } } }`

func (p *person) publishes(experience string, version int) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ExperiencePublishInput!) { experiencePublish(input: $in)`+decided, vars{"in": vars{"experienceId": experience, "expectedVersion": version}})
}

func (p *person) returns(experience string, version int, reason string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ExperienceReturnInput!) { experienceReturn(input: $in)`+decided, vars{"in": vars{"experienceId": experience, "expectedVersion": version, "reason": reason}})
}

func (p *person) revises(experience string, version int, what vars) answer {
	p.t.Helper()
	in := vars{"experienceId": experience, "expectedVersion": version}
	maps.Copy(in, what)
	return p.ask(`mutation($in: ExperienceReviseInput!) { experienceRevise(input: $in)`+decided, vars{"in": in})
}

// staleVersion wants a refusal that names the version to read.
func staleVersion(t *testing.T, what string, a answer, verb string, current float64) {
	t.Helper()
	if a.code() != "STALE_VERSION" || a.at(verb+".userErrors.0.currentVersion") != current || a.at(verb+".replayed") != false {
		t.Errorf("%s: %s", what, a.Body)
	}
}

func TestADecisionSentAgainIsTheSame(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		again := func(verb string, send func() answer) {
			before := c.steps()
			first := send()
			if first.code() != "" || first.at(verb+".replayed") != false {
				t.Fatal(first.Body)
			}
			kept := s.written()
			for range 3 {
				if a := send(); a.Body != strings.Replace(first.Body, `"replayed":false`, `"replayed":true`, 1) {
					t.Errorf("the first answer was\n%s\nthen came\n%s", first.Body, a.Body)
				}
			}
			if s.written() != kept || c.steps() != before+1 {
				t.Errorf("%s sent again did something", verb)
			}
		}
		told := c.pat.share(c.ward, "PATIENT", "Again.")
		again("experienceReturn", func() answer { return c.mo.returns(told, 1, "Please leave the name out.") })
		staleVersion(t, "another reason", c.mo.returns(told, 1, "Please leave the date out."), "experienceReturn", 2)
		staleVersion(t, "another moderator", c.max.returns(told, 1, "Please leave the name out."), "experienceReturn", 2)
		staleVersion(t, "another decision", c.mo.publishes(told, 1), "experiencePublish", 2)
		again("experienceRevise", revisedOnce(c, told))
		staleVersion(t, "other words", c.pat.revises(told, 2, vars{"story": "Other words."}), "experienceRevise", 3)
		again("experiencePublish", func() answer { return c.mo.publishes(told, 3) })
		staleVersion(t, "an old version", c.mo.publishes(told, 1), "experiencePublish", 4)
		again("changeMove", func() answer { return c.sam.move(c.change, 1, "TESTING", "It hangs.") })
		staleVersion(t, "other words", c.sam.move(c.change, 1, "TESTING", "It fell down."), "changeMove", 2)
		staleVersion(t, "somebody else", c.sid.move(c.change, 1, "TESTING", "It hangs."), "changeMove", 2)
		staleVersion(t, "another state", c.sam.move(c.change, 1, "MADE", ""), "changeMove", 2)
		staleVersion(t, "a version to come", c.sam.move(c.change, 3, "MADE", ""), "changeMove", 2)
	})
}

// revisedOnce sends a revision, of which nobody is told: a moderator's word stands for the step that the story counts.
func revisedOnce(c *sender, told string) func() answer {
	return func() answer {
		a := c.pat.revises(told, 2, vars{"story": "Again, without names."})
		if a.at("experienceRevise.replayed") == false {
			other := c.pat.share(c.ward, "PATIENT", "Another.")
			c.mo.publish(other)
		}
		return a
	}
}

// won counts who was told that they did it.
func won(answers []answer) (n int, others []answer) {
	for _, a := range answers {
		if a.code() == "" && !strings.Contains(a.Body, `"replayed":true`) {
			n++
			continue
		}
		others = append(others, a)
	}
	return n, others
}

func TestTwoModeratorsAtOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		for what, acts := range map[string][2]func(told string) answer{
			"OnePublishesOneReturns": {func(told string) answer { return c.mo.publishes(told, 1) }, func(told string) answer { return c.max.returns(told, 1, "Please leave the name out.") }},
			"BothPublish":            {func(told string) answer { return c.mo.publishes(told, 1) }, func(told string) answer { return c.max.publishes(told, 1) }},
			"BothReturn":             {func(told string) answer { return c.mo.returns(told, 1, "A name.") }, func(told string) answer { return c.max.returns(told, 1, "A date.") }},
		} {
			t.Run(what, func(t *testing.T) {
				told, before := c.pat.share(c.ward, "PATIENT", "Again."), c.steps()
				oneWins(t, func() answer { return acts[0](told) }, func() answer { return acts[1](told) })
				got := c.pat.get(`query($id: ID!) { node(id: $id) { ... on Experience { version decisions { nodes { kind } } } } }`, vars{"id": told}, "node")
				if n := len(dig(got, "decisions.nodes").([]any)); n != 1 || dig(got, "version") != 2.0 || c.steps() != before+1 {
					t.Errorf("it was decided %d times: %v", n, got)
				}
			})
		}
	})
}

// oneWins lets two people act at once and wants one to have done it and the other to be told to read again.
func oneWins(t *testing.T, acts ...func() answer) {
	t.Helper()
	answers := make([]answer, len(acts))
	var done sync.WaitGroup
	for i, act := range acts {
		done.Go(func() { answers[i] = act() })
	}
	done.Wait()
	n, others := won(answers)
	if n != 1 || others[0].code() != "STALE_VERSION" {
		t.Errorf("%d won: %s, %s", n, answers[0].Body, answers[1].Body)
	}
}

func TestTwoMovesAtOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		for what, to := range map[string][2]string{"ToTwoStates": {"TESTING", "MADE"}, "ToOneState": {"TESTING", "TESTING"}} {
			t.Run(what, func(t *testing.T) {
				change := c.sam.propose(c.ward, "A clock")
				c.sam.link(change, c.told, "You waited.")
				before := c.steps()
				oneWins(t, func() answer { return c.sam.move(change, 1, to[0], "Sam says so.") }, func() answer { return c.sid.move(change, 1, to[1], "Sid says so.") })
				if n := c.pat.get(`query($id: ID!) { node(id: $id) { ... on Change { progress { totalCount } } } }`, vars{"id": change}, "node.progress.totalCount"); n != 1.0 || c.steps() != before+1 {
					t.Errorf("it moved %v times", n)
				}
			})
		}
	})
}

// A phone that lost its answer sends a link again after a colleague has taken it back: it stays taken back.
func TestALinkTakenBackDoesNotComeBackByItself(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		change := c.sam.propose(c.ward, "A clock")
		in := vars{"id": typeid.New(typeid.Origin), "changeId": change, "experienceId": c.told, "why": "You waited."}
		send := func() answer {
			return c.sam.ask(`mutation($in: ChangeLinkInput!) { changeLink(input: $in) { origin { id } userErrors { code message } } }`, vars{"in": in})
		}
		unlink := func(id any) {
			c.sid.act(`mutation($in: ChangeUnlinkInput!) { changeUnlink(input: $in) { change { id } userErrors { code } } }`, vars{"in": vars{"originId": id, "why": "It was another ward."}}, "")
		}
		if a := send(); a.code() != "" {
			t.Fatal(a.Body)
		}
		unlink(in["id"])
		before := c.steps()
		if a := send(); a.code() != "NOT_NOW" || a.at("changeLink.origin") != nil || c.steps() != before {
			t.Errorf("sent again: %s", a.Body)
		}
		t.Run("ButSomebodyMayLinkItAnew", func(t *testing.T) {
			unlink(c.sam.link(change, c.told, "It was this ward after all."))
			if told := c.steps() - before; told != 2 {
				t.Errorf("the author was told of %d steps", told)
			}
		})
	})
}

func TestReviseLeavesOutEmptiesAndSets(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, pat := s.place("Ward 7", nil), s.start("Pat")
		told := pat.act(shareQuery, vars{"in": vars{
			"serviceId": ward.ID, "relationship": "PATIENT", "intention": "WORRY", "displayName": "Rose", "story": "I waited.", "whatWasGood": "Tea.",
			"couldBeBetter": "Signs.", "feelings": []string{"tired", "cold"}, "happenedIn": "2026-04",
		}}, "experienceShare.experience.id").(string)
		version := 1
		revised := func(t *testing.T, what, want vars) {
			t.Helper()
			if a := pat.revises(told, version, what); a.code() != "" {
				t.Fatal(a.Body)
			}
			version++
			got := pat.get(`query($id: ID!) { node(id: $id) { ... on Experience { relationship intention displayName story whatWasGood couldBeBetter feelings happenedIn version } } }`, vars{"id": told}, "node")
			for name, value := range want {
				if list, ok := value.([]any); ok {
					if has := dig(got, name).([]any); len(has) != len(list) || len(list) > 0 && has[0] != list[0] {
						t.Errorf("%s is %v", name, has)
					}
				} else if dig(got, name) != value {
					t.Errorf("%s is %v, want %v", name, dig(got, name), value)
				}
			}
		}
		t.Run("WhatIsLeftOutStays", func(t *testing.T) {
			revised(t, vars{}, vars{"relationship": "PATIENT", "intention": "WORRY", "displayName": "Rose", "story": "I waited.", "whatWasGood": "Tea.", "couldBeBetter": "Signs.", "feelings": []any{"tired", "cold"}, "happenedIn": "2026-04", "version": 2.0})
		})
		t.Run("NullEmpties", func(t *testing.T) {
			revised(t, vars{"displayName": nil, "whatWasGood": nil, "feelings": nil, "happenedIn": nil},
				vars{"displayName": "Anonymous", "whatWasGood": "", "feelings": []any{}, "happenedIn": nil, "story": "I waited.", "couldBeBetter": "Signs.", "intention": "WORRY", "relationship": "PATIENT"})
			revised(t, vars{"intention": nil}, vars{"intention": "TELL"})
		})
		t.Run("AValueIsSet", func(t *testing.T) {
			revised(t, vars{"relationship": "CARER", "intention": "THANK", "displayName": "Lily", "story": "We waited.", "feelings": []string{"calm"}, "happenedIn": "2026-05"},
				vars{"relationship": "CARER", "intention": "THANK", "displayName": "Lily", "story": "We waited.", "feelings": []any{"calm"}, "happenedIn": "2026-05", "couldBeBetter": "Signs."})
		})
		t.Run("WhatMustBeThereCannotBeEmptied", func(t *testing.T) {
			kept := s.written()
			if a := pat.revises(told, version, vars{"relationship": nil}); a.code() != "REQUIRED" || a.at("experienceRevise.userErrors.0.path.0") != "relationship" {
				t.Errorf("nobody's relationship: %s", a.Body)
			}
			if a := pat.revises(told, version, vars{"story": nil, "couldBeBetter": nil, "whatWasGood": " "}); a.code() != "REQUIRED" {
				t.Errorf("no words: %s", a.Body)
			}
			if a := pat.revises(told, version, vars{"happenedIn": "2026-06"}); a.code() != "INVALID" {
				t.Errorf("a month to come: %s", a.Body)
			}
			if s.written() != kept {
				t.Error("something was written")
			}
		})
	})
}
