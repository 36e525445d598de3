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
	About      typeid.ID   // the row that holds the words
	Whose      typeid.ID   // empty when only the experience knows
	Experience typeid.ID   // the experience that it is part of; the same as About for an experience
	Service    typeid.ID   // where it happened; empty when only the experience knows
	Through    []auth.Role // the roles that show it, one of which the reader holds
	Below      bool        // whether the words are public, unless the experience that they stand below is not
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
	open map[typeid.ID]bool // experiences that were seen to be public
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
	maps.DeleteFunc(seen, func(_ typeid.ID, one Reading) bool { return one.Below && r.open[one.Experience] })
	r.seen = nil
	return seen
}

// public remembers which experiences everybody can read: what stands below them is public too.
func (r *Readings) public(rows ent.Value) {
	all, _ := rows.([]*ent.Experience)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range all {
		if e.State == experience.StatePublished {
			if r.open == nil {
				r.open = map[typeid.ID]bool{}
			}
			r.open[e.ID] = true
		}
	}
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
				watch.public(found)
				if some := notPublic(found, auth.FromContext(ctx)); len(some) > 0 {
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
func notPublic(rows ent.Value, v *auth.Viewer) (some []Reading) {
	me, moderators := typeid.ID(v.Person), []auth.Role{auth.Moderator}
	switch rows := rows.(type) {
	case []*ent.Experience:
		for _, e := range rows {
			if e.State != experience.StatePublished && e.AuthorID != me && !toldBy(e, me) && e.Question+e.Story+e.WhatWasGood+e.CouldBeBetter != "" {
				some = append(some, Reading{About: e.ID, Whose: e.AuthorID, Experience: e.ID, Service: e.ServiceID, Through: through(e.State)})
			}
		}
	case []*ent.Response:
		for _, r := range rows {
			if r.AuthorID != me && r.Body != "" {
				some = below(some, v, r.State == response.StatePublished, Reading{About: r.ID, Whose: r.AuthorID, Experience: r.ExperienceID, Through: moderators})
			}
		}
	case []*ent.Verdict:
		for _, w := range rows {
			if w.PersonID != me && w.Words != "" {
				some = append(some, Reading{About: w.ID, Whose: w.PersonID, Experience: w.ExperienceID, Through: []auth.Role{auth.Staff, auth.Facilitator, auth.Moderator, auth.SafeguardingLead}})
			}
		}
	case []*ent.Voice:
		for _, w := range rows {
			if w.AuthorID != me && w.Story != "" {
				some = below(some, v, w.State == voice.StatePublished, Reading{About: w.ID, Whose: w.AuthorID, Experience: w.ExperienceID, Through: []auth.Role{auth.Moderator, auth.SafeguardingLead}})
			}
		}
	case []*ent.Message:
		for _, w := range rows {
			if w.AuthorID != me && w.Body != "" {
				some = append(some, Reading{About: w.ID, Whose: w.AuthorID, Experience: w.ExperienceID, Through: parties()})
			}
		}
	case []*ent.Decision:
		for _, d := range rows {
			if len(d.Edits) > 0 {
				some = append(some, Reading{About: d.ID, Experience: d.ExperienceID, Through: moderators})
			}
		}
	case []*ent.Appeal:
		for _, p := range rows {
			if p.AuthorID != me && p.Words != "" {
				some = append(some, Reading{About: p.ID, Whose: p.AuthorID, Experience: p.ExperienceID, Through: moderators})
			}
		}
	case []*ent.Objection:
		for _, o := range rows {
			if o.AuthorID != me && o.Words != "" {
				some = append(some, Reading{About: o.ID, Whose: o.AuthorID, Experience: o.ExperienceID, Through: moderators})
			}
		}
	}
	return some
}

// below adds words that stand below an experience. Published ones are hidden with it, and then only who holds a role sees them.
func below(some []Reading, v *auth.Viewer, published bool, r Reading) []Reading {
	if published && len(v.Memberships) == 0 {
		return some
	}
	if r.Below = published; published {
		r.Through = append(append(slices.Clone(r.Through), ServiceStaff()...), auth.SafeguardingLead)
	}
	return append(some, r)
}
