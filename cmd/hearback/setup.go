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
	return ownPage(setupHTML, "connect-src 'self'; form-action 'none'")
}

// ownPage is a page of ours, which runs nothing but what stands in it and may do besides only what its policy says.
func ownPage(html, policy string) http.Handler {
	policy = "default-src 'none'; " + policy + "; frame-ancestors 'none'; script-src " + hashIn(html, "script") + "; style-src " + hashIn(html, "style")
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write([]byte(html))
	})
}

// hashIn is the source expression that lets a page's own element run, and nothing else.
func hashIn(page, element string) string {
	_, rest, _ := strings.Cut(page, "<"+element+">")
	inner, _, _ := strings.Cut(rest, "</"+element+">")
	sum := sha256.Sum256([]byte(inner))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
