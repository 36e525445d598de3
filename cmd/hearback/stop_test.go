package main_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/coder/websocket"

	"hearback/ent/dbtest"
	"hearback/ent/store"
)

// TestStopCutsNothing ends a server while somebody's words are on their way into the store, and others listen.
func TestStopCutsNothing(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		v := s.serve()
		ward := caller{v.url, s.token("administrator")}.ward(t, "Heron Ward")
		rosa := begin(t, v.url)
		idle, busy := rosa.call(t), rosa.call(t)
		stream := sure(rosa.hear(t.Context(), stepTaken))(t)
		say(t, busy, vars{"id": "1", "type": "subscribe", "payload": vars{"query": stepTaken}})
		say(t, busy, vars{"id": "2", "type": "subscribe", "payload": vars{"query": "{ viewer { id } }"}})
		for _, kind := range []string{"next", "complete"} { // by then the first is taken too
			if m := sure(listen(t, busy))(t); m["type"] != kind || m["id"] != "2" {
				t.Errorf("heard %v", m)
			}
		}
		slow := v.dial(t)
		slow.say("GET /heal") // never says the rest

		release := hold(t, url)
		words, id := v.dial(t), newID()
		words.shares(rosa, id, ward)
		if err := v.process.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		goodbye(t, idle)
		goodbye(t, busy)
		if h := <-stream; !errors.Is(h.err, errCut) {
			t.Errorf("the stream brought %v, %v; a client that is told of a regular end would not come back", h.event, h.err)
		}
		select {
		case <-v.ended:
			t.Errorf("ended while words were on their way:\n%s", v.heard)
		default:
		}
		release()
		got, body := words.answer()
		if got.StatusCode != 200 || !strings.Contains(body, id) || !strings.Contains(body, `"userErrors":[]`) {
			t.Errorf("%d %s", got.StatusCode, body)
		}
		if code := v.code(); code != 0 {
			t.Errorf("ended with %d and said:\n%s", code, v.heard)
		}
		if again := s.serve(); text(caller{again.url, rosa.token}.ask(t, mine, nil), "viewer", "contributions", "nodes", 0, "id") != id {
			t.Error("what was answered is gone")
		}
	})
}

// TestStopDoesNotWaitForEver ends a server whose work in flight takes longer than it may.
func TestStopDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		v := s.serve("--drain", "200ms")
		ward := caller{v.url, s.token("administrator")}.ward(t, "Heron Ward")
		rosa := begin(t, v.url)
		release := hold(t, url)
		words, id := v.dial(t), newID()
		words.shares(rosa, id, ward)
		if code := v.end(syscall.SIGTERM); code != 1 || !strings.Contains(v.heard.String(), "hearback: something was still in flight after 200ms and was cut off") {
			t.Errorf("ended with %d and said:\n%s", code, v.heard)
		}
		words.over()
		release()
		again := caller{s.serve().url, rosa.token}
		data := again.ask(t, share, vars{"id": id, "ward": ward, "story": "on its way"})
		if kept, _ := at(again.ask(t, mine, nil), "viewer", "contributions", "nodes").([]any); len(kept) != 1 || text(data, "experienceShare", "experience", "id") != id {
			t.Errorf("sent again: %v, kept: %v", data, kept)
		}
	})
}

// shares sends words and returns when the server has begun to take them. The answer is read later.
func (l *line) shares(who caller, id, ward string) {
	l.t.Helper()
	body := sure(json.Marshal(vars{"query": share, "variables": vars{"id": id, "ward": ward, "story": "on its way"}}))(l.t)
	l.say(postHead+"Authorization: Bearer %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", who.token, len(body))
	if got := sure(http.ReadResponse(l.from, nil))(l.t); got.StatusCode != http.StatusContinue {
		l.t.Fatalf("%d", got.StatusCode)
	}
	l.say("%s", body)
}

// hold keeps everybody else from writing until it is released.
func hold(t *testing.T, url string) (release func()) {
	t.Helper()
	s := sure(store.Open(t.Context(), url, store.Shared()))(t)
	tx := sure(s.DB().BeginTx(t.Context(), nil))(t) // on SQLite this is the one writer
	if s.Dialect() == "postgres" {
		sure(tx.ExecContext(t.Context(), "LOCK TABLE experiences IN EXCLUSIVE MODE"))(t)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), s.Close()); err != nil {
			t.Error(err)
		}
	}
}

// goodbye reads to the end of a socket, which must say that the server goes away and nothing else: who is told that a
// subscription is complete does not come back.
func goodbye(t *testing.T, conn *websocket.Conn) {
	t.Helper()
	if m, err := listen(t, conn); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("%v, %v; want 1001", m, err)
	}
}
