package graph_test

import (
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/consenttext"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// agreed writes down, for what no verb made, what people agree to by sharing.
func (s *stage) agreed(e *ent.Experience) *ent.Experience {
	for _, p := range workflow.Shared() {
		text := s.DB.ConsentText.Query().Where(consenttext.PurposeEQ(consenttext.Purpose(p)), consenttext.Language("en")).FirstIDX(s.system())
		s.DB.Consent.Create().SetCreatedAt(e.CreatedAt).SetPersonID(e.AuthorID).SetExperienceID(e.ID).SetPurpose(p).SetTextID(text).ExecX(s.system())
	}
	return e
}

const (
	giveQuery     = `mutation($in: ConsentGiveInput!) { consentGive(input: $in) { consent { id purpose takenBackAt text { version words } experience { state } } replayed userErrors { code message path } } }`
	takeBackQuery = `mutation($in: ConsentTakeBackInput!) { consentTakeBack(input: $in) { consent { id purpose takenBackAt experience { state } } replayed userErrors { code message path } } }`
	embargoQuery  = `mutation($in: EmbargoSetInput!) { embargoSet(input: $in) { experience { state version notBefore } replayed userErrors { code message path } } }`
)

func (p *person) gives(experience, purpose string) {
	p.t.Helper()
	p.act(giveQuery, vars{"in": vars{"experienceId": experience, "purpose": purpose}}, "")
}

func (p *person) takesBack(experience, purpose string) {
	p.t.Helper()
	p.act(takeBackQuery, vars{"in": vars{"experienceId": experience, "purpose": purpose}}, "")
}

// waits keeps one's words from others until a day.
func (p *person) waits(experience string, until time.Time) {
	p.t.Helper()
	p.act(embargoQuery, vars{"in": vars{"experienceId": experience, "notBefore": until.Format(time.RFC3339)}}, "")
}

// state is where an experience stands, as somebody sees it; nil for who does not.
func (p *person) state(experience string) any {
	p.t.Helper()
	return p.ask(`query($id: ID!) { node(id: $id) { ... on Experience { state } } }`, vars{"id": experience}).at("node.state")
}

// told are the kinds of the steps that somebody was told of.
func (p *person) told() string {
	p.t.Helper()
	var kinds []string
	for _, s := range p.get(`{ viewer { steps(first: 100) { nodes { kind } } } }`, nil, "viewer.steps.nodes").([]any) {
		kinds = append(kinds, dig(s, "kind").(string))
	}
	return strings.Join(kinds, " ")
}

// later lets time pass; these people have signed in again since.
func (s *stage) later(d time.Duration, people ...*person) {
	s.t.Helper()
	s.clock.pass(d)
	for _, p := range people {
		token, _, err := s.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: p.session, Scopes: auth.SessionScopes()})
		if err != nil {
			s.t.Fatal(err)
		}
		p.token = token
	}
}

// later lets time pass for these people.
func (c *consenting) later(d time.Duration) { c.stage.later(d, c.pat, c.mo, c.sam) }

// consenting are the people of these stories.
type consenting struct {
	*stage
	ward                *ent.Service
	pat, mo, sam, reads *person
}

func (s *stage) consenting() *consenting {
	ward := s.place("Ward 7", nil)
	return &consenting{s, ward, s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward), s.nobody()}
}

// shares says something with what is agreed to.
func (c *consenting) shares(more vars) string {
	in := vars{"serviceId": c.ward.ID, "relationship": "PATIENT", "story": "I waited."}
	for name, v := range more {
		in[name] = v
	}
	return c.pat.act(shareQuery, vars{"in": in}, "experienceShare.experience.id").(string)
}

func TestWhatPeopleAgreeToIsThereFromTheStart(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		got := s.nobody().get(`{ consentTexts(language: "en", first: 50) { totalCount nodes { id purpose version words } } }`, nil, "consentTexts")
		if dig(got, "totalCount") != 7.0 {
			t.Fatalf("there are %v texts", dig(got, "totalCount"))
		}
		for _, text := range dig(got, "nodes").([]any) {
			if _, err := typeid.Parse(dig(text, "id").(string)); err != nil || dig(text, "version") != 1.0 || len(dig(text, "words").(string)) < 100 {
				t.Errorf("%v: %v", text, err)
			}
		}
	})
}

