package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Person is somebody who uses Hearback: a patient, a relative, a member of staff, or a program that reads for them.
// Nothing here is ever shown to others; what they see of a person is the name chosen for each experience.
type Person struct{ ent.Schema }

// Mixin of Person.
func (Person) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Person}} }

// Annotations of Person.
func (Person) Annotations() []schema.Annotation { return table("people") }

// Fields of Person.
func (Person) Fields() []ent.Field {
	return []ent.Field{
		field.String("email").Optional().Nillable().Unique().MaxLen(254).Sensitive().Comment("Lower case; none for who speaks without an account."),
		field.String("name").Default("").Validate(plain(80)).Comment("The name that staff sign with; empty for who speaks under pseudonyms only."),
		field.String("recovery_hash").Optional().Nillable().Unique().MaxLen(64).Sensitive().Comment("Hash of the code that brings the person back on any device."),
		field.String("source_key").Optional().Nillable().Unique().MaxLen(200).Sensitive().Comment("Where an import found this person."),
		field.Int("steps").Default(0).Comment("How many steps the person was told of: the number of the newest."),
	}
}

// Edges of Person.
func (Person) Edges() []ent.Edge {
	return []ent.Edge{edge.To("memberships", Membership.Type), edge.To("experiences", Experience.Type), edge.To("sessions", Session.Type), edge.To("identities", Identity.Type)}
}

// Policy of Person: who may see and touch it.
func (Person) Policy() ent.Policy {
	return rule.Policy(rule.SeeOneself(), rule.AllowToNameOneself())
}
