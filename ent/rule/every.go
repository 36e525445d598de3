package rule

import (
	"context"
	"slices"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/typeid"
)

// denyThroughEdges holds for every noun: a write touches its own row and no other. An edge to many would change the rows that
// it points at without asking the rules of those; an edge to one is a column of its own row, and asked of as such.
func denyThroughEdges() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(_ context.Context, m ent.Mutation) error {
		ownAdded := func(edge string) bool { _, ok := m.Field(edge + "_id"); return ok }
		ownCleared := func(edge string) bool { return m.FieldCleared(edge + "_id") }
		if len(m.RemovedEdges()) > 0 || !all(m.AddedEdges(), ownAdded) || !all(m.ClearedEdges(), ownCleared) {
			return privacy.Denyf("%s would write to other rows", m.Type())
		}
		return privacy.Skip
	})
}

// denyInAnotherName holds for every noun: who is written down as having done something is who did it.
func denyInAnotherName() privacy.MutationRule {
	doers := []string{"author_id", "moderator_id", "proposed_by_id", "linked_by_id", "invited_by_id", "asked_by_id", "decided_by_id", "raised_by_id", "acknowledged_by_id", "seen_by_id", "set_by_id", "opened_by_id", "closed_by_id", "made_by_id", "added_by_id", "revoked_by_id", "owner_id", "put_up_by_id", "answerer_id"}
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		me := typeid.ID(auth.FromContext(ctx).Person)
		if !all(doers, func(column string) bool { by, ok := m.Field(column); return !ok || by == me }) {
			return privacy.Denyf("%s would be in another name", m.Type())
		}
		return privacy.Skip
	})
}

func all(names []string, hold func(string) bool) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return !hold(n) })
}

// changesOnly tells whether a write changes these fields, in their order in the schema, and nothing else of its row.
func changesOnly(m ent.Mutation, fields ...string) bool {
	return slices.Equal(m.Fields(), fields) && len(m.AddedFields())+len(m.ClearedFields()) == 0
}
