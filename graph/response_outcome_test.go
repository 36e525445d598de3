package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hearback/auth"
)

// talksElsewhere answers that the talk goes on where nobody else hears it.
func (p *person) talksElsewhere(experience, why string) string {
	p.t.Helper()
	return p.answersWith(vars{"experienceId": experience, "body": "Please ring us.", "offlineReason": why})
}

// tellsOutcome tells what came of a talk elsewhere.
func (p *person) tellsOutcome(experience, of, body string) string {
	p.t.Helper()
	return p.answersWith(vars{"experienceId": experience, "body": body, "outcomeOf": of})
}

func (p *person) answersWith(in vars) string {
	p.t.Helper()
	return p.act(giveAnswer, vars{"in": in}, "responseGive.response.id").(string)
}

func (p *person) judges(response, word string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ResponseJudgeInput!) { responseJudge(input: $in) { response { lastWord lastWordAt } replayed userErrors { code message path } } }`,
		vars{"in": vars{"responseId": response, "lastWord": word}})
}

const (
	giveAnswer = `mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id state offlineReason outcomeAt outcomeOf { id outcomeAt } } userErrors { code message path } } }`
	elsewhere  = `{ viewer { talksElsewhere { totalCount nodes { id } } } }`
)

// A talk that leaves the page leaves a reason on it, stays on a list, and comes back as an outcome that everybody reads.
func TestATalkElsewhereOwesAnOutcome(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, sam, sib := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward), s.somebody("Sib", auth.Staff, s.place("Ward 8", nil))
		told, other := pat.share(ward, "PATIENT", "My records are wrong."), pat.share(ward, "PATIENT", "It was loud.")
		mo.publish(told)
		mo.publish(other)
		sam.trusted(true)
		first := sam.talksElsewhere(told, "It is about somebody's records.")
		open := func(p *person) []string {
			return idsIn(p.get(elsewhere, nil, "viewer.talksElsewhere.nodes"), "nodes")
		}
		give := func(in vars) answer { return sam.ask(giveAnswer, vars{"in": in}) }

		if got := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Response { offlineReason outcomeAt } } }`, vars{"id": first}, "node"); dig(got, "offlineReason") != "It is about somebody's records." || dig(got, "outcomeAt") != nil {
			t.Errorf("everybody reads %v", got)
		}
		if !slices.Equal(open(sam), []string{first}) || len(open(sib)) != 0 {
			t.Errorf("Sam owes %v, Sib of another ward %v", open(sam), open(sib))
		}
		refused(t, "an outcome of what was no talk elsewhere", give(vars{"experienceId": told, "body": "Done.", "outcomeOf": sam.answers(told, "Thank you.", false).at("responseGive.response.id")}), "INVALID")
		refused(t, "an outcome under another experience", give(vars{"experienceId": other, "body": "Done.", "outcomeOf": first}), "INVALID")
		refused(t, "an outcome elsewhere", give(vars{"experienceId": told, "body": "Ring again.", "outcomeOf": first, "offlineReason": "Again."}), "INVALID")

		claims := give(vars{"experienceId": told, "body": "We have changed how we file.", "outcomeOf": first, "claimsChange": true})
		if claims.at("responseGive.response.state") != "IN_MODERATION" || len(open(sam)) != 1 {
			t.Errorf("an outcome that waits pays nothing: %s", claims.Body)
		}
		last := give(vars{"experienceId": told, "body": "They have the right records now.", "outcomeOf": first})
		if last.at("responseGive.response.outcomeOf.id") != first || last.at("responseGive.response.outcomeOf.outcomeAt") == nil || len(open(sam)) != 0 {
			t.Errorf("the outcome: %s, still owed %v", last.Body, open(sam))
		}
		refused(t, "a second outcome", give(vars{"experienceId": told, "body": "Once more.", "outcomeOf": first}), "NOT_NOW")
	})
}

