package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Spent is the id of something that was taken back and is gone: sent again by a phone that got no answer, it does not come back.
// Of words that an import brought it is a digest of where they were found: taken again with the same file, they stay away.
type Spent struct{ ent.Schema }

// Annotations of Spent.
func (Spent) Annotations() []schema.Annotation { return table("spent_ids") }

// Fields of Spent.
func (Spent) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.Time("created_at").Immutable(),
	}
}

// Policy of Spent: who may see and touch it.
func (Spent) Policy() ent.Policy { return rule.Policy(rule.SeeNone()) }
