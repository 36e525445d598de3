package workflow

import (
	"strconv"

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

// mark points at the part of an experience. The salt is the id of what points. Errors: a Refusal with the path when other words stand there.
func (p Pointing) mark(e *ent.Experience, salt typeid.ID, path ...string) (passage.Passage, error) {
	text, size := TextOf(e, p.Part), len([]rune(p.Words))
	if size > passage.Longest {
		return passage.Passage{}, refuse(TooLong, "Please point at no more than 1,000 letters.", append(path, "words")...)
	}
	if size == 0 {
		return passage.Passage{}, refuse(Required, "Please choose the words that you point at.", append(path, "words")...)
	}
	marked, ok := passage.Passage{}, p.Start >= 0 && p.Start <= len(text)
	if ok {
		marked, ok = passage.Of(text, p.Start, p.Start+size, string(salt))
	}
	if !ok || string([]rune(text)[marked.Start:marked.End]) != p.Words {
		return passage.Passage{}, refuse(Invalid, "Other words stand there. Please read the text again and choose the words once more.", path...)
	}
	return marked, nil
}

// pointed keeps the places of an experience that something speaks of.
func pointed(all []Pointing, e *ent.Experience, salt typeid.ID) ([]edit.Pointed, error) {
	points := make([]edit.Pointed, len(all))
	for i, p := range all {
		marked, err := p.mark(e, salt, "passages", strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		points[i] = edit.Pointed{Field: p.Part, Start: marked.Start, End: marked.End, Mark: marked.Mark}
	}
	return points, nil
}
