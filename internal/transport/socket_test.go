package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"hearback/internal/transport"
)

// caller is a client at the other end of a socket.
type caller struct {
	t    *testing.T
	conn *websocket.Conn
}

func call(t *testing.T, v *village, protocols ...string) *caller {
	t.Helper()
	if protocols == nil {
		protocols = []string{"graphql-transport-ws"}
	}
	conn, resp, err := websocket.Dial(t.Context(), "ws://village/graphql", &websocket.DialOptions{
		HTTPClient: v.client, Subprotocols: protocols,
	})
	if err != nil {
		t.Fatalf("dial: %v %v", err, resp)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &caller{t, conn}
}

func (c *caller) say(text string) {
	c.t.Helper()
	if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatalf("say %s: %v", text, err)
	}
}

func (c *caller) hear(want string) {
	c.t.Helper()
	_, got, err := c.conn.Read(c.t.Context())
	if err != nil || string(got) != want {
		c.t.Fatalf("heard %s %v, want %s", got, err, want)
	}
}

func (c *caller) hearError(id, code string) {
	c.t.Helper()
	_, got, err := c.conn.Read(c.t.Context())
	var m struct {
		ID, Type string
		Payload  []struct{ Extensions map[string]any }
	}
	if err != nil || json.Unmarshal(got, &m) != nil || m.Type != "error" || m.ID != id || m.Payload[0].Extensions["code"] != code {
		c.t.Fatalf("heard %s %v, want an error %s for %s", got, err, code, id)
	}
}

// closes reads past everything until the socket is closed.
func (c *caller) closes(code websocket.StatusCode, reason string) {
	c.t.Helper()
	for {
		_, got, err := c.conn.Read(c.t.Context())
		if err == nil {
			c.t.Logf("skipped %s", got)
			continue
		}
		var e websocket.CloseError
		if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Reason, reason) {
			c.t.Fatalf("closed with %v, want %d %q", err, code, reason)
		}
		return
	}
}

func (c *caller) ready() *caller {
	c.t.Helper()
	c.say(`{"type":"connection_init"}`)
	c.hear(`{"type":"connection_ack"}`)
	return c
}

func subscribe(id, text string) string {
	return fmt.Sprintf(`{"type":"subscribe","id":%q,"payload":{"query":%q}}`, id, text)
}

// story runs a test in a bubble: time moves only when everybody waits, and nothing may be left running at its end.
func story(t *testing.T, tell func(*testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, tell)
}

func TestSocketServesAllThree(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		c := call(t, newVillage(t, h.server(transport.Socket{}))).ready()
		c.say(subscribe("q", "{name}"))
		c.hear(`{"type":"next","id":"q","payload":{"data":{"name":"Ward 7"}}}`)
		c.hear(`{"type":"complete","id":"q"}`)
		c.say(subscribe("q", `mutation{rename(to:"x")}`)) // the id is free again
		c.hear(`{"type":"next","id":"q","payload":{"data":{"name":"Ward 7"}}}`)
		c.hear(`{"type":"complete","id":"q"}`)
		c.say(subscribe("s", "subscription{ticks}"))
		h.ticks <- `{"ticks":1}`
		c.hear(`{"type":"next","id":"s","payload":{"data":{"ticks":1}}}`)
		close(h.ticks)
		c.hear(`{"type":"complete","id":"s"}`)
		c.say(`{"type":"ping","payload":{"a":1}}`)
		c.hear(`{"type":"pong"}`)
		c.say(`{"type":"pong"}`)
		if err := c.conn.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

func TestSocketRefusesDocumentsOneByOne(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		c := call(t, newVillage(t, h.server(transport.Socket{}))).ready()
		c.say(subscribe("1", "{nothing}"))
		c.hearError("1", "GRAPHQL_VALIDATION_FAILED")
		c.say(subscribe("1", "{"))
		c.hearError("1", "GRAPHQL_PARSE_FAILED")
		c.say(subscribe("1", "{...@defer{name}}"))
		c.hearError("1", "INCREMENTAL_DELIVERY_UNSUPPORTED")
		if h.executed.Load() != 0 {
			t.Error("executed")
		}
		c.say(subscribe("1", "subscription{broken}"))
		c.hearError("1", "BAD_REQUEST")
	})
}

