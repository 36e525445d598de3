package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hearback/ent/dbtest"
	"hearback/ent/migrations"
	"hearback/ent/store"
)

const (
	treeHeader  = "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward\n"
	treeOfTwo   = treeHeader + "QZ1,MOOR ICB,RZA,MOOR NHS TRUST,RZA01,FELL HOSPITAL - RZA01,WARD 1\nQZ1,MOOR ICB,RZA,MOOR NHS TRUST,RZA01,FELL HOSPITAL - RZA01,WARD 2\n"
	commentLine = `{"id":"%d","respondentId":"R%d","trustOds":"RZA","service1":"Ward 1","date":"2024-03-0%d","question":"What was good?","text":"%s"}` + "\n"
)

// fourComments are four that can be kept, on lines 1 to 5; on line 3 somebody did not answer.
func fourComments() string {
	var file strings.Builder
	for i, text := range []string{"The nurse stayed with me.", "We waited for hours.", "Did not answer", "The ward was very clean.", "Nobody rang back."} {
		fmt.Fprintf(&file, commentLine, i+1, i+1, i+1, text)
	}
	return file.String()
}

func fileWith(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// typed runs the program with words as somebody types them at a store.
func typed(t *testing.T, url, input string, words ...string) (code int, out, err string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), append(words, "--database-url", url), terminal{strings.NewReader(input), &o, &e})
	return code, o.String(), e.String()
}

// imported runs an import with --json that ends well.
func imported(t *testing.T, url string, words ...string) importReport {
	t.Helper()
	code, out, err := typed(t, url, "", append([]string{"import", words[0], "--json"}, words[1:]...)...)
	if code != done || err != "" {
		t.Fatalf("%v ended with %d: %s", words, code, err)
	}
	return reportFrom(t, out)
}

func reportFrom(t *testing.T, out string) (r importReport) {
	t.Helper()
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return r
}

func TestImportTakesFilesOnceHoweverOften(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		tree, words := fileWith(t, "tree.csv", treeOfTwo), fileWith(t, "comments.jsonl", fourComments())
		if r := imported(t, url, "services", tree); r.Taken != 2 || r.Made["WARD"] != 2 || r.Made["COMMISSIONER"] != 1 {
			t.Errorf("got %+v", r)
		}
		r := imported(t, url, "experiences", words, "--published", "--batch", "2")
		if r.Rows != 5 || r.Taken != 4 || r.People != 4 || r.Published != 4 || r.Skipped.Rows != 1 || len(r.Made) != 0 {
			t.Errorf("got %+v", r)
		}
		if why := r.Skipped.Reasons[0]; why.Code != "boilerplate" || len(why.Lines) != 1 || why.Lines[0] != 3 {
			t.Errorf("skipped %+v", why)
		}
		if again := imported(t, url, "services", tree); again.Known != 2 || again.Taken+again.Updated+len(again.Made) != 0 {
			t.Errorf("got %+v", again)
		}
		if again := imported(t, url, "experiences", words, "--published"); again.Known != 4 || again.Taken+again.People+again.Published != 0 {
			t.Errorf("got %+v", again)
		}
	})
}

func TestImportReadsStandardInputAndReportsForPeople(t *testing.T) {
	t.Parallel()
	url := dbtest.SQLite(t)
	code, out, err := typed(t, url, treeOfTwo, "import", "services", "-")
	if code != done || !strings.Contains(out, "Services from standard input into SQLite") || !strings.Contains(out, "2  taken") || err != "" {
		t.Errorf("%d\n%s\n%q", code, out, err) // no bar either: nobody sits at a terminal
	}
	_, waiting, _ := typed(t, url, fourComments(), "import", "experiences", "-")
	if !strings.Contains(waiting, "A moderator reads 4 new experiences before others can") || !strings.Contains(waiting, "line 3") || strings.Contains(waiting, "Published") {
		t.Error(waiting)
	}
	_, published, _ := typed(t, url, strings.ReplaceAll(fourComments(), `"id":"`, `"id":"x`), "import", "experiences", "-", "--published")
	if !strings.Contains(published, "Published without a moderator here: 4 experiences") {
		t.Error(published)
	}
}

func TestImportDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	tree := fileWith(t, "tree.csv", treeOfTwo)
	nowhere := filepath.Join(t.TempDir(), "data", "hearback.db")
	if r := imported(t, "sqlite://"+nowhere, "services", tree, "--dry-run", "--batch", "1"); r.Taken != 2 || r.Made["SITE"] != 1 || r.Made["WARD"] != 2 {
		t.Errorf("got %+v", r) // the site is counted once, though each batch would have made it
	}
	if _, err := os.Stat(filepath.Dir(nowhere)); !os.IsNotExist(err) {
		t.Error("a dry run made a store")
	}
	dbtest.EachURL(t, func(t *testing.T, url string) {
		if r := imported(t, url, "services", tree, "--dry-run"); r.Taken != 2 || !r.DryRun {
			t.Errorf("got %+v", r)
		}
		if r := imported(t, url, "services", tree); r.Taken != 2 {
			t.Errorf("after the dry run %+v", r)
		}
	})
	code, _, err := typed(t, "sqlite://"+fileWith(t, "bare.db", ""), "", "import", "services", tree, "--dry-run")
	if code != failed || !strings.Contains(err, "hearback migrate up") {
		t.Errorf("%d %s", code, err)
	}
}

