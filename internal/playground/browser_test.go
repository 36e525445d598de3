package playground_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hearback/internal/playground"
)

// visit is a headless browser with the playground open, and a list of what the browser did that could betray a visitor.
type visit struct {
	t    *testing.T
	ctx  context.Context
	host string
	api  *api

	mu     sync.Mutex
	loaded []string // every address that was asked for
	broken []string // exceptions
}

// watch runs before the page's own scripts and remembers what the policy stopped and what was written to storage.
const watch = `window.seen = [];
addEventListener('securitypolicyviolation', (e) => seen.push('stopped by the policy: ' + e.violatedDirective + ' ' + e.blockedURI));
const put = Storage.prototype.setItem;
Storage.prototype.setItem = function (k, v) { seen.push('stored ' + k); return put.call(this, k, v) };`

// open starts Chromium, or skips with the reason where there is none.
func open(t *testing.T, o playground.Options) *visit {
	t.Helper()
	program := chromium()
	if program == "" {
		t.Skip("NOT TESTED IN A BROWSER: no chromium or google-chrome in PATH (Debian: apt-get install chromium)")
	}
	v := &visit{t: t, api: &api{finished: make(chan struct{}, 10)}}
	mux := http.NewServeMux()
	mux.Handle("/graphql", v.api)
	mux.Handle("/", handler(t, o))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	v.host = server.URL
	v.start(program)
	v.do(chromedp.Navigate(v.host + "/playground"))
	return v
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func (v *visit) start(program string) {
	v.t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(v.t.TempDir()), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true), chromedp.WindowSize(1280, 800))
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	ctx, leave := chromedp.NewContext(ctx)
	v.t.Cleanup(func() { leave(); end(); stop() })
	v.ctx = ctx
	v.must(chromedp.Listen(ctx, v.note))
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watch})
	v.must(err)
}

func (v *visit) note(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		v.loaded = append(v.loaded, e.Request.URL)
	case *network.EventWebSocketCreated:
		v.loaded = append(v.loaded, e.URL)
	case *runtime.EventExceptionThrown:
		text, _ := json.Marshal(e.ExceptionDetails)
		v.broken = append(v.broken, string(text))
	}
}

func (v *visit) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *visit) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	v.must(chromedp.Do(v.ctx, steps...))
}

// until waits for a condition of the page. (chromedp's own polling needs eval, which the policy forbids.)
func (v *visit) until(condition string) {
	v.t.Helper()
	_, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](
		`new Promise((done, fail) => { const end = performance.now() + 30000
			const look = () => `+condition+` ? done(true) : performance.now() > end ? fail(new Error('waited in vain on: ' + document.body.innerText)) : setTimeout(look, 10)
			look() })`, chromedp.EvalAwaitPromise))
	v.must(err)
}

// answers waits until the answer pane holds the text.
func (v *visit) answers(text string) {
	v.t.Helper()
	v.until(`document.querySelector('.graphiql-response .CodeMirror')?.CodeMirror.getValue().includes('` + text + `')`)
}

func (v *visit) run() { v.t.Helper(); v.do(chromedp.Click(chromedp.CSS(".graphiql-execute-button"))) }

// example opens one and waits until GraphiQL has read it, which it does a tenth of a second later.
func (v *visit) example(name, operation string) {
	v.t.Helper()
	v.until(`document.querySelector('.examples')?.getBoundingClientRect().left > 0`)
	v.do(chromedp.Click(`//section[@class="examples"]//button[text()="` + name + `"]`))
	v.until(`document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.operationName === '` + operation + `'`)
}

// set changes a field the way a person does.
func (v *visit) set(id, value string) {
	v.t.Helper()
	_, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`(() => { const e = document.getElementById('`+id+`'); e.value = '`+value+
		`'; return e.dispatchEvent(new Event('change', { bubbles: true })) })()`))
	v.must(err)
}

// photograph keeps a picture among the test's artifacts (go test -artifacts).
func (v *visit) photograph(name string) {
	v.t.Helper()
	picture, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	v.must(err)
	v.must(os.WriteFile(filepath.Join(v.t.ArtifactDir(), name), picture, 0o644))
}

