// Package limits refuses hostile documents cheaply: by their shape before gqlgen parses them, by their cost before it executes them.
package limits

import (
	"context"
	"crypto/sha256"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
)

// Limits says how large a document may be. A zero means the default.
type Limits struct {
	Bytes         int // the document's text, 32 KiB
	Tokens        int // 1,500
	Depth         int // levels of fields below the operation, 12
	Introspection int // levels below `__schema` and `__type`, 20: the standard query of tools has 13 to 15
	Aliases       int // counted once for each time that a fragment with one is spread, 20
	Duplicates    int // the same field, or the same fragment, within one pair of braces, 20
	Directives    int // in the whole document, 20
	Fields        int // counted once for each time that a fragment is spread, 1,500
	Fragments     int // definitions, 100
	Operations    int // in one document, 5
	Name          int // bytes of a name or an alias, which an answer repeats for each row, 100
	Remembered    int // documents whose verdict is kept, 1,000; each takes some 200 bytes
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		limit     *int
		otherwise int
	}{
		{&l.Bytes, 32 << 10},
		{&l.Tokens, 1500},
		{&l.Depth, 12},
		{&l.Introspection, 20},
		{&l.Aliases, 20},
		{&l.Duplicates, 20},
		{&l.Directives, 20},
		{&l.Fields, 1500},
		{&l.Fragments, 100},
		{&l.Operations, 5},
		{&l.Name, 100},
		{&l.Remembered, 1000},
	} {
		if *d.limit <= 0 {
			*d.limit = d.otherwise
		}
	}
	return l
}

// Documents is a gqlgen extension that measures each document before gqlgen parses and validates it, in one pass that visits
// each part of it once, and refuses with OPERATION_TOO_LARGE and `{what, limit, measured}`. Use it after persisted queries,
// which put the text in place.
type Documents struct {
	limits   Limits
	verdicts *lru.Cache[[sha256.Size]byte, *gqlerror.Error]
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = (*Documents)(nil)

// NewDocuments makes the extension; it is safe for use by many requests at once.
func NewDocuments(l Limits) *Documents {
	l = l.withDefaults()
	verdicts, _ := lru.New[[sha256.Size]byte, *gqlerror.Error](l.Remembered) // fails for sizes below 1 only
	return &Documents{limits: l, verdicts: verdicts}
}

// Limits returns the limits in force, for publishing.
func (d *Documents) Limits() Limits { return d.limits }

// ExtensionName is for gqlgen.
func (*Documents) ExtensionName() string { return "Documents" }

// Validate is for gqlgen.
func (*Documents) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters changes nothing: it only refuses. A document that it has seen costs one hash.
func (d *Documents) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	if len(p.Query) > d.limits.Bytes {
		return tooLarge("bytes", d.limits.Bytes, len(p.Query))
	}
	key := sha256.Sum256([]byte(p.Query))
	if verdict, ok := d.verdicts.Get(key); ok {
		return fresh(verdict)
	}
	verdict := d.judge(p.Query)
	d.verdicts.Add(key, verdict)
	return fresh(verdict)
}

// judge measures a text. A text that is no document passes: gqlgen says better what is wrong with it.
func (d *Documents) judge(text string) *gqlerror.Error {
	source := &ast.Source{Input: text}
	if n, more := tokens(source, d.limits.Tokens); more {
		return tooLarge("tokens", d.limits.Tokens, n)
	}
	doc, err := parser.ParseQueryWithTokenLimit(source, d.limits.Tokens)
	if err != nil || doc == nil {
		return nil
	}
	return d.limits.refuse(Measure(doc))
}

// tokens counts up to one more than the limit, so that a huge text costs no more than a large one.
func tokens(source *ast.Source, limit int) (n int, more bool) {
	for l := lexer.New(source); n <= limit; n++ {
		token, err := l.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return n, false
		}
	}
	return n, true
}

// refuse compares in the order of what is cheapest for a client to understand.
func (l Limits) refuse(m Measured) *gqlerror.Error {
	for _, c := range []struct {
		what            string
		limit, measured int
	}{
		{"operations", l.Operations, m.Operations},
		{"fragments", l.Fragments, m.Fragments},
		{"name", l.Name, m.Name},
		{"depth", l.Depth, m.Depth},
		{"introspection", l.Introspection, m.Introspection},
		{"aliases", l.Aliases, m.Aliases},
		{"duplicates", l.Duplicates, m.Duplicates},
		{"directives", l.Directives, m.Directives},
		{"fields", l.Fields, m.Fields},
	} {
		if c.measured > c.limit {
			return tooLarge(c.what, c.limit, c.measured)
		}
	}
	if m.NUL {
		return refusal(CodeBadRequest, "Text must not contain the NUL character.", nil)
	}
	return nil
}
