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

// BreakGlass is the record that a safeguarding lead looked who wrote an experience: why, and whether its author was told. It
// does not hold what was seen, and is never changed.
type BreakGlass struct{ ent.Schema }

// Mixin of BreakGlass.
func (BreakGlass) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.BreakGlass}, sent{}} }

// Annotations of BreakGlass.
func (BreakGlass) Annotations() []schema.Annotation { return table("break_glasses") }

// Fields of BreakGlass.
func (BreakGlass) Fields() []ent.Field {
	return []ent.Field{
		field.String("concern_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("seen_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("seen_by_name").Default("").Validate(plain(80)).Immutable(),
		field.Text("reason").NotEmpty().Validate(plain(1000)).Immutable(),
		field.Text("withheld_because").Default("").Validate(plain(1000)).Immutable().Comment("Why the author was not told; empty when they were."),
	}
}

// Edges of BreakGlass.
func (BreakGlass) Edges() []ent.Edge {
	return []ent.Edge{edge.From("concern", Concern.Type).Ref("reveals").Field("concern_id").Unique().Required().Immutable()}
}

// Indexes of BreakGlass.
func (BreakGlass) Indexes() []ent.Index {
	return []ent.Index{index.Fields("concern_id", "created_at", "id")}
}

// Policy of BreakGlass: who may see and touch it.
func (BreakGlass) Policy() ent.Policy {
	return rule.Policy(rule.SeeWithItsConcern(), rule.AllowWhoAcknowledgedToReveal())
}
