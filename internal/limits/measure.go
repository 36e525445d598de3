package limits

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Measured is the size of a parsed document. What depends on how often a fragment is spread stops counting at a very large
// number instead of overflowing.
type Measured struct {
	Depth, Introspection   int
	Aliases, Fields        int
	Duplicates, Directives int
	Operations, Fragments  int
	Name                   int
	NUL                    bool // a text in it has the character that no database column can hold
	Visited                int  // selections looked at: never more than the document has
}

// Measure walks each operation and each fragment once, whatever spreads what: the measure of a fragment is remembered. A
// fragment within itself counts nothing there; validation refuses it.
func Measure(doc *ast.QueryDocument) Measured {
	r := ruler{fragments: make(map[string]*ast.FragmentDefinition, len(doc.Fragments)), known: map[string]extent{}}
	r.Operations, r.Fragments = len(doc.Operations), len(doc.Fragments)
	for _, f := range doc.Fragments {
		r.fragments[f.Name] = f
	}
	for _, o := range doc.Operations {
		r.name(o.Name)
		r.directives(o.Directives)
		r.variables(o.VariableDefinitions)
		r.take(r.set(o.SelectionSet))
	}
	for _, f := range doc.Fragments { // those that nothing spreads, and those that another has hidden by its name
		if r.fragments[f.Name] != f {
			r.definition(f)
			continue
		}
		r.fragment(f.Name)
	}
	return r.Measured
}

// extent is what a selection set adds wherever it is spread.
type extent struct{ depth, introspection, aliases, fields int }

type ruler struct {
	Measured
	fragments map[string]*ast.FragmentDefinition
	known     map[string]extent // also of those being measured, as nothing
}

// take keeps the largest of what operations reach.
func (r *ruler) take(e extent) {
	r.Depth = max(r.Depth, e.depth)
	r.Introspection = max(r.Introspection, e.introspection)
	r.Aliases = max(r.Aliases, e.aliases)
	r.Fields = max(r.Fields, e.fields)
}

// set measures what is between one pair of braces, inline fragments opened up.
func (r *ruler) set(set ast.SelectionSet) extent {
	if len(set) == 0 {
		return extent{}
	}
	return r.selections(set, make(map[string]int, len(set)))
}

func (r *ruler) selections(set ast.SelectionSet, seen map[string]int) (sum extent) {
	for _, selection := range set {
		r.Visited++
		var one extent
		switch s := selection.(type) {
		case *ast.Field:
			r.again(seen, s.Alias)
			one = r.field(s)
		case *ast.InlineFragment:
			r.name(s.TypeCondition)
			r.directives(s.Directives)
			one = r.selections(s.SelectionSet, seen)
		case *ast.FragmentSpread:
			r.again(seen, "..."+s.Name)
			r.directives(s.Directives)
			one = r.fragment(s.Name)
		}
		sum = sum.beside(one)
	}
	return sum
}

func (r *ruler) again(seen map[string]int, key string) {
	seen[key]++
	r.Duplicates = max(r.Duplicates, seen[key])
}

func (r *ruler) field(f *ast.Field) extent {
	r.name(f.Name)
	r.name(f.Alias)
	r.directives(f.Directives)
	r.arguments(f.Arguments)
	e := r.set(f.SelectionSet).below(f)
	if f.Alias != f.Name {
		e.aliases = plus(e.aliases, 1)
	}
	return e
}

func (r *ruler) fragment(name string) extent {
	if e, ok := r.known[name]; ok {
		return e
	}
	r.known[name] = extent{}
	f := r.fragments[name]
	if f == nil {
		return extent{} // validation refuses it
	}
	e := r.definition(f)
	r.known[name] = e
	return e
}

func (r *ruler) definition(f *ast.FragmentDefinition) extent {
	r.name(f.Name)
	r.name(f.TypeCondition)
	r.directives(f.Directives)
	r.variables(f.VariableDefinition)
	return r.set(f.SelectionSet)
}

func (r *ruler) variables(list ast.VariableDefinitionList) {
	for _, v := range list {
		r.name(v.Variable)
		r.directives(v.Directives)
		r.value(v.DefaultValue)
	}
}

func (r *ruler) directives(list ast.DirectiveList) {
	r.Directives += len(list)
	for _, d := range list {
		r.name(d.Name)
		r.arguments(d.Arguments)
	}
}

func (r *ruler) arguments(list ast.ArgumentList) {
	for _, a := range list {
		r.value(a.Value)
	}
}

func (r *ruler) value(v *ast.Value) {
	if v == nil {
		return
	}
	r.NUL = r.NUL || strings.ContainsRune(v.Raw, 0)
	for _, c := range v.Children {
		r.value(c.Value)
	}
}

func (r *ruler) name(s string) { r.Name = max(r.Name, len(s)) }

// beside adds a selection in the same braces.
func (e extent) beside(o extent) extent {
	return extent{
		depth: max(e.depth, o.depth), introspection: max(e.introspection, o.introspection),
		aliases: plus(e.aliases, o.aliases), fields: plus(e.fields, o.fields),
	}
}

// below is what a field adds that has e in its braces. Introspection is measured by its own depth.
func (e extent) below(f *ast.Field) extent {
	e.fields = plus(e.fields, 1)
	if f.Name == "__schema" || f.Name == "__type" {
		e.introspection = max(e.introspection, plus(e.depth, 1))
		e.depth = 0
	}
	e.depth = plus(e.depth, 1)
	return e
}

// ceiling is where counting stops. Two of them multiplied still fit an int64.
const ceiling = 1 << 30

func plus(a, b int) int { return min(a+b, ceiling) }

// times multiplies two counts, each within 0 and ceiling.
func times(a, b int) int { return int(min(int64(a)*int64(b), ceiling)) }
