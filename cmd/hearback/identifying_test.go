package main_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"hearback/internal/identify"
)

// An app fetches the rules once, keeps them, and asks now and then whether there are newer ones.
func identifying(t *testing.T, _ *site, v *server) {
	got, body := fetch(t, "GET", v.url+"/identifying.json")
	tag := got.Header.Get("ETag")
	if got.StatusCode != 200 || body != identify.Data() || !json.Valid([]byte(body)) || len(tag) < 10 || got.Header.Get("Content-Type") != "application/json" ||
		got.Header.Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("%d, %v, %d bytes", got.StatusCode, got.Header, len(body))
	}
	if again, rest := fetch(t, "GET", v.url+"/identifying.json", "If-None-Match", tag); again.StatusCode != http.StatusNotModified || rest != "" {
		t.Errorf("who has it already gets %d with %d bytes", again.StatusCode, len(rest))
	}
	if posted, _ := fetch(t, "POST", v.url+"/identifying.json"); posted.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", posted.StatusCode)
	}
}
