package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/edit"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Decision is what a moderator decided on an experience, and why; its author sees every one.
type Decision struct{ ent.Schema }

// Mixin of Decision.
func (Decision) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Decision}} }

// Annotations of Decision.
func (Decision) Annotations() []schema.Annotation { return table("moderation_decisions") }

// Fields of Decision.
func (Decision) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("moderator_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.Enum("kind").Immutable().NamedValues("Publish", "PUBLISH", "PublishWithEdits", "PUBLISH_WITH_EDITS", "ReturnToAuthor", "RETURN_TO_AUTHOR",
			"Hold", "HOLD", "Reject", "REJECT", "Restrict", "RESTRICT"),
		field.Text("reason").Default("").Validate(plain(1000)).Immutable(),
		field.String("clause_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The clause of the policy, in the version of that time."),
		field.Int("of_version").Default(0).Immutable().Comment("The version of the experience that was decided on: each is decided on once."),
		field.String("fingerprint").Default("").MaxLen(64).Immutable().Sensitive().Comment("SHA-256 of the input that made it."),
		field.JSON("edits", []edit.Edit{}).Optional().Comment("The words that it would change; emptied when the experience is withdrawn."),
		field.Enum("answer").Optional().Nillable().NamedValues("Accepted", "ACCEPTED", "Refused", "REFUSED").Comment("What the author said to the edits."),
		field.Time("answered_at").Optional().Nillable(),
	}
}

// Edges of Decision.
func (Decision) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("experience", Experience.Type).Ref("decisions").Field("experience_id").Unique().Required().Immutable(),
		edge.To("clause", PolicyClause.Type).Field("clause_id").Unique().Immutable(),
	}
}

// Indexes of Decision.
func (Decision) Indexes() []ent.Index {
	return []ent.Index{index.Fields("experience_id", "created_at", "id")}
}

// Interceptors of Decision: who reads words that are not public is noted.
func (Decision) Interceptors() []ent.Interceptor { return []ent.Interceptor{rule.NoteReading()} }

// Policy of Decision: who may see and touch it.
func (Decision) Policy() ent.Policy {
	return rule.Policy(rule.SeeIfAuthorOrModerator(), rule.AllowModeratorToDecide(), rule.AllowAuthorToAnswerEdits())
}
