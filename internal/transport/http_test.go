package transport_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"hearback/internal/transport"
)

type said struct {
	status int
	header http.Header
	body   string
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
}

func (s said) code() string {
	if len(s.Errors) == 0 {
		return ""
	}
	code, _ := s.Errors[0].Extensions["code"].(string)
	return code
}

func ask(t *testing.T, h http.Handler, r *http.Request) said {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	s := said{status: w.Code, header: w.Header(), body: w.Body.String()}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
			t.Fatalf("the answer is not JSON: %v\n%s", err, w.Body)
		}
	}
	return s
}

func post(body string, header ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return with(r, header...)
}

func get(values url.Values, header ...string) *http.Request {
	return with(httptest.NewRequest(http.MethodGet, "/graphql?"+values.Encode(), nil), header...)
}

func with(r *http.Request, header ...string) *http.Request {
	for i := 0; i < len(header); i += 2 {
		if r.Header.Del(header[i]); header[i+1] != "" {
			r.Header.Set(header[i], header[i+1])
		}
	}
	return r
}

func query(text string) string {
	b, _ := json.Marshal(map[string]string{"query": text})
	return string(b)
}

// Each of these is no GraphQL request: it is refused with a code and a short sentence, and nothing is executed.
func TestRequestIsRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5000)
	cases := map[string]struct {
		request *http.Request
		status  int
		code    string
	}{
		"text/plain, which a cross-site form can send": {post(query("{name}"), "Content-Type", "text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"a form":                      {post("query={name}", "Content-Type", "application/x-www-form-urlencoded"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"multipart":                   {post("--b", "Content-Type", "multipart/form-data; boundary=b"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"a document as it is":         {post("{name}", "Content-Type", "application/graphql"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"no type":                     {post(query("{name}"), "Content-Type", ""), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"Latin 1":                     {post(query("{name}"), "Content-Type", "application/json; charset=iso-8859-1"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"compressed":                  {post(query("{name}"), "Content-Encoding", "gzip"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"PUT":                         {with(httptest.NewRequest(http.MethodPut, "/", nil)), 405, "METHOD_NOT_ALLOWED"},
		"HEAD":                        {with(httptest.NewRequest(http.MethodHead, "/", nil)), 405, "METHOD_NOT_ALLOWED"},
		"a mutation by GET":           {get(url.Values{"query": {`mutation{rename(to:"x")}`}}), 405, "METHOD_NOT_ALLOWED"},
		"accepts HTML only":           {post(query("{name}"), "Accept", "text/html"), 406, "NOT_ACCEPTABLE"},
		"accepts nothing of ours":     {post(query("{name}"), "Accept", "application/json;q=0"), 406, "NOT_ACCEPTABLE"},
		"accepts Latin 1 only":        {post(query("{name}"), "Accept", "application/json;charset=latin1"), 406, "NOT_ACCEPTABLE"},
		"a subscription":              {post(query("subscription{ticks}")), 406, "SUBSCRIPTION_NEEDS_STREAM"},
		"a subscription by GET":       {get(url.Values{"query": {"subscription{ticks}"}}), 406, "SUBSCRIPTION_NEEDS_STREAM"},
		"too large":                   {post(query(long)), 413, "BODY_TOO_LARGE"},
		"too large, length unknown":   {unmeasured(query(long)), 413, "BODY_TOO_LARGE"},
		"a URL too large":             {get(url.Values{"query": {long}}), 414, "BODY_TOO_LARGE"},
		"nothing":                     {post(""), 400, "BAD_REQUEST"},
		"half an object":              {post(`{"query":"{name}"`), 400, "BAD_REQUEST"},
		"not JSON":                    {post(`query`), 400, "BAD_REQUEST"},
		"a trailing comma":            {post(`{"query":"{name}",}`), 400, "BAD_REQUEST"},
		"a number":                    {post(`1`), 400, "BAD_REQUEST"},
		"a batch":                     {post("[" + query("{name}") + "]"), 400, "BAD_REQUEST"},
		"two objects":                 {post(query("{name}") + query("{name}")), 400, "BAD_REQUEST"},
		"trailing garbage":            {post(query("{name}") + "x"), 400, "BAD_REQUEST"},
		"broken UTF-8":                {post("{\"query\":\"{name}\",\"x\":\"\xff\"}"), 400, "BAD_REQUEST"},
		"NUL as it is":                {post("{\"query\":\"{name}\x00\"}"), 400, "BAD_REQUEST"},
		"NUL in a variable":           {post(`{"query":"{name}","variables":{"a":["\u0000"]}}`), 400, "BAD_REQUEST"},
		"NUL in a name":               {post(`{"query":"{name}","variables":{"a\u0000":1}}`), 400, "BAD_REQUEST"},
		"query twice":                 {post(`{"query":"{name}","query":"{find(id:1)}"}`), 400, "BAD_REQUEST"},
		"QUERY in capitals":           {post(`{"QUERY":"{name}"}`), 400, "BAD_REQUEST"},
		"no query":                    {post(`{"variables":{}}`), 400, "BAD_REQUEST"},
		"null query":                  {post(`{"query":null}`), 400, "BAD_REQUEST"},
		"variables as text":           {post(`{"query":"{name}","variables":"{}"}`), 400, "BAD_REQUEST"},
		"GET: nothing":                {get(nil), 400, "BAD_REQUEST"},
		"GET: query twice":            {get(url.Values{"query": {"{name}", "{name}"}}), 400, "BAD_REQUEST"},
		"GET: variables not JSON":     {get(url.Values{"query": {"{name}"}, "variables": {"{"}}), 400, "BAD_REQUEST"},
		"GET: variables as list":      {get(url.Values{"query": {"{name}"}, "variables": {"[1]"}}), 400, "BAD_REQUEST"},
		"GET: broken UTF-8":           {get(url.Values{"query": {"{name}\xff"}}), 400, "BAD_REQUEST"},
		"GET: NUL":                    {get(url.Values{"query": {"{name}\x00"}}), 400, "BAD_REQUEST"},
		"GET: NUL in variables":       {get(url.Values{"query": {"{name}"}, "variables": {`{"a":"\u0000"}`}}), 400, "BAD_REQUEST"},
		"GET: an escape that is none": {httptest.NewRequest(http.MethodGet, "/?query=%7Bname%7D&x=%zz", nil), 400, "BAD_REQUEST"},
		"incremental delivery":        {post(query("{...@defer{name}}"), "Accept", transport.GraphQLResponse), 400, "INCREMENTAL_DELIVERY_UNSUPPORTED"},
		"incremental, with a space":   {post(query("{...F} fragment F on Query{...@ defer(if:false){name}}"), "Accept", transport.GraphQLResponse), 400, "INCREMENTAL_DELIVERY_UNSUPPORTED"},
		"incremental on a spread":     {post(query("{...F@defer} fragment F on Query{name}"), "Accept", transport.GraphQLResponse), 400, "INCREMENTAL_DELIVERY_UNSUPPORTED"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			s := ask(t, h.server(transport.HTTP{MaxBody: 1000}), c.request)
			if s.status != c.status || s.code() != c.code {
				t.Errorf("got %d %q, want %d %q\n%s", s.status, s.code(), c.status, c.code, s.body)
			}
			if h.executed.Load() != 0 || s.Data != nil || strings.Contains(s.body, `"data"`) {
				t.Errorf("something was executed: %s", s.body)
			}
			if len(s.body) > 500 || strings.Contains(s.body, "xxxx") {
				t.Errorf("the input is echoed: %s", s.body)
			}
			if c.status == 405 && s.header.Get("Allow") == "" {
				t.Error("405 without Allow")
			}
		})
	}
}

