package workflow

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Code tells a program what a person has to put right. Codes never change; new ones may come.
type Code string

// The codes, as the contract describes them.
const (
	Required        Code = "REQUIRED"
	TooLong         Code = "TOO_LONG"
	TooMany         Code = "TOO_MANY"
	Invalid         Code = "INVALID"
	Conflict        Code = "CONFLICT"
	StaleVersion    Code = "STALE_VERSION"
	NotNow          Code = "NOT_NOW"
	BothSidesNeeded Code = "BOTH_SIDES_NEEDED"
	ReasonNeeded    Code = "REASON_NEEDED"
	CodeRefused     Code = "CODE_REFUSED"
	TooManyTries    Code = "TOO_MANY_TRIES"
	SignInAgain     Code = "SIGN_IN_AGAIN"
	SecondModerator Code = "SECOND_MODERATOR"
	VerdictNeeded   Code = "VERDICT_NEEDED"
	EvidenceNeeded  Code = "EVIDENCE_NEEDED"
	Identifying     Code = "IDENTIFYING"
)

// Problem is one thing that a person has to put right: what was wrong and what to do, where, and a code for a program.
type Problem struct {
	Code    Code
	Message string
	Path    []string
	Current int // the present version, with StaleVersion
}

// Refusal is why a verb did nothing: everything that has to be put right, at once. It leaves no trace.
type Refusal []Problem

func (r Refusal) Error() string {
	said := make([]string, len(r))
	for i, p := range r {
		said[i] = fmt.Sprintf("%s %s: %s", strings.Join(p.Path, "."), p.Code, p.Message)
	}
	return strings.Join(said, "; ")
}

// refuse is a Refusal for one reason.
func refuse(code Code, message string, path ...string) error {
	return Refusal{{Code: code, Message: message, Path: path}}
}

// stale refuses to change what has changed since it was read.
func stale(current int) error {
	return Refusal{{Code: StaleVersion, Message: "Somebody changed this in the meantime. Please read it again and decide again.", Path: []string{"expectedVersion"}, Current: current}}
}

// checks collects problems, so that a person is told of all of them at once.
type checks struct{ found Refusal }

func (c *checks) add(code Code, message string, path ...string) {
	c.found = append(c.found, Problem{Code: code, Message: message, Path: path})
}

// text checks words that a person wrote and gives them back without blanks around them.
func (c *checks) text(s string, max int, path ...string) string {
	s = strings.TrimSpace(s)
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		c.add(Invalid, "This text holds signs that cannot be kept. Please type it again.", path...)
	case utf8.RuneCountInString(s) > max:
		c.add(TooLong, fmt.Sprintf("This is too long: please keep it to %d letters.", max), path...)
	}
	return s
}

// needed is text that must not be empty.
func (c *checks) needed(s string, max int, path ...string) string {
	s = c.text(s, max, path...)
	if s == "" {
		c.add(Required, "Please write something here.", path...)
	}
	return s
}

// err is the refusal, or nil when there is nothing to put right.
func (c *checks) err() error {
	if len(c.found) == 0 {
		return nil
	}
	return c.found
}
