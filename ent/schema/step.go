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

// Step is one thing that happened on the line of somebody's experience, told to that person once.
// Its number counts up per person without gaps in the order in which steps became visible, so a delta query misses none.
type Step struct{ ent.Schema }

// Mixin of Step.
func (Step) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Step}} }

// Annotations of Step.
func (Step) Annotations() []schema.Annotation { return table("steps") }

// Fields of Step.
func (Step) Fields() []ent.Field {
	return []ent.Field{
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.Int("number").Immutable(),
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Optional().Immutable().Comment("None when it is about who may speak for whom."),
		field.String("authority_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("Who may speak for whom, when it is about that."),
		field.Enum("kind").Immutable().NamedValues("Heard", "HEARD", "Returned", "RETURNED", "Answered", "ANSWERED", "LinkedToChange", "LINKED_TO_CHANGE",
			"UnlinkedFromChange", "UNLINKED_FROM_CHANGE", "ChangeMoved", "CHANGE_MOVED", "ChangeProgress", "CHANGE_PROGRESS", "NotChanged", "NOT_CHANGED",
			"EditsOffered", "EDITS_OFFERED", "Scheduled", "SCHEDULED", "WithService", "WITH_SERVICE", "ServiceOnly", "SERVICE_ONLY", "Held", "HELD", "Safeguarding", "SAFEGUARDING",
			"Released", "RELEASED", "Rejected", "REJECTED", "Reopened", "REOPENED", "IdentitySeen", "IDENTITY_SEEN", "VoiceAdded", "VOICE_ADDED", "VoiceWithdrawn", "VOICE_WITHDRAWN",
			"Withdrawn", "WITHDRAWN", "ToldForYou", "TOLD_FOR_YOU", "AuthorityAccepted", "AUTHORITY_ACCEPTED", "AuthorityEnded", "AUTHORITY_ENDED",
			"Objection", "OBJECTION", "Paused", "PAUSED", "AskedForVerdict", "ASKED_FOR_VERDICT", "VerdictClosed", "VERDICT_CLOSED", "Themed", "THEMED", "Unthemed", "UNTHEMED",
			"Prioritised", "PRIORITISED", "NotTakenUp", "NOT_TAKEN_UP", "AnswerLate", "ANSWER_LATE", "ChangeSpread", "CHANGE_SPREAD", "ActionAgreed", "ACTION_AGREED", "ActionDropped", "ACTION_DROPPED", "Asked", "ASKED"),
		field.String("about").MaxLen(80).Immutable().Comment("What it is about (an id, with the version of a moved change): nobody is told of the same thing twice."),
		field.String("response_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable(),
		field.String("change_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable(),
		field.Text("words").Default("").Validate(plain(2000)).Immutable().Comment("The reason or the news, as it was told then."),
		field.Time("read_at").Optional().Nillable().Comment("When the person marked it as read."),
	}
}

// Edges of Step.
func (Step) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("experience", Experience.Type).Field("experience_id").Unique().Immutable(),
		edge.To("response", Response.Type).Field("response_id").Unique().Immutable(),
		edge.To("change", Change.Type).Field("change_id").Unique().Immutable(),
	}
}

// Indexes of Step.
func (Step) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "number").Unique(), index.Fields("experience_id", "kind", "about", "person_id").Unique(), index.Fields("experience_id", "number"),
		index.Fields("person_id", "number", "id").StorageKey("step_unread").Annotations(entsql.IndexWhere("read_at IS NULL")),
	}
}

// Policy of Step: who may see and touch it.
func (Step) Policy() ent.Policy {
	return rule.Policy(rule.SeeOwnStepsOrSpokenFor(), rule.AllowToMarkAsRead())
}
