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

// Change is what is to be different for people, made by both sides together: planned, tested, made, or ended with a reason.
type Change struct{ ent.Schema }

// Mixin of Change.
func (Change) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Change}, sent{}} }

// Annotations of Change.
func (Change) Annotations() []schema.Annotation { return table("changes") }

// Fields of Change.
func (Change) Fields() []ent.Field {
	return []ent.Field{
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("proposed_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("action_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The action that it came out of; none when people proposed it at once."),
		field.String("title").NotEmpty().Validate(plain(160)),
		field.Text("difference").NotEmpty().Validate(plain(4000)).Comment("What will be different for people."),
		field.Enum("state").NamedValues("Planned", "PLANNED", "Testing", "TESTING", "Made", "MADE", "Embedded", "EMBEDDED", "Reversed", "REVERSED", "NotPossible", "NOT_POSSIBLE"),
		field.Text("reason").Default("").Validate(plain(2000)).Comment("Why it ended: always there when it was reversed or is not possible."),
		field.Bool("helped").Default(false).Comment("Whether it is embedded and most of at least five people who could say said that it helped."),
		field.Int("version").Default(1),
		field.String("spread_from_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The change of another service that it was taken over from."),
		field.Time("moved_at").Comment("When it came to its present state."),
	}
}

// Edges of Change.
func (Change) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("service", Service.Type).Ref("changes").Field("service_id").Unique().Required().Immutable(),
		edge.From("action", Action.Type).Ref("changes").Field("action_id").Unique().Immutable(),
		edge.To("coproducers", CoProducer.Type), edge.To("progress", Progress.Type), edge.To("origins", Origin.Type), edge.To("verdict_rounds", VerdictRound.Type), edge.To("measures", Measure.Type),
	}
}

// Indexes of Change.
func (Change) Indexes() []ent.Index {
	return []ent.Index{index.Fields("service_id", "created_at", "id"), index.Fields("created_at", "id"), index.Fields("proposed_by_id"), index.Fields("action_id", "created_at", "id"), index.Fields("spread_from_id", "created_at", "id"), index.Fields("service_id", "moved_at", "id"), index.Fields("moved_at", "id")}
}

// Policy of Change: who may see and touch it.
func (Change) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToChange())
}

// CoProducer is somebody who makes a change together with others, named with their consent, on one of the two sides.
type CoProducer struct{ ent.Schema }

// Mixin of CoProducer.
func (CoProducer) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.CoProducer}} }

// Annotations of CoProducer.
func (CoProducer) Annotations() []schema.Annotation { return table("coproducers") }

// Fields of CoProducer.
func (CoProducer) Fields() []ent.Field {
	return []ent.Field{
		field.String("change_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.Enum("side").Immutable().NamedValues("PatientFamily", "PATIENT_FAMILY", "Staff", "STAFF"),
		field.String("name").Validate(plain(80)).Comment("The name they want to be called by here; empty when they do not want to be named any more."),
		field.String("part").Default("").Validate(plain(120)).Comment("Who they are to the service, such as mother of a patient."),
		field.Time("unnamed_at").Optional().Nillable().Comment("When they took back that they are named; the words went with it."),
	}
}

// Edges of CoProducer.
func (CoProducer) Edges() []ent.Edge {
	return []ent.Edge{edge.From("change", Change.Type).Ref("coproducers").Field("change_id").Unique().Required().Immutable()}
}

// Indexes of CoProducer.
func (CoProducer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("change_id", "created_at", "id")}
}

// Policy of CoProducer: who may see and touch it.
func (CoProducer) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToAdd())
}

// Progress is a word on how a change is going: told by a named member of staff, with the state it moved to, if it moved.
type Progress struct{ ent.Schema }

// Mixin of Progress.
func (Progress) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Progress}, sent{}} }

// Annotations of Progress.
func (Progress) Annotations() []schema.Annotation { return table("progress") }

// Fields of Progress.
func (Progress) Fields() []ent.Field {
	return []ent.Field{
		field.String("change_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("author_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.Text("body").Default("").Validate(plain(2000)).Immutable(),
		field.String("moved_to").Default("").MaxLen(20).Immutable().Comment("The state that the change moved to with this word; empty when it stayed."),
	}
}

// Edges of Progress.
func (Progress) Edges() []ent.Edge {
	return []ent.Edge{edge.From("change", Change.Type).Ref("progress").Field("change_id").Unique().Required().Immutable()}
}

// Indexes of Progress.
func (Progress) Indexes() []ent.Index {
	return []ent.Index{index.Fields("change_id", "created_at", "id"), index.Fields("author_id")}
}

// Policy of Progress: who may see and touch it.
func (Progress) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToAdd())
}
