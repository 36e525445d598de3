package limits

import (
	"fmt"
	"maps"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The codes that this package puts into `extensions.code`.
const (
	CodeTooLarge     = "OPERATION_TOO_LARGE"
	CodeCostExceeded = "COST_EXCEEDED"
	CodeBadRequest   = "BAD_REQUEST"
)

func refusal(code, message string, extensions map[string]any) *gqlerror.Error {
	all := map[string]any{"code": code}
	maps.Copy(all, extensions)
	return &gqlerror.Error{Message: message, Extensions: all}
}

func tooLarge(what string, limit, measured int) *gqlerror.Error {
	return refusal(CodeTooLarge,
		fmt.Sprintf("The document has too much %s: %d, and %d is the limit. Ask for less, or in several requests.", words(what), measured, limit),
		map[string]any{"what": what, "limit": limit, "measured": measured})
}

// words turns the name of a measure into what a person would say.
func words(what string) string {
	switch what {
	case "bytes":
		return "text (bytes)"
	case "tokens":
		return "text (tokens)"
	case "depth":
		return "depth (levels of fields)"
	case "introspection":
		return "depth of introspection"
	case "name":
		return "length of a name (bytes)"
	case "duplicates":
		return "repetition of one field"
	}
	return "use of " + what
}

// fresh copies a remembered refusal, because gqlgen and presenters write into errors.
func fresh(e *gqlerror.Error) *gqlerror.Error {
	if e == nil {
		return nil
	}
	c := *e
	c.Extensions = maps.Clone(e.Extensions)
	return &c
}
