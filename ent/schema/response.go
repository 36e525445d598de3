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

// Response is what a member of staff answered to an experience, in public and by name.
type Response struct{ ent.Schema }

// Mixin of Response.
func (Response) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Response}, sent{}} }

// Annotations of Response.
func (Response) Annotations() []schema.Annotation { return table("responses") }

// Fields of Response.
func (Response) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("author_name").NotEmpty().Validate(plain(80)).Immutable().Comment("The name it is signed with."),
		field.String("author_title").Default("").Validate(plain(80)).Immutable(),
		field.Text("body").NotEmpty().Validate(plain(4000)).Immutable(),
	}
}

// Edges of Response.
func (Response) Edges() []ent.Edge {
	return []ent.Edge{edge.From("experience", Experience.Type).Ref("responses").Field("experience_id").Unique().Required().Immutable()}
}

// Indexes of Response.
func (Response) Indexes() []ent.Index {
	return []ent.Index{index.Fields("experience_id", "created_at", "id")}
}

// Policy of Response: who may see and touch it.
func (Response) Policy() ent.Policy {
	return rule.Policy(rule.SeeWithItsExperience(), rule.AllowServiceStaffToAnswer())
}
