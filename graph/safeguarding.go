package graph

import (
	"context"
	"slices"
	"strings"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/breakglass"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/concernentry"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/signals"
	"hearback/workflow"
)

// mostPressing is the order of open concerns: whose next step is due first.
func mostPressing() page.Term[*ent.Concern] {
	return page.Term[*ent.Concern]{Name: "pressing", Column: concern.FieldDueAt, Value: func(c *ent.Concern) any { return c.DueAt }}
}

// newestRaised is the order of what somebody raised.
func newestRaised() page.Term[*ent.Concern] {
	return page.Term[*ent.Concern]{Name: "raised", Column: concern.FieldCreatedAt, Desc: true, Value: func(c *ent.Concern) any { return c.CreatedAt }}
}

func (h *House) concernsByID(ctx context.Context, ids []typeid.ID) ([]*ent.Concern, error) {
	return h.DB.Concern.Query().Where(concern.IDIn(ids...)).All(ctx)
}

func (r viewers) SafeguardingQueue(ctx context.Context, _ *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ConcernConnection, error) {
	q := r.DB.Concern.Query().Where(rule.Open)
	if within != nil {
		at, err := r.below(ctx, concern.FieldServiceID, *within)
		if err != nil {
			return nil, err
		}
		q.Where(at)
	}
	return page.Connect(ctx, q, args(first, after, last, before), mostPressing())
}

// Signalled is a list of what waits for a moderator: whether it tells of danger is for who reads it to say.
func (r viewers) Signalled(ctx context.Context, _ *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ExperienceConnection, error) {
	at, err := r.inReach(ctx, within)
	if err != nil {
		return nil, err
	}
	q := r.DB.Experience.Query().Where(at, rule.Signalled, rule.InReach(ctx, auth.Moderator, auth.SafeguardingLead))
	return page.Connect(ctx, q, args(first, after, last, before), longestSent())
}

// ConcernsRaised reads past the rule that keeps concerns from who raised them, and takes nothing along but where they stand.
func (r viewers) ConcernsRaised(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ConcernReceiptConnection, error) {
	q := r.DB.Concern.Query().Where(concern.RaisedByID(p.ID))
	q.Select(concern.FieldID, concern.FieldCreatedAt, concern.FieldLevel, concern.FieldState)
	c, err := page.Connect(asRaiser(ctx), q, args(first, after, last, before), newestRaised())
	return &ConcernReceiptConnection{c}, err
}

func asRaiser(ctx context.Context) context.Context {
	return rule.AsSystem(ctx, "who raised a concern is told where it stands, and nothing else of it")
}

// ConcernReceiptConnection is a page of what somebody raised.
type ConcernReceiptConnection struct{ *ConcernConnection }

// TotalCount counts as the page was read.
func (c *ConcernReceiptConnection) TotalCount(ctx context.Context) (*int, error) {
	return c.ConcernConnection.TotalCount(asRaiser(ctx))
}

// Signals are for moderators and leads of its place; nil for others.
func (r experiences) Signals(ctx context.Context, e *ent.Experience) ([]signals.Kind, error) {
	if may, err := r.reached(ctx, e, auth.Moderator, auth.SafeguardingLead); err != nil || !may {
		return nil, err
	}
	return signals.Parse(e.Signals), nil
}

// Signposting is for the author only, when there is something in the words or somebody looks after people's safety.
func (r experiences) Signposting(ctx context.Context, e *ent.Experience, language *string) (*query.Signposting, error) {
	if !theirs(ctx, e) || e.State != experience.StateSafeguarding && e.Signals == "" {
		return nil, nil
	}
	s, err := query.SignpostingOf(ctx, r.DB, e, text(language))
	return &s, err
}

// ExperienceSharePayload is what came of sending words.
type ExperienceSharePayload struct {
	Experience *ent.Experience
	UserErrors []UserError
	Replayed   bool
}

