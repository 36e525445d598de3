package workflow

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/ent/edit"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

// kinds are all decisions, in the order of the columns below.
var kinds = []decision.Kind{decision.KindPublish, decision.KindPublishWithEdits, decision.KindReturnToAuthor, decision.KindHold, decision.KindReject, decision.KindRestrict}

// states are all states of an experience.
var states = []experience.State{
	experience.StateInModeration, experience.StateReturned, experience.StateEditsOffered, experience.StateScheduled, experience.StateWithService, experience.StatePublished,
	experience.StateServiceOnly, experience.StateHeld, experience.StateSafeguarding, experience.StateRejected, experience.StatePaused, experience.StateWithdrawn,
}

// Every state and every decision: what becomes of the words, or "-" where a moderator cannot decide that. Who may decide at all
// is in graph/matrix_deeds_test.go and graph/moderation_test.go.
func TestWhatBecomesOfWords(t *testing.T) {
	t.Parallel()
	for state, row := range map[experience.State]string{
		// PUBLISH PUBLISH_WITH_EDITS RETURN_TO_AUTHOR HOLD REJECT RESTRICT
		experience.StateInModeration: "PUBLISHED EDITS_OFFERED RETURNED HELD REJECTED SERVICE_ONLY",
		experience.StateHeld:         "PUBLISHED EDITS_OFFERED RETURNED HELD REJECTED SERVICE_ONLY",
		experience.StatePublished:    "- - - HELD REJECTED SERVICE_ONLY",
		experience.StateServiceOnly:  "PUBLISHED - - HELD REJECTED -",
		experience.StateScheduled:    "- - RETURNED HELD REJECTED SERVICE_ONLY",
		experience.StateWithService:  "- - RETURNED HELD REJECTED SERVICE_ONLY",
		experience.StateReturned:     "- - - - - -",
		experience.StateEditsOffered: "- - - - - -",
		experience.StateRejected:     "- - - - - -",
		experience.StateSafeguarding: "- - - - - -",
		experience.StatePaused:       "- - - - - -",
		experience.StateWithdrawn:    "- - - - - -",
	} {
		if !slices.Contains(states, state) {
			t.Errorf("%s is no state", state)
		}
		for i, want := range strings.Fields(row) {
			next, err := afterDecision(state, kinds[i], 4, 4)
			if want == "-" && (codeOf(err) != NotNow || next != state) || want != "-" && (err != nil || string(next) != want) {
				t.Errorf("%s on %s gives %s (%v), want %s", kinds[i], state, next, err, want)
			}
			for _, seen := range []int{3, 5} {
				if next, err := afterDecision(state, kinds[i], 4, seen); codeOf(err) != StaleVersion || next != state {
					t.Errorf("%s on %s with another version gives %s %v", kinds[i], state, next, err)
				}
			}
		}
	}
	for _, state := range states {
		if err := experience.StateValidator(state); err != nil {
			t.Error(err)
		}
	}
}

// A reason is owed for all but PUBLISH, and a clause of the policy for all but PUBLISH and HOLD.
func TestWhatADecisionNeeds(t *testing.T) {
	t.Parallel()
	clause := typeid.New(typeid.PolicyClause)
	for _, kind := range kinds {
		words := map[edit.Field]string{}
		if kind == decision.KindPublishWithEdits {
			words[edit.Story] = "It was loud."
		}
		whole := DecisionDraft{Kind: kind, Reason: "Because.", ClauseID: &clause, Edits: words}
		silent, lawless := whole, whole
		silent.Reason, lawless.ClauseID = " ", nil
		for _, c := range []struct {
			what string
			d    DecisionDraft
			want Code
		}{
			{"whole", whole, ""},
			{"without a reason", silent, map[bool]Code{true: "", false: Required}[kind == decision.KindPublish]},
			{"without a clause", lawless, map[bool]Code{true: "", false: Required}[kind == decision.KindPublish || kind == decision.KindHold]},
		} {
			_, err := c.d.tidy()
			if err = firstOf(c.d.pointsToPolicy(), err); codeOf(err) != c.want {
				t.Errorf("%s %s: %v", kind, c.what, err)
			}
		}
		if kind != decision.KindPublishWithEdits {
			whole.Edits = map[edit.Field]string{edit.Story: "Other words."}
			if _, err := whole.tidy(); codeOf(err) != Invalid {
				t.Errorf("%s with other words: %v", kind, err)
			}
		}
	}
}

