package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// comments reads JSON Lines: one object on each line.
type comments struct {
	lines   *lines
	options Options
	begun   bool
}

// jsonComment is the object on a line. Fields that it does not name are left alone.
type jsonComment struct {
	ID            string `json:"id"`
	Respondent    string `json:"respondentId"`
	Trust         string `json:"trustOds"`
	Service       string `json:"serviceCode"`
	Service1      string `json:"service1"`
	Service2      string `json:"service2"`
	Relationship  string `json:"relationship"`
	Form          string `json:"form"`
	Says          string `json:"says"`
	Date          string `json:"date"`
	DateAmbiguous bool   `json:"dateAmbiguous"`
	Question      string `json:"question"`
	Text          string `json:"text"`
}

// next reads the next line that is not blank.
func (c *comments) next() (ExperienceRow, error) {
	for {
		text, err := c.lines.next()
		if err != nil {
			return ExperienceRow{Line: c.lines.number}, err
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return c.read(text)
		}
	}
}

func (c *comments) read(text []byte) (ExperienceRow, error) {
	line := c.lines.number
	if problem := damage(line, text); problem != nil {
		return ExperienceRow{Line: line}, *problem
	}
	var in jsonComment
	if err := json.Unmarshal(text, &in); err != nil || text[0] != '{' {
		return ExperienceRow{Line: line}, jsonProblem(line, err)
	}
	if !c.begun {
		c.begun = true
		if err := refuseFields(line, text); err != nil {
			return ExperienceRow{Line: line}, err
		}
	}
	return in.comment(line).clean(c.options)
}

func (in jsonComment) comment(line int) comment {
	when, err := parseDate(in.Date)
	if err == nil && in.DateAmbiguous {
		when = when.swapped()
	}
	return comment{
		line: line, id: in.ID, respondent: in.Respondent, trust: in.Trust, service: in.Service, services: []string{in.Service1, in.Service2},
		relationship: in.Relationship, form: in.Form, says: in.Says, when: when, dateError: err, question: in.Question, text: in.Text,
	}
}

// jsonProblem says what is wrong with a line without showing any of it.
func jsonProblem(line int, err error) Problem {
	problem := Problem{Line: line, Code: CodeJSON, Reason: "the line is not one whole JSON object; it may have been cut off or have more behind it"}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		problem.Field, problem.Reason = kind.Field, fmt.Sprintf("a %s stands where a %s belongs", kind.Value, kindWord(kind))
	}
	return problem
}

func kindWord(err *json.UnmarshalTypeError) string {
	switch err.Type.Kind().String() {
	case "string":
		return "text in quotation marks"
	case "bool":
		return "true or false"
	}
	return "JSON object"
}

// refuseFields ends reading when the first object has not even the names of the fields that every comment needs.
func refuseFields(line int, text []byte) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return jsonProblem(line, err)
	}
	s := sheet{names: slices.Sorted(maps.Keys(object)), columns: map[string]int{}}
	for _, name := range s.names {
		s.columns[name] = 0
	}
	wanted := []string{"id", "date", "text"}
	if !s.has("trustOds") && !s.has("serviceCode") {
		wanted = append(wanted, "trustOds")
	}
	if s.has(wanted...) {
		return nil
	}
	refusal := s.refuse("a file of experiences", wanted)
	refusal.Line = line
	return refusal
}
