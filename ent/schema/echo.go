package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Echo is that somebody has experienced the same as somebody else told.
type Echo struct{ ent.Schema }

// Mixin of Echo.
func (Echo) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Echo}} }

// Annotations of Echo.
func (Echo) Annotations() []schema.Annotation { return table("echoes") }

// Fields of Echo.
func (Echo) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Never shown: echoes are only counted."),
	}
}

// Edges of Echo.
func (Echo) Edges() []ent.Edge {
	return []ent.Edge{edge.From("experience", Experience.Type).Ref("echoes").Field("experience_id").Unique().Required().Immutable()}
}

// Indexes of Echo: one a person and experience, one's own.
func (Echo) Indexes() []ent.Index {
	return []ent.Index{index.Fields("experience_id", "person_id").Unique(), index.Fields("person_id", "created_at", "id")}
}

// Policy of Echo: who may see and touch it.
func (Echo) Policy() ent.Policy {
	return rule.Policy(rule.SeeOwnEchoes(), rule.AllowToEchoAsOneself())
}
