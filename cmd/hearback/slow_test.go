package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"hearback/ent/dbtest"
)

// line is a bare connection to a server, for what no well-behaved client sends.
type line struct {
	t *testing.T
	net.Conn
	from *bufio.Reader
}

func (v *server) dial(t *testing.T) *line {
	t.Helper()
	conn := sure(net.Dial("tcp", strings.TrimPrefix(v.url, "http://")))(t)
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &line{t, conn, bufio.NewReader(conn)}
}

func (l *line) say(format string, args ...any) {
	l.t.Helper()
	sure(fmt.Fprintf(l, format, args...))(l.t)
}

// answer reads one whole answer.
func (l *line) answer() (*http.Response, string) {
	l.t.Helper()
	got := sure(http.ReadResponse(l.from, nil))(l.t)
	defer func() { _ = got.Body.Close() }()
	return got, string(sure(io.ReadAll(got.Body))(l.t))
}

// over waits until the server hangs up.
func (l *line) over() {
	l.t.Helper()
	if rest, err := io.ReadAll(l.from); isTimeout(err) {
		l.t.Errorf("the server holds on; it said %q", rest)
	}
}

func isTimeout(err error) bool {
	network, ok := err.(net.Error)
	return ok && network.Timeout()
}

const postHead = "POST /graphql HTTP/1.1\r\nHost: hearback\r\nContent-Type: application/json\r\n"

// TestClientsThatAskTooMuch sends too much or too slowly; others go on being served.
func TestClientsThatAskTooMuch(t *testing.T) {
	t.Parallel()
	v := newSite(t, dbtest.SQLite(t)).serve()
	for name, story := range map[string]func(*testing.T, *server){
		"HugeBodyAnnounced": hugeBodyAnnounced, "HugeBodyInPieces": hugeBodyInPieces, "HugeHeader": hugeHeader,
		"SlowHeader": slowHeader, "SlowBody": slowBody, "BrokenRequest": brokenRequest,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, v)
			begin(t, v.url)
		})
	}
}

// hugeBodyAnnounced is answered before a byte of the body has been sent.
func hugeBodyAnnounced(t *testing.T, v *server) {
	l := v.dial(t)
	l.say(postHead+"Content-Length: %d\r\n\r\n", 10<<20)
	tooLarge(t, l)
}

// hugeBodyInPieces never ends: the answer comes although the client goes on and on.
func hugeBodyInPieces(t *testing.T, v *server) {
	l := v.dial(t)
	l.say(postHead + "Transfer-Encoding: chunked\r\n\r\n")
	sent := make(chan int, 1)
	go func() {
		total, piece := 0, "4000\r\n"+strings.Repeat(" ", 0x4000)+"\r\n"
		for total < 10<<20 {
			n, err := io.WriteString(l, piece)
			if total += n; err != nil {
				break
			}
		}
		sent <- total
	}()
	got, body := sure(http.ReadResponse(l.from, nil))(t), make([]byte, 1000)
	n, _ := got.Body.Read(body)
	if got.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(body[:n]), `"BODY_TOO_LARGE"`) {
		t.Errorf("%d %s", got.StatusCode, body[:n])
	}
	if total := <-sent; total >= 10<<20 {
		t.Errorf("the server took all the %d bytes", total)
	}
}

func tooLarge(t *testing.T, l *line) {
	got, body := l.answer()
	if got.StatusCode != http.StatusRequestEntityTooLarge || !got.Close || !strings.Contains(body, `"BODY_TOO_LARGE"`) || !strings.Contains(body, `"limit":262144`) {
		t.Errorf("%d, close: %v, %s", got.StatusCode, got.Close, body)
	}
	l.over()
}

func hugeHeader(t *testing.T, v *server) {
	l := v.dial(t)
	l.say("GET /healthz HTTP/1.1\r\nHost: hearback\r\nX-Long: %s\r\n\r\n", strings.Repeat("x", 20<<10))
	if got, _ := l.answer(); got.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%d", got.StatusCode)
	}
	l.over()
	ok := v.dial(t)
	ok.say("GET /healthz HTTP/1.1\r\nHost: hearback\r\nX-Long: %s\r\n\r\n", strings.Repeat("x", 15<<10))
	if got, _ := ok.answer(); got.StatusCode != 200 {
		t.Errorf("15 KiB of header: %d", got.StatusCode)
	}
}

// slowHeader never ends its header: the server hangs up by itself.
func slowHeader(t *testing.T, v *server) {
	l := v.dial(t)
	l.say("POST /graphql HTTP/1.1\r\nHost: hear")
	l.over()
}

// slowBody never ends its body: it gets an answer, and the server hangs up.
func slowBody(t *testing.T, v *server) {
	l := v.dial(t)
	l.say(postHead + "Content-Length: 100\r\n\r\n{\"query\":")
	if got, body := l.answer(); got.StatusCode != http.StatusBadRequest || !strings.Contains(body, `"BAD_REQUEST"`) || !got.Close {
		t.Errorf("%d, close: %v, %s", got.StatusCode, got.Close, body)
	}
	l.over()
}

func brokenRequest(t *testing.T, v *server) {
	for _, request := range []string{
		"\x16\x03\x01\x02\x00\x01", "GET /healthz HTTP/9.9\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n",
		postHead + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}", postHead + "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n\r\n{}",
	} {
		l := v.dial(t)
		l.say("%s\r\n\r\n", request)
		if got, body := l.answer(); got.StatusCode < 400 || strings.Contains(body, "goroutine") {
			t.Errorf("%q: %d %q", request, got.StatusCode, body)
		}
	}
}
