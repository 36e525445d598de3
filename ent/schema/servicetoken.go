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

// ServiceToken is what a program of somebody else reads with. Behind it stands a Person that is a machine, with the role
// INTEGRATOR where it reaches and a Session for each of its secrets, so that it is looked at as everybody else is.
type ServiceToken struct{ ent.Schema }

// Mixin of ServiceToken.
func (ServiceToken) Mixin() []ent.Mixin {
	return []ent.Mixin{named{prefix: typeid.ServiceToken}, sent{}}
}

// Annotations of ServiceToken.
func (ServiceToken) Annotations() []schema.Annotation { return table("service_tokens") }

// Fields of ServiceToken.
func (ServiceToken) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty().Validate(plain(80)).Immutable().Comment("What administrators know it by, such as Dashboard of the trust."),
		field.String("scopes").MaxLen(400).Immutable().Comment("What it may do, at most, as in RFC 6749 §3.3."),
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("What it reaches, with what lies below; none for the whole installation."),
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("The machine."),
		field.String("made_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Who made it."),
		field.Time("expires_at").Immutable(),
		field.Time("rotated_at").Optional().Nillable().Comment("When it last got a new secret."),
		field.Time("revoked_at").Optional().Nillable(),
		field.String("revoked_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive().Comment("Who ended it."),
		field.Time("last_used_at").Optional().Nillable().Comment("Written at most once in ten minutes."),
	}
}

// Edges of ServiceToken.
func (ServiceToken) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("service", Service.Type).Field("service_id").Unique().Immutable(),
		edge.To("person", Person.Type).Field("person_id").Unique().Required().Immutable(),
	}
}

// Indexes of ServiceToken.
func (ServiceToken) Indexes() []ent.Index {
	return []ent.Index{index.Fields("created_at", "id"), index.Fields("service_id"), index.Fields("person_id").Unique()}
}

// Policy of ServiceToken: who may see and touch it.
func (ServiceToken) Policy() ent.Policy {
	return rule.Policy(rule.SeeIfAdministered(), rule.AllowAdministratorToMint())
}
