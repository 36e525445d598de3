package transport

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// SSE serves operations as server-sent events, in the distinct-connections mode of graphql-sse: POST or GET with
// `Accept: text/event-stream`, one `next` event per result and one `complete` event. What is no GraphQL request at all is
// refused as HTTP refuses it; faults of the document come as a `next` event, as the protocol wants. A stream whose token ends
// or whose session is revoked says so in a last `next` and completes; one cut by a shutdown ends without `complete`, so that
// clients connect again. Add it before HTTP.
type SSE struct {
	Life
	// Streams counts the streams and shuts them down.
	Streams *Streams
	// Expires says until when the caller's token is valid; zero means for ever. nil: for ever.
	Expires func(context.Context) time.Time
	// MaxBody is as in HTTP.
	MaxBody int64
}

var _ graphql.Transport = SSE{}

// Supports says yes to GET and POST that ask for events by name.
func (t SSE) Supports(r *http.Request) bool {
	readable := r.Method == http.MethodGet || r.Method == http.MethodPost
	return readable && wantsEvents(r.Header.Values("Accept"))
}

// Do serves one stream until it ends.
func (t SSE) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	t.Life = t.Life.withDefaults()
	a := answer{w: w, r: r, exec: exec, media: JSON}
	params, f := read(w, r, t.MaxBody)
	if f != nil {
		a.fault(nil, f)
		return
	}
	ctx, stop := context.WithCancelCause(r.Context())
	defer stop(nil)
	op, list := prepare(ctx, exec, params)
	if len(list) == 0 {
		if f := byGET(r, op); f != nil {
			a.fault(op, f)
			return
		}
	}
	member := &stream{drain: func() {}, cut: func() { stop(goingAway()) }}
	if len(list) == 0 && op.Operation.Operation == ast.Subscription {
		member.drain = member.cut
	}
	if !t.Streams.join(member) {
		a.fault(nil, &fault{
			status: http.StatusServiceUnavailable, code: CodeShuttingDown,
			message: "The server is shutting down. Try again in a moment.",
		})
		return
	}
	defer t.Streams.leave(member)
	e := &events{w: w, control: http.NewResponseController(w), timeout: t.WriteTimeout, stop: stop}
	if len(list) > 0 {
		e.open()
		defer e.close()
		e.next(refuse(ctx, exec, op, list))
		e.complete()
		return
	}
	t.stream(ctx, exec, op, e)
}

// stream sends what the executor gives, watched over by Life. The headers of a subscription go out once it listens: who
// has them and then asks the delta query misses nothing.
func (t SSE) stream(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, e *events) {
	var expires time.Time
	if t.Expires != nil {
		expires = t.Expires(ctx)
	}
	defer e.close()
	beginning := func() func() { e.open(); return t.watch(ctx, expires, e.stop, e.beat) }
	if op.Operation.Operation != ast.Subscription { // what takes long shows that it lives
		defer beginning()()
	}
	next, opCtx := exec.DispatchOperation(ctx, op)
	if op.Operation.Operation == ast.Subscription {
		defer beginning()()
	}
	t.pump(ctx, opCtx, next, op, e, expires)
	t.farewell(ctx, exec, op, e)
}

func (t SSE) pump(ctx, opCtx context.Context, next graphql.ResponseHandler, op *graphql.OperationContext, e *events, expires time.Time) {
	for resp := next(opCtx); resp != nil; resp = next(opCtx) {
		if err := t.check(opCtx, expires); err != nil {
			e.stop(err)
		}
		if ctx.Err() != nil {
			return
		}
		e.next(resp)
		if resp.Data == nil || op.Operation.Operation != ast.Subscription {
			return
		}
	}
}

// farewell ends the stream in the way that its cause asks for.
func (t SSE) farewell(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, e *events) {
	why, ended := context.Cause(ctx).(end)
	switch {
	case ctx.Err() == nil:
		e.complete()
	case ended && why.code == closeForbidden:
		f := &fault{code: CodeUnauthenticated, message: why.reason + ". Sign in again and open the stream anew."}
		e.next(refuse(context.WithoutCancel(ctx), exec, op, f.list()))
		e.complete()
	}
}
