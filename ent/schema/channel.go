package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Channel is a way by which somebody wants to be told of steps besides the list in the app: their e-mail, or one device that
// takes Web Push. Steps are numbered, so one number says what went out by it already.
type Channel struct{ ent.Schema }

// Mixin of Channel.
func (Channel) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Channel}} }

// Annotations of Channel.
func (Channel) Annotations() []schema.Annotation { return table("channels") }

// Fields of Channel.
func (Channel) Fields() []ent.Field {
	return []ent.Field{
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.Enum("kind").Immutable().NamedValues("Email", "EMAIL", "Push", "PUSH"),
		field.String("wants").MaxLen(200).Comment("The groups of steps that are wanted by it, with blanks between."),
		field.Int("told").Default(0).Comment("The number of the last step that went out by it, or was not to."),
		field.String("session_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Comment("The session of the device, with which it ends; none for e-mail."),
		field.String("endpoint").Default("").MaxLen(2000).Immutable().Sensitive().Comment("Where a device is reached (RFC 8030 §5); empty for e-mail, which goes to the address of the person."),
		field.String("endpoint_hash").Optional().Nillable().Unique().MaxLen(64).Immutable().Sensitive().Comment("SHA-256 of the endpoint: one device is told once."),
		field.String("p256dh").Default("").MaxLen(120).Sensitive().Comment("The public key of the device (RFC 8291 §3.1)."),
		field.String("auth_secret").Default("").MaxLen(60).Sensitive().Comment("The secret that it shares with who writes to it (RFC 8291 §3.2)."),
	}
}

// Indexes of Channel: those of a person, of which one is by e-mail.
func (Channel) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "created_at", "id"),
		index.Fields("person_id").Unique().StorageKey("channel_one_letterbox").Annotations(entsql.IndexWhere("kind = 'EMAIL'")),
	}
}

// Policy of Channel: who may see and touch it.
func (Channel) Policy() ent.Policy {
	return rule.Policy(rule.SeeOwn("person_id"), rule.AllowOwnChannels())
}
