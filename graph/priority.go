package graph

import (
	"context"
	"fmt"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/attendee"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityround"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// newestPriorityRound is the order of the rounds of a place.
func newestPriorityRound() page.Term[*ent.PriorityRound] {
	return page.Term[*ent.PriorityRound]{Name: "priorityRounds", Column: priorityround.FieldCreatedAt, Desc: true, Value: func(r *ent.PriorityRound) any { return r.CreatedAt }}
}

// newestPriority is the order of the priorities of a place; the name tells lists with different bounds apart.
func newestPriority(name string) page.Term[*ent.Priority] {
	return page.Term[*ent.Priority]{Name: name, Column: priority.FieldCreatedAt, Desc: true, Value: func(p *ent.Priority) any { return p.CreatedAt }}
}

// firstDue is the order of what waits for an answer: by the day for which it was promised.
func firstDue(name string) page.Term[*ent.Priority] {
	return page.Term[*ent.Priority]{Name: name, Column: priority.FieldAnswerBy, Value: func(p *ent.Priority) any { return p.AnswerBy }}
}

func (h *House) priorityRoundsByID(ctx context.Context, ids []typeid.ID) ([]*ent.PriorityRound, error) {
	return h.DB.PriorityRound.Query().Where(priorityround.IDIn(ids...)).All(ctx)
}

func (h *House) prioritiesByID(ctx context.Context, ids []typeid.ID) ([]*ent.Priority, error) {
	return h.DB.Priority.Query().Where(priority.IDIn(ids...)).All(ctx)
}

func (r services) PriorityRounds(ctx context.Context, s *ent.Service, first *int, after *page.Cursor, last *int, before *page.Cursor) (*PriorityRoundConnection, error) {
	link := page.Link[*ent.PriorityRound]{Column: priorityround.FieldServiceID, Of: func(p *ent.PriorityRound) typeid.ID { return p.ServiceID }}
	return page.Children(ctx, s, r.DB.PriorityRound.Query(), link, args(first, after, last, before), newestPriorityRound())
}

// Priorities are those of a place, newest first; those that are overdue, the longest first.
func (r services) Priorities(ctx context.Context, s *ent.Service, state *priority.State, overdue *bool, first *int, after *page.Cursor, last *int, before *page.Cursor) (*PriorityConnection, error) {
	link := page.Link[*ent.Priority]{Column: priority.FieldServiceID, Of: func(p *ent.Priority) typeid.ID { return p.ServiceID }}
	q, name := r.DB.Priority.Query(), "prioritiesOf"
	if state != nil {
		q, name = q.Where(priority.StateEQ(*state)), fmt.Sprint(name, *state)
	}
	if overdue == nil || !*overdue {
		return page.Children(ctx, s, q, link, args(first, after, last, before), newestPriority(name))
	}
	return page.Children(ctx, s, q.Where(priority.AnsweredAtIsNil(), priority.AnswerByLTE(r.Now().UTC())), link, args(first, after, last, before), firstDue(name+"Overdue"))
}

func (r themes) Priorities(ctx context.Context, t *ent.Theme, first *int, after *page.Cursor, last *int, before *page.Cursor) (*PriorityConnection, error) {
	link := page.Link[*ent.Priority]{Column: priority.FieldThemeID, Of: func(p *ent.Priority) typeid.ID { return p.ThemeID }}
	return page.Children(ctx, t, r.DB.Priority.Query(), link, args(first, after, last, before), newestPriority("prioritiesOfTheme"))
}

// Priority is the priority that a step is about.
func (r steps) Priority(ctx context.Context, s *ent.Step) (*ent.Priority, error) {
	return one(ctx, s, "about priority", func(s *ent.Step) typeid.ID { return about(s, typeid.Priority) }, r.prioritiesByID)
}

func (r priorityRounds) Service(ctx context.Context, p *ent.PriorityRound) (*ent.Service, error) {
	return one(ctx, p, priorityround.FieldServiceID, func(p *ent.PriorityRound) typeid.ID { return p.ServiceID }, r.servicesByID)
}

func (r priorityRounds) Priorities(ctx context.Context, p *ent.PriorityRound, first *int, after *page.Cursor, last *int, before *page.Cursor) (*PriorityConnection, error) {
	link := page.Link[*ent.Priority]{Column: priority.FieldRoundID, Of: func(p *ent.Priority) typeid.ID { return p.RoundID }}
	return page.Children(ctx, p, r.DB.Priority.Query(), link, args(first, after, last, before), page.Oldest[*ent.Priority]("priorities"))
}

func (r priorityRounds) Attendees(ctx context.Context, p *ent.PriorityRound, first *int, after *page.Cursor, last *int, before *page.Cursor) (*AttendeeConnection, error) {
	link := page.Link[*ent.Attendee]{Column: attendee.FieldRoundID, Of: func(a *ent.Attendee) typeid.ID { return a.RoundID }}
	return page.Children(ctx, p, r.DB.Attendee.Query(), link, args(first, after, last, before), page.Oldest[*ent.Attendee]("attendees"))
}

func (r priorityRounds) Voters(_ context.Context, p *ent.PriorityRound) ([]*query.SideCount, error) {
	return query.Voters(p, r.SmallNumber), nil
}

func (r priorities) Service(ctx context.Context, p *ent.Priority) (*ent.Service, error) {
	return one(ctx, p, priority.FieldServiceID, func(p *ent.Priority) typeid.ID { return p.ServiceID }, r.servicesByID)
}

func (r priorities) Round(ctx context.Context, p *ent.Priority) (*ent.PriorityRound, error) {
	return one(ctx, p, priority.FieldRoundID, func(p *ent.Priority) typeid.ID { return p.RoundID }, r.priorityRoundsByID)
}

func (r priorities) Theme(ctx context.Context, p *ent.Priority) (*ent.Theme, error) {
	return one(ctx, p, priority.FieldThemeID, func(p *ent.Priority) typeid.ID { return p.ThemeID }, r.themesByID)
}

func (r priorities) Sides(_ context.Context, p *ent.Priority) ([]coproducer.Side, error) {
	all := []coproducer.Side{}
	if p.ByPatients {
		all = append(all, coproducer.SidePatientFamily)
	}
	if p.ByStaff {
		all = append(all, coproducer.SideStaff)
	}
	return all, nil
}

func (r priorities) Overdue(_ context.Context, p *ent.Priority) (bool, error) {
	return workflow.PriorityOverdue(p, r.Now()), nil
}

func (r priorities) Votes(ctx context.Context, p *ent.Priority) ([]*query.SideCount, error) {
	return query.Votes(ctx, r.DB, p, r.SmallNumber)
}

// Hands are how many hands were shown for it.
func (r priorities) Hands(ctx context.Context, p *ent.Priority) ([]*query.SideCount, error) {
	return query.Hands(ctx, r.DB, p, r.SmallNumber)
}

// ViewerVoted tells whether the viewer votes for it.
func (r priorities) ViewerVoted(ctx context.Context, p *ent.Priority) (bool, error) {
	me := auth.FromContext(ctx)
	if !me.SignedIn() {
		return false, nil
	}
	v, err := back(ctx, p, priorityvote.FieldPersonID, func(v *ent.PriorityVote) typeid.ID { return v.PriorityID }, func(ctx context.Context, ids []typeid.ID) ([]*ent.PriorityVote, error) {
		return r.DB.PriorityVote.Query().Where(priorityvote.PriorityIDIn(ids...), priorityvote.PersonID(typeid.ID(me.Person))).All(ctx)
	})
	return v != nil, err
}

func (r attendees) Side(_ context.Context, a *ent.Attendee) (coproducer.Side, error) {
	return coproducer.Side(a.Side), nil
}

func (r mutations) PriorityRoundOpen(ctx context.Context, in PriorityRoundOpenInput) (*PriorityRoundPayload, error) {
	return priorityRoundPayload(r.Flow.PriorityRoundOpen(ctx, workflow.PriorityRoundDraft{ID: in.ID, ServiceID: in.ServiceID, Title: in.Title, DecideBy: in.DecideBy}))
}

func (r mutations) PriorityRoundTake(ctx context.Context, in PriorityRoundTakeInput) (*PriorityRoundPayload, error) {
	return priorityRoundPayload(r.Flow.PriorityRoundTake(ctx, in.RoundID, in.ExpectedVersion))
}

func (r mutations) PriorityPutUp(ctx context.Context, in PriorityPutUpInput) (*PriorityPayload, error) {
	return priorityPayload(r.Flow.PriorityPutUp(ctx, workflow.PriorityDraft{ID: in.ID, RoundID: in.RoundID, ThemeID: in.ThemeID, Side: in.Side, Why: in.Why}))
}

func (r mutations) PrioritySecond(ctx context.Context, in PrioritySecondInput) (*PriorityPayload, error) {
	return priorityPayload(r.Flow.PrioritySecond(ctx, in.PriorityID, in.Side))
}

func (r mutations) PriorityVote(ctx context.Context, in PriorityVoteInput) (*PriorityRoundPayload, error) {
	return priorityRoundPayload(r.Flow.PriorityVote(ctx, workflow.PriorityBallot{RoundID: in.RoundID, Priorities: in.PriorityIds}))
}

func (r mutations) PriorityChoose(ctx context.Context, in PriorityChooseInput) (*PriorityRoundPayload, error) {
	d := workflow.PriorityChoice{RoundID: in.RoundID, Expected: in.ExpectedVersion, AnswerBy: in.AnswerBy, Note: text(in.Note), Present: present(in.Present)}
	for _, c := range in.Chosen {
		d.Chosen = append(d.Chosen, workflow.Chosen{ID: c.PriorityID, Why: c.Why})
	}
	for _, c := range in.Hands {
		d.Hands = append(d.Hands, workflow.Hands{ID: c.PriorityID, Side: c.Side, Count: c.Count})
	}
	return priorityRoundPayload(r.Flow.PriorityChoose(ctx, d))
}

func (r mutations) PriorityTakeBack(ctx context.Context, in PriorityTakeBackInput) (*PriorityPayload, error) {
	return priorityPayload(r.Flow.PriorityTakeBack(ctx, in.PriorityID, in.ExpectedVersion, in.Reason))
}

func (r mutations) PriorityDecline(ctx context.Context, in PriorityDeclineInput) (*PriorityPayload, error) {
	return priorityPayload(r.Flow.PriorityDecline(ctx, in.PriorityID, in.ExpectedVersion, in.Reason))
}

func priorityRoundPayload(p *ent.PriorityRound, replayed bool, err error) (*PriorityRoundPayload, error) {
	problems, err := refusals(err)
	return &PriorityRoundPayload{p, problems, replayed}, err
}

func priorityPayload(p *ent.Priority, replayed bool, err error) (*PriorityPayload, error) {
	problems, err := refusals(err)
	return &PriorityPayload{p, problems, replayed}, err
}
