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

// Experience is what care was like, in the words of somebody who was there: patient, family or staff.
type Experience struct{ ent.Schema }

// Mixin of Experience.
func (Experience) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Experience}, sent{}} }

// Annotations of Experience.
func (Experience) Annotations() []schema.Annotation { return table("experiences") }

// Fields of Experience.
func (Experience) Fields() []ent.Field {
	return []ent.Field{
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Never shown: it would join the experiences of one person."),
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		relationship(),
		field.String("display_name").NotEmpty().Validate(plain(60)).Comment("The name that others see, chosen for this experience."),
		field.Enum("intention").NamedValues("Thank", "THANK", "Tell", "TELL", "Suggest", "SUGGEST", "Worry", "WORRY"),
		field.Enum("form").Default("EXPERIENCE").NamedValues("Experience", "EXPERIENCE", "Statement", "STATEMENT", "Interview", "INTERVIEW", "Observation", "OBSERVATION",
			"SurveyResult", "SURVEY_RESULT", "ThankYou", "THANK_YOU").Comment("In which form it was told; all forms have the same protections."),
		field.Enum("says").Optional().Nillable().NamedValues("Working", "WORKING", "NotWorking", "NOT_WORKING", "ImportantForFuture", "IMPORTANT_FOR_FUTURE").
			Comment("Of a statement: how its author sorts it (Working Together for Change)."),
		field.String("recorded_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Sensitive().Comment("Who of the service wrote it down for somebody without an account."),
		field.String("question").Default("").Validate(plain(300)).Comment("The question that the words answer, when a survey asked one."),
		field.Text("story").Default("").Validate(plain(8000)).Comment("What happened, in their own words."),
		field.Text("what_was_good").Default("").Validate(plain(2000)),
		field.Text("could_be_better").Default("").Validate(plain(2000)),
		field.Strings("feelings").Default([]string{}).Comment("How it felt: up to ten words."),
		field.String("happened_in").Default("").MaxLen(7).Comment("The month it happened in, as 2026-05; empty when not told."),
		field.Enum("state").NamedValues("InModeration", "IN_MODERATION", "Returned", "RETURNED", "EditsOffered", "EDITS_OFFERED", "Scheduled", "SCHEDULED",
			"WithService", "WITH_SERVICE", "Published", "PUBLISHED", "ServiceOnly", "SERVICE_ONLY", "Held", "HELD", "Safeguarding", "SAFEGUARDING",
			"Rejected", "REJECTED", "Paused", "PAUSED", "Withdrawn", "WITHDRAWN"),
		field.Int("version").Default(1),
		field.Time("published_at").Optional().Nillable(),
		field.String("published_month").Default("").MaxLen(7).Comment("The month of published_at, for counting."),
		field.Time("answered_at").Optional().Nillable().Comment("When a service first answered."),
		field.Time("asks_ended_at").Optional().Nillable().Comment("When its author said that they want no more questions about it."),
		field.Time("not_before").Optional().Nillable().Comment("The author's embargo: nobody else reads it before, though it may be approved."),
		field.Time("due_at").Optional().Nillable().Comment("When the clock moves it on: the end of an embargo, or of the time a service has to ask for a review."),
		field.String("claimed_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive().Comment("The moderator who reads it now."),
		field.Time("claimed_at").Optional().Nillable(),
		field.Enum("criticality").Optional().Nillable().NamedValues("None", "NONE", "Minimal", "MINIMAL", "Mild", "MILD", "Moderate", "MODERATE", "Strong", "STRONG", "Severe", "SEVERE").
			Comment("How grave the most negative statement is, as a moderator sees it. For staff of the service only."),
		field.String("signals").Default("").MaxLen(200).Sensitive().Comment("What in the words may tell of danger, as kinds with a blank between: a suggestion to people, never a decision."),
		field.String("authority_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Sensitive().Comment("Through which authority it was told for its author; none when they told it themself."),
		field.String("told_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Sensitive().Comment("Who told it for its author."),
		field.String("source_key").Optional().Nillable().Unique().MaxLen(200).Sensitive().Comment("Where an import found it."),
	}
}

// Edges of Experience.
func (Experience) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("author", Person.Type).Ref("experiences").Field("author_id").Unique().Required().Immutable(),
		edge.From("service", Service.Type).Ref("experiences").Field("service_id").Unique().Required().Immutable(),
		edge.To("responses", Response.Type), edge.To("conversation", Message.Type), edge.To("echoes", Echo.Type), edge.To("evidence", Evidence.Type), edge.To("origins", Origin.Type), edge.To("decisions", Decision.Type),
		edge.To("voices", Voice.Type), edge.To("consents", Consent.Type),
	}
}

// Indexes of Experience, one for each list: the feed, a service's feed, inboxes and queues of a place and of everywhere,
// one's own, the counts.
func (Experience) Indexes() []ent.Index {
	published := entsql.IndexWhere("state = 'PUBLISHED'")
	unanswered := entsql.IndexWhere("state = 'PUBLISHED' AND answered_at IS NULL")
	inHand := entsql.IndexWhere("state <> 'PUBLISHED'")
	waiting := entsql.IndexWhere("due_at IS NOT NULL")
	signalled := entsql.IndexWhere("state = 'IN_MODERATION' AND signals <> ''")
	return []ent.Index{
		index.Fields("published_at", "id").Annotations(published),
		index.Fields("service_id", "published_at", "id").Annotations(published),
		index.Fields("service_id", "published_at", "id").StorageKey("experience_inbox").Annotations(unanswered),
		index.Fields("published_at", "id").StorageKey("experience_inbox_everywhere").Annotations(unanswered),
		index.Fields("service_id", "state", "created_at", "id").StorageKey("experience_queue").Annotations(inHand),
		index.Fields("state", "created_at", "id").StorageKey("experience_queue_everywhere").Annotations(inHand),
		index.Fields("due_at", "id").StorageKey("experience_due").Annotations(waiting),
		index.Fields("created_at", "id").StorageKey("experience_signalled").Annotations(signalled),
		index.Fields("author_id", "created_at", "id"),
		index.Fields("recorded_by_id", "created_at", "id").StorageKey("experience_recorded").Annotations(entsql.IndexWhere("recorded_by_id IS NOT NULL")),
		index.Fields("service_id", "published_month", "author_id").Annotations(published),
	}
}

// Interceptors of Experience: who reads words that are not public is noted.
func (Experience) Interceptors() []ent.Interceptor { return []ent.Interceptor{rule.NoteReading()} }

// relationship is who somebody is to the care that was given.
func relationship() ent.Field {
	return field.Enum("relationship").NamedValues("Patient", "PATIENT", "ParentGuardian", "PARENT_GUARDIAN", "Carer", "CARER", "Relative", "RELATIVE",
		"Friend", "FRIEND", "AdvocateVolunteer", "ADVOCATE_VOLUNTEER", "Staff", "STAFF", "Learner", "LEARNER")
}

// Policy of Experience: who may see and touch it.
func (Experience) Policy() ent.Policy {
	return rule.Policy(rule.SeePublishedOrOwnOrModerated(), rule.AllowToShareAsOneself(), rule.AllowAuthorToReviseAndModeratorToDecide())
}
