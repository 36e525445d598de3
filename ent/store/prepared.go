package store

import (
	"context"
	"database/sql"

	lru "github.com/hashicorp/golang-lru/v2"
)

// statementsKept is how many questions stay prepared: more than the shapes that clients ask at one time, a few MB at most.
const statementsKept = 256

// prepared asks questions whose statements stay ready on each connection, because reading SQL is a tenth of what a question
// to SQLite costs. The questions used last are kept.
type prepared struct {
	db   *sql.DB
	kept *lru.Cache[string, *sql.Stmt]
}

func newPrepared(db *sql.DB) *prepared {
	kept, _ := lru.NewWithEvict(statementsKept, func(_ string, s *sql.Stmt) { _ = s.Close() }) // fails for sizes below 1 only
	return &prepared{db: db, kept: kept}
}

// query asks with a kept statement. When that goes wrong, as when it is put away just now, it asks in the plain way, which says
// what is wrong.
func (p *prepared) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if s, err := p.statement(ctx, query); err == nil {
		if rows, err := s.QueryContext(ctx, args...); err == nil {
			return rows, nil
		}
	}
	return p.db.QueryContext(ctx, query, args...)
}

func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := p.kept.Get(query); ok {
		return s, nil
	}
	s, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if other, ok, _ := p.kept.PeekOrAdd(query, s); ok {
		return other, s.Close()
	}
	return s, nil
}
