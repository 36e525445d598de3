// Package mail hands one letter to one person: to a mail server, or to a screen until there is one.
//
// A subject line is read on lock screens and over shoulders. This package sends the words it is given;
// whoever writes them keeps subjects neutral.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
)

// A Sender takes a message on its way. It returns nil when somebody has accepted the message, and never
// puts the recipient, the words or a password into its error, so that errors can be logged as they are.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// A Message is a letter to one person. Text is what everybody can read; HTML is optional and says the same.
type Message struct {
	To      string // one bare address, such as pat@example.org
	Subject string // one line
	Text    string
	HTML    string
	ID      string // the same for the same letter sent twice, so that programs that read mail show one; empty: a new one each time
}

// ErrMessage is wrapped by every refusal of a message that could never be sent, whoever is asked.
var ErrMessage = errors.New("mail: this message cannot be sent")

// check refuses what could smuggle a second header or a second recipient into a letter (RFC 5322 §2.2).
func (m Message) check() error {
	if !bareAddress(m.To) {
		return fmt.Errorf("%w: the recipient is not one plain e-mail address", ErrMessage)
	}
	if strings.TrimSpace(m.Subject) == "" || strings.ContainsFunc(m.Subject, unicode.IsControl) {
		return fmt.Errorf("%w: the subject must be one line of text", ErrMessage)
	}
	if strings.TrimSpace(m.Text) == "" {
		return fmt.Errorf("%w: the text is empty", ErrMessage)
	}
	if strings.ContainsFunc(m.ID, func(r rune) bool { return !strings.ContainsRune(idLetters, r) }) {
		return fmt.Errorf("%w: its id may hold letters, digits, - and _ alone", ErrMessage)
	}
	return nil
}

// idLetters are what the id of a letter is made of.
const idLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// bareAddress is true for pat@example.org and false for a name with an address, a list, or anything with
// a control character in it.
func bareAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && !strings.ContainsFunc(s, unicode.IsControl)
}
