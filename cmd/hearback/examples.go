package main

import (
	"embed"
	"regexp"
	"strings"
	"text/template"
	"time"

	"hearback/internal/playground"
)

//go:embed examples/*.graphql
var exampleFiles embed.FS

// examples are the ready operations of the playground: the name stands in the first line, after a #, and who may ask in the
// second. {{month 3}} is the third month before now. Those that name something by its id are left out unless all: what they
// name is in the demonstration only.
func examples(now time.Time, all bool) ([]playground.Example, error) {
	month := func(before int) string {
		return time.Date(now.Year(), now.Month()-time.Month(before), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	}
	files, err := exampleFiles.ReadDir("examples")
	if err != nil {
		return nil, err
	}
	var list []playground.Example
	for _, f := range files {
		e, err := example(f.Name(), template.FuncMap{"month": month})
		if err != nil {
			return nil, err
		}
		if all || !namesByID.MatchString(e.Query) {
			list = append(list, e)
		}
	}
	return list, nil
}

var namesByID = regexp.MustCompile(`"[a-z]{3}_[0-9a-z]{26}"`)

func example(file string, words template.FuncMap) (e playground.Example, err error) {
	raw, err := exampleFiles.ReadFile("examples/" + file)
	if err != nil {
		return e, err
	}
	t, err := template.New(file).Funcs(words).Parse(string(raw))
	if err != nil {
		return e, err
	}
	var text strings.Builder
	err = t.Execute(&text, nil)
	name, _, _ := strings.Cut(text.String(), "\n")
	return playground.Example{Name: strings.TrimPrefix(name, "# "), Query: text.String()}, err
}
