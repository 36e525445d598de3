package workflow

import (
	"context"
	"slices"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/predicate"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxMarked is how many steps can be marked by their ids at once.
const MaxMarked = 100

// StepsMark marks steps that the viewer was told as read, or as not read: these, or one with all before it. What is read is not
// sent any more. Marking twice changes nothing. Errors: ErrSignIn, ErrNotFound, Refusal.
func (f *Flow) StepsMark(ctx context.Context, ids []typeid.ID, upTo *typeid.ID, read bool) (*ent.Person, error) {
	if (len(ids) == 0) == (upTo == nil) {
		return nil, refuse(Invalid, "Please say which steps: either their ids, or the last of them.", "stepIds")
	}
	if len(ids) > MaxMarked {
		return nil, refuse(TooMany, "Please mark at most 100 at once, or the last of them with all before it.", "stepIds")
	}
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Person, error) {
		me, err := signedIn(ctx)
		if err != nil {
			return nil, err
		}
		which, err := a.ownSteps(rule.AsSystem(ctx, "people mark what they were told themselves"), me, ids, upTo)
		if err != nil {
			return nil, err
		}
		if err := a.mark(ctx, read, step.PersonID(me), which); err != nil {
			return nil, err
		}
		return a.Person.Get(rule.AsSystem(ctx, "who marked something gets themselves, also with a token that only writes"), me)
	})
}

// ownSteps holds for the steps that are meant. Errors: ErrNotFound, when one is not the viewer's.
func (a *act) ownSteps(ctx context.Context, me typeid.ID, ids []typeid.ID, upTo *typeid.ID) (predicate.Step, error) {
	if upTo != nil {
		last, err := a.Step.Query().Where(step.ID(*upTo), step.PersonID(me)).Only(ctx)
		if err != nil {
			return nil, err
		}
		return step.NumberLTE(last.Number), nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	n, err := a.Step.Query().Where(step.IDIn(ids...), step.PersonID(me)).Count(ctx)
	if err == nil && n < len(ids) {
		err = ErrNotFound
	}
	return step.IDIn(ids...), err
}

func (a *act) mark(ctx context.Context, read bool, which ...predicate.Step) error {
	if read {
		return a.Step.Update().Where(which...).Where(step.ReadAtIsNil()).SetReadAt(a.at).Exec(ctx)
	}
	return a.Step.Update().Where(which...).Where(step.ReadAtNotNil()).ClearReadAt().Exec(ctx)
}
