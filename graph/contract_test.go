package graph_test

import (
	"os"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"hearback/graph"
)

const golden = "testdata/contract.graphql"

// The contract changes only in sight: the golden copy makes every change of it a line in a review.
func TestContractIsTheGoldenOne(t *testing.T) {
	t.Parallel()
	kept, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != graph.Contract() {
		t.Errorf("the contract is not that of graph/%s: if the change is meant, run make schema and look at the difference", golden)
	}
}

// The contract speaks to people: every type, field, argument and value that is not said by its name alone has a description.
func TestContractExplainsItself(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	for name, d := range schema.Types {
		if d.BuiltIn || strings.HasSuffix(name, "Connection") || strings.HasSuffix(name, "Edge") || strings.HasSuffix(name, "Payload") || strings.HasSuffix(name, "Input") {
			continue
		}
		if d.Description == "" {
			t.Errorf("%s has no description", name)
		}
	}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		for _, f := range root.Fields {
			if f.Description == "" && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("%s.%s has no description", root.Name, f.Name)
			}
		}
	}
}
