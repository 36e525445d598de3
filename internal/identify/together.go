package identify

import (
	"cmp"
	"iter"
	"slices"
	"unicode/utf8"
)

// sign is one match of one of the patterns that must stand together.
type sign struct{ pattern, start, end int }

// together are the places where each pattern of a rule matches once within so many letters.
func (r *rule) together(text string) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		latest := make([]sign, len(r.ready))
		for _, s := range r.signs(text) {
			latest[s.pattern] = s
			from, to, whole := around(latest)
			if !whole || to-from > r.Within*utf8.UTFMax || utf8.RuneCountInString(text[from:to]) > r.Within {
				continue
			}
			if !yield(from, to) {
				return
			}
			clear(latest)
		}
	}
}

// signs are the matches of all patterns in the order in which they begin.
func (r *rule) signs(text string) (all []sign) {
	for i, pattern := range r.ready {
		for m := range matches(pattern, text) {
			all = append(all, sign{i, m[2], m[3]})
		}
	}
	slices.SortStableFunc(all, func(a, b sign) int { return cmp.Compare(a.start, b.start) })
	return all
}

// around is the stretch from the first to the last of some signs, and whether there is one of each.
func around(latest []sign) (from, to int, whole bool) {
	from = latest[0].start
	for _, s := range latest {
		if s.end == 0 {
			return 0, 0, false
		}
		from, to = min(from, s.start), max(to, s.end)
	}
	return from, to, true
}