// Each of these ends the socket with the protocol's own code.
func TestSocketCloses(t *testing.T) {
	const init, ack = `{"type":"connection_init"}`, `{"type":"connection_ack"}`
	long := strings.Repeat("i", 200)
	cases := map[string]struct {
		says   []string
		code   websocket.StatusCode
		reason string
	}{
		"no JSON":                   {[]string{"hello"}, 4400, "Invalid message received"},
		"a list":                    {[]string{"[]"}, 4400, "Invalid message received"},
		"broken UTF-8":              {[]string{"{\"type\":\"ping\",\"x\":\"\xff\"}"}, 4400, "Invalid message received"},
		"a member twice":            {[]string{`{"type":"ping","type":"pong"}`}, 4400, "Invalid message received"},
		"no type":                   {[]string{`{}`}, 4400, "Invalid message type"},
		"the older protocol's type": {[]string{`{"type":"start"}`}, 4400, "Invalid message type"},
		"a server's type":           {[]string{`{"type":"connection_ack"}`}, 4400, "Invalid message type"},
		"init with a list":          {[]string{`{"type":"connection_init","payload":[]}`}, 4400, "payload"},
		"subscribe without id":      {[]string{init, `{"type":"subscribe","payload":{"query":"{name}"}}`}, 4400, "id"},
		"subscribe with a number":   {[]string{init, `{"type":"subscribe","id":1,"payload":{"query":"{name}"}}`}, 4400, "id"},
		"subscribe with a long id":  {[]string{init, subscribe(strings.Repeat("i", 256), "{name}")}, 4400, "id"},
		"subscribe without query":   {[]string{init, `{"type":"subscribe","id":"1","payload":{}}`}, 4400, "query"},
		"subscribe without payload": {[]string{init, `{"type":"subscribe","id":"1"}`}, 4400, "query"},
		"variables as text":         {[]string{init, `{"type":"subscribe","id":"1","payload":{"query":"{name}","variables":"x"}}`}, 4400, "variables"},
		"complete without id":       {[]string{init, `{"type":"complete"}`}, 4400, "id"},
		"subscribe before init":     {[]string{subscribe("1", "{name}")}, 4401, "Unauthorized"},
		"an id in use":              {[]string{init, subscribe("1", "subscription{ticks}"), subscribe("1", "{name}")}, 4409, "Subscriber for 1 already exists"},
		"a long id in use":          {[]string{init, subscribe(long, "subscription{ticks}"), subscribe(long, "{name}")}, 4409, "already exists"},
		"init twice":                {[]string{init, init}, 4429, "Too many initialisation requests"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T) {
				h := newHouse()
				c := call(t, newVillage(t, h.server(transport.Socket{MaxMessage: 1000})))
				for i, text := range tc.says {
					c.say(text)
					if text == init && i == 0 {
						c.hear(ack)
					}
				}
				c.closes(tc.code, tc.reason)
				if h.executed.Load() > 1 {
					t.Error("executed after the fault")
				}
			})
		})
	}
}

func TestSocketClosesOnALargeMessage(t *testing.T) {
	story(t, func(t *testing.T) {
		c := call(t, newVillage(t, newHouse().server(transport.Socket{MaxMessage: 1000})))
		go func() {
			_ = c.conn.Write(context.WithoutCancel(t.Context()), websocket.MessageText, []byte(strings.Repeat("x", 100_000)))
		}()
		c.closes(websocket.StatusMessageTooBig, "")
	})
}

// A message without end does not keep a socket open that is being closed.
func TestSocketClosesDespiteAnEndlessMessage(t *testing.T) {
	story(t, func(t *testing.T) {
		var streams transport.Streams
		v := newVillage(t, newHouse().server(transport.Socket{Streams: &streams, MaxMessage: 1000}))
		wire, err := v.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = io.Copy(io.Discard, wire) }()
		_, _ = io.WriteString(wire, "GET / HTTP/1.1\r\nHost: village\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n")
		_, _ = wire.Write([]byte{0x81, 0xff, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) // text of 2^48 bytes, masked with zeros
		start := time.Now()
		for err = nil; err == nil; time.Sleep(time.Millisecond) {
			_, err = wire.Write(make([]byte, 100))
		}
		if lived := time.Since(start); lived > 11*time.Second {
			t.Errorf("lived %v", lived)
		}
		synctest.Wait()
		if streams.Len() != 0 {
			t.Error("it is still there")
		}
	})
}

