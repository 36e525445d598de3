// Package identify finds in a text what could tell who somebody is: addresses, numbers, dates, names, and what staff would know
// somebody by. It suggests and never changes a word; people decide. Its rules are data, so that a phone finds the same offline.
package identify

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Kind is what was found.
type Kind string

// The kinds.
const (
	Email        Kind = "EMAIL"         // an e-mail address
	Phone        Kind = "PHONE"         // a phone number, in the forms that are usual in the United Kingdom, or with a country's number
	Postcode     Kind = "POSTCODE"      // a whole postcode of the United Kingdom
	NHSNumber    Kind = "NHS_NUMBER"    // ten digits that pass the check of NHS numbers, or are called one
	DateOfBirth  Kind = "DATE_OF_BIRTH" // a date beside a word such as born, or a full date of a year before 2016
	WebAddress   Kind = "WEB_ADDRESS"   // a web address, or a name from social media
	Name         Kind = "NAME"          // somebody's name
	Recognisable Kind = "RECOGNISABLE"  // what staff or neighbours would know somebody by
	Capitals     Kind = "CAPITALS"      // a shouted sentence, in which names cannot be told from other words
)

// Kinds are all of them, the most certain first.
func Kinds() []Kind {
	return []Kind{Email, Phone, Postcode, NHSNumber, DateOfBirth, WebAddress, Name, Recognisable, Capitals}
}

// Span is one finding. Start and End count letters, that is Unicode code points (not bytes, not UTF-16 units): the words are
// string([]rune(text)[Start:End]). Hint says in plain words what it may be and what to do.
type Span struct {
	Kind       Kind
	Start, End int
	Hint       string
}

//go:embed rules.json
var data string

// Data are the rules as a JSON document that explains itself: what Find follows, for programs that follow it elsewhere.
func Data() string { return data }

// known are the rules, made ready once. That the document can be used is as certain as that of a pattern in the code: the
// tests read it.
var known = sync.OnceValue(func() *rules {
	r, err := read(data)
	if err != nil {
		panic(err)
	}
	return r
})

// Find gives what is found in a text, in the order of the text; findings never overlap. The time it takes grows with the
// length of the text and no faster, whatever is in it.
func Find(text string) []Span {
	if text == "" {
		return nil
	}
	found := known().find(" " + text + " ")
	slices.SortFunc(found, func(a, b place) int { return a.start - b.start })
	spans, letters, at := make([]Span, len(found)), 0, 0
	for i, p := range found {
		start := letters + utf8.RuneCountInString(text[at:p.start-1])
		letters, at = start+utf8.RuneCountInString(text[p.start-1:p.end-1]), p.end-1
		spans[i] = Span{Kind: p.rule.Kind, Start: start, End: letters, Hint: p.rule.Hint}
	}
	return spans
}

// place is where a rule found something, in bytes of the text with its two spaces.
type place struct {
	rule       *rule
	start, end int
}

// find asks all rules. What an earlier rule found is taken: later ones leave it.
func (r *rules) find(text string) (found []place) {
	taken, spared := make([]bool, len(text)), map[string][]bool{}
	for _, rule := range r.Rules {
		if !strings.ContainsAny(text, rule.Needs) && rule.Needs != "" {
			continue
		}
		for start, end := range rule.all(text, r.words) {
			if slices.Contains(taken[start:end], true) || r.spares(rule, text, spared, start, end) {
				continue
			}
			for i := start; i < end; i++ {
				taken[i] = true
			}
			found = append(found, place{rule, start, end})
			if rule.Once {
				break
			}
		}
	}
	return found
}

// spares tells whether an exception of the rule lies over a place; spared remembers where each exception lies.
func (r *rules) spares(rule *rule, text string, spared map[string][]bool, start, end int) bool {
	return slices.ContainsFunc(rule.Unless, func(id string) bool {
		over, ok := spared[id]
		if !ok {
			over = make([]bool, len(text))
			for from, to := range r.exceptions[id].all(text, r.words) {
				for i := from; i < to; i++ {
					over[i] = true
				}
			}
			spared[id] = over
		}
		return slices.Contains(over[start:end], true)
	})
}
