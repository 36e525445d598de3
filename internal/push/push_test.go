package push_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"hearback/internal/push"
)

// phone is a browser that subscribed: what it keeps for itself, and what it tells.
type phone struct {
	private *ecdh.PrivateKey
	auth    []byte
	push.Device
}

func newPhone(t *testing.T, endpoint string) *phone {
	t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	auth := []byte(rand.Text()[:16])
	code := base64.RawURLEncoding.EncodeToString
	return &phone{private, auth, push.Device{Endpoint: endpoint, P256dh: code(private.PublicKey().Bytes()), Auth: code(auth)}}
}

// opens reads a message as RFC 8291 §3.4 and RFC 8188 §2 have it, with the standard library alone.
func (p *phone) opens(t *testing.T, body []byte) string {
	t.Helper()
	salt, sender := body[:16], body[21:21+int(body[20])]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := p.private.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		key, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	ikm := derive(shared, p.auth, "WebPush: info\x00"+string(p.private.PublicKey().Bytes())+string(sender), 32)
	block, err := aes.NewCipher(derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gcm.Open(nil, derive(ikm, salt, "Content-Encoding: nonce\x00", 12), body[21+len(sender):], nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(strings.TrimRight(string(plain), "\x00"), "\x02")
}

// service is a push service on this machine, which answers as it is told to.
type service struct {
	*httptest.Server
	guard  sync.Mutex
	status int
	later  string
	header http.Header
	body   []byte
	asked  int
}

func newService(t *testing.T) *service {
	s := &service{status: http.StatusCreated}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.guard.Lock()
		defer s.guard.Unlock()
		s.header, s.asked = r.Header, s.asked+1
		s.body, _ = io.ReadAll(r.Body)
		w.Header().Set("Location", "/elsewhere")
		w.Header().Set("Retry-After", s.later)
		w.WriteHeader(s.status)
	}))
	t.Cleanup(s.Close)
	return s
}

func key(t *testing.T) *push.Key {
	t.Helper()
	fresh, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(fresh)
	if err != nil {
		t.Fatal(err)
	}
	k, err := push.ParseKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// here lets a sender reach this machine, which none may for real.
func here(string) error { return nil }

func TestADeviceReadsWhatNobodyElseCan(t *testing.T) {
	t.Parallel()
	s, k := newService(t), key(t)
	pat := newPhone(t, s.URL+"/secret-of-pat")
	sender := push.NewSender(k, "ops@example.org", here, s.Client())
	if err := sender.Send(t.Context(), pat.Device, []byte(`{"id":"stp_1"}`)); err != nil {
		t.Fatal(err)
	}
	if got := pat.opens(t, s.body); got != `{"id":"stp_1"}` {
		t.Errorf("the device reads %q", got)
	}
	if strings.Contains(string(s.body), "stp_1") || s.header.Get("TTL") != "86400" || s.header.Get("Topic") != "news" || s.header.Get("Content-Encoding") != "aes128gcm" {
		t.Errorf("on the way one reads %v", s.header)
	}
	token, public, _ := strings.Cut(strings.TrimPrefix(s.header.Get("Authorization"), "vapid t="), ", k=")
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil || claims["aud"] != s.URL || claims["sub"] != "mailto:ops@example.org" || public != sender.PublicKey() {
		t.Errorf("we say that we are %v, %v, with %s", claims, err, public)
	}
}

func TestWhatAnAnswerMeans(t *testing.T) {
	t.Parallel()
	s, k := newService(t), key(t)
	pat := newPhone(t, s.URL+"/secret-of-pat")
	sender := push.NewSender(k, "ops@example.org", here, s.Client())
	for status, want := range map[int]push.Failure{
		404: {Status: 404, Gone: true, Permanent: true}, 410: {Status: 410, Gone: true, Permanent: true}, 400: {Status: 400, Permanent: true}, 413: {Status: 413, Permanent: true},
		429: {Status: 429}, 500: {Status: 500}, 503: {Status: 503}, 302: {Status: 302, Permanent: true},
	} {
		s.status = status
		before := s.asked
		var failed *push.Failure
		if err := sender.Send(t.Context(), pat.Device, []byte("x")); !errors.As(err, &failed) || *failed != want || s.asked != before+1 || strings.Contains(err.Error(), "secret") {
			t.Errorf("%d is %v, after %d questions", status, err, s.asked-before)
		}
	}
	s.status = http.StatusTooManyRequests
	for said, want := range map[string]time.Duration{"120": 2 * time.Minute, "99999999": 24 * time.Hour, "-5": 0, "soon": 0, "Mon, 01 Jan 2001 00:00:00 GMT": 0, "Fri, 01 Jan 2100 00:00:00 GMT": 24 * time.Hour} {
		s.later = said
		var failed *push.Failure
		if err := sender.Send(t.Context(), pat.Device, []byte("x")); !errors.As(err, &failed) || failed.After != want {
			t.Errorf("Retry-After %q is %v", said, failed.After)
		}
	}
	s.Close()
	if err := sender.Send(t.Context(), pat.Device, []byte("x")); err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("who is away is said as %v", err)
	}
}

