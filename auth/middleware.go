package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Middleware puts the Viewer of each request into its context, for FromContext. See Door.Middleware.
func Middleware(verify func(token string) (Claims, error), load func(ctx context.Context, c Claims) (*Viewer, error)) func(http.Handler) http.Handler {
	return Door{Verify: verify, Load: load}.Middleware
}

// Middleware puts the Viewer of each request into its context, for FromContext. A request without an
// Authorization header is Nobody's; a token anywhere else, as in the query string, is not looked at. A token
// that is not good is answered with 401 as in RFC 6750 §3, trouble of our own with 503, both in the
// shape of GraphQL; the next handler is then not called. An X-Request-Id that is already on the answer is repeated in it.
func (d Door) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		viewer, err := d.viewer(r)
		if err != nil {
			d.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(NewContext(r.Context(), viewer)))
	})
}

func (d Door) viewer(r *http.Request) (*Viewer, error) {
	values := r.Header.Values("Authorization")
	switch len(values) {
	case 0:
		return Nobody(), nil
	case 1:
		token, err := BearerToken(values[0])
		if err != nil {
			return nil, err
		}
		viewer, _, err := d.Authenticate(r.Context(), token)
		return viewer, err
	}
	return nil, fmt.Errorf("%w: %d Authorization headers", ErrInvalid, len(values))
}

func (d Door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	refusal, h := Refuse(err), w.Header()
	d.log(r.Context(), refusal, err)
	if refusal.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="`+refusal.Message+`"`)
	} else {
		h.Set("Retry-After", "5")
	}
	h.Set("Content-Type", mediaType(r.Header.Values("Accept"))+"; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(refusal.Status)
	_ = json.NewEncoder(w).Encode(refusal.body(h.Get("X-Request-Id")))
}

func (d Door) log(ctx context.Context, refusal Refusal, err error) {
	if d.Log == nil {
		return
	}
	level := slog.LevelInfo
	if refusal.Status != http.StatusUnauthorized {
		level = slog.LevelError
	}
	d.Log.Log(ctx, level, "turned away", "code", refusal.Code, "cause", err)
}

// body is the refusal in the shape of a GraphQL request error: errors and no data.
func (f Refusal) body(requestID string) any {
	extensions := map[string]string{"code": f.Code}
	if requestID != "" {
		extensions["requestId"] = requestID
	}
	return map[string]any{"errors": []any{map[string]any{"message": f.Message, "extensions": extensions}}}
}

// mediaType chooses between the two types of GraphQL over HTTP: the newer one for clients that ask for it at
// least as much as for plain JSON, which is also the answer to everything else.
func mediaType(accept []string) string {
	const modern, legacy = "application/graphql-response+json", "application/json"
	wish := map[string]float64{}
	for _, part := range strings.SplitN(strings.Join(accept, ","), ",", 32) { // what follows is not worth the time
		if name, params, err := mime.ParseMediaType(part); err == nil {
			wish[name] = max(wish[name], quality(params["q"]))
		}
	}
	if wish[modern] > 0 && wish[modern] >= wish[legacy] {
		return modern
	}
	return legacy
}

// quality is the weight of RFC 9110 §12.4.2: 1 when it is not given, 0 when it makes no sense.
func quality(q string) float64 {
	if q == "" {
		return 1
	}
	f, err := strconv.ParseFloat(q, 64)
	if err != nil || f < 0 || f > 1 {
		return 0
	}
	return f
}
