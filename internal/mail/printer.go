package mail

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
)

// A Printer writes each message to a screen or a file instead of sending it, until a mail server is
// configured. It refuses what SMTP would refuse, so that mistakes show early. Several may write at once.
type Printer struct {
	mu sync.Mutex
	to io.Writer
}

// NewPrinter returns a Printer that writes to w.
func NewPrinter(w io.Writer) *Printer { return &Printer{to: w} }

// Send writes the message as a person would read it; the HTML half is left out.
func (p *Printer) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := fmt.Fprintf(p.to, "---- mail (not sent: no mail server is configured) ----\nTo: %s\nSubject: %s\n\n%s\n---- end of mail ----\n",
		m.To, m.Subject, readable(m.Text))
	return err
}

// readable drops control characters, so that a letter cannot steer the terminal it is printed on.
func readable(text string) string {
	return strings.TrimRight(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text), "\n")
}
