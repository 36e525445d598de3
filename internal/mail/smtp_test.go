package mail_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hearback/internal/mail"
)

const password = "s3cr3t&longEnough"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// smtp returns a sender for the office; the pattern's %s becomes host:port.
func smtp(t *testing.T, o *postOffice, pattern string) *mail.SMTP {
	t.Helper()
	s, err := mail.NewSMTP(fmt.Sprintf(pattern, o.address()), "Hearback <hello@hearback.test>")
	if err != nil {
		t.Fatal(err)
	}
	s.RootCAs = o.trust
	return s
}

func TestSMTPDeliversOneLetter(t *testing.T) {
	t.Parallel()
	office := (&postOffice{}).open(t)
	m := letter()
	m.HTML = "<p>Dear Pat</p>"
	if err := smtp(t, office, "smtp://%s?tls=none").Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := office.accepted()
	if len(got) != 1 {
		t.Fatalf("%d letters arrived", len(got))
	}
	for _, want := range []string{
		"To: <pat@example.org>", `From: "Hearback" <hello@hearback.test>`, "Subject: Something new for you",
		"Auto-Submitted: auto-generated", "Date: ", "@hearback.test>", "there is news.", "text/html",
	} {
		if !strings.Contains(got[0], want) {
			t.Errorf("the letter lacks %q:\n%s", want, got[0])
		}
	}
	if strings.Contains(got[0], "go-mail") || strings.Contains(got[0], "Bcc") {
		t.Errorf("the letter says too much:\n%s", got[0])
	}
}

func TestSMTPSignsInOverTLSOnly(t *testing.T) {
	t.Parallel()
	user := "smtp://hello:" + "s3cr3t%%26longEnough" + "@%s"
	for name, office := range map[string]*postOffice{
		user: (&postOffice{starttls: true}).open(t),
		"smtps" + strings.TrimPrefix(user, "smtp"): (&postOffice{implicit: true}).open(t),
	} {
		if err := smtp(t, office, name).Send(t.Context(), letter()); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if office.inClear() != 0 || len(office.accepted()) != 1 || !slices.Equal(office.signedIn(), []string{"\x00hello\x00" + password}) {
			t.Errorf("%s: %d in the clear, sign-ins %q", name, office.inClear(), office.signedIn())
		}
	}
}

func TestSMTPRefusesAServerWithoutSTARTTLS(t *testing.T) {
	t.Parallel()
	office := (&postOffice{}).open(t)
	err := smtp(t, office, "smtp://hello:s3cr3t%%26longEnough@%s").Send(t.Context(), letter())
	if err == nil || !strings.Contains(err.Error(), "STARTTLS") {
		t.Errorf("said %v", err)
	}
	if len(office.signedIn()) != 0 || len(office.accepted()) != 0 {
		t.Errorf("the password or the letter went out in the clear: %q", office.signedIn())
	}
}

func TestSMTPRefusesAStrangersCertificate(t *testing.T) {
	t.Parallel()
	for pattern, office := range map[string]*postOffice{
		"smtps://%s": (&postOffice{implicit: true}).open(t), "smtp://%s": (&postOffice{starttls: true}).open(t),
	} {
		s := smtp(t, office, pattern)
		s.RootCAs = nil
		err := s.Send(t.Context(), letter())
		if err == nil || !strings.Contains(err.Error(), "certificate") || len(office.accepted()) != 0 {
			t.Errorf("%s said %v", pattern, err)
		}
	}
}

func TestSMTPRefusalNamesTheCodeAndNeitherPersonNorPassword(t *testing.T) {
	t.Parallel()
	echo := " <pat@example.org> hello " + password + " AGhlbGxvAHMzY3IzdCZsb25nRW5vdWdo"
	for _, c := range []struct {
		verb, reply, want string
		permanent         bool
	}{
		{"RCPT", "550 5.1.1" + echo, "550 5.1.1", true},
		{"RCPT", "451 4.7.1" + echo, "451 4.7.1", false},
		{"MAIL", "553 5.7.1" + echo, "553 5.7.1", true},
		{"DATA", "554 5.6.0" + echo, "554 5.6.0", true},
		{"AUTH", "535 5.7.8" + echo, "535", false}, // the settings are wrong, not the letter
	} {
		office := (&postOffice{starttls: true, replies: map[string]string{c.verb: c.reply}}).open(t)
		err := smtp(t, office, "smtp://hello:s3cr3t%%26longEnough@%s").Send(t.Context(), letter())
		var failure *mail.Failure
		if !errors.As(err, &failure) || failure.Permanent != c.permanent || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v", c.verb, c.reply, err)
		}
		quiet(t, err)
		if len(office.accepted()) != 0 {
			t.Errorf("%s: a refused letter was kept", c.verb)
		}
	}
}

