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

// Passkey is a key on somebody's own device that signs them in (WebAuthn): what is kept of it is its public half.
type Passkey struct{ ent.Schema }

// Mixin of Passkey.
func (Passkey) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Passkey}, sent{}} }

// Annotations of Passkey.
func (Passkey) Annotations() []schema.Annotation { return table("passkeys") }

// Fields of Passkey.
func (Passkey) Fields() []ent.Field {
	return []ent.Field{
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("name").NotEmpty().Validate(plain(80)).Comment("What its owner knows it by, such as the device."),
		field.Bytes("credential_id").Unique().NotEmpty().MaxLen(1023).Immutable().Sensitive().Comment("What the device calls it."),
		field.Bytes("handle").NotEmpty().MaxLen(64).Immutable().Sensitive().Comment("What the device knows its owner by: random, and of no use elsewhere."),
		field.Bytes("public_key").NotEmpty().MaxLen(1000).Immutable().Sensitive().Comment("In COSE (RFC 9052 §7)."),
		field.Int64("sign_count").Default(0).Comment("How often the device says that it has signed; 0 where it does not count."),
		field.String("aaguid").MaxLen(36).Immutable().Sensitive().Comment("The make of the device, as a UUID; zeros where it does not say."),
		field.String("transports").Default("").MaxLen(60).Immutable().Sensitive().Comment("How a browser reaches the device, with blanks between them."),
		field.Bool("backup_eligible").Immutable().Comment("Whether it can be on several devices."),
		field.Bool("backed_up").Comment("Whether it is."),
		field.Time("last_used_at").Optional().Nillable(),
		field.Time("stopped_at").Optional().Nillable().Comment("When its count went backwards, as when somebody copied it: it opens nothing any more."),
	}
}

// Edges of Passkey.
func (Passkey) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Field("person_id").Unique().Required().Immutable()}
}

// Indexes of Passkey: a person's own, newest first.
func (Passkey) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "created_at", "id")}
}

// Policy of Passkey: who may see and touch it.
func (Passkey) Policy() ent.Policy { return rule.Policy(rule.SeeOwn("person_id")) }

// PasskeyChallenge is the making of a passkey, or a sign-in with one, that began here and waits for its end: any server can
// finish it, once. What the device has to sign is not kept, but its hash.
type PasskeyChallenge struct{ ent.Schema }

// Mixin of PasskeyChallenge.
func (PasskeyChallenge) Mixin() []ent.Mixin {
	return []ent.Mixin{named{prefix: typeid.PasskeyChallenge}}
}

// Annotations of PasskeyChallenge.
func (PasskeyChallenge) Annotations() []schema.Annotation { return table("passkey_challenges") }

// Fields of PasskeyChallenge.
func (PasskeyChallenge) Fields() []ent.Field {
	return []ent.Field{
		field.String("challenge_hash").Unique().MaxLen(64).Immutable().Sensitive(),
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("Who makes a passkey; none for a sign-in."),
		field.Bytes("handle").Optional().MaxLen(64).Immutable().Sensitive().Comment("What the device is to know them by."),
		field.Time("expires_at").Immutable(),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Indexes of PasskeyChallenge.
func (PasskeyChallenge) Indexes() []ent.Index {
	return []ent.Index{index.Fields("expires_at"), index.Fields("person_id")}
}

// Policy of PasskeyChallenge: who may see and touch it.
func (PasskeyChallenge) Policy() ent.Policy { return rule.Policy(rule.SeeNone()) }
