package transport

import (
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// envelope is a response on the wire in three pieces. Data is what the executor wrote, byte for byte: it is neither copied,
// nor compacted, nor checked again.
type envelope struct {
	head, data, tail []byte
}

// enclose puts a response into its envelope: errors first (they are what a reader looks for), then data, then extensions.
// A response without data is a request error and has no `data` entry at all (GraphQL §7.1).
func enclose(resp *graphql.Response) envelope {
	e := envelope{head: []byte{'{'}, data: resp.Data}
	if list := errorsOf(resp); len(list) > 0 {
		e.head = append(append(e.head, `"errors":`...), list...)
	}
	if e.data != nil {
		if len(e.head) > 1 {
			e.head = append(e.head, ',')
		}
		e.head = append(e.head, `"data":`...)
	}
	e.tail = ending(resp)
	return e
}

func (e envelope) size() int { return len(e.head) + len(e.data) + len(e.tail) }

func (e envelope) appendTo(b []byte) []byte {
	return append(append(append(b, e.head...), e.data...), e.tail...)
}

// errorsOf encodes the errors of a response, nil when it has none. A response with nothing in it at all is itself an error.
func errorsOf(resp *graphql.Response) []byte {
	otherwise := CodeInternal
	list := resp.Errors
	if resp.Data == nil {
		otherwise, list = CodeBadRequest, few(list)
		if len(list) == 0 {
			list = (&fault{code: CodeInternal, message: "The server gave no answer."}).list()
		}
	}
	if len(list) == 0 {
		return nil
	}
	return encodeErrors(plain(list, otherwise))
}

func encodeErrors(list gqlerror.List) []byte {
	b, err := json.Marshal(list)
	if err != nil { // an extension that JSON cannot hold
		b, _ = json.Marshal((&fault{code: CodeInternal, message: "The server could not write its errors down."}).list())
	}
	return b
}

// ending is what follows the data: the extensions, when there are any, and the closing brace.
func ending(resp *graphql.Response) []byte {
	if len(resp.Extensions) == 0 {
		return []byte{'}'}
	}
	b, err := json.Marshal(resp.Extensions)
	if err != nil {
		return []byte{'}'}
	}
	return append(append([]byte(`,"extensions":`), b...), '}')
}
