package graph

import (
	"context"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/channel"
	"hearback/ent/generated/ent/step"
	"hearback/ent/page"
	"hearback/workflow"
)

// firstOpened is the order of channels.
func firstOpened() page.Term[*ent.Channel] { return page.Oldest[*ent.Channel]("channels") }

func (r viewers) Channels(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ChannelConnection, error) {
	return page.Connect(ctx, r.DB.Channel.Query().Where(channel.PersonID(p.ID)), args(first, after, last, before), firstOpened())
}

func (r viewers) Telling(_ context.Context, p *ent.Person) (*ent.Person, error) { return p, nil }

// UnreadSteps counts along an index that holds nothing but those.
func (r viewers) UnreadSteps(ctx context.Context, p *ent.Person) (int, error) {
	return r.DB.Step.Query().Where(step.PersonID(p.ID), step.ReadAtIsNil()).Count(ctx)
}

// ReadAt is for whom it was told; who speaks for them does not learn what they have read.
func (r steps) ReadAt(ctx context.Context, s *ent.Step) (*time.Time, error) {
	if string(s.PersonID) != auth.FromContext(ctx).Person {
		return nil, nil
	}
	return s.ReadAt, nil
}

func (r channels) Wants(_ context.Context, c *ent.Channel) ([]workflow.NewsGroup, error) {
	return workflow.Wanted(c.Wants), nil
}

func (r tellings) Paused(_ context.Context, p *ent.Person) (bool, error) {
	return workflow.Paused(p, r.Now()), nil
}

func (r tellings) PausedUntil(_ context.Context, p *ent.Person) (*time.Time, error) {
	if !workflow.Paused(p, r.Now()) {
		return nil, nil
	}
	return p.PausedUntil, nil
}

func (r tellings) PushKey(_ context.Context, _ *ent.Person) (*string, error) {
	if r.Flow.Push == nil {
		return nil, nil
	}
	key := r.Flow.Push.PublicKey()
	return &key, nil
}

func (r mutations) ChannelOpen(ctx context.Context, in ChannelOpenInput) (*ChannelPayload, error) {
	d := workflow.ChannelDraft{Kind: in.Kind, Wants: in.Wants}
	if in.Push != nil {
		d.Push = workflow.Device{Endpoint: in.Push.Endpoint, P256dh: in.Push.P256dh, Auth: in.Push.Auth}
	}
	c, err := r.Flow.ChannelOpen(ctx, d)
	problems, err := refusals(err)
	return &ChannelPayload{c, problems}, err
}

func (r mutations) ChannelClose(ctx context.Context, in ChannelCloseInput) (*ChannelClosePayload, error) {
	err := r.Flow.ChannelClose(ctx, in.ChannelID)
	return &ChannelClosePayload{err == nil, []UserError{}}, err
}

func (r mutations) TellingSet(ctx context.Context, in TellingSetInput) (*TellingPayload, error) {
	p, err := r.Flow.TellingSet(ctx, func(t *workflow.Telling) {
		set(&t.Language, in.Language)
		set(&t.TimeZone, in.TimeZone)
		set(&t.QuietFrom, in.QuietFrom)
		set(&t.QuietUntil, in.QuietUntil)
		set(&t.Paused, in.Paused)
		set(&t.DigestAt, in.DigestAt)
		if until, ok := in.PausedUntil.ValueOK(); ok {
			t.PausedUntil = until
		}
	})
	problems, err := refusals(err)
	return &TellingPayload{p, problems}, err
}

func (r mutations) StepsMark(ctx context.Context, in StepsMarkInput) (*StepsMarkPayload, error) {
	p, err := r.Flow.StepsMark(ctx, in.StepIds, in.UpTo, in.Read)
	problems, err := refusals(err)
	return &StepsMarkPayload{p, problems}, err
}
