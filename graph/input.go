package graph

import "github.com/99designs/gqlgen/graphql"

// text is what a client wrote; empty for what was left out.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// set puts what a client gave into its place: what was left out stays, null empties.
func set[T any](place *T, given graphql.Omittable[*T]) {
	if v, ok := given.ValueOK(); ok {
		var none T
		if v == nil {
			v = &none
		}
		*place = *v
	}
}
