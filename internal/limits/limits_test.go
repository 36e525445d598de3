package limits_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"hearback/internal/limits"
)

func nested(levels int) string {
	return "{me" + strings.Repeat("{friend", levels-2) + "{id}" + strings.Repeat("}", levels-2) + "}"
}

// doubling is the fragment bomb: n fragments, each spreading the next one twice.
func doubling(n int) string {
	var b strings.Builder
	b.WriteString("{me{...F0}}")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Person{...F%d ...F%d}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Person{id}", n)
	return b.String()
}

func times(n int, text string) string { return strings.Repeat(text+" ", n) }

func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+" ", i)
	}
	return b.String()
}

// body is what a document selects below `me`.
func body(text string) string { return strings.TrimSuffix(strings.TrimPrefix(text, "{me"), "}") }

// chained has n fragments, each of them used.
func chained(n int) string {
	var b strings.Builder
	b.WriteString("{...F0}")
	for i := range n - 1 {
		fmt.Fprintf(&b, " fragment F%d on Query{...F%d}", i, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Query{say}", n-1)
	return b.String()
}

// What is just within a limit is answered; one step beyond, it is refused, and the refusal says what, how much and how much is meant.
func TestDocumentLimits(t *testing.T) {
	t.Parallel()
	include := "@include(if:true) "
	cases := map[string]struct {
		within, beyond  string
		limit, measured int
	}{
		"depth":                 {nested(12), nested(13), 12, 13},
		"aliases":               {"{" + numbered(20, "a%d:say") + "}", "{" + numbered(21, "a%d:say") + "}", 20, 21},
		"duplicates":            {"{" + times(20, "say") + "}", "{" + times(21, "say") + "}", 20, 21},
		"directives":            {"{" + times(20, "say "+include) + "}", "{say " + times(21, include) + "}", 20, 21},
		"operations":            {"query Q{say}", numbered(6, "query Q%d{say}"), 5, 6},
		"tokens":                {"{say(text:\"" + strings.Repeat("a ", 2000) + "\")}", "{" + times(1500, "say") + "}", 1500, 1501},
		"bytes":                 {"{say}" + strings.Repeat(" ", 32<<10-5), "{say}" + strings.Repeat(" ", 32<<10-4), 32 << 10, 32<<10 + 1},
		"name":                  {"{" + strings.Repeat("n", 100) + ":say}", "{" + strings.Repeat("n", 101) + ":say}", 100, 101},
		"fragments":             {chained(100), "{say}" + numbered(101, "fragment F%d on Query{say}"), 100, 101},
		"fields":                {doubling(9), doubling(11), 1500, 2049},
		"duplicates by spreads": {"{" + times(20, "...F") + "} fragment F on Query{say}", "{" + times(21, "...F") + "} fragment F on Query{say}", 20, 21},
		"duplicates in inline":  {"{" + times(20, "...{say}") + "}", "{" + times(11, "...{say say}") + "}", 20, 22},
		"depth by fragments":    {"{me{...F}} fragment F on Person" + body(nested(12)), "{me{...F}} fragment F on Person" + body(nested(13)), 12, 13},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(limits.NewDocuments(limits.Limits{}))
			d.passes(t, c.within, nil)
			what, _, _ := strings.Cut(name, " ")
			got := d.refuses(t, c.beyond, nil, limits.CodeTooLarge)
			if got["what"] != what || got["limit"] != c.limit || got["measured"] != c.measured {
				t.Errorf("got %v", got)
			}
		})
	}
}

// Aliases in a fragment count each time that it is spread: otherwise ten of them, spread often enough, are thousands.
func TestAliasesMultiplyWithFragments(t *testing.T) {
	t.Parallel()
	text := "{me{...F friend{...F friend{...F}}}} fragment F on Person{" + numbered(7, "a%d:name") + "}"
	got := newDoor(limits.NewDocuments(limits.Limits{})).refuses(t, text, nil, limits.CodeTooLarge)
	if got["what"] != "aliases" || got["measured"] != 21 {
		t.Errorf("got %v", got)
	}
}

// The work is the size of the document, whatever its fragments make of it.
func TestMeasureLooksAtEachPartOnce(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"28 doubling fragments": doubling(28),
		"90 doubling fragments": doubling(90),
		"a circle":              "{me{...A}} fragment A on Person{id ...B} fragment B on Person{friend{...A ...B}}",
		"itself":                "{me{...A}} fragment A on Person{...A ...A friend{...A}}",
		"unspread":              "{say} fragment A on Person{...A ...B}",
		"one name twice":        "{...A} fragment A on Query{say ...A} fragment A on Query{me{...A id}}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := parser.ParseQuery(&ast.Source{Input: text})
			if err != nil {
				t.Fatal(err)
			}
			m, has := limits.Measure(doc), selections(doc)
			if m.Visited != has {
				t.Errorf("looked at %d of %d selections", m.Visited, has)
			}
			if m.Fields < 0 || m.Fields > 1<<30 {
				t.Errorf("counted %d fields", m.Fields)
			}
		})
	}
}

func selections(doc *ast.QueryDocument) (n int) {
	for _, o := range doc.Operations {
		n += within(o.SelectionSet)
	}
	for _, f := range doc.Fragments {
		n += within(f.SelectionSet)
	}
	return n
}

func within(set ast.SelectionSet) (n int) {
	for _, s := range set {
		n++
		switch s := s.(type) {
		case *ast.Field:
			n += within(s.SelectionSet)
		case *ast.InlineFragment:
			n += within(s.SelectionSet)
		}
	}
	return n
}

