package transport

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// events writes one event stream (WHATWG HTML §9.2). Each event is flushed, and has until the time-out to be taken.
type events struct {
	mu      sync.Mutex
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	stop    context.CancelCauseFunc
	over    bool // nobody may write any more
}

// open sends the headers and a first comment, so that the client knows at once.
func (e *events) open() {
	h := e.w.Header()
	h.Set("Content-Type", eventStream+"; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept")
	e.w.WriteHeader(http.StatusOK)
	e.beat()
}

// close ends the writing, late heartbeats too, and lifts the write time-out: the connection may serve further requests.
func (e *events) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over = true
	_ = e.control.SetWriteDeadline(time.Time{})
}

func (e *events) beat() { e.send([]byte(":\n\n")) }

func (e *events) next(resp *graphql.Response) {
	v := enclose(resp)
	e.send([]byte("event: next\ndata: "), oneLine(v.head), oneLine(v.data), oneLine(v.tail), []byte("\n\n"))
}

// complete carries an empty data line, because browsers drop events without one.
func (e *events) complete() { e.send([]byte("event: complete\ndata:\n\n")) }

func (e *events) send(pieces ...[]byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over {
		return
	}
	_ = e.control.SetWriteDeadline(time.Now().Add(e.timeout))
	for _, piece := range pieces {
		if _, err := e.w.Write(piece); err != nil {
			e.stop(lost())
			return
		}
	}
	if err := e.control.Flush(); err != nil {
		e.stop(lost())
	}
}

// oneLine keeps JSON that a scalar wrote over several lines from breaking the event: a raw line break in JSON is only ever space.
func oneLine(b []byte) []byte {
	if !bytes.ContainsAny(b, "\r\n") {
		return b
	}
	return bytes.Map(func(r rune) rune {
		if r == '\r' || r == '\n' {
			return ' '
		}
		return r
	}, b)
}
