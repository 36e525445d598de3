package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// SignIn is one asking for a code by e-mail: the code is kept as a hash, tried a few times, and used once.
type SignIn struct{ ent.Schema }

// Mixin of SignIn.
func (SignIn) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.SignIn}} }

// Annotations of SignIn.
func (SignIn) Annotations() []schema.Annotation { return table("sign_ins") }

// Fields of SignIn.
func (SignIn) Fields() []ent.Field {
	return []ent.Field{
		field.String("email").MaxLen(254).Immutable().Sensitive(),
		field.String("code_hash").MaxLen(200).Immutable().Sensitive(),
		field.Int("tries").Default(0),
		field.Time("expires_at").Immutable(),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Indexes of SignIn.
func (SignIn) Indexes() []ent.Index {
	return []ent.Index{index.Fields("email", "created_at"), index.Fields("expires_at")}
}

// Invitation is a one-use code that gives a role at a service, or the whole installation to its first administrator.
type Invitation struct{ ent.Schema }

// Mixin of Invitation.
func (Invitation) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Invitation}} }

// Annotations of Invitation.
func (Invitation) Annotations() []schema.Annotation { return table("invitations") }

// Fields of Invitation.
func (Invitation) Fields() []ent.Field {
	return []ent.Field{
		field.String("code_hash").Unique().MaxLen(64).Immutable().Sensitive(),
		role(),
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable(),
		field.String("invited_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Sensitive(),
		field.Time("starts_at").Optional().Nillable().Immutable().Comment("When the role begins to work; as soon as it is taken up when empty."),
		field.Time("ends_at").Optional().Nillable().Immutable().Comment("When the role is planned to end."),
		field.Time("expires_at").Immutable(),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Indexes of Invitation.
func (Invitation) Indexes() []ent.Index { return []ent.Index{index.Fields("expires_at")} }

// Policy of Invitation: who may see and touch it.
func (Invitation) Policy() ent.Policy {
	return rule.Policy(rule.SeeNone(), rule.AllowAdministratorToInvite())
}

// Policy of SignIn: who may see and touch it.
func (SignIn) Policy() ent.Policy {
	return rule.Policy(rule.SeeNone())
}
