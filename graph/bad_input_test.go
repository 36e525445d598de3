package graph_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"hearback/ent/generated/ent"
	"hearback/ent/typeid"
	"hearback/graph"
)

// notForPeople are words of our workshop: none of them may stand in what a client reads.
var notForPeople = regexp.MustCompile(`(?i)\b(sql|sqlite|select|insert|update|where clause|pq|postgres(ql)?|constraint|column|goroutine|panic|runtime|nil|strconv|parseint|json\.\w+|map|slice|interface|struct|u?int(32|64)|float64|typeid|workflow|gqlgen|ent|varchar|syntax error|no rows)\b|\.go:\d|0x[0-9a-f]{6}`)

// plain wants every message to be a sentence for people.
func (a answer) plain(t testing.TB, what string) {
	t.Helper()
	said := []string{}
	for _, e := range a.Errors {
		said = append(said, e.Message)
		if e.Extensions["code"] == nil || e.Extensions["requestId"] == nil {
			t.Errorf("%s: an error without code or requestId: %s", what, a.Body)
		}
	}
	for _, payload := range a.Data {
		problems, _ := dig(payload, "userErrors").([]any)
		for _, p := range problems {
			said = append(said, fmt.Sprint(dig(p, "message")))
		}
	}
	for _, message := range said {
		if word := notForPeople.FindString(message); word != "" || len(message) < 10 || len(message) > 400 {
			t.Errorf("%s: %q says %q to a person", what, message, word)
		}
	}
}

// sends asks as this person with a media type to accept, whatever the body is.
func (p *person) sends(accept string, body []byte) answer {
	p.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	w := httptest.NewRecorder()
	p.door.ServeHTTP(w, r.WithContext(graph.NameRequest(r.Context(), "req-1")))
	a := answer{Status: w.Code, Body: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		p.t.Fatalf("no JSON: %s", w.Body)
	}
	return a
}

const strict = "application/graphql-response+json"

const listed = `query($first: Int, $last: Int, $after: Cursor, $before: Cursor, $where: ExperienceFilter) {
  experiences(first: $first, last: $last, after: $after, before: $before, where: $where) { nodes { id } } }`

// bad is one way to ask wrongly, and what comes of it.
type bad struct {
	query  string
	given  vars
	code   string
	status int // of a client that accepts the newer media type
}

// place64 writes a cursor by hand.
func place64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func unknownIDs(n int) []typeid.ID {
	all := make([]typeid.ID, n)
	for i := range all {
		all[i] = typeid.New(typeid.Experience)
	}
	return all
}

func deepFilter(levels int, innermost vars) vars {
	for range levels {
		innermost = vars{"and": []vars{innermost}}
	}
	return innermost
}

func repeated[T any](n int, of T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = of
	}
	return all
}

