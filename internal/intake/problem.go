package intake

import (
	"errors"
	"fmt"
)

// The codes of Problems, notes and FileErrors. They never change; Meaning says each in a sentence.
const (
	CodeBoilerplate = "boilerplate"
	CodeBlank       = "blank"
	CodeMissing     = "missing"
	CodeDate        = "date"
	CodeDateRange   = "date-out-of-range"
	CodeTooLong     = "too-long"
	CodeLineTooLong = "line-too-long"
	CodeRagged      = "ragged"
	CodeQuotes      = "quotes"
	CodeEncoding    = "encoding"
	CodeNUL         = "nul"
	CodeJSON        = "json"
	CodeBadCode     = "bad-code"
	CodeDuplicate   = "duplicate"

	// Notes: the row is taken.
	CodeTwoParents    = "two-parents"
	CodeDateAmbiguous = "date-ambiguous"
	CodeDateResolved  = "date-resolved"
	CodeMojibake      = "mojibake"

	// Fatal: nothing more can be read.
	CodeColumns    = "columns"
	CodeEmpty      = "empty"
	CodeFormat     = "format"
	CodeUnreadable = "unreadable"
	CodeTooMany    = "too-many"
)

// Meaning says a code in a sentence, or nothing for a code that is not of this package.
func Meaning(code string) string {
	switch code {
	case CodeBoilerplate:
		return "a stock answer that says nothing, such as “Did not answer”"
	case CodeBlank:
		return "no words at all"
	case CodeMissing:
		return "something that every row needs is missing"
	case CodeDate:
		return "the date cannot be read"
	case CodeDateRange:
		return "the date is in the future or too long ago"
	case CodeTooLong:
		return "longer than we can keep"
	case CodeLineTooLong:
		return "the line is too long to be read"
	case CodeRagged:
		return "not as many columns as the header has"
	case CodeQuotes:
		return "a quotation mark is not closed, or stands in the wrong place"
	case CodeEncoding:
		return "not UTF-8 text"
	case CodeNUL:
		return "has NUL bytes, so the file is damaged here"
	case CodeJSON:
		return "not a whole JSON object"
	case CodeBadCode:
		return "an organisation code is not letters and digits"
	case CodeDuplicate:
		return "said already by a line before"
	}
	return noteMeaning(code)
}

func noteMeaning(code string) string {
	switch code {
	case CodeTwoParents:
		return "stands under two parents; the first is kept"
	case CodeDateAmbiguous:
		return "day and month could be either way round; kept as a month, read day first, with the other month beside it"
	case CodeDateResolved:
		return "day and month could be either way round; only one way lies in the time of the file"
	case CodeMojibake:
		return "broken letters such as “â€™” were put right"
	}
	return ""
}

// Problem says why one row was skipped or, as a note, what was decided about a row that was taken.
// Its Reason is a sentence for people and never quotes what a patient wrote.
type Problem struct {
	Line   int    `json:"line"`
	Field  string `json:"field,omitempty"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// Error says the line, the field and the reason.
func (p Problem) Error() string {
	if p.Field == "" {
		return fmt.Sprintf("line %d: %s", p.Line, p.Reason)
	}
	return fmt.Sprintf("line %d, %s: %s", p.Line, p.Field, p.Reason)
}

// FileError says why the file as a whole cannot be read, or not any further. Message says what to do.
type FileError struct {
	Code    string
	Line    int
	Message string
	Cause   error
}

// Error is the message, in sentences for people.
func (e *FileError) Error() string { return e.Message }

// Unwrap is the error underneath, if there is one.
func (e *FileError) Unwrap() error { return e.Cause }

// isFatal is true for every error after which reading ends.
func isFatal(err error) bool {
	if err == nil {
		return false
	}
	var problem Problem
	return !errors.As(err, &problem)
}
