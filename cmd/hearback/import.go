package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime/debug"
	"strings"
	"time"

	"hearback/ent/generated/ent/experience"
	"hearback/internal/intake"
	"hearback/workflow"
)

type importCmd struct {
	Services    importServicesCmd    `cmd:"" help:"Take places of care from CSV: the tree of the Friends and Family Test, the trusts of the Organisation Data Service, or the names of the commissioners."`
	Framework   importFrameworkCmd   `cmd:"" help:"Take the themes of a framework from CSV, so that themes can name a code of it."`
	Experiences importExperiencesCmd `cmd:"" help:"Take what people said elsewhere, from JSON Lines or CSV."`
}

// importFlags are what both imports have in common.
type importFlags struct {
	storeFlags
	File   string `arg:"" help:"The file; - reads standard input."`
	DryRun bool   `name:"dry-run" help:"Read everything and look what is known, but write nothing."`
	Batch  int    `default:"500" help:"Rows that are kept together: all of them or none (1 to 2,000)."`
	JSON   bool   `help:"Print the report as JSON."`
}

// Validate refuses what cannot be done before anything is opened.
func (f importFlags) Validate() error {
	if f.Batch < 1 || f.Batch > workflow.MaxTaken {
		return fmt.Errorf("--batch is a number from 1 to %d", workflow.MaxTaken)
	}
	return nil
}

type importServicesCmd struct{ importFlags }

// Help says what the files look like.
func (importServicesCmd) Help() string {
	return `Columns of the tree: icb_code, icb_name, trust_code, trust_name, site_code, site_name, ward. Of the trusts: org_code, name, high_level_geography, open_date, close_date (or etr.csv as it is published, without a header). Of the commissioners: ICB24CDH, ICB24NM. Take the tree first. The file that was taken last decides on a name; a place that is known stays where it is. A file can be taken again: nothing is doubled.`
}

// Run takes places of care. A file can be taken again: places that are known get the names and closing days that it says.
func (c importServicesCmd) Run(ctx context.Context, t terminal) error {
	return errand[intake.ServiceRow]{
		flags: c.importFlags, what: "services", other: "experiences", read: intake.Services,
		line: func(r intake.ServiceRow) int { return r.Line }, take: (*workflow.Flow).ServicesTake,
		foreign: looksLike(intake.Experiences),
	}.run(ctx, t)
}

type importFrameworkCmd struct{ importFlags }

// Help says what the file looks like.
func (importFrameworkCmd) Help() string {
	return `Columns: category, sub_category, description, and perhaps code: a row without one gets it from its name. Other columns are left alone. Once codes are taken, a theme names one of them or none. A file can be taken again: nothing is doubled, and what a known code stands for is what the file says.`
}

// Run takes the themes of a framework.
func (c importFrameworkCmd) Run(ctx context.Context, t terminal) error {
	return errand[intake.FrameworkRow]{
		flags: c.importFlags, what: "framework", other: "services", read: intake.Framework,
		line: func(r intake.FrameworkRow) int { return r.Line }, take: (*workflow.Flow).FrameworkTake,
		foreign: looksLike(intake.Services),
	}.run(ctx, t)
}

type importExperiencesCmd struct {
	importFlags
	Published bool   `help:"A moderator has read them elsewhere already: publish them, each on the day it was said, but for words that may tell of danger. Else one reads them here first."`
	Form      string `enum:"experience,statement,interview,observation,survey-result,thank-you" default:"experience" help:"What a row is that has no form: experience, statement, interview, observation, survey-result or thank-you."`
	NoCreate  bool   `name:"no-create" help:"Leave out what is about a place that is not known, rather than make the place below its trust."`
}

// Help says what the files look like.
func (importExperiencesCmd) Help() string {
	return `Each line of JSON, or row of CSV under a header, has: id, text, date, and trustOds (CSV: trust) or serviceCode (CSV: service code); perhaps respondentId (CSV: respondent), service1 and service2, question, relationship, form (experience, statement, interview, observation, survey result, thank-you) and, of a statement, says (working, not working, important for the future). Take the services first. Dates whose day and month could change places are settled by the time that the whole file is about, if it is read from a file rather than from standard input. A file can be taken again: nothing is doubled, and words that were taken stay as they are.`
}