// badQuestions are refused before anything is read.
func badQuestions(ward *ent.Service) map[string]bad {
	exp := string(typeid.New(typeid.Experience))
	cases := map[string]bad{
		"an id that is none":            {`query($id: ID!) { node(id: $id) { id } }`, vars{"id": "nonsense"}, "BAD_USER_INPUT", 200},
		"an id that is a number":        {`{ node(id: 17) { id } }`, nil, "BAD_USER_INPUT", 200},
		"an id with NUL":                {`query($id: ID!) { node(id: $id) { id } }`, vars{"id": exp[:10] + "\x00"}, "BAD_REQUEST", 400},
		"an id that is an object":       {`query($id: ID!) { node(id: $id) { id } }`, vars{"id": vars{}}, "GRAPHQL_VALIDATION_FAILED", 400},
		"an id left out":                {`query($id: ID!) { node(id: $id) { id } }`, nil, "GRAPHQL_VALIDATION_FAILED", 400},
		"101 ids":                       {`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": unknownIDs(101)}, "BAD_USER_INPUT", 200},
		"a million ids":                 {`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": repeated(6000, "x")}, "COST_EXCEEDED", 422},
		"first with last":               {listed, vars{"first": 1, "last": 1}, "BAD_USER_INPUT", 200},
		"after with last":               {listed, vars{"last": 1, "after": "x"}, "BAD_USER_INPUT", 200},
		"before with first":             {listed, vars{"first": 1, "before": "x"}, "BAD_USER_INPUT", 200},
		"first as a broken number":      {listed, vars{"first": 1.5}, "GRAPHQL_VALIDATION_FAILED", 400},
		"first as a huge number":        {listed, vars{"first": 1e100}, "GRAPHQL_VALIDATION_FAILED", 400},
		"first as a truth":              {listed, vars{"first": true}, "GRAPHQL_VALIDATION_FAILED", 400},
		"first as a huge literal":       {`{ experiences(first: 99999999999999999999) { nodes { id } } }`, nil, "GRAPHQL_VALIDATION_FAILED", 400},
		"a word outside of an enum":     {`{ experiences(where: {relationship: [NURSE]}) { nodes { id } } }`, nil, "GRAPHQL_VALIDATION_FAILED", 400},
		"a variable outside of an enum": {listed, vars{"where": vars{"relationship": []string{"NURSE"}}}, "GRAPHQL_VALIDATION_FAILED", 400},
		"a number in an enum":           {listed, vars{"where": vars{"relationship": []int{17}}}, "GRAPHQL_VALIDATION_FAILED", 400},
		"a field that is not there":     {`{ nonsense }`, nil, "GRAPHQL_VALIDATION_FAILED", 400},
		"an argument that is not there": {`{ experiences(nonsense: 1) { nodes { id } } }`, nil, "GRAPHQL_VALIDATION_FAILED", 400},
		"an input that is not there":    {listed, vars{"where": vars{"nonsense": 1}}, "GRAPHQL_VALIDATION_FAILED", 400},
		"a broken document":             {`{ experiences(`, nil, "GRAPHQL_PARSE_FAILED", 400},
		"a stream over plain HTTP":      {`subscription { stepTaken { id } }`, nil, "SUBSCRIPTION_NEEDS_STREAM", 406},
		"yesterday":                     {listed, vars{"where": vars{"publishedFrom": "yesterday"}}, "BAD_USER_INPUT", 200},
		"the 30th of February":          {listed, vars{"where": vars{"publishedFrom": "2026-02-30T00:00:00Z"}}, "BAD_USER_INPUT", 200},
		"a moment as a number":          {`{ experiences(where: {publishedFrom: 17}) { nodes { id } } }`, nil, "BAD_USER_INPUT", 200},
		"a filter four deep":            {listed, vars{"where": deepFilter(3, vars{"within": ward.ID})}, "BAD_USER_INPUT", 200},
		"a filter deep behind a place":  {listed, vars{"where": vars{"within": ward.ID, "not": deepFilter(3, vars{})}}, "BAD_USER_INPUT", 200},
		"a filter eleven wide":          {listed, vars{"where": vars{"within": ward.ID, "or": repeated(11, vars{"text": "a"})}}, "BAD_USER_INPUT", 200},
		"a filter of a hundred":         {listed, vars{"where": vars{"or": repeated(10, vars{"or": repeated(10, vars{"text": "a"})})}}, "BAD_USER_INPUT", 200},
		"one word 35,000 times":         {listed, vars{"where": vars{"intention": repeated(35_000, "TELL")}}, "BAD_USER_INPUT", 200},
		"one state 20,000 times":        {`query($where: ChangeFilter) { changes(where: $where) { nodes { id } } }`, vars{"where": vars{"state": repeated(20_000, "MADE")}}, "BAD_USER_INPUT", 200},
		"a long search":                 {listed, vars{"where": vars{"text": strings.Repeat("ä", 201)}}, "BAD_USER_INPUT", 200},
		"a long name of a place":        {`query($n: String) { services(where: {name: $n}) { nodes { id } } }`, vars{"n": strings.Repeat("%", 100_000)}, "BAD_USER_INPUT", 200},
		"a long code of a place":        {`query($n: String) { services(where: {code: $n}) { nodes { id } } }`, vars{"n": strings.Repeat("x", 100_000)}, "BAD_USER_INPUT", 200},
		"a search with NUL":             {listed, vars{"where": vars{"text": "a\x00b"}}, "BAD_REQUEST", 400},
		"a literal with NUL":            {`{ experiences(where: {text: "a\u0000b"}) { nodes { id } } }`, nil, "BAD_REQUEST", 400},
	}
	for n, code := range map[int]string{0: "BAD_USER_INPUT", -1: "BAD_USER_INPUT", 101: "BAD_USER_INPUT", 1_000_000: "COST_EXCEEDED", 1 << 31: "COST_EXCEEDED"} {
		status := map[string]int{"BAD_USER_INPUT": 200, "COST_EXCEEDED": 422}[code]
		cases[fmt.Sprintf("first %d", n)] = bad{listed, vars{"first": n}, code, status}
		cases[fmt.Sprintf("last %d", n)] = bad{listed, vars{"last": n}, code, status}
	}
	for what, cursor := range map[string]string{
		"empty": "", "not base64": "%%%", "only a name": place64("published"), "truncated": place64("published|1|" + exp)[:20], "of another list": place64("own|1|" + exp),
		"without an id": place64("published|1|"), "without a time": place64("published||" + exp), "no number": place64("published|é|" + exp), "with NUL inside": place64("published|\x00|" + exp),
		"a time before all times": place64("published|-1y2p0ij32e8e7|" + exp), "a time after all times": place64("published|1y2p0ij32e8e7|" + exp), "huge": strings.Repeat("A", 200_000), "not UTF-8": place64("published|\xff|" + exp),
	} {
		cases["after: a cursor "+what] = bad{listed, vars{"after": cursor}, "BAD_USER_INPUT", 200}
		cases["before: a cursor "+what] = bad{listed, vars{"last": 3, "before": cursor}, "BAD_USER_INPUT", 200}
	}
	cases["a cursor of places that is not UTF-8"] = bad{`query($after: Cursor) { services(after: $after) { nodes { id } } }`, vars{"after": place64("services|\xff|" + exp)}, "BAD_USER_INPUT", 200}
	cases["a cursor of places with NUL"] = bad{`query($after: Cursor) { services(after: $after) { nodes { id } } }`, vars{"after": place64("services|a\x00|" + exp)}, "BAD_USER_INPUT", 200}
	return cases
}

func TestBadQuestionsAreRefusedBeforeAnythingIsRead(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		nobody := s.nobody()
		for what, b := range badQuestions(s.place("Ward 7", nil)) {
			body, err := json.Marshal(vars{"query": b.query, "variables": b.given})
			if err != nil {
				t.Fatal(err)
			}
			var a answer
			if said := s.db.Said(func() { a = nobody.sends(strict, body) }); len(said) > 0 {
				t.Errorf("%s: %d statements, such as %s", what, len(said), said[0])
			}
			if a.code() != b.code || a.Status != b.status {
				t.Errorf("%s: want %s and %d, got %d %.500s", what, b.code, b.status, a.Status, a.Body)
			}
			a.plain(t, what)
			if old := nobody.sends("application/json", body); old.code() != b.code || old.Status != 200 && old.Status != b.status {
				t.Errorf("%s: a client of the older media type gets %d %.500s", what, old.Status, old.Body)
			}
		}
	})
}