func unmeasured(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader(body)))
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = -1
	return r
}

func TestTooLargeSaysTheLimit(t *testing.T) {
	t.Parallel()
	s := ask(t, newHouse().server(transport.HTTP{}), post(query(strings.Repeat(" ", transport.DefaultMaxBody))))
	if s.status != 413 || s.Errors[0].Extensions["limit"] != float64(256<<10) {
		t.Errorf("got %d %s", s.status, s.body)
	}
}

func TestMutationByGETNamesPOST(t *testing.T) {
	t.Parallel()
	h := newHouse()
	s := ask(t, h.server(transport.HTTP{}), get(url.Values{"query": {`mutation{rename(to:"x")}`}}))
	if s.header.Get("Allow") != "POST" || h.executed.Load() != 0 {
		t.Errorf("Allow %q, executed %d", s.header.Get("Allow"), h.executed.Load())
	}
}

func TestOptionsNamesTheMethods(t *testing.T) {
	t.Parallel()
	s := ask(t, newHouse().server(transport.HTTP{}), httptest.NewRequest(http.MethodOptions, "/", nil))
	if s.status != 204 || s.header.Get("Allow") != "OPTIONS, GET, POST" {
		t.Errorf("got %d %v", s.status, s.header)
	}
}

func TestAcceptChoosesTheMediaType(t *testing.T) {
	t.Parallel()
	const modern = transport.GraphQLResponse
	cases := []struct{ accept, preferred, want string }{
		{"", "", transport.JSON},
		{"*/*", "", transport.JSON},
		{"application/*", "", transport.JSON},
		{"", modern, modern},
		{"*/*", modern, modern},
		{"application/json", modern, transport.JSON},
		{modern + "; charset=utf-8, application/json; charset=utf-8", "", modern},
		{"application/json;q=0.5, " + modern, "", modern},
		{"text/html, */*;q=0.1", "", transport.JSON},
		{"application/json;q=0, */*", "", modern},
		{"nonsense;;, application/json;q=2, " + modern + ";q=0.1", "", modern},
	}
	for _, c := range cases {
		t.Run(c.accept+" "+c.preferred, func(t *testing.T) {
			t.Parallel()
			s := ask(t, newHouse().server(transport.HTTP{Preferred: c.preferred}), post(query("{name}"), "Accept", c.accept))
			if got := s.header.Get("Content-Type"); got != c.want+"; charset=utf-8" || s.status != 200 {
				t.Errorf("got %d %q, want %q", s.status, got, c.want)
			}
			if s.header.Get("Vary") != "Accept" || s.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers: %v", s.header)
			}
		})
	}
}

