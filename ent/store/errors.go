package store

// Kind says what sort of thing keeps a store from opening.
type Kind string

// The kinds of Error.
const (
	BadURL       Kind = "bad-url"        // the address cannot be read
	InUse        Kind = "in-use"         // another Hearback has the file
	Locked       Kind = "locked"         // another program keeps the database from being written
	ReadOnly     Kind = "read-only"      // the file, folder or server takes no writes
	NotADatabase Kind = "not-a-database" // the file holds something else, or is damaged
	Unusable     Kind = "unusable"       // the path cannot be used at all
	Unreachable  Kind = "unreachable"    // PostgreSQL does not answer
	Refused      Kind = "refused"        // PostgreSQL answers and says no
	Unsuitable   Kind = "unsuitable"     // PostgreSQL is too old or keeps text in another encoding than UTF-8
)

// Error is why a store does not open, as a sentence for the person at the keyboard and what they can do next.
// It never holds a password.
type Error struct {
	Kind    Kind
	Store   string // as Store.Describe
	Problem string // what is wrong, with Store as its subject
	Remedy  string // what to do or type next
	Cause   error  // may be nil; for a log
}

// Error is the whole sentence: store, problem, remedy.
func (e *Error) Error() string { return e.Store + " " + e.Problem + ". " + e.Remedy + "." }

// Unwrap gives the driver's or the system's own error.
func (e *Error) Unwrap() error { return e.Cause }