func TestBadBodies(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		query := `{"query":"{ experiences(where: {text: \"` + "%s" + `\"}) { nodes { id } } }"}`
		for what, c := range map[string]struct {
			body   string
			code   string
			status int
		}{
			"ten megabytes":      {`{"query":"` + strings.Repeat(" ", 10<<20) + `{ viewer { id } }"}`, "BODY_TOO_LARGE", 413},
			"broken UTF-8":       {fmt.Sprintf(query, "caf\xe9"), "BAD_REQUEST", 400},
			"NUL in the body":    {fmt.Sprintf(query, "a\x00"), "BAD_REQUEST", 400},
			"NUL as JSON":        {fmt.Sprintf(query, `a\u0000`), "BAD_REQUEST", 400},
			"NUL as GraphQL":     {fmt.Sprintf(query, `a\\u0000`), "BAD_REQUEST", 400},
			"nothing":            {``, "BAD_REQUEST", 400},
			"no object":          {`"hello"`, "BAD_REQUEST", 400},
			"a batch":            {`[{"query":"{ viewer { id } }"}]`, "BAD_REQUEST", 400},
			"half an object":     {`{"query":"{ viewer`, "BAD_REQUEST", 400},
			"no query":           {`{"variables":{}}`, "BAD_REQUEST", 400},
			"variables as words": {`{"query":"{ viewer { id } }","variables":"x"}`, "BAD_REQUEST", 400},
		} {
			var a answer
			if n := s.db.Count(func() { a = s.nobody().sends(strict, []byte(c.body)) }); n > 0 {
				t.Errorf("%s: %d statements", what, n)
			}
			if a.code() != c.code || a.Status != c.status {
				t.Errorf("%s: want %s and %d, got %d %.300s", what, c.code, c.status, a.Status, a.Body)
			}
			a.plain(t, what)
		}
	})
}

