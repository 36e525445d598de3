package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Title makes the name of an organisation readable: one that is shouted in capitals gets capitals at the beginnings of
// its words only, with care for NHS, ICB, A&E and their like, and small words (of, and, the) become small again.
func Title(name string) string { return titled(CleanName(name), looksSpoken) }

// WardTitle is Title for wards, where a short word in capitals is more often an abbreviation than a word.
func WardTitle(name string) string {
	name = CleanName(name)
	if strings.Count(name, `"`)%2 == 1 {
		name = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(name, `"`), `"`))
	}
	return titled(name, looksLikeWord)
}

// word is one word of a name and where it stands.
type word struct {
	text    string
	begins  bool // the name, or a part of it
	follows bool // an abbreviation, or a comma
	label   int  // up to so many letters are more likely a label than a word, as in “QEND - QEQM Endoscopy Ward”
	shouted bool // the whole name is in capitals
}

// titled writes each word of a name as it should be; spoken tells words in capitals from abbreviations.
func titled(name string, spoken func(word) bool) string {
	var out strings.Builder
	w := word{begins: true, shouted: strings.ToUpper(name) == name}
	for rest := name; rest != ""; {
		w.text = rest[:wordLength(rest)]
		if w.text == "" {
			r, size := utf8.DecodeRuneInString(rest)
			out.WriteRune(r)
			rest = rest[size:]
			w.begins = w.begins || startsAgain(r, rest)
			w.follows = w.follows || r == ','
			continue
		}
		rest = rest[len(w.text):]
		w.label = labelLength(w.text == name, rest)
		title := w.title(spoken)
		out.WriteString(title)
		w.begins, w.follows = false, title == strings.ToUpper(title)
	}
	return out.String()
}

func labelLength(alone bool, rest string) int {
	switch {
	case strings.HasPrefix(rest, " - "):
		return 5
	case alone:
		return 4
	}
	return 3
}

// startsAgain is true for what a small word may not follow in small letters: a bracket, a dash or colon with a space behind.
func startsAgain(r rune, rest string) bool {
	switch r {
	case '(', '[', '"', '“':
		return true
	case '-', '–', ':', '>', '/':
		return strings.HasPrefix(rest, " ")
	}
	return false
}

// wordLength is the length in bytes of the word that a name begins with: letters and digits, ' and ’ between them, and &
// after one or two letters, as in A&E.
func wordLength(name string) int {
	end := 0
	for i, r := range name {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			end = i + utf8.RuneLen(r)
		case i == end && i > 0 && (isApostrophe(r) || r == '&' && i <= 2):
		default:
			return end
		}
	}
	return end
}

// title is the word as it should be written.
func (w word) title(spoken func(word) bool) string {
	upper := strings.ToUpper(w.text)
	switch {
	case isSmall(upper) && (w.shouted || isCapitalised(w.text) && upper != "THE"):
		if w.begins || upper == "THE" && w.follows {
			return capitalise(upper)
		}
		return strings.ToLower(upper)
	case isRoman(upper) && (w.shouted || isCapitalised(w.text)):
		return upper
	case !w.shouted:
		return w.text
	case special(upper) != "":
		return special(upper)
	case isOrdinal(upper):
		return strings.ToLower(upper)
	case isAbbreviation(upper) || !spoken(w):
		return w.text
	}
	return capitalise(upper)
}

// isCapitalised is true for Of, but neither for of nor for OF.
func isCapitalised(word string) bool {
	_, size := utf8.DecodeRuneInString(word)
	return len(word) > size && word[size:] == strings.ToLower(word[size:]) && word != strings.ToLower(word)
}

// capitalise writes King's, O'Brien, McIndoe.
func capitalise(word string) string {
	var out strings.Builder
	letters := []rune(word)
	for i, r := range letters {
		switch {
		case i == 0, i == 2 && isApostrophe(letters[1]), i == 2 && isMc(word):
			out.WriteRune(unicode.ToUpper(r))
		default:
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return out.String()
}

func isMc(word string) bool { return len(word) > 5 && strings.HasPrefix(word, "MC") }

func isApostrophe(r rune) bool { return r == '\'' || r == '’' }

// isOrdinal is true for 1ST, 2ND, 3RD, 4TH.
func isOrdinal(word string) bool {
	number := strings.TrimRight(word, "STNDRH")
	switch strings.TrimPrefix(word, number) {
	case "ST", "ND", "RD", "TH":
		return number != "" && isDigits(number)
	}
	return false
}
