package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Tally is what listening led to at a place and below it, for what was heard in one whole quarter: only the numbers that may be told,
// counted anew each day by the clock. The tally of no place says that the quarter was counted.
type Tally struct{ ent.Schema }

// Mixin of Tally.
func (Tally) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Tally}} }

// Annotations of Tally.
func (Tally) Annotations() []schema.Annotation { return table("tallies") }

// Fields of Tally.
func (Tally) Fields() []ent.Field {
	return []ent.Field{
		field.String("quarter").MaxLen(7).Immutable().Comment("Such as 2026-Q3, in UTC."),
		field.String("place").MaxLen(40).Immutable().Comment("The id of a service; empty in the one that says that the quarter was counted."),
		field.Int("least").Positive().Immutable().Comment("Of how many different people a number was at least, when it was told."),
		field.Text("figures").Immutable().Comment("query.Figures as JSON: what is hidden is not in it."),
	}
}

// Indexes of Tally.
func (Tally) Indexes() []ent.Index {
	return []ent.Index{index.Fields("place", "quarter").Unique(), index.Fields("quarter")}
}

// Policy of Tally: who may see and touch it.
func (Tally) Policy() ent.Policy { return rule.Policy(rule.SeeAll()) }