// The data goes out byte for byte: even its odd spaces stay, so nothing decoded, compacted or encoded it again.
func TestDataIsWrittenAsItIs(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.answer = `{ "name" : "a<b" }`
	if s := ask(t, h.server(transport.HTTP{}), post(query("{name}"))); s.body != `{"data":{ "name" : "a<b" }}` {
		t.Errorf("got %s", s.body)
	}
	h.errs = gqlerror.List{{Message: "half", Path: ast.Path{ast.PathName("name")}}}
	want := `{"errors":[{"message":"half","path":["name"],"extensions":{"code":"INTERNAL"}}],"data":{ "name" : "a<b" }}`
	if s := ask(t, h.server(transport.HTTP{}), post(query("{name}"))); s.body != want || s.status != 200 {
		t.Errorf("got %s", s.body)
	}
}

func TestErrorsAreFewAndShort(t *testing.T) {
	t.Parallel()
	h := newHouse()
	name := strings.Repeat("ü", 900)
	doc := "{" + strings.Repeat(" find(id:\""+name+"\")", 40) + "}"
	s := ask(t, h.server(transport.HTTP{}), post(query(doc)))
	if len(s.Errors) == 0 || len(s.Errors) > 5 {
		t.Errorf("%d errors", len(s.Errors))
	}
	h.answer, h.errs = "", slices.Repeat(gqlerror.List{{Message: name}}, 40)
	if few := ask(t, h.server(transport.HTTP{}), post(query("{name}"))); len(few.Errors) != 5 || few.code() != "BAD_REQUEST" {
		t.Errorf("%d errors without data", len(few.Errors))
	}
	for _, e := range s.Errors {
		if len(e.Message) > 300 || strings.Contains(e.Message, "\ufffd") || e.Extensions["code"] == nil {
			t.Errorf("%d bytes, %v: %s", len(e.Message), e.Extensions, e.Message)
		}
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	body := `{"query":"query($id:Int!){find(id:$id)}","variables":{"id":7}}`
	if s := ask(t, newHouse().server(transport.HTTP{}), post(body)); s.status != 200 || len(s.Errors) > 0 {
		t.Errorf("got %s", s.body)
	}
}

func TestPersistedQueryPassesThrough(t *testing.T) {
	t.Parallel()
	h := newHouse()
	server := h.server(transport.HTTP{})
	const hash = `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"9cd5e84d2ba0f73e5b1e5dbcb8e4e5c3cce5be0d1b9f0e1ea5d8f2c8a1e6f3b4"}}`
	s := ask(t, server, post("{"+hash+"}"))
	if s.code() != "PERSISTED_QUERY_NOT_FOUND" || s.status != 200 {
		t.Errorf("unknown hash: %d %s", s.status, s.body)
	}
	s = ask(t, server, post("{"+hash+"}", "Accept", transport.GraphQLResponse))
	if s.code() != "PERSISTED_QUERY_NOT_FOUND" || s.status != 400 || h.executed.Load() != 0 {
		t.Errorf("unknown hash: %d %s", s.status, s.body)
	}
	s = ask(t, server, post(`{"query":"{name}",`+hash+"}"))
	if s.code() != "BAD_REQUEST" || h.executed.Load() != 0 {
		t.Errorf("a hash of something else: %s", s.body)
	}
}

// A request whose time is over gets an answer, not silence.
func TestGivenUpRequestSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := ask(t, newHouse().server(transport.HTTP{}), post(query("{name}")).WithContext(ctx))
	if s.status != 503 || s.code() != "TIMEOUT" {
		t.Errorf("got %d %s", s.status, s.body)
	}
}

// Refusals about the caller or the server keep their status for both media types; refusals of the document do not.
func TestStatusOfARefusal(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct{ modern, json int }{
		"UNAUTHENTICATED":     {401, 401},
		"FORBIDDEN":           {403, 403},
		"RATE_LIMITED":        {429, 429},
		"INTERNAL":            {500, 500},
		"OPERATION_TOO_LARGE": {422, 200},
		"COST_EXCEEDED":       {422, 200},
		"ANYTHING":            {400, 200},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			server := h.server(transport.HTTP{})
			server.Use(refusing{code})
			modern := ask(t, server, post(query("{name}"), "Accept", transport.GraphQLResponse))
			json := ask(t, server, post(query("{name}")))
			if modern.status != want.modern || json.status != want.json || modern.code() != code {
				t.Errorf("got %d and %d: %s", modern.status, json.status, modern.body)
			}
		})
	}
}
