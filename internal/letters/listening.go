package letters

import (
	"fmt"
	"strings"
)

// Listening is what became of what was heard in one quarter; nil stands for a number that is not told.
type Listening struct {
	Year, Quarter     int
	Heard, Answered   *int
	MedianHours       *int
	InAction, Changed *int
}

// Listening says it in a few plain sentences.
func (b *Book) Listening(tag string, l Listening) string {
	t := b.in(tag)
	said := []string{fmt.Sprintf(t[fmt.Sprint("listened.quarter.", l.Quarter)], l.Year)}
	switch {
	case l.Heard == nil:
		return strings.Join(append(said, t["listened.few"]), " ")
	case *l.Heard == 0:
		return strings.Join(append(said, t["listened.none"]), " ")
	}
	said = append(said, fmt.Sprintf(t["listened.heard"], *l.Heard), t.many("listened.answered", l.Answered))
	if l.MedianHours != nil {
		days := max(1, (*l.MedianHours+23)/24)
		said = append(said, t.many("listened.median", &days))
	}
	said = append(said, t.many("listened.changed", l.Changed), t.many("listened.in_action", l.InAction))
	said = append(said, t["listened.ends"])
	return strings.Join(said, " ")
}

// many says a number; there are texts of their own for none, for one, and for a number that is not told.
func (t texts) many(name string, n *int) string {
	switch {
	case n == nil:
		return t[name+".hidden"]
	case *n == 0:
		return t[name+".none"]
	case *n == 1:
		return t[name+".one"]
	}
	return fmt.Sprintf(t[name], *n)
}
