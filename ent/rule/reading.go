package rule

import (
	"context"
	"maps"
	"slices"
	"sync"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/response"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/typeid"
)

// Reading is that somebody was given words of another person that are not public.
type Reading struct {
	About      typeid.ID // the experience, answer or voice that holds the words
	Whose      typeid.ID
	Experience typeid.ID   // the experience that it is part of; the same as About for an experience
	Service    typeid.ID   // where it happened; empty when only the experience knows
	Through    []auth.Role // the roles that show it, one of which the reader holds
}

// through are the roles that show an experience in a state to others, the everyday ones first.
func through(state experience.State) (roles []auth.Role) {
	if slices.Contains(Moderated(), state) {
		roles = append(roles, auth.Moderator)
	}
	if slices.Contains(ForService(), state) {
		roles = append(roles, ServiceStaff()...)
	}
	return append(roles, auth.SafeguardingLead)
}

// Readings collects what was read for one question. It is safe for many at once.
type Readings struct {
	mu   sync.Mutex
	seen map[typeid.ID]Reading
}

type readingsKey struct{}

// Watch is a context in which readings are collected.
func Watch(ctx context.Context) (context.Context, *Readings) {
	r := &Readings{}
	return context.WithValue(ctx, readingsKey{}, r), r
}

// Aside is a context in which readings are collected for themselves; keep adds them to the others. What a verb reads and then
// refuses to do is given to nobody.
func Aside(ctx context.Context) (aside context.Context, keep func()) {
	outer, watched := ctx.Value(readingsKey{}).(*Readings)
	if !watched {
		return ctx, func() {}
	}
	aside, inner := Watch(ctx)
	return aside, func() { outer.note(slices.Collect(maps.Values(inner.Take()))...) }
}

// Take gives what was read since it was last asked, each thing once.
func (r *Readings) Take() map[typeid.ID]Reading {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := r.seen
	r.seen = nil
	return seen
}

func (r *Readings) note(some ...Reading) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		r.seen = map[typeid.ID]Reading{}
	}
	for _, one := range some {
		r.seen[one.About] = one
	}
}

// NoteReading notes in a watched context which rows with words of others, that are not public, a viewer was given by any
// question: a list, an edge, an id. What the system reads is given to nobody.
func NoteReading() ent.Interceptor {
	return ent.InterceptFunc(func(next ent.Querier) ent.Querier {
		return ent.QuerierFunc(func(ctx context.Context, q ent.Query) (ent.Value, error) {
			found, err := next.Query(ctx, q)
			watch, watched := ctx.Value(readingsKey{}).(*Readings)
			if _, system := ctx.Value(reasonKey{}).(string); err == nil && watched && !system {
				if some := notPublic(found, typeid.ID(auth.FromContext(ctx).Person)); len(some) > 0 {
					watch.note(some...)
				}
			}
			return found, err
		})
	})
}

// toldBy tells whether somebody told an experience for its author: they know the words already.
func toldBy(e *ent.Experience, me typeid.ID) bool { return e.ToldByID != nil && *e.ToldByID == me }

// notPublic are the words among rows that are neither public nor one's own. Rows that were read without their words hold none.
func notPublic(rows ent.Value, me typeid.ID) (some []Reading) {
	switch rows := rows.(type) {
	case []*ent.Experience:
		for _, e := range rows {
			if e.State != experience.StatePublished && e.AuthorID != me && !toldBy(e, me) && e.Question+e.Story+e.WhatWasGood+e.CouldBeBetter != "" {
				some = append(some, Reading{e.ID, e.AuthorID, e.ID, e.ServiceID, through(e.State)})
			}
		}
	case []*ent.Response:
		for _, r := range rows {
			if r.State != response.StatePublished && r.AuthorID != me && r.Body != "" {
				some = append(some, Reading{About: r.ID, Whose: r.AuthorID, Experience: r.ExperienceID, Through: []auth.Role{auth.Moderator}})
			}
		}
	case []*ent.Voice:
		for _, w := range rows {
			if w.State != voice.StatePublished && w.AuthorID != me && w.Story != "" {
				some = append(some, Reading{About: w.ID, Whose: w.AuthorID, Experience: w.ExperienceID, Through: []auth.Role{auth.Moderator}})
			}
		}
	}
	return some
}
