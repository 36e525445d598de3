package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/rs/cors"

	"hearback/auth"
	"hearback/graph"
	"hearback/internal/identify"
	"hearback/internal/playground"
	"hearback/internal/transport"
)

// demonstration is what only the demo shows: people to be, with their tokens.
type demonstration struct{ people []playground.Person }

// routes is every door of the house.
func (h *house) routes(f listenFlags, base string, log *slog.Logger, streams *transport.Streams, show demonstration) (http.Handler, error) {
	mux := http.NewServeMux()
	elsewhere, err := f.origins()
	if err != nil {
		return nil, err
	}
	options := graph.Options{Log: log, Introspection: f.Introspection, Origin: origin(base, elsewhere), Streams: streams, Trusted: h.trusted, Limits: graph.DefaultLimits()}
	mux.Handle("/graphql", crossOrigin(elsewhere).Handler(named(f.limit(h.Handler(options)))))
	mux.Handle("GET /schema.graphql", document(graph.Contract(), "text/plain; charset=utf-8"))
	mux.Handle("GET /identifying.json", crossOrigin(elsewhere).Handler(document(identify.Data(), "application/json")))
	mux.Handle("GET /.well-known/jwks.json", auth.JWKSHandler(h.keys))
	h.clientKeysPage(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("alive\n")) })
	mux.HandleFunc("GET /readyz", h.ready)
	mux.Handle("GET /setup", setupPage())
	mux.Handle("GET /exports/{id}", exportPage())
	mux.Handle("POST /exports/{id}", crossOrigin(elsewhere).Handler(f.limit(h.exportFile(log))))
	if f.Playground {
		ready, err := examples(h.Now().UTC(), len(show.people) > 0)
		if err != nil {
			return nil, err
		}
		page, err := playground.Handler(playground.Options{Endpoint: "/graphql", Title: "Hearback", People: show.people, Examples: ready})
		if err != nil {
			return nil, err
		}
		mux.Handle("/playground", page)
		mux.Handle("/playground/", page)
	}
	return secured(mux), nil
}

// named gives every request an id of our own, which stands in the answer, in its errors and in the log.
func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.Must(uuid.NewV7()).String()
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(graph.NameRequest(r.Context(), id)))
	})
}

// secured tells browsers to guess nothing and to show this in no frame.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// crossOrigin lets the listed pages from elsewhere use the API; no other, and none with cookies, for there are none.
func crossOrigin(allowed []string) *cors.Cors {
	if len(allowed) == 0 {
		return cors.New(cors.Options{AllowOriginFunc: func(string) bool { return false }})
	}
	return cors.New(cors.Options{
		AllowedOrigins: allowed, AllowedMethods: []string{http.MethodGet, http.MethodPost}, MaxAge: 600,
		AllowedHeaders: []string{"Authorization", "Content-Type", "Accept", "Accept-Language"}, ExposedHeaders: []string{"X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy"},
	})
}

// origin lets sockets be opened by our own pages, the listed ones, and programs that are no pages.
func origin(base string, allowed []string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		from := r.Header.Get("Origin")
		return from == "" || from == base || from == "http://"+r.Host || from == "https://"+r.Host || slices.Contains(allowed, from)
	}
}

// ready says whether the store answers.
func (h *house) ready(w http.ResponseWriter, r *http.Request) {
	ctx, stop := context.WithTimeout(r.Context(), 2*time.Second)
	defer stop()
	if err := h.store.DB().PingContext(ctx); err != nil {
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

// document serves what everybody may read and keep, and what changes only with the program.
func document(text, kind string) http.Handler {
	sum := sha256.Sum256([]byte(text))
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Content-Type", kind)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
	})
}