func TestSharingIsAgreeingToBeHeard(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		said := c.shares(nil)
		const query = `query($id: ID!) { node(id: $id) { ... on Experience { consents { nodes { purpose takenBackAt text { version } } } } } }`
		given := c.pat.get(query, vars{"id": said}, "node.consents.nodes").([]any)
		if len(given) != 3 || strings.Contains(c.pat.ask(query, vars{"id": said}).Body, "RESEARCH_EXPORT") {
			t.Errorf("by sharing Pat agreed to %v", given)
		}
		if got := c.mo.get(query, vars{"id": said}, "node.consents"); got != nil {
			t.Errorf("a moderator sees %v", got)
		}
		none := c.shares(vars{"consents": []string{}})
		if given := c.pat.get(query, vars{"id": none}, "node.consents.nodes").([]any); len(given) != 0 {
			t.Errorf("Pat agreed to nothing, and to %v", given)
		}
		if a := c.pat.ask(shareQuery, vars{"in": vars{"serviceId": c.ward.ID, "relationship": "PATIENT", "story": "I waited.", "consentLanguage": "xx"}}); a.code() != "INVALID" {
			t.Errorf("nobody reads texts in xx: %s", a.Body)
		}
	})
}

// Sent again after an upgrade, a phone's words are the same; what is agreed to is part of them.
func TestWhatIsAgreedToIsPartOfWhatIsSent(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		in := vars{"id": typeid.New(typeid.Experience), "serviceId": c.ward.ID, "relationship": "PATIENT", "story": "I waited."}
		send := func(consents []string) answer {
			if consents != nil {
				in["consents"] = consents
			}
			return c.pat.ask(shareQuery, vars{"in": in})
		}
		if a := send(nil); a.code() != "" {
			t.Fatal(a.Body)
		}
		if a := send([]string{"CONTACT_ABOUT_CHANGE", "PUBLISH", "THEME_ANALYSIS", "PUBLISH"}); a.at("experienceShare.replayed") != true {
			t.Errorf("the same in another order: %s", a.Body)
		}
		for _, other := range [][]string{{}, {"PUBLISH"}} {
			if a := send(other); a.code() != "CONFLICT" {
				t.Errorf("another agreement %v: %s", other, a.Body)
			}
		}
	})
}

func TestWithoutConsentToPublishWordsAreForTheService(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		said := c.shares(vars{"consents": []string{"THEME_ANALYSIS"}})
		c.mo.publish(said)
		if c.reads.state(said) != nil || c.sam.state(said) != "SERVICE_ONLY" {
			t.Errorf("others see %v, staff %v", c.reads.state(said), c.sam.state(said))
		}
		c.pat.gives(said, "PUBLISH")
		if c.reads.state(said) != "PUBLISHED" {
			t.Error("agreed, and not published")
		}
	})
}

