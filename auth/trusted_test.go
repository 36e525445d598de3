package auth_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"hearback/auth"
)

// elsewhere is an issuer's page of keys, and the keys themselves.
type elsewhere struct {
	*httptest.Server
	t       testing.TB
	clock   *clock
	guard   sync.Mutex
	signing map[string]ed25519.PrivateKey
	asked   int
	instead http.HandlerFunc // what it answers in place of keys
}

func newElsewhere(t testing.TB) *elsewhere {
	e := &elsewhere{t: t, clock: newClock(), signing: map[string]ed25519.PrivateKey{}}
	e.Server = httptest.NewServer(http.HandlerFunc(e.keys))
	t.Cleanup(e.Close)
	e.turn("one")
	return e
}

// turn makes a key the only one.
func (e *elsewhere) turn(kid string) {
	_, private, err := ed25519.GenerateKey(nil)
	check(e.t, err)
	e.guard.Lock()
	defer e.guard.Unlock()
	e.signing = map[string]ed25519.PrivateKey{kid: private}
}

func (e *elsewhere) keys(w http.ResponseWriter, r *http.Request) {
	e.guard.Lock()
	defer e.guard.Unlock()
	if e.asked++; e.instead != nil {
		e.instead(w, r)
		return
	}
	var set jose.JSONWebKeySet
	for kid, key := range e.signing {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: kid, Use: "sig", Algorithm: "EdDSA"})
	}
	_ = json.NewEncoder(w).Encode(set)
}

func (e *elsewhere) says(instead http.HandlerFunc) {
	e.guard.Lock()
	defer e.guard.Unlock()
	e.instead = instead
}

// token is one for Sam, signed with the key that has the id, or with one that nobody published.
func (e *elsewhere) token(kid string) string {
	key, known := e.signing[kid]
	if !known {
		_, key, _ = ed25519.GenerateKey(nil)
	}
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"iss": "https://login.example.org", "aud": "hearback", "sub": "sam", "iat": e.clock.unix(0), "exp": e.clock.unix(time.Minute)})
	t.Header["kid"], t.Header["typ"] = kid, "at+jwt"
	text, err := t.SignedString(key)
	check(e.t, err)
	return text
}

func (e *elsewhere) trusted() *auth.Trusted {
	t := &auth.Trusted{
		Issuer: "https://login.example.org", Audience: "hearback", Keys: e.URL, Algorithms: []string{"EdDSA"}, Type: "at+jwt",
		Client: e.Client(), Now: e.clock.now, Log: slog.New(slog.DiscardHandler),
	}
	check(e.t, t.Open(e.t.Context()))
	return t
}

func TestTrustedKeysAreFollowed(t *testing.T) {
	t.Parallel()
	e := newElsewhere(t)
	believed := e.trusted()
	wants := func(why, token string, want error) {
		t.Helper()
		who, err := believed.Verify(t.Context(), token)
		if !errors.Is(err, want) || err == nil && who.Subject != "sam" {
			t.Errorf("%s: %v %v, want %v", why, who, err, want)
		}
	}
	old := e.token("one")
	wants("the first key", old, nil)
	e.turn("two")
	wants("a key that has just come", e.token("two"), nil)
	wants("a key that was taken away", old, auth.ErrInvalid)
	wants("another key with its name", strings.Replace(old, old[:strings.Index(old, ".")], e.token("two")[:strings.Index(old, ".")], 1), auth.ErrInvalid)
	before := e.asked
	for i := range 50 {
		wants("a key that nobody has", e.token(fmt.Sprint("none", i)), auth.ErrInvalid)
	}
	if n := e.asked - before; n > 3 {
		t.Errorf("fifty tokens with made-up keys asked the issuer %d times", n)
	}
	e.says(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "closed", http.StatusServiceUnavailable) })
	wants("its keys while it is away", e.token("two"), nil)
}

func TestTrustedKeysThatAreNone(t *testing.T) {
	t.Parallel()
	for why, says := range map[string]http.HandlerFunc{
		"away":           func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "closed", http.StatusServiceUnavailable) },
		"another page":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"without an end": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"keys": [`, strings.Repeat(" ", 1<<20)) },
		"somewhere else": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/keys", http.StatusFound) },
	} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			e := newElsewhere(t)
			e.says(says)
			if _, err := e.trusted().Verify(t.Context(), e.token("one")); err == nil || errors.Is(err, auth.ErrInvalid) || errors.Is(err, auth.ErrExpired) {
				t.Errorf("the token is blamed: %v", err)
			}
		})
	}
}
