package signon

import (
	"io"
	"net/http"
)

const most = 1 << 20 // bytes of an answer of an issuer

// bounded reads no more of an answer than an honest issuer sends.
type bounded struct{ http.RoundTripper }

// RoundTrip asks, and cuts the answer off where it becomes too long.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, most), answer.Body}
	}
	return answer, err
}
