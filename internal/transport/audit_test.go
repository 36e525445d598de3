package transport_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"hearback/internal/transport"
)

// rule is one audit of the `graphql-http` package (its id), kept here so that CI needs no node.
type rule struct {
	id      string
	request *http.Request
	status  func(int) bool
	media   string // what Content-Type must begin with, when it matters
	check   func(said) bool
}

const modern = transport.GraphQLResponse

func is(want int) func(int) bool     { return func(got int) bool { return got == want } }
func within(a, b int) func(int) bool { return func(got int) bool { return a <= got && got <= b } }
func noErrors(s said) bool           { return !strings.Contains(s.body, `"errors"`) }
func noData(s said) bool             { return !strings.Contains(s.body, `"data"`) }
func readable(s said) bool           { return utf8.ValidString(s.body) }
func body(fields map[string]any) string {
	b, _ := json.Marshal(fields)
	return string(b)
}

// plainPost is a POST that says nothing of what it accepts.
func plainPost(fields map[string]any) *http.Request { return post(body(fields)) }

func accepting(media string, fields map[string]any) *http.Request {
	return post(body(fields), "Accept", media)
}

func audits() []rule {
	const typename = "{ __typename }"
	typeNamed := "query Type($name: String!) { __type(name: $name) { name } }"
	simple := map[string]any{"query": typename}
	named := map[string]any{"query": "query Query { __typename }", "operationName": "Query"}
	variable := map[string]any{"query": typeNamed, "variables": map[string]any{"name": "sometype"}}
	extended := map[string]any{"query": typename, "extensions": map[string]any{"some": "value"}}
	coercion := map[string]any{"query": "query CoerceFailure($id: ID!){ __typename }", "variables": map[string]any{"id": nil}}
	unknown := map[string]any{"query": "{ 8f31403dfe404bccbb0e835f2629c6a7 }"}
	broken := map[string]any{"query": "{"}
	url1 := url.Values{"query": {typeNamed}, "variables": {`{"name":"sometype"}`}}

	rules := []rule{
		{"22EB", accepting(modern, simple), is(200), modern, nil},
		{"4655", accepting(transport.JSON, simple), is(200), transport.JSON, nil},
		{"47DE", accepting("*/*", simple), is(200), transport.JSON, nil},
		{"80D8", plainPost(simple), is(200), transport.JSON, nil},
		{"82A3", plainPost(simple), is(200), "", readable},
		{"BF61", post(body(map[string]any{"query": `{ __type(name: "Run🏃Swim🏊") { name } }`}), "Content-Type", "application/json; charset=utf-8"), is(200), "", nil},
		{"78D5", plainPost(simple), is(200), "", nil},
		{"2C94", plainPost(simple), is(200), "", nil},
		{"5A70", get(url.Values{"query": {typename}}), is(200), "", nil},
		{"9C48", get(url.Values{"query": {"mutation { __typename }"}}, "Accept", modern), within(400, 499), "", nil},
		{"9ABE", post(body(simple), "Content-Type", ""), within(400, 499), "", nil},
		{"03D4", plainPost(simple), is(200), "", nil},
		{"A5BF", post(""), is(400), "", nil},
		{"423L", accepting(modern, map[string]any{"notquery": typename}), is(400), "", nil},
		{"34A2", accepting(modern, simple), is(200), "", nil},
		{"13EE", accepting(transport.JSON, simple), is(200), "", noErrors},
		{"8161", accepting(modern, named), is(200), "", nil},
		{"B8B3", accepting(transport.JSON, named), is(200), "", noErrors},
		{"2EA1", accepting(modern, variable), is(200), "", nil},
		{"28B9", accepting(transport.JSON, variable), is(200), "", noErrors},
		{"D6D5", get(url1, "Accept", modern), is(200), "", noErrors},
		{"6A70", get(url1, "Accept", transport.JSON), is(200), "", noErrors},
		{"428F", accepting(modern, extended), is(200), "", nil},
		{"1B7A", accepting(transport.JSON, extended), is(200), "", noErrors},
		{"B6DC", post(`{ "not a JSON`, "Accept", transport.JSON), within(200, 599), "", nil},
		{"BCF8", post(`{ "not a JSON`, "Accept", transport.JSON), is(400), "", nil},
		{"B7N8", post(`{ "not a JSON`, "Accept", modern), is(400), "", nil},
		{"8764", plainPost(map[string]any{"qeury": typename}), within(400, 599), "", nil},
		{"3E3A", plainPost(map[string]any{"qeury": typename}), is(400), "", nil},
		{"572B", accepting(transport.JSON, broken), is(200), "", nil},
		{"FDE2", accepting(transport.JSON, unknown), is(200), "", nil},
		{"7B9B", accepting(transport.JSON, coercion), is(200), "", nil},
		{"865D", accepting(modern, broken), within(400, 599), "", nil},
		{"556A", accepting(modern, broken), is(400), "", nil},
		{"D586", accepting(modern, broken), nil, "", noData},
		{"51FE", accepting(modern, unknown), within(400, 599), "", nil},
		{"74FF", accepting(modern, unknown), is(400), "", nil},
		{"5E5B", accepting(modern, unknown), nil, "", noData},
		{"86EE", accepting(modern, coercion), is(400), "", nil},
	}
	return append(rules, auditsOfShapes(typename)...)
}

