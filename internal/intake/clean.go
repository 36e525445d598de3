package intake

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CleanText makes a story fit to be kept and shown: valid UTF-8 in NFC (Unicode Standard Annex 15), mojibake repaired,
// vertical tabs and the like as line breaks, other control characters and no-break spaces as spaces, no blanks at either
// end of a line and no more than one blank line in a row. Words and emoji stay as they are, and cleaning what is clean
// changes nothing.
func CleanText(text string) string {
	for !isPlain(text) {
		next := strings.TrimSpace(layOut(unify(text)))
		if next == text {
			break
		}
		text = next
	}
	return text
}

// isPlain is true for the most frequent text, in which there is nothing to clean: printing ASCII with single spaces.
func isPlain(text string) bool {
	before := byte(' ')
	for i := range len(text) {
		if b := text[i]; b < ' ' || b > '~' || b == ' ' && before == ' ' {
			return false
		}
		before = text[i]
	}
	return text == "" || before != ' '
}

// CleanName is CleanText for what belongs on one line: names, codes, questions.
func CleanName(name string) string {
	if isPlain(name) {
		return name
	}
	return strings.Join(strings.Fields(CleanText(name)), " ")
}

// unify gives each letter the one form that we know it by. What is dropped goes first, so that nothing that is done
// later brings letters together that were apart before.
func unify(text string) string {
	return norm.NFC.String(repair(norm.NFC.String(strings.Map(visible, strings.ToValidUTF8(text, "\uFFFD")))))
}

// visible drops what only brings confusion: byte order marks, zero-width spaces, and overrides of the writing
// direction (Unicode Standard Annex 9). The joiners that emoji and some scripts need stay.
func visible(r rune) rune {
	switch {
	case r == '\uFEFF', r == '\u200B', r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069':
		return drop
	}
	return r
}

const softHyphen = '\u00AD'

// drop tells strings.Map to leave a letter out.
const drop rune = -1

// layOut keeps one space between words and at most one blank line between paragraphs.
func layOut(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	space, breaks := false, 0
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		switch glyph(r) {
		case softHyphen:
		case ' ':
			space = true
		case '\n':
			breaks++
		default:
			writeGap(&out, space, breaks)
			out.WriteRune(r)
			space, breaks = false, 0
		}
	}
	return out.String()
}

func writeGap(out *strings.Builder, space bool, breaks int) {
	switch {
	case breaks > 0:
		out.WriteString(strings.Repeat("\n", min(breaks, 2)))
	case space:
		out.WriteByte(' ')
	}
}

// glyph says what becomes of a character: a line break, a space, or itself.
func glyph(r rune) rune {
	switch {
	case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u2028', r == '\u2029':
		return '\n'
	case unicode.IsControl(r), unicode.Is(unicode.Zs, r):
		return ' '
	}
	return r
}

// mended is true when CleanText puts broken letters right, which is worth a note.
func mended(text string) bool {
	composed := norm.NFC.String(text)
	return repair(composed) != composed
}
