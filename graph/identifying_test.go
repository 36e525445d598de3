package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"hearback/auth"
)

const (
	previewQuery = `query($text: String!) { previewIdentifying(text: $text) { kind start end hint } }`
	spansQuery   = `query($id: ID!) { node(id: $id) { ... on Experience { displayName story whatWasGood couldBeBetter identifying { field kind start end hint } } } }`
)

// Rose, whom nobody has signed in yet, writes and is shown what could tell who she is before she sends it.
func TestIdentifyingIsShownBeforeSending(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		rose := s.nobody()
		t.Run("WithItsPlaceInLetters", func(t *testing.T) {
			const text = "🙂 Dr Patel was kind. Ring me on 07700 900123."
			got := rose.get(previewQuery, vars{"text": text}, "previewIdentifying").([]any)
			if told := marked(text, got); told != "NAME Dr Patel, PHONE 07700 900123" {
				t.Error(told)
			}
			for i := range got {
				if hint := fmt.Sprint(dig(got, fmt.Sprint(i, ".hint"))); !strings.Contains(hint, "Please") {
					t.Errorf("the hint says nothing to do: %q", hint)
				}
			}
		})
		t.Run("NothingIsAnEmptyList", func(t *testing.T) {
			if got := rose.get(previewQuery, vars{"text": "Ward 7 was loud in May."}, "previewIdentifying").([]any); len(got) != 0 {
				t.Error(got)
			}
		})
		t.Run("AWholeStoryIsReadAndNoMore", func(t *testing.T) {
			if a := rose.ask(previewQuery, vars{"text": letters8(8000)}); len(a.Errors) > 0 {
				t.Errorf("8,000 letters: %s", a.Body)
			}
			a := rose.ask(previewQuery, vars{"text": letters8(8001)})
			if a.code() != "BAD_USER_INPUT" || !strings.Contains(a.Body, "8,000 letters") || a.at("previewIdentifying") != nil {
				t.Errorf("8,001 letters: %.300s", a.Body)
			}
		})
		t.Run("AHundredAtMost", func(t *testing.T) {
			if got := rose.get(previewQuery, vars{"text": strings.Repeat("Dr Patel. ", 500)}, "previewIdentifying").([]any); len(got) != 100 {
				t.Error(len(got))
			}
		})
		if s.DB.Experience.Query().CountX(s.system()) != 0 || strings.Contains(s.log.String(), "Patel") {
			t.Error("something of what was only shown is kept")
		}
	})
}

// Rose's words wait for the moderator, who sees what to look at, and where. Nobody else is told, even when all can read them.
func TestIdentifyingIsShownToTheModerator(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		next := s.place("Ward 8", nil)
		rose, moderator := s.contributor("Rose Tyler"), s.somebody("Mo", auth.Moderator, ward)
		told := rose.act(shareQuery, vars{"in": vars{
			"serviceId": ward.ID, "relationship": "PATIENT", "displayName": "Jane Smith",
			"story": "🙂 My son Arlo was in bed 4.", "whatWasGood": "The food", "couldBeBetter": "Ask me at jane@example.org",
		}}, "experienceShare.experience.id").(string)
		const want = "displayName NAME Jane Smith, story NAME Arlo, story RECOGNISABLE bed 4, couldBeBetter EMAIL jane@example.org"
		for _, p := range []*person{rose, moderator} {
			if got := inFields(p.get(spansQuery, vars{"id": told}, "node")); got != want {
				t.Errorf("%s is shown %s", p.name, got)
			}
		}
		moderator.publish(told)
		for _, p := range []*person{s.nobody(), s.contributor("Fay"), s.somebody("Sam", auth.Staff, ward), s.somebody("Max", auth.Moderator, next)} {
			node := p.get(spansQuery, vars{"id": told}, "node")
			if found, there := node.(map[string]any)["identifying"]; found != nil || !there || dig(node, "whatWasGood") != "The food" {
				t.Errorf("%s is shown %v", p.name, found)
			}
		}
		if got := inFields(rose.get(spansQuery, vars{"id": told}, "node")); got != want {
			t.Errorf("after publication its author is shown %s", got)
		}
	})
}

// A text full of names gives forty places and no more, and an author with nothing to change gets an empty list.
func TestIdentifyingOfAnExperienceIsBounded(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, pat := s.place("Ward 7", nil), s.contributor("Anonymous")
		many, none := pat.share(ward, "PATIENT", strings.Repeat("Dr Patel. ", 500)), pat.share(ward, "PATIENT", "It was loud.")
		if got := pat.get(spansQuery, vars{"id": many}, "node.identifying").([]any); len(got) != 40 {
			t.Error(len(got))
		}
		if got := pat.get(spansQuery, vars{"id": none}, "node.identifying").([]any); len(got) != 0 {
			t.Error(got)
		}
	})
}

// marked are the kinds of findings with the words that they point at.
func marked(text string, found []any) string {
	all := make([]string, len(found))
	for i, f := range found {
		from, to := dig(f, "start").(float64), dig(f, "end").(float64)
		all[i] = fmt.Sprint(dig(f, "kind"), " ", string([]rune(text)[int(from):int(to)]))
	}
	return strings.Join(all, ", ")
}

// inFields are the same in the fields of an experience.
func inFields(node any) string {
	found, _ := dig(node, "identifying").([]any)
	all := make([]string, len(found))
	for i, f := range found {
		field := fmt.Sprint(dig(f, "field"))
		all[i] = field + " " + marked(fmt.Sprint(dig(node, field)), []any{f})
	}
	return strings.Join(all, ", ")
}
