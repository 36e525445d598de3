package mail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// postOffice is a mail server of RFC 5321 on loopback, small but real: it keeps what it accepted.
type postOffice struct {
	identity  tls.Certificate
	trust     *x509.CertPool
	starttls  bool              // offers STARTTLS
	implicit  bool              // TLS from the first byte, as for smtps://
	replies   map[string]string // a verb, such as RCPT, and what to say instead of 250
	silent    string            // a verb after which the server says nothing any more
	reached   chan struct{}     // closed when silent was reached
	listening net.Listener

	mu      sync.Mutex
	letters []string // whole DATA sections
	signIns []string // what AUTH PLAIN carried
	clear   int      // how many letters came without TLS
	wg      sync.WaitGroup
}

// open starts the office; the test's end closes it and waits for every connection.
func (o *postOffice) open(t *testing.T) *postOffice {
	t.Helper()
	o.identity, o.trust = selfSigned(t)
	o.reached = make(chan struct{})
	var err error
	if o.listening, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	o.wg.Go(o.accept)
	t.Cleanup(func() { _ = o.listening.Close(); o.wg.Wait() })
	return o
}

func (o *postOffice) address() string { return o.listening.Addr().String() }

func (o *postOffice) accept() {
	for {
		conn, err := o.listening.Accept()
		if err != nil {
			return
		}
		o.wg.Go(func() { defer conn.Close(); o.greet(conn) })
	}
}

func (o *postOffice) greet(conn net.Conn) {
	if o.implicit {
		conn = o.encrypt(conn)
	}
	fmt.Fprint(conn, "220 post.test ready\r\n")
	o.serve(conn, o.implicit)
}

func (o *postOffice) encrypt(conn net.Conn) net.Conn {
	return tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{o.identity}})
}

func (o *postOffice) serve(conn net.Conn, secure bool) {
	in := textproto.NewReader(bufio.NewReader(conn))
	for {
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if verb == "STARTTLS" && o.starttls {
			fmt.Fprint(conn, "220 go on\r\n")
			o.serve(o.encrypt(conn), true)
			return
		}
		if verb == o.silent {
			close(o.reached)
			_, _ = io.Copy(io.Discard, conn) // until the caller hangs up
			return
		}
		fmt.Fprint(conn, o.answer(verb, rest, conn, in, secure), "\r\n")
		if verb == "QUIT" {
			return
		}
	}
}

func (o *postOffice) answer(verb, rest string, conn io.Writer, in *textproto.Reader, secure bool) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if verb == "AUTH" {
		raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
		o.signIns = append(o.signIns, string(raw))
	}
	if reply, ok := o.replies[verb]; ok {
		return reply
	}
	switch verb {
	case "EHLO":
		return "250-post.test\r\n" + map[bool]string{true: "250-STARTTLS\r\n"}[o.starttls && !secure] +
			"250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN"
	case "AUTH":
		return "235 2.7.0 welcome"
	case "DATA":
		fmt.Fprint(conn, "354 go on\r\n")
		letter, _ := in.ReadDotBytes()
		o.letters = append(o.letters, string(letter))
		if !secure {
			o.clear++
		}
	case "QUIT":
		return "221 bye"
	}
	return "250 2.0.0 fine"
}

func (o *postOffice) accepted() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.letters...)
}

func (o *postOffice) signedIn() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.signIns...)
}

func (o *postOffice) inClear() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.clear
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	card := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, card, card, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, trust
}
