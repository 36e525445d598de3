// Package edit says what somebody would change in a text: part by part, what stays, what goes and what comes.
package edit

import (
	"strings"

	"github.com/rivo/uniseg"
	"github.com/sergi/go-diff/diffmatchpatch"
)

// Field is a text of an experience, by its name in the contract.
type Field string

// The texts that a moderator may offer to change.
const (
	DisplayName   Field = "displayName"
	Story         Field = "story"
	WhatWasGood   Field = "whatWasGood"
	CouldBeBetter Field = "couldBeBetter"
)

// Kind is what becomes of a part.
type Kind string

// The kinds.
const (
	Kept     Kind = "KEPT"
	TakenOut Kind = "TAKEN_OUT"
	PutIn    Kind = "PUT_IN"
)

// Part is a stretch of text and what becomes of it.
type Part struct {
	Kind Kind   `json:"kind"`
	Text string `json:"text"`
}

// Edit is one text before and after, kept as its parts: nothing is said twice, and neither can be lost without the other.
type Edit struct {
	Field Field  `json:"field"`
	Parts []Part `json:"parts"`
}

// Of is the edit that makes one text of another. It never parts a word (Unicode Standard Annex 29), and takes changes that lie close together for one.
func Of(field Field, before, after string) Edit {
	w := words{signs: map[string]rune{}}
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // the same answer however busy the machine is; a text of 8,000 letters takes no longer than a blink
	diffs := d.DiffCleanupSemantic(d.DiffMainRunes(w.spell(before), w.spell(after), false))
	e := Edit{Field: field, Parts: []Part{}}
	kinds := map[diffmatchpatch.Operation]Kind{diffmatchpatch.DiffEqual: Kept, diffmatchpatch.DiffDelete: TakenOut, diffmatchpatch.DiffInsert: PutIn}
	for _, one := range diffs {
		if text := w.read(one.Text); text != "" {
			e.Parts = append(e.Parts, Part{kinds[one.Type], text})
		}
	}
	return e
}

// Before is the text as its author wrote it.
func (e Edit) Before() string { return e.without(PutIn) }

// After is the text as it would be.
func (e Edit) After() string { return e.without(TakenOut) }

func (e Edit) without(kind Kind) string {
	var b strings.Builder
	for _, p := range e.Parts {
		if p.Kind != kind {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// words writes each word of a text as one sign, so that words are compared and not letters.
type words struct {
	signs map[string]rune
	known []string
}

// surrogates are signs that no text can hold (RFC 3629 §3).
const (
	firstSurrogate = 0xD800
	surrogates     = 0x0800
)

func (w *words) spell(text string) (signs []rune) {
	var word string
	for state := -1; text != ""; {
		word, text, state = uniseg.FirstWordInString(text, state)
		sign, ok := w.signs[word]
		if !ok {
			w.known = append(w.known, word)
			if sign = rune(len(w.known)); sign >= firstSurrogate {
				sign += surrogates
			}
			w.signs[word] = sign
		}
		signs = append(signs, sign)
	}
	return signs
}

func (w *words) read(signs string) string {
	var b strings.Builder
	for _, sign := range signs {
		if sign >= firstSurrogate {
			sign -= surrogates
		}
		b.WriteString(w.known[sign-1])
	}
	return b.String()
}
