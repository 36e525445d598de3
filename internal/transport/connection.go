package transport

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
)

// socket is one connection. Whoever wants it to end calls stop with a cause; one place turns the cause into a close frame.
type socket struct {
	Socket
	exec    graphql.GraphExecutor
	headers http.Header
	conn    *websocket.Conn
	wire    net.Conn
	ctx     context.Context
	stop    context.CancelCauseFunc
	member  *stream
	heard   atomic.Bool    // something was received since the last ping
	running sync.WaitGroup // everything that was started for this socket
	short   sync.WaitGroup // queries and mutations, which a shutdown waits for

	mu         sync.Mutex
	state      state
	draining   bool
	viewer     context.Context // what Init returned
	expires    time.Time
	quit       func() // stops the timers of a ready socket
	active     int    // operations whose goroutine runs
	operations map[string]*operation
}

type state int

const (
	fresh   state = iota // nothing received
	greeted              // connection_init received
	ready                // acknowledged
)

// newSocket makes a connection whose life does not depend on the request's: time-outs for requests are not for sockets.
func newSocket(t Socket, r *http.Request, exec graphql.GraphExecutor) *socket {
	ctx, stop := context.WithCancelCause(context.WithoutCancel(r.Context()))
	s := &socket{Socket: t, exec: exec, headers: r.Header, ctx: ctx, stop: stop, operations: map[string]*operation{}}
	s.member = &stream{drain: s.drain, cut: func() { stop(goingAway()) }}
	return s
}

// serve reads until the socket ends, and returns when nothing of it is left.
func (s *socket) serve(conn *websocket.Conn, wire net.Conn) {
	s.conn, s.wire = conn, wire
	conn.SetReadLimit(s.MaxMessage)
	closed := make(chan struct{})
	context.AfterFunc(s.ctx, func() {
		defer close(closed)
		s.close()
	})
	late := time.AfterFunc(s.InitTimeout, s.late)
	if conn.Subprotocol() != subprotocol {
		s.stop(end{closeNotAcceptable, "Subprotocol not acceptable"})
	}
	s.listen()
	late.Stop()
	s.stop(lost())
	s.unwatch()
	<-closed
}

// close says why and waits a while for the other side to agree. The deadline is for one that neither agrees nor falls silent:
// the websocket library would read the rest of a huge message for as long as it comes.
func (s *socket) close() {
	_ = s.wire.SetDeadline(time.Now().Add(s.WriteTimeout))
	var why end
	if !errors.As(context.Cause(s.ctx), &why) || why.code == closeLost {
		_ = s.conn.CloseNow()
		return
	}
	_ = s.conn.Close(why.code, why.reason)
}

func (s *socket) listen() {
	defer s.rescue()
	for s.ctx.Err() == nil {
		kind, data, err := s.conn.Read(context.WithoutCancel(s.ctx)) // a cancelled read would skip the close frame
		if errors.Is(err, websocket.ErrMessageTooBig) {
			s.stop(end{websocket.StatusMessageTooBig, "Message too large"})
		}
		if err != nil {
			return
		}
		s.heard.Store(true)
		s.receive(kind, data)
	}
}

func (s *socket) receive(kind websocket.MessageType, data []byte) {
	m, f := parseMessage(data)
	if kind != websocket.MessageText {
		f = bad("Only text messages are understood")
	}
	if f != nil {
		s.stop(end{closeBadRequest, f.message})
		return
	}
	switch m.kind {
	case "connection_init":
		s.greet(m.payload)
	case "ping":
		s.send(bare("pong"))
	case "pong":
	case "subscribe":
		s.subscribe(m)
	case "complete":
		s.complete(m.id)
	default:
		s.stop(end{closeBadRequest, "Invalid message type"})
	}
}

func (s *socket) late() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != ready {
		s.stop(end{closeInitTimeout, "Connection initialisation timeout"})
	}
}

// greet answers connection_init beside the reader, so that a subscribe that does not wait for the answer is noticed.
func (s *socket) greet(payload map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != fresh {
		s.stop(end{closeTooManyInits, "Too many initialisation requests"})
		return
	}
	s.state = greeted
	s.running.Go(func() { s.introduce(payload) })
}

func (s *socket) introduce(payload map[string]any) {
	defer s.rescue()
	viewer, expires, err := s.Init(s.ctx, payload)
	if err != nil {
		s.stop(end{closeForbidden, "Forbidden"})
		return
	}
	s.mu.Lock()
	s.viewer, s.expires, s.state = viewer, expires, ready
	s.quit = s.watch(viewer, expires, s.stop, s.beat)
	s.mu.Unlock()
	s.send(bare("connection_ack"))
}

func (s *socket) unwatch() {
	s.running.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quit != nil {
		s.quit()
	}
}

// beat pings the client, and gives it up when nothing at all came since the last ping.
func (s *socket) beat() {
	if !s.heard.Swap(false) {
		s.stop(end{websocket.StatusPolicyViolation, "Pings were not answered"})
		return
	}
	s.send(bare("ping"))
}

// send writes one message, or gives the socket up. Writers wait for one another inside the websocket library.
func (s *socket) send(data []byte) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), s.WriteTimeout)
	defer cancel()
	if s.ctx.Err() != nil {
		return
	}
	if err := s.conn.Write(ctx, websocket.MessageText, data); err != nil {
		s.stop(lost())
	}
}

// drain starts nothing new, ends subscriptions, lets the rest finish, then says goodbye.
func (s *socket) drain() {
	s.mu.Lock()
	s.draining = true
	for _, o := range s.operations {
		if o.subscription {
			o.cancel()
		}
	}
	s.mu.Unlock()
	s.short.Wait()
	s.stop(goingAway())
}

// rescue turns a panic of ours into the close code for it, instead of ending the process.
func (s *socket) rescue() {
	if value := recover(); value != nil {
		s.stop(internalError())
		s.Panicked(s.ctx, value)
	}
}
