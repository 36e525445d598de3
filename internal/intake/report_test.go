package intake_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"hearback/internal/intake"
)

func TestReport(t *testing.T) {
	t.Parallel()
	report := intake.NewReport(2)
	for range 1234 {
		report.Take()
	}
	for line := 1; line <= 3; line++ {
		report.Skip(intake.Problem{Line: line, Code: intake.CodeBlank, Reason: "as it happened"})
	}
	report.Skip(intake.Problem{Line: 9, Code: "unknown-trust", Reason: "no trust has this code"})
	report.Note(intake.Problem{Line: 5, Code: intake.CodeMojibake})
	report.Note(intake.Problem{Line: 6, Code: intake.CodeMojibake})

	var table strings.Builder
	if n, err := report.WriteTo(&table); err != nil || int(n) != table.Len() {
		t.Fatal(n, err)
	}
	want := `    1,234  taken
        4  skipped

Skipped, because:
        3  blank: no words at all
           lines 1, 2 and 1 more
        1  unknown-trust: no trust has this code
           line 9

Taken, but note:
        2  mojibake: broken letters such as “â€™” were put right
           lines 5 and 6
`
	if table.String() != want {
		t.Errorf("got\n%s\nwant\n%s", table.String(), want)
	}
	got, err := json.Marshal(report)
	wantJSON := `{"taken":1234,"skipped":{"rows":4,"reasons":[{"code":"blank","reason":"no words at all","count":3,"lines":[1,2]},` +
		`{"code":"unknown-trust","reason":"no trust has this code","count":1,"lines":[9]}]},` +
		`"noted":[{"code":"mojibake","reason":"broken letters such as “â€™” were put right","count":2,"lines":[5,6]}]}`
	if err != nil || string(got) != wantJSON {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestReportOfNothing(t *testing.T) {
	t.Parallel()
	report := intake.NewReport(0)
	report.Skip(intake.Problem{Line: 3, Code: intake.CodeBlank})
	var table strings.Builder
	if _, err := report.WriteTo(&table); err != nil || !strings.Contains(table.String(), "1 line\n") {
		t.Error(table.String(), err)
	}
	got, err := json.Marshal(intake.NewReport(3))
	if err != nil || string(got) != `{"taken":0,"skipped":{"rows":0,"reasons":[]},"noted":[]}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestSift(t *testing.T) {
	t.Parallel()
	file := told() + told("The nurses listened.", "N/A") + told("nurses", "nursesâ€™ team") + strings.Repeat("{\n", 3)
	report := intake.NewReport(10)
	for row, err := range intake.Sift(intake.Experiences(strings.NewReader(file), intake.Options{Today: today}), report) {
		if err != nil {
			t.Fatal(err)
		}
		if row.Line == 2 {
			t.Error("a row that was skipped came through")
		}
		report.Take()
	}
	if report.Taken() != 2 || report.SkippedRows() != 4 || len(report.Skipped()) != 2 || report.Skipped()[0].Code != intake.CodeJSON || len(report.Noted()) != 1 {
		t.Errorf("got %d taken, skipped %v, noted %v", report.Taken(), report.Skipped(), report.Noted())
	}
	var refusal *intake.FileError
	for _, err := range intake.Sift(intake.Services(strings.NewReader("a\n"), intake.Options{}), report) {
		if !errors.As(err, &refusal) {
			t.Errorf("a fatal error must come through, got %v", err)
		}
	}
	if refusal == nil {
		t.Error("the fatal error was swallowed")
	}
}

func TestEveryCodeHasAMeaning(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		intake.CodeBoilerplate, intake.CodeBlank, intake.CodeMissing, intake.CodeDate, intake.CodeDateRange, intake.CodeTooLong, intake.CodeLineTooLong,
		intake.CodeRagged, intake.CodeQuotes, intake.CodeEncoding, intake.CodeNUL, intake.CodeJSON, intake.CodeBadCode, intake.CodeDuplicate,
		intake.CodeTwoParents, intake.CodeDateAmbiguous, intake.CodeDateResolved, intake.CodeMojibake,
	} {
		if intake.Meaning(code) == "" {
			t.Errorf("%s has no meaning", code)
		}
	}
}
