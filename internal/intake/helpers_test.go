package intake_test

import (
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"hearback/internal/intake"
)

// today is the day on which all these stories happen.
var today = time.Date(2025, time.March, 14, 0, 0, 0, 0, time.UTC)

// read gives the rows, the problems and the fatal error of a file.
func read[R intake.Row](rows iter.Seq2[R, error]) (taken []R, problems []intake.Problem, fatal error) {
	for row, err := range rows {
		var problem intake.Problem
		switch {
		case errors.As(err, &problem):
			problems = append(problems, problem)
		case err != nil:
			fatal = err
		default:
			taken = append(taken, row)
		}
	}
	return taken, problems, fatal
}

func services(file string) ([]intake.ServiceRow, []intake.Problem, error) {
	return read(intake.Services(strings.NewReader(file), intake.Options{Today: today}))
}

func experiences(file string) ([]intake.ExperienceRow, []intake.Problem, error) {
	return read(intake.Experiences(strings.NewReader(file), intake.Options{Today: today}))
}

// oneProblem fails the test unless there is exactly this one.
func oneProblem(t *testing.T, problems []intake.Problem, line int, code string) {
	t.Helper()
	if len(problems) != 1 || problems[0].Line != line || problems[0].Code != code {
		t.Fatalf("want one problem, %s on line %d; got %v", code, line, problems)
	}
}

// refused fails the test unless the file was refused with this code and a message with all of these words.
func refused(t *testing.T, err error, code string, words ...string) {
	t.Helper()
	var refusal *intake.FileError
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Fatalf("want the file refused with %s, got %v", code, err)
	}
	for _, word := range words {
		if !strings.Contains(refusal.Message, word) {
			t.Errorf("the message should say %q: %s", word, refusal.Message)
		}
	}
}