func TestFragmentBombIsRefused(t *testing.T) {
	t.Parallel()
	d := newDoor(limits.NewDocuments(limits.Limits{}))
	if got := d.refuses(t, doubling(28), nil, limits.CodeTooLarge); got["what"] != "fields" {
		t.Errorf("got %v", got)
	}
	d.refuses(t, "{me{...A}} fragment A on Person{id ...B} fragment B on Person{friend{...A}}", nil, "GRAPHQL_VALIDATION_FAILED")
}

func TestBrokenDocumentIsLeftToTheParser(t *testing.T) {
	t.Parallel()
	d := newDoor(limits.NewDocuments(limits.Limits{}))
	d.refuses(t, "{", nil, "GRAPHQL_PARSE_FAILED")
	d.refuses(t, "", nil, "GRAPHQL_VALIDATION_FAILED")
	d.refuses(t, strings.Repeat("{me", 700), nil, "GRAPHQL_PARSE_FAILED")
}

func TestNULInALiteral(t *testing.T) {
	t.Parallel()
	d := newDoor(limits.NewDocuments(limits.Limits{}))
	for _, text := range []string{`{say(text:"a\u0000")}`, `query($a:[String]=["\u0000"]){say}`, `{me@include(if:"\u0000"){id}}`} {
		d.refuses(t, text, nil, limits.CodeBadRequest)
	}
}

// The standard query of tools goes through; one that goes on and on does not.
func TestIntrospectionHasADepthOfItsOwn(t *testing.T) {
	t.Parallel()
	d := newDoor(limits.NewDocuments(limits.Limits{}), extension.Introspection{}, limits.Cost{})
	if cost := d.passes(t, introspection(9), nil); cost != 0 {
		t.Errorf("it cost %d", cost)
	}
	got := d.refuses(t, introspection(20), nil, limits.CodeTooLarge)
	if got["what"] != "introspection" || got["limit"] != 20 {
		t.Errorf("got %v", got)
	}
	got = d.refuses(t, "{me"+strings.Repeat("{friend", 12)+"{__typename}"+strings.Repeat("}", 12)+" __schema{types{name}}}", nil, limits.CodeTooLarge)
	if got["what"] != "depth" {
		t.Errorf("got %v", got)
	}
}

// introspection is the shape of the query that GraphiQL sends, with so many levels of ofType.
func introspection(levels int) string {
	of := strings.Repeat("ofType{kind name ", levels) + strings.Repeat("}", levels)
	return `query IntrospectionQuery{__schema{description queryType{name} mutationType{name} subscriptionType{name}
		types{...FullType} directives{name description isRepeatable locations args(includeDeprecated:true){...InputValue}}}}
	fragment FullType on __Type{kind name description specifiedByURL
		fields(includeDeprecated:true){name description args(includeDeprecated:true){...InputValue} type{...TypeRef} isDeprecated deprecationReason}
		inputFields(includeDeprecated:true){...InputValue} interfaces{...TypeRef}
		enumValues(includeDeprecated:true){name description isDeprecated deprecationReason} possibleTypes{...TypeRef}}
	fragment InputValue on __InputValue{name description type{...TypeRef} defaultValue isDeprecated deprecationReason}
	fragment TypeRef on __Type{kind name ` + of + `}`
}

// A verdict is remembered, and each request gets a copy of its own that others may write into.
func TestVerdictIsRemembered(t *testing.T) {
	t.Parallel()
	d := newDoor(limits.NewDocuments(limits.Limits{Remembered: 2}))
	for i := range 4 {
		got := d.refuses(t, nested(13), nil, limits.CodeTooLarge)
		if got["requestId"] != nil {
			t.Errorf("round %d sees another request's %v", i, got)
		}
		got["requestId"] = i
		d.passes(t, nested(5+i), nil)
	}
}

func TestLimitsAreConfigured(t *testing.T) {
	t.Parallel()
	documents := limits.NewDocuments(limits.Limits{Depth: 3})
	d := newDoor(documents)
	d.passes(t, nested(3), nil)
	d.refuses(t, nested(4), nil, limits.CodeTooLarge)
	if l := documents.Limits(); l.Depth != 3 || l.Tokens != 1500 {
		t.Errorf("published %+v", l)
	}
}

// FuzzDocument: whatever the text, measuring neither panics nor looks at anything twice, and gqlgen behind it survives.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		nested(12), nested(40), doubling(28), introspection(9), "{...A} fragment A on Query{...A}", "{me{...A}} fragment A on Person{friend{...A}}",
		"query($n:Int=99999999999999999999){experiences(first:$n){nodes{id}}}", "{nodes(ids:[\"a\",\"b\"]){id}}", "{say@skip(if:$x)}", "{say@skip}",
		"subscription{x}", "mutation{share{id}}", "{", "\"\"\"", "{say(text:\"\\u0000\")}", "query A query B{say}", "{experiences(first:-1,last:null){edges{node{id}}}}",
	} {
		f.Add(seed)
	}
	d := newDoor(limits.NewDocuments(limits.Limits{}), extension.Introspection{}, limits.Cost{})
	f.Fuzz(func(t *testing.T, text string) {
		if doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, 1500); err == nil && doc != nil {
			if m, has := limits.Measure(doc), selections(doc); m.Visited > has {
				t.Errorf("looked at %d of %d selections", m.Visited, has)
			}
		}
		_, list := d.ask(t, text, nil)
		for _, e := range list {
			if e.Extensions["code"] == nil {
				t.Logf("no code: %v", e)
			}
		}
	})
}