func TestImportSaysWhatIsWrongWithAFile(t *testing.T) {
	t.Parallel()
	url := "sqlite://" + filepath.Join(t.TempDir(), "data", "hearback.db")
	csv := "id,date,text,trust\n1,2024-03-01,The nurse stayed.,RZA\n"
	stories := map[string]struct {
		words []string
		code  int
		says  string
	}{
		"experiences as services":        {[]string{"services", fileWith(t, "c.jsonl", fourComments())}, failed, "Try: hearback import experiences "},
		"experiences in CSV as services": {[]string{"services", fileWith(t, "c.csv", csv)}, failed, "Try: hearback import experiences "},
		"services as experiences":        {[]string{"experiences", fileWith(t, "t.csv", treeOfTwo)}, failed, "Try: hearback import services "},
		"missing columns":                {[]string{"services", fileWith(t, "m.csv", "icb_code,ward\nQZ1,WARD 1\n")}, failed, "missing the columns icb_name"},
		"another encoding":               {[]string{"services", fileWith(t, "e.csv", treeHeader+"QZ1,CAF\xe9 ICB,RZA,M,RZA1,S,W\n")}, failed, "iconv -f WINDOWS-1252 -t UTF-8"},
		"an empty file":                  {[]string{"experiences", fileWith(t, "n.csv", "")}, failed, "The file is empty"},
		"a folder":                       {[]string{"services", t.TempDir()}, failed, "is a folder. Name one file in it"},
		"no such file":                   {[]string{"services", "nowhere.csv"}, failed, "there is no file nowhere.csv"},
		"no file named":                  {[]string{"services"}, usage, "--help"},
		"a batch of none":                {[]string{"services", "t.csv", "--batch", "0"}, usage, "from 1 to 2000"},
		"a batch too large":              {[]string{"services", "t.csv", "--batch", "2001"}, usage, "from 1 to 2000"},
	}
	for name, s := range stories {
		t.Run(name, func(t *testing.T) {
			code, out, err := typed(t, url, "", append([]string{"import"}, s.words...)...)
			if code != s.code || !strings.Contains(err, s.says) || strings.Contains(out, "taken") {
				t.Errorf("%d, not %d:\n%s%s", code, s.code, err, out)
			}
		})
	}
	if _, err := os.Stat(filepath.Dir(strings.TrimPrefix(url, "sqlite://"))); !os.IsNotExist(err) {
		t.Error("a store was made for files that cannot be read")
	}
}

// spoiled is a store that takes no experience with a certain word, as a disk may give out in the middle; mend puts it right.
func spoiled(t *testing.T, word string) (url string, mend func()) {
	t.Helper()
	url = dbtest.SQLite(t)
	do := func(statement string) {
		s, err := store.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		if _, err := migrations.Up(t.Context(), s.DB(), s.Dialect()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DB().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE TRIGGER spoiled BEFORE INSERT ON experiences WHEN new.story LIKE '%" + word + "%' BEGIN SELECT RAISE(ABORT, 'the disk gave out'); END")
	return url, func() { do("DROP TRIGGER spoiled") }
}

func TestImportThatFailsInTheMiddleCanBeRunAgain(t *testing.T) {
	t.Parallel()
	url, mend := spoiled(t, "very clean")
	file := fileWith(t, "comments.jsonl", fourComments())
	code, out, err := typed(t, url, "", "import", "experiences", file, "--batch", "2", "--json")
	if code != failed || !strings.Contains(err, "lines 4 to 5 were not taken") || !strings.Contains(err, "the disk gave out") || !strings.Contains(err, "nothing is doubled") {
		t.Errorf("%d %s", code, err)
	}
	if r := reportFrom(t, out); r.Taken != 2 || r.People != 2 || !strings.Contains(r.Error, "lines 4 to 5") {
		t.Errorf("got %+v", r)
	}
	mend()
	if r := imported(t, url, "experiences", file, "--batch", "2"); r.Known != 2 || r.Taken != 2 || r.People != 2 {
		t.Errorf("half of the batch that failed was kept: %+v", r)
	}
}

func TestImportBesideARunningServer(t *testing.T) {
	t.Parallel()
	url, tree := dbtest.SQLite(t), fileWith(t, "tree.csv", treeOfTwo)
	server, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	if code, _, err := typed(t, url, "", "import", "services", tree); code != failed || !strings.Contains(err, "is in use by another Hearback process") {
		t.Errorf("%d %s", code, err)
	}
	if r := imported(t, url, "services", tree, "--dry-run"); r.Taken != 2 {
		t.Errorf("a dry run only looks: %+v", r)
	}
}