// What is not there and what is not for somebody cannot be told from each other.
func TestUnknownAndOthersIdsLookAlike(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, eve := s.start("Pat"), s.start("Eve")
		hidden, none := pat.share(ward, "PATIENT", "I waited."), string(typeid.New(typeid.Experience))
		before := s.written()
		for what, query := range map[string]string{
			"reads":    `query($id: ID!) { node(id: $id) { id } }`,
			"revises":  `mutation($id: ID!) { experienceRevise(input: {experienceId: $id, expectedVersion: 1, story: "Mine."}) { experience { id } userErrors { code } } }`,
			"lists":    `query($id: ID!) { nodes(ids: [$id]) { id } }`,
			"searches": `query($id: ID!) { experiences(where: {serviceId: $id}) { nodes { id } } }`,
		} {
			for _, p := range []*person{s.nobody(), eve} {
				of, unknown := p.ask(query, vars{"id": hidden}), p.ask(query, vars{"id": none})
				if of.Body != unknown.Body || of.Status != unknown.Status {
					t.Errorf("%s %s: %s, but what is not there is %s", p.name, what, of.Body, unknown.Body)
				}
				of.plain(t, what)
			}
		}
		for _, id := range []string{pat.id, pat.session, string(typeid.New("zzz"))} {
			if a := eve.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}); a.code() != "NOT_FOUND" {
				t.Errorf("%s: %s", id, a.Body)
			}
		}
		if a := eve.ask(listed, vars{"where": vars{"within": typeid.New(typeid.Service)}}); a.code() != "NOT_FOUND" {
			t.Errorf("a place that is not there: %s", a.Body)
		}
		if s.written() != before {
			t.Error("something was written")
		}
	})
}

// Nothing that a person types into a search is read as syntax; both databases find the same.
func TestSearchTakesWordsAsWords(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo := s.start("Pat"), s.somebody("Mo", "MODERATOR", ward)
		mo.publish(pat.share(ward, "PATIENT", `I waited four hours; the café was shut and "nobody" knew: 50% of us left.`))
		find := func(text string) int {
			return len(pat.get(listed, vars{"where": vars{"text": text}}, "experiences.nodes").([]any))
		}
		for _, typed := range []string{"waited", "waiting HOURS", "hour nobody", "waited *", `"waited"`, `"waited`, "waited -", "- waited :", "(waited)", "waited's hours"[:6], "café", "50%", "^waited", "waited\thours", "'waited'", "{waited}", "wait*"} {
			if find(typed) != 1 {
				t.Errorf("%q does not find it", typed)
			}
		}
		for _, typed := range []string{"", "  ", `"`, `""`, "*", "-", ":", "(", ")", "'", `\`, "%", "_", "🙂", "^", "{", "story:waited:x", "waited AND absent", "absent OR missing", "waited NOT absent", "NEAR(absent four)", "absent*", "'; DROP TABLE people; --", "waitedx", "hoursfour"} {
			if find(typed) != 0 {
				t.Errorf("%q finds it", typed)
			}
		}
		if find(strings.Repeat("ä", 200)) != 0 {
			t.Error("two hundred letters are too many")
		}
	})
}
