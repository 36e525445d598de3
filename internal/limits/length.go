package limits

import (
	"encoding/json"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
)

// length is how many items a field can bring, and whether the field itself says so: by Size, by `first` and `last`, by a list of
// `ids`, or by having pages at all. Otherwise it is List, and for a list that stands in a page the page decides.
func (b *bill) length(f *ast.Field) (n int, paged bool) {
	if b.Size != nil {
		if n, ok := b.Size(f); ok {
			return clamp(int64(n)), true
		}
	}
	if n, ok := b.page(f); ok {
		return n, true
	}
	if ids := f.Arguments.ForName("ids"); ids != nil && isList(f) {
		return b.count(ids.Value), true
	}
	return b.List, false
}

// page is the longer of `first` and `last`. A field that could have been given one and was not has the usual page.
func (b *bill) page(f *ast.Field) (n int, ok bool) {
	given := false
	for _, name := range []string{"first", "last"} {
		definition := f.Definition.Arguments.ForName(name)
		if definition == nil {
			continue
		}
		ok = true
		value := definition.DefaultValue
		if argument := f.Arguments.ForName(name); argument != nil {
			value = argument.Value
		}
		if length, is := b.number(value); is {
			n, given = max(n, length), true
		}
	}
	if ok && !given {
		n = b.Page
	}
	return n, ok
}

// number resolves an argument; a number that no int64 holds is a very large one. null is no number.
func (b *bill) number(v *ast.Value) (int, bool) {
	if v == nil {
		return 0, false
	}
	value, err := v.Value(b.variables)
	if err != nil {
		return ceiling, true
	}
	switch n := value.(type) {
	case int64:
		return clamp(n), true
	case int:
		return clamp(int64(n)), true
	case int32:
		return clamp(int64(n)), true
	case float64:
		return clamp(int64(math.Max(0, math.Min(n, ceiling)))), true
	case json.Number:
		i, err := n.Int64()
		if err != nil {
			return ceiling, true
		}
		return clamp(i), true
	case nil:
		return 0, false
	}
	return ceiling, true
}

// count is the length of a list of ids; a single value stands for a list of one (GraphQL §3.11).
func (b *bill) count(v *ast.Value) int {
	value, err := v.Value(b.variables)
	if err != nil {
		return ceiling
	}
	switch list := value.(type) {
	case nil:
		return 0
	case []any:
		return len(list)
	case []string:
		return len(list)
	}
	return 1
}

func clamp(n int64) int { return int(max(0, min(n, ceiling))) }
