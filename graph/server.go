package graph

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"hearback/auth"
	"hearback/ent/query"
	"hearback/internal/limits"
	"hearback/internal/transport"
	"hearback/workflow"
)

// Options are what an installation can choose about the API.
type Options struct {
	Log           *slog.Logger
	Introspection bool                     // whether the contract can be asked for
	Origin        func(*http.Request) bool // which pages may open a socket; nil for our own only
	Streams       *transport.Streams       // counts open streams, so that a shutdown can end them
	Trusted       []*auth.Trusted          // issuers elsewhere whose access tokens are believed
	Limits        Limits
}

// Limits bound what one question may ask for; zeros are the defaults that /schema.graphql and the start message name.
type Limits struct {
	Documents limits.Limits
	Cost      int
	Body      int64
	Time      time.Duration
}

// DefaultLimits are the bounds that are published.
func DefaultLimits() Limits {
	return Limits{Documents: limits.NewDocuments(limits.Limits{}).Limits(), Cost: 5000, Body: transport.DefaultMaxBody, Time: 10 * time.Second}
}

const rememberedDocuments = 200 // each up to 32 KiB of text

// Handler is the door to GraphQL: who is asking, then what. It serves HTTP, websockets and event streams on one route.
func (h *House) Handler(o Options) http.Handler {
	door := auth.Door{Verify: h.Flow.Tokens.Verify, Load: h.load, Machine: h.Flow.ServiceTokenUse, Trusted: o.Trusted, Known: h.Flow.IdentityUse, Log: o.Log}
	return door.Middleware(h.server(o, door))
}

func (h *House) server(o Options, door auth.Door) *handler.Server {
	s := handler.New(NewExecutableSchema(Config{Resolvers: h, Directives: DirectiveRoot{Allow: Allow}}))
	life := transport.Life{Alive: h.alive, Renew: h.renew, Now: h.Now}
	s.AddTransport(transport.Socket{Life: life, Streams: o.Streams, Init: admit(door), Origin: o.Origin, MaxMessage: o.Limits.Body, Panicked: shout(o.Log)})
	s.AddTransport(transport.SSE{Life: life, Streams: o.Streams, Expires: expires, MaxBody: o.Limits.Body})
	s.AddTransport(transport.HTTP{MaxBody: o.Limits.Body})
	documents := limits.NewDocuments(o.Limits.Documents)
	s.SetQueryCache(lru.New[*ast.QueryDocument](rememberedDocuments))
	s.SetParserTokenLimit(documents.Limits().Tokens)
	s.SetDisableSuggestion(!o.Introspection)
	s.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](rememberedDocuments)})
	s.Use(documents)
	s.Use(limits.Cost{Limit: o.Limits.Cost, Size: lengths})
	if o.Introspection {
		s.Use(extension.Introspection{})
	}
	present := Present(o.Log)
	s.AroundOperations(within(o.Limits.Time))
	s.AroundOperations(h.writtenDown(present))
	s.SetErrorPresenter(present)
	s.SetRecoverFunc(func(ctx context.Context, cause any) error {
		shout(o.Log)(ctx, cause)
		return errors.New("panic")
	})
	return s
}

// lengths are the lists that no argument bounds.
func lengths(f *ast.Field) (int, bool) {
	switch f.Name {
	case "trail":
		return 6, true
	case "readBy":
		return query.MostReadings, true
	case "experiencesPerMonth":
		return mostMonths, true
	case "secrets":
		return 2, true
	case "previewIdentifying":
		return mostDetails, true
	case "areas":
		return 7, true
	case "passages":
		return workflow.MaxPassages, true
	case "suggestions":
		return workflow.MaxSuggestions, true
	case "present":
		return workflow.MaxPresent, true
	case "similar":
		return 3, true
	case "identifying":
		return mostSpans, true
	}
	return 0, false
}

// within gives every query and mutation a time to be answered in; streams live on, with the rights of each moment.
func within(most time.Duration) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
			return next(live(ctx))
		}
		if most == 0 {
			return next(ctx)
		}
		ctx, stop := context.WithTimeout(ctx, most)
		answer := next(ctx)
		return func(ctx context.Context) *graphql.Response {
			defer stop()
			return answer(ctx)
		}
	}
}

func shout(log *slog.Logger) func(context.Context, any) {
	return func(ctx context.Context, cause any) { log.ErrorContext(ctx, "panic", "cause", cause) }
}

// load reads who is asking, at every request.
func (h *House) load(ctx context.Context, c auth.Claims) (*auth.Viewer, error) {
	return query.Viewer(ctx, h.DB, c, h.Now())
}

// renew puts the viewer as they are now into the context of a stream, and into all that the stream reads from then on.
func (h *House) renew(ctx context.Context) (context.Context, error) {
	v := auth.FromContext(ctx)
	if !v.SignedIn() {
		return ctx, nil
	}
	now, err := h.load(ctx, auth.Claims{Person: v.Person, Session: v.Session})
	if err != nil {
		return nil, err
	}
	now.Scopes, now.Expires = now.Scopes.Both(v.Scopes), v.Expires
	seeAs(ctx, auth.NewContext(context.Background(), now))
	return auth.NewContext(ctx, now), nil
}

// alive tells a stream whether its session was ended. What cannot be known just now ends nothing.
func (h *House) alive(ctx context.Context) error {
	if _, err := h.renew(ctx); errors.Is(err, auth.ErrEnded) {
		return err
	}
	return nil
}

func expires(ctx context.Context) time.Time { return auth.FromContext(ctx).Expires }

// admit lets a socket in with the token of its first message; without one it is nobody's.
func admit(door auth.Door) func(context.Context, map[string]any) (context.Context, time.Time, error) {
	return func(ctx context.Context, payload map[string]any) (context.Context, time.Time, error) {
		if _, there := payload["authorization"]; !there && payload["token"] == nil {
			return ctx, time.Time{}, nil
		}
		token, ok := transport.Bearer(payload)
		if !ok {
			return ctx, time.Time{}, auth.ErrInvalid
		}
		v, claims, err := door.Authenticate(ctx, token)
		if err != nil {
			return ctx, time.Time{}, err
		}
		return auth.NewContext(ctx, v), claims.Expires, nil
	}
}
