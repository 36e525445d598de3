package intake

import (
	"strings"
	"unicode"
)

// Boilerplate is true for a text that, as a whole, is a stock answer with nothing in it to learn from. “Everything”
// and “Very good” are not: they answer the question.
func Boilerplate(text string) bool {
	const longestPhrase = 100
	if len(text) > longestPhrase {
		return false
	}
	words := bare(text)
	return isStockPhrase(words) || len(words) == 1 && unicode.IsLetter(rune(words[0]))
}

// bare is a text in small letters with nothing but its words and single spaces.
func bare(text string) string {
	spaced := strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’' || r == '/':
			return drop
		case unicode.IsPunct(r) || unicode.IsSpace(r):
			return ' '
		}
		return unicode.ToLower(r)
	}, text)
	return strings.Join(strings.Fields(spaced), " ")
}

// wordless is true for a text of nothing but punctuation, such as “-” or “...”. A lone emoji does say something.
func wordless(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPunct(r) && !unicode.IsSpace(r) }) < 0
}

func isStockPhrase(words string) bool {
	switch words {
	case "did not answer", "didnt answer", "not answered", "no answer", "no answer given", "no response", "no reply",
		"left blank", "blank", "not stated", "not given", "not specified", "not recorded", "no data", "null", "nil", "unknown", "skipped":
		return true
	case "na", "n a", "not applicable", "not applicable to me", "does not apply", "doesnt apply", "none applicable", "none", "none at all", "none really", "none thanks",
		"none thank you", "none that i can think of", "isnt any", "there isnt any", "isnt nowt", "na nothing", "no", "nope", "no thanks", "no thank you", "xx", "xxx":
		return true
	case "nothing", "nothing at all", "nothing really", "nothing thanks", "nothing thank you", "nothing to add", "nothing else", "nothing to say",
		"nothing much", "nothing in particular", "nothing comes to mind", "nothing i can think of", "nothing that i can think of",
		"nothing to report", "nothing obvious", "nothing specific", "theres nothing", "there is nothing", "not a thing", "absolutely nothing", "nowt":
		return true
	case "no comment", "no comments", "no further comment", "no further comments", "no other comments", "no additional comments", "no comment to make", "no comments to make",
		"no suggestions", "no suggestion", "no ideas", "no idea", "no opinion":
		return true
	case "dont know", "do not know", "i dont know", "dk", "not sure", "im not sure", "i am not sure", "unsure", "i am unsure", "cant think of anything", "i cant think of anything",
		"cannot think of anything", "i cannot think of anything", "cant say", "cant comment", "cannot comment", "i cant comment", "prefer not to say", "rather not say":
		return true
	case "as above", "same as above", "see above", "see previous", "ditto", "as before", "test", "testing", "test test":
		return true
	}
	return false
}
