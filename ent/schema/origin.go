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

// Origin is a link of the line: this experience led to that change, said by a named person with a sentence why.
type Origin struct{ ent.Schema }

// Mixin of Origin.
func (Origin) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Origin}, sent{}} }

// Annotations of Origin.
func (Origin) Annotations() []schema.Annotation { return table("origins") }

// Fields of Origin.
func (Origin) Fields() []ent.Field {
	return []ent.Field{
		field.String("change_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("linked_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("linked_by_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.Text("why").NotEmpty().Validate(plain(1000)).Immutable().Comment("How these words led to the change."),
	}
}

// Edges of Origin.
func (Origin) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("change", Change.Type).Ref("origins").Field("change_id").Unique().Required().Immutable(),
		edge.From("experience", Experience.Type).Ref("origins").Field("experience_id").Unique().Required().Immutable(),
	}
}

// Indexes of Origin.
func (Origin) Indexes() []ent.Index {
	return []ent.Index{index.Fields("change_id", "experience_id").Unique(), index.Fields("change_id", "created_at", "id"), index.Fields("experience_id", "created_at", "id"), index.Fields("linked_by_id")}
}

// Policy of Origin: who may see and touch it.
func (Origin) Policy() ent.Policy {
	return rule.Policy(rule.SeeLinksOfWhoAgrees(), rule.AllowServiceStaffToAdd())
}
