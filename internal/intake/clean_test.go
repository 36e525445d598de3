package intake_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"hearback/internal/intake"
)

func TestCleanText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"nothing to do":                     {"The nurses were kind.", "The nurses were kind."},
		"blanks at both ends":               {"  \t kind \n ", "kind"},
		"blanks between":                    {"very   kind\t\tstaff", "very kind staff"},
		"no-break spaces":                   {"North\u00a0Ward\u202f2", "North Ward 2"},
		"vertical tab is a line break":      {"Kind.\vPatient.", "Kind.\nPatient."},
		"old line breaks":                   {"one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"},
		"one blank line is enough":          {"one\n \n\n\t\ntwo", "one\n\ntwo"},
		"control characters":                {"a\x00b\x1bc\x7fd", "a b c d"},
		"composed and decomposed":           {"cafe\u0301", "café"},
		"byte order mark, zero-width, bidi": {"\ufeffki\u200bnd\u202e staff", "kind staff"},
		"emoji with joiner and skin stay":   {"Thanks 👩‍⚕️ 🙏🏻 ❤️", "Thanks 👩‍⚕️ 🙏🏻 ❤️"},
		"broken UTF-8":                      {"caf\xe9", "caf\ufffd"},
		"nothing":                           {" \v\u00a0\n", ""},
		"mojibake":                          {"couldnâ€™t", "couldn’t"},
		"mojibake twice":                    {"couldnÃ¢â‚¬â„¢t", "couldn’t"},
		"mojibake of a pound":               {"Â£60 for a taxi", "£60 for a taxi"},
		"mojibake of letters":               {"ZoÃ« at the cafÃ©, crÃ¨me brÃ»lÃ©e", "Zoë at the café, crème brûlée"},
		"mojibake of quotes":                {"â€œkindâ€\u009d â€“ trulyâ€¦", "“kind” – truly…"},
		"mojibake read as Latin-1":          {"don\u00e2\u0080\u0099t", "don’t"},
		"mojibake of emoji":                 {"ðŸ˜Š ðŸ‘\u008f", "😊 👏"},
		"mojibake of a no-break space":      {"Ward\u00c2\u00a02", "Ward 2"},
		"mojibake of a byte order mark":     {"ï»¿Ward 2", "Ward 2"},
		"mojibake of a Polish name":         {"Pani WiÅ›niewska z Åodzi", "Pani Wiśniewska z Åodzi"},
		"Windows-1252 read as Latin-1":      {"don\u0092t \u0096 ever\u0085", "don’t – ever…"},
		"euro and trade mark":               {"â‚¬5 Fooâ„¢", "€5 Foo™"},
		"a lone à":                          {"Ã\u00a0 la carte", "à la carte"},
		"good French stays":                 {"« À l’hôpital, ça va »", "« À l’hôpital, ça va »"},
		"good Portuguese capitals stay":     {"“IRM\u00c3\u201d – MA\u00c7\u00c3\u2026 \u00c3\u2019", "“IRM\u00c3\u201d – MA\u00c7\u00c3\u2026 \u00c3\u2019"},
		"good quoted capitals stay":         {"“CAFÉ” ‘RÉSUMÉ’", "“CAFÉ” ‘RÉSUMÉ’"},
		"a letter that we do not expect":    {"olÉ” Ð¶", "olÉ” Ð¶"},
		"good Swedish stays":                {"Å… Ä “Å” ÅÄÖ", "Å… Ä “Å” ÅÄÖ"},
		"good Welsh stays":                  {"tŷ, môr a thân", "tŷ, môr a thân"},
		"good Vietnamese stays":             {"Bác sĩ rất tử tế, cảm ơn", "Bác sĩ rất tử tế, cảm ơn"},
		"good Arabic, Hindi, Chinese stay":  {"شكرا धन्यवाद 谢谢", "شكرا धन्यवाद 谢谢"},
		"good signs stay":                   {"5 × £2 = £10 ½ 37° ™ © •", "5 × £2 = £10 ½ 37° ™ © •"},
		"mojibake around a mark that drops": {"â\u200b€\u200b™", "’"},
		"mojibake over composing":           {"A\u0302£5", "£5"},
		"no pile of repairs is left to do":  {strings.Repeat("Ãƒ", 3) + "Â©", "ÃÃé"},
		"soft hyphens, and spelled ones":    {"co\u00c2\u00adoperate co\u00adoperate", "cooperate cooperate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := intake.CleanText(c.in)
			if got != c.want {
				t.Errorf("CleanText(%q) = %q, want %q", c.in, got, c.want)
			}
			if again := intake.CleanText(got); again != got {
				t.Errorf("a second run changed %q to %q", got, again)
			}
		})
	}
}