func TestEditsChangeSomethingAndLeaveSomething(t *testing.T) {
	t.Parallel()
	e := &ent.Experience{DisplayName: "Pat", Story: "Nurse Jane was kind.", WhatWasGood: "The tea."}
	for _, c := range []struct {
		what  string
		words map[edit.Field]string
		want  Code
		edits int
	}{
		{"one text", map[edit.Field]string{edit.Story: "A nurse was kind."}, "", 1},
		{"two texts and one that stays", map[edit.Field]string{edit.Story: "A nurse was kind.", edit.DisplayName: "P", edit.WhatWasGood: "The tea."}, "", 2},
		{"a text taken out", map[edit.Field]string{edit.WhatWasGood: ""}, "", 1},
		{"nothing", map[edit.Field]string{edit.Story: "Nurse Jane was kind."}, Invalid, 0},
		{"everything taken out", map[edit.Field]string{edit.Story: "", edit.WhatWasGood: ""}, Required, 0},
		{"the name taken out", map[edit.Field]string{edit.DisplayName: ""}, Required, 0},
	} {
		got, err := DecisionDraft{Kind: decision.KindPublishWithEdits, Edits: c.words}.editsOf(e)
		if codeOf(err) != c.want || err == nil && len(got) != c.edits {
			t.Errorf("%s: %v %v", c.what, got, err)
		}
	}
	if got, err := (DecisionDraft{Kind: decision.KindPublish}).editsOf(e); got != nil || err != nil {
		t.Errorf("to publish changes %v (%v)", got, err)
	}
}

// Where words go that a moderator let through: the author's day first, then who may read them at all, then the service's time.
func TestWhereWordsGoThatWereLetThrough(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 14, 9, 30, 0, 0, time.UTC)
	later, before := now.Add(time.Hour), now.Add(-time.Hour)
	for _, c := range []struct {
		what string
		p    approval
		want experience.State
	}{
		{"agreed", approval{public: true}, experience.StatePublished},
		{"not agreed", approval{}, experience.StateServiceOnly},
		{"restricted", approval{public: true, restricted: true}, experience.StateServiceOnly},
		{"restricted before its day", approval{public: true, restricted: true, notBefore: &later}, experience.StateScheduled},
		{"before its day", approval{public: true, notBefore: &later}, experience.StateScheduled},
		{"after its day", approval{public: true, notBefore: &before}, experience.StatePublished},
		{"the service may ask", approval{public: true, mayReview: time.Hour}, experience.StateWithService},
		{"the service had its time", approval{public: true, mayReview: time.Hour, from: experience.StateWithService}, experience.StatePublished},
		{"public before", approval{public: true, mayReview: time.Hour, everPublic: true}, experience.StatePublished},
		{"restricted, and the service may ask", approval{public: true, restricted: true, mayReview: time.Hour}, experience.StateServiceOnly},
	} {
		c.p.now = now
		if got := c.p.after(); got.state != c.want {
			t.Errorf("%s: %s, want %s", c.what, got.state, c.want)
		}
	}
}

// Every state and every kind of decision: whether its author can ask a second moderator.
func TestWhatCanBeAppealed(t *testing.T) {
	t.Parallel()
	can := map[decision.Kind]string{
		decision.KindPublish: "", decision.KindPublishWithEdits: "EDITS_OFFERED RETURNED", decision.KindReturnToAuthor: "RETURNED",
		decision.KindHold: "HELD", decision.KindReject: "REJECTED", decision.KindRestrict: "SERVICE_ONLY SCHEDULED",
	}
	for _, kind := range kinds {
		for _, state := range states {
			p := appealed{state: state, kind: kind, last: true}
			want := NotNow
			if slices.Contains(strings.Fields(can[kind]), string(state)) {
				want = ""
			}
			if err := appealable(p); codeOf(err) != want {
				t.Errorf("%s in %s: %v", kind, state, err)
			}
			for what, never := range map[string]appealed{
				"asked before":                {state, kind, true, true, false},
				"another appeal is open":      {state, kind, true, false, true},
				"something was decided since": {state, kind, false, false, false},
			} {
				if err := appealable(never); codeOf(err) != NotNow {
					t.Errorf("%s in %s, %s: %v", kind, state, what, err)
				}
			}
		}
	}
}

func TestEditsAreAnsweredWhileTheyAreOffered(t *testing.T) {
	t.Parallel()
	for _, state := range states {
		want := NotNow
		if state == experience.StateEditsOffered {
			want = ""
		}
		if err := mayAnswer(state, 3, 3, true); codeOf(err) != want {
			t.Errorf("in %s: %v", state, err)
		}
		if err := mayAnswer(state, 4, 3, true); codeOf(err) != StaleVersion {
			t.Errorf("in %s with an old version: %v", state, err)
		}
	}
	if err := mayAnswer(experience.StateEditsOffered, 3, 3, false); codeOf(err) != NotNow {
		t.Errorf("without an offer: %v", err)
	}
}

// A claim ends by itself.
func TestAClaimLastsHalfAnHour(t *testing.T) {
	t.Parallel()
	at, mo := time.Date(2026, 5, 14, 9, 30, 0, 0, time.UTC), typeid.New(typeid.Person)
	e := &ent.Experience{ClaimedByID: &mo, ClaimedAt: &at}
	for after, live := range map[time.Duration]bool{0: true, 30*time.Minute - time.Microsecond: true, 30 * time.Minute: false, time.Hour: false} {
		if c := ClaimOn(e, at.Add(after)); (c != nil) != live {
			t.Errorf("after %s: %v", after, c)
		}
	}
	if ClaimOn(&ent.Experience{}, at) != nil {
		t.Error("what nobody claimed is claimed")
	}
}