func TestSocketClosesOnBinary(t *testing.T) {
	story(t, func(t *testing.T) {
		c := call(t, newVillage(t, newHouse().server(transport.Socket{})))
		_ = c.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"ping"}`))
		c.closes(4400, "text")
	})
}

func TestSocketSpeaksOneProtocol(t *testing.T) {
	story(t, func(t *testing.T) {
		v := newVillage(t, newHouse().server(transport.Socket{}))
		call(t, v, "graphql-ws").closes(4406, "Subprotocol not acceptable")
		call(t, v, []string{}...).closes(4406, "Subprotocol not acceptable")
		call(t, v, "graphql-ws", "graphql-transport-ws").ready()
	})
}

func TestSocketWaitsFiveSecondsForInit(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		c := call(t, newVillage(t, h.server(transport.Socket{})))
		start := time.Now()
		c.say(`{"type":"ping"}`) // alive, but says nothing of itself
		c.closes(4408, "Connection initialisation timeout")
		if waited := time.Since(start); waited != 5*time.Second {
			t.Errorf("waited %v", waited)
		}
	})
}

// An Init that hangs is no excuse, and whoever does not wait for the acknowledgement is turned away.
func TestSocketInitThatHangs(t *testing.T) {
	story(t, func(t *testing.T) {
		hang := func(ctx context.Context, _ map[string]any) (context.Context, time.Time, error) {
			<-ctx.Done()
			return ctx, time.Time{}, ctx.Err()
		}
		v := newVillage(t, newHouse().server(transport.Socket{Init: hang}))
		c := call(t, v)
		c.say(`{"type":"connection_init"}`)
		c.closes(4408, "timeout")
		c = call(t, v)
		c.say(`{"type":"connection_init"}`)
		c.say(subscribe("1", "{name}"))
		c.closes(4401, "Unauthorized")
		c = call(t, v)
		c.say(`{"type":"connection_init"}`)
		c.say(`{"type":"connection_init"}`)
		c.closes(4429, "Too many")
	})
}

type who struct{}

// bearer lets one token in, for a minute.
func bearer(ctx context.Context, payload map[string]any) (context.Context, time.Time, error) {
	token, ok := transport.Bearer(payload)
	if !ok || token != "good" {
		return nil, time.Time{}, errors.New("secret reason")
	}
	return context.WithValue(ctx, who{}, "Ada"), time.Now().Add(time.Minute), nil
}

func TestSocketInitRefuses(t *testing.T) {
	story(t, func(t *testing.T) {
		v := newVillage(t, newHouse().server(transport.Socket{Init: bearer}))
		for _, payload := range []string{`{}`, `{"token":"bad"}`, `{"authorization":"Basic good"}`, `{"authorization":"Bearer "}`, `{"authorization":7}`} {
			c := call(t, v)
			c.say(`{"type":"connection_init","payload":` + payload + `}`)
			c.closes(4403, "Forbidden")
		}
		for _, payload := range []string{`{"token":"good"}`, `{"authorization":"bearer good"}`, `{"Authorization":"Bearer good"}`} {
			c := call(t, v)
			c.say(`{"type":"connection_init","payload":` + payload + `}`)
			c.hear(`{"type":"connection_ack"}`)
		}
	})
}

// The socket ends with its token, to the second, even while a subscription streams.
func TestSocketEndsWithItsToken(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		c := call(t, newVillage(t, h.server(transport.Socket{Init: bearer, Life: transport.Life{Beat: time.Hour}})))
		start := time.Now()
		c.say(`{"type":"connection_init","payload":{"token":"good"}}`)
		c.hear(`{"type":"connection_ack"}`)
		c.say(subscribe("s", "subscription{ticks}"))
		c.closes(4403, "Token expired")
		if lived := time.Since(start); lived != time.Minute {
			t.Errorf("lived %v", lived)
		}
		<-h.left
	})
}

// A session that was revoked ends the socket: within CheckEvery, and never after one more event.
func TestSocketEndsWithItsSession(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		var her session
		alive := func(ctx context.Context) error {
			if ctx.Value(who{}) != "Ada" {
				t.Error("asked without the viewer")
			}
			return her.alive(ctx)
		}
		v := newVillage(t, h.server(transport.Socket{Init: bearer, Life: transport.Life{Alive: alive}}))
		begin := func() *caller {
			c := call(t, v)
			c.say(`{"type":"connection_init","payload":{"token":"good"}}`)
			c.hear(`{"type":"connection_ack"}`)
			c.say(subscribe("s", "subscription{ticks}"))
			h.ticks <- `{"ticks":1}`
			c.hear(`{"type":"next","id":"s","payload":{"data":{"ticks":1}}}`)
			return c
		}
		quiet := begin()
		synctest.Wait()
		her.revoked.Store(true)
		quiet.closes(4403, "Session ended")
		her.revoked.Store(false)
		busy := begin()
		synctest.Wait()
		her.revoked.Store(true)
		h.ticks <- `{"ticks":"secret"}`
		_, got, err := busy.conn.Read(t.Context())
		if websocket.CloseStatus(err) != 4403 {
			t.Errorf("heard %s %v", got, err)
		}
	})
}

func TestSocketPings(t *testing.T) {
	story(t, func(t *testing.T) {
		c := call(t, newVillage(t, newHouse().server(transport.Socket{}))).ready()
		start := time.Now()
		for range 3 {
			c.hear(`{"type":"ping"}`)
			c.say(`{"type":"pong"}`)
		}
		if time.Since(start) != time.Minute {
			t.Errorf("three pings in %v", time.Since(start))
		}
		c.hear(`{"type":"ping"}`)
		c.closes(websocket.StatusPolicyViolation, "not answered")
	})
}

func TestSocketHasRoomForSoMany(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		c := call(t, newVillage(t, h.server(transport.Socket{MaxOperations: 2}))).ready()
		c.say(subscribe("1", "subscription{ticks}"))
		c.say(subscribe("2", "subscription{ticks}"))
		c.say(subscribe("3", "subscription{ticks}"))
		c.hearError("3", "TOO_MANY_OPERATIONS")
		synctest.Wait()
		if h.executed.Load() != 2 {
			t.Errorf("executed %d", h.executed.Load())
		}
		c.say(`{"type":"complete","id":"1"}`)
		<-h.left
		synctest.Wait()
		c.say(subscribe("1", "{name}")) // its place and its id are free; nothing was said of the end
		c.hear(`{"type":"next","id":"1","payload":{"data":{"name":"Ward 7"}}}`)
	})
}

// A reader who does not read is cut off, and what runs for him ends.
func TestSocketDropsASlowReader(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		var streams transport.Streams
		c := call(t, newVillage(t, h.server(transport.Socket{Streams: &streams}))).ready()
		c.say(subscribe("s", "subscription{ticks}"))
		big := `{"ticks":"` + strings.Repeat("x", 1<<20) + `"}`
		h.ticks <- big
		start := time.Now()
		select {
		case h.ticks <- big:
			t.Error("took a second event while the first could not be written")
		case <-h.left:
		}
		if waited := time.Since(start); waited != 10*time.Second {
			t.Errorf("waited %v", waited)
		}
		synctest.Wait()
		if streams.Len() != 0 {
			t.Error("the socket is still there")
		}
	})
}

func TestSocketOrigin(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		dial := func(v *village, origin string) int {
			conn, resp, err := websocket.Dial(t.Context(), "ws://village/", &websocket.DialOptions{
				HTTPClient: v.client, Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {origin}},
			})
			if resp == nil {
				t.Fatal(err)
			}
			if conn != nil {
				_ = conn.CloseNow()
			}
			return resp.StatusCode
		}
		own := newVillage(t, h.server(transport.Socket{}))
		other := newVillage(t, h.server(transport.Socket{Origin: func(r *http.Request) bool { return r.Header.Get("Origin") == "https://app" }}))
		for _, c := range []struct {
			v      *village
			origin string
			want   int
		}{{own, "http://village", 101}, {own, "http://evil", 403}, {own, "null", 403}, {other, "https://app", 101}, {other, "http://village", 403}} {
			if got := dial(c.v, c.origin); got != c.want {
				t.Errorf("%s: %d, want %d", c.origin, got, c.want)
			}
		}
		var streams transport.Streams
		_ = streams.Shutdown(t.Context())
		if got := dial(newVillage(t, h.server(transport.Socket{Streams: &streams})), "http://village"); got != 503 {
			t.Errorf("a new socket while shutting down: %d", got)
		}
	})
}

// Shutdown ends subscriptions, refuses what is new, and cuts nothing that is being written.
func TestSocketShutdownLetsMutationsFinish(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		h.slow = make(chan struct{})
		var streams transport.Streams
		v := newVillage(t, h.server(transport.Socket{Streams: &streams}))
		idle, busy := call(t, v).ready(), call(t, v).ready()
		busy.say(subscribe("s", "subscription{ticks}"))
		busy.say(subscribe("m", `mutation{rename(to:"x")}`))
		synctest.Wait()
		ended := make(chan error, 1)
		go func() { ended <- streams.Shutdown(t.Context()) }()
		<-h.left
		synctest.Wait() // had the subscription said complete, the client would not come back
		idle.closes(1001, "shutting down")
		busy.say(subscribe("n", "{name}"))
		busy.hearError("n", "SHUTTING_DOWN")
		close(h.slow)
		busy.hear(`{"type":"next","id":"m","payload":{"data":{"slow":"done"}}}`)
		busy.hear(`{"type":"complete","id":"m"}`)
		busy.closes(1001, "shutting down")
		if err := <-ended; err != nil || streams.Len() != 0 {
			t.Errorf("%v, %d left", err, streams.Len())
		}
	})
}

func TestSocketShutdownDoesNotWaitForEver(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		h.slow = make(chan struct{})
		var streams transport.Streams
		c := call(t, newVillage(t, h.server(transport.Socket{Streams: &streams}))).ready()
		c.say(subscribe("m", `mutation{rename(to:"x")}`))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- streams.Shutdown(ctx) }()
		c.closes(1001, "shutting down")
		if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// A time-out that somebody puts around every request is not one for sockets.
func TestSocketOutlivesTheTimeoutOfItsRequest(t *testing.T) {
	story(t, func(t *testing.T) {
		server := newHouse().server(transport.Socket{})
		c := call(t, newVillage(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
			defer cancel()
			server.ServeHTTP(w, r.WithContext(ctx))
		}))).ready()
		time.Sleep(15 * time.Second)
		c.say(subscribe("q", "{name}"))
		c.hear(`{"type":"next","id":"q","payload":{"data":{"name":"Ward 7"}}}`)
	})
}

func TestSocketPanicIs4500(t *testing.T) {
	story(t, func(t *testing.T) {
		told := make(chan any, 2)
		server := newHouse().server(transport.Socket{Panicked: func(_ context.Context, value any) { told <- value }})
		server.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler { panic("secret") })
		c := call(t, newVillage(t, server)).ready()
		c.say(subscribe("1", "{name}"))
		c.closes(4500, "Internal server error")
		if v := <-told; v != "secret" {
			t.Errorf("told %v", v)
		}
	})
}

// FuzzSocketMessage throws anything at an open socket: it answers or closes with a code of the protocol, and never with 4500.
func FuzzSocketMessage(f *testing.F) {
	for _, seed := range []string{
		`{"type":"connection_init"}`, `{"type":"ping"}`, subscribe("1", "{name}"), subscribe("1", "subscription{broken}"),
		`{"type":"complete","id":"1"}`, `{"type":"subscribe","id":"1","payload":{"query":null,"extensions":{"persistedQuery":1}}}`, `{`, "\xff", `[]`,
	} {
		f.Add(seed)
	}
	server := newHouse().server(transport.Socket{})
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			c := call(t, newVillage(t, server)).ready()
			_ = c.conn.Write(t.Context(), websocket.MessageText, []byte(text))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			for {
				_, got, err := c.conn.Read(ctx)
				if code := websocket.CloseStatus(err); code != -1 && (code < 4400 || code > 4429) {
					t.Errorf("closed with %d", code)
				}
				if err != nil {
					return
				}
				if !json.Valid(got) {
					t.Errorf("not JSON: %s", got)
				}
			}
		})
	})
}
