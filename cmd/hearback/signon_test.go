package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSingleSignOnSettings(t *testing.T) {
	t.Parallel()
	good := oidcFlags{Issuer: "https://login.example.org/realms/trust", ClientID: "hearback", Redirects: []string{"https://app.example.org/in", "org.example.app:/in"}}
	for name, c := range map[string]struct {
		change func(*oidcFlags)
		says   string
	}{
		"NoIssuer":      {func(f *oidcFlags) { f.Issuer = "" }, "Set OIDC_ISSUER="},
		"NoAddress":     {func(f *oidcFlags) { f.Issuer = "login" }, "Write it as it stands in its tokens"},
		"NotSafe":       {func(f *oidcFlags) { f.Issuer = "http://login.example.org" }, "Write it as it stands in its tokens"},
		"NoClient":      {func(f *oidcFlags) { f.ClientID = "" }, "Set OIDC_CLIENT_ID="},
		"NoRedirect":    {func(f *oidcFlags) { f.Redirects = nil }, "Set OIDC_REDIRECTS="},
		"OpenRedirect":  {func(f *oidcFlags) { f.Redirects = []string{"http://app.example.org/in"} }, "Write it like https://"},
		"NoSuchKey":     {func(f *oidcFlags) { f.Algorithm = "HS256" }, "OIDC_KEY_FILE"},
		"AnotherKey":    {func(f *oidcFlags) { f.Algorithm = "RS512" }, "OIDC_KEY_FILE"},
		"OneThatIsGood": {func(*oidcFlags) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := good
			f.KeyFile = filepath.Join(t.TempDir(), "data", "oidc.pem")
			c.change(&f)
			_, err := f.open(slog.New(slog.DiscardHandler))
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func TestClientKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	f := oidcFlags{Issuer: "http://127.0.0.1:1", ClientID: "hearback", Redirects: []string{"http://localhost:3000/in"}, KeyFile: filepath.Join(t.TempDir(), "oidc.pem")}
	var sets []string
	for range 2 {
		issuer, err := f.open(slog.New(slog.DiscardHandler)) // nobody is at home there, and it opens
		if err != nil {
			t.Fatal(err)
		}
		set, err := issuer.Key.JWKS()
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, string(set))
	}
	if sets[0] != sets[1] || !strings.Contains(sets[0], `"alg":"ES256"`) || strings.Contains(sets[0], `"d"`) {
		t.Errorf("the key is %s, then %s", sets[0], sets[1])
	}
	if about, err := os.Stat(f.KeyFile); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("others read the key: %v %v", about, err)
	}
	if none, err := (oidcFlags{}).open(nil); none != nil || err != nil {
		t.Errorf("without settings there is %v %v", none, err)
	}
}
