package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

const (
	readOne   = `query($id: ID!) { node(id: $id) { ... on Experience { story } } }`
	readQueue = `{ viewer { moderationQueue(first: 20) { nodes { id story } } } }`
)

// readings are the entries of the log about words that were read.
func (s *stage) readings() []*ent.AuditEntry {
	return s.DB.AuditEntry.Query().Where(auditentry.ActEQ(auditentry.ActRead)).Order(auditentry.ByNumber()).AllX(s.system())
}

// refreshed is the same person with an access token of now.
func (p *person) refreshed() *person {
	p.t.Helper()
	token, _, err := p.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: p.session, Scopes: auth.SessionScopes()})
	if err != nil {
		p.t.Fatal(err)
	}
	now := *p
	now.token = token
	return &now
}

// whole fails when the log is not.
func (s *stage) whole() {
	s.t.Helper()
	if _, err := s.Flow.AuditVerify(s.t.Context(), nil); err != nil {
		s.t.Error(err)
	}
}

func TestReadingIsWrittenDown(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward := s.place("Ward 7", trust)
		pat, mo := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, trust)
		waiting, open := pat.share(ward, "PATIENT", "I waited."), pat.share(ward, "PATIENT", "Thank you.")
		mo.publish(open)
		for _, quiet := range []struct {
			who   *person
			query string
			id    string
		}{
			{pat, readOne, waiting},
			{mo, readOne, open},
			{s.nobody(), readOne, open},
			{s.nobody(), readOne, waiting},
			{s.contributor("Max"), readOne, waiting},
			{mo, `query($id: ID!) { node(id: $id) { ... on Experience { id state version createdAt service { name } line { stage } } } }`, waiting},
			{mo, `query($id: ID!) { node(id: $id) { ... on Experience { responses { nodes { body } } ledTo { nodes { change { title } } } decisions { nodes { reason } } } } }`, waiting},
		} {
			quiet.who.ask(quiet.query, vars{"id": quiet.id})
		}
		if read := s.readings(); len(read) != 0 {
			t.Fatalf("nobody was given hidden words, and the log says %v", read)
		}
		mo.get(readOne, vars{"id": waiting}, "")
		read := s.readings()
		if len(read) != 1 {
			t.Fatalf("the log says %v", read)
		}
		if e := read[0]; string(e.AboutID) != waiting || string(e.ActorID) != mo.id || string(e.SubjectID) != pat.id || e.Role != auditentry.RoleModerator || e.PlaceID != trust.ID || !e.CreatedAt.Equal(s.clock.Now()) {
			t.Errorf("the log says %v by %s of %s", e, e.ActorID, e.SubjectID)
		}
		mo.get(readQueue, nil, "")
		mo.get(readOne, vars{"id": waiting}, "")
		if read := s.readings(); len(read) != 1 {
			t.Errorf("within an hour it stands there %d times", len(read))
		}
		s.clock.pass(time.Hour)
		mo.refreshed().get(readQueue, nil, "")
		s.somebody("Mia", auth.Moderator, ward).get(readQueue, nil, "")
		if read := s.readings(); len(read) != 3 || read[2].PlaceID != ward.ID {
			t.Errorf("an hour later, and read by another: %v", read)
		}
		for _, e := range s.DB.AuditEntry.Query().AllX(s.system()) {
			if text := fmt.Sprint(e, e.ActorID, e.SubjectID, e.Why); strings.Contains(text, "waited") || strings.Contains(text, "Pat") || strings.Contains(text, "Mo ") {
				t.Errorf("the log holds what somebody wrote: %s", text)
			}
		}
		s.whole()
	})
}

