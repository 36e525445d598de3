package workflow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/spent"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The bounds of a change, in letters and people.
const (
	MaxTitle       = 160
	MaxDifference  = 4000
	MaxCoProducers = 20
	MaxWords       = 2000
)

// CoProducer is somebody who makes a change together with others.
type CoProducer struct {
	Side coproducer.Side
	Name string
	Part string
}

// ChangeDraft is a change that people want to make together.
type ChangeDraft struct {
	ID          *typeid.ID `json:"-"`
	ServiceID   typeid.ID
	Title       string
	Difference  string
	CoProducers []CoProducer
	SpreadFrom  *typeid.ID `json:",omitempty"` // the change of another service that is taken over
	Action      *typeid.ID `json:",omitempty"` // the action that it comes out of
	OriginsWhy  string     `json:",omitempty"` // why the words behind that action led to it; empty links none of them
}

func (d ChangeDraft) tidy() (ChangeDraft, error) {
	var c checks
	d.Title = c.needed(d.Title, MaxTitle, "title")
	d.Difference = c.needed(d.Difference, MaxDifference, "difference")
	d.OriginsWhy = c.text(d.OriginsWhy, MaxReason, "originsWhy")
	if d.OriginsWhy != "" && d.Action == nil {
		c.add(Required, "Please say which action the change comes out of, or leave out why.", "actionId")
	}
	if len(d.CoProducers) > MaxCoProducers {
		c.add(TooMany, fmt.Sprintf("Please name at most %d people.", MaxCoProducers), "coproducers")
		return d, c.err()
	}
	sides := map[coproducer.Side]bool{}
	people := slices.Clone(d.CoProducers)
	for i, p := range people {
		at := strconv.Itoa(i)
		people[i].Name = c.needed(p.Name, 80, "coproducers", at, "name")
		people[i].Part = c.text(p.Part, 120, "coproducers", at, "part")
		sides[p.Side] = true
	}
	d.CoProducers = people
	if !bothSides(sides) {
		c.add(BothSidesNeeded, "A change is made together: please name at least one person of the patients and families, and one of the staff.", "coproducers")
	}
	return d, c.err()
}

// bothSides tells whether patients or family and staff are there: a joint decision takes both.
func bothSides(there map[coproducer.Side]bool) bool {
	return there[coproducer.SidePatientFamily] && there[coproducer.SideStaff]
}

// ChangePropose keeps a change that people of both sides want to make. Staff who reach the service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ChangePropose(ctx context.Context, d ChangeDraft) (*ent.Change, bool, error) {
	return once(ctx, f, sending[*ent.Change]{
		id: d.ID, prefix: typeid.Change, input: d, make: d.propose,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Change, error) { return a.Change.Get(ctx, id) },
		by:  func(c *ent.Change) (typeid.ID, string) { return c.ProposedByID, c.Fingerprint },
	})
}

func (d ChangeDraft) propose(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Change, error) {
	by, err := a.signature(ctx, d.ServiceID)
	if err != nil {
		return nil, err
	}
	d, err = d.tidy()
	if err != nil {
		return nil, err
	}
	words, err := a.comesOutOf(ctx, d)
	if err := firstOf(err, a.maySpread(ctx, d)); err != nil {
		return nil, err
	}
	c, err := a.Change.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetServiceID(d.ServiceID).SetProposedByID(typeid.ID(a.viewer.Person)).
		SetTitle(d.Title).SetDifference(d.Difference).SetState(change.StatePlanned).SetMovedAt(a.at).SetNillableSpreadFromID(d.SpreadFrom).SetNillableActionID(d.Action).Save(ctx)
	if err != nil {
		return nil, err
	}
	people := make([]*ent.CoProducerCreate, len(d.CoProducers))
	for i, p := range d.CoProducers {
		people[i] = a.CoProducer.Create().SetCreatedAt(a.at).SetChangeID(id).SetSide(p.Side).SetName(p.Name).SetPart(p.Part)
	}
	return c, firstOf(a.CoProducer.CreateBulk(people...).Exec(ctx), a.linkAll(ctx, c, by, words, d.OriginsWhy), a.tellSpread(ctx, c))
}

// LinkDraft says that an experience led to a change, and how.
type LinkDraft struct {
	ID           *typeid.ID `json:"-"`
	ChangeID     typeid.ID
	ExperienceID typeid.ID
	Why          string
}

