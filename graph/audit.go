package graph

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// newestEntry is the order of the audit log: by time, so that a question about a time long ago begins there.
func newestEntry() page.Term[*ent.AuditEntry] {
	return page.Term[*ent.AuditEntry]{Name: "auditByTime", Column: auditentry.FieldCreatedAt, Desc: true, Value: func(e *ent.AuditEntry) any { return e.CreatedAt }}
}

// AuditLog is for administrators of the whole installation. That they look is written down before they see anything.
func (r queries) AuditLog(ctx context.Context, where *AuditFilter, first *int, after *page.Cursor, last *int, before *page.Cursor) (*AuditEntryConnection, error) {
	if !auth.FromContext(ctx).ReachesPath("", auth.Administrator) {
		return nil, workflow.ErrForbidden
	}
	if where == nil {
		where = &AuditFilter{}
	}
	if len(where.Act) > widestFilter {
		return nil, &page.Error{Argument: "where.act", Reason: "may be ten wide; name each act once"}
	}
	if err := r.Flow.AuditLogRead(ctx); err != nil {
		return nil, err
	}
	return page.Merge(ctx, r.entriesOf(where), args(first, after, last, before), newestEntry())
}

// entriesOf are the entries of each act that is asked for, by themselves: several together are in no index in the order of time.
// What was done to one thing is one list, in its own index.
func (h *House) entriesOf(where *AuditFilter) (lists []*ent.AuditEntryQuery) {
	all := h.DB.AuditEntry.Query()
	if where.From != nil {
		all.Where(auditentry.CreatedAtGTE(*where.From))
	}
	if where.Before != nil {
		all.Where(auditentry.CreatedAtLT(*where.Before))
	}
	if where.About != nil {
		all.Where(auditentry.AboutID(*where.About), amongActs(where.Act))
	}
	if where.About != nil || where.Act == nil {
		return []*ent.AuditEntryQuery{all}
	}
	for _, act := range slices.Compact(slices.Sorted(slices.Values(where.Act))) {
		lists = append(lists, all.Clone().Where(auditentry.ActEQ(act)))
	}
	return lists
}

// amongActs holds for entries of some acts, of all when there are none. It keeps their index out of it.
func amongActs(acts []auditentry.Act) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if acts == nil {
			return
		}
		s.Where(sql.P(func(b *sql.Builder) {
			b.WriteString("(").Ident(s.C(auditentry.FieldAct)).WriteString(" || '') IN (").Args(anyOf(acts)...).WriteString(")")
		}))
	}
}

// anyOf are values as a database wants them.
func anyOf[T any](some []T) []any {
	all := make([]any, len(some))
	for i, one := range some {
		all[i] = one
	}
	return all
}

func (r auditEntries) Place(ctx context.Context, e *ent.AuditEntry) (*ent.Service, error) {
	return one(ctx, e, auditentry.FieldPlaceID, func(e *ent.AuditEntry) typeid.ID { return e.PlaceID }, r.servicesByID)
}

func (r auditEntries) About(_ context.Context, e *ent.AuditEntry) (*typeid.ID, error) {
	return e.AboutID.OrNil(), nil
}

func (r auditEntries) Record(_ context.Context, e *ent.AuditEntry) (*typeid.ID, error) {
	return e.RecordID.OrNil(), nil
}

func (r readings) Place(ctx context.Context, read *query.Reading) (*ent.Service, error) {
	return one(ctx, read, "place_id", func(read *query.Reading) typeid.ID { return read.PlaceID }, r.servicesByID)
}

// ReadBy tells its author, and nobody else, in which roles others read words that were not public.
func (r experiences) ReadBy(ctx context.Context, e *ent.Experience) ([]*query.Reading, error) {
	if !theirs(ctx, e) {
		return nil, nil
	}
	return query.ReadBy(ctx, r.DB, e)
}
