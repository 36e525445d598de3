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
		field.String("language").Default("").MaxLen(35).Comment("The language of what is sent (BCP 47); empty for the usual one."),
		field.String("time_zone").Default("").MaxLen(64).Comment("Where the hours below are counted (IANA); empty for UTC."),
		field.String("quiet_from").Default("").MaxLen(5).Comment("From then on nothing is sent, as 22:00; empty for no quiet hours."),
		field.String("quiet_until").Default("").MaxLen(5),
		field.Bool("paused").Default(false).Comment("Whether nothing is sent for now."),
		field.Time("paused_until").Optional().Nillable().Comment("When that ends by itself; none for when it is taken back."),
		field.String("digest_at").Default("").MaxLen(5).Comment("When on a day somebody wants a letter about what waits for them, as 08:30; empty for none."),
		field.Time("digest_next").Optional().Nillable().Comment("When the next such letter is due."),
	}
}

// Edges of Person.
func (Person) Edges() []ent.Edge {
	return []ent.Edge{edge.To("memberships", Membership.Type), edge.To("experiences", Experience.Type), edge.To("sessions", Session.Type), edge.To("identities", Identity.Type)}
}

// Indexes of Person: whose letter is due.
func (Person) Indexes() []ent.Index {
	return []ent.Index{index.Fields("digest_next", "id").StorageKey("person_digest").Annotations(entsql.IndexWhere("digest_next IS NOT NULL"))}
}

// Policy of Person: who may see and touch it.
func (Person) Policy() ent.Policy {
	return rule.Policy(rule.SeeOneself(), rule.AllowToNameOneself(), rule.AllowToChooseHowToBeTold())
}
