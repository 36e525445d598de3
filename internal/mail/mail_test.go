package mail_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"hearback/internal/mail"
)

func letter() mail.Message {
	return mail.Message{To: "pat@example.org", Subject: "Something new for you", Text: "Dear Pat,\nthere is news.\n"}
}

func TestPrinterShowsTheLetterAsAPersonReadsIt(t *testing.T) {
	t.Parallel()
	var screen bytes.Buffer
	if err := mail.NewPrinter(&screen).Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"To: pat@example.org\n", "Subject: Something new for you\n", "\nDear Pat,\nthere is news.\n", "not sent"} {
		if !strings.Contains(screen.String(), want) {
			t.Errorf("the screen lacks %q:\n%s", want, screen.String())
		}
	}
}

func TestPrinterKeepsTheTerminalSafe(t *testing.T) {
	t.Parallel()
	var screen bytes.Buffer
	m := letter()
	m.Text = "hello \x1b[2J\x07\u009b31m\tPat"
	if err := mail.NewPrinter(&screen).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(screen.String(), "\x1b\x07\u009b") || !strings.Contains(screen.String(), "hello [2J31m\tPat") {
		t.Errorf("control characters reached the screen: %q", screen.String())
	}
}

// forgeries are letters that carry a second header or a second recipient.
func forgeries() map[string]mail.Message {
	with := func(change func(*mail.Message)) mail.Message { m := letter(); change(&m); return m }
	return map[string]mail.Message{
		"header in the subject":      with(func(m *mail.Message) { m.Subject = "News\r\nBcc: eve@example.org" }),
		"bare line feed in subject":  with(func(m *mail.Message) { m.Subject = "News\nBcc: eve@example.org" }),
		"empty subject":              with(func(m *mail.Message) { m.Subject = " " }),
		"header in the recipient":    with(func(m *mail.Message) { m.To = "pat@example.org\r\nBcc: eve@example.org" }),
		"command in the recipient":   with(func(m *mail.Message) { m.To = "pat@example.org>\r\nRCPT TO:<eve@example.org" }),
		"two recipients":             with(func(m *mail.Message) { m.To = "pat@example.org, eve@example.org" }),
		"a name with the recipient":  with(func(m *mail.Message) { m.To = "Pat <pat@example.org>" }),
		"brackets round it":          with(func(m *mail.Message) { m.To = "<pat@example.org>" }),
		"control inside the address": with(func(m *mail.Message) { m.To = "\"pa\x00t\"@example.org" }),
		"no recipient":               with(func(m *mail.Message) { m.To = "" }),
		"no text":                    with(func(m *mail.Message) { m.Text = "\n" }),
	}
}

func TestForgedLettersAreRefusedByEverySender(t *testing.T) {
	t.Parallel()
	office := (&postOffice{}).open(t)
	var screen bytes.Buffer
	for name, m := range forgeries() {
		for _, sender := range []mail.Sender{mail.NewPrinter(&screen), smtp(t, office, "smtp://%s?tls=none")} {
			err := sender.Send(t.Context(), m)
			if !errors.Is(err, mail.ErrMessage) {
				t.Errorf("%s: %T said %v", name, sender, err)
			} else if strings.Contains(err.Error(), "example.org") {
				t.Errorf("%s: the error repeats the recipient: %v", name, err)
			}
		}
	}
	if screen.Len() != 0 || len(office.accepted()) != 0 {
		t.Errorf("a forged letter went out: %q %q", screen.String(), office.accepted())
	}
}
