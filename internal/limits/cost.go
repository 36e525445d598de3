package limits

import (
	"context"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Cost is a gqlgen extension that counts, after validation and before execution, how many objects an operation can ask for, and
// refuses with COST_EXCEEDED and `{cost, limit, path}`, where path leads to the list that costs most. An object costs 1, a scalar
// nothing; a list multiplies. A field with `first` or `last` gives its length to the lists right below it (`edges`, `nodes`), or to
// itself when it is a list. Introspection costs nothing here; Limits bounds it.
type Cost struct {
	Limit int // objects, default 5,000
	Page  int // the length of a page without `first` and `last`, default 20
	List  int // the length of any other list, default 10
	// Size may know a field better: the length of its list, or of the lists right below it. It is asked first; false leaves the
	// matter to the arguments. A field of which several are never returned has size 1.
	Size func(field *ast.Field) (int, bool)
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = Cost{}

const spentKey = "Cost"

// Spent is the cost of the operation of a context, for rate limits and logs; 0 before it is known.
func Spent(ctx context.Context) int {
	if !graphql.HasOperationContext(ctx) {
		return 0
	}
	cost, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(spentKey).(int)
	return cost
}

// ExtensionName is for gqlgen.
func (Cost) ExtensionName() string { return spentKey }

// Validate is for gqlgen.
func (Cost) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext notes the cost, or refuses.
func (c Cost) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	b := c.bill(op)
	all := b.set(op.Operation.SelectionSet)
	cost := plus(all.once, times(all.each, b.List))
	op.Stats.SetExtension(spentKey, cost)
	if cost <= b.Limit {
		return nil
	}
	path := b.costliest(op.Operation.SelectionSet)
	return refusal(CodeCostExceeded, fmt.Sprintf(
		"The operation asks for up to %d objects, and %d is the limit. The list %s costs most: ask for a shorter page of it.",
		cost, b.Limit, strings.Join(path, "."),
	), map[string]any{"cost": cost, "limit": b.Limit, "path": path})
}

func (c Cost) bill(op *graphql.OperationContext) *bill {
	for _, d := range []struct {
		value     *int
		otherwise int
	}{{&c.Limit, 5000}, {&c.Page, 20}, {&c.List, 10}} {
		if *d.value <= 0 {
			*d.value = d.otherwise
		}
	}
	return &bill{Cost: c, doc: op.Doc, variables: op.Variables, known: map[string]price{}}
}

// price is what a selection set costs: once, and for each item of the lists whose length the field above decides.
// Keeping the two apart is what lets a fragment be counted once, under however many fields it is spread.
type price struct{ once, each int }

// bill counts one operation.
type bill struct {
	Cost
	doc       *ast.QueryDocument
	variables map[string]any
	known     map[string]price
	visited   int
}

func (b *bill) set(set ast.SelectionSet) (sum price) {
	for _, selection := range set {
		p := b.selection(selection)
		sum = price{plus(sum.once, p.once), plus(sum.each, p.each)}
	}
	return sum
}

func (b *bill) selection(selection ast.Selection) price {
	b.visited++
	switch s := selection.(type) {
	case *ast.Field:
		if b.wanted(s.Directives) {
			return b.field(s)
		}
	case *ast.InlineFragment:
		if b.wanted(s.Directives) {
			return b.set(s.SelectionSet)
		}
	case *ast.FragmentSpread:
		if b.wanted(s.Directives) {
			return b.fragment(s.Name)
		}
	}
	return price{}
}

func (b *bill) fragment(name string) price {
	if p, ok := b.known[name]; ok {
		return p
	}
	b.known[name] = price{}
	if f := b.doc.Fragments.ForName(name); f != nil {
		b.known[name] = b.set(f.SelectionSet)
	}
	return b.known[name]
}

// field is what a field adds to the selection set that it stands in.
func (b *bill) field(f *ast.Field) price {
	if len(f.SelectionSet) == 0 || strings.HasPrefix(f.Name, "__") || f.Definition == nil {
		return price{}
	}
	inner := b.set(f.SelectionSet)
	length, paged := b.length(f)
	if !isList(f) {
		return price{once: plus(1, plus(inner.once, times(inner.each, length)))}
	}
	item := plus(1, plus(inner.once, times(inner.each, b.List)))
	if paged {
		return price{once: times(item, length)}
	}
	return price{each: item}
}

// wanted evaluates @skip and @include, so that what a client switched off costs nothing.
func (b *bill) wanted(directives ast.DirectiveList) bool {
	return !b.is(directives.ForName("skip"), true) && !b.is(directives.ForName("include"), false)
}

func (b *bill) is(d *ast.Directive, want bool) bool {
	if d == nil {
		return false
	}
	argument := d.Arguments.ForName("if")
	if argument == nil {
		return false
	}
	value, err := argument.Value.Value(b.variables)
	return err == nil && value == any(want)
}

func isList(f *ast.Field) bool { return f.Definition.Type.Elem != nil }

// costliest follows the dearest field at each level, down to the last one that multiplies. It runs once, for a refusal.
func (b *bill) costliest(set ast.SelectionSet) (path []string) {
	for end := 0; ; {
		f, multiplies := b.dearest(set)
		if f == nil || len(path) >= 100 {
			return path[:end]
		}
		path = append(path, f.Alias)
		if end == 0 || multiplies {
			end = len(path)
		}
		set = f.SelectionSet
	}
}

// dearest looks through fragments for the field that costs most, and says whether it is a list or has pages.
func (b *bill) dearest(set ast.SelectionSet) (best *ast.Field, multiplies bool) {
	most, seen := -1, map[string]bool{}
	var look func(ast.SelectionSet)
	look = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				if p := b.selection(s); p.once+p.each > max(most, 0) {
					best, most = s, p.once+p.each
				}
			case *ast.InlineFragment:
				look(s.SelectionSet)
			case *ast.FragmentSpread:
				if f := b.doc.Fragments.ForName(s.Name); f != nil && !seen[s.Name] {
					seen[s.Name] = true
					look(f.SelectionSet)
				}
			}
		}
	}
	look(set)
	if best == nil {
		return nil, false
	}
	_, paged := b.length(best)
	return best, paged || isList(best)
}
