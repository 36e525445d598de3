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

// Identity says that somebody known to an issuer elsewhere, such as the trust's single sign-on, is this person. Two issuers may
// use the same name for two people, so both together tell who it is; never an e-mail address.
type Identity struct{ ent.Schema }

// Mixin of Identity.
func (Identity) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Identity}} }

// Annotations of Identity.
func (Identity) Annotations() []schema.Annotation { return table("identities") }

// Fields of Identity.
func (Identity) Fields() []ent.Field {
	return []ent.Field{
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("issuer").NotEmpty().MaxLen(255).Immutable().Comment("The iss of its tokens."),
		field.String("subject_hash").Unique().MaxLen(64).Immutable().Sensitive().Comment("SHA-256 of the issuer and the sub of its tokens, which may be an employee's or an NHS number."),
	}
}

// Edges of Identity.
func (Identity) Edges() []ent.Edge {
	return []ent.Edge{edge.From("person", Person.Type).Ref("identities").Field("person_id").Unique().Required().Immutable()}
}

// Indexes of Identity.
func (Identity) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "created_at", "id")}
}

// Policy of Identity: who may see and touch it.
func (Identity) Policy() ent.Policy { return rule.Policy(rule.SeeOwn("person_id")) }

// SignOn is a sign-in at an issuer that began here and waits for its end: any server can finish it, once, for the app that has
// its secret. State, nonce and verifier come out of the secret and are not kept.
type SignOn struct{ ent.Schema }

// Mixin of SignOn.
func (SignOn) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.SignOn}} }

// Annotations of SignOn.
func (SignOn) Annotations() []schema.Annotation { return table("sign_ons") }

// Fields of SignOn.
func (SignOn) Fields() []ent.Field {
	return []ent.Field{
		field.String("secret_hash").Unique().MaxLen(64).Immutable().Sensitive(),
		field.String("redirect").MaxLen(2000).Immutable().Comment("Where the issuer sends the browser, letter by letter."),
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("Who was signed in when it began: the identity is added to them."),
		field.Time("expires_at").Immutable(),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Indexes of SignOn.
func (SignOn) Indexes() []ent.Index {
	return []ent.Index{index.Fields("expires_at"), index.Fields("person_id")}
}

// Policy of SignOn: who may see and touch it.
func (SignOn) Policy() ent.Policy { return rule.Policy(rule.SeeNone()) }
