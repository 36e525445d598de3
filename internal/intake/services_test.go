package intake_test

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"hearback/internal/intake"
)

const treeHeader = "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward\n"

func TestServicesTree(t *testing.T) {
	t.Parallel()
	rows, problems, err := services("\uFEFF" + treeHeader +
		"QZ1,MOORLAND ICB,RZA,MOORLAND NHS TRUST,RZA01,FELL HOSPITAL - RZA01,WARD 1\r\n" +
		"\r\n" +
		"QZ1,MOORLAND ICB,RZA,MOORLAND NHS TRUST,RZA02,VALE HOSPITAL - RZA02 ,Ward 1\r\n" +
		"QZ1,MOORLAND ICB,RZA,MOORLAND NHS TRUST,RZA02,VALE HOSPITAL - RZA02,12")
	if err != nil || len(problems) > 0 || len(rows) != 3 {
		t.Fatalf("got %d rows, %v, %v", len(rows), problems, err)
	}
	want := intake.ServiceRow{Line: 2, Nodes: []intake.Node{
		{Kind: intake.Commissioner, Code: "QZ1", Name: "Moorland ICB", First: true},
		{Kind: intake.Provider, Code: "RZA", Name: "Moorland NHS Trust", Parent: "QZ1", First: true},
		{Kind: intake.Site, Code: "RZA01", Name: "Fell Hospital", Parent: "RZA", First: true},
		{Kind: intake.Ward, Code: "RZA01/ward 1", Name: "Ward 1", Parent: "RZA01", First: true},
	}}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Error(diff)
	}
	second := rows[1].Nodes
	if second[0].First || second[1].First || !second[2].First || second[2].Name != "Vale Hospital" {
		t.Errorf("only the site is new here: %+v", second)
	}
	if second[3].Code == rows[0].Nodes[3].Code {
		t.Error("the same ward name under another site must stay apart")
	}
	if number := rows[2].Nodes[3]; number.Name != "12" || number.Code != "RZA02/12" || rows[2].Line != 5 {
		t.Errorf("a name of digits is fine: %+v on line %d", number, rows[2].Line)
	}
}

// The codes of wards are kept in databases: this test pins them.
func TestWardCodeIsStable(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"St Helen’s – Bay 2", "ST HELEN'S - BAY 2", " St\u00a0Helen's  -  Bay 2 ", "St Helenâ€™s â€“ Bay 2"} {
		if got := intake.WardCode("rza01", name); got != "RZA01/st helen's - bay 2" {
			t.Errorf("WardCode(%q) = %q", name, got)
		}
	}
	if intake.WardCode("RZA01", "Ward 1") == intake.WardCode("RZA01", "Ward 1A") {
		t.Error("different wards share a code")
	}
}