func TestConsentToPublishTakenBackAndGivenAgain(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		said := c.shares(nil)
		c.mo.publish(said)
		in := vars{"in": vars{"experienceId": said, "purpose": "PUBLISH"}}
		const count = `{ experiences { totalCount nodes { id } } }`
		c.later(time.Hour)
		c.pat.takesBack(said, "PUBLISH")
		if a := c.reads.ask(count, nil); strings.Contains(a.Body, said) || a.at("experiences.totalCount") != 0.0 || c.reads.state(said) != nil {
			t.Errorf("read by all: %s", a.Body)
		}
		if c.sam.state(said) != "SERVICE_ONLY" || c.pat.state(said) != "SERVICE_ONLY" {
			t.Errorf("staff see %v", c.sam.state(said))
		}
		again := c.pat.ask(takeBackQuery, in)
		if again.code() != "" || again.at("consentTakeBack.replayed") != true {
			t.Errorf("taken back twice: %s", again.Body)
		}
		if a := c.pat.ask(takeBackQuery, vars{"in": vars{"experienceId": said, "purpose": "RESEARCH_EXPORT"}}); a.code() != "NOT_NOW" {
			t.Errorf("never given: %s", a.Body)
		}
		c.later(time.Hour)
		given := c.pat.ask(giveQuery, in)
		if given.at("consentGive.consent.experience.state") != "PUBLISHED" || c.reads.state(said) != "PUBLISHED" {
			t.Errorf("given again: %s", given.Body)
		}
		if twice := c.pat.ask(giveQuery, in); twice.at("consentGive.replayed") != true || twice.at("consentGive.consent.id") != given.at("consentGive.consent.id") {
			t.Errorf("given twice: %s", twice.Body)
		}
		rows := s.DB.Consent.Query().Where(consent.PurposeEQ(consent.PurposePublish), consent.ExperienceID(typeid.ID(said))).AllX(s.system())
		if len(rows) != 2 || c.pat.told() != "HEARD SERVICE_ONLY RELEASED" {
			t.Errorf("%d rows; Pat was told %s", len(rows), c.pat.told())
		}
	})
}

// What a moderator left to the service stays there, whatever its author agrees to.
func TestAgreeingDoesNotUndoAModerator(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		said := c.shares(vars{"consents": []string{}})
		c.mo.decides(said, 1, vars{"kind": "RESTRICT", "reason": "It points at one person.", "clauseId": s.clause("2.4")})
		c.later(time.Hour)
		c.pat.gives(said, "PUBLISH")
		if c.reads.state(said) != nil || c.pat.state(said) != "SERVICE_ONLY" {
			t.Errorf("Pat's words are %v", c.pat.state(said))
		}
	})
}

func TestConsentTakenBackWhileItWaitsIsHonouredWhenDue(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		said := c.shares(vars{"notBefore": s.clock.Now().Add(time.Hour)})
		c.mo.publish(said)
		c.pat.takesBack(said, "PUBLISH")
		if c.pat.state(said) != "SCHEDULED" {
			t.Fatalf("Pat's words are %v", c.pat.state(said))
		}
		c.later(time.Hour)
		s.tick(t)
		if c.pat.state(said) != "SERVICE_ONLY" || c.reads.state(said) != nil {
			t.Errorf("Pat's words are %v", c.pat.state(said))
		}
	})
}

