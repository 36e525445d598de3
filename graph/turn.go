package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// next resolves one field of an object. Only the fields of the query itself are resolved side by side: below them nothing is
// gained, for the same reason as with lists.
func next(ctx context.Context, out *graphql.FieldSet, _ *graphql.OperationContext, _ *graphql.DeferredGroup, i int, _, nonNull bool, resolve func(context.Context) graphql.Marshaler) {
	invalid := graphql.RequiredNull
	if nonNull {
		invalid = graphql.Null
	}
	out.Values[i] = resolve(ctx)
	if out.Values[i] == invalid {
		out.Invalids++
	}
}

// inTurn marshals the elements of a list one after the other. gqlgen would start a goroutine for each, so that their fields
// wait for the database together; here the first element reads for all (see package ent/cohort), and what is left costs less
// than a goroutine whose stack has to grow. A panic is caught by the field that holds the list.
func inTurn(ctx context.Context, length int, _ int64, _ bool, marshal func(context.Context, int) graphql.Marshaler) graphql.Array {
	list := make(graphql.Array, length)
	for i := range length {
		list[i] = marshal(graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i}), i)
	}
	return list
}

// plain answers a field that is nothing but a value of its row: no work, no arguments, nothing that can fail. gqlgen would
// make a context for it. What has no answer goes gqlgen's way, which knows whether that is allowed.
func plain[T any](
	ctx context.Context, oc *graphql.OperationContext, field graphql.CollectedField,
	begin func(context.Context, graphql.CollectedField) (*graphql.FieldContext, error), value graphql.Resolver,
	around func(context.Context, graphql.Resolver) graphql.Resolver, marshal func(context.Context, ast.SelectionSet, T) graphql.Marshaler, guarded, nonNull bool,
) graphql.Marshaler {
	if found, err := value(ctx); err == nil {
		if v, ok := found.(T); ok {
			if answer := marshal(ctx, field.Selections, v); answer != graphql.Null {
				return answer
			}
		}
	}
	return graphql.ResolveField(ctx, oc, field, begin, value, around, marshal, guarded, nonNull)
}
