package transport

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
)

const subprotocol = "graphql-transport-ws"

// Socket serves queries, mutations and subscriptions over a websocket in the graphql-transport-ws protocol, with its close codes:
// 4400 a message that is none of the protocol's, 4401 subscribe before the acknowledgement, 4403 refused, expired or revoked,
// 4406 another subprotocol, 4408 no acknowledged connection_init in time, 4409 an id that is in use, 4429 a second
// connection_init, 4500 a fault of ours; besides 1001 when the server shuts down, 1008 when pings stay unanswered, 1009 when a
// message is too large. Each operation has at most one answer waiting to be written, so a slow reader holds little memory and
// is cut off after Life.WriteTimeout.
type Socket struct {
	Life
	// Streams counts the sockets and shuts them down.
	Streams *Streams
	// Init answers connection_init. The context it returns must come from the one it was given and is that of every
	// operation; `expires` (zero: never) is when the socket is closed. An error closes it with 4403 and is not shown.
	// nil lets everybody in. See Bearer for the payload.
	Init func(ctx context.Context, payload map[string]any) (_ context.Context, expires time.Time, _ error)
	// Origin says whether a browser's page may connect. nil: only pages of our own host, and clients without an Origin.
	Origin func(*http.Request) bool
	// InitTimeout is how long a client may take until it is acknowledged. Default 5 s.
	InitTimeout time.Duration
	// MaxMessage is the most bytes of one message. Default DefaultMaxBody.
	MaxMessage int64
	// MaxOperations is how many operations may run on one socket at a time; more are refused one by one. Default 50.
	MaxOperations int
	// Panicked is told of a panic outside of gqlgen's own recovery, for the log. The socket is closed with 4500 in any case.
	Panicked func(ctx context.Context, value any)
}

var _ graphql.Transport = Socket{}

// Bearer takes the token out of a connection_init payload: `{"authorization": "Bearer …"}` or `{"token": "…"}`.
func Bearer(payload map[string]any) (token string, ok bool) {
	for _, name := range []string{"authorization", "Authorization"} {
		if header, is := payload[name].(string); is {
			scheme, token, _ := strings.Cut(header, " ")
			token = strings.TrimSpace(token)
			return token, strings.EqualFold(scheme, "Bearer") && token != ""
		}
	}
	token, _ = payload["token"].(string)
	return token, token != ""
}

// Supports says yes to websocket upgrades.
func (t Socket) Supports(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Do opens one socket and returns. The socket lives on beside the request, so that neither the request's buffers nor its
// goroutine are kept for hours; Streams knows when it has ended.
func (t Socket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	t = t.withDefaults()
	if !t.Origin(r) {
		refuseUpgrade(w, r, exec, http.StatusForbidden, CodeForbidden, "This origin may not open a socket here.")
		return
	}
	s := newSocket(t, r, exec)
	if !t.Streams.join(s.member) {
		refuseUpgrade(w, r, exec, http.StatusServiceUnavailable, CodeShuttingDown, "The server is shutting down. Try again in a moment.")
		return
	}
	wire := &frugal{ResponseWriter: w}
	conn, err := websocket.Accept(wire, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // Origin has decided
	})
	if err != nil { // Accept has answered
		s.stop(lost())
		t.Streams.leave(s.member)
		return
	}
	go func() {
		defer t.Streams.leave(s.member)
		s.serve(conn, wire.wire)
	}()
}

func (t Socket) withDefaults() Socket {
	t.Life = t.Life.withDefaults()
	if t.Origin == nil {
		t.Origin = sameHost
	}
	if t.Init == nil {
		t.Init = func(ctx context.Context, _ map[string]any) (context.Context, time.Time, error) {
			return ctx, time.Time{}, nil
		}
	}
	if t.Panicked == nil {
		t.Panicked = func(context.Context, any) {}
	}
	t.InitTimeout = orDefault(t.InitTimeout, 5*time.Second)
	t.MaxMessage = orDefault(t.MaxMessage, DefaultMaxBody)
	t.MaxOperations = orDefault(t.MaxOperations, 50)
	return t
}

func sameHost(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

func refuseUpgrade(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, status int, code, message string) {
	a := answer{w: w, r: r, exec: exec, media: JSON}
	a.fault(nil, &fault{status: status, code: code, message: message})
}
