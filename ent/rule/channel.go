package rule

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/channel"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// AllowOwnChannels lets people open, change and close ways to tell them of something, and none of anybody else's. What went out
// by one only the worker writes down. A machine is told nothing.
func AllowOwnChannels() privacy.MutationRule {
	return privacy.ChannelMutationRuleFunc(func(ctx context.Context, m *ent.ChannelMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !v.May(auth.ExperienceWrite) {
			return privacy.Skip
		}
		if m.Op().Is(ent.OpCreate) {
			return ownNew(m, v)
		}
		if m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) && !changesWithin(m, channel.FieldWants, channel.FieldSessionID, channel.FieldP256dh, channel.FieldAuthSecret) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C(channel.FieldPersonID), typeid.ID(v.Person))) })
		return privacy.Allow
	})
}

func ownNew(m *ent.ChannelMutation, v *auth.Viewer) error {
	if whose, _ := m.PersonID(); whose != typeid.ID(v.Person) {
		return privacy.Skip
	}
	return privacy.Allow
}

// AllowToChooseHowToBeTold lets people say when and in which language they are told, and when a letter comes of what waits.
func AllowToChooseHowToBeTold() privacy.MutationRule {
	return privacy.PersonMutationRuleFunc(func(ctx context.Context, m *ent.PersonMutation) error {
		v := auth.FromContext(ctx)
		chosen := changesWithin(m, person.FieldLanguage, person.FieldTimeZone, person.FieldQuietFrom, person.FieldQuietUntil,
			person.FieldPaused, person.FieldPausedUntil, person.FieldDigestAt, person.FieldDigestNext)
		if !v.SignedIn() || !v.May(auth.ExperienceWrite) || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !chosen {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C(person.FieldID), typeid.ID(v.Person))) })
		return privacy.Allow
	})
}

// AllowToMarkAsRead lets people say which of the steps that they were told they have read. Nothing else of a step is ever changed.
func AllowToMarkAsRead() privacy.MutationRule {
	return privacy.StepMutationRuleFunc(func(ctx context.Context, m *ent.StepMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !v.May(auth.ExperienceWrite) || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) || !changesWithin(m, step.FieldReadAt) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C(step.FieldPersonID), typeid.ID(v.Person))) })
		return privacy.Allow
	})
}

// changesWithin tells whether a write sets or empties some of these fields and nothing else of its row.
func changesWithin(m ent.Mutation, fields ...string) bool {
	touched := slices.Concat(m.Fields(), m.AddedFields(), m.ClearedFields())
	return len(touched) > 0 && !slices.ContainsFunc(touched, func(f string) bool { return !slices.Contains(fields, f) })
}
