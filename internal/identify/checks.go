package identify

import (
	"strings"
	"unicode"
)

// checks are what a pattern cannot tell, by the name that the document gives them. They get the words in small letters.
func checks() map[string]func(string) bool {
	return map[string]func(string) bool{
		"nhs-number-mod11": isNHSNumber,
		"phone-length":     isPhoneLength,
		"sixteen-letters":  isLong,
	}
}

func digits(s string) string {
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, s)
}

// isNHSNumber tells whether ten digits pass modulus 11 (NHS Data Dictionary, NHS NUMBER): nine digits times 10 to 2, added up;
// 11 less the rest by 11 is the tenth, where 11 stands for 0 and 10 is never right. Ten equal digits pass and are nobody's.
func isNHSNumber(s string) bool {
	d := digits(s)
	if len(d) != 10 || strings.Count(d, d[:1]) == 10 {
		return false
	}
	sum := 0
	for i := range 9 {
		sum += int(d[i]-'0') * (10 - i)
	}
	return (11-sum%11)%11 == int(d[9]-'0')
}

// isPhoneLength tells whether there are as many digits as a phone number has: at home 10 or 11 with the 0, with a country's
// number 9 to 14.
func isPhoneLength(s string) bool {
	n := len(digits(strings.ReplaceAll(s, "(0)", "")))
	switch {
	case strings.HasPrefix(s, "+"):
		return n >= 9 && n <= 14
	case strings.HasPrefix(s, "00"):
		return n >= 11 && n <= 16
	}
	return n == 10 || n == 11
}

// isLong tells whether words are long enough for a shout: a row of short names of things (GP, NHS, MRI) is none.
func isLong(s string) bool {
	n := 0
	for _, c := range s {
		if unicode.IsLetter(c) {
			n++
		}
	}
	return n >= 16
}
