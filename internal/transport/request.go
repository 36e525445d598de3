package transport

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// DefaultMaxBody is how many bytes a request may have when nothing else is said.
const DefaultMaxBody = 256 << 10

// read takes the parameters out of a POST body or a GET URL.
func read(w http.ResponseWriter, r *http.Request, limit int64) (*graphql.RawParams, *fault) {
	if limit <= 0 {
		limit = DefaultMaxBody
	}
	start := graphql.Now()
	params, f := readParams(w, r, limit)
	if f != nil {
		return nil, f
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return params, nil
}

func readParams(w http.ResponseWriter, r *http.Request, limit int64) (*graphql.RawParams, *fault) {
	if r.Method == http.MethodGet {
		if int64(len(r.URL.RawQuery)) > limit {
			return nil, tooLarge(http.StatusRequestURITooLong, limit)
		}
		return paramsOfURL(r.URL.RawQuery)
	}
	if !isJSON(r.Header) {
		return nil, &fault{
			status: http.StatusUnsupportedMediaType, code: CodeUnsupportedMediaType,
			message: "Send the request as `Content-Type: application/json` in UTF-8, not compressed.",
		}
	}
	body, f := readBody(w, r, limit)
	if f != nil {
		return nil, f
	}
	fields, f := decodeObject(body)
	if f != nil {
		return nil, f
	}
	return paramsOf(fields)
}

// isJSON holds only for what no cross-site form can send without a preflight: text/plain, forms and a missing type are out.
func isJSON(h http.Header) bool {
	types := h.Values("Content-Type")
	if len(types) != 1 {
		return false
	}
	media, params, err := mime.ParseMediaType(types[0])
	coding := h.Get("Content-Encoding")
	return err == nil && media == JSON && isUTF8(params["charset"]) && (coding == "" || strings.EqualFold(coding, "identity"))
}

func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, *fault) {
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close")
		return nil, tooLarge(http.StatusRequestEntityTooLarge, limit)
	}
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, limit)); err != nil {
		return nil, unread(err, limit)
	}
	return body.Bytes(), nil
}

func unread(err error, limit int64) *fault {
	if errors.As(err, new(*http.MaxBytesError)) {
		return tooLarge(http.StatusRequestEntityTooLarge, limit)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return bad("The request ended before its announced length.")
	}
	return bad("The request could not be read to its end.")
}

func tooLarge(status int, limit int64) *fault {
	return &fault{
		status: status, code: CodeBodyTooLarge, extra: map[string]any{"limit": limit},
		message: "The request is larger than this server reads. `extensions.limit` says how many bytes it may have.",
	}
}
