package query

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"hearback/ent/typeid"
)

// heard is one experience for counting: where it happened, who said it, and for each question about it into which cell it falls.
type heard struct {
	path   string
	author typeid.ID
	hours  int // until its first answer; -1 without one
	cells  [questions]int
}

// The questions about an experience. The cells of each add up to all that were heard.
const (
	ofAll     = iota // heard: one cell
	ofAnswers        // answered: yes, no
	ofThemes         // in a theme that was chosen to be worked on, in another, in none
	ofChanges        // led to a change that is made, to one that is not yet or an action, to none
	questions
)

func cellsOf(question int) int { return []int{1, 2, 3, 3}[question] }

// spot is a place in the tree with all that was heard at it and below it; own marks what was heard at its parent itself.
type spot struct {
	id    typeid.ID
	own   bool
	parts []*spot
	words []*heard
}

// grow makes the tree out of what was heard. A place where nothing was heard, nor below it, is not in it. The root stands for
// nothing: no number of it is told.
func grow(words []heard) *spot {
	root, known := &spot{}, map[string]*spot{}
	for i := range words {
		w, at := &words[i], root
		at.words = append(at.words, w)
		for _, id := range append(strings.Split(strings.TrimSuffix(w.path, "/"), "/"), "") {
			key := string(at.id) + "/" + id
			if known[key] == nil {
				known[key] = &spot{id: typeid.ID(id), own: id == ""}
				at.parts = append(at.parts, known[key])
			}
			at = known[key]
			at.words = append(at.words, w)
		}
	}
	return root
}

// table is the cells of one question at some places together.
type table struct {
	n      []int
	people []map[typeid.ID]bool
}

func tableOf(question int, spots ...*spot) table {
	t := table{make([]int, cellsOf(question)), make([]map[typeid.ID]bool, cellsOf(question))}
	for _, s := range spots {
		for _, w := range s.words {
			c := w.cells[question]
			if t.n[c]++; t.people[c] == nil {
				t.people[c] = map[typeid.ID]bool{}
			}
			t.people[c][w.author] = true
		}
	}
	return t
}

// few tells whether a cell is about some, but fewer than k, people.
func (t table) few(k int) bool {
	return slices.ContainsFunc(t.people, func(p map[typeid.ID]bool) bool { return len(p) > 0 && len(p) < k })
}

// veil decides of which places the answers to one question are hidden, and why. A place is hidden with all its cells when one of
// them is about fewer than k people, and with it everything below. What then is left of a place that is told, less its parts that are
// told, must not be about a few either: the smallest other parts are hidden too until it is not. As what lies below a hidden place is
// hidden with it, nothing else follows from what is told. Places that are hidden already are those of a question whose answer would
// follow from this one.
func veil(root *spot, question, k int, already map[*spot]Reason) map[*spot]Reason {
	hidden := maps.Clone(already)
	if hidden == nil {
		hidden = map[*spot]Reason{}
	}
	for _, top := range root.parts { // the places that lie in no other: no total of them is told
		if tableOf(question, top).few(k) {
			hidden[top] = SmallNumber
		}
		settle(top, question, k, hidden)
	}
	return hidden
}

func settle(s *spot, question, k int, hidden map[*spot]Reason) {
	why := hidden[s]
	for _, p := range s.parts {
		switch {
		case tableOf(question, p).few(k):
			hidden[p] = SmallNumber
		case why != "" && hidden[p] == "":
			hidden[p] = Secondary
		}
	}
	if why == "" {
		complement(s, question, k, hidden)
	}
	for _, p := range s.parts {
		settle(p, question, k, hidden)
	}
}

// complement hides more parts of a place that is told, the smallest first, until what is hidden together is about no few.
func complement(s *spot, question, k int, hidden map[*spot]Reason) {
	open := slices.SortedFunc(slices.Values(s.parts), func(a, b *spot) int { return cmp.Or(cmp.Compare(len(a.words), len(b.words)), cmp.Compare(a.id, b.id)) })
	var gone []*spot
	open = slices.DeleteFunc(open, func(p *spot) bool {
		if hidden[p] != "" {
			gone = append(gone, p)
		}
		return hidden[p] != ""
	})
	for len(open) > 0 && tableOf(question, gone...).few(k) {
		hidden[open[0]] = Secondary
		gone, open = append(gone, open[0]), open[1:]
	}
}