func TestTheLastWordIsTheirs(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, sam := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward)
		told := pat.share(ward, "PATIENT", "I waited.")
		mo.publish(told)
		sam.trusted(false)
		waits := sam.answers(told, "Thank you.", false).at("responseGive.response.id").(string)
		refused(t, "before it is published", pat.judges(waits, "NO"), "NOT_FOUND")
		sam.trusted(true)
		id := sam.answers(told, "Thank you.", false).at("responseGive.response.id").(string)
		for _, p := range []*person{sam, mo, s.contributor("Eve")} {
			refused(t, p.name, p.judges(id, "YES"), "FORBIDDEN")
		}
		refused(t, "nobody", s.nobody().judges(id, "YES"), "UNAUTHENTICATED")
		for i, word := range []string{"NO", "NO", "PARTLY"} {
			if a := pat.judges(id, word); a.at("responseJudge.response.lastWord") != word || a.at("responseJudge.replayed") != (i == 1) {
				t.Errorf("%s: %s", word, a.Body)
			}
		}
		if got := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Response { lastWord } } }`, vars{"id": id}, "node.lastWord"); got != "PARTLY" {
			t.Errorf("everybody reads %v", got)
		}
		mum := s.start("Mum")
		child, _ := mum.speaksForChild("2014-08")
		theirs := mum.tellsFor(child, ward, "Kit was thirsty.")
		mo.publish(theirs)
		if a := mum.judges(sam.answers(theirs, "Thank you.", false).at("responseGive.response.id").(string), "YES"); a.code() != "" {
			t.Errorf("who told it for a child: %s", a.Body)
		}
	})
}

func TestAdviceOnADraft(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, sam := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward)
		told, before := pat.share(ward, "PATIENT", "The noise of the trolleys kept me awake at night."), pat.share(ward, "PATIENT", "The food was cold.")
		mo.publish(told)
		mo.publish(before)
		sam.trusted(true)
		advise := func(p *person, experience, body string) answer {
			return p.ask(`query($e: ID!, $b: String!) { responseAdvice(experienceId: $e, body: $b) { areas { area found hint } similar { share response { id } } } }`, vars{"e": experience, "b": body})
		}
		found := func(a answer) string {
			var areas []string
			for _, area := range a.at("responseAdvice.areas").([]any) {
				if dig(area, "found") == true {
					areas = append(areas, dig(area, "area").(string))
				}
			}
			return strings.Join(areas, " ")
		}
		const good = "Thank you for telling us. I am the ward manager. The trolleys were out at night because of a lift that broke; the noise should not have been. Please ring me if you want to say more. You will hear from me by Friday. Best wishes, Sam"
		for body, want := range map[string]string{
			"Thank you.": "THANKS_OR_APOLOGY",
			good:         "INTRODUCTION THANKS_OR_APOLOGY SPEED CONTENT EXPLANATION SIGNPOSTING SIGN_OFF",
		} {
			if got := found(advise(sam, told, body)); got != want {
				t.Errorf("%q has %q", body, got)
			}
		}
		copied := sam.answers(before, "Thank you for your feedback. We take all feedback seriously and will share it with the team.", false).at("responseGive.response.id")
		a := advise(sam, told, "Thank you for your feedback. We take all feedback seriously and will share it with the ward.")
		if a.at("responseAdvice.similar.0.response.id") != copied || a.at("responseAdvice.similar.0.share").(float64) < 80 {
			t.Errorf("what was said before: %s", a.Body)
		}
		if a := advise(sam, told, good); len(a.at("responseAdvice.similar").([]any)) != 0 {
			t.Errorf("nobody said this before: %s", a.Body)
		}
		for p, code := range map[*person]string{s.nobody(): "UNAUTHENTICATED", pat: "FORBIDDEN", mo: "FORBIDDEN", s.somebody("Sib", auth.Staff, s.place("Ward 8", nil)): "FORBIDDEN"} {
			refused(t, p.name, advise(p, told, good), code)
		}
		refused(t, "nothing to look at", advise(sam, told, " "), "BAD_USER_INPUT")
		refused(t, "too much", advise(sam, told, strings.Repeat("a", 4001)), "BAD_USER_INPUT")
		refused(t, "what is hidden", advise(sam, pat.share(ward, "PATIENT", "Nobody read this yet."), good), "NOT_FOUND")
		if n := s.DB.Response.Query().CountX(s.system()); n != 1 {
			t.Error(fmt.Sprint("advice wrote answers: ", n))
		}
	})
}
