package graph

import (
	"context"

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
	longestSearch = 200
)

// filter turns a client's filter into a predicate. It only speaks of what everybody can read.
func (h *House) filter(ctx context.Context, f *ExperienceFilter, depth int) (predicate.Experience, error) {
	if depth > deepestFilter || len(f.And) > widestFilter || len(f.Or) > widestFilter {
		return nil, &page.Error{Argument: "where", Reason: "may be three filters deep and ten wide; ask a simpler question"}
	}
	all, err := h.plain(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, part := range []struct {
		of   []*ExperienceFilter
		join func(...predicate.Experience) predicate.Experience
	}{{f.And, experience.And}, {f.Or, experience.Or}} {
		inner, err := h.filters(ctx, part.of, depth+1)
		if err != nil {
			return nil, err
		}
		if len(inner) > 0 {
			all = append(all, part.join(inner...))
		}
	}
	if f.Not != nil {
		p, err := h.filter(ctx, f.Not, depth+1)
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

func (h *House) filters(ctx context.Context, fs []*ExperienceFilter, depth int) (ps []predicate.Experience, err error) {
	for _, f := range fs {
		p, err := h.filter(ctx, f, depth)
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
	if f.Text != nil {
		if len(*f.Text) > longestSearch {
			return nil, &page.Error{Argument: "where.text", Reason: "may be 200 letters long"}
		}
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
