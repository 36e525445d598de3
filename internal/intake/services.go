package intake

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Services reads a services file one row at a time. By its header it knows three CSV files of the NHS in England: the
// tree of the Friends and Family Test, the trusts of the Organisation Data Service (etr.csv, with or without a header),
// and the names of the integrated care boards of the Office for National Statistics.
//
// An error that is a Problem is about one row and reading goes on; any other (a *FileError) is the last.
// The memory needed is a few times the longest line, and some bytes for each commissioner, provider and site.
func Services(r io.Reader, o Options) iter.Seq2[ServiceRow, error] {
	return func(yield func(ServiceRow, error) bool) {
		next, err := openServices(r, o.withDefaults())
		if err != nil {
			yield(ServiceRow{}, err)
			return
		}
		each(next, yield)
	}
}

func openServices(r io.Reader, o Options) (func() (ServiceRow, error), error) {
	l, err := open(r, o)
	if err != nil {
		return nil, err
	}
	s, err := readHeader(l, o, serviceColumn)
	if err != nil {
		return nil, err
	}
	read, err := recognise(s)
	if err != nil {
		return nil, err
	}
	return func() (ServiceRow, error) {
		r, err := s.next()
		if err != nil {
			return ServiceRow{Line: r.line}, err
		}
		return read(r)
	}, nil
}

// serviceColumn forgets capitals, and the year in ICB24CDH.
func serviceColumn(name string) string {
	name = strings.ToLower(name)
	if len(name) > 5 && strings.HasPrefix(name, "icb") && isDigits(name[3:5]) {
		return "icb" + name[5:]
	}
	return name
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// recognise chooses by the header how rows are read.
func recognise(s *sheet) (func(row) (ServiceRow, error), error) {
	tree := []string{"icb_code", "icb_name", "trust_code", "trust_name", "site_code", "site_name", "ward"}
	trusts := []string{"org_code", "name", "open_date", "close_date"}
	names := []string{"icbcdh", "icbnm"}
	switch {
	case s.has(tree...):
		return newForest().read, nil
	case s.has(trusts...), withoutHeader(s):
		return readTrust, nil
	case s.has(names...):
		return readBoard, nil
	}
	if len(s.lacks(trusts)) < len(trusts) && len(s.lacks(tree)) == len(tree) {
		return nil, s.refuse("a list of trusts", trusts)
	}
	return nil, s.refuse("a tree of services", tree)
}

// withoutHeader knows the trusts file as it is published, without a header, by its 27 columns and its day of opening, and
// takes the record that was read as the header for a row.
func withoutHeader(s *sheet) bool {
	const columns, code, name, geography, opened, closed = 27, 0, 1, 3, 10, 11
	if len(s.names) != columns || len(s.names[opened]) != 8 || !isDigits(s.names[opened]) {
		return false
	}
	s.columns = map[string]int{"org_code": code, "name": name, "high_level_geography": geography, "open_date": opened, "close_date": closed}
	s.pushed = &row{line: 1, columns: s.columns, cells: slices.Clone(s.names)}
	return true
}

// readTrust reads a provider with its days of opening and closing.
func readTrust(r row) (ServiceRow, error) {
	out := ServiceRow{Line: r.line}
	for _, column := range []string{"org_code", "name"} {
		if err := r.need(column); err != nil {
			return out, err
		}
	}
	opened, err := r.day("open_date")
	if err != nil {
		return out, err
	}
	closed, err := r.day("close_date")
	if err != nil {
		return out, err
	}
	if !closed.IsZero() && closed.Before(opened) {
		return out, Problem{Line: r.line, Field: "close_date", Code: CodeDate, Reason: "it closed before it opened"}
	}
	out.Nodes = []Node{{
		Kind: Provider, Code: r.code("org_code"), Name: Title(r.at("name")), Parent: r.code("high_level_geography"),
		OpenedOn: opened, ClosedOn: closed, First: true,
	}}
	return out, nil
}

// readBoard reads the name of a commissioner.
func readBoard(r row) (ServiceRow, error) {
	for _, column := range []string{"icbcdh", "icbnm"} {
		if err := r.need(column); err != nil {
			return ServiceRow{Line: r.line}, err
		}
	}
	board := Node{Kind: Commissioner, Code: r.code("icbcdh"), Name: Title(r.at("icbnm")), First: true}
	return ServiceRow{Line: r.line, Nodes: []Node{board}}, nil
}

func (r row) code(column string) string { return strings.ToUpper(r.at(column)) }

// need checks that a cell is there and not too long, and that a code looks like one.
func (r row) need(column string) error {
	text := r.at(column)
	switch {
	case text == "":
		return r.missing(column)
	case utf8.RuneCountInString(text) > maxName:
		return Problem{Line: r.line, Field: column, Code: CodeTooLong, Reason: fmt.Sprintf("%s is longer than %d characters", column, maxName)}
	case strings.HasSuffix(column, "_code") || column == "icbcdh":
		if !isCode(text) {
			return Problem{Line: r.line, Field: column, Code: CodeBadCode, Reason: column + " is not a code of up to 12 letters and digits"}
		}
	}
	return nil
}

func isCode(text string) bool {
	return len(text) <= 12 && strings.IndexFunc(text, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	}) < 0
}

// day reads YYYYMMDD; a blank is the zero time.
func (r row) day(column string) (time.Time, error) {
	text := r.at(column)
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse("20060102", text)
	if err != nil {
		return day, Problem{Line: r.line, Field: column, Code: CodeDate, Reason: column + " is not a day written like 20241031"}
	}
	return day, nil
}
