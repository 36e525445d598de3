package limits_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"hearback/internal/limits"
)

// One object, one unit; a list multiplies what is in it.
func TestCost(t *testing.T) {
	t.Parallel()
	variables := func() map[string]any { // gqlparser writes into them
		return map[string]any{"n": json.Number("5"), "ids": []any{"a", "b", "c"}, "no": false, "yes": true}
	}
	const declared = "query($n:Int,$m:Int,$d:Int=7,$ids:[ID!]=[],$no:Boolean=false,$yes:Boolean=true)"
	for text, want := range map[string]int{
		"{say}":                                    0,
		"{me{id name}}":                            1,
		"{me{friend{friend{id}}}}":                 3,
		"{experiences(first:10){nodes{id}}}":       1 + 10,
		"{experiences(first:10){edges{node{id}}}}": 1 + 10*2,
		"{experiences(last:10){nodes{id} pageInfo{endCursor} totalCount}}": 1 + 10 + 1,
		"{experiences(first:3,last:9){nodes{id}}}":                         1 + 9,
		"{experiences{nodes{id}}}":                                         1 + 20,
		"{experiences(first:null){nodes{id}}}":                             1 + 20,
		"{experiences(first:0){nodes{id}}}":                                1,
		"{experiences(first:-5){nodes{id}}}":                               1,
		"{experiences(first:$n){nodes{id}}}":                               1 + 5,
		"{experiences(first:$m){nodes{id}}}":                               1 + 20,
		"{experiences(first:$d){nodes{id}}}":                               1 + 7,
		"{experiences(first:10){nodes{author{id}}}}":                       1 + 10*2,
		"{experiences(first:10){nodes{responses(first:4){nodes{id}}}}}":    1 + 10*(1+1+4),
		"{services{id}}": 10,
		"{services{experiences(first:2){nodes{id}}}}": 10 * (1 + 1 + 2),
		"{experiences(first:2){nodes{themes{id}}}}":   1 + 2*(1+10),
		"{newest{id}}": 3,
		"{newest(first:8){author{id} themes{id}}}":     8 * (1 + 1 + 10),
		"{nodes(ids:[\"a\",\"b\"]){id}}":               2,
		"{nodes(ids:\"a\"){id}}":                       1,
		"{nodes(ids:$ids){... on Person{friend{id}}}}": 3 * 2,
		"{experiences(first:10){...C}} fragment C on ExperienceConnection{nodes{...E}} fragment E on Experience{author{id}}": 1 + 10*2,
		"{a:experiences(first:10){...C} b:experiences(first:30){...C}} fragment C on ExperienceConnection{nodes{id}}":        1 + 10 + 1 + 30,
		"{me@include(if:$no){id} b:me@skip(if:$yes){id} c:me@include(if:$yes)@skip(if:$no){id}}":                             1,
		"{...@include(if:$no){me{id}} ...F@skip(if:$yes)} fragment F on Query{me{id}}":                                       0,
		"{__schema{types{fields{name}}}}": 0,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			text := text
			if text[0] == '{' && slices.ContainsFunc([]byte(text), func(b byte) bool { return b == '$' }) {
				text = declared + text
			}
			d := newDoor(limits.Cost{})
			d.SetDefaultRulesFn(withoutUnusedVariables)
			if got := d.passes(t, text, variables()); got != want {
				t.Errorf("cost %d, want %d", got, want)
			}
		})
	}
}

