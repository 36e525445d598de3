package identify_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hearback/internal/identify"
)

// Somebody writes with letters that are more than a byte and more than a UTF-16 unit: positions count letters all the same.
func TestPositionsCountLetters(t *testing.T) {
	t.Parallel()
	text := "🙂 Café? Ring 07700 900123, says Zoë 🙂 Dr Ağaoğlu."
	var got []string
	for _, s := range identify.Find(text) {
		got = append(got, string(s.Kind)+" "+words(text, s))
	}
	if want := []string{"PHONE 07700 900123", "NAME Zoë", "NAME Dr Ağaoğlu"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// The first and the last word count like those in between, and nothing is found in nothing.
func TestEdges(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"07700 900123", "Dr Patel", "jane@example.org", "SW1A 1AA", "twins"} {
		if found := identify.Find(text); len(found) != 1 || words(text, found[0]) != text {
			t.Errorf("%q: %v", text, found)
		}
	}
	for _, text := range []string{"", " ", "\n", "\xff\xfe", "🙂", strings.Repeat(" ", 9000)} {
		if found := identify.Find(text); len(found) != 0 {
			t.Errorf("%q: %v", text, found)
		}
	}
}

// A word that is no name does not hide the name behind it: the search goes on one word later.
func TestANameBehindAnotherWord(t *testing.T) {
	t.Parallel()
	const text = "Tell Sarah Okoye"
	if found := identify.Find(text); len(found) != 1 || words(text, found[0]) != "Sarah Okoye" {
		t.Errorf("%v", found)
	}
}

// A wrong digit is no NHS number: each single change of a right one is refused.
func TestNHSNumbersAreChecked(t *testing.T) {
	t.Parallel()
	const right = "9990000123"
	isOne := func(number string) bool {
		return slices.ContainsFunc(identify.Find("It says "+number+"."), func(s identify.Span) bool { return s.Kind == identify.NHSNumber })
	}
	if !isOne(right) || isOne("0000000000") || isOne(right+"4") || isOne(right[:9]) {
		t.Error("a right number is not found, or a wrong one is")
	}
	for i := range right {
		for d := '0'; d <= '9'; d++ {
			if wrong := right[:i] + string(d) + right[i+1:]; wrong != right && isOne(wrong) {
				t.Errorf("%s passes", wrong)
			}
		}
	}
}

// The document can be followed by others: every rule has what the format promises, hints are short and plain, and patterns
// keep to what RE2 and JavaScript share, with nothing in them that repeats without end.
func TestTheDocumentKeepsItsOwnRules(t *testing.T) {
	t.Parallel()
	var d struct {
		Format            string
		Version           int
		About             []string
		Parts             map[string]string
		Lists             map[string][]string
		Exceptions, Rules []struct {
			ID, Kind, Hint, Pattern string
			Patterns                []string
			Within                  int
		}
	}
	if err := json.Unmarshal([]byte(identify.Data()), &d); err != nil || d.Format != "hearback-identifying/1" || d.Version < 1 || len(d.About) == 0 {
		t.Fatal(err, d.Format, d.Version)
	}
	ids, kinds := map[string]bool{}, map[identify.Kind]bool{}
	patterns := []string{}
	for _, r := range slices.Concat(d.Exceptions, d.Rules) {
		if r.ID == "" || ids[r.ID] || (r.Pattern == "") == (len(r.Patterns) == 0) || (r.Within > 0) != (len(r.Patterns) > 0) {
			t.Errorf("%+v", r)
		}
		ids[r.ID] = true
		patterns = append(append(patterns, r.Patterns...), r.Pattern)
	}
	for _, r := range d.Rules {
		kinds[identify.Kind(r.Kind)] = true
		if !slices.Contains(identify.Kinds(), identify.Kind(r.Kind)) || !plain(r.Hint) {
			t.Errorf("%s: kind %q, hint %q", r.ID, r.Kind, r.Hint)
		}
	}
	if len(kinds) != len(identify.Kinds()) {
		t.Errorf("some kinds have no rule: %v", kinds)
	}
	for _, p := range d.Parts {
		patterns = append(patterns, p)
	}
	for _, p := range patterns {
		if why := foreign(p); why != "" {
			t.Errorf("%s: %s", p, why)
		}
	}
	for name, list := range d.Lists {
		for _, word := range list {
			if strings.ContainsAny(word, `.\+*?()[]{}|^$<>`) || strings.TrimSpace(word) != word || word == "" {
				t.Errorf("%s has %q", name, word)
			}
		}
	}
}

// plain tells whether a hint is one to three short sentences of short words.
func plain(hint string) bool {
	long := regexp.MustCompile(`[A-Za-z]{10,}`).FindAllString(hint, -1)
	sentences := strings.Count(hint, ". ") + strings.Count(hint, "? ") + 1
	return hint != "" && len(long) <= 1 && sentences <= 4 && len(strings.Fields(hint))/sentences <= 15
}

// foreign tells what in a pattern only one of RE2 and JavaScript knows, or what could repeat without end.
func foreign(pattern string) string {
	bare := regexp.MustCompile(`\\.`).ReplaceAllString(pattern, "e")                   // escapes are letters now
	outside := regexp.MustCompile(`\[[^\]]*\]`).ReplaceAllString(bare, "c")            // and classes too
	escapes := regexp.MustCompile(`\\[^pdntrx.+()\[\]{}|?*^$/\-]`).FindString(pattern) // \b, \w, \s and their like differ
	switch {
	case escapes != "":
		return "the escape " + escapes
	case strings.ContainsAny(outside, "*+^$."):
		return "one of * + ^ $ ."
	case regexp.MustCompile(`\{\d+,\}`).MatchString(outside):
		return "a repetition without end"
	case regexp.MustCompile(`\(\?[^:]`).MatchString(outside):
		return "a group that is neither ( nor (?:"
	case strings.Contains(regexp.MustCompile(`\[[^\]]*\]`).ReplaceAllString(pattern, ""), `\-`):
		return `\- outside a class`
	}
	return ""
}

// hostile are texts that would hurt a finder that tries everything again and again.
func hostile(letters int) []string {
	var texts []string
	for _, s := range []string{
		"a", "A", "A ", "Aa ", "0", "0 ", "07 ", "1/", "1/1/", "a@", "a.", "a@a.", "www.", "http://", "Dr ", "Dr A ", "Mr and Mrs ", "Sarah ", "Sarah and ", "called ", "my son ",
		"St ", "A. ", "O'Brien-Smith ", "1 May ", "ward 7 3 pm ", "Monday ", "((0)", "+4", " at ", "bed 1", "\u00a0", "\n", "é", "🙂", "\xff", "SW1A 1AA", "thank you ", "the only ",
	} {
		texts = append(texts, strings.Repeat(s, letters/utf8.RuneCountInString(s)))
	}
	return texts
}

// What would hurt a finder that tries everything again and again is answered. That the time grows with the length only
// follows from the engine and from patterns that end (TestTheDocumentKeepsItsOwnRules); BenchmarkHostile shows it.
func TestHostileTextsAreAnswered(t *testing.T) {
	t.Parallel()
	for _, text := range hostile(8000) {
		inOrder(t, text, identify.Find(text))
	}
}

func BenchmarkHostile(b *testing.B) {
	for _, text := range hostile(8000) {
		b.Run(strings.ToValidUTF8(string([]rune(text)[:8]), "?"), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				identify.Find(text)
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("I came to the ward on Tuesday and waited for five hours. The nurses were kind, Dr Patel explained it all. ", 10)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		identify.Find(text)
	}
}

// inOrder fails unless findings are inside the text, in order, and lie beside each other.
func inOrder(t testing.TB, text string, found []identify.Span) {
	t.Helper()
	at, letters := 0, utf8.RuneCountInString(text)
	for _, s := range found {
		if s.Start < at || s.End <= s.Start || s.End > letters || s.Hint == "" || !slices.Contains(identify.Kinds(), s.Kind) {
			t.Fatalf("%+v after %d of %d in %q", s, at, letters, text)
		}
		at = s.End
	}
}

// FuzzFind: whatever is written, findings are in order and inside, and the same text finds the same.
func FuzzFind(f *testing.F) {
	for _, l := range lines(f) {
		f.Add(l.text)
	}
	for _, text := range hostile(60) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := identify.Find(text)
		inOrder(t, text, found)
		if !reflect.DeepEqual(found, identify.Find(text)) {
			t.Errorf("%q finds something else the second time", text)
		}
	})
}

// A program in another language that follows the document finds the same, to the letter.
func TestAnotherLanguageFindsTheSame(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("NOT TESTED IN JAVASCRIPT: Node.js is not installed, so the rules were not followed in JavaScript")
	}
	var texts []string
	for _, l := range lines(t) {
		texts = append(texts, l.text)
	}
	texts = append(texts, strings.Join(texts, " "), strings.Join(texts, "\n"))
	for _, text := range hostile(400) {
		texts = append(texts, strings.ToValidUTF8(text, "?"))
	}
	in, _ := json.Marshal(texts)
	run := exec.CommandContext(t.Context(), node, "testdata/find.mjs", "rules.json")
	run.Stdin = bytes.NewReader(in)
	out, err := run.Output()
	var theirs [][]identify.Span
	if err != nil || json.Unmarshal(out, &theirs) != nil || len(theirs) != len(texts) {
		t.Fatal(err, string(out))
	}
	for i, text := range texts {
		if ours := identify.Find(text); len(ours)+len(theirs[i]) > 0 && !reflect.DeepEqual(ours, theirs[i]) {
			t.Errorf("%.300q\nhere  %v\nthere %v", text, ours, theirs[i])
		}
	}
}
