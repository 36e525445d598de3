package graph

import (
	"context"

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
	q := r.DB.AuditEntry.Query()
	if where != nil {
		if len(where.Act) > widestFilter {
			return nil, &page.Error{Argument: "where.act", Reason: "may be ten wide; name each act once"}
		}
		narrowEntries(q, where)
	}
	if err := r.Flow.AuditLogRead(ctx); err != nil {
		return nil, err
	}
	return page.Connect(ctx, q, args(first, after, last, before), newestEntry())
}

func narrowEntries(q *ent.AuditEntryQuery, where *AuditFilter) {
	switch {
	case len(where.Act) == 1 && where.About == nil:
		q.Where(auditentry.ActEQ(where.Act[0]))
	case where.Act != nil:
		q.Where(amongActs(where.Act))
	}
	if where.About != nil {
		q.Where(auditentry.AboutID(*where.About))
	}
	if where.From != nil {
		q.Where(auditentry.CreatedAtGTE(*where.From))
	}
	if where.Before != nil {
		q.Where(auditentry.CreatedAtLT(*where.Before))
	}
}

// amongActs holds for entries of some acts. It keeps their index out of it: several acts together are not in the order of time.
func amongActs(acts []auditentry.Act) func(*sql.Selector) {
	return func(s *sql.Selector) {
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
