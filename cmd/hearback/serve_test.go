package main_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"hearback/ent/dbtest"
)

// TestDoors looks at every door of a running server that is not GraphQL itself.
func TestDoors(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, store string) {
		s := newSite(t, store)
		v := s.serve()
		for name, story := range map[string]func(*testing.T, *site, *server){
			"Health": health, "Contract": contract, "Identifying": identifying, "Keys": keys, "Playground": playground, "Setup": setup,
			"NothingElse": nothingElse, "RequestIds": requestIDs, "Welcome": welcome,
		} {
			t.Run(name, func(t *testing.T) { story(t, s, v) })
		}
		if code := v.end(syscall.SIGTERM); code != 0 {
			t.Errorf("ended with %d and said:\n%s", code, v.heard)
		}
	})
}

// fetch gets a page and looks at the headers that all of them have.
func fetch(t *testing.T, method, address string, header ...string) (*http.Response, string) {
	t.Helper()
	r := sure(http.NewRequestWithContext(t.Context(), method, address, nil))(t)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got := sure(http.DefaultTransport.RoundTrip(r))(t)
	defer func() { _ = got.Body.Close() }()
	body := sure(io.ReadAll(got.Body))(t)
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s %s has %s: %q", method, address, name, got.Header.Get(name))
		}
	}
	if got.Header.Get("Server") != "" || got.Header.Get("Set-Cookie") != "" {
		t.Errorf("%s %s: %v", method, address, got.Header)
	}
	return got, string(body)
}

func health(t *testing.T, _ *site, v *server) {
	healthy(t, v, "/healthz", "alive\n")
	healthy(t, v, "/readyz", "ready\n")
	for _, path := range []string{"/healthz", "/readyz"} {
		if got, _ := fetch(t, "POST", v.url+path); got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: %d, allowed are %q", path, got.StatusCode, got.Header.Get("Allow"))
		}
	}
}

func healthy(t *testing.T, v *server, path, want string) {
	t.Helper()
	if got, body := fetch(t, "GET", v.url+path); got.StatusCode != 200 || body != want {
		t.Errorf("%s: %d %q", path, got.StatusCode, body)
	}
}

func contract(t *testing.T, s *site, v *server) {
	_, printed, _ := s.run("schema")
	got, body := fetch(t, "GET", v.url+"/schema.graphql")
	tag := got.Header.Get("ETag")
	if got.StatusCode != 200 || body != printed || len(tag) < 10 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("%d, tag %s, %d bytes and not the printed %d", got.StatusCode, tag, len(body), len(printed))
	}
	for _, known := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		if again, rest := fetch(t, "GET", v.url+"/schema.graphql", "If-None-Match", known); again.StatusCode != http.StatusNotModified || rest != "" || again.Header.Get("ETag") != tag {
			t.Errorf("who has %s gets %d with %d bytes", known, again.StatusCode, len(rest))
		}
	}
	if other, whole := fetch(t, "GET", v.url+"/schema.graphql", "If-None-Match", `"other"`); other.StatusCode != 200 || whole != printed {
		t.Errorf("who has another gets %d with %d bytes", other.StatusCode, len(whole))
	}
}

// keys looks for anything but the public halves.
func keys(t *testing.T, s *site, v *server) {
	got, body := fetch(t, "GET", v.url+"/.well-known/jwks.json")
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal([]byte(body), &set); err != nil || got.StatusCode != 200 || len(set.Keys) == 0 {
		t.Fatalf("%d %s (%v)", got.StatusCode, body, err)
	}
	public := []string{"alg", "crv", "kid", "kty", "use", "x"}
	for _, key := range set.Keys {
		for member := range key {
			if !slices.Contains(public, member) {
				t.Errorf("shows %q", member)
			}
		}
	}
	kept := sure(os.ReadFile(filepath.Join(s.folder, "keys.json")))(t)
	secrets := regexp.MustCompile(`"d"\s*:\s*"([^"]+)"`).FindAllSubmatch(kept, -1)
	for _, secret := range secrets {
		if strings.Contains(body, string(secret[1])) {
			t.Error("shows a private key")
		}
	}
	if info := sure(os.Stat(filepath.Join(s.folder, "keys.json")))(t); len(secrets) == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("%d private keys in a file with %v", len(secrets), info.Mode())
	}
}

var source = regexp.MustCompile(`(?:src|href|action|url)\s*[=(]\s*["']?([^"'\s>)]+)`)

