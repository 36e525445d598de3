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

// Concern is somebody's worry that a person may not be safe, about an experience and apart from it: whoever reads the
// experience does not learn that there is one.
type Concern struct{ ent.Schema }

// Mixin of Concern.
func (Concern) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Concern}, sent{}} }

// Annotations of Concern.
func (Concern) Annotations() []schema.Annotation { return table("concerns") }

// Fields of Concern.
func (Concern) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Comment("Where the experience happened: whose leads look after it."),
		field.String("about_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Whose words they are: they see nothing of it, whatever they are."),
		field.String("raised_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("raised_by_name").Default("").Validate(plain(80)).Immutable(),
		field.Enum("source").Immutable().NamedValues("Moderator", "MODERATOR", "Staff", "STAFF", "Lead", "SAFEGUARDING_LEAD", "Signal", "SIGNAL"),
		field.Enum("level").Immutable().NamedValues("Low", "LOW", "Serious", "SERIOUS", "Immediate", "IMMEDIATE"),
		field.Text("reason").NotEmpty().Validate(plain(2000)).Immutable(),
		field.Enum("state").Default("RAISED").NamedValues("Raised", "RAISED", "Acknowledged", "ACKNOWLEDGED", "HandedOver", "HANDED_OVER",
			"Received", "RECEIVED", "Closed", "CLOSED"),
		field.Time("acknowledge_by").Immutable().Comment("When a lead must have taken it up, by its level."),
		field.Time("due_at").Comment("When its next step must have been taken."),
		field.String("acknowledged_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive().Comment("The lead who looks after it."),
		field.String("acknowledged_by_name").Default("").Validate(plain(80)),
		field.Time("acknowledged_at").Optional().Nillable(),
		field.String("handed_to").Default("").Validate(plain(200)).Comment("Who was asked to act, such as the duty team of the council."),
		field.Time("handed_over_at").Optional().Nillable(),
		field.String("received_by").Default("").Validate(plain(200)).Comment("Who said that they have it."),
		field.Time("received_at").Optional().Nillable(),
		field.Text("outcome").Default("").Validate(plain(2000)),
		field.Time("closed_at").Optional().Nillable(),
		field.Int("version").Default(1),
		field.Bool("words_withdrawn").Default(false).Comment("Whether the author took back the words that it is about: then only the lead who looks after it reads what was said about them."),
	}
}

// Edges of Concern.
func (Concern) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("experience", Experience.Type).Field("experience_id").Unique().Required().Immutable(),
		edge.To("entries", ConcernEntry.Type), edge.To("reveals", BreakGlass.Type),
	}
}

// Indexes of Concern: the queue of everywhere and of a place, the concerns of an experience, and those somebody raised.
func (Concern) Indexes() []ent.Index {
	open := entsql.IndexWhere("state <> 'CLOSED'")
	return []ent.Index{
		index.Fields("due_at", "id").StorageKey("concern_queue_everywhere").Annotations(open),
		index.Fields("service_id", "due_at", "id").StorageKey("concern_queue").Annotations(open),
		index.Fields("experience_id"),
		index.Fields("raised_by_id", "created_at", "id"),
	}
}

// Policy of Concern: who may see and touch it.
func (Concern) Policy() ent.Policy {
	return rule.Policy(rule.SeeIfLead(), rule.AllowToRaise(), rule.AllowLeadToAct())
}

// ConcernEntry is one step in the life of a concern: who did what, when, in which words. It is only ever added to.
type ConcernEntry struct{ ent.Schema }

// Mixin of ConcernEntry.
func (ConcernEntry) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.ConcernEntry}} }

// Annotations of ConcernEntry.
func (ConcernEntry) Annotations() []schema.Annotation { return table("concern_entries") }

// Fields of ConcernEntry.
func (ConcernEntry) Fields() []ent.Field {
	return []ent.Field{
		field.String("concern_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("author_name").Default("").Validate(plain(80)).Immutable(),
		field.Enum("kind").Immutable().NamedValues("Raised", "RAISED", "Acknowledged", "ACKNOWLEDGED", "TakenOver", "TAKEN_OVER", "HandedOver", "HANDED_OVER",
			"Received", "RECEIVED", "Closed", "CLOSED", "IdentitySeen", "IDENTITY_SEEN"),
		field.String("who").Default("").Validate(plain(200)).Immutable().Comment("To whom it was handed, or who received it; else empty."),
		field.Text("words").Default("").Validate(plain(2000)).Immutable(),
	}
}

// Edges of ConcernEntry.
func (ConcernEntry) Edges() []ent.Edge {
	return []ent.Edge{edge.From("concern", Concern.Type).Ref("entries").Field("concern_id").Unique().Required().Immutable()}
}

// Indexes of ConcernEntry.
func (ConcernEntry) Indexes() []ent.Index {
	return []ent.Index{index.Fields("concern_id", "created_at", "id")}
}

// Policy of ConcernEntry: who may see and touch it.
func (ConcernEntry) Policy() ent.Policy {
	return rule.Policy(rule.SeeWithItsConcern(), rule.AllowLeadToWriteDown())
}
