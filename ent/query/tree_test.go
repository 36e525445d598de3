package query

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hearback/ent/typeid"
)

// forest is a random tree of places with what was heard at them.
func forest(t *rapid.T) []heard {
	paths := []string{}
	for r := range rapid.IntRange(1, 2).Draw(t, "roots") {
		paths = append(paths, fmt.Sprint("r", r, "/"))
	}
	for i := range rapid.IntRange(0, 9).Draw(t, "places") {
		paths = append(paths, fmt.Sprint(rapid.SampledFrom(paths).Draw(t, "below"), "p", i, "/"))
	}
	var words []heard
	crowd := rapid.IntRange(1, 40).Draw(t, "crowd")
	for _, path := range paths {
		for range rapid.SampledFrom([]int{0, 1, 4, 8, 15, 30}).Draw(t, "at "+path) {
			cells := [questions]int{ofAnswers: rapid.IntRange(0, 1).Draw(t, "answered"), ofThemes: rapid.SampledFrom([]int{0, 1, 2, 2, 2}).Draw(t, "theme"), ofChanges: rapid.SampledFrom([]int{0, 2, 2, 2, 2}).Draw(t, "change")}
			words = append(words, heard{path, typeid.ID(fmt.Sprint("per_", rapid.IntRange(1, crowd).Draw(t, "who"))), 5, cells})
		}
	}
	return words
}

// Whoever knows every figure that is told, of all places in the tree, and adds and subtracts them as they like, does not come to know
// a figure about fewer than k people: neither of a place, nor of what was heard at a place itself.
func TestNoSumOfFiguresIsolatesAFew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		root, k := grow(forest(t)), rapid.IntRange(K, 9).Draw(t, "k")
		unheard := veil(root, ofAll, k, nil)
		for q := range questions {
			hidden := unheard
			if q != ofAll {
				hidden = veil(root, q, k, unheard)
			}
			for c := range cellsOf(q) {
				isolates(t, root, q, c, k, hidden)
			}
		}
	})
}

func isolates(t *rapid.T, root *spot, q, c, k int, hidden map[*spot]Reason) {
	var all []*spot
	var visit func(*spot)
	visit = func(s *spot) {
		for _, p := range s.parts {
			all = append(all, p)
			visit(p)
		}
	}
	visit(root)
	atoms := slices.DeleteFunc(slices.Clone(all), func(s *spot) bool { return !s.own })
	row := func(s *spot) []*big.Rat { // which atoms it is the sum of
		r := make([]*big.Rat, len(atoms))
		for i, a := range atoms {
			in := int64(0)
			if slices.Contains(s.words, a.words[0]) {
				in = 1
			}
			r[i] = big.NewRat(in, 1)
		}
		return r
	}
	var known [][]*big.Rat
	for _, s := range all {
		if hidden[s] == "" && !s.own { // the figures of a place itself are not told
			known = append(known, row(s))
		}
	}
	for _, s := range all {
		n := len(tableOf(q, s).people[c])
		if n > 0 && n < k && (hidden[s] == "" && !s.own || rank(append(slices.Clone(known), row(s))) == rank(known)) {
			t.Fatalf("cell %d of question %d of %q (own: %v) is about %d people and follows from what is told", c, q, s.id, s.own, n)
		}
	}
}

// rank is how many of the rows do not follow from the others.
func rank(of [][]*big.Rat) (n int) {
	rows := make([][]*big.Rat, len(of))
	for i, r := range of {
		for _, v := range r {
			rows[i] = append(rows[i], new(big.Rat).Set(v))
		}
	}
	for col := 0; len(rows) > 0 && col < len(rows[0]); col++ {
		at := slices.IndexFunc(rows[n:], func(r []*big.Rat) bool { return r[col].Sign() != 0 })
		if at < 0 {
			continue
		}
		rows[n], rows[n+at] = rows[n+at], rows[n]
		for i := n + 1; i < len(rows); i++ {
			by := new(big.Rat).Quo(rows[i][col], rows[n][col])
			for j := range rows[i] {
				rows[i][j].Sub(rows[i][j], new(big.Rat).Mul(by, rows[n][j]))
			}
		}
		if n++; n == len(rows) {
			break
		}
	}
	return n
}

func TestQuarters(t *testing.T) {
	t.Parallel()
	q := Quarter("2026-Q1")
	if QuarterOf(q.Begin()) != q || QuarterOf(q.End()) != "2026-Q2" || QuarterOf(q.End().Add(-1)) != q {
		t.Errorf("%s is from %s to %s", q, q.Begin(), q.End())
	}
	if got := WholeQuarters(q.Begin(), 2); !slices.Equal(got, []Quarter{"2025-Q4", "2025-Q3"}) {
		t.Errorf("the quarters before are %v", got)
	}
}
