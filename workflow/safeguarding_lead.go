package workflow

import (
	"context"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// concernMove is what a lead does with a concern: the kind of the act, to or from whom, and in which words.
type concernMove struct {
	id       typeid.ID
	expected int
	kind     concernentry.Kind
	who      string
	words    string
	when     *time.Time // when it was received, if not now
}

// afterConcern decides where a concern goes.
//
//	RAISED ──▶ ACKNOWLEDGED ──▶ HANDED_OVER ──▶ RECEIVED ──▶ CLOSED
//	                │  ▲            ▲ │ again      │ on         ▲
//	                │  take over    └─┴────────────┘            │
//	                └───────────────────────────────────────────┘
//
// What nobody took up is not closed, and what was handed over is not closed before somebody said that they have it.
func afterConcern(from concern.State, kind concernentry.Kind) (to concern.State, ok bool) {
	const acknowledged, handedOver, received = concern.StateAcknowledged, concern.StateHandedOver, concern.StateReceived
	ways := map[concernentry.Kind]struct {
		from []concern.State
		to   concern.State
	}{
		concernentry.KindAcknowledged: {[]concern.State{concern.StateRaised}, acknowledged},
		concernentry.KindTakenOver:    {[]concern.State{acknowledged, handedOver, received}, from},
		concernentry.KindHandedOver:   {[]concern.State{acknowledged, handedOver, received}, handedOver},
		concernentry.KindReceived:     {[]concern.State{handedOver}, received},
		concernentry.KindClosed:       {[]concern.State{acknowledged, received}, concern.StateClosed},
	}
	way := ways[kind]
	return way.to, slices.Contains(way.from, from)
}

// ConcernAcknowledge says that a lead has read a concern and looks after it. Leads who reach its service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ConcernAcknowledge(ctx context.Context, id typeid.ID, expected int) (*ent.Concern, bool, error) {
	return f.moveConcern(ctx, concernMove{id: id, expected: expected, kind: concernentry.KindAcknowledged})
}

// ConcernTakeOver puts a concern into the hands of another lead, who says why. Leads who reach its service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ConcernTakeOver(ctx context.Context, id typeid.ID, expected int, why string) (*ent.Concern, bool, error) {
	var said checks
	why = said.needed(why, MaxConcern, "why")
	if err := said.err(); err != nil {
		return nil, false, err
	}
	return f.moveConcern(ctx, concernMove{id: id, expected: expected, kind: concernentry.KindTakenOver, words: why})
}

// ConcernHandOver says whom a lead asked to act. Leads who reach its service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ConcernHandOver(ctx context.Context, id typeid.ID, expected int, to, words string) (*ent.Concern, bool, error) {
	var said checks
	to, words = said.needed(to, MaxWho, "to"), said.text(words, MaxConcern, "words")
	if err := said.err(); err != nil {
		return nil, false, err
	}
	return f.moveConcern(ctx, concernMove{id: id, expected: expected, kind: concernentry.KindHandedOver, who: to, words: words})
}

// ConcernReceive is the receipt: who said that they have it, when (now, if not said), in which words. Leads who reach its
// service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ConcernReceive(ctx context.Context, id typeid.ID, expected int, by, words string, when *time.Time) (*ent.Concern, bool, error) {
	var said checks
	by, words = said.needed(by, MaxWho, "by"), said.text(words, MaxConcern, "words")
	if err := said.err(); err != nil {
		return nil, false, err
	}
	return f.moveConcern(ctx, concernMove{id: id, expected: expected, kind: concernentry.KindReceived, who: by, words: words, when: when})
}

// ConcernClose ends a concern with what came of it. When it was the last one, a moderator reads the experience again. Leads who
// reach its service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ConcernClose(ctx context.Context, id typeid.ID, expected int, outcome string) (*ent.Concern, bool, error) {
	var said checks
	outcome = said.needed(outcome, MaxConcern, "outcome")
	if err := said.err(); err != nil {
		return nil, false, err
	}
	return f.moveConcern(ctx, concernMove{id: id, expected: expected, kind: concernentry.KindClosed, words: outcome})
}

