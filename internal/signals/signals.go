// Package signals finds in somebody's words what may tell of danger: self-harm, abuse, neglect, a need that cannot wait. It
// suggests that a person looks; it never decides, and what it does not find may be there all the same.
package signals

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Kind is what the words may tell of.
type Kind string

// The kinds.
const (
	SelfHarm   Kind = "SELF_HARM"   // somebody hurts themselves, or does not want to live
	Abuse      Kind = "ABUSE"       // somebody is hurt, threatened, robbed or kept by another person
	Neglect    Kind = "NEGLECT"     // somebody is left without what they need: food, water, washing, medicine
	UrgentNeed Kind = "URGENT_NEED" // somebody needs help now
)

// Kinds are all of them, in the order in which they are written down.
func Kinds() []Kind { return []Kind{SelfHarm, Abuse, Neglect, UrgentNeed} }

// Find gives the kinds of which one of the texts may tell, each once, in the order of Kinds. Its time grows with the length
// of the texts and no faster.
func Find(texts ...string) (found []Kind) {
	pieces := known().pieces(strings.Join(texts, "\n"))
	for _, r := range known().rules {
		if slices.ContainsFunc(pieces, r.tells) {
			found = append(found, r.kind)
		}
	}
	return found
}

// Join writes kinds as one word of text, with a blank between; Parse reads it back.
func Join(kinds []Kind) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = string(k)
	}
	return strings.Join(words, " ")
}

// Parse reads what Join wrote; a kind that is not known (any more) is left out.
func Parse(text string) []Kind {
	kinds := []Kind{}
	for word := range strings.FieldsSeq(text) {
		if slices.Contains(Kinds(), Kind(word)) {
			kinds = append(kinds, Kind(word))
		}
	}
	return kinds
}

//go:embed rules.json
var data string

// book are the rules, ready to use.
type book struct {
	idioms *regexp.Regexp
	rules  []rule
}

type rule struct {
	kind             Kind
	patterns, unless *regexp.Regexp
}

// known are the rules, made ready once. That the document can be used is as certain as that of a pattern in the code: the
// tests read it.
var known = sync.OnceValue(func() *book {
	b, err := read(data)
	if err != nil {
		panic(err)
	}
	return b
})

// page is the document as it is written.
type page struct {
	Parts  map[string]string
	Idioms []string
	Rules  []struct {
		Kind             Kind
		Patterns, Unless []string
	}
}

func read(text string) (*book, error) {
	var p page
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, err
	}
	idioms, err := p.any(p.Idioms)
	if err != nil {
		return nil, err
	}
	b := &book{idioms: idioms}
	for _, r := range p.Rules {
		patterns, wrong := p.any(r.Patterns)
		unless, err := p.any(r.Unless)
		if wrong != nil || err != nil || !slices.Contains(Kinds(), r.Kind) {
			return nil, fmt.Errorf("the rule %s: %w, %w", r.Kind, wrong, err)
		}
		b.rules = append(b.rules, rule{r.Kind, patterns, unless})
	}
	return b, nil
}

var partName = regexp.MustCompile(`<[a-z]+>`)

// any is one pattern for several, with the parts put in.
func (p page) any(patterns []string) (*regexp.Regexp, error) {
	all := strings.Join(patterns, "|")
	for range 2 { // parts may hold parts
		all = partName.ReplaceAllStringFunc(all, func(name string) string { return p.Parts[strings.Trim(name, "<>")] })
	}
	return regexp.Compile(all)
}

var (
	ends   = regexp.MustCompile(`[.!?;\n\r]+`)
	blanks = regexp.MustCompile(`[\s\x{A0}]+`)
)

// pieces are the sentences of a text, in the form that the rules are written for, without what is only a manner of speaking.
func (b *book) pieces(text string) (pieces []string) {
	text = strings.NewReplacer("’", "'", "‘", "'", "`", "'").Replace(strings.ToLower(text))
	for _, piece := range ends.Split(text, -1) {
		piece = strings.TrimSpace(blanks.ReplaceAllString(piece, " "))
		if piece != "" {
			pieces = append(pieces, b.idioms.ReplaceAllString(piece, "…"))
		}
	}
	return pieces
}

// tells whether a piece may tell of this kind: a pattern is found that touches no exception.
func (r rule) tells(piece string) bool {
	found := r.patterns.FindAllStringIndex(piece, -1)
	if len(found) == 0 {
		return false
	}
	spared := r.unless.FindAllStringIndex(piece, -1)
	return slices.ContainsFunc(found, func(f []int) bool {
		return !slices.ContainsFunc(spared, func(s []int) bool { return s[0] < f[1] && f[0] < s[1] })
	})
}
