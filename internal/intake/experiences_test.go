package intake_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hearback/internal/intake"
)

// told is a comment as JSON with some of its fields replaced.
func told(changes ...string) string {
	fields := `{"id":"A 1 - Q1","respondentId":"A 1","trustOds":"rza","date":"2022-05-31","dateRaw":"31/05/2022","dateAmbiguous":false,` +
		`"service1":"Community health","service2":null,"fft":1,"question":"What was good?","text":"The nurses listened.","labels":["x"]}`
	return strings.NewReplacer(changes...).Replace(fields) + "\n"
}

func TestExperiencesFromJSON(t *testing.T) {
	t.Parallel()
	rows, problems, err := experiences("\n" + told())
	if err != nil || len(problems) > 0 || len(rows) != 1 {
		t.Fatal(rows, problems, err)
	}
	want := intake.ExperienceRow{
		Line: 2, SourceKey: "A 1 - Q1", Respondent: "A 1", TrustCode: "RZA", ServiceNames: []string{"Community health"},
		Date: time.Date(2022, time.May, 31, 0, 0, 0, 0, time.UTC), Precision: intake.ToTheDay, Question: "What was good?", Text: "The nurses listened.",
	}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Error(diff)
	}
}

func TestExperiencesFromCSV(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{
		"plain":            "id,trust,service,date,question,text,relationship",
		"with a BOM":       "\uFEFFid,trust,service,date,question,text,relationship",
		"other spellings":  "ID,Trust Code,Service-Name,Date,Question,Comment,Relationship",
		"in another order": "id,trust,service,date,question,text,relationship",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, problems, err := experiences(header + "\r\n" + `7,RZA,"Ward 1, North",31/05/2022,What was good?,"Kind.` + "\r\n\r\n\r\n" + `So ""kind"".",Carer` + "\r\n")
			if err != nil || len(problems) > 0 || len(rows) != 1 {
				t.Fatal(rows, problems, err)
			}
			want := intake.ExperienceRow{
				Line: 2, SourceKey: "7", TrustCode: "RZA", ServiceNames: []string{"Ward 1, North"}, Relationship: "Carer",
				Date: time.Date(2022, time.May, 31, 0, 0, 0, 0, time.UTC), Precision: intake.ToTheDay, Question: "What was good?", Text: "Kind.\n\nSo \"kind\".",
			}
			if diff := cmp.Diff(want, rows[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExperiencesFromCSVByServiceCode(t *testing.T) {
	t.Parallel()
	rows, problems, err := experiences("id,service_code,date,text\n1,RZA01/ward 1,2022-05,Kind\n2,,2022-05,Kind\n")
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if rows[0].ServiceCode != "RZA01/ward 1" || rows[0].Precision != intake.ToTheMonth || rows[0].DateAmbiguous {
		t.Errorf("got %+v", rows[0])
	}
	oneProblem(t, problems, 3, intake.CodeMissing)
}

func TestExperiencesSkip(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ line, code, field string }{
		"stock phrase":            {told("The nurses listened.", "Did not answer"), intake.CodeBoilerplate, "text"},
		"blank":                   {told("The nurses listened.", ` \u000b\u00a0 `), intake.CodeBlank, "text"},
		"null":                    {told(`"The nurses listened."`, "null"), intake.CodeBlank, "text"},
		"only dots":               {told("The nurses listened.", "... -"), intake.CodeBlank, "text"},
		"no id":                   {told("A 1 - Q1", " "), intake.CodeMissing, "id"},
		"no trust":                {told("rza", ""), intake.CodeMissing, "trust"},
		"trust is a sentence":     {told("rza", "the big one"), intake.CodeBadCode, "trust"},
		"tomorrow":                {told("2022-05-31", "2025-03-15"), intake.CodeDateRange, "date"},
		"another century":         {told("2022-05-31", "1922-05-31"), intake.CodeDateRange, "date"},
		"no such day":             {told("2022-05-31", "2022-02-30"), intake.CodeDate, "date"},
		"no date":                 {told(`"2022-05-31"`, "null"), intake.CodeDate, "date"},
		"too long":                {told("The nurses listened.", strings.Repeat("kind ", 2001)), intake.CodeTooLong, "text"},
		"question too long":       {told("What was good?", strings.Repeat("what ", 500)), intake.CodeTooLong, "question"},
		"id too long":             {told("A 1 - Q1", strings.Repeat("A", 301)), intake.CodeTooLong, "id"},
		"cut off":                 {told()[:90] + "\n", intake.CodeJSON, ""},
		"two on a line":           {strings.TrimSpace(told()) + told(), intake.CodeJSON, ""},
		"not an object":           {"null\n", intake.CodeJSON, ""},
		"text is a number":        {told(`"The nurses listened."`, "7"), intake.CodeJSON, "text"},
		"NUL":                     {told("nurses", "nur\x00ses"), intake.CodeNUL, ""},
		"broken UTF-8":            {told("nurses", "é nurs\xe2\x80s"), intake.CodeEncoding, ""},
		"longer than can be read": {told("nurses", strings.Repeat("x", 1<<20)), intake.CodeLineTooLong, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, problems, err := experiences(told() + c.line + told("A 1", "A 2"))
			if err != nil {
				t.Fatal(err)
			}
			oneProblem(t, problems, 2, c.code)
			if problems[0].Field != c.field {
				t.Errorf("the field is %q, want %q", problems[0].Field, c.field)
			}
			if len(rows) != 2 || rows[1].Line != 3 {
				t.Errorf("the rows before and behind must be taken: %+v", rows)
			}
		})
	}
}

// What people wrote must not come out in a log through a reason.
func TestExperiencesReasonsDoNotQuote(t *testing.T) {
	t.Parallel()
	const secret = "Xanthippe"
	for _, line := range []string{
		told("The nurses listened.", strings.Repeat(secret, 2000)), told(`"The nurses listened."`, `{"`+secret+`":1}`), told("The nurses listened.", secret+`"`),
		told("The nurses listened.", secret, "2022-05-31", secret), told("The nurses listened.", secret, "rza", secret+" "+secret),
		told("The nurses listened.", secret+"\x00"), told("The nurses listened.", secret+"é\xff"), strings.TrimSpace(told()) + secret + "\n",
	} {
		_, problems, err := experiences(told() + line)
		if err != nil || len(problems) != 1 {
			t.Fatalf("want one problem: %v, %v", problems, err)
		}
		if said := problems[0].Error(); strings.Contains(said, secret) {
			t.Errorf("it says %s", said)
		}
	}
}

func TestExperiencesNames(t *testing.T) {
	t.Parallel()
	rows, _, err := experiences(told(`"service2":null`, `"service2":" Ward\u00a07 "`) + told(`"service2":null`, `"service2":"Community health"`) + told("Community health", "Unknown"))
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	for i, want := range [][]string{{"Community health", "Ward 7"}, {"Community health"}, nil} {
		if diff := cmp.Diff(want, rows[i].ServiceNames); diff != "" {
			t.Error(diff)
		}
	}
}

func TestExperiencesNoteMojibake(t *testing.T) {
	t.Parallel()
	rows, problems, err := experiences(told("nurses", "nursesâ€™ team"))
	if err != nil || len(problems) > 0 || len(rows) != 1 {
		t.Fatal(rows, problems, err)
	}
	if rows[0].Text != "The nurses’ team listened." || len(rows[0].Notes) != 1 || rows[0].Notes[0].Code != intake.CodeMojibake {
		t.Errorf("got %+v", rows[0])
	}
}

func TestExperiencesRefuseFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, code string
		words      []string
	}{
		"empty":         {"", intake.CodeEmpty, nil},
		"a list":        {"[" + told() + "]", intake.CodeFormat, []string{"jq -c"}},
		"other objects": {`{"name":"x","text":"y"}` + "\n", intake.CodeColumns, []string{"columns id, date and trustOds", "“name” and “text”"}},
		"no fields":     {"{}\n", intake.CodeColumns, []string{"none at all"}},
		"other columns": {"id,when,what\n1,2,3\n", intake.CodeColumns, []string{"columns date, text and trust", "“id”, “when” and “what”"}},
		"UTF-16":        {utf16File(told(), binary.LittleEndian, false), intake.CodeEncoding, []string{"UTF-16LE"}},
		"Windows-1252":  {"id,trust,date,text\n1,RZA,2022-05-31,It\x92s fine\n", intake.CodeEncoding, []string{"Windows-1252", "line 2", "iconv"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, problems, err := experiences(c.file)
			refused(t, err, c.code, c.words...)
			if len(rows)+len(problems) > 0 {
				t.Errorf("nothing may be read: %v %v", rows, problems)
			}
		})
	}
}
