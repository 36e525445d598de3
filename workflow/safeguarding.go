package workflow

import (
	"context"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/pubsub"
	"hearback/internal/signals"
)

// The bounds of what is said about a concern, in letters.
const (
	MaxConcern = 2000
	MaxWho     = 200
)

// What the author of words that are held back for safety is told, with where to turn to; and when they no longer are.
const (
	heldForSafety = "Thank you for telling us. What you wrote matters, and you have done nothing wrong. Somebody who looks after people's safety will read it, and for the time being nobody else can see it."
	noLongerHeld  = "Your words are no longer held back. A moderator will read them again before others can."
)

// concernClock is how long each level may stay in a state: until a lead has taken it up, until it was handed over or closed,
// until who it was handed to said that they have it, and until it is closed. The hours are a business decision: see
// docs/decisions/0014-safeguarding.md.
func concernClock(level concern.Level, state concern.State) time.Duration {
	const hour, day = time.Hour, 24 * time.Hour
	return map[concern.Level]map[concern.State]time.Duration{
		concern.LevelImmediate: {concern.StateRaised: hour, concern.StateAcknowledged: 4 * hour, concern.StateHandedOver: hour, concern.StateReceived: 7 * day},
		concern.LevelSerious:   {concern.StateRaised: day, concern.StateAcknowledged: 2 * day, concern.StateHandedOver: day, concern.StateReceived: 28 * day},
		concern.LevelLow:       {concern.StateRaised: 3 * day, concern.StateAcknowledged: 7 * day, concern.StateHandedOver: 3 * day, concern.StateReceived: 28 * day},
	}[level][state]
}

// ConcernOverdue tells whether the next step of an open concern should have been taken by now.
func ConcernOverdue(c *ent.Concern, now time.Time) bool {
	return c.State != concern.StateClosed && now.After(c.DueAt)
}

// heldBack decides whether a concern of this level takes an experience in this state out of everybody's sight. What its author
// took out of everybody's hands stays there.
func heldBack(state experience.State, level concern.Level) bool {
	switch state {
	case experience.StateSafeguarding, experience.StatePaused, experience.StateWithdrawn:
		return false
	}
	return level != concern.LevelLow
}

// signsOf are the signs of danger in what somebody says, as they are kept beside it.
func signsOf(d ExperienceDraft) string {
	return signsIn(d.Story, d.WhatWasGood, d.CouldBeBetter)
}

// signsIn are the signs of danger in some texts, as they are kept beside them.
func signsIn(texts ...string) string { return signals.Join(signals.Find(texts...)) }

// ConcernDraft is a worry about somebody's safety that comes from an experience.
type ConcernDraft struct {
	ID           *typeid.ID `json:"-"`
	ExperienceID typeid.ID
	Level        concern.Level
	Reason       string
	Signalled    bool // whether a sign in the words made somebody look
}

// ConcernRaise tells the safeguarding leads of a worry; what is serious is held back at once. Moderators, leads and staff who
// can read the experience; nobody about their own words. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ConcernRaise(ctx context.Context, d ConcernDraft) (*ent.Concern, bool, error) {
	return once(ctx, f, sending[*ent.Concern]{
		id: d.ID, prefix: typeid.Concern, input: d, make: d.raise,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Concern, error) {
			return a.Concern.Get(rule.AsSystem(ctx, "who raised a concern may send it again, and is told where it stands"), id)
		},
		by: func(c *ent.Concern) (typeid.ID, string) { return c.RaisedByID, c.Fingerprint },
	})
}

