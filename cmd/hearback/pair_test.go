package main_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"hearback/ent/dbtest"
)

// TestTwoServersAreOneHouse runs two servers on one PostgreSQL with one key file.
func TestTwoServersAreOneHouse(t *testing.T) {
	t.Parallel()
	s := newSite(t, dbtest.Postgres(t))
	here, there := s.serve(), s.serve()
	ward := caller{here.url, s.token("administrator")}.ward(t, "Heron Ward")
	moderator := caller{here.url, s.token("moderator")}
	t.Run("BelieveTheSamePeople", func(t *testing.T) { oneSignIn(t, here, there) })
	t.Run("TellWhatHappensAtTheOther", func(t *testing.T) { oneLine(t, here, there, moderator, ward) })
	t.Run("FollowTheKeys", func(t *testing.T) { oneKeyring(t, s, here, there) })
}

func oneSignIn(t *testing.T, here, there *server) {
	rosa := begin(t, here.url)
	me := rosa.ask(t, `{ viewer { id } }`, nil)
	elsewhere := caller{there.url, rosa.token}
	if id := text(elsewhere.ask(t, `{ viewer { id } }`, nil), "viewer", "id"); id == "" || id != text(me, "viewer", "id") {
		t.Errorf("at the other server %v is %q", me, id)
	}
	elsewhere.ask(t, `mutation { sessionEnd { ended } }`, nil)
	for _, c := range []caller{rosa, elsewhere} {
		if a := sure(c.send(t.Context(), `{ viewer { id } }`, nil))(t); a.Status != http.StatusUnauthorized || a.code() != "UNAUTHENTICATED" {
			t.Errorf("signed out, and still: %d %s", a.Status, a.Text)
		}
	}
}

// oneLine causes steps at one server until both a stream and a socket of the other have begun to listen, which nobody can
// know from outside; from then on each step must come, once, and to nobody else.
func oneLine(t *testing.T, here, there *server, moderator caller, ward string) {
	rosa, tom := begin(t, here.url), begin(t, there.url)
	elsewhere := caller{there.url, rosa.token}
	streams := []<-chan heard{sure(elsewhere.hear(t.Context(), stepTaken))(t), elsewhere.socket(t)}
	quiet := sure(tom.hear(t.Context(), stepTaken))(t)
	for _, stream := range streams {
		listening(t, stream, func() { rosa.heardOf(t, moderator, ward) })
	}
	last := rosa.heardOf(t, moderator, ward)
	for i, stream := range streams {
		for id, seen := "", map[string]bool{}; id != last; {
			step := next(t, stream)
			id = text(step, "stepTaken", "experience", "id")
			if seen[id] || id == "" || text(step, "stepTaken", "kind") != "HEARD" {
				t.Errorf("stream %d brought %v after %v", i, step, seen)
			}
			seen[id] = true
		}
	}
	toms := map[string]bool{}
	listening(t, quiet, func() { toms[tom.heardOf(t, moderator, ward)] = true })
	if id := text(next(t, quiet), "stepTaken", "experience", "id"); !toms[id] {
		t.Errorf("Tom heard of %s, which is Rosa's", id)
	}
}

// listening does something again and again until the stream has brought anything.
func listening(t *testing.T, stream <-chan heard, do func()) {
	t.Helper()
	for end := time.Now().Add(patience); len(stream) == 0; do() {
		if time.Now().After(end) {
			t.Fatal("nothing came")
		}
	}
}

// socket subscribes over a websocket; what comes is as from hear.
func (c caller) socket(t *testing.T) <-chan heard {
	t.Helper()
	conn := c.call(t)
	say(t, conn, vars{"id": "1", "type": "subscribe", "payload": vars{"query": stepTaken}})
	out := make(chan heard, 1000)
	go func() {
		defer close(out)
		for {
			m, err := listen(t, conn)
			if err != nil || m["type"] != "next" {
				out <- heard{nil, errCut}
				return
			}
			out <- heard{event: at(m, "payload", "data")}
		}
	}()
	return out
}

// oneKeyring rotates the keys by the command line beside both servers.
func oneKeyring(t *testing.T, s *site, here, there *server) {
	old := begin(t, here.url).token
	both := func(token string, fine bool) {
		t.Helper()
		for _, v := range []*server{here, there} {
			a := sure(caller{v.url, token}.send(t.Context(), `{ viewer { id } }`, nil))(t)
			if a.worked() != fine || !fine && a.Status != http.StatusUnauthorized {
				t.Errorf("believed: %v, want %v: %s", a.worked(), fine, a.Text)
			}
		}
	}
	both(old, true)
	rotate(t, s)
	fresh := s.token("contributor")
	// a server reads the key file again at most once a second
	for _, v := range []*server{here, there} {
		until(t, "a token of the new key is believed", func() bool { return sure(caller{v.url, fresh}.send(t.Context(), `{ viewer { id } }`, nil))(t).worked() })
	}
	both(old, true)
	if signing := keyOf(t, fresh); signing == keyOf(t, old) || keyOf(t, begin(t, here.url).token) != signing || keyOf(t, begin(t, there.url).token) != signing {
		t.Error("the servers do not sign with the new key")
	}
	for _, v := range []*server{here, there} {
		if _, body := fetch(t, "GET", v.url+"/.well-known/jwks.json"); strings.Count(body, `"kid"`) != 2 || !strings.Contains(body, keyOf(t, old)) {
			t.Errorf("shows %s", body)
		}
	}
	rotate(t, s, "--overlap", "0")
	newest := s.token("contributor")
	for _, v := range []*server{here, there} {
		until(t, "a token of the newest key is believed", func() bool {
			return sure(caller{v.url, newest}.send(t.Context(), `{ viewer { id } }`, nil))(t).worked()
		})
	}
	both(old, false)
	both(fresh, false)
	both(newest, true)
}

func rotate(t *testing.T, s *site, words ...string) {
	t.Helper()
	if code, out, said := s.run(append([]string{"keys", "rotate"}, words...)...); code != 0 || out != "" || !strings.HasPrefix(said, "New tokens are signed with a new key.") {
		t.Fatalf("%d, %q, %q", code, out, said)
	}
}

// keyOf is the name of the key that signed a token.
func keyOf(t *testing.T, token string) string {
	t.Helper()
	head, _, _ := strings.Cut(token, ".")
	var h struct{ Kid string }
	if err := json.Unmarshal(sure(base64.RawURLEncoding.DecodeString(head))(t), &h); err != nil || h.Kid == "" {
		t.Fatalf("%s: %v", head, err)
	}
	return h.Kid
}
