package mail

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTP sends each message over a connection of its own to one mail server.
type SMTP struct {
	// Timeout is the longest that one message may take from dialling to the server's last word. 30 s unless set.
	Timeout time.Duration
	// RootCAs says which authorities to trust besides the machine's choice; nil means the machine's.
	RootCAs *x509.CertPool

	from       mail.Address
	host       string
	port       int
	user, pass string
	implicit   bool // TLS from the first byte (RFC 8314 §3.3)
	policy     gomail.TLSPolicy
}

// Send delivers the message to the server, once. A *Failure says whether another try may help.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	letter, err := s.letter(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.options(ctx)...)
	if err != nil {
		return fmt.Errorf("mail: the SMTP settings do not fit together: %w", err)
	}
	return s.deliver(ctx, client, letter)
}

func (s *SMTP) deliver(ctx context.Context, client *gomail.Client, letter *gomail.Msg) error {
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.refusal(ctx, err)
	}
	err = client.SendWithSMTPClient(conn, letter)
	_ = client.CloseWithSMTPClient(conn)
	if letter.IsDelivered() { // the server has it: a clumsy goodbye must not cause a second letter
		return nil
	}
	return s.rejection(ctx, err)
}

// letter puts the message into the shape of RFC 5322. Auto-Submitted keeps holiday notices from answering (RFC 3834 §5).
func (s *SMTP) letter(m Message) (*gomail.Msg, error) {
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	letter.FromMailAddress(&s.from)
	if err := letter.To(m.To); err != nil {
		return nil, fmt.Errorf("%w: the recipient is not one plain e-mail address", ErrMessage)
	}
	letter.Subject(m.Subject)
	letter.SetDate()
	letter.SetMessageIDWithValue(cmp.Or(m.ID, rand.Text()) + "@" + s.domain())
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		letter.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return letter, nil
}

// options are those of one connection, which breaks when ctx ends.
func (s *SMTP) options(ctx context.Context) []gomail.Option {
	out := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.Timeout), gomail.WithHELO(s.domain()),
		gomail.WithTLSConfig(s.tls()), gomail.WithTLSPolicy(s.policy), gomail.WithoutNoop(), gomail.WithDialContextFunc(s.dialer(ctx)),
	}
	if s.user == "" {
		return out
	}
	return append(out, gomail.WithUsername(s.user), gomail.WithPassword(s.pass),
		gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
}

// dialer ties the whole talk to whole: the library itself looks at its context only while dialling.
func (s *SMTP) dialer(whole context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(whole, func() { _ = conn.Close() })
		if !s.implicit {
			return conn, nil
		}
		secure := tls.Client(conn, s.tls())
		return secure, secure.HandshakeContext(ctx)
	}
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12}
}

func (s *SMTP) domain() string {
	_, domain, _ := strings.Cut(s.from.Address, "@")
	return domain
}
