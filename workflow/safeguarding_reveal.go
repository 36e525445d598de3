package workflow

import (
	"context"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// RevealDraft is why a lead has to know who wrote an experience; and, when its author must not be told of that, why not.
type RevealDraft struct {
	ID              *typeid.ID `json:"-"`
	ConcernID       typeid.ID
	Reason          string
	WithholdBecause string
}

// Identity is what is known of an author, which may be nothing: people can speak without saying who they are.
type Identity struct {
	Email *string // nil when they gave none: then only their recovery code leads to them, and nobody here has it
	Name  string  // the name they sign answers with, if they ever chose one
}

const seenForSafety = "Somebody who looks after people's safety had to see who wrote this. They may only do that to keep people safe, and it is written down that they did. Their reason: "

// IdentityReveal tells who wrote an experience to the lead who looks after a concern about it, and to nobody else. It is written
// down with the reason, and the author is told of it with that reason, unless the lead writes down why they must not be.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) IdentityReveal(ctx context.Context, d RevealDraft) (*ent.BreakGlass, *Identity, bool, error) {
	b, replayed, err := once(ctx, f, sending[*ent.BreakGlass]{
		id: d.ID, prefix: typeid.BreakGlass, input: d, make: d.reveal,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.BreakGlass, error) {
			return a.BreakGlass.Get(ctx, id)
		},
		by: func(b *ent.BreakGlass) (typeid.ID, string) { return b.SeenByID, b.Fingerprint },
	})
	if err != nil {
		return nil, nil, false, err
	}
	who, err := f.whoWrote(ctx, b)
	if err != nil {
		return nil, nil, false, err
	}
	return b, who, replayed, nil
}

func (d RevealDraft) reveal(ctx context.Context, a *act, id typeid.ID, print string) (*ent.BreakGlass, error) {
	c, err := a.lockConcern(ctx, d.ConcernID)
	if err != nil {
		return nil, err
	}
	if err := mayReveal(c, a.viewer.Person); err != nil {
		return nil, err
	}
	var said checks
	reason, withhold := said.needed(d.Reason, MaxReason, "reason"), said.text(d.WithholdBecause, MaxReason, "withholdNoticeBecause")
	if err := said.err(); err != nil {
		return nil, err
	}
	name := a.ownName(ctx)
	b, err := a.BreakGlass.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetConcernID(c.ID).SetSeenByID(typeid.ID(a.viewer.Person)).
		SetSeenByName(name).SetReason(reason).SetWithheldBecause(withhold).Save(ctx)
	if err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActBreakGlass, as: auth.SafeguardingLead, at: c.ServiceID, about: c.ID, record: b.ID, whose: c.AboutID})
	if err := a.concernEntry(ctx, c.ID, concernentry.KindIdentitySeen, name, "", reason); err != nil || withhold != "" {
		return b, err
	}
	return b, a.tell(ctx, told{person: c.AboutID, experience: c.ExperienceID, kind: step.KindIdentitySeen, about: string(b.ID), words: seenForSafety + reason})
}

// mayReveal decides whether somebody may look who wrote: the lead who looks after the concern, as long as it is open.
func mayReveal(c *ent.Concern, me string) error {
	switch {
	case c.State == concern.StateRaised:
		return refuse(NotNow, "Please acknowledge the concern first: only who looks after it may see who wrote.", "concernId")
	case c.State == concern.StateClosed:
		return refuse(NotNow, "This concern is closed. Who wrote is no longer shown.", "concernId")
	case c.AcknowledgedByID == nil || string(*c.AcknowledgedByID) != me:
		return ErrForbidden
	}
	return nil
}

// whoWrote reads what is known of the author. What was written down a while ago opens nothing any more once the concern is
// closed or in other hands.
func (f *Flow) whoWrote(ctx context.Context, b *ent.BreakGlass) (*Identity, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*Identity, error) {
		c, err := a.Concern.Get(ctx, b.ConcernID)
		if err != nil {
			return nil, err
		}
		if err := mayReveal(c, a.viewer.Person); err != nil {
			return nil, err
		}
		p, err := a.Person.Get(rule.AsSystem(ctx, "break-glass: the lead who looks after a concern sees who wrote, which is written down"), c.AboutID)
		if ent.IsNotFound(err) {
			return &Identity{}, nil
		}
		if err != nil {
			return nil, err
		}
		return &Identity{Email: p.Email, Name: p.Name}, nil
	})
}
