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

// Session is one way in that a person opened on one device, or one secret of a service token; ending it ends its tokens at once.
type Session struct{ ent.Schema }

// Mixin of Session.
func (Session) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Session}} }

// Annotations of Session.
func (Session) Annotations() []schema.Annotation { return table("sessions") }

// Fields of Session.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("scopes").MaxLen(400).Immutable().Comment("What its tokens may do, as in RFC 6749 §3.3."),
		field.Time("ended_at").Optional().Nillable(),
		field.Time("ends_at").Optional().Nillable().Comment("When it ends by itself, as the secret of a machine does; none for people's own."),
		field.String("secret_hash").Optional().Nillable().Unique().MaxLen(64).Immutable().Sensitive().Comment("Hash of the secret of a service token that opens it; none for people's own."),
		field.String("passkey_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The passkey that opened it; none for every other way in."),
	}
}

// Edges of Session.
func (Session) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("person", Person.Type).Ref("sessions").Field("person_id").Unique().Required().Immutable(),
		edge.To("refreshes", Refresh.Type),
	}
}

// Indexes of Session.
func (Session) Indexes() []ent.Index { return []ent.Index{index.Fields("person_id", "created_at")} }

// Refresh is a refresh token, kept as a hash and used once; a second use ends its whole session (RFC 9700 §4.14.2).
type Refresh struct{ ent.Schema }

// Mixin of Refresh.
func (Refresh) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Refresh}} }

// Annotations of Refresh.
func (Refresh) Annotations() []schema.Annotation { return table("refresh_tokens") }

// Fields of Refresh.
func (Refresh) Fields() []ent.Field {
	return []ent.Field{
		field.String("session_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("hash").Unique().MaxLen(64).Immutable().Sensitive(),
		field.Time("expires_at").Immutable(),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Policy of Session: who may see and touch it.
func (Session) Policy() ent.Policy {
	return rule.Policy(rule.SeeOwn("person_id"))
}

// Edges of Refresh.
func (Refresh) Edges() []ent.Edge {
	return []ent.Edge{edge.From("session", Session.Type).Ref("refreshes").Field("session_id").Unique().Required().Immutable()}
}

// Indexes of Refresh.
func (Refresh) Indexes() []ent.Index {
	return []ent.Index{index.Fields("session_id"), index.Fields("expires_at")}
}

// Policy of Refresh: who may see and touch it.
func (Refresh) Policy() ent.Policy {
	return rule.Policy(rule.SeeNone())
}
