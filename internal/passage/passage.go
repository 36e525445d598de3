// Package passage points at a part of a text so that it is found again when the text changes, and keeps none of its words.
package passage

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// Longest is how many letters a passage may have.
const Longest = 1000

// Standing is what has become of a passage.
type Standing string

// The standings.
const (
	AsMarked Standing = "AS_MARKED" // where it was
	Moved    Standing = "MOVED"     // elsewhere in the text
	Gone     Standing = "GONE"      // not in the text any more
)

// Passage is a part of a text. Start and End count letters, that is Unicode code points, as in package identify: its words
// are string([]rune(text)[Start:End]). Mark knows the words again; who has only the mark cannot read them from it.
type Passage struct {
	Start, End int
	Mark       string
}

// Of points at a part of a text; false when there is none or it is too long. The same words have another mark under another
// salt.
func Of(text string, start, end int, salt string) (Passage, bool) {
	letters := []rune(text)
	if start < 0 || end <= start || end > len(letters) || end-start > Longest {
		return Passage{}, false
	}
	words := letters[start:end]
	return Passage{start, end, strconv.FormatUint(rolled(words, base(salt)), 16) + "." + sure(words, salt)}, true
}

// Find tells where the words are in the text as it is now: where they were, or else the place nearest to that. The time it
// takes grows with the length of the text and no faster.
func (p Passage) Find(text, salt string) (start, end int, stands Standing) {
	letters, size := []rune(text), p.End-p.Start
	quick, hash, ok := strings.Cut(p.Mark, ".")
	wanted, err := strconv.ParseUint(quick, 16, 64)
	if !ok || err != nil || size <= 0 || size > len(letters) {
		return p.Start, p.End, Gone
	}
	best := -1
	for at := range likely(letters, size, wanted, base(salt)) {
		if (best < 0 || distance(at, p.Start) < distance(best, p.Start)) && sure(letters[at:at+size], salt) == hash {
			best = at
		}
	}
	switch best {
	case -1:
		return p.Start, p.End, Gone
	case p.Start:
		return p.Start, p.End, AsMarked
	}
	return best, best + size, Moved
}

// likely are the places of a text where as many letters have the wanted sum: rolled on from one place to the next (Karp and Rabin).
func likely(letters []rune, size int, wanted, base uint64) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		first := uint64(1)
		for range size - 1 {
			first *= base
		}
		sum := rolled(letters[:size], base)
		for at := 0; ; at++ {
			if sum == wanted && !yield(at) || at+size == len(letters) {
				return
			}
			sum = (sum-uint64(letters[at])*first)*base + uint64(letters[at+size]) //nolint:gosec // a letter is no negative number
		}
	}
}

func rolled(letters []rune, base uint64) (sum uint64) {
	for _, l := range letters {
		sum = sum*base + uint64(l) //nolint:gosec // a letter is no negative number
	}
	return sum
}

// base is the odd number that sums under a salt are made with.
func base(salt string) uint64 {
	hash := sha256.Sum256([]byte("base " + salt))
	return binary.BigEndian.Uint64(hash[:8]) | 1
}

// sure is what tells words from all others: 160 bits of their SHA-256.
func sure(words []rune, salt string) string {
	hash := sha256.Sum256([]byte(salt + "\x00" + string(words)))
	return hex.EncodeToString(hash[:20])
}

func distance(a, b int) int { return max(a-b, b-a) }