// Run takes what people said elsewhere. A file can be taken again: nothing is doubled.
func (c importExperiencesCmd) Run(ctx context.Context, t terminal) error {
	return errand[intake.ExperienceRow]{
		flags: c.importFlags, how: workflow.Taking{Published: c.Published, NoCreate: c.NoCreate, Form: experience.Form(strings.ToUpper(strings.ReplaceAll(c.Form, "-", "_")))},
		what: "experiences", other: "services", read: intake.Experiences, covers: true,
		line: func(r intake.ExperienceRow) int { return r.Line }, take: (*workflow.Flow).ExperiencesTake,
		foreign: looksLike(intake.Services),
	}.run(ctx, t)
}

// errand is one import of one kind of rows.
type errand[R intake.Row] struct {
	flags       importFlags
	how         workflow.Taking
	what, other string
	covers      bool // a first reading helps to understand the dates
	read        func(io.Reader, intake.Options) iter.Seq2[R, error]
	line        func(R) int
	take        func(*workflow.Flow, context.Context, []R, workflow.Taking) (workflow.Taken, error)
	foreign     func(head []byte) bool // whether the file is of the other kind
}

// importMemory is what an import may use before the collector works harder; little of it lives longer than a batch.
const importMemory = 128 << 20

func (e errand[R]) run(ctx context.Context, t terminal) (err error) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(importMemory)
	e.how.DryRun = e.flags.DryRun
	in, err := openInput(t, e.flags.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := e.recognise(in); err != nil {
		return err
	}
	st, err := openImportStore(ctx, e.flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	r := newReport(e.what, in.name, st.Describe(), e.how, e.flags.JSON)
	err = e.all(ctx, in.watched(t), e.options(in), st.flow(), r)
	r.end(err)
	return errors.Join(err, r.print(t.Out))
}

// recognise refuses a file that is not of this kind before a store is opened for it.
func (e errand[R]) recognise(in *input) error {
	var refusal *intake.FileError
	for _, err := range e.read(in.head(), intake.Options{}) {
		if errors.As(err, &refusal) && e.foreign(in.start()) {
			return fmt.Errorf("%s is a file of %s, not of %s. Try: hearback import %s %s", in.name, e.other, e.what, e.other, e.flags.File)
		}
		break
	}
	if refusal != nil {
		return fmt.Errorf("%s: %w What is read: hearback import %s --help", in.name, refusal, e.what)
	}
	return nil
}

// looksLike tells whether the beginning of a file is of a kind.
func looksLike[R intake.Row](read func(io.Reader, intake.Options) iter.Seq2[R, error]) func([]byte) bool {
	return func(head []byte) bool {
		for _, err := range read(bytesReader(head), intake.Options{}) {
			var refusal *intake.FileError
			return !errors.As(err, &refusal)
		}
		return false
	}
}

// options are the limits of reading; a file that can be read twice tells first what time it is about.
func (e errand[R]) options(in *input) intake.Options {
	o := intake.Options{Today: time.Now(), MaxText: workflow.MaxStory}
	if e.covers {
		o.Covers = in.period(o)
	}
	return o
}

// all takes the rows batch by batch. The first error ends it; what was taken before stays.
func (e errand[R]) all(ctx context.Context, from io.Reader, o intake.Options, flow *workflow.Flow, r *report) error {
	batch := make([]R, 0, e.flags.Batch)
	for row, err := range intake.Sift(e.read(from, o), r.Report) {
		if err != nil {
			return fmt.Errorf("%w %s", err, resume(r))
		}
		if batch = append(batch, row); len(batch) == cap(batch) {
			if err := e.one(ctx, flow, batch, r); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return e.one(ctx, flow, batch, r)
}

// one takes a batch.
func (e errand[R]) one(ctx context.Context, flow *workflow.Flow, batch []R, r *report) error {
	if len(batch) == 0 {
		return nil
	}
	taken, err := e.take(flow, ctx, batch, e.how)
	switch first, last := e.line(batch[0]), e.line(batch[len(batch)-1]); {
	case ctx.Err() != nil && err != nil: // not wrapped: an import that was broken off has failed
		return fmt.Errorf("broken off: lines %d to %d were not taken, none of them. %s", first, last, resume(r))
	case err != nil:
		why, _, _ := strings.Cut(err.Error(), "\n") // what follows is about the rolling back
		return fmt.Errorf("lines %d to %d were not taken, none of them: %s. %s", first, last, why, resume(r))
	}
	r.add(taken)
	return nil
}

func resume(r *report) string {
	if r.how.DryRun {
		return "Nothing was written, as this was a dry run."
	}
	return "What was taken before stays. When this is put right, run the same command again: nothing is doubled."
}
