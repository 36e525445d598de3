package graph

import (
	"context"
	"errors"
	"unicode/utf8"

	"hearback/ent/generated/ent"
	"hearback/internal/identify"
)

// The bounds of what is asked of the rules at once, and of what they answer.
const (
	mostPreviewed = 8000 // letters, as many as a story may have
	mostDetails   = 100
	mostSpans     = 40
)

var errLongPreview = errors.New("longer than 8,000 letters: please send a part of it")

// PreviewIdentifying keeps nothing of the text, and everybody may ask.
func (r queries) PreviewIdentifying(ctx context.Context, text string) ([]*identify.Span, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(text) > mostPreviewed {
		return nil, errLongPreview
	}
	return first(identify.Find(text), mostDetails), nil
}

// Identifying is for the author and the moderators of its place; nil for others: what it points at may be all that a reader
// needs to know who somebody is.
func (r experiences) Identifying(ctx context.Context, e *ent.Experience) ([]*IdentifyingSpan, error) {
	if may, err := r.moderatedOrTheirs(ctx, e); err != nil || !may {
		return nil, err
	}
	if err := ctx.Err(); err != nil { // a page of long stories takes a while, and nobody waits any more
		return nil, err
	}
	return identifying(worded{IdentifyingFieldDisplayName, e.DisplayName}, worded{IdentifyingFieldStory, e.Story},
		worded{IdentifyingFieldWhatWasGood, e.WhatWasGood}, worded{IdentifyingFieldCouldBeBetter, e.CouldBeBetter}), nil
}

// worded is a text that somebody wrote, by the name of its field.
type worded struct {
	field IdentifyingField
	text  string
}

// identifying is what is found in each field, in the order of the fields.
func identifying(fields ...worded) []*IdentifyingSpan {
	var spans []IdentifyingSpan
	for _, words := range fields {
		for _, s := range identify.Find(words.text) {
			spans = append(spans, IdentifyingSpan{Field: words.field, Kind: s.Kind, Start: s.Start, End: s.End, Hint: s.Hint})
		}
	}
	return first(spans, mostSpans)
}

// first are so many of a list at most; an empty list for none, because null says that it is not for you.
func first[T any](list []T, most int) []*T {
	some := make([]*T, min(most, len(list)))
	for i := range some {
		some[i] = &list[i]
	}
	return some
}
