package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// patience bounds how long a test waits for what must come; nothing is measured by it.
const patience = 20 * time.Second

// stream is what a client hears, one answer after the other; closed when it is over.
type stream <-chan map[string]any

// next is the next answer.
func (s stream) next(t testing.TB) map[string]any {
	t.Helper()
	select {
	case a, open := <-s:
		if !open {
			t.Fatal("the stream is over")
		}
		return a
	case <-time.After(patience):
		t.Fatal("nothing came")
		return nil
	}
}

// after is the next step of another kind: what happened just before somebody began to listen may still be on its way.
func (s stream) after(t testing.TB, kind string) map[string]any {
	t.Helper()
	for {
		if a := s.next(t); dig(a, "data.stepTaken.kind") != kind {
			return a
		}
	}
}

// ended waits until the stream is over and fails when something comes before.
func (s stream) ended(t testing.TB) {
	t.Helper()
	select {
	case a, open := <-s:
		if open {
			t.Fatalf("something came: %v", a)
		}
	case <-time.After(patience):
		t.Fatal("the stream goes on")
	}
}

// server is the door on a real port.
func (s *stage) server() *httptest.Server {
	server := httptest.NewServer(s.door)
	s.t.Cleanup(server.Close)
	return server
}

// hear subscribes over server-sent events and returns when the server listens.
func (p *person) hear(server *httptest.Server, query string) stream {
	p.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	p.t.Cleanup(stop)
	body, _ := json.Marshal(vars{"query": query})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = answer.Body.Close() })
	if kind := answer.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		p.t.Fatalf("%s is answered with %s", p.name, kind)
	}
	out := make(chan map[string]any)
	go func() {
		defer close(out)
		event := ""
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			line := lines.Text()
			if name, ok := strings.CutPrefix(line, "event: "); ok {
				event = name
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok && event == "next" {
				var a map[string]any
				if json.Unmarshal([]byte(data), &a) == nil {
					out <- a
				}
			}
		}
	}()
	return out
}

// letIn opens a socket with one's token; the server must let it in.
func (p *person) letIn(server *httptest.Server) *websocket.Conn {
	p.t.Helper()
	conn, ack, err := speak(p.t, server, vars{"authorization": "Bearer " + p.token})
	if err != nil || ack != "connection_ack" {
		p.t.Fatalf("%s is not let in: %v %v", p.name, ack, err)
	}
	return conn
}

// asksOn asks one question after the other on one socket, each when the test calls the function, and gives what came back.
func (p *person) asksOn(server *httptest.Server) func(id, query string) (kind string, payload any) {
	p.t.Helper()
	conn, ctx := p.letIn(server), p.t.Context()
	return func(id, query string) (string, any) {
		_ = wsjson.Write(ctx, conn, vars{"id": id, "type": "subscribe", "payload": vars{"query": query}})
		for {
			var m struct {
				Type    string
				Payload any
			}
			if err := wsjson.Read(ctx, conn, &m); err != nil {
				return fmt.Sprint("closed with ", int(websocket.CloseStatus(err))), nil
			}
			if m.Type == "next" || m.Type == "error" {
				return m.Type, m.Payload
			}
		}
	}
}

// call subscribes over a websocket in the graphql-transport-ws protocol once the server has let it in.
func (p *person) call(server *httptest.Server, query string) stream {
	p.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	p.t.Cleanup(stop)
	conn := p.letIn(server)
	say := func(m vars) {
		if err := wsjson.Write(ctx, conn, m); err != nil {
			p.t.Error(err)
		}
	}
	say(vars{"id": "1", "type": "subscribe", "payload": vars{"query": query}})
	out := make(chan map[string]any)
	go func() {
		defer close(out)
		for {
			var m struct {
				Type    string
				ID      string
				Payload map[string]any
			}
			if wsjson.Read(ctx, conn, &m) != nil {
				return
			}
			switch {
			case m.Type == "ping":
				say(vars{"type": "pong"})
			case m.Type == "next":
				out <- m.Payload
			case m.Type == "complete":
				return
			}
		}
	}()
	return out
}
