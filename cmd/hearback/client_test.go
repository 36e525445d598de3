package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"hearback/ent/typeid"
)

// vars is a JSON object.
type vars = map[string]any

// caller is somebody at a server. The zero token is nobody's.
type caller struct{ url, token string }

// fault is one error of an answer.
type fault struct {
	Message    string
	Extensions struct{ Code, RequestID string }
}

// answer is what came back.
type answer struct {
	Status int         `json:"-"`
	Header http.Header `json:"-"`
	Text   string      `json:"-"`
	Data   any
	Errors []fault
}

// code is the code of the first error.
func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Extensions.Code
}

// worked tells whether there is nothing but data.
func (a answer) worked() bool {
	return a.Status == http.StatusOK && len(a.Errors) == 0 && a.Data != nil && !strings.Contains(a.Text, `"userErrors":[{`)
}

// send asks; the error is about the way there and back.
func (c caller) send(ctx context.Context, query string, v vars) (answer, error) {
	r, err := c.request(ctx, query, v)
	if err != nil {
		return answer{}, err
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	return read(got)
}

func (c caller) request(ctx context.Context, query string, v vars) (*http.Request, error) {
	body, err := json.Marshal(vars{"query": query, "variables": v})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	return r, nil
}

func read(got *http.Response) (answer, error) {
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{Status: got.StatusCode, Header: got.Header, Text: string(text)}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("%d %q: %w", got.StatusCode, text, err)
	}
	return a, nil
}

// ask gives the data of an answer; anything else ends the test.
func (c caller) ask(t *testing.T, query string, v vars) any {
	t.Helper()
	a, err := c.send(t.Context(), query, v)
	if err != nil || !a.worked() {
		t.Fatalf("%s: %v, %s", query, err, a.Text)
	}
	return a.Data
}

// at follows names and numbers into an answer.
func at(in any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := in.(vars)
			in = object[step]
		case int:
			list, _ := in.([]any)
			if step >= len(list) {
				return nil
			}
			in = list[step]
		}
	}
	return in
}

// text is at for a string; empty when there is none.
func text(in any, path ...any) string {
	s, _ := at(in, path...).(string)
	return s
}

// begin starts somebody without an account.
func begin(t *testing.T, url string) caller {
	t.Helper()
	data := caller{url: url}.ask(t, `mutation { sessionStart { session { accessToken } userErrors { message } } }`, nil)
	return caller{url, text(data, "sessionStart", "session", "accessToken")}
}

// ward adds a place of care, as an administrator.
func (c caller) ward(t *testing.T, name string) string {
	t.Helper()
	data := c.ask(t, `mutation($n: String!) { serviceAdd(input: {name: $n, kind: WARD}) { service { id } userErrors { message } } }`, vars{"n": name})
	return text(data, "serviceAdd", "service", "id")
}

const share = `mutation($id: ID, $ward: ID!, $story: String!) { experienceShare(input: {id: $id, serviceId: $ward, relationship: PATIENT, story: $story}) {
	experience { id version } replayed userErrors { message } } }`

// shares says something about a ward and gives its id.
func (c caller) shares(t *testing.T, ward, story string) string {
	t.Helper()
	return text(c.ask(t, share, vars{"id": newID(), "ward": ward, "story": story}), "experienceShare", "experience", "id")
}

const publish = `mutation($id: ID!) { experiencePublish(input: {experienceId: $id, expectedVersion: 1}) { experience { state } replayed userErrors { message } } }`

func newID() string { return string(typeid.New(typeid.Experience)) }

const (
	stepTaken = `subscription { stepTaken { id kind experience { id } } }`
	stepsFrom = `query($after: Cursor) { viewer { steps(first: 100, after: $after) { nodes { id experience { id } } pageInfo { endCursor hasNextPage } } } }`
)

var (
	errCompleted = errors.New("the stream was completed")
	errCut       = errors.New("the stream ended without a word")
)

// heard is what a stream brings: answers, then why it ended.
type heard struct {
	event any
	err   error
}

// hear subscribes over server-sent events and returns when the server has taken the request. The channel closes after the end.
func (c caller) hear(ctx context.Context, query string) (<-chan heard, error) {
	r, err := c.request(ctx, query, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "text/event-stream")
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/event-stream") {
		a, err := read(got)
		return nil, errors.Join(err, fmt.Errorf("no stream: %d %s", a.Status, a.Text))
	}
	out := make(chan heard, 1000)
	go func() {
		defer close(out)
		defer func() { _ = got.Body.Close() }()
		out <- heard{err: pass(got.Body, out)}
	}()
	return out, nil
}

func pass(from io.Reader, out chan<- heard) error {
	event, lines := "", bufio.NewScanner(from)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && event == "next" {
			var a answer
			if err := json.Unmarshal([]byte(data), &a); err != nil || len(a.Errors) > 0 {
				return fmt.Errorf("the stream brought %s (%w)", data, err)
			}
			out <- heard{event: a.Data}
		}
		if event == "complete" {
			return errCompleted
		}
	}
	return errors.Join(errCut, lines.Err())
}

// call opens a websocket and is let in. What comes afterwards is for the caller to read.
func (c caller) call(t *testing.T) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), c.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	say(t, conn, vars{"type": "connection_init", "payload": vars{"authorization": "Bearer " + c.token}})
	if m, err := listen(t, conn); err != nil || m["type"] != "connection_ack" {
		t.Fatalf("not let in: %v, %v", m, err)
	}
	return conn
}

func say(t *testing.T, conn *websocket.Conn, m vars) {
	t.Helper()
	if err := wsjson.Write(t.Context(), conn, m); err != nil {
		t.Fatal(err)
	}
}

// listen gives the next message but pings, which it answers.
func listen(t *testing.T, conn *websocket.Conn) (vars, error) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	for {
		m := vars{}
		if err := wsjson.Read(ctx, conn, &m); err != nil {
			return nil, err
		}
		if m["type"] != "ping" {
			return m, nil
		}
		if err := wsjson.Write(ctx, conn, vars{"type": "pong"}); err != nil {
			return nil, err
		}
	}
}

// next is the next event of a stream; its end, or nothing within reason, ends the test.
func next(t *testing.T, from <-chan heard) any {
	t.Helper()
	select {
	case h := <-from:
		if h.err != nil {
			t.Fatal(h.err)
		}
		return h.event
	case <-time.After(patience):
		t.Fatal("nothing came")
	}
	return nil
}
