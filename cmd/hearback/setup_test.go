package main_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hearback/ent/dbtest"
)

const accept = `mutation($code: String!) { invitationAccept(input: {code: $code, name: "Ada"}) { recoveryCode session { accessToken } userErrors { code } } }`

// TestFirstAdministrator takes the link that the server prints on start.
func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, store string) {
		s := newSite(t, store)
		first := s.serve()
		_, early, _ := strings.Cut(first.invitation, "#")
		first.die()
		v := s.serve()
		page, code, there := strings.Cut(v.invitation, "#")
		if !there || code == early || page != v.url+"/setup" {
			t.Fatalf("%q after %q", v.invitation, first.invitation)
		}
		for range 3 {
			fetch(t, "GET", page)
			fetch(t, "GET", page+"?code="+code) // what a mail scanner might make of it
			fetch(t, "HEAD", page)
		}
		nobody := caller{url: v.url}
		taken := nobody.ask(t, accept, vars{"code": code})
		ada := caller{v.url, text(taken, "invitationAccept", "session", "accessToken")}
		if role := text(ada.ask(t, whoAmI, nil), "viewer", "memberships", "nodes", 0, "role"); role != "ADMINISTRATOR" || text(taken, "invitationAccept", "recoveryCode") == "" {
			t.Errorf("is %q: %v", role, taken)
		}
		for _, again := range []string{code, early, ""} {
			a := sure(nobody.send(t.Context(), accept, vars{"code": again}))(t)
			if a.worked() || text(a.Data, "invitationAccept", "userErrors", 0, "code") != "CODE_REFUSED" || strings.Contains(a.Text, "accessToken") {
				t.Errorf("%q a second time: %s", again, a.Text)
			}
		}
		v.die()
		if later := s.serve(); later.invitation != "" {
			t.Errorf("there is an administrator, and still it prints %s", later.invitation)
		}
	})
}

// TestSetupPageInABrowser opens the link as a person does: with the page's policy in force.
func TestSetupPageInABrowser(t *testing.T) {
	t.Parallel()
	v := newSite(t, dbtest.SQLite(t)).serve()
	b := browse(t)
	b.do(chromedp.Navigate(v.invitation), chromedp.SendKeys(chromedp.CSS("#name"), "Ada"), chromedp.Click(chromedp.CSS("button")), chromedp.WaitVisible(chromedp.CSS("#out")))
	out := b.read(`document.getElementById("out").textContent`)
	parts := strings.Split(out, "\n")
	if len(parts) != 5 || parts[0] != "recovery code" || len(parts[1]) < 20 {
		t.Fatalf("shows %q", out)
	}
	if role := text(caller{v.url, parts[4]}.ask(t, whoAmI, nil), "viewer", "memberships", "nodes", 0, "role"); role != "ADMINISTRATOR" {
		t.Errorf("is %q", role)
	}
	if left := b.read(`location.href + " " + document.cookie + JSON.stringify([{...localStorage}, {...sessionStorage}])`); left != v.url+"/setup [{},{}]" {
		t.Errorf("the browser keeps %s", left)
	}
	b.do(chromedp.Navigate(v.url+"/"), chromedp.Navigate(v.invitation), chromedp.SendKeys(chromedp.CSS("#name"), "Eve"), chromedp.Click(chromedp.CSS("button")))
	said := b.read(`new Promise(done => { const say = document.getElementById("say"); const look = () => say.textContent.includes("was used") ? done(say.textContent) : setTimeout(look, 10); look() })`)
	if hidden := b.read(`String(document.getElementById("out").hidden)`); hidden != "true" || !strings.Contains(said, "ask for a new one") {
		t.Errorf("a used link says %q and shows: %s", said, hidden)
	}
}

// browser is a headless Chromium.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// browse starts Chromium, or skips with the reason where there is none.
func browse(t *testing.T) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"google-chrome", "chromium-browser", "chromium"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
		}
	}
	if program == "" {
		t.Skip("NOT TESTED IN A BROWSER: no chromium or google-chrome in PATH (Debian: apt-get install chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true))
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	ctx, leave := chromedp.NewContext(ctx)
	t.Cleanup(func() { leave(); end(); stop() })
	return &browser{t, ctx}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// read gives what an expression of the page comes to.
func (b *browser) read(expression string) string {
	b.t.Helper()
	return sure(chromedp.Run(b.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise)))(b.t)
}
