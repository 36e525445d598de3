package workflow

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"hearback/auth"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/service"
	"hearback/internal/intake"
)

// MaxTaken is how many rows of a file may be taken in one transaction: both databases bound the arguments of a statement.
const MaxTaken = 2000

// Taking says how a batch of rows of a file is taken.
type Taking struct {
	DryRun    bool            // look and decide, write nothing
	NoCreate  bool            // of experiences: leave out those of a place that is not known, rather than make it
	Form      experience.Form // of experiences: what a row is that does not say it
	Published bool            // of experiences: a moderator read them elsewhere already; else one reads them here first
}

// Taken is what became of the rows of one batch: each is new, updated, known already (and left alone), or skipped.
type Taken struct {
	New, Updated, Known int
	Published           int     // of the new ones, without a moderator here
	People              int     // made; not counted in a dry run
	Places              []Place // made, or to be made in a dry run; parents before children
	Skipped, Noted      []intake.Problem
}

// Place is a service that an import made.
type Place struct {
	Kind service.Kind `json:"kind"`
	Code string       `json:"code"`
	Name string       `json:"name"`
}

// The codes of what only the store can say about a row; package intake has the others. They never change.
const (
	CodeParentUnknown    = "parent-unknown"
	CodeParentStands     = "parent-stands"
	CodeTaken            = "code-taken"
	CodeTooDeep          = "too-deep"
	CodeServiceUnknown   = "service-unknown"
	CodeServiceAmbiguous = "service-ambiguous"
	CodeServiceClosed    = "service-closed"
	CodeTrustMade        = "trust-made"
	CodeOtherWords       = "other-words"
	CodeTakenBack        = "taken-back"
	CodeMayTellOfDanger  = "may-tell-of-danger"
	CodeQuestionCut      = "question-cut"
	CodeRelationship     = "relationship-unknown"
	CodeForm             = "form-unknown"
	CodeSays             = "says-unknown"
)

func meaning(code string) string {
	switch code {
	case CodeParentUnknown:
		return "what it belongs to is not known yet; import the file with the tree first, then this one again"
	case CodeParentStands:
		return "stands under another parent in the store, and was left there"
	case CodeTaken:
		return "its code belongs to a place of another kind in the store"
	case CodeTooDeep:
		return "stands too deep in the tree to have anything below it"
	case CodeServiceUnknown:
		return "its service is not known; import the services first, or leave out --no-create"
	case CodeServiceAmbiguous:
		return "several places of the trust have the name of its service; give the code of the right one"
	case CodeForm:
		return "the form is not one that we know: experience, statement, interview, observation, survey result or thank-you"
	case CodeSays:
		return "says is how a statement is sorted, and nothing else: working, not working or important for the future"
	case CodeServiceClosed:
		return "it happened after its service closed"
	}
	return meaningOfNote(code)
}

func meaningOfNote(code string) string {
	switch code {
	case CodeTrustMade:
		return "the trust was not known and was made with its code for a name, below no commissioner; import the services first to have it in its place"
	case CodeOtherWords:
		return "known already, but with other words; what is in the store was left as it is"
	case CodeTakenBack:
		return "somebody took these words back; they stay away"
	case CodeMayTellOfDanger:
		return "the words may tell of danger: a moderator reads them before they are published"
	case CodeQuestionCut:
		return "the question is longer than we can keep and was cut"
	case CodeRelationship:
		return "the relationship is not one that we know; kept as that of a patient"
	}
	return intake.Meaning(code)
}

func (t *Taken) skip(line int, code string) {
	t.Skipped = append(t.Skipped, intake.Problem{Line: line, Code: code, Reason: meaning(code)})
}

func (t *Taken) note(line int, code string) {
	t.Noted = append(t.Noted, intake.Problem{Line: line, Code: code, Reason: meaning(code)})
}

// take runs do in one transaction: one that may write, or for a dry run one that the database itself keeps from writing.
func (f *Flow) take(ctx context.Context, rows int, how Taking, do func(context.Context, *act) (Taken, error)) (Taken, error) {
	if rows > MaxTaken {
		return Taken{}, fmt.Errorf("a batch of %d rows; at most %d are taken at once", rows, MaxTaken)
	}
	if !how.DryRun {
		return write(ctx, f, do)
	}
	tx, err := f.DB.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return Taken{}, fmt.Errorf("beginning: %w", err)
	}
	taken, err := do(ctx, &act{Client: tx.Client(), viewer: auth.FromContext(ctx), at: f.Now().UTC(), dialect: f.Dialect})
	return taken, errors.Join(err, tx.Rollback())
}

// within keeps a key inside the bytes of its column: what is too long keeps its beginning and ends with a hash of the whole.
func within(key string, bytes int) string {
	if len(key) <= bytes {
		return key
	}
	const hash = 32
	sum := sha256.Sum256([]byte(key))
	front := key[:bytes-hash-1]
	for len(front) > 0 && key[len(front)]&0xC0 == 0x80 { // not in the middle of a letter
		front = front[:len(front)-1]
	}
	return front + "~" + hex.EncodeToString(sum[:hash/2])
}