func (f *Flow) moveConcern(ctx context.Context, m concernMove) (c *ent.Concern, replayed bool, err error) {
	c, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Concern, error) {
		c, err := a.lockConcern(ctx, m.id)
		if err != nil {
			return nil, err
		}
		if replayed, err = a.movedConcernAlready(ctx, c, m); replayed || err != nil {
			return c, err
		}
		to, err := m.decide(c, a.viewer.Person, a.at)
		if err != nil {
			return nil, err
		}
		name := a.ownName(ctx)
		if c, err = m.set(a, c, to, name).Save(ctx); err != nil {
			return nil, err
		}
		if err := a.concernEntry(ctx, c.ID, m.kind, name, m.who, m.words); err != nil || m.kind != concernentry.KindClosed {
			return c, err
		}
		return c, a.letGo(ctx, c)
	})
	return c, replayed && err == nil, err
}

// lockConcern reads a concern in the viewer's hands so that nobody else moves it until the transaction is over.
func (a *act) lockConcern(ctx context.Context, id typeid.ID) (*ent.Concern, error) {
	return hold(a, a.Concern.Query().Where(concern.ID(id))).Only(ctx)
}

// movedConcernAlready tells whether the newest step was the viewer's and the same: then a client sent it again.
func (a *act) movedConcernAlready(ctx context.Context, c *ent.Concern, m concernMove) (bool, error) {
	if c.Version != m.expected+1 {
		return false, nil
	}
	newest, err := a.ConcernEntry.Query().Where(concernentry.ConcernID(c.ID), concernentry.KindNEQ(concernentry.KindIdentitySeen)).
		Order(concernentry.ByCreatedAt(sql.OrderDesc()), concernentry.ByID(sql.OrderDesc())).First(ctx)
	if err != nil {
		return false, err
	}
	return string(newest.AuthorID) == a.viewer.Person && newest.Kind == m.kind && newest.Who == m.who && newest.Words == m.words, nil
}

// decide tells where a concern goes, or why it does not.
func (m concernMove) decide(c *ent.Concern, me string, now time.Time) (concern.State, error) {
	to, ok := afterConcern(c.State, m.kind)
	switch {
	case c.Version != m.expected:
		return to, stale(c.Version)
	case !ok:
		return to, refuse(NotNow, "This cannot be done with the concern as it stands. Please read it again.", "concernId")
	case m.kind == concernentry.KindTakenOver && string(*c.AcknowledgedByID) == me:
		return to, refuse(NotNow, "You look after this concern already.", "concernId")
	case m.when != nil && (m.when.After(now) || m.when.Before(*c.HandedOverAt)):
		return to, refuse(Invalid, "Please give a time between the hand-over and now.", "receivedAt")
	}
	return to, nil
}

// set is what a step changes in the row. A clock starts anew with each state; who takes over keeps the one that runs.
func (m concernMove) set(a *act, c *ent.Concern, to concern.State, name string) *ent.ConcernUpdateOne {
	u := c.Update().SetState(to).AddVersion(1)
	if m.kind != concernentry.KindTakenOver && to != concern.StateClosed {
		u.SetDueAt(a.at.Add(concernClock(c.Level, to)))
	}
	switch m.kind {
	case concernentry.KindAcknowledged, concernentry.KindTakenOver:
		u.SetAcknowledgedByID(typeid.ID(a.viewer.Person)).SetAcknowledgedByName(name).SetAcknowledgedAt(a.at)
	case concernentry.KindHandedOver:
		u.SetHandedTo(m.who).SetHandedOverAt(a.at).SetReceivedBy("").ClearReceivedAt()
	case concernentry.KindReceived:
		u.SetReceivedBy(m.who).SetReceivedAt(a.at)
		if m.when != nil {
			u.SetReceivedAt(*m.when)
		}
	case concernentry.KindClosed:
		u.SetOutcome(m.words).SetClosedAt(a.at)
	}
	return u
}

// letGo sends an experience back to the moderators when its last concern is closed: a person reads it again.
func (a *act) letGo(ctx context.Context, c *ent.Concern) error {
	ctx = rule.AsSystem(ctx, "what was held back goes back to the moderators, when no concern about it is open, whoever may see the others")
	e, err := lockExperience(ctx, a, c.ExperienceID)
	if err != nil {
		return err
	}
	open, err := a.Concern.Query().Where(concern.ExperienceID(e.ID), rule.Open, concern.IDNEQ(c.ID)).Exist(ctx)
	if err != nil || open || e.State != experience.StateSafeguarding {
		return err
	}
	_, err = a.become(ctx, e, standing{state: experience.StateInModeration}, noLongerHeld)
	return err
}
