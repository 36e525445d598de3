package transport_test

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// refusing is an extension that refuses every operation with its code.
type refusing struct{ code string }

func (refusing) ExtensionName() string                   { return "Refusing" }
func (refusing) Validate(graphql.ExecutableSchema) error { return nil }

func (r refusing) MutateOperationContext(context.Context, *graphql.OperationContext) *gqlerror.Error {
	return &gqlerror.Error{Message: "No.", Extensions: map[string]any{"code": r.code}}
}
