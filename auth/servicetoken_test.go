package auth

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// The expected text was worked out outside of Go, from the description alone.
func TestServiceTokenLooksAsDescribed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		random byte
		want   string
	}{
		"all zeros": {0x00, "hbt_00000000000000000000000000000000000000000000J15vG"},
		"all ones":  {0xff, "hbt_YHJSKWDa6oz1al1yMhwzwM8llg7hJNUca2J5RoW8xP12J5Hwt"},
	} {
		got, err := NewServiceToken(bytes.NewReader(bytes.Repeat([]byte{c.random}, 32)))
		if err != nil || got != c.want {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

func TestServiceTokenIsNewEachTime(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		s, err := NewServiceToken(nil)
		if err != nil || CheckServiceToken(s) != nil || !IsServiceToken(s) || seen[s] {
			t.Fatalf("a token that is not good: %v, %v", err, CheckServiceToken(s))
		}
		seen[s] = true
	}
	if _, err := NewServiceToken(strings.NewReader("too little")); err == nil {
		t.Error("a token was made of too little randomness")
	}
}

func TestServiceTokenWithAMistakeIsRefused(t *testing.T) {
	t.Parallel()
	s, err := NewServiceToken(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]string{
		"nothing":               "",
		"the prefix alone":      "hbt_",
		"capital prefix":        "HBT_" + s[4:],
		"another prefix":        "hbr_" + s[4:],
		"one short":             s[:len(s)-1],
		"one long":              s + "0",
		"a blank behind":        s + " ",
		"a blank within":        s[:20] + " " + s[21:],
		"a line break":          s[:20] + "\n" + s[21:],
		"no checksum":           s[:len(s)-6],
		"a dash":                s[:20] + "-" + s[21:],
		"a letter of elsewhere": s[:20] + "é" + s[22:],
		"a zero byte":           s[:20] + "\x00" + s[21:],
		"a JWT behind it":       "hbt_eyJhbGciOiJub25lIn0.eyJzdWIiOiJwZXJfMSJ9.",
	} {
		if err := CheckServiceToken(wrong); !errors.Is(err, errServiceToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A CRC-32 finds every mistake in one place and every two neighbours that changed places.
func TestServiceTokenChecksumFindsEverySlip(t *testing.T) {
	t.Parallel()
	s, err := NewServiceToken(nil)
	if err != nil {
		t.Fatal(err)
	}
	const signs = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for i := range s {
		for _, sign := range signs {
			if wrong := s[:i] + string(sign) + s[i+1:]; wrong != s && CheckServiceToken(wrong) == nil {
				t.Errorf("sign %d became another one, and it passes", i)
			}
		}
		if i > 0 && s[i] != s[i-1] && CheckServiceToken(s[:i-1]+s[i:i+1]+s[i-1:i]+s[i+1:]) == nil {
			t.Errorf("signs %d and %d changed places, and it passes", i-1, i)
		}
	}
}

func FuzzCheckServiceToken(f *testing.F) {
	good, err := NewServiceToken(bytes.NewReader(make([]byte, 32)))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{good, "", "hbt_", good[:52], strings.ToUpper(good), "hbt_" + strings.Repeat("é", 24) + "0", "eyJhbGciOiJFZERTQSJ9.e30.AA", strings.Repeat("h", 5000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		err := CheckServiceToken(s)
		if err == nil && (len(s) != 53 || !IsServiceToken(s) || presentable(s) != nil || s[47:] != checksum(s[:47])) {
			t.Errorf("%q passes", s)
		}
		if err != nil && len(s) > 20 && strings.Contains(err.Error(), s) {
			t.Errorf("the error holds the token")
		}
	})
}
