package graph_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"hearback/auth"
	"hearback/internal/passkey"
)

// Sam makes a passkey and signs in with it in a real browser, by the very code that docs/clients.md shows to who writes an app.
func TestPasskeyInABrowser(t *testing.T) {
	lengthy(t, "it starts a browser")
	program := chromium()
	if program == "" {
		t.Skip("NOT TESTED IN A BROWSER: no chromium or google-chrome in PATH (Debian: apt-get install chromium)")
	}
	tell(t, func(t *testing.T, s *stage) {
		server := httptest.NewServer(emptyApp(s))
		t.Cleanup(server.Close)
		origin := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
		p, err := passkey.New("localhost", []string{origin}, slog.New(slog.NewTextHandler(&locked{w: s.log}, nil)))
		if err != nil {
			t.Fatal(err)
		}
		s.Flow.Passkeys = p
		sam := s.somebody("Sam", auth.Staff, s.place("Ward 7", nil))
		b := browse(t, program, origin)
		b.runs(`(async () => { token = '` + sam.token + `'; return (await makePasskey('Laptop')).passkeyRegisterFinish.passkey.name })()`)
		token := b.runs(`(async () => { token = ''; return (await signIn()).signInPasskeyFinish.session.accessToken })()`)
		back := &person{stage: s, name: "Sam", token: token}
		if list := back.ask(myPasskeys, nil); back.viewer() != sam.id || list.at("viewer.passkeys.nodes.0.name") != "Laptop" || list.at("viewer.passkeys.nodes.0.lastUsedAt") == nil {
			t.Error(list.Body)
		}
	})
}

// emptyApp is an app of one empty page on the address of the API.
func emptyApp(s *stage) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.door)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>App</title>"))
	})
	return mux
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// visit is a browser with a device of its own that knows its user, on the page of an app.
type visit struct {
	t   *testing.T
	ctx context.Context
}

func browse(t *testing.T, program, origin string) visit {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true))
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	ctx, leave := chromedp.NewContext(ctx)
	t.Cleanup(func() { leave(); end(); stop() })
	v := visit{t, ctx}
	v.must(chromedp.Do(ctx, chromedp.Navigate(origin)))
	_, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{})
	v.must(err)
	_, err = chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	v.must(err)
	v.runs(`(async () => { (0, eval)(` + "`" + `var token; async function ask(query, variables) {
		const said = await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json', ...(token && { Authorization: 'Bearer ' + token }) }, body: JSON.stringify({ query, variables }) })
		const { data, errors } = await said.json(); if (errors) throw new Error(JSON.stringify(errors)); return data }` + "`" + `); return 'said' })()`)
	v.runs(`(async () => { ` + shown(t) + `; Object.assign(window, { makePasskey, signIn }); return 'read' })()`)
	return v
}

// shown is the code on passkeys in docs/clients.md.
func shown(t *testing.T) string {
	text, err := os.ReadFile("../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```js\n// ask(query")
	code, _, _ := strings.Cut(rest, "```")
	return "// ask" + code
}

func (v visit) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// runs evaluates what the page is to do, and waits for what comes of it.
func (v visit) runs(expression string) string {
	v.t.Helper()
	said, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	v.must(err)
	return said
}
