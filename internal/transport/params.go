package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

// decodeObject reads one JSON object and nothing but it: UTF-8, no NUL in any text, no member twice, nothing behind it.
// encoding/json alone would take the last of two members and match names without regard to case, so that two readers of one
// request could see two different requests. Numbers stay json.Number.
func decodeObject(body []byte) (map[string]any, *fault) {
	if !utf8.Valid(body) {
		return nil, bad("The request is not valid UTF-8.")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if f := opening(dec); f != nil {
		return nil, f
	}
	fields, f := members(dec)
	if f != nil {
		return nil, f
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, bad("Something follows the JSON object. Send one object and nothing else.")
	}
	if bytes.Contains(body, []byte(`\u0000`)) && holdsNUL(fields) {
		return nil, bad("Text must not contain the NUL character.")
	}
	return fields, nil
}

func opening(dec *json.Decoder) *fault {
	token, err := dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return bad("The request is empty. Send a JSON object with the parameter `query`.")
	case err != nil:
		return notJSON()
	case token == json.Delim('['):
		return bad("Batches are not served. Send one operation as one JSON object.")
	case token != json.Delim('{'):
		return bad("The request must be a JSON object.")
	}
	return nil
}

func members(dec *json.Decoder) (map[string]any, *fault) {
	fields := map[string]any{}
	for dec.More() {
		token, err := dec.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, notJSON()
		}
		if _, twice := fields[name]; twice {
			return nil, bad("A parameter is given twice. Give each once.")
		}
		var value any
		if err := dec.Decode(&value); err != nil {
			return nil, notJSON()
		}
		fields[name] = value
	}
	if _, err := dec.Token(); err != nil {
		return nil, notJSON()
	}
	return fields, nil
}

func notJSON() *fault { return bad("The request is not valid JSON.") }

// holdsNUL looks for the character that no database column of text can hold.
func holdsNUL(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		for _, item := range v {
			if holdsNUL(item) {
				return true
			}
		}
	case map[string]any:
		for key, item := range v {
			if strings.ContainsRune(key, 0) || holdsNUL(item) {
				return true
			}
		}
	}
	return false
}

// paramsOf takes the four parameters of GraphQL over HTTP out of an object. `null` is the same as leaving one out, other
// members are reserved by the draft and left alone. `query` may be missing only where `extensions` can name a document.
func paramsOf(fields map[string]any) (*graphql.RawParams, *fault) {
	var p graphql.RawParams
	for name, into := range map[string]*string{"query": &p.Query, "operationName": &p.OperationName} {
		text, ok := fields[name].(string)
		if !ok && fields[name] != nil {
			return nil, bad("The parameter `" + name + "` must be a string.")
		}
		*into = text
	}
	for name, into := range map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions} {
		object, ok := fields[name].(map[string]any)
		if !ok && fields[name] != nil {
			return nil, bad("The parameter `" + name + "` must be an object.")
		}
		*into = object
	}
	if fields["query"] == nil && len(p.Extensions) == 0 {
		return nil, bad("The parameter `query` is missing.")
	}
	return &p, nil
}

// paramsOfURL takes the parameters out of the query component of a URL, where variables and extensions are JSON.
func paramsOfURL(raw string) (*graphql.RawParams, *fault) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, bad("The query component of the URL cannot be read.")
	}
	fields := map[string]any{}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		given := values[name]
		if len(given) > 1 {
			return nil, bad("The parameter `" + name + "` is given twice. Give each once.")
		}
		if len(given) == 0 {
			continue
		}
		if fields[name], err = urlValue(name, given[0]); err != nil {
			return nil, bad("The parameter `" + name + "` must be " + urlShape(name) + ".")
		}
	}
	return paramsOf(fields)
}

func urlShape(name string) string {
	if name == "variables" || name == "extensions" {
		return "a JSON object"
	}
	return "valid UTF-8 without the NUL character"
}

var errShape = errors.New("not of the shape that the parameter wants")

func urlValue(name, text string) (any, error) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, errShape
	}
	if name == "query" || name == "operationName" {
		return text, nil
	}
	if text == "" || text == "null" {
		return nil, nil
	}
	object, f := decodeObject([]byte(text))
	if f != nil {
		return nil, errShape
	}
	return object, nil
}
