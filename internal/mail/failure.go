package mail

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// A Failure says what became of a message that was not delivered. It holds codes and no text of the
// server's, because servers like to repeat the recipient or the password in theirs.
type Failure struct {
	Server    string // host:port
	What      string // what the server did, as half a sentence
	Code      int    // the reply of RFC 5321 §4.2, such as 550; 0 when the server said nothing
	Enhanced  string // the status of RFC 3463, such as 5.1.1, when the server gave one
	Permanent bool   // true when the same message will be refused again

	cause error
}

// Error is safe to log.
func (f *Failure) Error() string {
	text := fmt.Sprintf("mail: the server %s %s", f.Server, f.What)
	if f.Code != 0 {
		text += " (" + strings.TrimSpace(fmt.Sprint(f.Code, " ", f.Enhanced)) + ")"
	}
	if f.cause != nil {
		text += ": " + f.cause.Error()
	}
	if f.Permanent {
		return text + "; the same message would be refused again"
	}
	return text + "; it may be tried again later"
}

// Unwrap gives the cause where there is a safe one: the end of the context or of the connection.
func (f *Failure) Unwrap() error { return f.cause }

// refusal keeps what is safe of an error that came before the message was offered. It is never permanent:
// somebody can put the settings or the server right.
func (s *SMTP) refusal(ctx context.Context, err error) error {
	f := s.failure(ctx, "did not let us in")
	var reply *textproto.Error
	if errors.As(err, &reply) {
		f.Code = reply.Code
	} else if f.cause == nil {
		f.cause = errors.New(s.redact(err.Error()))
	}
	return f
}

// rejection keeps what is safe of an error about the message itself, which may quote the recipient.
func (s *SMTP) rejection(ctx context.Context, err error) error {
	f := s.failure(ctx, "did not take the message")
	var sent *gomail.SendError
	if errors.As(err, &sent) {
		f.Code, f.Enhanced, f.Permanent = sent.ErrorCode(), sent.EnhancedStatusCode(), sent.ErrorCode() >= 500
	}
	return f
}

func (s *SMTP) failure(ctx context.Context, what string) *Failure {
	return &Failure{Server: net.JoinHostPort(s.host, strconv.Itoa(s.port)), What: what, cause: ctx.Err()}
}

// redact takes the password out of a text, also in the forms in which AUTH sends it (RFC 4616, RFC 4954).
func (s *SMTP) redact(text string) string {
	if s.pass == "" {
		return text
	}
	coded := base64.StdEncoding.EncodeToString
	return strings.NewReplacer(s.pass, "…", coded([]byte(s.pass)), "…",
		coded([]byte("\x00"+s.user+"\x00"+s.pass)), "…").Replace(text)
}
