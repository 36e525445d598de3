package graph_test

import (
	"testing"

	"hearback/auth"
	"hearback/ent/dbtest"
	"hearback/ent/typeid"
)

// wishes are what clients have typed into searches and handed in as cursors.
var wishes = []string{
	"", " ", "waited", "waiting HOURS", `"`, `"waited`, "*", "wait*", "-", "--", ":", "story:waited", "AND", "a AND b", "NOT waited", "NEAR(waited four, 2)", "^waited", "{waited}", "(", ")", "'", "''", `\`, "%", "_",
	"🙂", "\u0000", "\ufeff", "\u202e", "ß", "İ", "é", "'; DROP TABLE people; --", "$1", "?", "a|b", "|", "||", "published|1|", "1", "-1", "zzzzzzzzzzzzz", "-1y2p0ij32e8e7", "1y2p0ij32e8e7", "cHVibGlzaGVkfDF8", "%%%", "\n",
}

const fuzzed = `query($text: String, $after: Cursor) {
  searched: experiences(where: {text: $text}) { nodes { id } }
  paged: experiences(after: $after) { nodes { id } }
  placed: services(where: {name: $text}, after: $after) { nodes { id } }
  found: services(where: {name: $text, code: $text}) { nodes { id } }
}`

func FuzzWordsOnSQLite(f *testing.F)     { fuzzWords(f, dbtest.SQLite(f)) }
func FuzzWordsOnPostgreSQL(f *testing.F) { fuzzWords(f, dbtest.Postgres(f)) }

// fuzzWords wants an answer or a plain word about the input, whatever is searched for and wherever a list is to go on.
func fuzzWords(f *testing.F, url string) {
	s := setup(f, dbtest.Open(f, url))
	ward := s.place("Ward 7", nil)
	pat, mo := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward)
	mo.publish(pat.share(ward, "PATIENT", "I waited four hours."))
	id := string(typeid.New(typeid.Experience))
	for _, w := range wishes {
		f.Add(w)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		here := *s
		here.t = t
		nobody := here.nobody()
		for _, cursor := range []string{typed, place64(typed), place64("published|" + typed + "|" + id), place64("services|" + typed + "|" + id), place64("published|1|" + typed)} {
			a := nobody.ask(fuzzed, vars{"text": typed, "after": cursor})
			for _, e := range a.Errors {
				if code := e.Extensions["code"]; code != "BAD_USER_INPUT" && code != "BAD_REQUEST" {
					t.Errorf("%q: %s", typed, a.Body)
				}
			}
			a.plain(t, typed)
		}
		if n := len(nobody.ask(fuzzed, nil).at("paged.nodes").([]any)); n != 1 {
			t.Errorf("after %q there are %d experiences", typed, n)
		}
	})
}
