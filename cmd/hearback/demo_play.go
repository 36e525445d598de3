package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/playground"
	"hearback/workflow"
)

// opening is when everybody was there, in calendar months before now: before anything was said.
const opening = moment("8/01")

// play makes the demonstration's past happen: every act through the verb that people use, in the order of time, with a
// clock that stands at the moment of the act.
type play struct {
	script
	flow  workflow.Flow
	now   time.Time // when the demonstration starts; nothing in the script happens after it
	clock time.Time // when the act happens that is being played

	places    map[string]typeid.ID
	cast      map[string]*auth.Viewer
	tokens    map[string]string
	said      map[string]*ent.Experience
	published map[string]time.Time
	acts      []act
}

// act is one thing that somebody did.
type act struct {
	at time.Time
	do func(context.Context) error
}

// newPlay reads the script. The flow is copied, so that the house keeps the real clock.
func newPlay(flow workflow.Flow, now time.Time) (*play, error) {
	s, err := readScript()
	p := &play{
		script: s, flow: flow, now: now.UTC(), places: map[string]typeid.ID{}, cast: map[string]*auth.Viewer{},
		tokens: map[string]string{}, said: map[string]*ent.Experience{}, published: map[string]time.Time{},
	}
	p.flow.Now = func() time.Time { return p.clock }
	return p, err
}

// perform plays everything.
func (p *play) perform(ctx context.Context) (err error) {
	if p.clock, err = opening.before(p.now, 0); err != nil {
		return err
	}
	for _, scene := range []func(context.Context) error{p.plant, p.appoint} {
		if err := scene(ctx); err != nil {
			return err
		}
	}
	for i, e := range p.experiences {
		if err := p.tell(i, e); err != nil {
			return err
		}
	}
	for i, c := range p.changes {
		if err := p.alter(i, c); err != nil {
			return err
		}
	}
	slices.SortStableFunc(p.acts, func(a, b act) int { return a.at.Compare(b.at) })
	for _, a := range p.acts {
		p.clock = a.at
		if err := a.do(ctx); err != nil {
			return fmt.Errorf("on %s: %w", a.at.Format(time.DateTime), err)
		}
	}
	return nil
}

// then adds an act.
func (p *play) then(at time.Time, do func(context.Context) error) {
	p.acts = append(p.acts, act{at, do})
}

// plant makes the places under the ids of the script, which the verb for adding a service chooses by itself.
func (p *play) plant(ctx context.Context) error {
	ctx = rule.AsSystem(ctx, "the examples of the demonstration name its services by their ids")
	paths, rows := map[string]string{}, make([]*ent.ServiceCreate, len(p.services))
	for i, s := range p.services {
		paths[s.Key], p.places[s.Key] = paths[s.In]+string(s.ID)+"/", s.ID
		rows[i] = p.flow.DB.Service.Create().SetID(s.ID).SetCreatedAt(p.clock).SetName(s.Name).SetSortName(workflow.SortName(s.Name)).
			SetKind(s.Kind).SetCode(s.Code).SetPath(paths[s.Key])
		if s.In != "" {
			rows[i].SetParentID(p.places[s.In])
		}
	}
	return p.flow.DB.Service.CreateBulk(rows...).Exec(ctx)
}

// appoint gives everybody who is known by name their role and signs them in.
func (p *play) appoint(ctx context.Context) error {
	for _, one := range p.people {
		scopes := auth.SessionScopes()
		if one.Role == auth.Integrator {
			scopes = auth.IntegratorScopes()
		}
		s, err := p.flow.Appoint(ctx, one.Role, string(p.places[one.At]), one.Name, one.Title, scopes)
		if err != nil {
			return fmt.Errorf("%s: %w", one.Key, err)
		}
		if p.cast[one.Key], err = p.enter(ctx, s); err != nil {
			return err
		}
		p.tokens[one.Key] = s.AccessToken
	}
	return p.flow.DB.Membership.Update().Where(membership.RoleIn(membership.RoleStaff, membership.RoleFacilitator)).SetTrusted(true).
		Exec(rule.AsSystem(ctx, "the staff of the demonstration have answered well for years"))
}

// enter tells as whom a session acts.
func (p *play) enter(ctx context.Context, s *workflow.Session) (*auth.Viewer, error) {
	claims, err := p.flow.Tokens.Verify(s.AccessToken)
	if err != nil {
		return nil, err
	}
	return query.Viewer(ctx, p.flow.DB, claims, p.flow.Now())
}

// as does something as somebody who is known by name.
func (p *play) as(key string, do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error { return do(auth.NewContext(ctx, p.cast[key])) }
}

// shown are the people whom a visitor may speak as, and nobody.
func (p *play) shown() []playground.Person {
	people := []playground.Person{{Label: "Nobody, not signed in", Role: "nobody"}}
	for _, one := range p.people {
		if one.Label != "" {
			people = append(people, playground.Person{Label: one.Label, Role: one.Key, Token: p.tokens[one.Key]})
		}
	}
	return people
}

// later is the later of two moments.
func later(a, b time.Time) time.Time {
	return slices.MaxFunc([]time.Time{a, b}, time.Time.Compare)
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
