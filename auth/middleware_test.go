package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hearback/auth"
)

// house is a server with the middleware in front of a handler that remembers who came in.
type house struct {
	t       testing.TB
	clock   *clock
	tokens  auth.Tokens
	load    func(ctx context.Context, c auth.Claims) (*auth.Viewer, error)
	machine func(ctx context.Context, hash string) (auth.Claims, error)
	log     bytes.Buffer
	came    *auth.Viewer // nil when nobody got through
	id      string       // X-Request-Id, put on the answer before the middleware
}

func newHouse(t testing.TB) *house {
	c := newClock()
	h := &house{t: t, clock: c, tokens: newTokens(newKeys(t, c), c)}
	h.load = func(_ context.Context, c auth.Claims) (*auth.Viewer, error) {
		return &auth.Viewer{Person: c.Person, Scopes: auth.SessionScopes()}, nil
	}
	return h
}

func (h *house) token(scopes ...auth.Scope) string {
	h.t.Helper()
	token, _, err := h.tokens.Issue(auth.Claims{Person: "per_anna", Session: "ses_1", Scopes: scopes})
	check(h.t, err)
	return token
}

func (h *house) get(target string, header http.Header) *httptest.ResponseRecorder {
	h.came = nil
	door := auth.Door{Verify: h.tokens.Verify, Load: h.load, Machine: h.machine, Log: slog.New(slog.NewTextHandler(&h.log, nil))}
	handler := door.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		h.came = auth.FromContext(r.Context())
	}))
	request, answer := httptest.NewRequest("GET", target, nil), httptest.NewRecorder()
	request.Header = header
	if h.id != "" {
		answer.Header().Set("X-Request-Id", h.id)
	}
	handler.ServeHTTP(answer, request)
	return answer
}

func bearer(tokens ...string) http.Header {
	header := http.Header{}
	for _, token := range tokens {
		header.Add("Authorization", "Bearer "+token)
	}
	return header
}

type body struct {
	Data   *json.RawMessage
	Errors []struct {
		Message    string
		Extensions struct{ Code, RequestID string }
	}
}

// turnedAway checks the whole refusal and returns its sentence.
func (h *house) turnedAway(t *testing.T, answer *httptest.ResponseRecorder, status int, code string) string {
	t.Helper()
	if h.came != nil {
		t.Errorf("%+v got through", h.came)
	}
	var b body
	check(t, json.Unmarshal(answer.Body.Bytes(), &b))
	if answer.Code != status || len(b.Errors) != 1 || b.Errors[0].Extensions.Code != code || b.Data != nil {
		t.Fatalf("status %d, body %s; want %d %s", answer.Code, answer.Body, status, code)
	}
	challenge := answer.Header().Get("WWW-Authenticate")
	if (status == 401) != strings.HasPrefix(challenge, `Bearer error="invalid_token"`) {
		t.Errorf("status %d with WWW-Authenticate %q", status, challenge)
	}
	if (status == 503) != (answer.Header().Get("Retry-After") != "") || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("status %d with %v", status, answer.Header())
	}
	return b.Errors[0].Message
}

func TestDoorLetsIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER  "} {
		answer := h.get("/graphql", http.Header{"Authorization": {scheme + h.token(auth.ExperienceRead)}})
		if answer.Code != 200 || h.came == nil || h.came.Person != "per_anna" || h.came.Session != "ses_1" {
			t.Errorf("%q: status %d, viewer %+v", scheme, answer.Code, h.came)
		}
	}
}

func TestDoorWithoutAToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.load = func(context.Context, auth.Claims) (*auth.Viewer, error) {
		t.Error("somebody was looked up without a token in the header")
		return nil, nil
	}
	token := h.token(auth.SessionScopes()...)
	for target, header := range map[string]http.Header{
		"/graphql":                        {},
		"/graphql?access_token=" + token:  {},
		"/graphql?authorization=" + token: {"Cookie": {"access_token=" + token}},
	} {
		if h.get(target, header); h.came == nil || h.came.SignedIn() || h.came.May(auth.ExperienceWrite) {
			t.Errorf("%.30s: came in as %+v, want nobody", target, h.came)
		}
	}
}

func TestDoorTurnsAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	good, sentences := h.token(), map[string]bool{}
	for story, header := range map[string]http.Header{
		"two headers":         bearer(good, good),
		"two tokens":          {"Authorization": {"Bearer " + good + ", Bearer " + good}},
		"empty header":        {"Authorization": {""}},
		"only the word":       {"Authorization": {"Bearer"}},
		"only the word, open": {"Authorization": {"Bearer "}},
		"no word":             {"Authorization": {good}},
		"Basic":               {"Authorization": {"Basic YTpi"}},
		"a refresh token":     bearer("hbr_abcdef"),
		"600 KB":              bearer(strings.Repeat("x", 600<<10)),
		"broken":              bearer("\xff\x00"),
		"changed":             bearer(good[:len(good)-4] + "AAAA"),
	} {
		t.Run(story, func(t *testing.T) {
			sentences[h.turnedAway(t, h.get("/graphql", header), 401, "UNAUTHENTICATED")] = true
		})
	}
	if len(sentences) != 1 {
		t.Errorf("the sentence gives causes away: %v", sentences)
	}
	if strings.Contains(h.log.String(), good[:40]) || strings.Contains(h.log.String(), "hbr_abcdef") {
		t.Error("a token stands in the log")
	}
}

// Only the hash of a service token goes on, and of one with a slip in it nothing at all.
func TestDoorKnowsServiceTokens(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, err := auth.NewServiceToken(nil)
	check(t, err)
	if h.turnedAway(t, h.get("/", bearer(secret)), 401, "UNAUTHENTICATED"); h.came != nil {
		t.Error("a door that knows no machines let one in")
	}
	var asked []string
	h.machine = func(_ context.Context, hash string) (auth.Claims, error) {
		if asked = append(asked, hash); hash != auth.Hash(secret) {
			return auth.Claims{}, auth.ErrServiceToken
		}
		return auth.Claims{Person: "per_machine", Session: "ses_9", Scopes: auth.IntegratorScopes(), Expires: h.clock.now().Add(time.Hour)}, nil
	}
	if h.get("/", bearer(secret)); h.came == nil || h.came.Person != "per_machine" || h.came.Scopes.String() != "experience:read" || h.came.Expires.IsZero() {
		t.Errorf("%+v came in", h.came)
	}
	strange, err := auth.NewServiceToken(nil)
	check(t, err)
	sentences := map[string]bool{h.turnedAway(t, h.get("/", bearer(strange)), 401, "UNAUTHENTICATED"): true}
	for _, wrong := range []string{"hbt_", secret[:30], secret + "0", "hbt_" + h.token(), strings.ToLower(secret), secret[:52] + "!"} {
		sentences[h.turnedAway(t, h.get("/", bearer(wrong)), 401, "UNAUTHENTICATED")] = true
	}
	if len(asked) != 2 || len(sentences) != 1 || strings.Contains(h.log.String(), secret[4:20]) || strings.Contains(h.log.String(), strange[4:20]) {
		t.Errorf("asked for %d, said %v, logged %s", len(asked), sentences, h.log.String())
	}
}

func TestDoorTellsExpiredFromEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.token()
	h.load = func(context.Context, auth.Claims) (*auth.Viewer, error) { return nil, auth.ErrEnded }
	if says := h.turnedAway(t, h.get("/", bearer(token)), 401, "UNAUTHENTICATED"); !strings.Contains(says, "ended") {
		t.Errorf("ended: %q", says)
	}
	h.clock.pass(time.Hour)
	if says := h.turnedAway(t, h.get("/", bearer(token)), 401, "UNAUTHENTICATED"); !strings.Contains(says, "refresh") {
		t.Errorf("expired: %q", says)
	}
}

func TestDoorInTrouble(t *testing.T) {
	t.Parallel()
	for story, load := range map[string]func(context.Context, auth.Claims) (*auth.Viewer, error){
		"database away": func(context.Context, auth.Claims) (*auth.Viewer, error) {
			return nil, errors.New("pq: no route to db7")
		},
		"nobody loaded":  func(context.Context, auth.Claims) (*auth.Viewer, error) { return nil, nil },
		"another person": func(context.Context, auth.Claims) (*auth.Viewer, error) { return &auth.Viewer{Person: "per_eve"}, nil },
	} {
		h := newHouse(t)
		h.load = load
		answer := h.get("/graphql", bearer(h.token()))
		h.turnedAway(t, answer, 503, "UNAVAILABLE")
		if strings.Contains(answer.Body.String(), "db7") {
			t.Errorf("%s: the client sees the cause: %s", story, answer.Body)
		}
		if !strings.Contains(h.log.String(), "level=ERROR") {
			t.Errorf("%s: nobody is told: %s", story, &h.log)
		}
	}
}