func playground(t *testing.T, _ *site, v *server) {
	got, body := fetch(t, "GET", v.url+"/playground")
	policy := got.Header.Get("Content-Security-Policy")
	if got.StatusCode != 200 || !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "http") || strings.Contains(policy, "unsafe") {
		t.Errorf("%d, policy %q", got.StatusCode, policy)
	}
	files := 0
	for _, found := range source.FindAllStringSubmatch(body, -1) {
		if strings.Contains(found[1], "//") && !strings.HasPrefix(found[1], v.url) {
			t.Errorf("asks for %s", found[1])
		}
		if strings.HasPrefix(found[1], "/playground/") {
			files++
			if file, content := fetch(t, "GET", v.url+found[1]); file.StatusCode != 200 || content == "" {
				t.Errorf("%s: %d", found[1], file.StatusCode)
			}
		}
	}
	if files < 2 || strings.Contains(body, "eyJ") {
		t.Errorf("%d files; a token must not stand in a page that everybody can open", files)
	}
}

// setup holds the policy against the page as a browser does.
func setup(t *testing.T, _ *site, v *server) {
	got, body := fetch(t, "GET", v.url+"/setup")
	policy := got.Header.Get("Content-Security-Policy")
	for directive, element := range map[string]string{"script-src": "script", "style-src": "style"} {
		inner := regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllStringSubmatch(body, -1)
		if len(inner) != 1 {
			t.Fatalf("%d elements %s", len(inner), element)
		}
		sum := sha256.Sum256([]byte(inner[0][1]))
		if want := directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %q", policy, want)
		}
	}
	for _, part := range []string{"default-src 'none'", "connect-src 'self'", "form-action 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy %q lacks %q", policy, part)
		}
	}
	if got.StatusCode != 200 || got.Header.Get("Cache-Control") != "no-store" || strings.Contains(policy, "unsafe") || strings.Contains(body, "hbi_") {
		t.Errorf("%d %v", got.StatusCode, got.Header)
	}
}

func nothingElse(t *testing.T, _ *site, v *server) {
	for _, path := range []string{
		"/graphql/", "/graphql/x", "/setup/x", "/.git/config", "/.env", "/debug/pprof/", "/debug/vars", "/metrics", "/keys.json",
		"/.well-known/", "/playground/assets/", "/playground/x", "/playground/assets/..%2f..%2fkeys.json", "/schema.graphqls",
	} {
		if got, body := fetch(t, "GET", v.url+path); got.StatusCode != http.StatusNotFound || len(body) > 100 {
			t.Errorf("%s: %d %.200q", path, got.StatusCode, body)
		}
	}
}

func requestIDs(t *testing.T, _ *site, v *server) {
	nobody, seen := caller{url: v.url}, map[string]bool{}
	for _, c := range []caller{nobody, nobody, {v.url, "no.token.ofours"}} {
		for _, query := range []string{`{ viewer { id } }`, `{ nonsense }`, `mutation { sessionEnd { ended } }`} {
			a := sure(c.send(t.Context(), query, nil))(t)
			id := a.Header.Get("X-Request-Id")
			if len(id) != 36 || seen[id] {
				t.Errorf("%s has the request id %q", query, id)
			}
			seen[id] = true
			for _, e := range a.Errors {
				if e.Extensions.RequestID != id {
					t.Errorf("the error of request %s says %q: %s", id, e.Extensions.RequestID, a.Text)
				}
			}
		}
	}
	r := sure(nobody.request(t.Context(), `{ nonsense }`, nil))(t)
	r.Header.Set("X-Request-Id", "forged\u00a0line")
	if a := sure(read(sure(http.DefaultClient.Do(r))(t)))(t); strings.Contains(a.Header.Get("X-Request-Id")+a.Text, "forged") {
		t.Errorf("took over a request id: %v %s", a.Header, a.Text)
	}
}

// welcome reads what is said on start.
func welcome(t *testing.T, s *site, v *server) {
	said := v.heard.String()
	for _, part := range []string{v.url + "/graphql", v.url + "/schema.graphql", v.url + "/playground", v.url + "/healthz", "depth ", "cost ", "body 256 KiB", "SMTP_URL", v.url + "/setup#hbi_"} {
		if !strings.Contains(said, part) {
			t.Errorf("the welcome lacks %q:\n%s", part, said)
		}
	}
	if kind := v.heard.after("store"); !strings.HasPrefix(strings.ToLower(s.store), strings.ToLower(kind)[:6]) {
		t.Errorf("calls %s %s", s.store, kind)
	}
}

