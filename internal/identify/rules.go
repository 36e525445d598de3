package identify

import (
	"encoding/json"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"unicode/utf8"
)

// rules are the document, made ready.
type rules struct {
	Format     string              `json:"format"`
	Version    int                 `json:"version"`
	About      []string            `json:"about"`
	Parts      map[string]string   `json:"parts"`
	Lists      map[string][]string `json:"lists"`
	Exceptions []*rule             `json:"exceptions"`
	Rules      []*rule             `json:"rules"`

	words      map[string]map[string]bool
	exceptions map[string]*rule
}

// rule is one line of the document; the document tells what its fields mean.
type rule struct {
	ID       string   `json:"id"`
	Kind     Kind     `json:"kind"`
	Hint     string   `json:"hint"`
	Needs    string   `json:"needs"`
	Within   int      `json:"within"`
	Once     bool     `json:"once"`
	Pattern  string   `json:"pattern"`
	Patterns []string `json:"patterns"`
	Tests    []test   `json:"tests"`
	Unless   []string `json:"unless"`

	ready []*regexp.Regexp
}

// test is what must hold for one group of a match.
type test struct {
	Group int    `json:"group"`
	In    string `json:"in"`
	NotIn string `json:"notIn"`
	Check string `json:"check"`
}

// read makes a document ready, and refuses one that speaks of what it does not hold.
func read(document string) (*rules, error) {
	r := &rules{words: map[string]map[string]bool{}, exceptions: map[string]*rule{}}
	in := json.NewDecoder(strings.NewReader(document))
	in.DisallowUnknownFields()
	if err := in.Decode(r); err != nil {
		return nil, fmt.Errorf("identifying rules: %w", err)
	}
	for name, list := range r.Lists {
		r.words[name] = map[string]bool{}
		for _, word := range list {
			r.words[name][strings.ToLower(word)] = true
		}
	}
	for _, e := range r.Exceptions {
		r.exceptions[e.ID] = e
	}
	for _, rule := range append(r.Exceptions, r.Rules...) {
		if err := r.prepare(rule); err != nil {
			return nil, fmt.Errorf("identifying rules: %s: %w", rule.ID, err)
		}
	}
	return r, nil
}

// prepare compiles a rule and looks up what it speaks of.
func (r *rules) prepare(rule *rule) error {
	patterns := rule.Patterns
	if rule.Pattern != "" {
		patterns = append(patterns, rule.Pattern)
	}
	for _, p := range patterns {
		whole, err := r.expand(p, 0)
		if err != nil {
			return err
		}
		ready, err := regexp.Compile(whole)
		if err != nil {
			return err
		}
		rule.ready = append(rule.ready, ready)
	}
	for _, t := range rule.Tests {
		_, in := r.words[t.In]
		_, notIn := r.words[t.NotIn]
		_, check := checks()[t.Check]
		if !in && !notIn && !check || t.Group < 1 || t.Group > rule.ready[0].NumSubexp() {
			return fmt.Errorf("a test of what is not there: %+v", t)
		}
	}
	for _, id := range rule.Unless {
		if r.exceptions[id] == nil {
			return fmt.Errorf("no exception %s", id)
		}
	}
	return nil
}

// reference is a part or a list named in a pattern: <edge>, <titles>, <any:titles>.
var reference = regexp.MustCompile(`<(any:)?([A-Za-z]+)>`)

// expand puts parts and lists where a pattern names them; parts may name others, a few deep.
func (r *rules) expand(pattern string, deep int) (whole string, err error) {
	whole = reference.ReplaceAllStringFunc(pattern, func(named string) string {
		m := reference.FindStringSubmatch(named)
		part, isPart := r.Parts[m[2]]
		list, isList := r.Lists[m[2]]
		switch {
		case isPart && m[1] == "" && deep < 4:
			if part, err = r.expand(part, deep+1); err != nil {
				return ""
			}
			return part
		case isList:
			return alternatives(list, m[1] != "")
		}
		err = fmt.Errorf("%s stands for nothing", named)
		return ""
	})
	return whole, err
}

// alternatives are the words of a list as one pattern.
func alternatives(list []string, anyCase bool) string {
	words := make([]string, len(list))
	for i, word := range list {
		if words[i] = word; anyCase {
			words[i] = either(word)
		}
	}
	return strings.Join(words, "|")
}

// either is a word with each of its ASCII letters capital or small.
func either(word string) string {
	var b strings.Builder
	for _, c := range word {
		if up, low := strings.ToUpper(string(c)), strings.ToLower(string(c)); up != low && c < utf8.RuneSelf {
			b.WriteString("[" + up + low + "]")
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// all are the places in a text (with a space before and after it) where a rule finds something, from the left.
func (r *rule) all(text string, words map[string]map[string]bool) iter.Seq2[int, int] {
	if len(r.ready) > 1 {
		return r.together(text)
	}
	return func(yield func(int, int) bool) {
		for m := range matches(r.ready[0], text) {
			ok := r.holds(m, text, words)
			if ok && !yield(m[2], m[3]) {
				return
			}
			if !ok && len(m) > 4 && m[5] > 0 { // what was refused may begin one word later
				m[1] = m[5]
			}
		}
	}
}

// matches are the matches of a pattern from the left. The next search begins where m[1] was left: at the end of group 1,
// unless the loop has set it to something else.
func matches(pattern *regexp.Regexp, text string) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		for from := 0; from < len(text); {
			m := pattern.FindStringSubmatchIndex(text[from:])
			if m == nil {
				return
			}
			for i := range m {
				if m[i] >= 0 {
					m[i] += from
				}
			}
			m[1] = m[3]
			if !yield(m) {
				return
			}
			from = m[1]
		}
	}
}

// holds tells whether a match passes all tests of its rule. A group that is not there passes those of not being in a list.
func (r *rule) holds(m []int, text string, words map[string]map[string]bool) bool {
	for _, t := range r.Tests {
		word := ""
		if m[2*t.Group] >= 0 {
			word = strings.ToLower(text[m[2*t.Group]:m[2*t.Group+1]])
		}
		if t.In != "" && !words[t.In][word] || t.NotIn != "" && words[t.NotIn][word] || t.Check != "" && !checks()[t.Check](word) {
			return false
		}
	}
	return true
}
