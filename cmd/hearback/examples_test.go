package main

import (
	"bufio"
	"io"
	"strings"
	"testing"
	"time"

	"hearback/internal/playground"
)

// TestExamples runs every ready operation as whom it names, in their order, twice: what a visitor can press once can be
// pressed again.
func TestExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT TESTED with -short: it asks one example after the other")
	}
	t.Parallel()
	v := startDemo(t)
	all, err := examples(time.Now().UTC(), true)
	if err != nil || len(all) < 10 {
		t.Fatalf("%d examples: %v", len(all), err)
	}
	for range 2 {
		for _, e := range all {
			t.Run(e.Name, func(t *testing.T) { try(t, v, e) })
		}
	}
}

func try(t *testing.T, v visitor, e playground.Example) {
	as, _, _ := strings.Cut(e.Query[strings.Index(e.Query, "\n# Ask as: ")+len("\n# Ask as: "):], "\n")
	if _, known := v.Tokens[as]; !known && as != "nobody" {
		t.Fatalf("is to be asked as %q", as)
	}
	if strings.Contains(e.Query, "\nsubscription ") {
		follow(t, v, as, e.Query)
		return
	}
	data := v.ask(t, as, e.Query)
	for _, nodes := range every(data, "nodes") {
		if len(nodes.([]any)) > 0 {
			return
		}
	}
	if strings.Contains(e.Query, "\nquery ") {
		t.Errorf("shows nothing: %v", data)
	}
}

// follow opens a stream of events and has the ward answer, again and again until the first event has come: nobody can know
// from outside when a stream has begun to listen.
func follow(t *testing.T, v visitor, as, document string) {
	t.Helper()
	all, err := examples(time.Now().UTC(), true)
	if err != nil {
		t.Fatal(err)
	}
	answer := v.post(t, as, "text/event-stream", document)
	defer func() { _ = answer.Body.Close() }()
	came := make(chan string, 1)
	go func() { came <- firstEvent(answer.Body) }()
	for {
		select {
		case event := <-came:
			if data := faultless(t, strings.NewReader(event)); every(data, "kind")[0] != "ANSWERED" {
				t.Errorf("told of %v", data)
			}
			return
		default:
			v.ask(t, "staff", called(t, all, "Answer an experience"))
		}
	}
}

func firstEvent(from io.Reader) string {
	for lines := bufio.NewScanner(from); lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && data != "" {
			return data
		}
	}
	return "the stream ended"
}

func called(t *testing.T, all []playground.Example, name string) string {
	t.Helper()
	for _, e := range all {
		if e.Name == name {
			return e.Query
		}
	}
	t.Fatalf("no example is called %q", name)
	return ""
}

// TestExamplesOfARealStore name nothing that is in the demonstration only.
func TestExamplesOfARealStore(t *testing.T) {
	t.Parallel()
	few, err := examples(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), false)
	if err != nil || len(few) < 4 {
		t.Fatalf("%d examples: %v", len(few), err)
	}
	for _, e := range few {
		if strings.Contains(e.Query, "_01jgx") || strings.Contains(e.Query, "{{") || e.Name == "" {
			t.Errorf("%s:\n%s", e.Name, e.Query)
		}
		if strings.Contains(e.Query, "publishedFrom") && !strings.Contains(e.Query, "2025-12-01T00:00:00Z") {
			t.Errorf("not the month before: %s", e.Query)
		}
	}
}
