package main

import (
	"bytes"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"hearback/ent/dbtest"
)

// asProgram in the environment makes the test binary the program itself, so that stories run the real process with the same
// instrumentation and without a second build.
const asProgram = "HEARBACK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		go endWithParent()
		main()
	}
	dbtest.Main(m)
}

// endWithParent leaves nothing behind when the tests are killed: they hold the other end of the standard input.
func endWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(failed)
}

// spoken runs the program inside the test, for words that start nothing.
func spoken(t *testing.T, words ...string) (code int, out, err string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), words, terminal{strings.NewReader(""), &o, &e})
	return code, o.String(), e.String()
}

func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	parser := kong.Must(&program{}, kong.Name("hearback"))
	seen := 0
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if n, ok := node.(*kong.Node); ok && n.Type != kong.ArgumentNode {
			seen++
			explains(t, n, append(strings.Fields(n.FullPath())[1:], "--help"))
		}
		return next(nil)
	})
	if seen < 12 {
		t.Errorf("looked at %d commands", seen)
	}
}

func explains(t *testing.T, n *kong.Node, words []string) {
	code, out, err := spoken(t, words...)
	if code != done || err != "" || !strings.HasPrefix(out, "Usage: hearback") || n.Help != "" && !strings.Contains(folded(out), folded(n.Help)) {
		t.Errorf("%s ended with %d and said %q, %q", words, code, out, err)
	}
	for _, flag := range n.Flags {
		if !flag.Hidden && (flag.Help == "" || !strings.Contains(out, "--"+flag.Name) && !strings.Contains(out, "--[no-]"+flag.Name)) {
			t.Errorf("%s does not explain --%s", words, flag.Name)
		}
	}
}

// folded is a text without its line breaks.
func folded(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestWrongWordsAreAnsweredWithWhatToType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words []string
		wrong string
		next  string
	}{
		{nil, "expected one of", "hearback --help"},
		{[]string{"serev"}, `did you mean "serve"?`, "hearback --help"},
		{[]string{"serve", "--listne", "127.0.0.1:0"}, `did you mean "--listen"?`, "hearback serve --help"},
		{[]string{"serve", "now"}, "now", "hearback serve --help"},
		{[]string{"serve", "--drain", "long"}, "--drain", "hearback serve --help"},
		{[]string{"serve", "--log-format", "xml"}, "--log-format must be one of", "hearback serve --help"},
		{[]string{"serve", "--log-level", "loud"}, "--log-level", "hearback serve --help"},
		{[]string{"--listen", ":0", "serve"}, "--listen", "hearback --help"},
		{[]string{"token"}, `expected "create"`, "hearback token --help"},
		{[]string{"token", "create"}, "--as", "hearback token create --help"},
		{[]string{"token", "create", "--as", "king"}, `"moderator"`, "hearback token create --help"},
		{[]string{"keys", "rotate", "--overlap", "soon"}, "--overlap", "hearback keys rotate --help"},
		{[]string{"import", "services"}, "expected", "hearback import services --help"},
	} {
		code, out, err := spoken(t, c.words...)
		if code != usage || out != "" || !strings.Contains(err, c.wrong) || !strings.HasSuffix(err, "\nTry: "+c.next+"\n") {
			t.Errorf("%q ended with %d and said %q, %q; want %q, then %q", c.words, code, out, err, c.wrong, c.next)
		}
	}
}

func TestPrintedContractAndVersion(t *testing.T) {
	t.Parallel()
	if code, out, err := spoken(t, "schema"); code != done || err != "" || !strings.Contains(out, "experienceShare(") {
		t.Errorf("schema: %d, %.200q, %q", code, out, err)
	}
	if code, out, err := spoken(t, "version"); code != done || err != "" || !strings.HasPrefix(out, "hearback ") {
		t.Errorf("version: %d, %q, %q", code, out, err)
	}
}

func TestOriginsAreTakenByName(t *testing.T) {
	t.Parallel()
	f := listenFlags{CORSOrigins: []string{"https://App.Example.org", " http://localhost:3000/ ", "https://example.org:443"}}
	got, err := f.origins()
	if want := []string{"https://app.example.org", "http://localhost:3000", "https://example.org"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	for _, odd := range []string{
		"", "*", "https://*.example.org", "example.org", "https://example.org/app", "https://", "null", "ftp://example.org",
		"https://somebody@example.org", "https://example.org?x", "https://example.org#x",
	} {
		if got, err := (listenFlags{CORSOrigins: []string{odd}}).origins(); err == nil {
			t.Errorf("%q was taken as %q", odd, got)
		}
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ set, listens, want string }{
		{"", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"", "[::]:8080", "http://localhost:8080"},
		{"", "0.0.0.0:80", "http://localhost:80"},
		{"", "[::1]:1", "http://[::1]:1"},
		{"https://feedback.example.org/", "127.0.0.1:1", "https://feedback.example.org"},
		{"HTTPS://Feedback.Example.org:443", "127.0.0.1:1", "https://feedback.example.org"},
		{"https://example.org/hearback", "127.0.0.1:1", ""},
		{"feedback.example.org", "127.0.0.1:1", ""},
		{"javascript:alert(1)", "127.0.0.1:1", ""},
	} {
		got, err := listenFlags{BaseURL: c.set}.base(c.listens)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("BASE_URL %q, listening on %s: %q, %v; want %q", c.set, c.listens, got, err, c.want)
		}
	}
}
