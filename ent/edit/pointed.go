package edit

// Pointed is a part of a text that something speaks of: where it was, in letters, and by what it is known again. It holds none of
// the words.
type Pointed struct {
	Field Field  `json:"field"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Mark  string `json:"mark"`
}
