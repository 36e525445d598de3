package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Signpost says where to turn to when something cannot wait, for a service and all below it, in one language. The newest
// of a place and a language holds; the older ones stay, so that it is known what people were told.
type Signpost struct{ ent.Schema }

// Mixin of Signpost.
func (Signpost) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Signpost}} }

// Annotations of Signpost.
func (Signpost) Annotations() []schema.Annotation { return table("signposts") }

// Fields of Signpost.
func (Signpost) Fields() []ent.Field {
	return []ent.Field{
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("Empty for the whole installation."),
		field.String("language").NotEmpty().MaxLen(20).Immutable().Comment("A language tag in small letters, such as en or cy (RFC 5646)."),
		field.Text("text").NotEmpty().Validate(plain(2000)).Immutable(),
		field.String("set_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
	}
}

// Edges of Signpost.
func (Signpost) Edges() []ent.Edge {
	return []ent.Edge{edge.To("service", Service.Type).Field("service_id").Unique().Immutable().Annotations(entsql.OnDelete(entsql.NoAction))}
}

// Indexes of Signpost.
func (Signpost) Indexes() []ent.Index {
	return []ent.Index{index.Fields("service_id", "language", "created_at", "id")}
}

// Policy of Signpost: who may see and touch it. Everybody is told what holds for a place; the rows themselves are nobody's to list.
func (Signpost) Policy() ent.Policy {
	return rule.Policy(rule.SeeNone(), rule.AllowAdministratorToSignpost())
}
