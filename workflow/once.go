package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"hearback/ent/generated/ent"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// sending is one input that a client may send again for ever: the id that it chose (nil: we choose) and the input itself.
type sending struct {
	id     *typeid.ID
	prefix typeid.Prefix
	input  any
}

// fingerprint tells the same words from other words under the same id.
func (s sending) fingerprint() (string, error) {
	text, err := json.Marshal(s.input)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// stub is what must be known of an earlier row to tell a repeat from a conflict.
type stub struct {
	By          typeid.ID
	Fingerprint string
}

var errTaken = Refusal{{Code: Conflict, Path: []string{"id"},
	Message: "This id stands for something else already. Please make a new id, or send the same words again."}}

// once makes a thing at most once, however often it is sent. The same id with the same input gives the same thing again
// (replayed); with other input, or when the id is somebody else's, CONFLICT, which tells nothing about the other.
func once[T any](ctx context.Context, f *Flow, s sending, find func(context.Context, *act, typeid.ID) (stub, error),
	read func(context.Context, *act, typeid.ID) (T, error), make func(context.Context, *act, typeid.ID, string) (T, error),
) (row T, replayed bool, err error) {
	print, err := s.fingerprint()
	if err != nil {
		return row, false, err
	}
	id := typeid.New(s.prefix)
	if s.id != nil {
		id = *s.id
	}
	if id.Prefix() != s.prefix {
		return row, false, refuse(Invalid, "An id for this begins with "+string(s.prefix)+"_. Leave it out to have one made for you.", "id")
	}
	for range 2 { // a second time when it is refused: the same may have been sent twice at once, and the other was quicker
		row, err = write(ctx, f, func(ctx context.Context, a *act) (T, error) {
			if s.id != nil {
				earlier, err := find(rule.AsSystem(ctx, "a client's id must be told from an earlier one"), a, id)
				if replayed = err == nil; replayed || !ent.IsNotFound(err) {
					return again(ctx, a, earlier, print, id, err, read)
				}
			}
			return make(ctx, a, id, print)
		})
		if s.id == nil || !ent.IsConstraintError(err) && !errors.As(err, new(Refusal)) {
			break
		}
	}
	if err != nil {
		replayed = false
	}
	return row, replayed, err
}

// again gives back what was made before, if it is the viewer's and says the same.
func again[T any](ctx context.Context, a *act, earlier stub, print string, id typeid.ID, err error, read func(context.Context, *act, typeid.ID) (T, error)) (T, error) {
	var none T
	if err != nil {
		return none, err
	}
	if string(earlier.By) != a.viewer.Person || earlier.Fingerprint != print {
		return none, errTaken
	}
	row, err := read(ctx, a, id)
	if ent.IsNotFound(err) {
		err = errors.Join(ErrNotFound, err)
	}
	return row, err
}
