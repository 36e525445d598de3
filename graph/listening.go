package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/typeid"
	"hearback/internal/letters"
)

// Listening answers for what listening led to.
func (h *House) Listening() ListeningResolver { return listenings{h} }

func (r services) Listening(ctx context.Context, s *ent.Service, quarters int) ([]*query.Listened, error) {
	if quarters < 1 || quarters > query.Quarters {
		return nil, &page.Error{Argument: "quarters", Reason: "must be 1 to 8"}
	}
	return query.ListenedAt(ctx, r.DB, s, r.Now(), quarters, r.SmallNumber)
}

// InWords says the figures in plain words.
func (r listenings) InWords(_ context.Context, l *query.Listened, language *string) (string, error) {
	of := func(c query.Count) *int {
		if n, shown := c.(query.Exact); shown {
			return &n.Value
		}
		return nil
	}
	return r.Flow.Letters.Listening(text(language), letters.Listening{
		Year: l.Begins().Year(), Quarter: int(l.Quarter()[6] - '0'), Heard: of(l.Heard()), Answered: of(l.Answered()), MedianHours: l.MedianHours(),
		InAction: of(l.InAction()), Changed: of(l.Changed()),
	}), nil
}

// newestMade is the order of what changed: what was done last comes first.
func newestMade() page.Term[*ent.Change] {
	return page.Term[*ent.Change]{Name: "made", Column: change.FieldMovedAt, Desc: true, Value: func(c *ent.Change) any { return c.MovedAt }}
}

// WhatChangedHere is the same for everybody: only changes that came from words that all can read.
func (r queries) WhatChangedHere(ctx context.Context, serviceID typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ChangeConnection, error) {
	here, err := r.below(ctx, change.FieldServiceID, serviceID)
	if err != nil {
		return nil, err
	}
	return page.Connect(ctx, r.DB.Change.Query().Where(query.Spoken, here), args(first, after, last, before), newestMade())
}
