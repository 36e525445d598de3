// Package intake turns the files that people really have, trees of services and exports of comments, into clean
// records, and says with line numbers what it left out and why.
package intake

import (
	"errors"
	"io"
	"iter"
	"time"
)

// Kind says which level of the tree a Node stands on.
type Kind string

// The four levels, from the top: a commissioner (ICB) pays providers (trusts), which run sites, which have wards.
const (
	Commissioner Kind = "COMMISSIONER"
	Provider     Kind = "PROVIDER"
	Site         Kind = "SITE"
	Ward         Kind = "WARD"
)

// Node is one organisation or service as a file names it.
type Node struct {
	Kind Kind
	// Code is stable and unique within its Kind only: in real files a provider and its only site may share a code.
	// Wards have none of their own; theirs is WardCode.
	Code string
	Name string
	// Parent is the code of the node one level up. It is empty for a commissioner, and wherever the file does not say.
	// In a trusts file it is the commissioner around the head office, so a parent that is known already should stand.
	Parent string
	// OpenedOn and ClosedOn are days at midnight UTC, zero when the file does not say.
	OpenedOn, ClosedOn time.Time
	// First is false when the file has named this commissioner, provider or site before, so that a caller need not save it again.
	First bool
}

// ServiceRow is one line of a services file: the nodes it names, parents before children. A line of the tree names
// four; a line of a trusts file or of an ICB names file names one, to be updated or made.
type ServiceRow struct {
	Line  int
	Nodes []Node
	// Notes say what was mended or decided in a row that is good to take.
	Notes []Problem
}

// Precision says how exactly the date of an experience is known.
type Precision string

// A date is known to the day, or to the month only.
const (
	ToTheDay   Precision = "DAY"
	ToTheMonth Precision = "MONTH"
)

// ExperienceRow is one comment, cleaned, in the person's own words.
type ExperienceRow struct {
	Line int
	// SourceKey is the file's own id of the comment: the same comment has the same key in every run.
	SourceKey  string
	Respondent string
	// TrustCode or ServiceCode is always there, often both.
	TrustCode    string
	ServiceCode  string
	ServiceNames []string
	// Relationship is the file's own word for who is speaking (patient, carer …), cleaned but not translated.
	Relationship string
	// Form and Says are the file's own words for what it is (statement, interview, survey …) and how it is sorted, likewise.
	Form, Says string
	// Date is midnight UTC of the day, or of the first day of the month when Precision is ToTheMonth.
	Date      time.Time
	Precision Precision
	// DateAmbiguous is true when day and month could be either way round; OtherDate is then the month of the other reading.
	DateAmbiguous bool
	OtherDate     time.Time
	Question      string
	Text          string
	Notes         []Problem
}

// Row is what the readers of this package yield.
type Row interface {
	ServiceRow | ExperienceRow | FrameworkRow
	notes() []Problem
}

func (r ServiceRow) notes() []Problem    { return r.Notes }
func (r FrameworkRow) notes() []Problem  { return r.Notes }
func (r ExperienceRow) notes() []Problem { return r.Notes }

// Sift passes on the good rows, and writes the Problems and the Notes into the report. What is left in the error is
// fatal and the last thing that is yielded. Counting what was really taken (Report.Take) is for the caller, who may
// have reasons of their own to skip a row.
func Sift[R Row](rows iter.Seq2[R, error], report *Report) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for row, err := range rows {
			if problem := (Problem{}); err != nil && errors.As(err, &problem) {
				report.Skip(problem)
				continue
			}
			for _, note := range row.notes() {
				report.Note(note)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// each yields one row for every call of next until io.EOF or a fatal error.
func each[R Row](next func() (R, error), yield func(R, error) bool) {
	for {
		row, err := next()
		if errors.Is(err, io.EOF) {
			return
		}
		if !yield(row, err) || isFatal(err) {
			return
		}
	}
}
