package intake

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// repair turns UTF-8 that was once read as Windows-1252 (or Latin-1) back into what it was, however often that
// happened: “donâ€™t” and “donÃ¢â‚¬â„¢t” both become “don’t”. The table is charmap.Windows1252, read backwards.
//
// It works like a parser that shifts and reduces: as soon as the last two to four letters are the bytes of one
// expected letter, they are replaced by it, and the result may be part of the next. So it is linear, and a second run
// finds nothing more to do. Good text is left alone: see expected and endsShouting.
func repair(text string) string {
	if isASCII(text) {
		return text
	}
	out := make([]rune, 0, len(text))
	for i, r := range text {
		out = append(out, fromC1(r))
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		for done := true; done; {
			out, done = reduce(out, next)
		}
	}
	return string(out)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fromC1 reads a stray C1 control as the Windows-1252 character it was meant to be, as browsers do
// (WHATWG HTML §13.2.5, numeric character reference end state).
func fromC1(r rune) rune {
	if r >= 0x80 && r <= 0x9F && definedIn1252(byte(r)) {
		return charmap.Windows1252.DecodeByte(byte(r))
	}
	return r
}

// definedIn1252 is false for the five bytes that Windows-1252 leaves free.
func definedIn1252(b byte) bool { return charmap.Windows1252.DecodeByte(b) != utf8.RuneError }

// byteOf is the Windows-1252 byte of a letter that is not ASCII. The five free bytes stand for themselves, as in the
// table of browsers (WHATWG Encoding, index windows-1252).
func byteOf(r rune) (byte, bool) {
	if r >= 0x80 && r <= 0x9F {
		return byte(r), true
	}
	b, ok := charmap.Windows1252.EncodeRune(r)
	return b, ok && b >= utf8.RuneSelf
}

// reduce replaces the tail of out by the one letter whose bytes it spells, if there is one.
func reduce(out []rune, next rune) ([]rune, bool) {
	var spelled [utf8.UTFMax]byte
	for size := 1; size <= utf8.UTFMax && size <= len(out); size++ {
		b, ok := byteOf(out[len(out)-size])
		if !ok {
			return out, false
		}
		spelled[utf8.UTFMax-size] = b
		if r, used := utf8.DecodeRune(spelled[utf8.UTFMax-size:]); used == size && size > 1 {
			return replace(out, len(out)-size, r, next)
		}
	}
	return out, false
}

// replace puts r in the place of the letters from start on, if it can be meant. What would be dropped in clean text
// becomes a space; a soft hyphen, which stands inside words, nothing.
func replace(out []rune, start int, r, next rune) ([]rune, bool) {
	if !expected(r) || (len(out)-start == 2 && endsShouting(out[:start], out[start], out[start+1], next)) {
		return out, false
	}
	switch {
	case r == softHyphen:
		return out[:start], true
	case visible(r) == drop:
		r = ' '
	}
	return append(out[:start], r), true
}

// expected is the set of letters that we take a spelling for: European letters and signs, typographic marks, what else
// Windows-1252 has, dingbats, and emoji with their joiners.
func expected(r rune) bool {
	switch {
	case r >= 0xA0 && r <= 0x17F, r == 0x192, r == 0x2C6, r == 0x2DC:
		return true
	case r >= 0x2010 && r <= 0x203A, r == 0x200B, r == 0x200D, r == 0x20AC, r == 0x2122, r >= 0x2600 && r <= 0x27BF:
		return true
	case r == 0xFE0F, r == 0xFEFF, r >= 0x1F000 && r <= 0x1FAFF:
		return true
	}
	return r >= 0x80 && r <= 0x9F && !definedIn1252(byte(r))
}

// endsShouting is true where two letters spell another one but are more likely what they look like: a word in capitals
// that ends with Ã, Ä or Å before a closing mark, such as IRMÃ in quotation marks. They do spell a letter after a small one,
// before a small one at the beginning of a word, and in the middle of a longer spelling.
func endsShouting(before []rune, lead, second, next rune) bool {
	if lead == 'Â' || !isClosing(second) || isLead(next) || midSpelling(before) {
		return false
	}
	if len(before) > 0 && unicode.IsLetter(before[len(before)-1]) {
		return !unicode.IsLower(before[len(before)-1])
	}
	aloneA := lead == 'Ã' && second == '\u00A0' // “à” is a word of its own
	return !aloneA && !unicode.IsLower(next)
}

// isLead is true for letters that are more likely the beginning of a spelling than themselves.
func isLead(r rune) bool { return r == 'Ã' || r == 'Â' || r == 'â' || r == 'ð' || r == 'Ë' }

// midSpelling is true when the last one to three letters are the beginning of the bytes of a letter.
func midSpelling(before []rune) bool {
	var spelled []byte
	for size := 1; size < utf8.UTFMax && size <= len(before); size++ {
		r := before[len(before)-size]
		b, ok := byteOf(r)
		if !ok {
			return false
		}
		spelled = append([]byte{b}, spelled...)
		if size == 1 && isLead(r) || size > 1 && b >= 0xE0 && !utf8.FullRune(spelled) {
			return true
		}
	}
	return false
}

func isClosing(r rune) bool {
	switch r {
	case '‘', '’', '“', '”', '–', '—', '…', '»', '›', '™', '\u00A0':
		return true
	}
	return false
}
