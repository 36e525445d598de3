package playground_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"hearback/internal/playground"
)

var ward = playground.Options{
	Endpoint: "/graphql",
	Title:    "Hearback playground",
	People: []playground.Person{
		{Label: "Pat Jones", Role: "patient", Token: "token-of-pat"},
		{Label: "Sam Lee", Role: "staff", Token: "token-of-sam"},
	},
	Examples: []playground.Example{
		{Name: "Who am I?", Query: "query Me {\n  me\n}\n"},
		{Name: "Share an experience", Query: "mutation Share($text: String!) {\n  share(text: $text)\n}\n", Variables: `{"text": "</script><b>kind</b>"}`},
		{Name: "Follow the line", Query: "subscription Line {\n  line\n}\n"},
	},
}

func handler(t *testing.T, o playground.Options) http.Handler {
	t.Helper()
	h, err := playground.Handler(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, method, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// loaded are the addresses of what a page loads.
func loaded(page string) (addresses []string) {
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if m[1] != "data:," {
			addresses = append(addresses, m[1])
		}
	}
	return addresses
}

func TestPageSaysWhatItIsNotForAndIsNeverKept(t *testing.T) {
	t.Parallel()
	h := handler(t, ward)
	answer := get(h, "GET", "/playground")
	page := body(t, answer.Body)
	for _, want := range []string{"Hearback is not for urgent care.", "<h1>Hearback playground</h1>", "Pat Jones · patient", "Nobody signed in"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if answer.StatusCode != 200 || answer.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %v", answer.StatusCode, answer.Header)
	}
	if strings.Contains(page, "</script><b>") {
		t.Error("an example broke out of the script element")
	}
}

func TestPolicyLetsThePageSpeakToItsOwnHostOnly(t *testing.T) {
	t.Parallel()
	h := handler(t, ward)
	policy := get(h, "GET", "/playground").Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self';", "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %q: %s", want, policy)
		}
	}
	for _, never := range []string{"unsafe", "http", "*", "strict-dynamic"} {
		if strings.Contains(policy, never) {
			t.Errorf("the policy holds %q: %s", never, policy)
		}
	}
	if policy == get(h, "GET", "/playground").Header.Get("Content-Security-Policy") {
		t.Error("two visits had the same nonce")
	}
}

func TestFilesComeCompressedAndMayBeKept(t *testing.T) {
	t.Parallel()
	h := handler(t, ward)
	paths := loaded(body(t, get(h, "GET", "/playground").Body))
	if len(paths) != 8 {
		t.Errorf("the page loads %q", paths)
	}
	for _, path := range paths {
		if !strings.HasPrefix(path, "/playground/assets/") {
			t.Errorf("%s is not ours", path)
		}
		zipped := get(h, "GET", path, "Accept-Encoding", "br, gzip")
		unzipped, err := gzip.NewReader(zipped.Body)
		if err != nil || zipped.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(zipped.Header.Get("Cache-Control"), "immutable") {
			t.Fatalf("%s: %v %v", path, err, zipped.Header)
		}
		plain := get(h, "GET", path, "Accept-Encoding", "gzip;q=0")
		if text := body(t, plain.Body); text == "" || text != body(t, unzipped) || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s differs without compression", path)
		}
		if plain.Header.Get("ETag") == zipped.Header.Get("ETag") || plain.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: a cache could mix up %v and %v", path, plain.Header, zipped.Header)
		}
		if again := get(h, "GET", path, "Accept-Encoding", "gzip", "If-None-Match", zipped.Header.Get("ETag")); again.StatusCode != 304 || body(t, again.Body) != "" {
			t.Errorf("%s: the second visit got %d", path, again.StatusCode)
		}
	}
}

func TestTokenBoxIsThereWhenThereAreNoPeople(t *testing.T) {
	t.Parallel()
	page := body(t, get(handler(t, playground.Options{Path: "/try", Endpoint: "/graphql", Title: "T"}), "GET", "/try").Body)
	if !strings.Contains(page, `id="token"`) || strings.Contains(page, `id="people"`) || !strings.Contains(page, `/try/assets/graphiql.`) {
		t.Errorf("the page is\n%s", page)
	}
	if page = body(t, get(handler(t, ward), "GET", "/playground").Body); strings.Contains(page, `id="token"`) {
		t.Error("a page with people has a token box as well")
	}
}

func TestOtherRequestsAreRefused(t *testing.T) {
	t.Parallel()
	h := handler(t, ward)
	for request, want := range map[string]int{
		"POST /playground": 405, "GET /playground/assets/graphiql.js": 404, "GET /playground/assets/": 404,
		"GET /playground/assets/..%2fmake.mjs": 404, "GET /other": 404, "GET /playground/": 308, "HEAD /playground": 200,
	} {
		method, path, _ := strings.Cut(request, " ")
		if got := get(h, method, path).StatusCode; got != want {
			t.Errorf("%s gave %d, not %d", request, got, want)
		}
	}
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]playground.Options{
		"another host":         {Endpoint: "https://example.org/graphql"},
		"another host, hidden": {Endpoint: "//example.org/graphql"},
		"no endpoint":          {},
		"relative path":        {Endpoint: "/graphql", Path: "playground"},
		"pattern in the path":  {Endpoint: "/graphql", Path: "/{x}"},
		"example without text": {Endpoint: "/graphql", Examples: []playground.Example{{Name: "a"}}},
		"variables not JSON":   {Endpoint: "/graphql", Examples: []playground.Example{{Name: "a", Query: "{ me }", Variables: "{text: 1}"}}},
	} {
		if _, err := playground.Handler(o); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestBundledFilesAreTheOnesThatWereChecked(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("assets/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		file, err := os.Open("assets/" + name + ".gz")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(body(t, unzipped)))
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s has the checksum %s", name, got)
		}
	}
}
