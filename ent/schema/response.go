package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/edit"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Response is what a member of staff answered to an experience, in public and by name.
type Response struct{ ent.Schema }

// Mixin of Response.
func (Response) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Response}, sent{}} }

// Annotations of Response.
func (Response) Annotations() []schema.Annotation { return table("responses") }

// Fields of Response.
func (Response) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("service_id").GoType(typeid.ID("")).NotEmpty().MaxLen(40).Default("").Immutable().Comment("The place of its experience, for the queue of a place."),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("author_name").NotEmpty().Validate(plain(80)).Immutable().Comment("The name it is signed with."),
		field.String("author_title").Default("").Validate(plain(80)).Immutable(),
		field.Text("body").NotEmpty().Validate(plain(4000)),
		field.Enum("state").Default("PUBLISHED").NamedValues("InModeration", "IN_MODERATION", "Published", "PUBLISHED", "Returned", "RETURNED"),
		field.JSON("passages", []edit.Pointed{}).Optional().Immutable().Comment("The parts of the experience that it speaks of; none of its words."),
		field.Bool("claims_change").Default(false).Comment("Whether it says that something changed: then a moderator reads it first, whoever wrote it."),
		field.Text("offline_reason").Default("").Validate(plain(1000)).Immutable().Comment("Why the talk goes on where nobody else hears it; empty when it goes on here."),
		field.String("outcome_of_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The answer that took the talk elsewhere, of which this tells what came of it."),
		field.Time("outcome_at").Optional().Nillable().Comment("When everybody was told what came of a talk elsewhere."),
		field.Enum("last_word").Optional().Nillable().NamedValues("Yes", "YES", "Partly", "PARTLY", "No", "NO").Comment("Whether it answered what was said, in the view of who said it."),
		field.Time("last_word_at").Optional().Nillable(),
		field.Int("version").Default(1),
		field.Text("reason").Default("").Validate(plain(1000)).Comment("Why a moderator gave it back; else empty."),
		field.Time("revised_at").Optional().Nillable().Comment("When its author last changed it."),
		field.String("membership_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Sensitive().Comment("The role in which it was given: what a moderator trusts, or not."),
		field.String("decided_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive().Comment("The moderator whose decision stands; empty when none decided since it was last changed."),
	}
}

// Edges of Response.
func (Response) Edges() []ent.Edge {
	return []ent.Edge{edge.From("experience", Experience.Type).Ref("responses").Field("experience_id").Unique().Required().Immutable()}
}

// Indexes of Response.
func (Response) Indexes() []ent.Index {
	inModeration := entsql.IndexWhere("state = 'IN_MODERATION'")
	owed := entsql.IndexWhere("state = 'PUBLISHED' AND offline_reason <> '' AND outcome_at IS NULL")
	return []ent.Index{
		index.Fields("experience_id", "created_at", "id"),
		index.Fields("created_at", "id").StorageKey("response_queue").Annotations(inModeration),
		index.Fields("service_id", "created_at", "id").StorageKey("response_queue_of_place").Annotations(inModeration),
		index.Fields("author_id", "created_at", "id"),
		index.Fields("created_at", "id").StorageKey("response_elsewhere").Annotations(owed),
		index.Fields("service_id", "created_at", "id").StorageKey("response_elsewhere_of_place").Annotations(owed),
		index.Fields("service_id", "created_at", "id").StorageKey("response_of_place").Annotations(entsql.IndexWhere("state = 'PUBLISHED'")),
	}
}

// Interceptors of Response: who reads words that are not public is noted.
func (Response) Interceptors() []ent.Interceptor { return []ent.Interceptor{rule.NoteReading()} }

// Policy of Response: who may see and touch it.
func (Response) Policy() ent.Policy {
	return rule.Policy(rule.SeePublishedWithItsExperience(), rule.AllowServiceStaffToAnswer(), rule.AllowAuthorToReviseAnswerAndModeratorToDecide())
}
