package edit_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hearback/ent/edit"
)

func TestEditsAreToldWordByWord(t *testing.T) {
	t.Parallel()
	kept := func(s string) edit.Part { return edit.Part{Kind: edit.Kept, Text: s} }
	out := func(s string) edit.Part { return edit.Part{Kind: edit.TakenOut, Text: s} }
	in := func(s string) edit.Part { return edit.Part{Kind: edit.PutIn, Text: s} }
	for _, c := range []struct {
		before, after string
		want          []edit.Part
	}{
		{"Nurse Jane was kind.", "A nurse was kind.", []edit.Part{out("Nurse Jane"), in("A nurse"), kept(" was kind.")}},
		{"It was loud.", "It was loud.", []edit.Part{kept("It was loud.")}},
		{"", "Loud.", []edit.Part{in("Loud.")}},
		{"Loud.", "", []edit.Part{out("Loud.")}},
		{"", "", []edit.Part{}},
		{"Übermüdet, 👩‍👩‍👧 warteten.", "Übermüdet, 👩‍👧 warteten.", []edit.Part{kept("Übermüdet, "), out("👩‍👩‍👧"), in("👩‍👧"), kept(" warteten.")}},
	} {
		if got := edit.Of(edit.Story, c.before, c.after); !slices.Equal(got.Parts, c.want) {
			t.Errorf("from %q to %q: %v", c.before, c.after, got.Parts)
		}
	}
}

// Whatever is changed into whatever: nothing of either text is lost.
func TestEditsKeepBothTexts(t *testing.T) {
	t.Parallel()
	word := rapid.OneOf(rapid.SampledFrom([]string{"nurse", "Jane", " ", "\n", ".", "é", "👩‍👧"}), rapid.String())
	text := rapid.Map(rapid.SliceOfN(word, 0, 40), func(w []string) string { return strings.Join(w, " ") })
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		if e := edit.Of(edit.Story, before, after); e.Before() != before || e.After() != after {
			t.Fatalf("%v gives %q and %q", e.Parts, e.Before(), e.After())
		}
	})
}

// A text in which everything is another is the hardest; it must not take long.
func BenchmarkNothingInCommon(b *testing.B) {
	before, after := strings.Repeat("a ", 4000), strings.Repeat("b\n", 4000)
	for b.Loop() {
		edit.Of(edit.Story, before, after)
	}
}
