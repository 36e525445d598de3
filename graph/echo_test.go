package graph_test

import (
	"fmt"
	"testing"

	"hearback/auth"
)

func (p *person) echoes(verb, experience string) answer {
	p.t.Helper()
	return p.puts(verb, vars{"experienceId": experience}, "replayed experience { id viewerEchoes }")
}

// People say that they have experienced the same: each counts once, a few are hidden, and nobody sees who.
func TestPeopleHaveExperiencedTheSame(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		mo, pat := s.somebody("Mo", auth.Moderator, ward), s.start("Pat")
		words := pat.share(ward, "PATIENT", "We waited.")
		count := func() string {
			return fmt.Sprint(s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Experience { viewerEchoes echoes { __typename ... on Exact { value } } } } }`, vars{"id": words}, "node"))
		}
		var crowd []*person
		for i := range 5 {
			crowd = append(crowd, s.start(fmt.Sprint("Somebody ", i)))
		}
		if a := crowd[0].echoes("experienceEcho", words); a.code() != "NOT_FOUND" {
			t.Errorf("before it is published: %s", a.Body)
		}
		mo.publish(words)
		if got := count(); got != "map[echoes:map[__typename:Exact value:0] viewerEchoes:false]" {
			t.Errorf("at first everybody sees %s", got)
		}
		for who, code := range map[*person]string{s.nobody(): "UNAUTHENTICATED", pat: "NOT_NOW"} {
			if a := who.echoes("experienceEcho", words); a.code() != code {
				t.Errorf("%s says so: %s", who.name, a.Body)
			}
		}
		for i, p := range crowd {
			for _, replayed := range []bool{false, true} {
				if a := p.echoes("experienceEcho", words); a.at("experienceEcho.experience.viewerEchoes") != true || a.at("experienceEcho.replayed") != replayed {
					t.Error(a.Body)
				}
			}
			want := "map[echoes:map[__typename:Suppressed] viewerEchoes:false]"
			if i == 4 {
				want = "map[echoes:map[__typename:Exact value:5] viewerEchoes:false]"
			}
			if got := count(); got != want {
				t.Errorf("after %d everybody sees %s", i+1, got)
			}
		}
		if a := crowd[0].echoes("experienceEchoTakeBack", words); a.at("experienceEchoTakeBack.experience.viewerEchoes") != false {
			t.Error(a.Body)
		}
		if got := count(); got != "map[echoes:map[__typename:Suppressed] viewerEchoes:false]" {
			t.Errorf("one takes it back, everybody sees %s", got)
		}
		if a := pat.puts("experienceWithdraw", vars{"experienceId": words, "expectedVersion": 2}, "experience { state echoes { __typename } }"); a.code() != "" || a.at("experienceWithdraw.experience.echoes") != nil {
			t.Error(a.Body)
		}
		if n := s.DB.Echo.Query().CountX(s.system()); n != 0 {
			t.Errorf("%d echoes of nothing", n)
		}
	})
}

// An answer points at the words that it speaks of; they stay the author's.
func TestAnAnswerPointsAtWords(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, mo, pat := s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward), s.start("Pat")
		words := pat.share(ward, "PATIENT", "The nurse was kind. Lunch was cold.")
		mo.publish(words)
		give := func(passages ...vars) answer {
			return sam.puts("responseGive", vars{"experienceId": words, "body": "We are sorry about lunch.", "passages": passages}, "response { id passages { part start end words standing } }")
		}
		at := func(start int, words string) vars { return vars{"part": "story", "start": start, "words": words} }
		if a := give(at(20, "Lunch was hot.")); a.code() != "INVALID" || fmt.Sprint(a.at("responseGive.userErrors.0.path")) != "[passages 0]" {
			t.Errorf("other words: %s", a.Body)
		}
		if a := give(at(0, "The"), at(0, "The"), at(0, "The"), at(0, "The"), at(0, "The"), at(0, "The")); a.code() != "TOO_MANY" {
			t.Errorf("six places: %s", a.Body)
		}
		a := give(at(20, "Lunch was cold."), at(4, "nurse"))
		if got := fmt.Sprint(a.at("responseGive.response.passages")); got != "[map[end:35 part:story standing:AS_MARKED start:20 words:Lunch was cold.] map[end:9 part:story standing:AS_MARKED start:4 words:nurse]]" {
			t.Fatal(a.Body)
		}
		got := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Experience { responses { nodes { passages { words } } } } } }`, vars{"id": words}, "node.responses.nodes.0.passages")
		if fmt.Sprint(got) != "[map[words:Lunch was cold.] map[words:nurse]]" {
			t.Errorf("everybody sees %v", got)
		}
		if a := pat.puts("experienceWithdraw", vars{"experienceId": words, "expectedVersion": 2}, "experience { responses { nodes { passages { standing words } } } }"); fmt.Sprint(a.at("experienceWithdraw.experience.responses.nodes.0.passages")) != "[map[standing:GONE words:<nil>] map[standing:GONE words:<nil>]]" &&
			fmt.Sprint(a.at("experienceWithdraw.experience.responses.nodes.0.passages")) != "[map[standing:GONE words:] map[standing:GONE words:]]" {
			t.Errorf("once it is taken back: %s", a.Body)
		}
	})
}