// betrayed fails when anything left the host, stayed in the browser, or broke.
func (v *visit) betrayed(tokens ...string) {
	v.t.Helper()
	kept, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`(async () => { await new Promise((r) => setTimeout(r, 700)) // GraphiQL stores half a second late
		return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches.keys(), document.cookie, name, history.state, location.href, seen]) })()`,
		chromedp.EvalAwaitPromise))
	v.must(err)
	if want := `[{},{},[],[],"","",null,"` + v.host + `/playground",[]]`; kept != want {
		v.t.Errorf("the browser kept %s, not %s", kept, want)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, address := range v.loaded {
		home := strings.HasPrefix(address, v.host+"/") || address == "ws"+strings.TrimPrefix(v.host, "http")+"/graphql" || strings.HasPrefix(address, "data:")
		if !home || slices.ContainsFunc(tokens, func(token string) bool { return strings.Contains(address, token) }) {
			v.t.Errorf("the browser asked for %s", address)
		}
	}
	if len(v.loaded) < 9 || len(v.broken) != 0 {
		v.t.Errorf("%d addresses, exceptions %q", len(v.loaded), v.broken)
	}
}

func TestBrowserAsksAsEachPersonAndKeepsNothing(t *testing.T) {
	t.Parallel()
	v := open(t, ward)
	v.until(`document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.getValue().includes('query Me')`)
	v.run()
	v.answers("asked by Bearer token-of-pat")
	v.photograph("query.png")

	v.set("people", "1")
	v.example("Share an experience", "Share")
	v.run()
	v.answers("<b>kind</b> from Bearer token-of-sam")

	v.example("Follow the line", "Line")
	v.run()
	v.answers("a change for Bearer token-of-sam")
	v.photograph("subscription.png")
	v.set("people", "")
	select {
	case <-v.api.finished: // whoever speaks next does not hear what Sam may hear
	case <-v.ctx.Done():
		t.Fatal("Sam's subscription outlived the change of person")
	}
	if got := v.api.signIns(); !slices.Equal(got, []string{"Bearer token-of-sam"}) {
		t.Errorf("the sockets said %q", got)
	}

	v.example("Who am I?", "Me")
	v.run()
	v.answers(`"asked by "`)
	v.do(chromedp.Click(chromedp.CSS(`button[aria-label="Open short keys dialog"]`)), chromedp.WaitVisible(chromedp.CSS(".graphiql-dialog")))
	v.betrayed("token-of-pat", "token-of-sam")
}

func TestBrowserForgetsAPastedToken(t *testing.T) {
	t.Parallel()
	v := open(t, playground.Options{Endpoint: "/graphql", Title: "Hearback playground", Examples: ward.Examples})
	v.until(`document.querySelector('.graphiql-execute-button')`)
	v.set("token", " Bearer pasted-token ")
	v.until(`document.getElementById('token').value === '' && !document.getElementById('forget').hidden`)
	v.run()
	v.answers("asked by Bearer pasted-token")
	v.betrayed("pasted-token")

	v.do(chromedp.Click(chromedp.CSS("#forget")))
	v.run()
	v.answers(`"asked by "`)
	v.set("token", "pasted-token")
	v.do(chromedp.Navigate(v.host + "/playground"))
	v.until(`document.querySelector('.graphiql-execute-button')`)
	v.run()
	v.answers(`"asked by "`)
	v.betrayed("pasted-token")
}

func TestBrowserDoesNotOverwriteWhatSomebodyWrote(t *testing.T) {
	t.Parallel()
	v := open(t, ward)
	v.until(`document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.getValue().includes('query Me')`)
	_, err := chromedp.Run(v.ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue('query Mine { me }')`))
	v.must(err)
	v.example("Follow the line", "Line")
	v.until(`document.querySelectorAll('.graphiql-tab').length === 2 && document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue().includes('subscription Line')`)
	v.do(chromedp.Click(chromedp.CSS(".graphiql-tab")))
	v.until(`document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue() === 'query Mine { me }'`)
}