// TestStartThatFailsSaysWhatToDo goes through what keeps a server from starting.
func TestStartThatFailsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	file := dbtest.SQLite(t)
	taken := newSite(t, file).serve()
	port := strings.TrimPrefix(taken.url, "http://")
	nowhere := sure(net.Listen("tcp", "127.0.0.1:0"))(t)
	away := nowhere.Addr().String()
	if err := nowhere.Close(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	closed, text, open := filepath.Join(folder, "closed"), filepath.Join(folder, "letter.txt"), filepath.Join(folder, "open.json")
	for path, content := range map[string]string{text: "Dear ward, thank you. " + strings.Repeat("x", 2000), open: "{}"} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(closed, 0o555); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		words []string
		said  []string
	}{
		"PortInUse":         {[]string{"--listen", port}, []string{"cannot listen on " + port, "in use", "--listen 127.0.0.1:0"}},
		"NoAddress":         {[]string{"--listen", "here"}, []string{"cannot listen on here", "--listen 127.0.0.1:0"}},
		"NoStoreURL":        {[]string{"--database-url", "nonsense"}, []string{"sqlite:// nor postgres://", "For example: DATABASE_URL=sqlite://"}},
		"NoFile":            {[]string{"--database-url", "sqlite://"}, []string{"needs a file", "DATABASE_URL=sqlite://"}},
		"BrokenPostgresURL": {[]string{"--database-url", "postgres://me:secret%@x/y"}, []string{"not a URL", "%40"}},
		"SecondOnOneFile":   {[]string{"--database-url", file}, []string{"is in use by another Hearback process", "Stop that process first"}},
		"ReadOnlyFolder":    {[]string{"--database-url", "sqlite://" + closed + "/hearback.db"}, []string{"cannot be written", "chmod u+rw " + closed}},
		"NoDatabase":        {[]string{"--database-url", "sqlite://" + text}, []string{"is not a SQLite database", "DATABASE_URL"}},
		"FolderForAFile":    {[]string{"--database-url", "sqlite://" + folder}, []string{"is a folder", "Name a file in it"}},
		"PostgresAway":      {[]string{"--database-url", "postgres://me:secret@" + away + "/hearback?sslmode=disable"}, []string{"PostgreSQL me@" + away + "/hearback does not answer", "psql"}},
		"BadBaseURL":        {[]string{"--base-url", "feedback.example.org"}, []string{"BASE_URL", "https://feedback.example.org"}},
		"BadOrigins":        {[]string{"--cors-origins", "*"}, []string{"CORS_ORIGINS", "https://app.example.org"}},
		"BadMailServer":     {[]string{"--smtp-url", "smtp://me:secret@:x"}, []string{"SMTP_URL", "smtp://user:password@host:587"}},
		"NoMailServer":      {[]string{"--smtp-url", "ftp://mail.example.org"}, []string{"SMTP_URL", "smtp:// or smtps://"}},
		"BadSender":         {[]string{"--smtp-url", "smtp://mail.example.org", "--mail-from", "us"}, []string{"MAIL_FROM", "hello@example.org"}},
		"OpenKeys":          {[]string{"--jwt-keys-file", open}, []string{open, "chmod 600"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, "sqlite://hearback.db")
			refused(t, s.command(append([]string{"serve"}, c.words...)...), c.said...)
		})
	}
}

// refused runs what cannot start: it ends with 1 and one sentence, without passwords and without the inside of the program.
func refused(t *testing.T, c *exec.Cmd, said ...string) {
	t.Helper()
	code, out, words := finished(t, c)
	if code != 1 || out != "" || !strings.HasPrefix(words, "hearback: ") || strings.Count(words, "\n") != 1 {
		t.Errorf("ended with %d and said %q, %q", code, out, words)
	}
	for _, part := range said {
		if !strings.Contains(words, part) {
			t.Errorf("lacks %q: %s", part, words)
		}
	}
	for _, never := range []string{"secret", "goroutine", "panic", "pq:", "dial tcp", "sql:"} {
		if strings.Contains(words, never) {
			t.Errorf("says %q: %s", never, words)
		}
	}
}

// TestPostgresThatSaysNo starts on a server that is there but has no such database.
func TestPostgresThatSaysNo(t *testing.T) {
	t.Parallel()
	there := sure(url.Parse(dbtest.Postgres(t)))(t)
	there.Path = "/nothing_of_this_name"
	refused(t, newSite(t, there.String()).command("serve"), "has no database of this name", "createdb -T template0 -E UTF8 nothing_of_this_name")
}

// TestSettingsComeFromTheEnvironmentToo starts with nothing but the environment.
func TestSettingsComeFromTheEnvironmentToo(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite://./deep/er/hearback.db")
	c := s.command("serve")
	c.Env = append(c.Env, "BASE_URL=https://feedback.example.org", "PLAYGROUND=false", "INTROSPECTION=false", "LOG_FORMAT=json", "LOG_LEVEL=debug", "CORS_ORIGINS=https://a.example.org,https://b.example.org")
	v := started(t, c)
	if v.url != "https://feedback.example.org" {
		t.Errorf("calls itself %s", v.url)
	}
	if info, err := os.Stat(filepath.Join(s.folder, "deep/er/hearback.db")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the store: %v, %v", info, err)
	}
	if code := v.end(os.Interrupt); code != 0 {
		t.Errorf("ended with %d and said:\n%s", code, v.heard)
	}
}
