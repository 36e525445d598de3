package graph_test

import (
	"context"
	"database/sql"
	"regexp"
	"testing"

	"entgo.io/ent/dialect"

	"hearback/ent/generated/ent"
	"hearback/ent/typeid"
)

// overhear is a spy that also hears what is said in transactions.
func (s *stage) overhear() *spy {
	seen := &spy{Driver: s.db.Store.Driver()}
	s.Flow.DB = ent.NewClient(ent.Driver(overheard{seen}))
	return seen
}

type overheard struct{ *spy }

func (o overheard) Tx(ctx context.Context) (dialect.Tx, error) {
	tx, err := o.Driver.Tx(ctx)
	return overheardTx{tx, o.spy}, err
}

type overheardTx struct {
	dialect.Tx
	spy *spy
}

func (t overheardTx) Query(ctx context.Context, query string, args, v any) error {
	t.spy.note(query, args)
	return t.Tx.Query(ctx, query, args, v)
}

func (t overheardTx) Exec(ctx context.Context, query string, args, v any) error {
	t.spy.note(query, args)
	return t.Tx.Exec(ctx, query, args, v)
}

// ExecContext is for statements that are written by hand.
func (t overheardTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	t.spy.note(query, args)
	return t.Tx.(interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
	}).ExecContext(ctx, query, args...)
}

// What one person takes along, and what is left of them, is found without reading anybody else's: no statement of an export or
// an erasure reads a table that grows from end to end.
func TestPlansOfExportAndErasure(t *testing.T) {
	lengthy(t, "it fills a database with thousands of experiences")
	tell(t, func(t *testing.T, s *stage) {
		l := fill(t, s.db, rows(t)/4)
		pat := s.start("Pat")
		pat.share(s.DB.Service.GetX(s.system(), typeid.ID(l.services[1])), "PATIENT", "It was cold.")
		spy := s.overhear()
		for _, verb := range []string{exportQuery, `mutation { personErase(input: {confirm: "ERASE ME"}) { begun userErrors { message } } }`} {
			pat.act(verb, nil, "")
			s.ticks(t)
		}
		grows := regexp.MustCompile(`(?m)Seq Scan on (people|experiences|responses|origins|changes|progress|themes|evidence|themings|verdicts|verdict_rounds|consents|steps|audit_entries|appeals|decisions|voices)|^SCAN (people|experiences|responses|origins|changes|progress|themes|evidence|themings|verdicts|verdict_rounds|consents|steps|audit_entries|appeals|decisions|voices)\s*$`)
		for _, asked := range spy.asked {
			if plan := s.explainWithout(asked, "seqscan"); grows.MatchString(plan) {
				t.Errorf("a table is read whole:\n%s\n%s", plan, asked.query)
			}
		}
		if len(spy.asked) < 60 {
			t.Errorf("only %d statements were looked at", len(spy.asked))
		}
	})
}