// tick lets the clock do what is due.
func (s *stage) tick(t *testing.T) {
	t.Helper()
	if _, err := s.Flow.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestNobodyIsToldWhoAskedNotToBe(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		said, quiet := c.shares(nil), c.shares(nil)
		c.mo.publish(said)
		c.mo.publish(quiet)
		c.pat.takesBack(quiet, "CONTACT_ABOUT_CHANGE")
		change := c.sam.propose(c.ward, "A board")
		c.sam.link(change, said, "You waited.")
		link := c.sam.link(change, quiet, "You waited.")
		c.sam.act(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { code } } }`, vars{"in": vars{"experienceId": quiet, "body": "Thank you."}}, "")
		c.sam.move(change, 1, "TESTING", "It hangs.")
		if got := c.pat.told(); got != "HEARD HEARD LINKED_TO_CHANGE CHANGE_MOVED" {
			t.Errorf("Pat was told %s", got)
		}
		line := c.pat.get(`query($id: ID!) { node(id: $id) { ... on Experience { line { stage } ledTo { nodes { change { state } } } responses { totalCount } } } }`, vars{"id": quiet}, "node")
		if dig(line, "line.stage") != "IN_ACTION" || dig(line, "ledTo.nodes.0.change.state") != "TESTING" || dig(line, "responses.totalCount") != 1.0 {
			t.Errorf("who looks sees %v", line)
		}
		t.Run("AndALinkTakenBackStaysTakenBack", func(t *testing.T) {
			c.sam.act(`mutation($in: ChangeUnlinkInput!) { changeUnlink(input: $in) { change { id } userErrors { code } } }`, vars{"in": vars{"originId": link, "why": "It was another ward."}}, "")
			a := c.sam.ask(`mutation($in: ChangeLinkInput!) { changeLink(input: $in) { origin { id } userErrors { code message } } }`,
				vars{"in": vars{"id": link, "changeId": change, "experienceId": quiet, "why": "You waited."}})
			if a.code() != "NOT_NOW" || strings.Contains(c.pat.told(), "UNLINKED") {
				t.Errorf("sent again: %s; Pat was told %s", a.Body, c.pat.told())
			}
		})
		t.Run("WhatBecomesOfTheirWordsTheyAreTold", func(t *testing.T) {
			c.pat.takesBack(quiet, "PUBLISH")
			if !strings.HasSuffix(c.pat.told(), "SERVICE_ONLY") {
				t.Errorf("Pat was told %s", c.pat.told())
			}
		})
	})
}

func TestLinksNeedConsentToLookForWhatWordsLedTo(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		said := c.shares(nil)
		c.mo.publish(said)
		change := c.sam.propose(c.ward, "A board")
		c.sam.link(change, said, "You waited.")
		const query = `query($e: ID!, $c: ID!) { e: node(id: $e) { ... on Experience { line { stage } ledTo { totalCount nodes { why } } } } c: node(id: $c) { ... on Change { origins { totalCount nodes { why } } originCount { ... on Exact { value } } } } }`
		ids := vars{"e": said, "c": change}
		c.pat.takesBack(said, "THEME_ANALYSIS")
		for _, who := range []*person{c.reads, c.sam, c.mo} {
			got := who.ask(query, ids)
			if strings.Contains(got.Body, "You waited") || got.at("e.line.stage") != "HEARD" || got.at("e.ledTo.totalCount") != 0.0 || got.at("c.origins.totalCount") != 0.0 || got.at("c.originCount.value") != 0.0 {
				t.Errorf("%s sees %s", who.name, got.Body)
			}
		}
		if got := c.pat.ask(query, ids); got.at("e.line.stage") != "IN_ACTION" || !strings.Contains(got.Body, "You waited") {
			t.Errorf("Pat sees %s", got.Body)
		}
		other := c.sam.propose(c.ward, "A clock")
		a := c.sam.ask(`mutation($in: ChangeLinkInput!) { changeLink(input: $in) { origin { id } userErrors { code message path } } }`, vars{"in": vars{"changeId": other, "experienceId": said, "why": "You waited."}})
		if a.code() != "NOT_NOW" || a.at("changeLink.userErrors.0.path.0") != "experienceId" {
			t.Errorf("linked without consent: %s", a.Body)
		}
		c.pat.gives(said, "THEME_ANALYSIS")
		if got := c.reads.ask(query, ids); got.at("c.originCount.value") != 1.0 || got.at("e.line.stage") != "IN_ACTION" {
			t.Errorf("given again: %s", got.Body)
		}
	})
}

func TestTheNextVersionOfAText(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.consenting()
		ada := s.somebody("Ada", auth.Administrator, nil)
		const add = `mutation($in: ConsentTextAddInput!) { consentTextAdd(input: $in) { consentText { id version words } replayed userErrors { code message path } } }`
		in := vars{"in": vars{"id": typeid.New(typeid.ConsentText), "purpose": "RESEARCH_EXPORT", "language": "en", "words": "Researchers may read it."}}
		first := ada.ask(add, in)
		if first.at("consentTextAdd.consentText.version") != 2.0 || ada.ask(add, in).at("consentTextAdd.replayed") != true {
			t.Fatal(first.Body)
		}
		said := c.shares(nil)
		got := c.pat.ask(giveQuery, vars{"in": vars{"experienceId": said, "purpose": "RESEARCH_EXPORT"}})
		if got.at("consentGive.consent.text.version") != 2.0 {
			t.Errorf("agreed to %s", got.Body)
		}
		if a := ada.ask(add, vars{"in": vars{"purpose": "PUBLISH", "language": "English", "words": "Yes."}}); a.code() != "INVALID" {
			t.Errorf("no language: %s", a.Body)
		}
	})
}