func sharePayload(e *ent.Experience, replayed bool, err error) (*ExperienceSharePayload, error) {
	problems, err := refusals(err)
	return &ExperienceSharePayload{e, problems, replayed}, err
}

// Signposting comes with the very answer, so that nobody waits for a person to show it.
func (r shared) Signposting(ctx context.Context, p *ExperienceSharePayload, language *string) (*query.Signposting, error) {
	if p.Experience == nil || p.Experience.Signals == "" {
		return nil, nil
	}
	s, err := query.SignpostingOf(ctx, r.DB, p.Experience, text(language))
	return &s, err
}

// Signposting is what an app shows before anything is written; everybody may ask.
func (r queries) Signposting(ctx context.Context, serviceID *typeid.ID, language *string) (*query.Signposting, error) {
	path := ""
	if serviceID != nil {
		at, err := r.DB.Service.Get(ctx, *serviceID)
		if err != nil {
			return nil, err
		}
		path = at.Path
	}
	s, err := query.SignpostingAt(ctx, r.DB, path, text(language))
	return &s, err
}

// Reason may quote the author: once they took their words back, only the lead who looks after it reads it.
func (r concerns) Reason(ctx context.Context, c *ent.Concern) (string, error) {
	if !rule.StillSaid(auth.FromContext(ctx), c) {
		return "", nil
	}
	return c.Reason, nil
}

// ConcernMoved lets leads know of every concern in their reach, the moment it is raised and at each step.
func (r subscriptions) ConcernMoved(ctx context.Context) (<-chan *ent.Concern, error) {
	return follow(ctx, r.House, leadTopics(auth.FromContext(ctx)), func(ctx context.Context, id typeid.ID) (*ent.Concern, error) {
		return r.DB.Concern.Query().Where(concern.ID(id)).Only(ctx)
	})
}

