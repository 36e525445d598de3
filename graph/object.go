package graph

import (
	"io"
	"slices"

	"github.com/99designs/gqlgen/graphql"
)

// object is the answer for one object. It writes what gqlgen's own graphql.FieldSet writes, without a map and copies of the
// fields for each object of a list.
type object struct {
	fields []graphql.CollectedField
	values []graphql.Marshaler
}

// MarshalGQL writes each name once: an interface and one of its types may both have asked for it. Names need no escapes.
func (o *object) MarshalGQL(w io.Writer) {
	before := `{"`
	for i, f := range o.fields {
		if slices.ContainsFunc(o.fields[:i], func(g graphql.CollectedField) bool { return g.Alias == f.Alias }) {
			continue
		}
		_, _ = io.WriteString(w, before)
		_, _ = io.WriteString(w, f.Alias)
		_, _ = io.WriteString(w, `":`)
		o.values[i].MarshalGQL(w)
		before = `,"`
	}
	if len(o.fields) == 0 {
		_, _ = io.WriteString(w, "{")
	}
	_, _ = io.WriteString(w, "}")
}
