package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// records reads CSV (RFC 4180) one record at a time. A record that cannot be read costs one line only: reading goes on
// with the line after the one where it began, and no quotation mark left open can swallow more than the longest record.
type records struct {
	lines *lines
	max   int
	ahead []readLine // lines read but not yet used
	fed   bytes.Reader
	csv   *csv.Reader
	whole []byte
}

// readLine is a line kept for later. Its err is what lines.next said in its place.
type readLine struct {
	number int
	text   []byte
	err    error
}

// next gives the fields of the next record and the line it begins on; the slice is good until the next call. Its errors
// are io.EOF, a Problem or a *FileError.
func (r *records) next() (int, []string, error) {
	for {
		first := r.peek(0)
		if first.err != nil {
			return first.number, nil, r.give(first)
		}
		if len(bytes.TrimSpace(first.text)) > 0 {
			break
		}
		r.use(1)
	}
	count, problem := r.extent()
	number := r.ahead[0].number
	if problem != nil {
		r.use(1)
		return number, nil, *problem
	}
	fields, err := r.parse(count)
	if err != nil {
		count = 1
	}
	r.use(count)
	return number, fields, err
}

// give hands out the error that stands in place of a line. The end of the file stays where it is.
func (r *records) give(l readLine) error {
	if !errors.Is(l.err, io.EOF) {
		r.use(1)
	}
	return l.err
}

// peek gives the line that is i lines ahead.
func (r *records) peek(i int) readLine {
	for len(r.ahead) <= i {
		text, err := r.lines.next()
		r.ahead = append(r.ahead, readLine{number: r.lines.number, text: bytes.Clone(text), err: err})
	}
	return r.ahead[i]
}

// use drops the first lines; the rest move up once the front has been used for good.
func (r *records) use(count int) {
	if r.ahead = r.ahead[count:]; len(r.ahead) == 0 {
		r.ahead = nil
	}
}

// extent says how many lines the next record has: as many as it takes until its quotation marks are even.
func (r *records) extent() (int, *Problem) {
	open, size := false, 0
	for i := 0; ; i++ {
		l := r.peek(i)
		if size += len(l.text) + 1; l.err != nil || size > r.max+1 {
			return 0, &Problem{Line: r.ahead[0].number, Code: CodeQuotes, Reason: "a quotation mark is opened here and never closed"}
		}
		if bytes.Count(l.text, []byte{'"'})%2 == 1 {
			open = !open
		}
		if !open {
			return i + 1, nil
		}
	}
}

// parse reads count lines as one record.
func (r *records) parse(count int) ([]string, error) {
	r.whole = r.whole[:0]
	for _, l := range r.ahead[:count] {
		r.whole = append(append(r.whole, l.text...), '\n')
	}
	if problem := damage(r.ahead[0].number, r.whole); problem != nil {
		return nil, *problem
	}
	r.fed.Reset(r.whole)
	if r.csv == nil {
		r.csv = csv.NewReader(&r.fed)
		r.csv.FieldsPerRecord, r.csv.ReuseRecord, r.csv.TrimLeadingSpace = -1, true, true
	}
	fields, err := r.csv.Read()
	if err != nil {
		r.csv = nil // what it still holds of this record must not reach the next
		return nil, Problem{Line: r.ahead[0].number, Code: CodeQuotes, Reason: "a quotation mark stands where none can; " +
			"a field with quotation marks in it is written \"like \"\"this\"\"\""}
	}
	return fields, nil
}

// damage finds what no text may have.
func damage(line int, text []byte) *Problem {
	if bytes.IndexByte(text, 0) >= 0 {
		return &Problem{Line: line, Code: CodeNUL, Reason: Meaning(CodeNUL)}
	}
	if utf8.Valid(text) {
		return nil
	}
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		if r, size = utf8.DecodeRune(text[i:]); r == utf8.RuneError && size == 1 {
			return &Problem{Line: line, Code: CodeEncoding, Reason: fmt.Sprintf(
				"not UTF-8 (byte 0x%02X at place %d); the rest of the file may be", text[i], i+1)}
		}
	}
	return nil
}
