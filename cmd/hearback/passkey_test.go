package main

import (
	"log/slog"
	"strings"
	"testing"
)

func TestPasskeySettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flags passkeyFlags
		says  string
	}{
		"None":            {passkeyFlags{}, ""},
		"OneThatIsGood":   {passkeyFlags{"example.org", []string{"https://example.org", "https://app.example.org:8443", "android:apk-key-hash:Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8"}}, ""},
		"OnThisMachine":   {passkeyFlags{"localhost", []string{"http://localhost:5173"}}, ""},
		"NoDomain":        {passkeyFlags{"", []string{"https://example.org"}}, "Set PASSKEY_DOMAIN="},
		"NoOrigin":        {passkeyFlags{"example.org", nil}, "Set PASSKEY_ORIGINS="},
		"AnAddress":       {passkeyFlags{"https://example.org", []string{"https://example.org"}}, "is not a domain"},
		"AnIP":            {passkeyFlags{"192.0.2.1", []string{"https://192.0.2.1"}}, "is not a domain"},
		"ElsewhereOrigin": {passkeyFlags{"example.org", []string{"https://example.com"}}, "is not a page on example.org"},
		"LikeItsEnd":      {passkeyFlags{"example.org", []string{"https://notexample.org"}}, "is not a page on example.org"},
		"NotSafe":         {passkeyFlags{"example.org", []string{"http://example.org"}}, "is not a page on example.org"},
		"WithAPath":       {passkeyFlags{"example.org", []string{"https://example.org/"}}, "without a path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := c.flags.party(slog.New(slog.DiscardHandler))
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) || (p == nil) != (c.says != "" || name == "None") {
				t.Errorf("it says %v and gives %v", err, p)
			}
		})
	}
}