// leadTopics are the places where the viewer is a lead, without those below another: nobody hears the same twice.
func leadTopics(v *auth.Viewer) (topics []string) {
	for _, m := range v.Memberships {
		above := func(o auth.Membership) bool {
			return o.Role == auth.SafeguardingLead && o.Path != m.Path && strings.HasPrefix(m.Path, o.Path)
		}
		topic := workflow.ConcernsAt(typeid.ID(m.Service))
		if m.Role == auth.SafeguardingLead && !slices.ContainsFunc(v.Memberships, above) && !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	return topics
}

func (r concerns) DueAt(_ context.Context, c *ent.Concern) (*time.Time, error) {
	if c.State == concern.StateClosed {
		return nil, nil
	}
	return &c.DueAt, nil
}

func (r concerns) Overdue(_ context.Context, c *ent.Concern) (bool, error) {
	return workflow.ConcernOverdue(c, r.Now()), nil
}

func (r concerns) ViewerAcknowledged(ctx context.Context, c *ent.Concern) (bool, error) {
	return c.AcknowledgedByID != nil && string(*c.AcknowledgedByID) == auth.FromContext(ctx).Person, nil
}

func (r concerns) Experience(ctx context.Context, c *ent.Concern) (*ent.Experience, error) {
	return one(ctx, c, concern.FieldExperienceID, func(c *ent.Concern) typeid.ID { return c.ExperienceID }, r.experiencesByID)
}

func (r concerns) Entries(ctx context.Context, c *ent.Concern, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ConcernEntryConnection, error) {
	link := page.Link[*ent.ConcernEntry]{Column: concernentry.FieldConcernID, Of: func(e *ent.ConcernEntry) typeid.ID { return e.ConcernID }}
	return page.Children(ctx, c, r.DB.ConcernEntry.Query(), link, args(first, after, last, before), page.Oldest[*ent.ConcernEntry]("entries"))
}

func (r concerns) Reveals(ctx context.Context, c *ent.Concern, first *int, after *page.Cursor, last *int, before *page.Cursor) (*BreakGlassConnection, error) {
	link := page.Link[*ent.BreakGlass]{Column: breakglass.FieldConcernID, Of: func(b *ent.BreakGlass) typeid.ID { return b.ConcernID }}
	return page.Children(ctx, c, r.DB.BreakGlass.Query(), link, args(first, after, last, before), page.Oldest[*ent.BreakGlass]("reveals"))
}

func (r breakGlasses) Concern(ctx context.Context, b *ent.BreakGlass) (*ent.Concern, error) {
	return one(ctx, b, breakglass.FieldConcernID, func(b *ent.BreakGlass) typeid.ID { return b.ConcernID }, r.concernsByID)
}

func (r mutations) ConcernRaise(ctx context.Context, in ConcernRaiseInput) (*ConcernRaisePayload, error) {
	c, replayed, err := r.Flow.ConcernRaise(ctx, workflow.ConcernDraft{ID: in.ID, ExperienceID: in.ExperienceID, Level: in.Level, Reason: in.Reason, Signalled: in.Signalled})
	problems, err := refusals(err)
	return &ConcernRaisePayload{c, problems, replayed}, err
}

func (r mutations) ConcernAcknowledge(ctx context.Context, in ConcernAcknowledgeInput) (*ConcernPayload, error) {
	return concernPayload(r.Flow.ConcernAcknowledge(ctx, in.ConcernID, in.ExpectedVersion))
}

func (r mutations) ConcernTakeOver(ctx context.Context, in ConcernTakeOverInput) (*ConcernPayload, error) {
	return concernPayload(r.Flow.ConcernTakeOver(ctx, in.ConcernID, in.ExpectedVersion, in.Why))
}

func (r mutations) ConcernHandOver(ctx context.Context, in ConcernHandOverInput) (*ConcernPayload, error) {
	return concernPayload(r.Flow.ConcernHandOver(ctx, in.ConcernID, in.ExpectedVersion, in.To, text(in.Words)))
}

func (r mutations) ConcernReceive(ctx context.Context, in ConcernReceiveInput) (*ConcernPayload, error) {
	return concernPayload(r.Flow.ConcernReceive(ctx, in.ConcernID, in.ExpectedVersion, in.By, text(in.Words), in.ReceivedAt))
}

func (r mutations) ConcernClose(ctx context.Context, in ConcernCloseInput) (*ConcernPayload, error) {
	return concernPayload(r.Flow.ConcernClose(ctx, in.ConcernID, in.ExpectedVersion, in.Outcome))
}

func concernPayload(c *ent.Concern, replayed bool, err error) (*ConcernPayload, error) {
	problems, err := refusals(err)
	return &ConcernPayload{c, problems, replayed}, err
}

func (r mutations) IdentityReveal(ctx context.Context, in IdentityRevealInput) (*IdentityRevealPayload, error) {
	record, who, replayed, err := r.Flow.IdentityReveal(ctx, workflow.RevealDraft{
		ID: in.ID, ConcernID: in.ConcernID, Reason: in.Reason, WithholdBecause: text(in.WithholdNoticeBecause),
	})
	problems, err := refusals(err)
	p := &IdentityRevealPayload{Record: record, UserErrors: problems, Replayed: replayed}
	if who != nil {
		p.Identity = &AuthorIdentity{Email: who.Email, Name: who.Name, Anonymous: who.Email == nil}
	}
	return p, err
}

func (r mutations) SignpostSet(ctx context.Context, in SignpostSetInput) (*SignpostSetPayload, error) {
	s, err := r.Flow.SignpostSet(ctx, in.ServiceID, in.Language, in.Text)
	problems, err := refusals(err)
	if s == nil {
		return &SignpostSetPayload{UserErrors: problems}, err
	}
	return &SignpostSetPayload{&query.Signposting{Text: s.Text, Language: s.Language}, problems}, err
}

func (r concernEntries) ByName(_ context.Context, e *ent.ConcernEntry) (string, error) {
	return e.AuthorName, nil
}
