package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhoAsksTooOftenIsToldToWait(t *testing.T) {
	t.Parallel()
	answered := 0
	door := rateFlags{RatePerAddress: 5, RatePerViewer: 2}.limit(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { answered++ }))
	ask := func(from, token string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(http.MethodPost, "/graphql", nil), httptest.NewRecorder()
		r.RemoteAddr = from + ":4711"
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		door.ServeHTTP(w, r)
		return w
	}
	for i, c := range []struct {
		from, token string
		status      int
		left        string
	}{
		{"10.0.0.1", "a", 200, `"viewer";r=1`},
		{"10.0.0.1", "a", 200, `"viewer";r=0`},
		{"10.0.0.1", "a", 429, `"viewer";r=0`},
		{"10.0.0.1", "b", 200, `"viewer";r=1`},
		{"10.0.0.1", "", 200, `"address";r=0`},
		{"10.0.0.1", "", 429, `"address";r=0`},
		{"10.0.0.2", "", 200, `"address";r=4`},
	} {
		w := ask(c.from, c.token)
		if w.Code != c.status || !strings.Contains(w.Header().Get("RateLimit"), c.left) {
			t.Errorf("request %d: %d %s", i, w.Code, w.Header().Get("RateLimit"))
		}
		if w.Code == 429 && (w.Header().Get("Retry-After") != "60" || !strings.Contains(w.Body.String(), "RATE_LIMITED")) {
			t.Errorf("request %d is refused without saying what to do: %s", i, w.Body)
		}
	}
	if w := ask("127.0.0.1", "a"); w.Code != 200 || w.Header().Get("RateLimit") != "" {
		t.Errorf("the machine itself is counted: %d %s", w.Code, w.Header().Get("RateLimit"))
	}
	if answered != 6 {
		t.Errorf("%d requests came through, not 6", answered)
	}
}

func TestAddressBehindAProxy(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	r.RemoteAddr = "10.0.0.1:4711"
	r.Header.Set("X-Forwarded-For", "1.2.3.4, 5.6.7.8")
	if a := (rateFlags{}).address(r); a != "10.0.0.1" {
		t.Errorf("a stranger's header is believed: %s", a)
	}
	if a := (rateFlags{TrustProxy: true}).address(r); a != "5.6.7.8" {
		t.Errorf("the proxy is not believed: %s", a)
	}
}
