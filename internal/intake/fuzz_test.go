package intake_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hearback/internal/intake"
)

func FuzzCleanText(f *testing.F) {
	for _, seed := range []string{
		"", "The nurses were kind.", "couldnÃ¢â‚¬â„¢t", "Â£60", "caf\xe9", "a\x00\v\r\nb", "cafe\u0301", "🙏🏻 ❤️ 👩‍⚕️", "“CAFÉ” IRM\u00c3\u201d", "â\u200b€\u200b™",
		"Ã…ngstrÃ¶m", "A\u0302\u00ad£", "ï»¿x", "\u2028\u0085\u0092", "ðŸ‘\u008f", "Ã\u0083Â\u0083", "\u1100\u1161\u11a8", "\u0958", "ÃƒÆ’Ã‚Â©",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean := intake.CleanText(text)
		isClean(t, clean)
		name := intake.CleanName(text)
		if isClean(t, name); strings.ContainsRune(name, '\n') || intake.CleanName(name) != name {
			t.Errorf("not a name: %q", name)
		}
		intake.Boilerplate(text)
		for _, title := range []string{intake.Title(text), intake.WardTitle(text)} {
			if !utf8.ValidString(title) {
				t.Errorf("not UTF-8: %q", title)
			}
		}
	})
}

// isClean checks what CleanText promises.
func isClean(t *testing.T, text string) {
	t.Helper()
	switch {
	case !utf8.ValidString(text):
		t.Errorf("not UTF-8: %q", text)
	case !norm.NFC.IsNormalString(text):
		t.Errorf("not NFC: %q", text)
	case intake.CleanText(text) != text:
		t.Errorf("a second run changed %q to %q", text, intake.CleanText(text))
	case strings.TrimSpace(text) != text, strings.Contains(text, "  "), strings.Contains(text, "\n\n\n"):
		t.Errorf("blanks are left in %q", text)
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' || r == '\u00a0' || r == '\ufeff' {
			t.Errorf("%U is left in %q", r, text)
		}
	}
}

func FuzzServices(f *testing.F) {
	for _, seed := range []string{
		treeHeader + "QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL - RZA01,WARD 1\n", treeHeader + "a,\"b\n\"c\",d\n\n,,,,,,\n", trustsHeader + "RZA,MOOR,Y1,QZ1,20010401,\n",
		"ICB24CD,ICB24CDH,ICB24NM\nE1,QZ1,NHS Moor\n", "\uFEFF" + treeHeader, treeHeader + "\"\n\"\n\"", treeHeader + "\x00\xff\n", "\xff\xfea\x00", strings.Repeat(",", 26) + "\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		last := 0
		rows, problems, err := read(intake.Services(strings.NewReader(file), intake.Options{Today: today, MaxLine: 4096}))
		for _, row := range rows {
			if row.Line <= last || len(row.Nodes) == 0 {
				t.Errorf("line %d behind %d with %d nodes", row.Line, last, len(row.Nodes))
			}
			last = row.Line
			for _, node := range row.Nodes {
				if isClean(t, node.Name); node.Code == "" || node.Name == "" {
					t.Errorf("a node without a code or a name: %+v", node)
				}
			}
		}
		sayWhere(t, problems, err)
	})
}

func FuzzExperiences(f *testing.F) {
	for _, seed := range []string{
		told(), told()[:50], told() + "{}\n[]\n", "{\"id\":\"\\ud800\",\"text\":\"\\u0000\",\"date\":\"2022-05-31\",\"trustOds\":\"A\"}\n", "[1]", "{", "{}\n", "null\n",
		"id,trust,date,text\n1,RZA,04/05/2022,Kind\n2,RZA,\"x\n", "id,trust,date,text\n\"1\"x,\n", "\xff\xfe", "id,date,text,trust\n\xe9,,,\n",
		"id,service code,date,text\n1,S/1,2022-05,\"a\vb\"\n", "id,trust,date,text\n1,R,99999999999999999999/1/2022,k\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		rows, problems, err := read(intake.Experiences(strings.NewReader(file), intake.Options{Today: today, MaxLine: 4096}))
		last := 0
		for _, row := range rows {
			isClean(t, row.Text)
			if row.Line <= last || row.SourceKey == "" || row.Text == "" || row.TrustCode+row.ServiceCode == "" || row.Date.After(today) || intake.Boilerplate(row.Text) {
				t.Errorf("a row that should have been left out: %+v", row)
			}
			last = row.Line
		}
		sayWhere(t, problems, err)
	})
}

// sayWhere checks that whatever went wrong says where and why.
func sayWhere(t *testing.T, problems []intake.Problem, fatal error) {
	t.Helper()
	last := 0
	for _, p := range problems {
		if p.Line <= last || p.Code == "" || p.Reason == "" || intake.Meaning(p.Code) == "" {
			t.Errorf("behind line %d: %+v", last, p)
		}
		last = p.Line
	}
	if fatal != nil && fatal.Error() == "" {
		t.Error("a fatal error without a message")
	}
}