func TestServicesTreeMends(t *testing.T) {
	t.Parallel()
	rows, problems, err := services(treeHeader + "QZ1,A ICB,RZA,B TRUST,RZA01,FELL,St Helenâ€™s\nQZ1,A ICB,RZA,B TRUST,RZA01,FELL,FELL - RZA01\n")
	if err != nil || len(problems) > 0 || len(rows) != 2 {
		t.Fatal(rows, problems, err)
	}
	if got := rows[0]; got.Nodes[3].Name != "St Helen’s" || len(got.Notes) != 1 || got.Notes[0].Code != intake.CodeMojibake {
		t.Errorf("got %+v", got)
	}
	if got := rows[1]; got.Nodes[3].Name != "FELL" || len(got.Notes) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestServicesTreeOneParent(t *testing.T) {
	t.Parallel()
	rows, problems, err := services(treeHeader +
		"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,A\n" +
		"QZ2,DALE ICB,RZA,MOOR TRUST,RZA01,FELL,B\n" +
		"QZ2,DALE ICB,RZB,DALE TRUST,RZA01,FELL,C\n")
	if err != nil || len(problems) > 0 || len(rows) != 3 {
		t.Fatal(rows, problems, err)
	}
	for _, row := range rows {
		if site := row.Nodes[2]; site.Parent != "RZA" {
			t.Errorf("line %d: the site moved to %s", row.Line, site.Parent)
		}
	}
	if trust := rows[1].Nodes[1]; trust.Parent != "QZ1" {
		t.Errorf("the trust moved to %s", trust.Parent)
	}
	if len(rows[0].Notes) != 0 || len(rows[1].Notes) != 1 || len(rows[2].Notes) != 1 {
		t.Fatalf("want one note on lines 3 and 4: %v %v %v", rows[0].Notes, rows[1].Notes, rows[2].Notes)
	}
	note := rows[1].Notes[0]
	if note.Code != intake.CodeTwoParents || note.Line != 3 || !strings.Contains(note.Reason, "under QZ2 here but under QZ1 on line 2") {
		t.Errorf("got %v", note)
	}
}

func TestServicesTreeProblems(t *testing.T) {
	t.Parallel()
	const good = "QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,A\n"
	for name, c := range map[string]struct {
		row  string
		code string
	}{
		"ward twice":         {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL, a \n", intake.CodeDuplicate},
		"no ward":            {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,\u00a0\n", intake.CodeMissing},
		"code with a blank":  {"QZ1,MOOR ICB,R ZA,MOOR TRUST,RZA01,FELL,B\n", intake.CodeBadCode},
		"too few columns":    {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL\n", intake.CodeRagged},
		"too many columns":   {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,B,C\n", intake.CodeRagged},
		"quote left open":    {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,\"B\n", intake.CodeQuotes},
		"quote inside":       {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,B \"x\" y\n", intake.CodeQuotes},
		"NUL":                {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,B\x00\n", intake.CodeNUL},
		"name without end":   {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL," + strings.Repeat("B", 301) + "\n", intake.CodeTooLong},
		"broken UTF-8":       {"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,é \xe2\x28\n", intake.CodeEncoding},
		"line without limit": {strings.Repeat("B", 1<<20) + "\n", intake.CodeLineTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, problems, err := services(treeHeader + good + c.row + strings.Replace(good, ",A", ",Z", 1))
			if err != nil {
				t.Fatal(err)
			}
			oneProblem(t, problems, 3, c.code)
			if len(rows) != 2 || rows[1].Line != 4 {
				t.Errorf("the rows before and behind must be taken: %+v", rows)
			}
		})
	}
}

func TestServicesTreeExtraBlankColumnsAreFine(t *testing.T) {
	t.Parallel()
	rows, problems, err := services(treeHeader + "QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,A,, \n")
	if err != nil || len(problems) > 0 || len(rows) != 1 {
		t.Fatal(rows, problems, err)
	}
}

const trustsHeader = "org_code,name,national_grouping,high_level_geography,open_date,close_date\n"

func TestServicesTrusts(t *testing.T) {
	t.Parallel()
	rows, problems, err := services(trustsHeader +
		"RZA,MOOR NHS TRUST,Y1,QZ1,20010401,20240930\n" +
		"RZB,\"FELL, VALE AND DALE NHS TRUST\",Y1,,20010401,\n" +
		"RZC,BAD DAY,Y1,QZ1,20011332,\n" +
		"RZD,BACKWARDS,Y1,QZ1,20240101,20230101\n")
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	want := []intake.Node{{Kind: intake.Provider, Code: "RZA", Name: "Moor NHS Trust", Parent: "QZ1", OpenedOn: day(2001, 4, 1), ClosedOn: day(2024, 9, 30), First: true}}
	if diff := cmp.Diff(want, rows[0].Nodes); diff != "" {
		t.Error(diff)
	}
	if open := rows[1].Nodes[0]; !open.ClosedOn.IsZero() || open.Parent != "" || open.Name != "Fell, Vale and Dale NHS Trust" {
		t.Errorf("got %+v", open)
	}
	if len(problems) != 2 || problems[0].Code != intake.CodeDate || problems[0].Field != "open_date" || problems[1].Field != "close_date" {
		t.Errorf("got %v", problems)
	}
}

// The file is published without a header.
func TestServicesTrustsWithoutHeader(t *testing.T) {
	t.Parallel()
	line := func(code string) string {
		return code + ",MOOR NHS TRUST,Y1,QZ1,1 ROAD,,,TOWN,,ZZ1 1ZZ,20010401," + strings.Repeat(",", 15) + "\n"
	}
	rows, problems, err := services(line("RZA") + line("RZB"))
	if err != nil || len(problems) > 0 || len(rows) != 2 {
		t.Fatal(rows, problems, err)
	}
	if a, b := rows[0].Nodes[0], rows[1].Nodes[0]; a.Code != "RZA" || b.Code != "RZB" || a.OpenedOn.Year() != 2001 || a.Parent != "QZ1" || rows[0].Line != 1 {
		t.Errorf("got %+v and %+v", a, b)
	}
}

func TestServicesBoards(t *testing.T) {
	t.Parallel()
	for _, year := range []string{"23", "24", "31"} {
		rows, problems, err := services("ICB" + year + "CD,ICB" + year + "CDH,ICB" + year + "NM,ObjectId\nE1,QZ1,\"NHS Fell, Moor and Vale Integrated Care Board\",1\n")
		if err != nil || len(problems) > 0 || len(rows) != 1 {
			t.Fatal(rows, problems, err)
		}
		if got := rows[0].Nodes[0]; got.Kind != intake.Commissioner || got.Code != "QZ1" || got.Name != "NHS Fell, Moor and Vale Integrated Care Board" {
			t.Errorf("got %+v", got)
		}
	}
}

func TestServicesRefusesFiles(t *testing.T) {
	t.Parallel()
	row := treeHeader + "QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,Café\n"
	for name, c := range map[string]struct {
		file  string
		code  string
		words []string
	}{
		"empty":                {"", intake.CodeEmpty, []string{"empty"}},
		"only blanks":          {"\uFEFF \n\n", intake.CodeEmpty, []string{"empty"}},
		"missing columns":      {"icb_code,icb_name,trust_code,trust_name,site_code,extra\n", intake.CodeColumns, []string{"columns site_name and ward", "“extra”", "“icb_code”"}},
		"missing in trusts":    {"org_code,name,open_date\n", intake.CodeColumns, []string{"column close_date", "trusts"}},
		"other file":           {"a,b\n1,2\n", intake.CodeColumns, []string{"“a” and “b”", "ward"}},
		"semicolons":           {strings.ReplaceAll(treeHeader, ",", ";"), intake.CodeColumns, []string{"commas"}},
		"UTF-16 little endian": {utf16File(row, binary.LittleEndian, true), intake.CodeEncoding, []string{"UTF-16", "iconv -f UTF-16 -t UTF-8"}},
		"UTF-16 big endian":    {utf16File(row, binary.BigEndian, true), intake.CodeEncoding, []string{"UTF-16"}},
		"UTF-16 without mark":  {utf16File(row, binary.LittleEndian, false), intake.CodeEncoding, []string{"UTF-16LE"}},
		"UTF-16BE, no mark":    {utf16File(row, binary.BigEndian, false), intake.CodeEncoding, []string{"UTF-16BE"}},
		"Windows-1252":         {strings.ReplaceAll(row, "é", "\xe9"), intake.CodeEncoding, []string{"Windows-1252", "line 2", "iconv -f WINDOWS-1252 -t UTF-8", "CSV UTF-8"}},
		"workbook":             {"PK\x03\x04rest", intake.CodeFormat, []string{"workbook"}},
		"gzip":                 {"\x1f\x8b\x08rest", intake.CodeFormat, []string{"gunzip"}},
		"old Macintosh":        {strings.ReplaceAll(row+row, "\n", "\r"), intake.CodeFormat, []string{"carriage returns"}},
		"broken header":        {"a,\"b\n", intake.CodeFormat, []string{"header"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, problems, err := services(c.file)
			refused(t, err, c.code, c.words...)
			if len(rows)+len(problems) > 0 {
				t.Errorf("nothing may be read: %v %v", rows, problems)
			}
		})
	}
}

func utf16File(text string, order binary.AppendByteOrder, mark bool) string {
	var out []byte
	if mark {
		out = order.AppendUint16(out, 0xFEFF)
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

// One damaged line must not condemn a file that has good UTF-8 elsewhere.
func TestServicesOneBrokenLineIsNotAnEncoding(t *testing.T) {
	t.Parallel()
	rows, problems, err := services(treeHeader + "QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,Caf\xe9\nQZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,Café\n")
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	oneProblem(t, problems, 2, intake.CodeEncoding)
}

func TestServicesReadsOnAfterQuotesAcrossLines(t *testing.T) {
	t.Parallel()
	rows, problems, err := services(treeHeader +
		"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,\"two\nlines\"\n" +
		"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,6\" bed\n" +
		"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,B\n" +
		"QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,\"C\"\"s\"\n")
	if err != nil {
		t.Fatal(err)
	}
	oneProblem(t, problems, 4, intake.CodeQuotes)
	if len(rows) != 3 || rows[0].Nodes[3].Name != "two lines" || rows[1].Line != 5 || rows[2].Nodes[3].Name != `C"s` {
		t.Errorf("got %+v", rows)
	}
}

// Two stray quotation marks look like one long field until it is read.
func TestServicesReadsOnBetweenStrayQuotes(t *testing.T) {
	t.Parallel()
	row := func(ward string) string { return "QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL," + ward + "\n" }
	rows, problems, err := services(treeHeader + row("6\" bed") + row("A") + row("7\" bed") + row("B"))
	if err != nil || len(problems) != 2 || problems[0].Line != 2 || problems[1].Line != 4 {
		t.Fatal(problems, err)
	}
	if len(rows) != 2 || rows[0].Nodes[3].Name != "A" || rows[0].Line != 3 || rows[1].Nodes[3].Name != "B" || rows[1].Line != 5 {
		t.Errorf("got %+v", rows)
	}
}

func TestServicesSaysWhenReadingFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the stick was pulled out")
	file := io.MultiReader(strings.NewReader(treeHeader+strings.Repeat("QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL,A\n", 3000)), iotest.ErrReader(broken))
	_, _, err := read(intake.Services(file, intake.Options{}))
	refused(t, err, intake.CodeUnreadable, "line 3002", "pulled out")
	if !errors.Is(err, broken) {
		t.Error("the cause is lost")
	}
}

func TestServicesCanBeLeftEarly(t *testing.T) {
	t.Parallel()
	for range intake.Services(strings.NewReader(treeHeader+strings.Repeat("x\n", 10)), intake.Options{}) { //nolint:errcheck // an iterator, left at once
		break
	}
}
