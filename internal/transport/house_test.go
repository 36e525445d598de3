package transport_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const contract = `
type Query { name: String! find(id: Int!): String slow: String bare: String }
type Mutation { rename(to: String!): String }
type Subscription { ticks: Int broken: Int }
`

// house is a small executable schema that knows how often it was executed.
type house struct {
	schema   *ast.Schema
	executed atomic.Int32
	answer   string        // data of queries and mutations
	errs     gqlerror.List // errors beside it
	ticks    chan string   // data of subscription events; closed: the stream completes
	late     chan struct{} // what subscriptions wait for before they listen, if set
	slow     chan struct{} // what mutations and the field `slow` wait for, if set
	left     chan struct{} // told when the context of a subscription ended
}

func newHouse() *house {
	return &house{
		schema: gqlparser.MustLoadSchema(&ast.Source{Input: contract}),
		answer: `{"name":"Ward 7"}`,
		ticks:  make(chan string),
		left:   make(chan struct{}, 100),
	}
}

func (h *house) Schema() *ast.Schema { return h.schema }

func (h *house) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (h *house) Exec(ctx context.Context) graphql.ResponseHandler {
	h.executed.Add(1)
	op := graphql.GetOperationContext(ctx).Operation
	field := op.SelectionSet[0].(*ast.Field).Name
	switch {
	case field == "broken":
		graphql.AddError(ctx, errors.New("no such stream"))
		return graphql.OneShot(&graphql.Response{})
	case op.Operation == ast.Subscription:
		if h.late != nil {
			<-h.late
		}
		context.AfterFunc(ctx, func() { h.left <- struct{}{} })
		return h.stream
	case h.slow != nil && (field == "slow" || op.Operation == ast.Mutation):
		return graphql.OneShot(h.wait(ctx))
	case field == "bare":
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{{Message: "bare"}}, Data: []byte(`{"bare":null}`)})
	}
	if h.answer == "" {
		return graphql.OneShot(&graphql.Response{Errors: h.errs})
	}
	return graphql.OneShot(&graphql.Response{Data: []byte(h.answer), Errors: h.errs})
}

func (h *house) wait(ctx context.Context) *graphql.Response {
	select {
	case <-h.slow:
		return &graphql.Response{Data: []byte(`{"slow":"done"}`)}
	case <-ctx.Done():
		return &graphql.Response{Data: []byte(`{"slow":"cut"}`)}
	}
}

func (h *house) stream(ctx context.Context) *graphql.Response {
	select {
	case data, ok := <-h.ticks:
		if ok {
			return &graphql.Response{Data: []byte(data)}
		}
	case <-ctx.Done():
	}
	return nil
}

// server puts doors before the house.
func (h *house) server(doors ...graphql.Transport) *handler.Server {
	s := handler.New(h)
	for _, door := range doors {
		s.AddTransport(door)
	}
	s.Use(extension.Introspection{})
	s.Use(extension.AutomaticPersistedQuery{Cache: graphql.MapCache[string]{}})
	return s
}

// village is a network in memory, so that time in a synctest bubble moves only when everybody waits.
type village struct {
	calls  chan net.Conn
	closed chan struct{}
	server *http.Server
	client *http.Client
	done   sync.WaitGroup
}

func newVillage(t *testing.T, h http.Handler, set ...func(*http.Server)) *village {
	t.Helper()
	v := &village{calls: make(chan net.Conn), closed: make(chan struct{})}
	v.server = &http.Server{Handler: h}
	v.client = &http.Client{Transport: &http.Transport{DialContext: v.dial}}
	for _, with := range set {
		with(v.server)
	}
	v.done.Go(func() { _ = v.server.Serve(v) })
	t.Cleanup(func() {
		v.client.CloseIdleConnections()
		_ = v.server.Close()
		v.done.Wait()
	})
	return v
}

func (v *village) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case v.calls <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (v *village) Accept() (net.Conn, error) {
	select {
	case c := <-v.calls:
		return c, nil
	case <-v.closed:
		return nil, net.ErrClosed
	}
}

func (v *village) Close() error {
	close(v.closed)
	return nil
}

func (v *village) Addr() net.Addr { return &net.UnixAddr{Name: "village"} }

// session can be revoked.
type session struct{ revoked atomic.Bool }

func (s *session) alive(context.Context) error {
	if s.revoked.Load() {
		return errors.New("revoked")
	}
	return nil
}
