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

// Appeal is an author asking a second moderator about a decision, in their own words; once for each decision.
type Appeal struct{ ent.Schema }

// Mixin of Appeal.
func (Appeal) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Appeal}, sent{}} }

// Annotations of Appeal.
func (Appeal) Annotations() []schema.Annotation { return table("appeals") }

// Fields of Appeal.
func (Appeal) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("decision_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Comment("What it is against."),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.Text("words").Validate(plain(2000)).Comment("Why, as the author says it; emptied when the experience is withdrawn."),
		field.String("outcome_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Comment("What the second moderator decided; none while it is open."),
	}
}

// Edges of Appeal.
func (Appeal) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("experience", Experience.Type).Field("experience_id").Unique().Required().Immutable(),
		edge.To("decision", Decision.Type).Field("decision_id").Unique().Required().Immutable(),
		edge.To("outcome", Decision.Type).Field("outcome_id").Unique(),
	}
}

// Indexes of Appeal: one for each decision; those of an experience, open ones told apart.
func (Appeal) Indexes() []ent.Index {
	return []ent.Index{index.Fields("decision_id").Unique(), index.Fields("experience_id", "outcome_id"), index.Fields("author_id")}
}

// Interceptors of Appeal: who reads words that are not public is noted.
func (Appeal) Interceptors() []ent.Interceptor { return []ent.Interceptor{rule.NoteReading()} }

// Policy of Appeal: who may see and touch it.
func (Appeal) Policy() ent.Policy {
	return rule.Policy(rule.SeeIfAuthorOrModerator(), rule.AllowAuthorToAppeal(), rule.AllowModeratorToAnswerAppeal())
}
