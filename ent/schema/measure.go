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

// Measure is what people count to see whether a change is one: before it, and again and again after.
type Measure struct{ ent.Schema }

// Mixin of Measure.
func (Measure) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Measure}, sent{}} }

// Annotations of Measure.
func (Measure) Annotations() []schema.Annotation { return table("measures") }

// Fields of Measure.
func (Measure) Fields() []ent.Field {
	return []ent.Field{
		field.String("change_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("author_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.String("what").NotEmpty().Validate(plain(160)).Immutable().Comment("Such as: people who were told why they had to wait."),
		field.String("unit").Default("").Validate(plain(40)).Immutable().Comment("Such as: minutes for each visit."),
		field.Enum("kind").Immutable().NamedValues("Proportion", "PROPORTION", "Ratio", "RATIO"),
		field.Enum("better").Immutable().NamedValues("Higher", "HIGHER", "Lower", "LOWER"),
		field.Bool("of_people").Immutable().Comment("Whether it counts people: then small numbers are hidden."),
	}
}

// Edges of Measure.
func (Measure) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("change", Change.Type).Ref("measures").Field("change_id").Unique().Required().Immutable(),
		edge.To("readings", MeasureReading.Type),
	}
}

// Indexes of Measure.
func (Measure) Indexes() []ent.Index {
	return []ent.Index{index.Fields("change_id", "created_at", "id"), index.Fields("author_id")}
}

// Policy of Measure: who may see and touch it.
func (Measure) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToAdd())
}

// MeasureReading is what was counted at one time. It is never changed: a reading that corrects it is another row.
type MeasureReading struct{ ent.Schema }

// Mixin of MeasureReading.
func (MeasureReading) Mixin() []ent.Mixin {
	return []ent.Mixin{named{prefix: typeid.MeasureReading}, sent{}}
}

// Annotations of MeasureReading.
func (MeasureReading) Annotations() []schema.Annotation { return table("measure_readings") }

// Fields of MeasureReading.
func (MeasureReading) Fields() []ent.Field {
	return []ent.Field{
		field.String("measure_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("change_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Comment("The change of its measure, for the rule of who may add it."),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("author_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.Bool("baseline").Immutable().Comment("Whether it was before the change."),
		field.Time("counted_at").Immutable(),
		field.Int("numerator").NonNegative().Immutable(),
		field.Int("denominator").Positive().Immutable(),
		field.Text("note").Default("").Validate(plain(1000)).Immutable().Comment("Who counted, and how."),
		field.String("corrects_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The reading that it stands in for."),
		field.Bool("corrected").Default(false).Comment("Whether another stands in for it."),
	}
}

// Edges of MeasureReading.
func (MeasureReading) Edges() []ent.Edge {
	return []ent.Edge{edge.From("measure", Measure.Type).Ref("readings").Field("measure_id").Unique().Required().Immutable()}
}

// Indexes of MeasureReading.
func (MeasureReading) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("measure_id", "counted_at", "id"), index.Fields("change_id"), index.Fields("author_id"), index.Fields("corrects_id").Unique(),
	}
}

// Policy of MeasureReading: who may see and touch it.
func (MeasureReading) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToAdd())
}
