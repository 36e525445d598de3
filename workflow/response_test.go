package workflow

import (
	"testing"
	"time"

	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/response"
	"hearback/ent/generated/ent/reviewrequest"
)

func TestAnAnswerGoesInPublicOnlyFromTheTrustedAndWithoutAChange(t *testing.T) {
	t.Parallel()
	const public, waits = response.StatePublished, response.StateInModeration
	for _, c := range []struct {
		trusted, claims bool
		body            string
		want            response.State
	}{
		{true, false, "Thank you for telling us.", public},
		{true, true, "Thank you for telling us.", waits},
		{true, false, "We have now changed the doors.", waits},
		{true, true, "We have now changed the doors.", waits},
		{false, false, "Thank you for telling us.", waits},
		{false, true, "Thank you for telling us.", waits},
		{false, false, "We have now changed the doors.", waits},
		{false, true, "We have now changed the doors.", waits},
	} {
		if got := (answering{c.trusted, c.claims, c.body}).goes(); got != c.want {
			t.Errorf("%+v goes to %s", c, got)
		}
	}
}

func TestWordsThatPlainlyTellOfAChange(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"We have now changed the doors.":                                     true,
		"Thank you. We’ve moved the board to the entrance.":                  true,
		"We've already ordered softer bins":                                  true,
		"From next week there will be a nurse at the desk.":                  true,
		"From Monday, patients can bring their own pillow.":                  true,
		"You asked for a kettle. THERE IS NOW one in the corridor.":          true,
		"There's now a kettle.":                                              true,
		"The blinds have been replaced.":                                     true,
		"The ward has introduced a quiet hour.":                              true,
		"We are introducing a second clinic in spring.":                      true,
		"Thank you for your kind words. I will pass them on to the team.":    false,
		"We are sorry that you had to wait. Please call us on the ward.":     false,
		"I am sorry that this has not changed since you were here.":          false,
		"Nothing will be different next week, and I will not pretend it is.": false,
		"We have read this together at our meeting.":                         false,
		"Now there is a lot for us to think about.":                          false,
		"We would like to hear more: would you talk with us?":                false,
		"From what you say we understand how long the night was.":            false,
		"The team has asked me to say thank you":                             false,
		"I have changed wards since, but I remember you.":                    false,
		"we have\nnow\nchanged":                                              true,
		"wehavenowchanged":                                                   false,
		"":                                                                   false,
	} {
		if got := readsLikeChange(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestTheNearestRoleSaysWhetherSomebodyIsTrusted(t *testing.T) {
	t.Parallel()
	const ward = "svc_trust/svc_ward/"
	everywhere, trust, here, beside := post{path: ""}, post{path: "svc_trust/"}, post{path: ward}, post{path: "svc_trust/svc_other/"}
	yes := func(p post) post { p.trusted = true; return p }
	for what, c := range map[string]struct {
		posts          []post
		found, trusted bool
	}{
		"NobodyThere":                 {nil, false, false},
		"OnlyElsewhere":               {[]post{yes(beside)}, false, false},
		"TrustedHere":                 {[]post{yes(here)}, true, true},
		"NewHere":                     {[]post{here}, true, false},
		"TrustedAbove":                {[]post{yes(trust)}, true, true},
		"TrustedEverywhere":           {[]post{yes(everywhere)}, true, true},
		"TrustedAboveButNewHere":      {[]post{yes(everywhere), yes(trust), here}, true, false},
		"NewAboveButTrustedHere":      {[]post{everywhere, trust, yes(here)}, true, true},
		"TwoHereOneTrusted":           {[]post{here, yes(here)}, true, true},
		"TwoHereOneTrustedOtherOrder": {[]post{yes(here), here}, true, true},
		"ElsewhereDoesNotCount":       {[]post{here, yes(beside)}, true, false},
	} {
		if best, found := nearest(ward, c.posts); found != c.found || best.trusted != c.trusted {
			t.Errorf("%s: found %v, trusted %v", what, found, best.trusted)
		}
	}
}

func TestModeratorsDecideOnAnswersThatWait(t *testing.T) {
	t.Parallel()
	for state, want := range map[response.State]Code{response.StateInModeration: "", response.StatePublished: NotNow, response.StateReturned: NotNow} {
		if err := mayDecideResponse(state, 3, 3); codeOf(err) != want {
			t.Errorf("%s: %v", state, err)
		}
		if err := mayDecideResponse(state, 4, 3); codeOf(err) != StaleVersion {
			t.Errorf("%s with an old version: %v", state, err)
		}
	}
}

func TestAnAnswerIsChangedForHalfAnHourAndLongerWhileNobodyReadsIt(t *testing.T) {
	t.Parallel()
	given := time.Date(2026, 5, 14, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		state    response.State
		after    time.Duration
		expected int
		want     Code
	}{
		{response.StatePublished, 0, 2, ""},
		{response.StatePublished, ResponseWindow, 2, ""},
		{response.StatePublished, ResponseWindow + time.Microsecond, 2, NotNow},
		{response.StatePublished, 0, 1, StaleVersion},
		{response.StateInModeration, ResponseWindow, 2, ""},
		{response.StateInModeration, 1000 * ResponseWindow, 2, ""},
		{response.StateInModeration, 0, 3, StaleVersion},
		{response.StateReturned, 1000 * ResponseWindow, 2, ""},
		{response.StateReturned, 0, 1, StaleVersion},
	} {
		if err := mayReviseResponse(c.state, given, given.Add(c.after), 2, c.expected); codeOf(err) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestAReviewIsAskedForWhileTheWordsLieWithTheService(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 14, 9, 30, 0, 0, time.UTC)
	later := now.Add(time.Microsecond)
	for _, state := range states {
		want := NotNow
		if state == experience.StateWithService {
			want = ""
		}
		if err := mayAskReview(state, &later, now); codeOf(err) != want {
			t.Errorf("%s: %v", state, err)
		}
		if err := mayAskReview(state, &now, now); codeOf(err) != NotNow {
			t.Errorf("%s when the time is over: %v", state, err)
		}
	}
}

// What a service is told of its review is a decision, and never that words are held back or looked after.
func TestWhatAnswersAReview(t *testing.T) {
	t.Parallel()
	decided := map[experience.State]bool{
		experience.StatePublished: true, experience.StateScheduled: true, experience.StateServiceOnly: true,
		experience.StateReturned: true, experience.StateEditsOffered: true, experience.StateRejected: true,
	}
	for _, state := range states {
		if answers := reviewrequest.AnswerValidator(reviewrequest.Answer(state)) == nil; answers != decided[state] {
			t.Errorf("%s answers: %v", state, answers)
		}
	}
}

func TestAServiceHasNoSecondReview(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 14, 9, 30, 0, 0, time.UTC)
	first := approval{now: now, public: true, mayReview: 72 * time.Hour, from: experience.StateInModeration}
	if to := first.after(); to.state != experience.StateWithService || !to.until.Equal(now.Add(72*time.Hour)) {
		t.Errorf("the first time it goes to %v", to)
	}
	second := first
	second.reviewed = true
	if to := second.after(); to.state != experience.StatePublished || to.until != nil {
		t.Errorf("the second time it goes to %v", to)
	}
}
