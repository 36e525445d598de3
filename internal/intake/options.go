package intake

import "time"

// Options are the limits of a reader. The zero value is right for most files.
type Options struct {
	// Today is the last day that an experience may be from. Zero means now.
	Today time.Time
	// Earliest is the first day that an experience may be from. Zero means 1 January 2000, before which
	// a date in a survey is nearly always a slip of the keyboard.
	Earliest time.Time
	// Covers is the time that the file is about, if known (see PeriodOf). It refuses nothing; it only helps to tell
	// 04/12 from 12/04 when one of the two lies outside.
	Covers Period
	// MaxLine is the longest line or CSV record in bytes. Zero means 1 MiB. No more than a few times this is held in memory.
	MaxLine int
	// MaxText is the longest story in characters. Zero means 10,000.
	MaxText int
}

// maxName is the longest name, id or code in characters; maxQuestion the longest question.
const (
	maxName     = 300
	maxQuestion = 2000
)

func (o Options) withDefaults() Options {
	if o.Today.IsZero() {
		o.Today = time.Now()
	}
	if o.Earliest.IsZero() {
		o.Earliest = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.MaxLine <= 0 {
		o.MaxLine = 1 << 20
	}
	if o.MaxText <= 0 {
		o.MaxText = 10_000
	}
	return o
}
