// Package transport carries GraphQL over HTTP, over a websocket and over server-sent events: three doors with the same manners,
// behind which gqlgen executes.
package transport

import (
	"maps"
	"net/http"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The codes that this package puts into `extensions.code`. They are part of the public contract and never change.
const (
	CodeBadRequest             = "BAD_REQUEST"
	CodeBodyTooLarge           = "BODY_TOO_LARGE"
	CodeMethodNotAllowed       = "METHOD_NOT_ALLOWED"
	CodeNotAcceptable          = "NOT_ACCEPTABLE"
	CodeUnsupportedMediaType   = "UNSUPPORTED_MEDIA_TYPE"
	CodeSubscriptionNeedsDoor  = "SUBSCRIPTION_NEEDS_STREAM"
	CodeIncrementalUnsupported = "INCREMENTAL_DELIVERY_UNSUPPORTED"
	CodeTooManyOperations      = "TOO_MANY_OPERATIONS"
	CodeShuttingDown           = "SHUTTING_DOWN"
	CodeUnavailable            = "UNAVAILABLE"
	CodeTimeout                = "TIMEOUT"
	CodeUnauthenticated        = "UNAUTHENTICATED"
	CodeForbidden              = "FORBIDDEN"
	CodeInternal               = "INTERNAL"
)

// Codes of others that decide over a status here.
const (
	CodeRateLimited       = "RATE_LIMITED"
	CodeOperationTooLarge = "OPERATION_TOO_LARGE"
	CodeCostExceeded      = "COST_EXCEEDED"
)

const (
	maxRequestErrors = 5   // a refused document may have a thousand faults; five are enough to begin with
	maxMessageBytes  = 300 // no message echoes the input at length
)

// fault is a refusal by a door itself: nothing was executed.
type fault struct {
	status  int
	code    string
	message string
	extra   map[string]any
}

func bad(message string) *fault {
	return &fault{status: http.StatusBadRequest, code: CodeBadRequest, message: message}
}

func (f *fault) list() gqlerror.List {
	extensions := map[string]any{"code": f.code}
	maps.Copy(extensions, f.extra)
	return gqlerror.List{{Message: f.message, Extensions: extensions}}
}

// few keeps the first errors of a refusal, so that neither presenters nor the wire carry a thousand of them.
func few(list gqlerror.List) gqlerror.List {
	return list[:min(len(list), maxRequestErrors)]
}

// plain makes each error fit for the wire: a short message, and a code, which is `otherwise` when it has none.
// The given errors may be shared with other answers and are not changed.
func plain(list gqlerror.List, otherwise string) gqlerror.List {
	out := make(gqlerror.List, 0, len(list))
	for _, given := range list {
		if given == nil {
			continue
		}
		e := *given
		e.Message = short(e.Message)
		if code, _ := e.Extensions["code"].(string); code == "" {
			e.Extensions = maps.Clone(e.Extensions)
			if e.Extensions == nil {
				e.Extensions = map[string]any{}
			}
			e.Extensions["code"] = otherwise
		}
		out = append(out, &e)
	}
	return out
}

// short cuts a text to maxMessageBytes without breaking a character.
func short(s string) string {
	if len(s) <= maxMessageBytes {
		return s
	}
	const more = "…"
	end := maxMessageBytes - len(more)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + more
}
