package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"hearback/auth"
)

func TestTokenIsReadBack(t *testing.T) {
	t.Parallel()
	c := newClock()
	tokens := newTokens(newKeys(t, c), c)
	c.pass(987 * time.Millisecond)
	want := auth.Claims{Person: "per_anna", Session: "ses_1", Scopes: auth.Scopes{auth.ExperienceRead, auth.ExperienceWrite}}
	token, expires, err := tokens.Issue(want)
	check(t, err)
	got, err := tokens.Verify(token)
	check(t, err)
	if got.Person != want.Person || got.Session != want.Session || got.Scopes.String() != want.Scopes.String() {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !got.Expires.Equal(expires) || expires.After(c.at.Add(10*time.Minute)) || expires.Before(c.at.Add(599*time.Second)) {
		t.Errorf("ends %v, said %v; want ten minutes from %v", got.Expires, expires, c.at)
	}
	again, _, err := tokens.Issue(want)
	check(t, err)
	if other, err := tokens.Verify(again); err != nil || other.ID == got.ID || got.ID == "" {
		t.Errorf("two tokens share the id %q (%v)", got.ID, err)
	}
	if _, ok := header(t, token)["jwk"]; ok || len(header(t, token)) != 3 || header(t, token)["typ"] != "at+jwt" {
		t.Errorf("header = %v", header(t, token))
	}
}

func TestTokenRunsOut(t *testing.T) {
	t.Parallel()
	c := newClock()
	tokens := newTokens(newKeys(t, c), c)
	token, expires, err := tokens.Issue(auth.Claims{Person: "per_anna"})
	check(t, err)
	c.at = expires.Add(-time.Second)
	if _, err := tokens.Verify(token); err != nil {
		t.Errorf("refused a second too early: %v", err)
	}
	c.at = expires.Add(6 * time.Second)
	_, err = tokens.Verify(token)
	if !errors.Is(err, auth.ErrExpired) || errors.Is(err, auth.ErrInvalid) {
		t.Errorf("got %v, want ErrExpired alone", err)
	}
}

func TestExpiredIsSaidOnlyOfGoodTokens(t *testing.T) {
	t.Parallel()
	c := newClock()
	keys := newKeys(t, c)
	other := newTokens(keys, c)
	other.Audience = "somebody else"
	foreign, _, err := other.Issue(auth.Claims{Person: "per_anna"})
	check(t, err)
	c.pass(time.Hour)
	_, err = newTokens(keys, c).Verify(foreign)
	if !errors.Is(err, auth.ErrInvalid) || errors.Is(err, auth.ErrExpired) {
		t.Errorf("got %v, want ErrInvalid", err)
	}
}

func TestTokensThatAreNotIssued(t *testing.T) {
	t.Parallel()
	c := newClock()
	tokens := newTokens(newKeys(t, c), c)
	for story, claims := range map[string]auth.Claims{
		"for nobody":        {},
		"unknown scope":     {Person: "per_a", Scopes: auth.Scopes{"fly:moon"}},
		"two scopes in one": {Person: "per_a", Scopes: auth.Scopes{"experience:read export:read x"}},
		"too long":          {Person: strings.Repeat("p", 4096)},
	} {
		if token, _, err := tokens.Issue(claims); err == nil || token != "" {
			t.Errorf("%s: got %q", story, token)
		}
	}
}

func TestHalfFilledTokensRefuse(t *testing.T) {
	t.Parallel()
	c := newClock()
	whole := newTokens(newKeys(t, c), c)
	token, _, err := whole.Issue(auth.Claims{Person: "per_a"})
	check(t, err)
	for story, empty := range map[string]func(*auth.Tokens){
		"no keys":      func(h *auth.Tokens) { h.Keys = nil },
		"no issuer":    func(h *auth.Tokens) { h.Issuer = "" },
		"no audience":  func(h *auth.Tokens) { h.Audience = "" },
		"negative TTL": func(h *auth.Tokens) { h.TTL = -1 },
	} {
		half := whole
		empty(&half)
		if _, err := half.Verify(token); err == nil || errors.Is(err, auth.ErrInvalid) {
			t.Errorf("%s: Verify says %v, want an error that is not about the token", story, err)
		}
		if _, _, err := half.Issue(auth.Claims{Person: "per_a"}); err == nil {
			t.Errorf("%s: a token was issued", story)
		}
	}
}

// During an update a newer server may give scopes that this one does not know: they count for nothing here.
func TestScopesOfTomorrow(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	claims, err := f.tokens.Verify(f.sign(func(_, p jwt.MapClaims) { p["scope"] = "experience:read moon:fly" }))
	check(t, err)
	if claims.Scopes.String() != "experience:read" {
		t.Errorf("scopes = %q", claims.Scopes)
	}
}

func BenchmarkIssue(b *testing.B) {
	tokens := newTokens(newKeys(b, newClock()), newClock())
	for b.Loop() {
		_, _, err := tokens.Issue(auth.Claims{Person: "per_a", Session: "ses_a", Scopes: auth.SessionScopes()})
		check(b, err)
	}
}

func BenchmarkVerify(b *testing.B) {
	tokens := newTokens(newKeys(b, newClock()), newClock())
	token, _, err := tokens.Issue(auth.Claims{Person: "per_a", Session: "ses_a", Scopes: auth.SessionScopes()})
	check(b, err)
	for b.Loop() {
		_, err := tokens.Verify(token)
		check(b, err)
	}
}
