package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// sniffed is how much of the beginning is looked at before reading.
const sniffed = 64 << 10

// open looks at the beginning of a file, steps over a UTF-8 byte order mark, and refuses what is not UTF-8 text
// with a sentence that names what was found.
func open(r io.Reader, o Options) (*lines, error) {
	in := bufio.NewReaderSize(r, sniffed)
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(1, err)
	}
	if mark := []byte("\xEF\xBB\xBF"); bytes.HasPrefix(head, mark) {
		head = head[len(mark):]
		_, _ = in.Discard(len(mark)) // cannot fail: these bytes have just been peeked
	}
	if refusal := sniff(head); refusal != nil {
		return nil, refusal
	}
	return &lines{in: in, max: o.MaxLine}, nil
}

func sniff(head []byte) *FileError {
	if len(bytes.TrimSpace(head)) == 0 {
		return empty()
	}
	if what := container(head); what != "" {
		return &FileError{Code: CodeFormat, Line: 1, Message: what}
	}
	if name := utf16or32(head); name != "" {
		return wrongEncoding(name, name, 1)
	}
	if at := windows1252(head); at >= 0 {
		return wrongEncoding("Windows-1252", "WINDOWS-1252", 1+bytes.Count(head[:at], []byte("\n")))
	}
	if bytes.IndexByte(head, '\n') < 0 && bytes.Count(head, []byte("\r")) > 1 {
		return &FileError{Code: CodeFormat, Line: 1, Message: "The lines of this file end with carriage returns only " +
			"(old Macintosh). Convert it first: tr '\\r' '\\n' < FILE > NEW."}
	}
	return nil
}

func empty() *FileError {
	return &FileError{Code: CodeEmpty, Message: "The file is empty. Check that it is the right one."}
}

// container knows files that hold a table or a text but are not one themselves.
func container(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return "This is a workbook or an archive, not text. Open it in the spreadsheet program and save it as “CSV UTF-8 (comma delimited)”."
	case bytes.HasPrefix(head, []byte("\x1F\x8B")):
		return "This file is compressed with gzip. Unpack it first: gunzip FILE."
	}
	return ""
}

func wrongEncoding(name, iconv string, line int) *FileError {
	return &FileError{Code: CodeEncoding, Line: line, Message: fmt.Sprintf(
		"This file is written in %s (seen at line %d); Hearback reads UTF-8. Save it in the spreadsheet program as “CSV UTF-8 (comma delimited)”, "+
			"or convert it: iconv -f %s -t UTF-8 FILE > NEW.", name, line, iconv)}
}

// utf16or32 goes by the byte order mark (Unicode Standard §23.8), or else by every second byte being NUL.
func utf16or32(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xFE\xFF")):
		return "UTF-32"
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return "UTF-16"
	}
	var nul [2]int
	for i, b := range head {
		if b == 0 {
			nul[i%2]++
		}
	}
	switch enough := len(head) * 2 / 5; {
	case nul[1] > enough && nul[0] == 0:
		return "UTF-16LE"
	case nul[0] > enough && nul[1] == 0:
		return "UTF-16BE"
	}
	return ""
}

// windows1252 gives the place of the first byte that speaks for Windows-1252, or -1. It does so only when such bytes stand
// alone between plain letters and the text has no whole UTF-8 letter anywhere, so that one damaged line does not
// condemn a good file.
func windows1252(head []byte) int {
	first := -1
	for i := 0; i < len(head); {
		r, size := utf8.DecodeRune(head[i:])
		switch broken := r == utf8.RuneError && size == 1; {
		case broken && !utf8.FullRune(head[i:]):
			return first // cut off at the end of what was looked at
		case size > 1, broken && !definedIn1252(head[i]):
			return -1
		case broken && first < 0 && alone(head, i):
			first = i
		}
		i += size
	}
	return first
}

func alone(head []byte, i int) bool {
	return (i == 0 || head[i-1] < utf8.RuneSelf) && (i+1 == len(head) || head[i+1] < utf8.RuneSelf)
}
