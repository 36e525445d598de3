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

// ReviewRequest is that a service asked the moderators to read an experience once more before it is published: once for each
// experience, with a reason that its author sees, and with what became of it.
type ReviewRequest struct{ ent.Schema }

// Mixin of ReviewRequest.
func (ReviewRequest) Mixin() []ent.Mixin {
	return []ent.Mixin{named{prefix: typeid.ReviewRequest}, sent{}}
}

// Annotations of ReviewRequest.
func (ReviewRequest) Annotations() []schema.Annotation { return table("review_requests") }

// Fields of ReviewRequest.
func (ReviewRequest) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("asked_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Never shown: others read the role and the place."),
		field.Enum("role").Immutable().NamedValues("Staff", "STAFF", "Facilitator", "FACILITATOR").Comment("As what they asked."),
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Comment("For which place they asked."),
		field.Text("reason").NotEmpty().Validate(plain(1000)).Immutable(),
		field.Time("answered_at").Optional().Nillable().Comment("When a moderator had decided again."),
		field.Enum("answer").Optional().Nillable().NamedValues("Published", "PUBLISHED", "Scheduled", "SCHEDULED", "ServiceOnly", "SERVICE_ONLY",
			"Returned", "RETURNED", "EditsOffered", "EDITS_OFFERED", "Rejected", "REJECTED").Comment("What was decided then."),
	}
}

// Edges of ReviewRequest.
func (ReviewRequest) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("experience", Experience.Type).Field("experience_id").Unique().Required().Immutable(),
		edge.To("service", Service.Type).Field("service_id").Unique().Required().Immutable(),
	}
}

// Indexes of ReviewRequest: a service has one review of an experience, and no second.
func (ReviewRequest) Indexes() []ent.Index {
	return []ent.Index{index.Fields("experience_id").Unique()}
}

// Policy of ReviewRequest: who may see and touch it.
func (ReviewRequest) Policy() ent.Policy {
	return rule.Policy(rule.SeeReviewOfOwnOrReached(), rule.AllowServiceStaffToAskForReview())
}
