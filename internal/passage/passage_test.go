package passage_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hearback/internal/passage"
)

func TestPassageIsFoundAgain(t *testing.T) {
	t.Parallel()
	const text = "🙂 I waited for hours. Nobody came. I waited."
	p, ok := passage.Of(text, 2, 10, "salt")
	if !ok {
		t.Fatal("there is no such passage")
	}
	for _, c := range []struct {
		now    string
		start  int
		stands passage.Standing
	}{
		{text, 2, passage.AsMarked},
		{"Well: " + text, 8, passage.Moved},
		{"They came. I waited. I waited.", 11, passage.Moved}, // the nearer one
		{"I came.", 2, passage.Gone},
		{"", 2, passage.Gone},
		{"I came late, as ever.", 2, passage.Gone},
	} {
		if start, end, stands := p.Find(c.now, "salt"); start != c.start || end != c.start+8 || stands != c.stands {
			t.Errorf("in %q it is at %d to %d, %s", c.now, start, end, stands)
		}
	}
	if strings.Contains(p.Mark, "waited") {
		t.Error("the mark holds the words")
	}
	if other, _ := passage.Of(text, 2, 10, "another"); other.Mark == p.Mark {
		t.Error("two salts make one mark")
	}
	for _, bad := range [][2]int{{-1, 3}, {3, 3}, {4, 3}, {0, 1000}} {
		if _, ok := passage.Of(text, bad[0], bad[1], ""); ok {
			t.Errorf("%v is a passage", bad)
		}
	}
}

// Whatever is written before or behind it, a passage is found with its words.
func TestPassageIsStableUnderEdits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, words, behind := rapid.String().Draw(t, "before"), rapid.StringN(1, 40, -1).Draw(t, "words"), rapid.String().Draw(t, "behind")
		at := len([]rune(before))
		p, ok := passage.Of(before+words+behind, at, at+len([]rune(words)), "salt")
		if !ok {
			t.Fatal("there is no such passage")
		}
		now := rapid.String().Draw(t, "now before") + words + rapid.String().Draw(t, "now behind")
		start, end, stands := p.Find(now, "salt")
		if stands == passage.Gone || string([]rune(now)[start:end]) != string([]rune(words)) {
			t.Errorf("%q is at %d to %d of %q, %s", words, start, end, now, stands)
		}
	})
}
