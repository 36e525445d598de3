package workflow

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/rule"
)

// AuditHead is the end of the audit log at some moment. Noted somewhere else, it tells whether entries were cut off the end
// later: the chain alone cannot.
type AuditHead struct {
	Number int // 0 for an empty log
	Hash   string
}

// String is the head as NUMBER:HASH.
func (h AuditHead) String() string { return fmt.Sprintf("%d:%s", h.Number, h.Hash) }

var errHead = errors.New("a head looks like 12:9f86d0…, a number and 64 letters and digits, as `hearback audit head` prints it")

// UnmarshalText reads what String wrote.
func (h *AuditHead) UnmarshalText(text []byte) error {
	number, hash, _ := strings.Cut(string(text), ":")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || len(hash) != len(beginning) || strings.Trim(hash, "0123456789abcdef") != "" {
		return errHead
	}
	*h = AuditHead{n, hash}
	return nil
}

// AuditHead is the end of the log as it is now. For the command line only.
func (f *Flow) AuditHead(ctx context.Context) (AuditHead, error) {
	ctx = rule.AsSystem(ctx, "whoever runs the program looks after the log")
	last, err := f.DB.AuditEntry.Query().Order(auditentry.ByNumber(sql.OrderDesc())).First(ctx)
	if ent.IsNotFound(err) {
		return AuditHead{Hash: beginning}, nil
	}
	if err != nil {
		return AuditHead{}, err
	}
	return AuditHead{last.Number, last.Hash}, nil
}

// Fault is a way in which the chain can be broken.
type Fault string

// The faults.
const (
	Gap   Fault = "gap"   // an entry is missing
	Order Fault = "order" // an entry stands where it was not written, or the one before was changed together with its hash
	Hash  Fault = "hash"  // an entry was changed
	Short Fault = "short" // the end was cut off, or is another one than was noted
)

// Broken says where the audit log is broken first, and how.
type Broken struct {
	Number int
	Fault  Fault
	words  string
}

func (b *Broken) Error() string {
	return fmt.Sprintf("the audit log is broken at number %d (%s): %s", b.Number, b.Fault, b.words)
}

// verifiedAtOnce is how many entries are in memory at a time.
const verifiedAtOnce = 1000

// AuditVerify walks through the whole log, a thousand entries at a time, and gives its end. It also holds the log against a
// head that was noted elsewhere, if there is one. For the command line only. Errors: *Broken.
func (f *Flow) AuditVerify(ctx context.Context, noted *AuditHead) (AuditHead, error) {
	ctx = rule.AsSystem(ctx, "whoever runs the program looks after the log")
	w := walk{at: AuditHead{Hash: beginning}, noted: noted}
	var last *ent.AuditEntry
	for {
		q := f.DB.AuditEntry.Query().Order(auditentry.ByNumber(), auditentry.ByID()).Limit(verifiedAtOnce)
		if last != nil {
			q.Where(auditentry.Or(auditentry.NumberGT(last.Number), auditentry.And(auditentry.Number(last.Number), auditentry.IDGT(last.ID))))
		}
		entries, err := q.All(ctx)
		if err != nil {
			return w.at, err
		}
		for _, e := range entries {
			if err := w.step(e); err != nil {
				return w.at, err
			}
		}
		if len(entries) < verifiedAtOnce {
			return w.at, w.end()
		}
		last = entries[len(entries)-1]
	}
}

// walk is how far somebody has come through the log, all of it whole so far.
type walk struct {
	at    AuditHead
	noted *AuditHead
}

// step holds the next entry against the one before and against itself.
func (w *walk) step(e *ent.AuditEntry) error {
	next := w.at.Number + 1
	switch {
	case e.Number > next:
		return &Broken{next, Gap, fmt.Sprintf("this entry is missing; the next one there is number %d", e.Number)}
	case e.Number < next:
		return &Broken{e.Number, Order, "there are two entries of this number, or it comes before the first"}
	case e.Hash != seal(e):
		return &Broken{e.Number, Hash, "this entry is not what was written: something in it was changed"}
	case e.Previous != w.at.Hash:
		return &Broken{e.Number, Order, "this entry does not follow the one before: one of them was changed together with its hash, moved or put in"}
	}
	w.at = AuditHead{e.Number, e.Hash}
	if w.noted != nil && w.noted.Number == e.Number {
		return w.held()
	}
	return nil
}

// held compares the entry of the noted number with what was noted.
func (w *walk) held() error {
	if w.noted.Hash != w.at.Hash {
		return &Broken{w.at.Number, Short, "this entry is another one than was noted: the end of the log was written anew"}
	}
	return nil
}

// end looks for entries that were there when the head was noted.
func (w *walk) end() error {
	switch {
	case w.noted == nil || w.noted.Number > 0 && w.noted.Number <= w.at.Number:
		return nil
	case w.noted.Number == 0:
		if w.noted.Hash != beginning {
			return &Broken{0, Short, "what was noted is the head of no log"}
		}
		return nil
	}
	return &Broken{w.at.Number + 1, Short, fmt.Sprintf("the log ends here, and was noted to reach number %d: its end was cut off", w.noted.Number)}
}
