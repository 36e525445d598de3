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

// Service is a place in the single-parent tree of care: a commissioner, a provider, a site, a ward, a service.
// Roles are held at one and reach what lies below it.
type Service struct{ ent.Schema }

// Mixin of Service.
func (Service) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Service}} }

// Annotations of Service.
func (Service) Annotations() []schema.Annotation { return table("services") }

// Fields of Service.
func (Service) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty().Validate(plain(200)),
		field.String("sort_name").MaxLen(240).Comment("The name folded for sorting and looking up: lower case, single spaces."),
		field.Enum("kind").NamedValues("Commissioner", "COMMISSIONER", "Provider", "PROVIDER", "Site", "SITE", "Ward", "WARD", "Service", "SERVICE"),
		field.String("code").Optional().Nillable().Unique().MaxLen(120).Comment("Its code in the world outside (ODS), or the key an import gave it."),
		field.String("parent_id").GoType(typeid.ID("")).Optional().Nillable().MaxLen(40),
		field.String("path").Unique().MaxLen(400).Immutable().Comment("The ids from the root down to itself, each with a slash behind it: what lies below shares the beginning."),
		field.Int("review_hours").Default(0).Comment("How long the service may ask for a review before something about it is published; 0 for not at all."),
		field.Bool("suggests").Default(false).Comment("Whether its staff are shown which words could belong to a theme."),
		field.Time("closed_at").Optional().Nillable().Comment("When it closed; experiences from before are still welcome."),
	}
}

// Edges of Service.
func (Service) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("children", Service.Type).From("parent").Field("parent_id").Unique(),
		edge.To("experiences", Experience.Type), edge.To("changes", Change.Type), edge.To("themes", Theme.Type),
		edge.To("priority_rounds", PriorityRound.Type), edge.To("priorities", Priority.Type), edge.To("actions", Action.Type), edge.To("escalations", Action.Type),
	}
}

// Indexes of Service: the lists, and beginnings of names and paths (the pattern form is for PostgreSQL).
func (Service) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("parent_id", "sort_name", "id"),
		index.Fields("sort_name", "id"),
		index.Fields("sort_name").StorageKey("service_name_begins").Annotations(entsql.OpClass("text_pattern_ops")),
		index.Fields("path").StorageKey("service_below").Annotations(entsql.OpClass("text_pattern_ops")),
	}
}

// Policy of Service: who may see and touch it.
func (Service) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowAdministratorToPlant())
}
