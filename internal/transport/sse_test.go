package transport_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hearback/internal/transport"
)

// listener reads one event stream.
type listener struct {
	t     *testing.T
	resp  *http.Response
	lines *bufio.Reader
}

func listen(t *testing.T, v *village, r *http.Request) *listener {
	t.Helper()
	r.RequestURI, r.URL.Scheme, r.URL.Host = "", "http", "village"
	r.Header.Set("Accept", "text/event-stream")
	resp, err := v.client.Do(r.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return &listener{t, resp, bufio.NewReader(resp.Body)}
}

// event reads up to the empty line that ends an event.
func (l *listener) event() (string, error) {
	var event strings.Builder
	for {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			return event.String(), err
		}
		if line == "\n" {
			return event.String(), nil
		}
		event.WriteString(line)
	}
}

func (l *listener) hear(want string) {
	l.t.Helper()
	if got, err := l.event(); err != nil || got != want {
		l.t.Fatalf("heard %q %v, want %q", got, err, want)
	}
}

func (l *listener) hearError(code string) {
	l.t.Helper()
	got, err := l.event()
	data, ok := strings.CutPrefix(strings.TrimSuffix(got, "\n"), "event: next\ndata: ")
	var s said
	if err != nil || !ok || json.Unmarshal([]byte(data), &s) != nil || s.code() != code || s.Data != nil {
		l.t.Fatalf("heard %q %v, want %s", got, err, code)
	}
}

func (l *listener) ends() {
	l.t.Helper()
	if got, err := l.event(); err == nil || got != "" {
		l.t.Fatalf("heard %q %v, want the end", got, err)
	}
}

const (
	opened   = ":\n"
	complete = "event: complete\ndata:\n"
)

func TestEventStreamServesAllThree(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		v := newVillage(t, h.server(transport.SSE{}, transport.HTTP{}))
		l := listen(t, v, post(query("subscription{ticks}")))
		if got := l.resp.Header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" || l.resp.StatusCode != 200 {
			t.Errorf("got %d %s", l.resp.StatusCode, got)
		}
		l.hear(opened)
		for range 2 {
			h.ticks <- `{"ticks":1}`
			l.hear("event: next\ndata: {\"data\":{\"ticks\":1}}\n") // at once: each event is flushed
		}
		h.ticks <- "{\n\"ticks\":\r\n2}"
		l.hear("event: next\ndata: {\"data\":{ \"ticks\":  2}}\n")
		close(h.ticks)
		l.hear(complete)
		l.ends()
		for _, r := range []*http.Request{
			get(url.Values{"query": {"{name}"}}), post(query("{name}")), post(query(`mutation{rename(to:"x")}`)),
		} {
			l := listen(t, v, r)
			l.hear(opened)
			l.hear("event: next\ndata: {\"data\":{\"name\":\"Ward 7\"}}\n")
			l.hear(complete)
			l.ends()
		}
	})
}

// Faults of the document come through the stream; what is no request, or a mutation by GET, does not open one.
func TestEventStreamRefuses(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		v := newVillage(t, h.server(transport.SSE{MaxBody: 1000}, transport.HTTP{}))
		for text, code := range map[string]string{
			"{nothing}": "GRAPHQL_VALIDATION_FAILED", "{": "GRAPHQL_PARSE_FAILED", "{...@defer{name}}": "INCREMENTAL_DELIVERY_UNSUPPORTED",
		} {
			l := listen(t, v, post(query(text)))
			l.hear(opened)
			l.hearError(code)
			l.hear(complete)
			l.ends()
		}
		for want, r := range map[int]*http.Request{
			400: post("["), 413: post(query(strings.Repeat("x", 2000))), 415: post(query("{name}"), "Content-Type", "text/plain"),
			405: get(url.Values{"query": {`mutation{rename(to:"x")}`}}),
		} {
			if l := listen(t, v, r); l.resp.StatusCode != want || !strings.HasPrefix(l.resp.Header.Get("Content-Type"), "application/json") {
				t.Errorf("got %d %v, want %d", l.resp.StatusCode, l.resp.Header, want)
			}
		}
		if h.executed.Load() != 0 {
			t.Error("executed")
		}
		l := listen(t, v, post(query("subscription{broken}")))
		l.hear(opened)
		l.hearError("BAD_REQUEST")
		l.hear(complete)
	})
}

func TestEventStreamIsAskedForByName(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]bool{
		"text/event-stream": true, "text/event-stream, application/json": true, "text/event-stream;q=0": false, "*/*": false, "": false,
	} {
		if got := (transport.SSE{}).Supports(post("", "Accept", accept)); got != want {
			t.Errorf("%q: %v", accept, got)
		}
	}
}

func TestEventStreamBeatsItsHeart(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		impatient := func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = 30*time.Second, 30*time.Second } // they would end the stream
		v := newVillage(t, h.server(transport.SSE{}), impatient)
		l := listen(t, v, post(query("subscription{ticks}")))
		l.hear(opened)
		start := time.Now()
		for range 6 {
			l.hear(opened)
		}
		if time.Since(start) != 2*time.Minute {
			t.Errorf("six beats in %v", time.Since(start))
		}
		h.ticks <- `{"ticks":1}`
		l.hear("event: next\ndata: {\"data\":{\"ticks\":1}}\n")
	})
}

