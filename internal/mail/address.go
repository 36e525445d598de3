package mail

import (
	"errors"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// NewSMTP reads where to send and as whom. The URL is one of
//
//	smtp://user:pass@host:587                    STARTTLS, refused when the server has none (the default)
//	smtp://host:25?tls=opportunistic             STARTTLS when the server offers it
//	smtp://host:25?tls=none                      in the clear, for a relay on the same machine
//	smtps://user:pass@host:465                   TLS from the first byte
//
// A password is only ever sent over TLS or to this same machine. From is an address, with or without a name.
// An error names the part of the URL that is wrong, never its content.
func NewSMTP(rawURL, from string) (*SMTP, error) {
	u, err := url.Parse(rawURL)
	if err != nil { // the cause would quote the URL and the password in it
		return nil, errors.New("mail: the SMTP address is not a URL such as smtp://user:password@host:587; in a password, write special characters as %XX")
	}
	sender, err := mail.ParseAddress(from)
	if err != nil || strings.ContainsFunc(from, unicode.IsControl) {
		return nil, errors.New("mail: the From address is not an e-mail address such as Hearback <hello@example.org>")
	}
	s := &SMTP{Timeout: 30 * time.Second, from: *sender, host: u.Hostname(), user: u.User.Username()}
	s.pass, _ = u.User.Password()
	return s, errors.Join(s.readHost(u), s.readTLS(u))
}

func (s *SMTP) readHost(u *url.URL) (err error) {
	if s.host == "" || strings.Trim(u.Path, "/") != "" {
		return errors.New("mail: the SMTP address needs a host and no path")
	}
	standard := map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	if u.Port() != "" {
		standard = u.Port()
	}
	if s.port, err = strconv.Atoi(standard); err != nil || s.port < 1 || s.port > 65535 {
		return errors.New("mail: the SMTP address must begin with smtp:// or smtps:// and its port must be a number up to 65535")
	}
	return nil
}

func (s *SMTP) readTLS(u *url.URL) error {
	s.implicit = u.Scheme == "smtps"
	known := map[string]gomail.TLSPolicy{
		"": gomail.TLSMandatory, "starttls": gomail.TLSMandatory,
		"opportunistic": gomail.TLSOpportunistic, "none": gomail.NoTLS,
	}
	policy, ok := known[u.Query().Get("tls")]
	if s.implicit {
		policy, ok = gomail.NoTLS, !u.Query().Has("tls")
	}
	if s.policy = policy; !ok {
		return errors.New("mail: tls must be starttls, opportunistic or none, and only with smtp://")
	}
	return nil
}
