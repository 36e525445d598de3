package workflow

import (
	"slices"
	"strings"

	"hearback/ent/generated/ent/step"
)

// NewsGroup is what somebody can want to be told of outside the app, or not.
type NewsGroup string

// The groups of news.
const (
	NewsMyWords   NewsGroup = "MY_WORDS"
	NewsAnswers   NewsGroup = "ANSWERS"
	NewsChanges   NewsGroup = "CHANGES"
	NewsQuestions NewsGroup = "QUESTIONS"
	NewsPeople    NewsGroup = "PEOPLE"
)

// NewsGroups are all groups, in the order in which they are kept.
func NewsGroups() []NewsGroup {
	return []NewsGroup{NewsMyWords, NewsAnswers, NewsChanges, NewsQuestions, NewsPeople}
}

// GroupOf is the group of a kind of step. Empty is for what nobody is told of outside the app: what is about somebody's safety,
// which others may see on a screen, and what the person has just done. A kind that is not named here is such a one.
func GroupOf(k step.Kind) NewsGroup {
	switch k {
	case step.KindHeard, step.KindReturned, step.KindEditsOffered, step.KindScheduled, step.KindWithService, step.KindServiceOnly,
		step.KindHeld, step.KindReleased, step.KindRejected, step.KindReopened:
		return NewsMyWords
	case step.KindAnswered:
		return NewsAnswers
	case step.KindThemed, step.KindUnthemed, step.KindLinkedToChange, step.KindUnlinkedFromChange, step.KindChangeMoved,
		step.KindChangeProgress, step.KindNotChanged, step.KindChangeSpread, step.KindPrioritised, step.KindNotTakenUp, step.KindAnswerLate,
		step.KindActionAgreed, step.KindActionDropped:
		return NewsChanges
	case step.KindAskedForVerdict, step.KindVerdictClosed, step.KindAsked:
		return NewsQuestions
	case step.KindVoiceAdded, step.KindVoiceWithdrawn, step.KindToldForYou, step.KindAuthorityAccepted, step.KindAuthorityEnded, step.KindObjection:
		return NewsPeople
	}
	return ""
}

// wanted puts groups into the form in which a channel keeps them: each once, in their order.
func wanted(groups []NewsGroup) string {
	var kept []string
	for _, g := range NewsGroups() {
		if slices.Contains(groups, g) {
			kept = append(kept, string(g))
		}
	}
	return strings.Join(kept, " ")
}

// Wanted are the groups that a channel keeps.
func Wanted(kept string) (groups []NewsGroup) {
	for g := range strings.FieldsSeq(kept) {
		groups = append(groups, NewsGroup(g))
	}
	return groups
}

// wants tells whether a channel is for a kind of step.
func wants(kept string, k step.Kind) bool {
	return GroupOf(k) != "" && slices.Contains(Wanted(kept), GroupOf(k))
}