// ChangeLink makes a link of the line and tells the author of the experience. Staff who reach the change's service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ChangeLink(ctx context.Context, d LinkDraft) (*ent.Origin, bool, error) {
	return once(ctx, f, sending[*ent.Origin]{
		id: d.ID, prefix: typeid.Origin, input: d, make: d.link,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Origin, error) { return a.Origin.Get(ctx, id) },
		by:  func(o *ent.Origin) (typeid.ID, string) { return o.LinkedByID, o.Fingerprint },
	})
}

func (d LinkDraft) link(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Origin, error) {
	c, by, err := a.ownChange(ctx, d.ChangeID)
	if err != nil {
		return nil, err
	}
	e, err := a.Experience.Get(ctx, d.ExperienceID)
	if err != nil {
		return nil, err
	}
	linked, err := a.Origin.Query().Where(origin.ChangeID(c.ID), origin.ExperienceID(e.ID)).Exist(ctx)
	if err != nil {
		return nil, err
	}
	why, err := a.linkable(ctx, e, id, d.Why, linked, "This experience is linked to the change already.")
	if err != nil {
		return nil, err
	}
	o, err := a.Origin.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetChangeID(c.ID).SetExperienceID(e.ID).
		SetLinkedByID(typeid.ID(a.viewer.Person)).SetLinkedByName(by.name).SetWhy(why).Save(ctx)
	if err != nil {
		return nil, err
	}
	return o, a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: step.KindLinkedToChange, about: string(o.ID), change: &c.ID, words: why})
}

// takenBack tells whether there was a link of that id: the id is all that is left of it.
func (a *act) takenBack(ctx context.Context, link typeid.ID) (bool, error) {
	return a.Spent.Query().Where(spent.ID(link)).Exist(rule.AsSystem(ctx, "what was taken back does not come back by being sent again"))
}

// ChangeUnlink takes a link back: from then on neither end shows the other, and the author of the experience is told why.
// Staff who reach the change's service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ChangeUnlink(ctx context.Context, link typeid.ID, why string) (*ent.Change, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Change, error) {
		o, err := a.Origin.Get(ctx, link)
		if err != nil {
			return nil, err
		}
		c, _, err := a.ownChange(ctx, o.ChangeID)
		if err != nil {
			return nil, err
		}
		var said checks
		why = said.needed(why, MaxReason, "why")
		if err := said.err(); err != nil {
			return nil, err
		}
		e, err := a.Experience.Get(ctx, o.ExperienceID)
		if err != nil {
			return nil, err
		}
		if err := a.Origin.DeleteOne(o).Exec(ctx); err != nil {
			return nil, err
		}
		if err := a.spend(ctx, o.ID); err != nil {
			return nil, err
		}
		return c, a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: step.KindUnlinkedFromChange, about: string(o.ID), change: &c.ID, words: why})
	})
}

// ownChange reads a change that the viewer may work on, so that nobody else moves it until the transaction is over.
func (a *act) ownChange(ctx context.Context, id typeid.ID) (*ent.Change, signature, error) {
	c, err := hold(a, a.Change.Query().Where(change.ID(id))).Only(ctx)
	if err != nil {
		return nil, signature{}, err
	}
	by, err := a.signature(ctx, c.ServiceID)
	return c, by, err
}

// CoproducerUnname takes away the name of somebody who does not want to be named any more; that somebody of their side was there
// stays. Staff who reach the service of the change. Errors: ErrNotFound, ErrForbidden.
func (f *Flow) CoproducerUnname(ctx context.Context, id typeid.ID) (c *ent.Change, replayed bool, err error) {
	c, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Change, error) {
		p, err := a.CoProducer.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		c, _, err := a.ownChange(ctx, p.ChangeID)
		if err != nil {
			return nil, err
		}
		p, err = a.CoProducer.Get(ctx, id) // as it is now that the change is held
		if replayed = p.UnnamedAt != nil; replayed || err != nil {
			return c, err
		}
		_, err = a.CoProducer.Update().Where(coproducer.ID(id)).SetName("").SetPart("").SetUnnamedAt(a.at).Save(ctx)
		return c, err
	})
	return c, replayed && err == nil, err
}