func (d ConcernDraft) raise(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Concern, error) {
	system := rule.AsSystem(ctx, "a concern is kept from who raises it, and holds back what they may not change")
	e, err := lockExperience(system, a, d.ExperienceID)
	if err != nil {
		return nil, err
	}
	if err := a.twiceAtOnce(system, id); err != nil {
		return nil, err
	}
	if e, err = a.Experience.Get(ctx, e.ID); err != nil {
		return nil, err
	}
	source, err := a.concernedAs(ctx, e, d.Signalled)
	if err != nil {
		return nil, err
	}
	var said checks
	reason := said.needed(d.Reason, MaxConcern, "reason")
	if err := said.err(); err != nil {
		return nil, err
	}
	name, due := a.ownName(ctx), a.at.Add(concernClock(d.Level, concern.StateRaised))
	err = a.Concern.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetExperienceID(e.ID).SetServiceID(e.ServiceID).SetAboutID(e.AuthorID).
		SetRaisedByID(typeid.ID(a.viewer.Person)).SetRaisedByName(name).SetSource(source).SetLevel(d.Level).SetReason(reason).
		SetAcknowledgeBy(due).SetDueAt(due).Exec(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.concernEntry(system, id, concernentry.KindRaised, name, "", reason); err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActConcern, among: rule.Raisers(), at: e.ServiceID, about: id, whose: e.AuthorID, why: string(d.Level)})
	if err := a.tellLeads(system, e.ServiceID, id); err != nil {
		return nil, err
	}
	if heldBack(e.State, d.Level) {
		if err := a.holdBack(system, e); err != nil {
			return nil, err
		}
	}
	return a.Concern.Get(system, id)
}

// twiceAtOnce refuses what was made while this waited for the experience: `once` then finds it. Without that, who sent the
// same twice would be told that there is no such experience, because it is held back by now.
func (a *act) twiceAtOnce(ctx context.Context, id typeid.ID) error {
	made, err := a.Concern.Query().Where(concern.ID(id)).Exist(ctx)
	if err == nil && made {
		err = taken()
	}
	return err
}

// concernedAs tells as what somebody raises a concern. Nobody does about their own words: those have an author to talk to.
func (a *act) concernedAs(ctx context.Context, e *ent.Experience, signalled bool) (concern.Source, error) {
	at, err := a.Service.Get(ctx, e.ServiceID)
	if err != nil {
		return "", err
	}
	if string(e.AuthorID) == a.viewer.Person || !a.viewer.ReachesPath(at.Path, rule.Raisers()...) {
		return "", ErrForbidden
	}
	switch {
	case signalled:
		return concern.SourceSignal, nil
	case a.viewer.ReachesPath(at.Path, auth.Moderator):
		return concern.SourceModerator, nil
	case a.viewer.ReachesPath(at.Path, auth.SafeguardingLead):
		return concern.SourceLead, nil
	}
	return concern.SourceStaff, nil
}

// ownName is the name that the viewer signs with; empty when they chose none.
func (a *act) ownName(ctx context.Context) string {
	p, err := a.Person.Get(ctx, typeid.ID(a.viewer.Person))
	if err != nil {
		return ""
	}
	return p.Name
}

func (a *act) concernEntry(ctx context.Context, of typeid.ID, kind concernentry.Kind, name, who, words string) error {
	return a.ConcernEntry.Create().SetCreatedAt(a.at).SetConcernID(of).SetAuthorID(typeid.ID(a.viewer.Person)).SetAuthorName(name).
		SetKind(kind).SetWho(who).SetWords(words).Exec(ctx)
}

// holdBack takes an experience out of everybody's sight. Its author is told that, and where to turn to; not why, and not by whom.
func (a *act) holdBack(ctx context.Context, e *ent.Experience) error {
	at, err := a.Service.Get(ctx, e.ServiceID)
	if err != nil {
		return err
	}
	where, err := query.SignpostingAt(ctx, a.Client, at.Path, query.English)
	if err != nil {
		return err
	}
	_, err = a.become(ctx, e, standing{state: experience.StateSafeguarding}, heldForSafety+"\n\n"+where.Text)
	return err
}

// ConcernsAt is the topic of concerns at a service or below it; empty for everywhere.
func ConcernsAt(service typeid.ID) string { return "concerns:" + string(service) }

// tellLeads lets the leads who listen know of a concern, the moment it is kept: those of its service, of each place above it,
// and of everywhere. What they then see of it, the rules decide.
func (a *act) tellLeads(ctx context.Context, service, id typeid.ID) error {
	at, err := a.Service.Get(ctx, service)
	if err != nil {
		return err
	}
	a.events = append(a.events, pubsub.Event{Topic: ConcernsAt(""), ID: string(id)})
	a.announceAt(at.Path, ConcernsAt, id)
	return nil
}
