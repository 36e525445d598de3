package limits_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"hearback/internal/limits"
)

// BenchmarkHostile shows what a hostile document costs from its text to its refusal; figures, no judgement.
func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			d := newDoor(limits.NewDocuments(limits.Limits{Remembered: 1}), limits.Cost{})
			d.SetParserTokenLimit(1500)
			d.SetDisableSuggestion(true)
			i := 0
			for b.Loop() {
				i++
				ctx := graphql.StartOperationTrace(b.Context())
				_, list := d.CreateOperationContext(ctx, &graphql.RawParams{Query: text + fmt.Sprintf("#%d", i)})
				if len(list) == 0 {
					b.Fatal("let in")
				}
			}
		})
	}
}

func hostile() map[string]string {
	pages := "{experiences" + strings.Repeat("(first:100){nodes{responses(first:100){nodes{author{experiences", 2) + "(first:100){nodes{id}}" + strings.Repeat("}}}}}", 2) + "}"
	merge := "{me{" + numbered(18, "friend{id ...F%d}") + "}}" + numbered(18, "fragment F%d on Person{"+times(18, "friend{name id}")+"}")
	return map[string]string{
		"doubling fragments": doubling(28),
		"100,000 tokens":     "{" + times(8000, "say") + "}",
		"deep":               nested(300),
		"aliases":            "{" + numbered(400, "a%d:say") + "}",
		"directives":         "{say " + times(400, "@include(if:true)") + "}",
		"cost":               pages,
		"unknown fields":     "{" + numbered(1400, "f%d") + "}",
		"many fragments":     "{say " + numbered(100, "...F%d") + "}" + numbered(101, "fragment F%d on Query{say me{id}}"),
		"fields to merge":    merge,
	}
}