// auditsOfShapes are those that try each wrong type for each parameter, and null, which is none.
func auditsOfShapes(typename string) (rules []rule) {
	object, list := map[string]any{"obj": "ect"}, []any{"array"}
	for i, wrong := range []any{object, 0, false, list} {
		rules = append(rules,
			rule{"LKJ" + digit(i), plainPost(map[string]any{"query": wrong}), is(400), "", nil},
			rule{"6C0" + digit(i), plainPost(map[string]any{"query": typename, "operationName": wrong}), is(400), "", nil})
	}
	for i, wrong := range []any{"string", 0, false, list} {
		rules = append(rules,
			rule{"476" + digit(i), plainPost(map[string]any{"query": typename, "variables": wrong}), is(400), "", nil},
			rule{"58B" + digit(i), plainPost(map[string]any{"query": typename, "extensions": wrong}), is(400), "", nil})
	}
	for i, name := range []string{"variables", "operationName", "extensions"} {
		null := map[string]any{"query": typename, name: nil}
		rules = append(rules,
			rule{"94B" + digit(i), accepting(modern, null), is(200), "", noErrors},
			rule{"022" + digit(i), accepting(transport.JSON, null), is(200), "", noErrors})
	}
	return rules
}

func digit(i int) string { return string(rune('0' + i)) }

func TestAuditsOfGraphQLOverHTTP(t *testing.T) {
	t.Parallel()
	rules := audits()
	if len(rules) != 61 {
		t.Fatalf("%d audits, the package has 61", len(rules))
	}
	for _, r := range rules {
		t.Run(r.id, func(t *testing.T) {
			t.Parallel()
			s := ask(t, newHouse().server(transport.HTTP{}), r.request)
			switch {
			case r.status != nil && !r.status(s.status):
				t.Errorf("status %d", s.status)
			case !strings.HasPrefix(s.header.Get("Content-Type"), r.media):
				t.Errorf("media type %s", s.header.Get("Content-Type"))
			case r.check != nil && !r.check(s):
				t.Errorf("answer %s", s.body)
			}
		})
	}
}

// FuzzBody throws anything at the reader of requests: whatever comes, the answer is ours, and never a 5xx.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		query("{name}"), `{"query":null}`, `[{}]`, `{"query":"{name}","variables":{"a":"\u0000"}}`, "{\"query\":\"\xff\"}", "\ufeff{}",
		`{"query":"query($id:Int!){find(id:$id)}","variables":{"id":1e999}}`, `{"query":"{...A} fragment A on Query{...A}"}`,
		`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":7}}}`, `{"query":"{...@defer{name}}"}`, strings.Repeat(`{"a":`, 2000),
		`{"query":"{find(id:99999999999999999999)}"}`, `{"query":"query A{name} query B{name}","operationName":"C"}`,
	} {
		f.Add(seed, "application/json")
	}
	server := newHouse().server(transport.HTTP{MaxBody: 1 << 16})
	f.Fuzz(func(t *testing.T, text, accept string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
