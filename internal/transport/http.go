package transport

import (
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// HTTP serves queries and mutations by POST and queries by GET, per the GraphQL-over-HTTP draft: all 61 audits of the
// `graphql-http` package hold. It supports every request, so add it last.
//
// It answers 400 for what is no GraphQL request, 405 for other methods and for mutations by GET, 406 when the client accepts
// neither media type (or wants a subscription here), 413 and 414 for too many bytes, 415 for any body but application/json.
// A well-formed request that fails later gets 400 as application/graphql-response+json (422 when a limit refused it) and 200 as
// application/json, unless its error is about the caller or the server rather than the document: 401, 403, 429, 500, 503.
type HTTP struct {
	// MaxBody is the most bytes that a body, or the query component of a URL, may have. Default DefaultMaxBody.
	MaxBody int64
	// Preferred is the media type for clients that accept anything. The default is JSON, which the audits (47DE, 80D8) ask
	// for; GraphQLResponse is what the draft says since its watershed of 2025-01-01.
	Preferred string
}

var _ graphql.Transport = HTTP{}

// Supports says yes to everything: what it does not serve it refuses with a reason.
func (h HTTP) Supports(*http.Request) bool { return true }

// Do answers one request.
func (h HTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", "OPTIONS, GET, POST")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	a := answer{w: w, r: r, exec: exec, media: JSON}
	if f := h.door(&a); f != nil {
		a.fault(nil, f)
		return
	}
	params, f := read(w, r, h.MaxBody)
	if f != nil {
		a.fault(nil, f)
		return
	}
	a.run(params)
}

// door looks at method and Accept, and settles the media type of the answer.
func (h HTTP) door(a *answer) *fault {
	if a.r.Method != http.MethodGet && a.r.Method != http.MethodPost {
		return &fault{
			status: http.StatusMethodNotAllowed, code: CodeMethodNotAllowed,
			message: "Use POST, or GET for queries.",
		}
	}
	preferred := h.Preferred
	if preferred != GraphQLResponse {
		preferred = JSON
	}
	media, ok := negotiate(a.r.Header.Values("Accept"), preferred)
	if !ok {
		return &fault{
			status: http.StatusNotAcceptable, code: CodeNotAcceptable,
			message: "Answers come as application/graphql-response+json or application/json.",
		}
	}
	a.media = media
	return nil
}

// answer is one request on its way to its response.
type answer struct {
	w     http.ResponseWriter
	r     *http.Request
	exec  graphql.GraphExecutor
	media string
}

func (a *answer) run(params *graphql.RawParams) {
	ctx := a.r.Context()
	op, list := prepare(ctx, a.exec, params)
	if len(list) > 0 {
		a.write(0, refuse(ctx, a.exec, op, list))
		return
	}
	if f := a.allowed(op); f != nil {
		a.fault(op, f)
		return
	}
	next, ctx := a.exec.DispatchOperation(ctx, op)
	if resp := next(ctx); resp != nil {
		a.write(0, resp)
		return
	}
	a.fault(op, &fault{
		status: http.StatusServiceUnavailable, code: CodeTimeout,
		message: "The request took too long and was given up. Ask for less, or try again.",
	})
}

func (a *answer) allowed(op *graphql.OperationContext) *fault {
	if op.Operation.Operation == ast.Subscription {
		return &fault{
			status: http.StatusNotAcceptable, code: CodeSubscriptionNeedsDoor,
			message: "Subscribe over a websocket (graphql-transport-ws) or with `Accept: text/event-stream`.",
		}
	}
	return byGET(a.r, op)
}

func (a *answer) fault(op *graphql.OperationContext, f *fault) {
	if f.status == http.StatusMethodNotAllowed {
		a.w.Header().Set("Allow", allow(op))
	}
	a.write(f.status, refuse(a.r.Context(), a.exec, op, f.list()))
}

// allow lists the methods that would do: for a known operation that was refused by GET only POST.
func allow(op *graphql.OperationContext) string {
	if op != nil {
		return "POST"
	}
	return "OPTIONS, GET, POST"
}

// write sends a response; status 0 means: the one that follows from the response.
func (a *answer) write(status int, resp *graphql.Response) {
	if status == 0 {
		status = a.status(resp)
	}
	e := enclose(resp)
	h := a.w.Header()
	h.Set("Content-Type", a.media+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(e.size()))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	a.w.WriteHeader(status)
	for _, piece := range [][]byte{e.head, e.data, e.tail} {
		if _, err := a.w.Write(piece); err != nil {
			return // the client is gone, nobody is left to tell
		}
	}
}

func (a *answer) status(resp *graphql.Response) int {
	if resp.Data != nil {
		return http.StatusOK
	}
	status, beyond := statusOf(codeOf(resp.Errors))
	if a.media == JSON && !beyond {
		return http.StatusOK
	}
	return status
}

// statusOf is the status of a request error, and whether it is beyond the document: about the caller or the server.
func statusOf(code string) (status int, beyond bool) {
	switch code {
	case CodeUnauthenticated:
		return http.StatusUnauthorized, true
	case CodeForbidden:
		return http.StatusForbidden, true
	case CodeRateLimited:
		return http.StatusTooManyRequests, true
	case CodeTimeout, CodeShuttingDown:
		return http.StatusServiceUnavailable, true
	case CodeInternal:
		return http.StatusInternalServerError, true
	case CodeOperationTooLarge, CodeCostExceeded:
		return http.StatusUnprocessableEntity, false
	}
	return http.StatusBadRequest, false
}

func codeOf(list gqlerror.List) string {
	if len(list) == 0 || list[0] == nil {
		return CodeInternal
	}
	code, _ := list[0].Extensions["code"].(string)
	return code
}
