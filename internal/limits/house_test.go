package limits_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"hearback/internal/limits"
)

const contract = `
interface Node { id: ID! }
type Query {
  me: Person
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  services: [Service!]!
  newest(first: Int = 3): [Experience!]!
  experiences(first: Int, after: String, last: Int, before: String): ExperienceConnection!
  say(text: String): String
}
type Mutation { share(text: String): Experience }
type Person implements Node { id: ID! name: String friend: Person experiences(first: Int, last: Int): ExperienceConnection! }
type Service implements Node { id: ID! name: String experiences(first: Int): ExperienceConnection! }
type Experience implements Node { id: ID! text: String author: Person themes: [Theme!]! responses(first: Int): ResponseConnection! }
type Theme { id: ID! name: String experiences(first: Int): ExperienceConnection! }
type Response { id: ID! text: String author: Person experience: Experience }
type ExperienceConnection { edges: [ExperienceEdge!]! nodes: [Experience!]! pageInfo: PageInfo! totalCount: Int }
type ExperienceEdge { cursor: String! node: Experience! }
type ResponseConnection { edges: [ResponseEdge!]! nodes: [Response!]! pageInfo: PageInfo! }
type ResponseEdge { cursor: String! node: Response! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
`

// house counts how often it was executed. Nothing that is refused may reach it.
type house struct {
	schema   *ast.Schema
	executed atomic.Int32
}

func newHouse() *house {
	return &house{schema: gqlparser.MustLoadSchema(&ast.Source{Input: contract})}
}

func (h *house) Schema() *ast.Schema { return h.schema }

func (h *house) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (h *house) Exec(context.Context) graphql.ResponseHandler {
	h.executed.Add(1)
	return graphql.OneShot(&graphql.Response{Data: []byte(`{}`)})
}

// door is a house behind its limits.
type door struct {
	*house
	*executor.Executor
}

func newDoor(extensions ...graphql.HandlerExtension) door {
	h := newHouse()
	d := door{h, executor.New(h)}
	for _, e := range extensions {
		d.Use(e)
	}
	return d
}

// ask runs a document as a transport would.
func (d door) ask(t testing.TB, text string, variables map[string]any) (*graphql.OperationContext, gqlerror.List) {
	t.Helper()
	ctx := graphql.StartOperationTrace(t.Context())
	op, list := d.CreateOperationContext(ctx, &graphql.RawParams{Query: text, Variables: variables})
	if len(list) == 0 {
		next, ctx := d.DispatchOperation(ctx, op)
		next(ctx)
	}
	return op, list
}

// passes fails the test unless the document is executed, and returns what it cost.
func (d door) passes(t testing.TB, text string, variables map[string]any) int {
	t.Helper()
	before := d.executed.Load()
	op, list := d.ask(t, text, variables)
	if len(list) > 0 || d.executed.Load() != before+1 {
		t.Fatalf("refused: %v", list)
	}
	return limits.Spent(graphql.WithOperationContext(t.Context(), op))
}

// refuses fails the test unless the document is refused with the code, and returns the extensions.
func (d door) refuses(t testing.TB, text string, variables map[string]any, code string) map[string]any {
	t.Helper()
	before := d.executed.Load()
	_, list := d.ask(t, text, variables)
	if len(list) != 1 || list[0].Extensions["code"] != code {
		t.Fatalf("want %s, got %v", code, list)
	}
	if d.executed.Load() != before {
		t.Error("it was executed all the same")
	}
	return list[0].Extensions
}
