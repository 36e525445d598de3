package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// lines reads one line at a time and never holds more than the longest one.
type lines struct {
	in     *bufio.Reader
	max    int
	number int
	buffer []byte
}

// next gives the next line without its line break; it is good until the next call. Its errors are io.EOF, a Problem
// (the line is too long; the next one can be read) or a *FileError.
func (l *lines) next() ([]byte, error) {
	l.number++
	l.buffer = l.buffer[:0]
	length, err := 0, bufio.ErrBufferFull
	for errors.Is(err, bufio.ErrBufferFull) {
		var part []byte
		part, err = l.in.ReadSlice('\n')
		if length += len(part); length <= l.max {
			l.buffer = append(l.buffer, part...)
		}
	}
	return l.finish(length, err)
}

func (l *lines) finish(length int, err error) ([]byte, error) {
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, unreadable(l.number, err)
	case err != nil && length == 0:
		return nil, io.EOF
	case length > l.max:
		return nil, Problem{
			Line: l.number, Code: CodeLineTooLong,
			Reason: fmt.Sprintf("the line is longer than %d bytes", l.max),
		}
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(l.buffer, []byte("\n")), []byte("\r")), nil
}

func unreadable(line int, err error) *FileError {
	return &FileError{
		Code: CodeUnreadable, Line: line, Cause: err,
		Message: fmt.Sprintf("The file could not be read any further at line %d: %v.", line, err),
	}
}
