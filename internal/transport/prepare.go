package transport

import (
	"context"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// prepare lets gqlgen parse, validate and measure, then refuses what no door of ours can deliver.
func prepare(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	op, list := exec.CreateOperationContext(ctx, params)
	if len(list) > 0 {
		return op, list
	}
	if defers(op) {
		return op, (&fault{
			code:    CodeIncrementalUnsupported,
			message: "Incremental delivery is not served. Leave `@defer` out: the whole answer comes at once.",
		}).list()
	}
	return op, nil
}

// refuse turns request errors into a response through the presenter, so that they look like all other errors.
func refuse(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, list gqlerror.List) *graphql.Response {
	if op != nil {
		ctx = graphql.WithOperationContext(ctx, op)
	}
	resp := exec.DispatchError(ctx, few(list))
	if resp == nil {
		resp = &graphql.Response{Errors: few(list)}
	}
	resp.Data = nil
	return resp
}

// defers reports whether a document asks for incremental delivery anywhere. gqlgen would drop the deferred half silently.
func defers(op *graphql.OperationContext) bool {
	if !strings.Contains(op.RawQuery, "defer") {
		return false
	}
	for _, o := range op.Doc.Operations {
		if selectionDefers(o.SelectionSet) {
			return true
		}
	}
	for _, f := range op.Doc.Fragments {
		if selectionDefers(f.SelectionSet) {
			return true
		}
	}
	return false
}

func selectionDefers(set ast.SelectionSet) bool {
	for _, selection := range set {
		var directives ast.DirectiveList
		var inner ast.SelectionSet
		switch s := selection.(type) {
		case *ast.Field:
			inner = s.SelectionSet
		case *ast.InlineFragment:
			directives, inner = s.Directives, s.SelectionSet
		case *ast.FragmentSpread:
			directives = s.Directives
		}
		if directives.ForName("defer") != nil || selectionDefers(inner) {
			return true
		}
	}
	return false
}

// byGET refuses what must not happen by following a link.
func byGET(r *http.Request, op *graphql.OperationContext) *fault {
	if r.Method != http.MethodGet || op.Operation.Operation != ast.Mutation {
		return nil
	}
	return &fault{
		status: http.StatusMethodNotAllowed, code: CodeMethodNotAllowed,
		message: "A GET request only reads. Send mutations by POST.",
	}
}