// Whatever way leads to hidden words, the log says so: an id, several, a queue, a fragment, an edge of something public, the
// answer of a verb.
func TestReadingIsWrittenDownWhateverWayItWent(t *testing.T) {
	for name, way := range map[string]string{
		"Node":         readOne,
		"Nodes":        `query($id: ID!) { nodes(ids: [$id]) { ... on Experience { couldBeBetter } } }`,
		"Queue":        readQueue,
		"QueueEdges":   `{ viewer { moderationQueue(first: 20) { edges { node { displayName } } } } }`,
		"Fragment":     `query($id: ID!) { node(id: $id) { ...words } } fragment words on Experience { ...more } fragment more on Experience { whatWasGood }`,
		"Alias":        `query($id: ID!) { it: node(id: $id) { ... on Experience { words: story } } }`,
		"WhatWasFound": `query($id: ID!) { node(id: $id) { ... on Experience { identifying { kind start end } } } }`,
		"Edits":        `query($id: ID!) { node(id: $id) { ... on Experience { id decisions { nodes { edits { __typename } } } } } }`,
		"Edge":         `query($change: ID!) { node(id: $change) { ... on Change { origins { nodes { experience { feelings } } } } } }`,
		"Verb":         `mutation($id: ID!) { experienceReturn(input: {experienceId: $id, expectedVersion: 1, reason: "It names a nurse."}) { experience { story } userErrors { message } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			tell(t, func(t *testing.T, s *stage) {
				ward := s.place("Ward 7", nil)
				pat, mo, sam := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward)
				hidden, change := pat.share(ward, "PATIENT", "I waited."), sam.propose(ward, "A board")
				s.DB.Origin.Create().SetCreatedAt(s.clock.Now()).SetFingerprint("").SetExperienceID(typeid.ID(hidden)).SetChangeID(typeid.ID(change)).
					SetLinkedByID(typeid.ID(sam.id)).SetLinkedByName("Sam").SetWhy("You said so.").SaveX(s.system())
				v := vars{"id": hidden, "change": change}
				for key := range v {
					if !strings.Contains(way, "$"+key) {
						delete(v, key)
					}
				}
				if a := mo.ask(way, v); len(a.Errors) > 0 {
					t.Fatal(a.Body)
				}
				if read := s.readings(); len(read) != 1 || string(read[0].AboutID) != hidden {
					t.Errorf("the log says %v", read)
				}
				s.whole()
			})
		})
	}
}

// Staff read what is for the service alone, leads what they look after, moderators an answer before it is published: each in
// their own role.
func TestReadingIsWrittenDownInItsRole(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, sam := s.contributor("Pat"), s.somebody("Sam", auth.Staff, ward)
		lou, mo := s.somebody("Lou", auth.SafeguardingLead, nil), s.somebody("Mo", auth.Moderator, ward)
		of := map[experience.State]*ent.Experience{}
		for _, state := range []experience.State{experience.StateServiceOnly, experience.StateSafeguarding, experience.StatePublished} {
			of[state] = s.experience(s.system(), ward, typeid.ID(pat.id), s.clock.Now()).Update().SetState(state).SaveX(s.system())
		}
		whispered := s.DB.Response.Create().SetCreatedAt(s.clock.Now()).SetFingerprint("").SetExperienceID(of[experience.StatePublished].ID).SetServiceID(ward.ID).SetAuthorID(typeid.ID(sam.id)).
			SetAuthorName("Sam").SetBody("It changed.").SetState("IN_MODERATION").SaveX(s.system())
		for i, c := range []struct {
			who   *person
			id    typeid.ID
			role  auditentry.Role
			place typeid.ID
		}{
			{sam, of[experience.StateServiceOnly].ID, auditentry.RoleStaff, ward.ID},
			{lou, of[experience.StateSafeguarding].ID, auditentry.RoleSafeguardingLead, ""},
			{mo, whispered.ID, auditentry.RoleModerator, ward.ID},
		} {
			c.who.get(`query($id: ID!) { node(id: $id) { ... on Experience { story } ... on Response { body } } }`, vars{"id": c.id}, "")
			if read := s.readings(); len(read) != i+1 || read[i].AboutID != c.id || read[i].Role != c.role || read[i].PlaceID != c.place {
				t.Errorf("%s reads %s, and the log says %v", c.who.name, c.id, read)
			}
		}
	})
}

// What cannot be written down is not shown: not in a queue, not by its id, not in the answer of a verb. What is public or one's
// own is shown all the same.
func TestReadingThatCannotBeWrittenDownIsRefused(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward)
		hidden, open := pat.share(ward, "PATIENT", "I waited."), pat.share(ward, "PATIENT", "Thank you.")
		mo.publish(open)
		if _, err := s.db.Store.DB().Exec("ALTER TABLE audit_entries RENAME TO taken_away"); err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{readQueue, readOne} {
			a := mo.ask(query, vars{"id": hidden})
			if a.code() != "UNAVAILABLE" || a.Data != nil || strings.Contains(a.Body, "waited") || a.Errors[0].Extensions["requestId"] != "req-1" {
				t.Errorf("the moderator gets %s", a.Body)
			}
		}
		if got := pat.get(readOne, vars{"id": hidden}, "node.story"); got != "I waited." {
			t.Errorf("the author gets %v", got)
		}
		for _, who := range []*person{mo, pat, s.nobody()} {
			if got := who.get(readOne, vars{"id": open}, "node.story"); got != "Thank you." {
				t.Errorf("%s gets %v", who.name, got)
			}
		}
	})
}

// A queue costs the same few statements however long it is, and one when the log knows of all its readings.
func TestReadingAQueueCostsTheSame(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat := s.contributor("Pat")
		var first, again []int
		made := 0
		for _, long := range []int{1, 5, 20} {
			for ; made < long; made++ {
				pat.share(ward, "PATIENT", "I waited.")
			}
			mo := s.somebody("Mo", auth.Moderator, ward)
			first = append(first, s.db.Count(func() { mo.get(readQueue, nil, "") }))
			again = append(again, s.db.Count(func() { mo.get(readQueue, nil, "") }))
		}
		if first[0] != first[1] || first[1] != first[2] || again[0] != again[2] {
			t.Errorf("statements for queues of 1, 5 and 20: %v, and again %v", first, again)
		}
		if only := s.db.Count(func() {
			s.somebody("Mia", auth.Moderator, ward).get(`{ viewer { moderationQueue(first: 20) { nodes { id } } } }`, nil, "")
		}); only >= again[0]+20 {
			t.Errorf("a queue without words takes %d statements", only)
		}
		if read := s.readings(); len(read) != 26 {
			t.Errorf("%d entries", len(read))
		}
		t.Logf("statements for queues of 1, 5 and 20: %v, and again within the hour: %v", first, again)
	})
}

// An event of a stream waits for the log as an answer does.
func TestReadingInAStreamIsWrittenDown(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, sam := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward)
		hidden, open, change := pat.share(ward, "PATIENT", "I waited."), pat.share(ward, "PATIENT", "Thank you."), sam.propose(ward, "A board")
		for _, id := range []string{hidden, open} {
			s.DB.Origin.Create().SetCreatedAt(s.clock.Now()).SetFingerprint("").SetExperienceID(typeid.ID(id)).SetChangeID(typeid.ID(change)).
				SetLinkedByID(typeid.ID(sam.id)).SetLinkedByName("Sam").SetWhy("You said so.").SaveX(s.system())
		}
		news := newsOf(ward, `story ledTo { nodes { change { origins { nodes { experience { story } } } } } }`)
		server := s.server()
		heard := map[string]stream{"EventStream": mo.hear(server, news), "Socket": s.somebody("Mia", auth.Moderator, ward).call(server, news)}
		public := s.nobody().hear(server, news)
		s.listening(mo, mo, mo)
		s.somebody("Max", auth.Moderator, ward).publish(open)
		for name, stream := range heard {
			if text := fmt.Sprint(stream.next(t)); !strings.Contains(text, "I waited.") {
				t.Errorf("%s: %s", name, text)
			}
		}
		if text := fmt.Sprint(public.next(t)); strings.Contains(text, "I waited.") {
			t.Errorf("everybody hears %s", text)
		}
		if read := s.readings(); len(read) != 2 || string(read[0].AboutID) != hidden || string(read[1].AboutID) != hidden {
			t.Errorf("the log says %v", read)
		}
	})
}