// Whoever gives an address of this machine or its neighbours has us knock nowhere, whatever its name is.
func TestNobodyIsSentToOurNeighbours(t *testing.T) {
	t.Parallel()
	s, k := newService(t), key(t)
	sender := push.NewSender(k, "ops@example.org", push.Public, s.Client())
	anyPort := func(address string) error { // so that it is not the port alone that keeps the door shut
		host, _, err := net.SplitHostPort(address)
		return errors.Join(err, push.Public(net.JoinHostPort(host, "443")))
	}
	_, port, err := net.SplitHostPort(strings.TrimPrefix(s.URL, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	for _, endpoint := range []string{s.URL, "https://localhost:" + port, "http://push.example", "https://u:p@push.example/", "https://push.example/#x", "https:///x", "ftp://push.example", "", "https://push.example/" + strings.Repeat("x", 2000)} {
		if err := sender.Check(newPhone(t, endpoint).Device); err == nil || strings.Contains(err.Error(), port) {
			t.Errorf("%.60s is taken: %v", endpoint, err)
		}
	}
	if err := sender.Check(newPhone(t, "https://push.example/secret").Device); err != nil {
		t.Error(err)
	}
	other := newPhone(t, "https://push.example/secret").Device
	for name, d := range map[string]push.Device{"no key": {other.Endpoint, "", other.Auth}, "no point": {other.Endpoint, other.Auth, other.Auth}, "no secret": {other.Endpoint, other.P256dh, "x"}} {
		if sender.Check(d) == nil {
			t.Errorf("%s is taken", name)
		}
	}
	careless := push.NewSender(k, "ops@example.org", anyPort, s.Client())
	for _, name := range []string{"https://127.0.0.1:" + port, "https://localhost:" + port, "https://[::ffff:127.0.0.1]:" + port} { // names pass, and nobody connects
		if err := careless.Check(newPhone(t, name).Device); err != nil {
			t.Errorf("%s is refused before anybody looked it up: %v", name, err)
		}
		if err := careless.Send(context.Background(), newPhone(t, name).Device, []byte("x")); err == nil {
			t.Errorf("%s was reached", name)
		}
	}
	if s.asked > 0 {
		t.Error("somebody knocked here")
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for address, public := range map[string]bool{
		"142.250.1.1:443": true, "[2a00:1450:4001::1]:443": true, "name:443": true, "142.250.1.1:80": false, "name:22": false, "127.0.0.1:443": false, "[::1]:443": false,
		"10.0.0.1:443": false, "172.16.0.1:443": false, "192.168.1.1:443": false, "169.254.169.254:443": false, "100.64.0.1:443": false, "0.0.0.0:443": false, "[::]:443": false,
		"[fe80::1]:443": false, "[fd00::1]:443": false, "[::ffff:127.0.0.1]:443": false, "[::ffff:10.0.0.1]:443": false, "[64:ff9b::7f00:1]:443": false, "[2002:7f00:1::]:443": false,
		"224.0.0.1:443": false, "255.255.255.255:443": false, "198.18.0.1:443": false, "localhost:443": false, "": false,
	} {
		if err := push.Public(address); (err == nil) != public {
			t.Errorf("%s is public: %v", address, err)
		}
	}
}

func TestAnotherFileIsNoKey(t *testing.T) {
	t.Parallel()
	if _, err := push.ParseKey([]byte("zqsecret")); err == nil || strings.Contains(err.Error(), "zqsecret") {
		t.Errorf("another file is %v", err)
	}
}
