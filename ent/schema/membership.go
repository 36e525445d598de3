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

// Membership is a role that a person holds at a service from one time to another; ending it works at once.
type Membership struct{ ent.Schema }

// Mixin of Membership.
func (Membership) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Membership}} }

// Annotations of Membership.
func (Membership) Annotations() []schema.Annotation { return table("memberships") }

// Fields of Membership.
func (Membership) Fields() []ent.Field {
	return []ent.Field{
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("Where the role is held; none for the whole installation."),
		role(),
		field.String("title").Default("").Validate(plain(80)).Comment("What others read beside the name, such as Ward sister."),
		field.Bool("trusted").Default(false).Comment("Whether answers skip the moderators, unless they say that something changed."),
		field.Time("starts_at").Optional().Nillable().Comment("When it begins to work; at once when empty."),
		field.Time("ends_at").Optional().Nillable().Comment("When it is planned to end."),
		field.Time("ended_at").Optional().Nillable().Comment("When somebody ended it."),
	}
}

// Edges of Membership.
func (Membership) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("person", Person.Type).Ref("memberships").Field("person_id").Unique().Required().Immutable(),
		edge.To("service", Service.Type).Field("service_id").Unique().Immutable(),
	}
}

// Indexes of Membership.
func (Membership) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "ended_at"), index.Fields("service_id", "created_at", "id")}
}

// Policy of Membership: who may see and touch it.
func (Membership) Policy() ent.Policy {
	return rule.Policy(rule.SeeOwnOrAdministered(), rule.AllowAdministratorToEnd(), rule.AllowModeratorOrAdministratorToTrust())
}

// role is the closed set of roles, the same words as in package auth.
func role() ent.Field {
	return field.Enum("role").Immutable().NamedValues("Staff", "STAFF", "Facilitator", "FACILITATOR", "Moderator", "MODERATOR",
		"SafeguardingLead", "SAFEGUARDING_LEAD", "Commissioner", "COMMISSIONER", "Administrator", "ADMINISTRATOR", "Integrator", "INTEGRATOR")
}
