package main

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"
)

//go:embed setup.html
var setupHTML string

// setupPage is where the link for the first administrator leads. Opening it uses nothing up: the code stands behind the #
// and never reaches a log; the person's own press of a button takes the invitation up through the API.
func setupPage() http.Handler {
	policy := "default-src 'none'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; script-src " + hashIn(setupHTML, "script") + "; style-src " + hashIn(setupHTML, "style")
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write([]byte(setupHTML))
	})
}

// hashIn is the source expression that lets a page's own element run, and nothing else.
func hashIn(page, element string) string {
	_, rest, _ := strings.Cut(page, "<"+element+">")
	inner, _, _ := strings.Cut(rest, "</"+element+">")
	sum := sha256.Sum256([]byte(inner))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