func TestEventStreamEndsWithItsToken(t *testing.T) {
	story(t, func(t *testing.T) {
		start := time.Now()
		door := transport.SSE{Expires: func(context.Context) time.Time { return start.Add(10 * time.Second) }}
		h := newHouse()
		l := listen(t, newVillage(t, h.server(door)), post(query("subscription{ticks}")))
		l.hear(opened)
		l.hearError("UNAUTHENTICATED")
		l.hear(complete)
		if time.Since(start) != 10*time.Second {
			t.Errorf("ended after %v", time.Since(start))
		}
		<-h.left
	})
}

// A clock that stands still in a test, or runs apart from ours, is still the one that counts before each event.
func TestEventStreamLooksAtTheClockBeforeEachEvent(t *testing.T) {
	story(t, func(t *testing.T) {
		start := time.Now()
		var apart atomic.Int64
		door := transport.SSE{
			Expires: func(context.Context) time.Time { return start.Add(time.Hour) },
			Life:    transport.Life{Now: func() time.Time { return start.Add(time.Duration(apart.Load())) }},
		}
		h := newHouse()
		l := listen(t, newVillage(t, h.server(door)), post(query("subscription{ticks}")))
		l.hear(opened)
		synctest.Wait()
		apart.Store(int64(time.Hour))
		h.ticks <- `{"ticks":"secret"}`
		l.hearError("UNAUTHENTICATED")
		l.hear(complete)
	})
}

func TestEventStreamEndsWithItsSession(t *testing.T) {
	story(t, func(t *testing.T) {
		var her session
		door := transport.SSE{Life: transport.Life{Alive: her.alive}}
		h := newHouse()
		v := newVillage(t, h.server(door))
		quiet := listen(t, v, post(query("subscription{ticks}")))
		quiet.hear(opened)
		synctest.Wait()
		her.revoked.Store(true)
		start := time.Now()
		quiet.hearError("UNAUTHENTICATED")
		quiet.hear(complete)
		if time.Since(start) > 15*time.Second {
			t.Errorf("noticed after %v", time.Since(start))
		}
		her.revoked.Store(false)
		busy := listen(t, v, post(query("subscription{ticks}")))
		busy.hear(opened)
		synctest.Wait()
		her.revoked.Store(true)
		h.ticks <- `{"ticks":"secret"}`
		busy.hearError("UNAUTHENTICATED")
		busy.hear(complete)
	})
}

// A subscription ends without `complete`, so the client comes back; a mutation is finished first.
func TestEventStreamShutdown(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		h.slow = make(chan struct{})
		var streams transport.Streams
		v := newVillage(t, h.server(transport.SSE{Streams: &streams}))
		stream, act := listen(t, v, post(query("subscription{ticks}"))), listen(t, v, post(query(`mutation{rename(to:"x")}`)))
		stream.hear(opened)
		act.hear(opened)
		synctest.Wait()
		ended := make(chan error, 1)
		go func() { ended <- streams.Shutdown(t.Context()) }()
		stream.ends()
		if l := listen(t, v, post(query("{name}"))); l.resp.StatusCode != 503 {
			t.Errorf("a new stream: %d", l.resp.StatusCode)
		}
		close(h.slow)
		act.hear("event: next\ndata: {\"data\":{\"slow\":\"done\"}}\n")
		act.hear(complete)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// Whoever has the headers and asks the delta query then, has missed nothing: the subscription listens already.
func TestEventStreamOpensOnceItListens(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		h.late = make(chan struct{})
		v, open := newVillage(t, h.server(transport.SSE{})), make(chan *listener, 1)
		go func() { open <- listen(t, v, post(query("subscription{ticks}"))) }()
		synctest.Wait()
		select {
		case <-open:
			t.Error("the headers came before it listened")
		default:
		}
		close(h.late)
		(<-open).hear(opened)
	})
}

func TestEventStreamDropsASlowReader(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		var streams transport.Streams
		l := listen(t, newVillage(t, h.server(transport.SSE{Streams: &streams})), post(query("subscription{ticks}")))
		l.hear(opened)
		big := `{"ticks":"` + strings.Repeat("x", 1<<20) + `"}`
		h.ticks <- big
		select {
		case h.ticks <- big:
			t.Error("took a second event while the first could not be written")
		case <-h.left:
		}
		synctest.Wait()
		if streams.Len() != 0 {
			t.Error("the stream is still there")
		}
	})
}

func TestEventStreamEndsWhenTheReaderLeaves(t *testing.T) {
	story(t, func(t *testing.T) {
		h := newHouse()
		l := listen(t, newVillage(t, h.server(transport.SSE{})), post(query("subscription{ticks}")))
		l.hear(opened)
		synctest.Wait()
		_ = l.resp.Body.Close()
		<-h.left
	})
}
