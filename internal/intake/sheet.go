package intake

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// sheet is a CSV file with a header: records by the names of their columns.
type sheet struct {
	records *records
	names   []string // as the file has them
	columns map[string]int
	pushed  *row // a record that was read to recognise the file but is a row of it
}

// row is one record of a sheet. Its cells are good until the next one is read.
type row struct {
	line    int
	columns map[string]int
	cells   []string
}

// at gives the cleaned cell of a column on one line, empty when the file has no such column.
func (r row) at(column string) string { return CleanName(r.raw(column)) }

func (r row) raw(column string) string {
	if i, ok := r.columns[column]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// missing is the Problem of a row without something it needs.
func (r row) missing(column string) Problem {
	return Problem{Line: r.line, Field: column, Code: CodeMissing, Reason: "the row has no " + column}
}

// readHeader takes the first record as the header. canonical gives the name that we know a column by.
func readHeader(l *lines, o Options, canonical func(string) string) (*sheet, error) {
	s := &sheet{records: &records{lines: l, max: o.MaxLine}, columns: map[string]int{}}
	line, cells, err := s.records.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, empty()
	case isFatal(err):
		return nil, err
	case err != nil: // not as the Cause: nobody may take this for a Problem of one row
		return nil, &FileError{Code: CodeFormat, Line: line, Message: fmt.Sprintf("The header of this file cannot be read: %v.", err)}
	}
	for i, cell := range cells {
		name := CleanName(cell)
		s.names = append(s.names, name)
		if _, twice := s.columns[canonical(name)]; !twice {
			s.columns[canonical(name)] = i
		}
	}
	return s, nil
}

// next gives the next row. A row with more or fewer cells than the header is a Problem, unless those too many are blank.
func (s *sheet) next() (row, error) {
	if r := s.pushed; r != nil {
		s.pushed = nil
		return *r, nil
	}
	line, cells, err := s.records.next()
	if err != nil {
		return row{line: line}, err
	}
	for len(cells) > len(s.names) && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) != len(s.names) {
		return row{line: line}, Problem{Line: line, Code: CodeRagged, Reason: fmt.Sprintf(
			"the row has %d columns, the header has %d", len(cells), len(s.names))}
	}
	return row{line: line, columns: s.columns, cells: cells}, nil
}

func (s *sheet) has(columns ...string) bool { return len(s.lacks(columns)) == 0 }

func (s *sheet) lacks(columns []string) []string {
	return slices.DeleteFunc(slices.Clone(columns), func(name string) bool {
		_, ok := s.columns[name]
		return ok
	})
}

// refuse says which columns are missing and which were found, and what would be read.
func (s *sheet) refuse(what string, wanted []string) *FileError {
	missing, hint := s.lacks(wanted), ""
	if len(s.names) == 1 && strings.ContainsAny(s.names[0], ";\t|") {
		hint = " Its columns seem to be separated by something other than commas; save it as comma-separated CSV."
	}
	return &FileError{Code: CodeColumns, Line: 1, Message: fmt.Sprintf("This file is missing %s %s of %s. It has %s.%s",
		plural(len(missing), "the column", "the columns"), list(missing), what, cmp.Or(list(shown(s.names)), "none at all"), hint)}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// list writes a, b and c.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// shown are column names short and few enough for a sentence.
func shown(names []string) []string {
	var out []string
	for i, name := range names {
		if i == 30 {
			return append(out, fmt.Sprintf("%d more", len(names)-i))
		}
		if letters := []rune(name); len(letters) > 40 {
			name = string(letters[:40]) + "…"
		}
		out = append(out, "“"+name+"”")
	}
	return out
}
