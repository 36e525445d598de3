package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// visitor is somebody who looks at a running demonstration.
type visitor struct {
	URL    string            `json:"url"`
	Tokens map[string]string `json:"tokens"`
}

// startDemo starts a demonstration inside the test and reads its one line. It ends with the test, well.
func startDemo(t *testing.T) visitor {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	var words bytes.Buffer
	go func() {
		code := run(ctx, []string{"demo", "--json", "--listen", "127.0.0.1:0"}, terminal{strings.NewReader(""), in, &words})
		_ = in.Close()
		ended <- code
	}()
	lines := bufio.NewReader(out)
	t.Cleanup(func() {
		stop()
		rest, err := io.ReadAll(lines)
		if code := <-ended; code != done || err != nil || len(rest) > 0 {
			t.Errorf("ended with %d, and after its line it said %q (%v); its words were:\n%s", code, rest, err, words.String())
		}
	})
	return readLine(t, lines)
}

func readLine(t *testing.T, from *bufio.Reader) (v visitor) {
	t.Helper()
	line, err := from.ReadString('\n')
	if err != nil {
		t.Fatalf("no line: %q, %v", line, err)
	}
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		t.Fatalf("%q is no line of JSON: %v", line, err)
	}
	return v
}

// post sends an operation as somebody; the caller closes the body.
func (v visitor) post(t *testing.T, as, accept, document string) *http.Response {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	if as != "nobody" {
		r.Header.Set("Authorization", "Bearer "+v.Tokens[as])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// ask gives the data of an answer. Errors, and problems with the input, end the test.
func (v visitor) ask(t *testing.T, as, document string) any {
	t.Helper()
	answer := v.post(t, as, "application/json", document)
	defer func() { _ = answer.Body.Close() }()
	return faultless(t, answer.Body)
}

func faultless(t *testing.T, from io.Reader) any {
	t.Helper()
	var got struct {
		Data   any
		Errors []any
	}
	if err := json.NewDecoder(from).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if len(got.Errors) > 0 || got.Data == nil {
		t.Fatalf("errors: %v, data: %v", got.Errors, got.Data)
	}
	for _, problems := range every(got.Data, "userErrors") {
		if list, ok := problems.([]any); !ok || len(list) > 0 {
			t.Fatalf("user errors: %v", problems)
		}
	}
	return got.Data
}

// every collects the values of a field, wherever it stands.
func every(in any, field string) (found []any) {
	switch in := in.(type) {
	case map[string]any:
		for name, value := range in {
			if name == field {
				found = append(found, value)
			}
			found = append(found, every(value, field)...)
		}
	case []any:
		for _, value := range in {
			found = append(found, every(value, field)...)
		}
	}
	return found
}

// number is the one number that a question about totals gives.
func (v visitor) number(t *testing.T, as, document string) int {
	t.Helper()
	totals := every(v.ask(t, as, document), "totalCount")
	if len(totals) != 1 {
		t.Fatalf("%s gave %v", document, totals)
	}
	return int(totals[0].(float64))
}

func TestDemo(t *testing.T) {
	t.Parallel()
	v := startDemo(t)
	for name, story := range map[string]func(*testing.T, visitor){
		"HasATokenForEachRole": demoTokens, "HasEnoughToRead": demoNumbers, "HasChangesInEveryState": demoStates,
		"HidesSmallNumbers": demoHidden, "ShowsPeopleTheirLine": demoLine, "GivesPeopleTheirReach": demoReach,
		"FillsThePlayground": demoPlayground, "HasNoFuture": demoNoFuture,
	} {
		t.Run(name, func(t *testing.T) { story(t, v) })
	}
}

func demoTokens(t *testing.T, v visitor) {
	roles := []string{"administrator", "commissioner", "facilitator", "family", "integrator", "moderator", "patient", "safeguardingLead", "staff", "staffElsewhere"}
	var got []string
	for role, token := range v.Tokens {
		got = append(got, role)
		if as := v.ask(t, role, `{ viewer { id } }`); token == "" || every(as, "id") == nil {
			t.Errorf("the token of %s is for nobody", role)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, roles) {
		t.Errorf("tokens for %v", got)
	}
	if !strings.HasPrefix(v.URL, "http://127.0.0.1:") || strings.HasSuffix(v.URL, ":0") {
		t.Errorf("listens on %s", v.URL)
	}
}

func demoNumbers(t *testing.T, v visitor) {
	published := v.number(t, "nobody", `{ experiences(first: 1) { totalCount } }`)
	answered := v.number(t, "nobody", `{ experiences(first: 1, where: {answered: true}) { totalCount } }`)
	waiting := v.number(t, "moderator", `{ viewer { moderationQueue(first: 1) { totalCount } } }`)
	if published < 240 || waiting < 12 || answered < published*2/5 || answered > published*3/5 {
		t.Errorf("%d published, %d of them answered, %d waiting", published, answered, waiting)
	}
	for _, intention := range []string{"THANK", "TELL", "SUGGEST", "WORRY"} {
		if n := v.number(t, "nobody", `{ experiences(first: 1, where: {intention: `+intention+`}) { totalCount } }`); n < 20 {
			t.Errorf("%d of %s", n, intention)
		}
	}
	for _, who := range []string{"PATIENT", "PARENT_GUARDIAN", "CARER", "RELATIVE", "FRIEND", "ADVOCATE_VOLUNTEER", "STAFF", "LEARNER"} {
		if n := v.number(t, "nobody", `{ experiences(first: 1, where: {relationship: `+who+`}) { totalCount } }`); n < 2 {
			t.Errorf("%d of %s", n, who)
		}
	}
}

func demoStates(t *testing.T, v visitor) {
	all := 0
	for _, state := range []string{"PLANNED", "TESTING", "MADE", "REVERSED", "NOT_POSSIBLE"} {
		n := v.number(t, "nobody", `{ changes(first: 1, where: {state: `+state+`}) { totalCount } }`)
		if all += n; n < 2 {
			t.Errorf("%d changes are %s", n, state)
		}
	}
	data := v.ask(t, "nobody", `{ changes(first: 50) { nodes { title state reason coproducers(first: 9) { nodes { side } } origins(first: 9) { nodes { why } } } } }`)
	for _, c := range every(data, "nodes")[0].([]any) {
		sides, ending := every(c, "side"), every(c, "state")[0] == "REVERSED" || every(c, "state")[0] == "NOT_POSSIBLE"
		if !slices.Contains(sides, any("STAFF")) || !slices.Contains(sides, any("PATIENT_FAMILY")) || len(every(c, "why")) < 2 {
			t.Errorf("made by %v, from %d: %v", sides, len(every(c, "why")), c)
		}
		if (every(c, "reason")[0] != "") != ending {
			t.Errorf("a reason where none belongs, or none: %v", c)
		}
	}
	if all < 14 {
		t.Errorf("%d changes", all)
	}
}

func demoHidden(t *testing.T, v visitor) {
	now := time.Now().UTC()
	month := func(n int) string {
		return time.Date(now.Year(), now.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	}
	for _, kind := range []string{"WARD", "SERVICE"} {
		data := v.ask(t, "nobody", `{ services(first: 20, where: {kind: `+kind+`}) { nodes { name experiencesPerMonth(from: "`+month(7)+`", to: "`+month(2)+`") { count { ... on Exact { value } ... on Suppressed { reason } } } } } }`)
		shown := 0 // at some of the places: where few speak in most months, the others go with these
		for _, s := range every(data, "nodes")[0].([]any) {
			hidden := every(s, "reason")
			for _, n := range every(s, "value") {
				if shown++; n.(float64) < 5 {
					t.Errorf("tells of %v people: %v", n, s)
				}
			}
			if !slices.Contains(hidden, any("SMALL_NUMBER")) {
				t.Errorf("hidden: %v: %v", hidden, s)
			}
		}
		if shown == 0 {
			t.Errorf("no number is shown at any %s", kind)
		}
	}
}

func demoLine(t *testing.T, v visitor) {
	for as, stages := range map[string][]string{"patient": {"SENT", "RETURNED", "CHANGED", "NOT_CHANGED"}, "family": {"SENT", "HEARD", "IN_ACTION", "CHANGED"}} {
		data := v.ask(t, as, `{ viewer { contributions(first: 20) { nodes { line { stage } } } } }`)
		for _, stage := range stages {
			if !slices.Contains(every(data, "stage"), any(stage)) {
				t.Errorf("nothing of the %s's came to %s: %v", as, stage, every(data, "stage"))
			}
		}
		if n := v.number(t, as, `{ viewer { changesMyInputLedTo(first: 1) { totalCount } } }`); n < 3 {
			t.Errorf("the %s's words led to %d changes", as, n)
		}
		if n := v.number(t, as, `{ viewer { steps(first: 1) { totalCount } } }`); n < 15 {
			t.Errorf("the %s was told of %d steps", as, n)
		}
	}
}

func demoReach(t *testing.T, v visitor) {
	inbox := `{ viewer { inbox(first: 100) { totalCount nodes { service { name } } } } }`
	for as, ward := range map[string]string{"staff": "Heron Ward (older people)", "staffElsewhere": "Community Nursing"} {
		names := every(v.ask(t, as, inbox), "name")
		if len(names) < 10 || slices.ContainsFunc(names, func(n any) bool { return n != ward }) {
			t.Errorf("%s hears from %v", as, names)
		}
	}
	if trust, ward := v.number(t, "facilitator", inbox), v.number(t, "staff", inbox); trust <= 3*ward {
		t.Errorf("the facilitator of the trust sees %d, a ward %d", trust, ward)
	}
	for _, as := range []string{"commissioner", "integrator", "moderator"} {
		if n := v.number(t, as, `{ viewer { contributions(first: 1) { totalCount } } }`); n != 0 {
			t.Errorf("%s wrote %d", as, n)
		}
	}
	refused := v.post(t, "integrator", "application/json", `mutation { experienceShare(input: {serviceId: "svc_01jgxdpn00e60tak362xesvjfr", relationship: PATIENT, story: "no"}) { replayed } }`)
	defer func() { _ = refused.Body.Close() }()
	if text, err := io.ReadAll(refused.Body); err != nil || !bytes.Contains(text, []byte("FORBIDDEN")) {
		t.Errorf("a program that may only read wrote: %s (%v)", text, err)
	}
}

func demoPlayground(t *testing.T, v visitor) {
	page, err := http.Get(v.URL + "/playground")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = page.Body.Close() }()
	text, err := io.ReadAll(page.Body)
	if err != nil || !bytes.Contains(text, []byte("Rosa, a patient")) || !bytes.Contains(text, []byte("What my input led to")) {
		t.Errorf("%v, %s", err, text)
	}
}

func demoNoFuture(t *testing.T, v visitor) {
	now := time.Now().UTC().Format(time.RFC3339Nano)
	if n := v.number(t, "nobody", `{ experiences(first: 1, where: {publishedFrom: "`+now+`"}) { totalCount } }`); n != 0 {
		t.Errorf("%d published later than now", n)
	}
}

// TestDemoEndsOnASignal runs two demonstrations beside each other, each in a process of its own, and ends them from outside.
func TestDemoEndsOnASignal(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	signals := []os.Signal{syscall.SIGTERM, os.Interrupt}
	running, urls := make([]*exec.Cmd, len(signals)), map[string]bool{}
	for i := range signals {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDemoProcess$")
		c.Env = append(os.Environ(), "HEARBACK_DEMO_PROCESS=yes", "TMPDIR="+folder)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		v := readLine(t, bufio.NewReader(out))
		running[i], urls[v.URL] = c, true
		if n := v.number(t, "nobody", `{ changes(first: 1) { totalCount } }`); n < 14 {
			t.Errorf("%d changes", n)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != len(signals) || len(urls) != len(signals) {
		t.Errorf("%d folders and %d addresses of %d demonstrations (%v)", len(left), len(urls), len(signals), err)
	}
	for i, c := range running {
		if err := c.Process.Signal(signals[i]); err != nil {
			t.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			t.Errorf("after %v: %v", signals[i], err)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// TestDemoStoppedBeforeItIsReady prints nothing and fails nothing.
func TestDemoStoppedBeforeItIsReady(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out bytes.Buffer
	code := run(ctx, []string{"demo", "--json", "--listen", "127.0.0.1:0"}, terminal{strings.NewReader(""), &out, io.Discard})
	if code != done || out.Len() > 0 {
		t.Errorf("ended with %d and said %q", code, out.String())
	}
}

// TestDemoProcess is no test: it is what TestDemoEndsOnASignal starts.
func TestDemoProcess(t *testing.T) {
	if os.Getenv("HEARBACK_DEMO_PROCESS") != "yes" {
		return
	}
	os.Args = []string{"hearback", "demo", "--json", "--listen", "127.0.0.1:0"}
	main()
}
