package graph_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/typeid"
)

// talks does one of the verbs of a talk.
func (p *person) talks(verb, experience, body string, more ...vars) answer {
	p.t.Helper()
	in := vars{"experienceId": experience}
	if body != "" {
		in["body"] = body
	}
	for _, m := range more {
		for name, v := range m {
			in[name] = v
		}
	}
	if verb == "questionsEnd" {
		return p.puts(verb, in, "replayed experience { id wantsNoQuestions }")
	}
	return p.puts(verb, in, "replayed message { id part authorName body viewerIsAuthor }")
}

const talk = `query($id: ID!) { node(id: $id) { ... on Experience { conversation { totalCount nodes { part authorName body } } } } }`

// Staff ask who told them something and get an answer, and nobody learns who that is.
func TestStaffAskWithoutLearningWhoItIs(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, sid, mo, lea := s.somebody("Sam", auth.Staff, ward), s.somebody("Sid", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward), s.somebody("Lea", auth.SafeguardingLead, ward)
		eve, pat := s.somebody("Eve", auth.Staff, s.place("Ward 8", nil)), s.start("Pat")
		words := pat.share(ward, "PATIENT", "The night was loud.")
		if a := sam.talks("questionAsk", words, "Which night was it?"); a.code() != "NOT_FOUND" {
			t.Errorf("before it is published: %s", a.Body)
		}
		mo.publish(words)
		if a := pat.talks("questionAnswer", words, "It was always so."); a.code() != "NOT_NOW" {
			t.Errorf("nobody asked: %s", a.Body)
		}
		for who, code := range map[*person]string{s.nobody(): "UNAUTHENTICATED", eve: "FORBIDDEN", pat: "FORBIDDEN", mo: "FORBIDDEN"} {
			if a := who.talks("questionAsk", words, "Who are you?"); a.code() != code {
				t.Errorf("%s asks: %s", who.name, a.Body)
			}
		}
		if a := sam.talks("questionAsk", words, "Which night was it?"); a.code() != "" || a.at("questionAsk.message.authorName") != "Sam" {
			t.Fatal(a.Body)
		}
		if a := sid.talks("questionAsk", words, "And who?"); a.code() != "NOT_NOW" {
			t.Errorf("two questions at once: %s", a.Body)
		}
		if kinds := pat.kinds(); kinds[len(kinds)-1] != "ASKED" {
			t.Errorf("who told it is told %v", kinds)
		}
		if a := pat.talks("questionAnswer", words, "Ask nurse Maria Jones, on 07700 900123."); a.code() != "IDENTIFYING" {
			t.Errorf("a name goes out unasked: %s", a.Body)
		}
		if a := sam.talks("questionAnswer", words, "It was Monday."); a.code() != "FORBIDDEN" {
			t.Errorf("staff answer themselves: %s", a.Body)
		}
		if a := pat.talks("questionAnswer", words, "It was a Monday. Sometimes I do not want to live any more."); a.code() != "" || a.at("questionAnswer.message.authorName") != "" {
			t.Fatal(a.Body)
		}
		t.Run("WhoReadsIt", func(t *testing.T) {
			want := "map[conversation:map[nodes:[map[authorName:Sam body:Which night was it? part:ASKER] map[authorName: body:It was a Monday. Sometimes I do not want to live any more. part:TELLER]] totalCount:2]]"
			for _, p := range []*person{pat, sam, sid, mo, lea} {
				if got := fmt.Sprint(p.get(talk, vars{"id": words}, "node")); got != want {
					t.Errorf("%s reads %s", p.name, got)
				}
			}
			for _, p := range []*person{s.nobody(), eve, s.start("Somebody")} {
				if got := fmt.Sprint(p.get(talk, vars{"id": words}, "node")); got != "map[conversation:map[nodes:[] totalCount:0]]" {
					t.Errorf("%s reads %s", p.name, got)
				}
			}
			if n := s.DB.AuditEntry.Query().Where(auditentry.ActorID(typeid.ID(sam.id))).CountX(s.system()); n == 0 {
				t.Error("nobody noted that staff read it")
			}
			for _, p := range []*person{sam, mo} {
				if a := p.ask(talk, vars{"id": words}); strings.Contains(a.Body, pat.id) {
					t.Errorf("%s learns who it is: %s", p.name, a.Body)
				}
			}
		})
		t.Run("WhatWaits", func(t *testing.T) {
			if got := sid.get(`{ viewer { answersReceived { nodes { body } } } }`, nil, "viewer.answersReceived.nodes").([]any); len(got) != 1 {
				t.Errorf("staff see %v", got)
			}
			for _, p := range []*person{mo, lea} {
				if got := p.get(`{ viewer { signalledAnswers { nodes { signals } } } }`, nil, "viewer.signalledAnswers.nodes"); fmt.Sprint(got) != "[map[signals:[SELF_HARM]]]" {
					t.Errorf("%s sees %v", p.name, got)
				}
			}
			help := pat.get(`query($id: ID!) { node(id: $id) { ... on Experience { conversation(last: 1) { nodes { signals signposting { text } } } } } }`, vars{"id": words}, "node.conversation.nodes.0")
			if dig(help, "signals") != nil || !strings.Contains(fmt.Sprint(help), "not for urgent care") {
				t.Errorf("who answered reads %v", help)
			}
		})
		t.Run("Enough", func(t *testing.T) {
			if a := eve.talks("questionsEnd", words, ""); a.code() != "FORBIDDEN" {
				t.Errorf("somebody else ends it: %s", a.Body)
			}
			for _, replayed := range []bool{false, true} {
				if a := pat.talks("questionsEnd", words, ""); a.at("questionsEnd.experience.wantsNoQuestions") != true || a.at("questionsEnd.replayed") != replayed {
					t.Error(a.Body)
				}
			}
			if a := sam.talks("questionAsk", words, "One more?"); a.code() != "NOT_NOW" {
				t.Errorf("asked all the same: %s", a.Body)
			}
		})
		t.Run("TakenBack", func(t *testing.T) {
			if a := pat.puts("experienceWithdraw", vars{"experienceId": words, "expectedVersion": 2}, "experience { state }"); a.code() != "" {
				t.Fatal(a.Body)
			}
			for _, m := range s.DB.Message.Query().AllX(s.system()) {
				if m.Body != "" || m.Signals != "" {
					t.Errorf("left is %q %q", m.Body, m.Signals)
				}
			}
			if got := sid.get(`{ viewer { answersReceived { totalCount } } }`, nil, "viewer.answersReceived.totalCount"); got != 0.0 {
				t.Errorf("staff see %v answers", got)
			}
		})
	})
}

// Of two who ask at once, one asks.
func TestTwoAskAtOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, sid, mo, pat := s.somebody("Sam", auth.Staff, ward), s.somebody("Sid", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward), s.start("Pat")
		for range 3 {
			words := pat.share(ward, "PATIENT", "The night was loud.")
			mo.publish(words)
			var codes [2]string
			var all sync.WaitGroup
			for i, p := range []*person{sam, sid} {
				all.Go(func() { codes[i] = p.talks("questionAsk", words, "Which night was it?").code() })
			}
			all.Wait()
			if codes != [2]string{"", "NOT_NOW"} && codes != [2]string{"NOT_NOW", ""} {
				t.Errorf("they are told %v", codes)
			}
		}
	})
}