// Whatever people write with these letters survives being misread once, twice and three times.
func TestCleanTextUndoesMisreading(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"It’s “kind” – truly… £5 €5 ½", "Zoë, José, François, Jürgen, Søren, Ångström’s", "naïve café, déjà vu, crème brûlée",
		"😊 👏 🙏🏻 ❤ ✓ ☎", "Łódź źle żaba ćma ńa ęa őű šč žř", "©®™•†‰",
	} {
		spoiled := text
		for times := 1; times <= 3; times++ {
			spoiled = misread(spoiled)
			if got := intake.CleanText(spoiled); got != text {
				t.Errorf("misread %d times: got %q, want %q", times, got, text)
			}
		}
	}
}

// misread is what a program does that takes UTF-8 for Windows-1252.
func misread(text string) string {
	var out strings.Builder
	for i := range len(text) {
		if r := charmap.Windows1252.DecodeByte(text[i]); r != utf8.RuneError {
			out.WriteRune(r)
		} else {
			out.WriteRune(rune(text[i])) // one of the five free bytes
		}
	}
	return out.String()
}

func TestCleanNameIsOneLine(t *testing.T) {
	t.Parallel()
	if got := intake.CleanName(" Ward\v2 \r\n North "); got != "Ward 2 North" {
		t.Errorf("got %q", got)
	}
}

// A text made to need one more pass for each letter would take hours if passes were not bounded.
func TestCleanTextIsNotLedAstray(t *testing.T) {
	t.Parallel()
	const depth = 20_000
	for name, text := range map[string]string{
		"each repair opens the next":     "Ã" + strings.Repeat("ƒ", depth),
		"each zero width opens the next": strings.Repeat("â", depth) + strings.Repeat("€‹", depth),
		"each mark opens the next":       strings.Repeat("A", depth) + strings.Repeat("\u0302\u00ad", depth),
		"one letter with many marks":     "a" + strings.Repeat("\u0323\u0302", depth),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clean := intake.CleanText(text)
			if again := intake.CleanText(clean); again != clean {
				t.Error("a second run changed it")
			}
		})
	}
}

func TestBoilerplate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Did not answer", "DID NOT ANSWER.", "N/A", "n/a/", "na", "None", "none.", "Nothing!", "nothing .", "“Nothing”", "Nothing, thank you.", "No comment", "no comments...",
		"Can't think of anything", "Can’t think of anything.", "Don’t know", "Not applicable.", "Isn't any.", "  nothing\nat all ", "Test", "x",
	} {
		if !intake.Boilerplate(text) {
			t.Errorf("%q says nothing", text)
		}
	}
	for _, text := range []string{
		"Everything", "Very good.", "Nothing, everything was perfect", "None. Quite satisfied.", "No complaints", "no toilets", "nothing was explained", "I did not answer the phone",
		"Yes", "❤️", "👍", "7", "Test results were late", "N/A but the nurse was kind", "谢",
	} {
		if intake.Boilerplate(text) {
			t.Errorf("%q says something", text)
		}
	}
}
