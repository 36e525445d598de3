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

// Voice is what somebody else who was there adds to an experience, in words of their own: a parent beside the patient, a carer.
// They alone can change these words and take them away.
type Voice struct{ ent.Schema }

// Mixin of Voice.
func (Voice) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Voice}, sent{}} }

// Annotations of Voice.
func (Voice) Annotations() []schema.Annotation { return table("voices") }

// Fields of Voice.
func (Voice) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("service_id").GoType(typeid.ID("")).NotEmpty().MaxLen(40).Default("").Immutable().Comment("The place of its experience, for the queue of a place."),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Never shown: it would join the words of one person."),
		relationship(),
		field.String("display_name").NotEmpty().Validate(plain(60)).Comment("The name that others see, chosen for these words."),
		field.Text("story").Default("").Validate(plain(8000)).Comment("What happened, in their own words; empty when withdrawn."),
		field.Enum("state").NamedValues("InModeration", "IN_MODERATION", "Published", "PUBLISHED", "Returned", "RETURNED", "Withdrawn", "WITHDRAWN"),
		field.Int("version").Default(1),
		field.Text("reason").Default("").Validate(plain(1000)).Comment("Why a moderator gave it back; else empty."),
		field.String("signals").Default("").MaxLen(200).Sensitive().Comment("What in the words may tell of danger, as in an experience."),
		field.String("moderator_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive().Comment("Who decided last."),
	}
}

// Edges of Voice.
func (Voice) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("experience", Experience.Type).Ref("voices").Field("experience_id").Unique().Required().Immutable(),
		edge.To("consents", Consent.Type),
	}
}

// Indexes of Voice: beside an experience, one's own, the queue.
func (Voice) Indexes() []ent.Index {
	inModeration := entsql.IndexWhere("state = 'IN_MODERATION'")
	return []ent.Index{
		index.Fields("experience_id", "created_at", "id"),
		index.Fields("author_id", "created_at", "id"),
		index.Fields("created_at", "id").StorageKey("voice_queue").Annotations(inModeration),
		index.Fields("service_id", "created_at", "id").StorageKey("voice_queue_of_place").Annotations(inModeration),
		index.Fields("created_at", "id").StorageKey("voice_signalled").Annotations(entsql.IndexWhere("state = 'IN_MODERATION' AND signals <> ''")),
	}
}

// Interceptors of Voice: who reads words that are not public is noted.
func (Voice) Interceptors() []ent.Interceptor { return []ent.Interceptor{rule.NoteReading()} }

// Policy of Voice: who may see and touch it.
func (Voice) Policy() ent.Policy {
	return rule.Policy(rule.SeeVoiceWithItsExperience(), rule.AllowSpeakerToReviseAndModeratorToDecide())
}

// VoiceInvitation is a one-use code with which somebody adds their own words to an experience.
type VoiceInvitation struct{ ent.Schema }

// Mixin of VoiceInvitation.
func (VoiceInvitation) Mixin() []ent.Mixin {
	return []ent.Mixin{named{prefix: typeid.VoiceInvitation}}
}

// Annotations of VoiceInvitation.
func (VoiceInvitation) Annotations() []schema.Annotation { return table("voice_invitations") }

// Fields of VoiceInvitation.
func (VoiceInvitation) Fields() []ent.Field {
	return []ent.Field{
		field.String("code_hash").Unique().MaxLen(64).Immutable().Sensitive(),
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("invited_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.Time("expires_at").Immutable(),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Edges of VoiceInvitation.
func (VoiceInvitation) Edges() []ent.Edge {
	return []ent.Edge{edge.To("experience", Experience.Type).Field("experience_id").Unique().Required().Immutable()}
}

// Indexes of VoiceInvitation.
func (VoiceInvitation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("experience_id", "expires_at")}
}

// Policy of VoiceInvitation: who may see and touch it.
func (VoiceInvitation) Policy() ent.Policy {
	return rule.Policy(rule.SeeNone(), rule.AllowAuthorToInviteVoices())
}
