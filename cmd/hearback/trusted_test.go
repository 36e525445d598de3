package main

import (
	"log/slog"
	"strings"
	"testing"
)

func TestTrustedIssuersSettings(t *testing.T) {
	t.Parallel()
	const good = "http://127.0.0.1:1|hearback|http://127.0.0.1:1/keys|ES256,RS256"
	for name, c := range map[string]struct {
		texts []string
		says  string
	}{
		"None":              {nil, ""},
		"Good":              {[]string{good}, ""}, // nobody is at home there, and it opens
		"OfTheOldTyp":       {[]string{good + "|JWT"}, ""},
		"TooShort":          {[]string{"https://login.example.org|hearback"}, "Write it like"},
		"NoAudience":        {[]string{"https://login.example.org||https://login.example.org/keys|ES256"}, "Write it like"},
		"NotSafe":           {[]string{"http://login.example.org|hearback|https://login.example.org/keys|ES256"}, "must begin with https://"},
		"KeysNotSafe":       {[]string{"https://login.example.org|hearback|http://login.example.org/keys|ES256"}, "must begin with https://"},
		"SharedSecret":      {[]string{"https://login.example.org|hearback|https://login.example.org/keys|HS256"}, "not an algorithm"},
		"NoSignature":       {[]string{"https://login.example.org|hearback|https://login.example.org/keys|none"}, "not an algorithm"},
		"AnotherTyp":        {[]string{good + "|id+jwt"}, "at+jwt or JWT"},
		"Twice":             {[]string{good, good}, "twice"},
		"OurselvesAsOthers": {[]string{"https://hearback.example.org|hearback|https://hearback.example.org/.well-known/jwks.json|EdDSA"}, "this server itself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := trustedFlags{c.texts}.open(t.Context(), []string{"https://hearback.example.org"}, slog.New(slog.DiscardHandler))
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("it says %v", err)
			}
		})
	}
}
