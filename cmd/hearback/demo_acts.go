package main

import (
	"context"
	"fmt"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/response"
	"hearback/workflow"
)

// tell has an experience shared, decided on and answered.
func (p *play) tell(i int, d demoExperience) error {
	at, err := d.At.before(p.now, i)
	if err != nil {
		return err
	}
	var e *ent.Experience
	p.then(at, func(ctx context.Context) (err error) {
		e, err = p.share(ctx, d)
		if d.Key != "" {
			p.said[d.Key] = e
		}
		return err
	})
	if d.Waits {
		return nil
	}
	read := at.Add(min(time.Duration(2+i*11%30)*time.Hour, p.now.Sub(at)/3))
	p.then(read, p.as("moderator", func(ctx context.Context) error {
		return p.decide(ctx, e, d.Returned)
	}))
	if d.Key != "" {
		p.published[d.Key] = read
	}
	for n, a := range d.Answers {
		p.then(read.Add(days(a.Days)+time.Duration((i*7+n)%8)*time.Hour), func(ctx context.Context) error { return p.answer(ctx, e, a) })
	}
	return nil
}

// share says it as its author: somebody known, or somebody who begins without an account.
func (p *play) share(ctx context.Context, d demoExperience) (*ent.Experience, error) {
	author := p.cast[d.By]
	if d.By == "" {
		s, err := p.flow.SessionStart(ctx)
		if err != nil {
			return nil, err
		}
		if author, err = p.enter(ctx, s); err != nil {
			return nil, err
		}
	}
	happened := ""
	if d.MonthsBefore != nil {
		happened = time.Date(p.clock.Year(), p.clock.Month()-time.Month(*d.MonthsBefore), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	}
	e, _, err := p.flow.ExperienceShare(auth.NewContext(ctx, author), workflow.ExperienceDraft{
		ID: d.ID, ServiceID: p.places[d.Service], Relationship: d.As, DisplayName: d.Name, Intention: d.To,
		Story: d.Story, WhatWasGood: d.Good, CouldBeBetter: d.Better, Feelings: d.Feelings, HappenedIn: happened,
	})
	if err != nil {
		err = fmt.Errorf("%q: %w", d.Name, err)
	}
	return e, err
}

// decide publishes, or gives back with a reason.
func (p *play) decide(ctx context.Context, e *ent.Experience, reason string) error {
	if reason != "" {
		_, _, err := p.flow.ExperienceReturn(ctx, e.ID, e.Version, reason, nil)
		return err
	}
	_, _, err := p.flow.ExperiencePublish(ctx, e.ID, e.Version)
	return err
}

// answer has an experience answered; what says that something changed is read by a moderator first.
func (p *play) answer(ctx context.Context, e *ent.Experience, a demoAnswer) error {
	r, _, err := p.flow.ResponseGive(auth.NewContext(ctx, p.cast[a.By]), workflow.ResponseDraft{ExperienceID: e.ID, Body: a.Body})
	if err != nil || r.State == response.StatePublished {
		return err
	}
	_, _, err = p.flow.ResponsePublish(auth.NewContext(ctx, p.cast["moderator"]), r.ID, r.Version)
	return err
}

// alter has a change proposed, linked to the words that it came from, told of and moved.
func (p *play) alter(i int, d demoChange) error {
	at, err := d.At.before(p.now, i)
	if err != nil {
		return err
	}
	var c *ent.Change
	p.then(at, p.as(d.By, func(ctx context.Context) (err error) {
		c, err = p.propose(ctx, d)
		return err
	}))
	for n, o := range d.Origins {
		read, ok := p.published[o.Experience]
		if !ok {
			return fmt.Errorf("the change %s comes from %q, which nobody published", d.Key, o.Experience)
		}
		p.then(later(at.Add(time.Duration(n+1)*time.Hour), read.Add(20*time.Hour)), p.as(d.By, func(ctx context.Context) error {
			_, _, err := p.flow.ChangeLink(ctx, workflow.LinkDraft{ChangeID: c.ID, ExperienceID: p.said[o.Experience].ID, Why: o.Why})
			return err
		}))
	}
	for n, news := range d.News {
		p.then(at.Add(days(news.Days)+time.Duration((i+n)%7)*time.Hour), p.as(d.By, func(ctx context.Context) (err error) {
			c, err = p.report(ctx, c, news)
			return err
		}))
	}
	return nil
}

func (p *play) propose(ctx context.Context, d demoChange) (*ent.Change, error) {
	draft := workflow.ChangeDraft{ID: d.ID, ServiceID: p.places[d.Service], Title: d.Title, Difference: d.Difference}
	for _, one := range d.People {
		draft.CoProducers = append(draft.CoProducers, workflow.CoProducer{Side: one.Side, Name: one.Name, Part: one.Part})
	}
	c, _, err := p.flow.ChangePropose(ctx, draft)
	return c, err
}

// report tells how a change is going, or moves it, and gives it back as it is then.
func (p *play) report(ctx context.Context, c *ent.Change, news demoNews) (*ent.Change, error) {
	if news.To == "" {
		_, _, err := p.flow.ChangeTell(ctx, workflow.ProgressDraft{ChangeID: c.ID, Body: news.Words})
		return c, err
	}
	c, _, err := p.flow.ChangeMove(ctx, c.ID, c.Version, news.To, news.Words)
	return c, err
}
