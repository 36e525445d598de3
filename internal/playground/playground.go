// Package playground shows GraphiQL to people who want to try the API: offline, from the program itself, and without
// writing a token or a word of theirs to the browser's storage.
package playground

import (
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

// Options say what the page offers. Everything in it, tokens too, is sent to everybody who may open the page.
type Options struct {
	Path     string    // where the handler is mounted; "/playground" unless set
	Endpoint string    // the GraphQL path on the same host, for HTTP and for graphql-transport-ws
	Title    string    // the heading
	People   []Person  // whom one may ask as, the first at first; without people there is a box to paste a token into
	Examples []Example // ready operations, the first opened at first
}

// A Person is somebody of a demonstration whom a visitor may speak as.
type Person struct {
	Label string `json:"label"` // "Pat Jones"
	Role  string `json:"role"`  // "patient"
	Token string `json:"token"` // an access token; empty asks as nobody
}

// An Example is a ready operation.
type Example struct {
	Name      string `json:"name"`
	Query     string `json:"query"`
	Variables string `json:"variables"` // a JSON object, or nothing
}

//go:embed page/playground.html
var markup string

// Handler serves the page at Path and its files below Path, to GET and HEAD. It answers everything else with 404 or 405.
// The page comes with a Content-Security-Policy that lets it talk to its own host only.
func Handler(o Options) (http.Handler, error) {
	if o.Path == "" {
		o.Path = "/playground"
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	all, err := files(o.Path + "/assets/")
	if err != nil {
		return nil, err
	}
	page, err := o.page(all)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+o.Path, page)
	mux.Handle("GET "+o.Path+"/{$}", http.RedirectHandler(o.Path, http.StatusPermanentRedirect))
	for _, f := range all {
		mux.Handle("GET "+f.path, f)
	}
	return mux, nil
}

func (o Options) check() error {
	for name, path := range map[string]string{"Path": o.Path, "Endpoint": o.Endpoint} {
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasSuffix(path, "/") || strings.ContainsAny(path, "{}\\ ?#") {
			return fmt.Errorf("playground: %s must be a path on this host such as /graphql, and %q is not", name, path)
		}
	}
	for _, e := range o.Examples {
		if e.Name == "" || strings.TrimSpace(e.Query) == "" {
			return errors.New("playground: an example needs a name and a query")
		}
		if e.Variables != "" && json.Unmarshal([]byte(e.Variables), &map[string]any{}) != nil {
			return fmt.Errorf("playground: the variables of the example %q are not a JSON object", e.Name)
		}
	}
	return nil
}

// config is what the page's script reads.
type config struct {
	Endpoint string    `json:"endpoint"`
	People   []Person  `json:"people"`
	Examples []Example `json:"examples"`
}

// page renders the document for each visit, because each has a nonce of its own.
func (o Options) page(all []*file) (http.Handler, error) {
	tmpl, err := template.New("playground").Parse(markup)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, f := range all {
		names[strings.NewReplacer(".", "_", "-", "_").Replace(f.name)] = f.path
	}
	settings := config{o.Endpoint, append([]Person{}, o.People...), append([]Example{}, o.Examples...)}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		nonce := rand.Text()
		protect(w.Header(), nonce)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_ = tmpl.Execute(w, map[string]any{
			"Title": o.Title, "Endpoint": o.Endpoint, "People": o.People,
			"Files": names, "Config": settings, "Nonce": nonce,
		}) // fails only when the visitor has left
	}), nil
}

// protect lets the page load and speak to nothing but its own host (Content Security Policy Level 3), and be framed by nobody.
func protect(h http.Header, nonce string) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' data:; "+
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}
