package graph

import (
	"context"
	"strings"

	"github.com/vektah/gqlparser/v2/formatter"
)

// Contract is the whole contract of the API in one text, as /schema.graphql serves it.
func Contract() string {
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(NewExecutableSchema(Config{}).Schema())
	return b.String()
}

type requestKey struct{}

// NameRequest puts the id of a request into its context; errors carry it to the client, the log keeps it beside the cause.
func NameRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

func requestName(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}
