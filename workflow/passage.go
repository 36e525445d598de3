package workflow

import (
	"hearback/ent/edit"
	"hearback/ent/generated/ent"
	"hearback/ent/typeid"
	"hearback/internal/passage"
)

// Pointing says which part of somebody's words a link is about.
type Pointing struct {
	Part  edit.Field
	Start int    // in letters, that is Unicode code points
	Words string // that stand there, as the client saw them
}

// TextOf is a text of an experience by its name in the contract; empty for one at which nothing can point.
func TextOf(e *ent.Experience, part edit.Field) string {
	switch part {
	case edit.Story:
		return e.Story
	case edit.WhatWasGood:
		return e.WhatWasGood
	case edit.CouldBeBetter:
		return e.CouldBeBetter
	}
	return ""
}

// mark points at the part of an experience. The salt is the id of what points. Errors: a Refusal when other words stand there.
func (p Pointing) mark(e *ent.Experience, salt typeid.ID) (passage.Passage, error) {
	text, size := TextOf(e, p.Part), len([]rune(p.Words))
	if size > passage.Longest {
		return passage.Passage{}, refuse(TooLong, "Please point at no more than 1,000 letters.", "passage", "words")
	}
	if size == 0 {
		return passage.Passage{}, refuse(Required, "Please choose the words that you point at.", "passage", "words")
	}
	marked, ok := passage.Passage{}, p.Start >= 0 && p.Start <= len(text)
	if ok {
		marked, ok = passage.Of(text, p.Start, p.Start+size, string(salt))
	}
	if !ok || string([]rune(text)[marked.Start:marked.End]) != p.Words {
		return passage.Passage{}, refuse(Invalid, "Other words stand there. Please read the text again and choose the words once more.", "passage")
	}
	return marked, nil
}