// The refusal names cost, limit and the list that costs most, and nothing is executed.
func TestCostExceeded(t *testing.T) {
	t.Parallel()
	for text, path := range map[string][]string{
		"{experiences(first:5001){nodes{id}}}": {"experiences", "nodes"},
		"{me{id} experiences(first:100){edges{node{responses(first:100){edges{node{author{name}}}} author{id}}}}}": {"experiences", "edges", "node", "responses", "edges"},
		"{e:experiences(first:100){...C}} fragment C on ExperienceConnection{nodes{...E}} fragment E on Experience{author{id} r:responses(first:100){nodes{id}}}": {
			"e", "nodes", "r", "nodes",
		},
		"{services{experiences{nodes{themes{id experiences{nodes{id}}}}}}}": {"services", "experiences", "nodes", "themes", "experiences", "nodes"},
	} {
		got := newDoor(limits.Cost{}).refuses(t, text, nil, limits.CodeCostExceeded)
		if !slices.Equal(got["path"].([]string), path) || got["limit"] != 5000 || got["cost"].(int) <= 5000 {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// Numbers beyond every machine word neither overflow nor come out small.
func TestCostDoesNotOverflow(t *testing.T) {
	t.Parallel()
	deep := "nodes{id}"
	for range 10 {
		deep = "nodes{author{experiences(first:2147483647){" + deep + "}}}"
	}
	d := newDoor(limits.Cost{})
	got := d.refuses(t, "{experiences(first:2147483647){"+deep+"}}", nil, limits.CodeCostExceeded)
	if got["cost"] != 1<<30 {
		t.Errorf("got %v", got)
	}
	d.refuses(t, "query($n:Int){experiences(first:$n){nodes{id}}}", map[string]any{"n": json.Number("9223372036854775807")}, limits.CodeCostExceeded)
	d.refuses(t, "query($n:Int){experiences(first:$n){nodes{id}}}", map[string]any{"n": 9e300}, limits.CodeCostExceeded)
	list := slices.Repeat([]any{"x"}, 6000)
	d.refuses(t, "query($ids:[ID!]!){nodes(ids:$ids){id}}", map[string]any{"ids": list}, limits.CodeCostExceeded)
}

// Aliased fragments that double are thousands of objects in a short text: the price tells, the work stays that of the text.
func TestCostLooksAtEachPartOnce(t *testing.T) {
	t.Parallel()
	text := "{me{...F0}}"
	const n = 40
	for i := range n {
		text += fmt.Sprintf(" fragment F%d on Person{a:friend{...F%d} b:friend{...F%d}}", i, i+1, i+1)
	}
	text += fmt.Sprintf(" fragment F%d on Person{id}", n)
	d := newDoor()
	d.SetDefaultRulesFn(noRules)
	op, list := d.ask(t, text, nil)
	if len(list) > 0 {
		t.Fatal(list)
	}
	annotate(d.schema, op.Doc)
	if looked, has := limits.Looked(limits.Cost{}, op), selections(op.Doc); looked != has {
		t.Errorf("looked at %d of %d selections", looked, has)
	}
	if e := (limits.Cost{}).MutateOperationContext(t.Context(), op); e == nil || e.Extensions["cost"] != 1<<30 {
		t.Errorf("got %v", e)
	}
}

// A schema may know its lists better than a number for all.
func TestCostIsTold(t *testing.T) {
	t.Parallel()
	size := func(f *ast.Field) (int, bool) { return 2, f.Name == "themes" }
	d := newDoor(limits.Cost{Size: size, Limit: 100, Page: 5, List: 4})
	if got := d.passes(t, "{experiences{nodes{themes{id}}}}", nil); got != 1+5*(1+2) {
		t.Errorf("cost %d", got)
	}
	if got := d.passes(t, "{services{id}}", nil); got != 4 {
		t.Errorf("cost %d", got)
	}
	if got := d.refuses(t, "{experiences(first:100){nodes{id}}}", nil, limits.CodeCostExceeded); got["limit"] != 100 {
		t.Errorf("got %v", got)
	}
}

func TestSpentIsNothingOutsideAnOperation(t *testing.T) {
	t.Parallel()
	if limits.Spent(t.Context()) != 0 || limits.Spent(graphql.WithOperationContext(t.Context(), &graphql.OperationContext{})) != 0 {
		t.Error("spent")
	}
}
