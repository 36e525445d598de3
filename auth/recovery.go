package auth

import (
	"errors"
	"io"
	"strings"
)

// A recovery code is 25 symbols of Crockford's base32 in five groups: 23 random ones (115 bits) and two that
// check them, in the way of ISO 7064 (as in an IBAN) with the largest prime below 32²: so every single wrong
// symbol and every two neighbours that changed places are told at once, and all other slips but one in a thousand.
const (
	crockford      = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // no I, L, O, U
	recoveryChosen = 23
	recoveryLength = recoveryChosen + 2
	recoveryGroup  = 5
	recoveryPrime  = 1021
)

// What can be wrong with a recovery code, told before anything is looked up.
var (
	ErrCodeLength    = errors.New("a recovery code has 25 letters and digits; please check that none is missing or doubled")
	ErrCodeCharacter = errors.New("a recovery code has only the digits 0 to 9 and the letters A to Z without U; please check the others")
	ErrCodeMistyped  = errors.New("the recovery code has a typing slip; please compare it with what you wrote down")
)

// NewRecoveryCode makes a code that brings a person without an account back, such as
// "7ZQ4M-0XK2P-…" (five groups of five). Store its Hash. A nil random means crypto/rand.
func NewRecoveryCode(random io.Reader) (string, error) {
	b, err := read(random, recoveryChosen)
	if err != nil {
		return "", err
	}
	symbols := make([]byte, recoveryChosen, recoveryLength)
	for i := range b {
		symbols[i] = crockford[b[i]%32]
	}
	return grouped(append(symbols, check(symbols)...)), nil
}

// ParseRecoveryCode brings a code as somebody typed it into the form that NewRecoveryCode made, ready for Hash.
// It forgives lower case, spaces, any kind of dash, O for 0 and I or L for 1. The error is one of ErrCodeLength,
// ErrCodeCharacter, ErrCodeMistyped.
func ParseRecoveryCode(typed string) (string, error) {
	if len(typed) > 8*recoveryLength {
		return "", ErrCodeLength
	}
	plain := strings.Map(meant, typed)
	if strings.ContainsFunc(plain, func(r rune) bool { return !strings.ContainsRune(crockford, r) }) {
		return "", ErrCodeCharacter
	}
	if len(plain) != recoveryLength {
		return "", ErrCodeLength
	}
	if string(check([]byte(plain[:recoveryChosen]))) != plain[recoveryChosen:] {
		return "", ErrCodeMistyped
	}
	return grouped([]byte(plain)), nil
}

// meant is the symbol that a person means by r, or -1 for what only separates. Anything else stays, to be refused.
func meant(r rune) rune {
	switch {
	case strings.ContainsRune(" \t\r\n-_.\u00a0\u2010\u2011\u2012\u2013\u2014\u2212", r):
		return -1
	case r >= 'a' && r <= 'z':
		r -= 'a' - 'A'
	}
	switch r {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return r
}

// check returns the two symbols that make the number spelt by all 25 leave 1 when divided by 1021.
func check(symbols []byte) []byte {
	sum := 0
	for _, s := range symbols {
		sum = (sum*32 + strings.IndexByte(crockford, s)) % recoveryPrime
	}
	missing := (recoveryPrime + 1 - sum*32*32%recoveryPrime) % recoveryPrime
	return []byte{crockford[missing/32], crockford[missing%32]}
}

func grouped(symbols []byte) string {
	var b strings.Builder
	for i, s := range symbols {
		if i > 0 && i%recoveryGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(s)
	}
	return b.String()
}
