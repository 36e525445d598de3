package graph

import (
	"context"

	"hearback/ent/cohort"
	"hearback/ent/page"
	"hearback/ent/typeid"
)

// oneKey names a to-one edge by the column it follows.
type oneKey struct{ column string }

// one follows a to-one edge for all rows that were read together, in one statement; nil where there is nothing, or nothing
// that the viewer may see.
func one[P page.Parent[P], T page.Row](ctx context.Context, row P, column string, of func(P) typeid.ID, read func(context.Context, []typeid.ID) ([]T, error)) (T, error) {
	found, err := cohort.Once(row.Cohort(), oneKey{column}, func(rows []P) (map[typeid.ID]T, error) {
		wanted := distinct(rows, of)
		if len(wanted) == 0 {
			return nil, nil
		}
		others, err := read(ctx, wanted)
		byID := make(map[typeid.ID]T, len(others))
		for _, o := range others {
			byID[o.Key()] = o
		}
		return byID, err
	})
	return found[of(row)], err
}

// backKey names the other end of a to-one edge by the column that points here.
type backKey struct{ column string }

// back follows a to-one edge from its other end, for all rows that were read together, in one statement: the row that points at
// this one, of which there is one at most; nil for none, and for none that the viewer may see.
func back[P page.Parent[P], T any](ctx context.Context, row P, column string, of func(T) typeid.ID, read func(context.Context, []typeid.ID) ([]T, error)) (T, error) {
	found, err := cohort.Once(row.Cohort(), backKey{column}, func(rows []P) (map[typeid.ID]T, error) {
		others, err := read(ctx, distinct(rows, P.Key))
		byID := make(map[typeid.ID]T, len(others))
		for _, o := range others {
			byID[of(o)] = o
		}
		return byID, err
	})
	return found[row.Key()], err
}

// distinct are the ids that the rows point at, each once.
func distinct[P any](rows []P, of func(P) typeid.ID) []typeid.ID {
	seen := make(map[typeid.ID]bool, len(rows))
	var ids []typeid.ID
	for _, r := range rows {
		if id := of(r); id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}