func TestSMTPServerThatRepeatsThePasswordIsNotQuoted(t *testing.T) {
	t.Parallel()
	office := (&postOffice{starttls: true, replies: map[string]string{
		"AUTH": "you said " + password, // not even a reply of the protocol
	}}).open(t)
	err := smtp(t, office, "smtp://hello:s3cr3t%%26longEnough@%s").Send(t.Context(), letter())
	if err == nil || !strings.Contains(err.Error(), "you said …") {
		t.Errorf("said %v", err)
	}
	quiet(t, err)
}

// quiet fails when an error names the recipient or the password, plain or coded.
func quiet(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"pat@", password, "s3cr3t", "AGhlbGxv", "czNjcjN0"} {
		if strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("the error holds %q: %v", secret, err)
		}
	}
}

func TestSMTPClumsyGoodbyeIsNoReasonForASecondLetter(t *testing.T) {
	t.Parallel()
	office := (&postOffice{replies: map[string]string{"QUIT": "421 4.3.2 hurry", "RSET": "500 what"}}).open(t)
	if err := smtp(t, office, "smtp://%s?tls=none").Send(t.Context(), letter()); err != nil || len(office.accepted()) != 1 {
		t.Errorf("said %v, %d letters", err, len(office.accepted()))
	}
}

func TestSMTPServerAwaySaysSoAndThatItMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	s, err := mail.NewSMTP("smtp://hello:"+"s3cr3t%26longEnough"+"@"+closed.Addr().String(), "hello@hearback.test")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Send(t.Context(), letter())
	var failure *mail.Failure
	if !errors.As(err, &failure) || failure.Permanent || failure.Server != closed.Addr().String() || !strings.Contains(err.Error(), "refused") {
		t.Errorf("said %v", err)
	}
	quiet(t, err)
}

func TestSMTPDoesNotWaitForASilentServer(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"EHLO", "RCPT"} {
		office := (&postOffice{silent: verb}).open(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-office.reached; cancel() }()
		s := smtp(t, office, "smtp://%s?tls=none")
		s.Timeout = time.Hour
		if err := s.Send(ctx, letter()); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: after the caller went away: %v", verb, err)
		}
		office = (&postOffice{silent: verb}).open(t)
		s = smtp(t, office, "smtp://%s?tls=none")
		s.Timeout = 50 * time.Millisecond
		var failure *mail.Failure
		if err := s.Send(t.Context(), letter()); !errors.As(err, &failure) || failure.Permanent {
			t.Errorf("%s: after the time-out: %v", verb, err)
		}
	}
}

func TestNewSMTPNamesTheMistakeAndNotThePassword(t *testing.T) {
	t.Parallel()
	const from = "hello@hearback.test"
	for _, c := range []struct{ url, from, want string }{
		{"smtp://hello:s3cr3t%ZZ@post.test:587", from, "URL"},
		{"smtp://hello:s3cr3t@post.test:587\n", from, "URL"},
		{"imap://hello:s3cr3t@post.test", from, "smtp://"},
		{"post.test:587", from, "host"},
		{"smtp://hello:s3cr3t@post.test:99999", from, "port"},
		{"smtp://hello:s3cr3t@post.test?tls=maybe", from, "tls"},
		{"smtps://hello:s3cr3t@post.test?tls=none", from, "tls"},
		{"smtp://hello:s3cr3t@post.test/path", from, "path"},
		{"smtp://post.test", "nobody", "From"},
		{"smtp://post.test", "hello@hearback.test\r\nBcc: eve@example.org", "From"},
	} {
		_, err := mail.NewSMTP(c.url, c.from)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q said %v", c.url, err)
		}
		quiet(t, err)
	}
}
