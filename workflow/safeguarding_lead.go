package workflow

import (
	"context"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
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
		if err := a.lockBelow(ctx, m); err != nil {
			return nil, err
		}
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
		if err := a.concernEntry(ctx, c.ID, m.kind, name, m.who, m.words); err != nil {
			return nil, err
		}
		return c, a.moved(ctx, c, m.kind)
	})
	return c, replayed && err == nil, err
}

// moved is what follows from a step: it is written down, the other leads hear of it, and at the end words go.
func (a *act) moved(ctx context.Context, c *ent.Concern, kind concernentry.Kind) error {
	a.audit(line{act: auditentry.ActConcern, as: auth.SafeguardingLead, at: c.ServiceID, about: c.ID, whose: c.AboutID, why: string(kind)})
	if err := a.tellLeads(ctx, c.ServiceID, c.ID); err != nil || kind != concernentry.KindClosed {
		return err
	}
	if c.WordsWithdrawn {
		c.Reason = ""
		if err := a.emptyConcern(ctx, c.ID); err != nil {
			return err
		}
	}
	return a.letGo(ctx, c)
}

// lockBelow holds the experience of a concern that is to be closed before the concern itself, as everybody does who needs both.
func (a *act) lockBelow(ctx context.Context, m concernMove) error {
	if m.kind != concernentry.KindClosed {
		return nil
	}
	c, err := a.Concern.Get(ctx, m.id)
	if err == nil {
		_, err = lockExperience(rule.AsSystem(ctx, "closing a concern may let its experience go"), a, c.ExperienceID)
	}
	return err
}

// withdrawnFrom leaves the concerns about words that were taken back to the leads who look after them, and takes what was said
// about those words out of the closed ones. That there was a concern, who did what when, and what came of it stays.
func (a *act) withdrawnFrom(ctx context.Context, e typeid.ID) error {
	ctx = rule.AsSystem(ctx, "what was said about words goes with them, as far as nobody has to act on it any more")
	if err := a.Concern.Update().Where(concern.ExperienceID(e)).SetWordsWithdrawn(true).Exec(ctx); err != nil {
		return err
	}
	closed, err := a.Concern.Query().Where(concern.ExperienceID(e), concern.StateEQ(concern.StateClosed)).IDs(ctx)
	for _, id := range closed {
		if err == nil {
			err = a.emptyConcern(ctx, id)
		}
	}
	return err
}

// emptyConcern takes out of a concern what may quote its author.
func (a *act) emptyConcern(ctx context.Context, id typeid.ID) error {
	return firstOf(
		a.empty(ctx, holding{table: concern.Table, of: concern.FieldID, texts: []string{concern.FieldReason, concern.FieldFingerprint}}, id),
		a.empty(ctx, holding{table: concernentry.Table, of: concernentry.FieldConcernID, texts: []string{concernentry.FieldWords}}, id))
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
		return false, ent.MaskNotFound(err) // another lead looks after it now, and sees who took that step
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
