package intake

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// Experiences reads a file of comments one at a time: JSON Lines, or a CSV with a header. Both need an id, a text, a
// date, and the code of a trust or a service; they may have a respondent, names of services, a question and a relationship.
//
// An error that is a Problem is about one row and reading goes on; any other (a *FileError) is the last.
// The memory needed is a few times the longest line.
func Experiences(r io.Reader, o Options) iter.Seq2[ExperienceRow, error] {
	return func(yield func(ExperienceRow, error) bool) {
		next, err := openExperiences(r, o.withDefaults())
		if err != nil {
			yield(ExperienceRow{}, err)
			return
		}
		each(next, yield)
	}
}

func openExperiences(r io.Reader, o Options) (func() (ExperienceRow, error), error) {
	l, err := open(r, o)
	if err != nil {
		return nil, err
	}
	head, _ := l.in.Peek(sniffed) // open has seen these bytes already
	switch head = bytes.TrimSpace(head); {
	case bytes.HasPrefix(head, []byte("{")):
		return (&comments{lines: l, options: o}).next, nil
	case bytes.HasPrefix(head, []byte("[")):
		return nil, &FileError{Code: CodeFormat, Line: 1, Message: "This file is one JSON list; Hearback reads one object on each line. " +
			"Convert it: jq -c '.[]' FILE > NEW.jsonl."}
	}
	return openComments(l, o)
}

// openComments reads the header of a CSV of comments.
func openComments(l *lines, o Options) (func() (ExperienceRow, error), error) {
	s, err := readHeader(l, o, experienceColumn)
	if err != nil {
		return nil, err
	}
	wanted := []string{"id", "date", "text"}
	if !s.has("trust") && !s.has("service code") {
		wanted = append(wanted, "trust")
	}
	if !s.has(wanted...) {
		return nil, s.refuse("a file of experiences", wanted)
	}
	return func() (ExperienceRow, error) {
		r, err := s.next()
		if err != nil {
			return ExperienceRow{Line: r.line}, err
		}
		return r.comment().clean(o)
	}, nil
}

// experienceColumn gives our name of a column, whatever its capitals, spaces, dashes and underlines.
func experienceColumn(name string) string {
	switch plain := strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name)); plain {
	case "trust", "trustcode", "trustods", "orgcode", "organisationcode", "providercode":
		return "trust"
	case "servicecode", "sitecode":
		return "service code"
	case "service", "servicename", "service1", "ward":
		return "service"
	case "respondent", "respondentid":
		return "respondent"
	case "text", "comment", "comments", "story":
		return "text"
	default:
		return plain
	}
}

func (r row) comment() comment {
	when, err := parseDate(r.at("date"))
	return comment{
		line: r.line, id: r.raw("id"), respondent: r.raw("respondent"), trust: r.raw("trust"), service: r.raw("service code"),
		services: []string{r.raw("service"), r.raw("service2")}, relationship: r.raw("relationship"), form: r.raw("form"), says: r.raw("says"),
		when: when, dateError: err, question: r.raw("question"), text: r.raw("text"),
	}
}

// comment is one experience as either format gives it, before it is cleaned.
type comment struct {
	line           int
	id, respondent string
	trust, service string
	services       []string
	relationship   string
	form, says     string
	when           moment
	dateError      error
	question, text string
}

// clean makes a row of a comment, or says why it cannot be one.
func (c comment) clean(o Options) (ExperienceRow, error) {
	out := ExperienceRow{
		Line: c.line, SourceKey: CleanName(c.id), Respondent: CleanName(c.respondent), Relationship: CleanName(c.relationship), Form: CleanName(c.form), Says: CleanName(c.says),
		TrustCode: strings.ToUpper(CleanName(c.trust)), ServiceCode: CleanName(c.service), ServiceNames: serviceNames(c.services),
		Question: CleanName(c.question), Text: CleanText(c.text),
	}
	for _, check := range []func(ExperienceRow, Options) *Problem{hasWords, hasPlace, fits} {
		if problem := check(out, o); problem != nil {
			return ExperienceRow{Line: c.line}, *problem
		}
	}
	if c.dateError != nil {
		return ExperienceRow{Line: c.line}, Problem{Line: c.line, Field: "date", Code: CodeDate, Reason: c.dateError.Error()}
	}
	if mended(c.text) {
		out.note("text", CodeMojibake)
	}
	if err := out.setDate(c.when, o); err != nil {
		return ExperienceRow{Line: c.line}, err
	}
	return out, nil
}

// serviceNames are the names that say something, each once.
func serviceNames(names []string) []string {
	var out []string
	for _, name := range names {
		name = CleanName(name)
		if name != "" && !Boilerplate(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func hasWords(row ExperienceRow, _ Options) *Problem {
	switch {
	case wordless(row.Text):
		return &Problem{Line: row.Line, Field: "text", Code: CodeBlank, Reason: Meaning(CodeBlank)}
	case Boilerplate(row.Text):
		return &Problem{Line: row.Line, Field: "text", Code: CodeBoilerplate, Reason: Meaning(CodeBoilerplate)}
	}
	return nil
}

func hasPlace(row ExperienceRow, _ Options) *Problem {
	switch {
	case row.SourceKey == "":
		return &Problem{Line: row.Line, Field: "id", Code: CodeMissing, Reason: "the row has no id, so it could not be told from others in a second run"}
	case row.TrustCode == "" && row.ServiceCode == "":
		return &Problem{Line: row.Line, Field: "trust", Code: CodeMissing, Reason: "the row has neither the code of a trust nor of a service"}
	case row.TrustCode != "" && !isCode(row.TrustCode):
		return &Problem{Line: row.Line, Field: "trust", Code: CodeBadCode, Reason: "the code of the trust is not up to 12 letters and digits"}
	}
	return nil
}

func fits(row ExperienceRow, o Options) *Problem {
	limits := []struct {
		field, text string
		most        int
	}{
		{"text", row.Text, o.MaxText},
		{"question", row.Question, maxQuestion},
		{"id", row.SourceKey, maxName},
		{"respondent", row.Respondent, maxName},
		{"relationship", row.Relationship, maxName},
		{"form", row.Form, maxName},
		{"says", row.Says, maxName},
		{"service code", row.ServiceCode, maxName},
		{"service", strings.Join(row.ServiceNames, ""), maxName},
	}
	for _, limit := range limits {
		if n := utf8.RuneCountInString(limit.text); n > limit.most {
			return &Problem{
				Line: row.Line, Field: limit.field, Code: CodeTooLong,
				Reason: fmt.Sprintf("the %s has %d characters; at most %d can be kept", limit.field, n, limit.most),
			}
		}
	}
	return nil
}
