package intake

import (
	"io"
	"iter"
	"strings"
	"unicode"
)

// FrameworkRow is one theme of a framework.
type FrameworkRow struct {
	Line                               int
	Code, Category, Title, Description string
	Notes                              []Problem
}

// maxFrameworkCode is how long a code may be, in bytes: all that is kept of it is ASCII.
const maxFrameworkCode = 40

// Framework reads the themes of a framework from CSV with the columns category, sub_category and description, and perhaps code. A
// theme without a code gets one from its name, which stays the same as long as the name does.
//
// An error that is a Problem is about one row and reading goes on; any other (a *FileError) is the last.
func Framework(r io.Reader, o Options) iter.Seq2[FrameworkRow, error] {
	return func(yield func(FrameworkRow, error) bool) {
		next, err := openFramework(r, o.withDefaults())
		if err != nil {
			yield(FrameworkRow{}, err)
			return
		}
		each(next, yield)
	}
}

func openFramework(r io.Reader, o Options) (func() (FrameworkRow, error), error) {
	l, err := open(r, o)
	if err != nil {
		return nil, err
	}
	s, err := readHeader(l, o, strings.ToLower)
	if err != nil {
		return nil, err
	}
	if wanted := []string{"category", "sub_category", "description"}; !s.has(wanted...) {
		return nil, s.refuse("a framework of themes", wanted)
	}
	return func() (FrameworkRow, error) {
		r, err := s.next()
		if err != nil {
			return FrameworkRow{Line: r.line}, err
		}
		return readTheme(r)
	}, nil
}

func readTheme(r row) (FrameworkRow, error) {
	out := FrameworkRow{Line: r.line, Category: r.at("category"), Title: r.at("sub_category"), Description: r.at("description")}
	for _, column := range []string{"category", "sub_category"} {
		if err := r.need(column); err != nil {
			return out, err
		}
	}
	if out.Code = r.at("code"); out.Code == "" {
		out.Code = out.Title
	}
	if out.Code = codeOf(out.Code); out.Code == "" {
		return out, r.missing("code")
	}
	return out, nil
}

// codeOf writes a name as a code: its letters and digits in capitals, with a dash between words.
func codeOf(name string) string {
	words := strings.FieldsFunc(strings.ToUpper(name), func(c rune) bool { return c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	code := ""
	for i, w := range words {
		if i > 0 {
			w = "-" + w
		}
		if len(code)+len(w) > maxFrameworkCode {
			break
		}
		code += w
	}
	return code
}