func TestScopesOnlyNarrow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	shared := &auth.Viewer{Person: "per_anna", Scopes: auth.Scopes{auth.ExperienceRead, auth.ExportRead}}
	h.load = func(context.Context, auth.Claims) (*auth.Viewer, error) { return shared, nil }
	h.get("/graphql", bearer(h.token(auth.ExperienceRead, auth.ExperienceWrite)))
	if got := h.came.Scopes.String(); got != "experience:read" {
		t.Errorf("scopes = %q, want those of both token and session", got)
	}
	if len(shared.Scopes) != 2 || shared.Session != "" {
		t.Error("the viewer that was loaded was changed")
	}
}

func TestRefusalSpeaksTheClientsType(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const modern, legacy = "application/graphql-response+json; charset=utf-8", "application/json; charset=utf-8"
	for accept, want := range map[string]string{
		"": legacy, "*/*": legacy, "text/html": legacy, ";;;": legacy, "application/json": legacy,
		"application/graphql-response+json":                               modern,
		"application/graphql-response+json, application/json;q=0.9":       modern,
		"application/json, Application/GraphQL-Response+JSON":             modern,
		"application/json, application/graphql-response+json;q=0.5":       legacy,
		"application/graphql-response+json;q=0":                           legacy,
		"application/graphql-response+json;q=NaN":                         legacy,
		strings.Repeat("a/b,", 1e5) + "application/graphql-response+json": legacy,
	} {
		header := bearer("x")
		header.Set("Accept", accept)
		if got := h.get("/graphql", header).Header().Get("Content-Type"); got != want {
			t.Errorf("Accept %.60q is answered with %q", accept, got)
		}
	}
}

func TestRefusalRepeatsTheRequestID(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.id = "req_7"
	var b body
	check(t, json.Unmarshal(h.get("/graphql", bearer("x")).Body.Bytes(), &b))
	if b.Errors[0].Extensions.RequestID != "req_7" {
		t.Errorf("requestId = %q", b.Errors[0].Extensions.RequestID)
	}
}

// The other doors (socket, stream) use Authenticate by itself.
func TestAuthenticateTellsWhenTheTokenEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	door := auth.Door{Verify: h.tokens.Verify, Load: h.load}
	viewer, claims, err := door.Authenticate(t.Context(), h.token(auth.ExperienceRead))
	check(t, err)
	if viewer.Person != "per_anna" || !claims.Expires.Equal(h.clock.at.Add(10*time.Minute)) {
		t.Errorf("viewer %+v, claims %+v", viewer, claims)
	}
	if _, _, err := (auth.Door{}).Authenticate(t.Context(), "x"); err == nil || errors.Is(err, auth.ErrInvalid) {
		t.Errorf("a door without hinges: %v", err)
	}
	viewer, claims, err = door.Authenticate(t.Context(), "")
	if viewer != nil || claims.Person != "" || !errors.Is(err, auth.ErrInvalid) {
		t.Errorf("an empty token: %+v, %+v, %v", viewer, claims, err)
	}
}

func TestBearerToken(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"Bearer a.b.c": "a.b.c", "bEARER  a.b.c ": "a.b.c",
		"": "", "Bearer": "", "Bearer ": "", "a.b.c": "", "Basic a.b.c": "", "Bearera.b.c": "",
		"Bearer a b": "", "Bearer a,b": "", "Bearer a, Bearer b": "", "Bearer a\tb": "", " Bearer a": "",
	} {
		got, err := auth.BearerToken(value)
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, auth.ErrInvalid) {
			t.Errorf("%q: %q, %v; want %q", value, got, err, want)
		}
	}
}

func TestMiddlewareFunction(t *testing.T) {
	t.Parallel()
	h, came := newHouse(t), false
	handler := auth.Middleware(h.tokens.Verify, h.load)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came = true }))
	request := httptest.NewRequest("POST", "/graphql", nil)
	request.Header = bearer("not a token")
	answer := httptest.NewRecorder()
	if handler.ServeHTTP(answer, request); answer.Code != 401 || came {
		t.Errorf("status %d, came in: %v", answer.Code, came)
	}
}
