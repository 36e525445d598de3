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

// sending is one input that a client may send again for ever, and what has to be known to make a thing of it once.
type sending[T any] struct {
	id     *typeid.ID // chosen by the client; nil: we choose
	prefix typeid.Prefix
	input  any
	get    func(context.Context, *act, typeid.ID) (T, error)
	by     func(T) (person typeid.ID, fingerprint string)
	make   func(context.Context, *act, typeid.ID, string) (T, error)
}

// fingerprint tells the same words from other words under the same id.
func fingerprint(input any) (string, error) {
	text, err := json.Marshal(input)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// name is the id of the thing to be.
func (s sending[T]) name() (typeid.ID, error) {
	if s.id == nil {
		return typeid.New(s.prefix), nil
	}
	if s.id.Prefix() != s.prefix {
		return "", refuse(Invalid, "An id for this begins with "+string(s.prefix)+"_. Leave it out to have one made for you.", "id")
	}
	return *s.id, nil
}

// once makes a thing at most once, however often it is sent. The same id with the same input gives the same thing again
// (replayed); with other input, or when the id is somebody else's, CONFLICT, which tells nothing about the other.
func once[T any](ctx context.Context, f *Flow, s sending[T]) (row T, replayed bool, err error) {
	print, err := fingerprint(s.input)
	if err != nil {
		return row, false, err
	}
	id, err := s.name()
	if err != nil {
		return row, false, err
	}
	for range 2 { // a second time when it is refused or gone: the same may have been sent twice at once, and the other was quicker
		row, err = write(ctx, f, func(ctx context.Context, a *act) (T, error) {
			if s.id != nil {
				earlier, err := s.get(rule.AsSystem(ctx, "a client's id must be told from an earlier one"), a, id)
				if replayed = !ent.IsNotFound(err); replayed {
					return s.again(ctx, a, earlier, err, id, print)
				}
			}
			return s.make(ctx, a, id, print)
		})
		if s.id == nil || !ent.IsConstraintError(err) && !errors.As(err, new(Refusal)) && !ent.IsNotFound(err) && !errors.Is(err, ErrNotFound) {
			break
		}
	}
	return row, replayed && err == nil, err
}

// again gives back what was made before, if it is the viewer's and says the same.
func (s sending[T]) again(ctx context.Context, a *act, earlier T, err error, id typeid.ID, print string) (T, error) {
	var none T
	if err != nil {
		return none, err
	}
	if person, said := s.by(earlier); string(person) != a.viewer.Person || said != print {
		return none, taken()
	}
	return s.get(ctx, a, id)
}

// taken refuses an id that stands for something else.
func taken() error {
	return refuse(Conflict, "This id stands for something else already. Please make a new id, or send the same words again.", "id")
}
