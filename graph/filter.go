package graph

import (
	"context"
	"slices"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/predicate"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/typeid"
)

// The bounds of a filter.
const (
	deepestFilter = 3
	widestFilter  = 10
	largestFilter = 30
	longestSearch = 200
)

// bounded counts the filters in a filter and refuses one that is too large, before anything is read for it.
func bounded(f *ExperienceFilter, depth int) (n int, err error) {
	tooLarge := &page.Error{Argument: "where", Reason: "may be three filters deep, ten wide and thirty altogether; ask a simpler question"}
	if depth > deepestFilter || max(len(f.And), len(f.Or), len(f.Relationship), len(f.Intention), len(f.Form)) > widestFilter {
		return 0, tooLarge
	}
	if err := short("where.text", f.Text); err != nil {
		return 0, err
	}
	parts := slices.Concat(f.And, f.Or)
	if f.Not != nil {
		parts = append(parts, f.Not)
	}
	n = 1
	for _, part := range parts {
		inner, err := bounded(part, depth+1)
		if err != nil {
			return 0, err
		}
		if n += inner; n > largestFilter {
			return 0, tooLarge
		}
	}
	return n, nil
}

// short refuses to look for a text that nothing could hold.
func short(argument string, text *string) error {
	if text != nil && utf8.RuneCountInString(*text) > longestSearch {
		return &page.Error{Argument: argument, Reason: "may be 200 letters long"}
	}
	return nil
}

// filter turns a client's filter into a predicate. It only speaks of what everybody can read.
func (h *House) filter(ctx context.Context, f *ExperienceFilter) (predicate.Experience, error) {
	if _, err := bounded(f, 1); err != nil {
		return nil, err
	}
	return h.predicate(ctx, f)
}

func (h *House) predicate(ctx context.Context, f *ExperienceFilter) (predicate.Experience, error) {
	all, err := h.plain(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, part := range []struct {
		of   []*ExperienceFilter
		join func(...predicate.Experience) predicate.Experience
	}{{f.And, experience.And}, {f.Or, experience.Or}} {
		inner, err := h.predicates(ctx, part.of)
		if err != nil {
			return nil, err
		}
		if len(inner) > 0 {
			all = append(all, part.join(inner...))
		}
	}
	if f.Not != nil {
		p, err := h.predicate(ctx, f.Not)
		if err != nil {
			return nil, err
		}
		all = append(all, experience.Not(p))
	}
	if len(all) == 0 {
		return func(*sql.Selector) {}, nil
	}
	return experience.And(all...), nil
}

func (h *House) predicates(ctx context.Context, fs []*ExperienceFilter) (ps []predicate.Experience, err error) {
	for _, f := range fs {
		p, err := h.predicate(ctx, f)
		if err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	return ps, nil
}

// plain is the part of a filter that holds no other filters.
func (h *House) plain(ctx context.Context, f *ExperienceFilter) (ps []predicate.Experience, err error) {
	if f.ServiceID != nil {
		ps = append(ps, experience.ServiceID(*f.ServiceID))
	}
	if f.Within != nil {
		p, err := h.below(ctx, experience.FieldServiceID, *f.Within)
		if err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	if f.Relationship != nil {
		ps = append(ps, experience.RelationshipIn(f.Relationship...))
	}
	if f.Intention != nil {
		ps = append(ps, experience.IntentionIn(f.Intention...))
	}
	if f.Form != nil {
		ps = append(ps, experience.FormIn(f.Form...))
	}
	if f.Text != nil {
		ps = append(ps, query.Words(*f.Text))
	}
	if f.Answered != nil {
		p := experience.AnsweredAtIsNil()
		if *f.Answered {
			p = experience.AnsweredAtNotNil()
		}
		ps = append(ps, p)
	}
	if f.PublishedFrom != nil {
		ps = append(ps, experience.PublishedAtGTE(*f.PublishedFrom))
	}
	if f.PublishedBefore != nil {
		ps = append(ps, experience.PublishedAtLT(*f.PublishedBefore))
	}
	return ps, nil
}

func (h *House) changeFilter(ctx context.Context, f *ChangeFilter) (ps []predicate.Change, err error) {
	if f == nil {
		return nil, nil
	}
	if len(f.State) > widestFilter {
		return nil, &page.Error{Argument: "where.state", Reason: "may be ten wide; name each state once"}
	}
	if f.ServiceID != nil {
		ps = append(ps, change.ServiceID(*f.ServiceID))
	}
	if f.Within != nil {
		p, err := h.below(ctx, change.FieldServiceID, *f.Within)
		if err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	if f.State != nil {
		ps = append(ps, change.StateIn(f.State...))
	}
	return ps, nil
}

// inReach is the place that an inbox looks at; none for the whole reach of the viewer.
func (h *House) inReach(ctx context.Context, within *typeid.ID) (predicate.Experience, error) {
	if within == nil {
		return func(*sql.Selector) {}, nil
	}
	return h.below(ctx, experience.FieldServiceID, *within)
}
