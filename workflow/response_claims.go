package workflow

import (
	"strings"
	"unicode"
)

// readsLikeChange tells whether a text plainly says that something was changed or is about to be. It only sends the text to a
// moderator, who sees that the change is explained; it refuses nothing, and it is no harm when it is wrong.
func readsLikeChange(text string) bool {
	said := " " + strings.Join(plainWords(text), " ") + " "
	for _, phrase := range changePhrases() {
		if strings.Contains(said, " "+phrase+" ") {
			return true
		}
	}
	return false
}

// plainWords are the words of a text in lower case, without signs; "we've" is "we have".
func plainWords(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(text), "’", "'")
	text = strings.NewReplacer("'ve ", " have ", "'s ", " is ", "'re ", " are ", "'ll ", " will ").Replace(text)
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// changePhrases are the words by which people plainly say so, our own collection: who did what, what there is from when.
func changePhrases() []string {
	phrases := []string{
		"there is now", "there are now", "there will now be", "we now have", "you can now", "patients can now", "visitors can now", "families can now",
		"is now in place", "are now in place", "has been put in place", "have been put in place",
		"we will be changing", "we will be introducing", "we are changing", "we are introducing", "so that this does not happen again we",
	}
	done := []string{
		"added", "altered", "bought", "changed", "employed", "extended", "fitted", "fixed", "hired", "improved", "increased", "installed", "introduced", "moved",
		"opened", "ordered", "put", "reorganised", "repaired", "replaced", "rewritten", "started", "stopped", "trained", "updated",
	}
	for _, d := range done {
		for _, who := range []string{"we have", "we have now", "we have already", "we have since", "i have now", "the team has", "the ward has", "has been", "has now been", "have been", "have now been"} {
			phrases = append(phrases, who+" "+d)
		}
	}
	for _, when := range []string{"next week", "next month", "now on", "today", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		for _, what := range []string{"there will be", "we will", "you will", "you can", "patients will", "patients can", "staff will", "the"} {
			phrases = append(phrases, "from "+when+" "+what)
		}
	}
	return phrases
}
