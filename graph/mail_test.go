package graph_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"hearback/internal/mail"
)

// brokenPost is a mail server that is away.
type brokenPost struct{}

func (brokenPost) Send(context.Context, mail.Message) error {
	return errors.New("dial tcp 192.0.2.1:25: secret")
}

func TestMailThatCannotBeSentIsSaidAndCountsForNothing(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		const ask = `mutation { signInRequest(input: {email: "pat@example.org"}) { request userErrors { code } } }`
		works := s.Flow.Mail
		s.Flow.Mail = brokenPost{}
		for range 6 {
			if a := s.nobody().ask(ask, nil); a.code() != "UNAVAILABLE" || strings.Contains(a.Body, "secret") {
				t.Fatal(a.Body)
			}
		}
		s.Flow.Mail = works
		if a := s.nobody().ask(ask, nil); a.code() != "" {
			t.Errorf("who could not be written to is told to wait: %s", a.Body)
		}
	})
}
