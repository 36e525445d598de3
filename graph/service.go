package graph

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/service"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// byName is the order of places: by their name folded for sorting.
func byName() page.Term[*ent.Service] {
	return page.Term[*ent.Service]{Name: "services", Column: service.FieldSortName, Kind: page.ByText, Value: func(s *ent.Service) any { return s.SortName }}
}

func (h *House) servicesByID(ctx context.Context, ids []typeid.ID) ([]*ent.Service, error) {
	return h.DB.Service.Query().Where(service.IDIn(ids...)).All(ctx)
}

func (r queries) Services(ctx context.Context, where *ServiceFilter, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ServiceConnection, error) {
	q := r.DB.Service.Query()
	if where != nil {
		if err := errors.Join(short("where.name", where.Name), short("where.code", where.Code)); err != nil {
			return nil, err
		}
		if where.Name != nil {
			q.Where(service.SortNameHasPrefix(workflow.SortName(*where.Name)))
		}
		if where.Code != nil {
			q.Where(service.Code(*where.Code))
		}
		if where.ParentID != nil {
			q.Where(service.ParentID(*where.ParentID))
		}
		if where.Kind != nil {
			q.Where(service.KindEQ(*where.Kind))
		}
	}
	return page.Connect(ctx, q, args(first, after, last, before), byName())
}

func (r services) Parent(ctx context.Context, s *ent.Service) (*ent.Service, error) {
	return one(ctx, s, service.FieldParentID, func(s *ent.Service) typeid.ID { return typeid.Maybe(s.ParentID) }, r.servicesByID)
}

// Trail reads what all services of a cohort lie in with one statement: a path holds the ids.
func (r services) Trail(ctx context.Context, s *ent.Service) ([]*ent.Service, error) {
	type trail struct{}
	above, err := cohort.Once(s.Cohort(), trail{}, func(rows []*ent.Service) (map[typeid.ID]*ent.Service, error) {
		var ids []typeid.ID
		for _, row := range rows {
			ids = append(ids, ancestors(row)...)
		}
		slices.Sort(ids)
		found, err := r.servicesByID(ctx, slices.Compact(ids))
		byID := make(map[typeid.ID]*ent.Service, len(found))
		for _, f := range found {
			byID[f.ID] = f
		}
		return byID, err
	})
	if err != nil {
		return nil, err
	}
	ids := ancestors(s)
	list := make([]*ent.Service, len(ids))
	for i, id := range ids {
		list[i] = above[id]
	}
	return list, nil
}

func (r services) Children(ctx context.Context, s *ent.Service, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ServiceConnection, error) {
	link := page.Link[*ent.Service]{Column: service.FieldParentID, Of: func(s *ent.Service) typeid.ID { return typeid.Maybe(s.ParentID) }}
	return page.Children(ctx, s, r.DB.Service.Query(), link, args(first, after, last, before), byName())
}

func (r services) Experiences(ctx context.Context, s *ent.Service, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ExperienceConnection, error) {
	link := page.Link[*ent.Experience]{Column: experience.FieldServiceID, Of: func(e *ent.Experience) typeid.ID { return e.ServiceID }}
	return page.Children(ctx, s, r.DB.Experience.Query().Where(rule.Published), link, asked(ctx, args(first, after, last, before), experience.Columns), newestPublished())
}

func (r services) Changes(ctx context.Context, s *ent.Service, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ChangeConnection, error) {
	link := page.Link[*ent.Change]{Column: change.FieldServiceID, Of: func(c *ent.Change) typeid.ID { return c.ServiceID }}
	return page.Children(ctx, s, r.DB.Change.Query(), link, args(first, after, last, before), newestChange())
}

func (r services) ExperiencesPerMonth(ctx context.Context, s *ent.Service, from, to string) ([]*query.MonthCount, error) {
	months, err := monthsBetween(from, to)
	if err != nil {
		return nil, err
	}
	counts, err := query.PerMonth(ctx, r.DB, s, months, r.SmallNumber)
	pointers := make([]*query.MonthCount, len(counts))
	for i := range counts {
		pointers[i] = &counts[i]
	}
	return pointers, err
}

const mostMonths = 24

// monthsBetween lists the months from one to another, both with; at most 24.
func monthsBetween(from, to string) ([]string, error) {
	start, err := time.Parse("2006-01", from)
	if err != nil {
		return nil, errMonth
	}
	var months []string
	for m := start; m.Format("2006-01") <= to; m = m.AddDate(0, 1, 0) {
		months = append(months, m.Format("2006-01"))
		if len(months) > mostMonths {
			return nil, &page.Error{Argument: "to", Reason: "must be at most 24 months after from"}
		}
	}
	if len(months) == 0 {
		return nil, &page.Error{Argument: "to", Reason: "must not be before from"}
	}
	return months, nil
}

// ancestors are the ids above a service, from the root down, as its path tells.
func ancestors(s *ent.Service) []typeid.ID {
	parts := strings.Split(strings.TrimSuffix(s.Path, "/"), "/")
	ids := make([]typeid.ID, len(parts)-1)
	for i := range ids {
		ids[i] = typeid.ID(parts[i])
	}
	return ids
}

// below holds for rows whose service lies at or below the given one. It follows no rule: services are seen by everybody.
func (h *House) below(ctx context.Context, column string, id typeid.ID) (func(*sql.Selector), error) {
	at, err := h.DB.Service.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return func(s *sql.Selector) { s.Where(rule.Below(s, column, at.Path)) }, nil
}

func (r mutations) ServiceAdd(ctx context.Context, in ServiceAddInput) (*ServicePayload, error) {
	code := ""
	if in.Code != nil {
		code = *in.Code
	}
	s, replayed, err := r.Flow.ServiceAdd(ctx, workflow.ServiceDraft{ID: in.ID, ParentID: in.ParentID, Name: in.Name, Kind: in.Kind, Code: code})
	problems, err := refusals(err)
	return &ServicePayload{s, problems, replayed}, err
}

func (r memberships) Service(ctx context.Context, m *ent.Membership) (*ent.Service, error) {
	return one(ctx, m, "service_id", func(m *ent.Membership) typeid.ID { return typeid.Maybe(m.ServiceID) }, r.servicesByID)
}
