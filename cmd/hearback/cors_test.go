package main_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"hearback/ent/dbtest"
)

const (
	friend   = "https://app.example.org"
	stranger = "https://app.example.org.evil.example"
)

// TestPagesFromElsewhere asks as browsers do for pages of other sites.
func TestPagesFromElsewhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, dbtest.SQLite(t))
	v := s.serve("--cors-origins", friend+",http://localhost:3000")
	for name, story := range map[string]func(*testing.T, *server){
		"MayAskWhenListed": listed, "MayNotAskWhenNot": unlisted, "MayOpenSocketsWhenListed": sockets, "CannotBeForms": forms,
	} {
		t.Run(name, func(t *testing.T) { story(t, v) })
	}
}

// TestPagesFromElsewhereAreStrangersByDefault starts without a list.
func TestPagesFromElsewhereAreStrangersByDefault(t *testing.T) {
	t.Parallel()
	v := newSite(t, dbtest.SQLite(t)).serve()
	for _, origin := range []string{friend, "null", "http://localhost:3000", v.url} {
		for _, got := range []*http.Response{preflight(t, v, origin, "content-type"), simple(t, v, origin)} {
			shared(t, origin, got.Header, false)
		}
	}
	knock(t, v, friend, false)
	knock(t, v, v.url, true)
}

func preflight(t *testing.T, v *server, origin, headers string) *http.Response {
	t.Helper()
	got, body := fetch(t, "OPTIONS", v.url+"/graphql", "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", headers)
	if body != "" {
		t.Errorf("a preflight of %s is answered with %s", origin, body)
	}
	return got
}

func simple(t *testing.T, v *server, origin string) *http.Response {
	t.Helper()
	got, _ := fetch(t, "GET", v.url+"/graphql?query=%7Bviewer%7Bid%7D%7D", "Origin", origin)
	return got
}

// shared checks whether an answer lets the page of the origin read it.
func shared(t *testing.T, origin string, h http.Header, may bool) {
	t.Helper()
	allowed := h.Get("Access-Control-Allow-Origin")
	if may != (allowed == origin) || !may && allowed != "" || h.Get("Access-Control-Allow-Credentials") != "" || allowed == "*" {
		t.Errorf("for %s: %v", origin, h)
	}
	if !strings.Contains(strings.Join(h.Values("Vary"), ","), "Origin") {
		t.Errorf("a cache would mix up who may read: %v", h)
	}
}

func listed(t *testing.T, v *server) {
	for _, origin := range []string{friend, "http://localhost:3000"} {
		asked := preflight(t, v, origin, "authorization,content-type")
		shared(t, origin, asked.Header, true)
		if asked.StatusCode != http.StatusNoContent || asked.Header.Get("Access-Control-Allow-Methods") != "POST" || asked.Header.Get("Access-Control-Allow-Headers") != "authorization,content-type" || asked.Header.Get("Access-Control-Max-Age") != "600" {
			t.Errorf("%d %v", asked.StatusCode, asked.Header)
		}
		got := simple(t, v, origin)
		shared(t, origin, got.Header, true)
		if got.StatusCode != 200 || !strings.Contains(got.Header.Get("Access-Control-Expose-Headers"), "X-Request-Id") {
			t.Errorf("%d %v", got.StatusCode, got.Header)
		}
	}
	if odd := preflight(t, v, friend, "x-anything"); odd.Header.Get("Access-Control-Allow-Headers") != "" {
		t.Errorf("lets through a header that nobody listed: %v", odd.Header)
	}
}

func unlisted(t *testing.T, v *server) {
	for _, origin := range []string{stranger, "http://app.example.org", "https://app.example.org:8443", "https://sub.app.example.org", "null", "*", "https://"} {
		shared(t, origin, preflight(t, v, origin, "content-type").Header, false)
		shared(t, origin, simple(t, v, origin).Header, false)
	}
}

func sockets(t *testing.T, v *server) {
	for origin, may := range map[string]bool{friend: true, "http://localhost:3000": true, v.url: true, "": true, stranger: false, "null": false, "http://localhost:3001": false, "*": false} {
		knock(t, v, origin, may)
	}
}

// knock tries to open a socket from a page of the origin.
func knock(t *testing.T, v *server, origin string, may bool) {
	t.Helper()
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	conn, got, err := websocket.Dial(t.Context(), v.url+"/graphql", &websocket.DialOptions{HTTPHeader: header, Subprotocols: []string{"graphql-transport-ws"}})
	if err == nil {
		_ = conn.CloseNow()
	}
	if (err == nil) != may || !may && got.StatusCode != http.StatusForbidden {
		t.Errorf("a socket from %q: %v", origin, err)
	}
}

// forms are sent by browsers without asking first: none of their kinds is taken.
func forms(t *testing.T, v *server) {
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		r := sure(http.NewRequestWithContext(t.Context(), "POST", v.url+"/graphql", strings.NewReader(`{"query":"mutation { sessionStart { recoveryCode } }"}`)))(t)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", stranger)
		a := sure(read(sure(http.DefaultClient.Do(r))(t)))(t)
		if a.Status != http.StatusUnsupportedMediaType || a.Data != nil {
			t.Errorf("%q: %d %s", kind, a.Status, a.Text)
		}
	}
	a := caller{url: v.url}
	if got, body := fetch(t, "GET", a.url+"/graphql?query=mutation%7BsessionStart%7BrecoveryCode%7D%7D", "Origin", stranger); got.StatusCode != http.StatusMethodNotAllowed || strings.Contains(body, "recoveryCode\":") {
		t.Errorf("a mutation by a link: %d %s", got.StatusCode, body)
	}
}
