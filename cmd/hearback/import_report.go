package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"hearback/ent/generated/ent/service"
	"hearback/internal/intake"
	"hearback/workflow"
)

// How many line numbers a report keeps for each reason, for people and for programs; and how many new places it names.
const (
	linesShown  = 10
	linesInJSON = 10_000
	placesShown = 30
)

// report is what became of a file.
type report struct {
	*intake.Report    // its Taken are the rows that are new
	updated, known    int
	people, published int
	made              map[service.Kind]int
	places            []workflow.Place // the first of those that were made for experiences
	dry               map[string]bool  // codes of places that a dry run has counted already
	what, file, store string
	how               workflow.Taking
	inJSON            bool
	begun             time.Time
	took              time.Duration
	failure           string
}

func newReport(what, file, store string, how workflow.Taking, inJSON bool) *report {
	keep := linesShown
	if inJSON {
		keep = linesInJSON
	}
	return &report{
		Report: intake.NewReport(keep), made: map[service.Kind]int{}, dry: map[string]bool{}, what: what, file: file, store: store,
		how: how, inJSON: inJSON, begun: time.Now(),
	}
}

// add counts a batch that was taken.
func (r *report) add(t workflow.Taken) {
	for range t.New {
		r.Take()
	}
	r.updated, r.known, r.people, r.published = r.updated+t.Updated, r.known+t.Known, r.people+t.People, r.published+t.Published
	for _, p := range t.Skipped {
		r.Skip(p)
	}
	for _, p := range t.Noted {
		r.Note(p)
	}
	for _, p := range t.Places {
		r.addPlace(p)
	}
}

// addPlace counts a place once: in a dry run the next batch does not know what the one before would have made. Wards are
// named by one row only and need no remembering.
func (r *report) addPlace(p workflow.Place) {
	if r.how.DryRun && p.Kind != service.KindWard {
		if r.dry[p.Code] {
			return
		}
		r.dry[p.Code] = true
	}
	r.made[p.Kind]++
	if r.what == "experiences" && len(r.places) < placesShown {
		r.places = append(r.places, p)
	}
}

func (r *report) end(err error) {
	if r.took = time.Since(r.begun); err != nil {
		r.failure = err.Error()
	}
}

func (r *report) rows() int { return r.Taken() + r.updated + r.known + r.SkippedRows() }

// print writes the report for people or for programs.
func (r *report) print(w io.Writer) error {
	if r.inJSON {
		return json.NewEncoder(w).Encode(r.fields())
	}
	var out bytes.Buffer
	r.head(&out)
	if _, err := r.WriteTo(&out); err != nil {
		return err
	}
	r.tail(&out)
	_, err := out.WriteTo(w)
	return err
}

func (r *report) head(out *bytes.Buffer) {
	fmt.Fprintf(out, "%s from %s into %s\n", strings.ToUpper(r.what[:1])+r.what[1:], r.file, r.store)
	if r.how.DryRun {
		fmt.Fprintln(out, "This was a dry run: nothing was written. It would have been:")
	}
	fmt.Fprintf(out, "\n%9s  rows read, of which\n%9s  known already\n%9s  updated\n", comma(r.rows()), comma(r.known), comma(r.updated))
}

func (r *report) tail(out *bytes.Buffer) {
	if n := r.published; n > 0 {
		fmt.Fprintf(out, "\nPublished without a moderator here: %s experiences, each on the day it was said. Whoever ran this with --published\n"+
			"says that a moderator has read them elsewhere.\n", comma(n))
	}
	if n := r.Taken() - r.published; r.what == "experiences" && n > 0 {
		fmt.Fprintf(out, "\nA moderator reads %s new experiences before others can.\n", comma(n))
	}
	if len(r.made) > 0 || r.people > 0 {
		fmt.Fprintf(out, "\nMade on the way: %s\n", r.onTheWay())
	}
	for _, p := range r.places {
		fmt.Fprintf(out, "           %s  %s  (%s)\n", p.Kind, p.Name, p.Code)
	}
	fmt.Fprintf(out, "\n%.1f s, %s rows a second\n", r.took.Seconds(), comma(int(float64(r.rows())/max(r.took.Seconds(), 0.001))))
}

func (r *report) onTheWay() string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(r.made)) {
		parts = append(parts, comma(r.made[kind])+" "+strings.ToLower(string(kind)))
	}
	if r.people > 0 {
		parts = append(parts, comma(r.people)+" people without an account")
	}
	return strings.Join(parts, ", ")
}

func comma(n int) string { return humanize.Comma(int64(n)) }

// importSkipped are the rows left out.
type importSkipped struct {
	Rows    int             `json:"rows"`
	Reasons []intake.Reason `json:"reasons"`
}

// importReport is the report for programs.
type importReport struct {
	Import    string               `json:"import"`
	File      string               `json:"file"`
	Store     string               `json:"store"`
	DryRun    bool                 `json:"dryRun"`
	Rows      int                  `json:"rows"`
	Taken     int                  `json:"taken"`
	Updated   int                  `json:"updated"`
	Known     int                  `json:"known"`
	Skipped   importSkipped        `json:"skipped"`
	Noted     []intake.Reason      `json:"noted"`
	Published int                  `json:"publishedUnread"`
	People    int                  `json:"people"`
	Made      map[service.Kind]int `json:"placesMade"`
	Places    []workflow.Place     `json:"places,omitempty"`
	Seconds   float64              `json:"seconds"`
	Error     string               `json:"error,omitempty"`
}

func (r *report) fields() importReport {
	return importReport{
		Import: r.what, File: r.file, Store: r.store, DryRun: r.how.DryRun, Rows: r.rows(), Taken: r.Taken(), Updated: r.updated, Known: r.known,
		Skipped: importSkipped{r.SkippedRows(), r.Skipped()}, Noted: r.Noted(), Published: r.published, People: r.people, Made: r.made,
		Places: r.places, Seconds: r.took.Seconds(), Error: r.failure,
	}
}
