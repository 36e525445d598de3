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

// Action is what somebody does by a day because both sides chose a priority. What the team cannot do alone waits for the answer of another place.
type Action struct{ ent.Schema }

// Mixin of Action.
func (Action) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Action}, sent{}} }

// Annotations of Action.
func (Action) Annotations() []schema.Annotation { return table("actions") }

// Fields of Action.
func (Action) Fields() []ent.Field {
	return []ent.Field{
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("priority_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("made_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("owner_id").GoType(typeid.ID("")).MaxLen(40).Sensitive(),
		field.String("owner_name").NotEmpty().Validate(plain(80)).Comment("Who does it, or looks after it that it is done."),
		field.Text("what").NotEmpty().Validate(plain(1000)).Immutable(),
		field.Time("due_at").Immutable().Comment("By when."),
		field.Enum("control").Immutable().NamedValues("Team", "TEAM", "NeedsOtherDepartment", "NEEDS_OTHER_DEPARTMENT", "NeedsOrganisation", "NEEDS_ORGANISATION", "NeedsCommissioner", "NEEDS_COMMISSIONER"),
		field.Enum("state").NamedValues("Agreed", "AGREED", "InProgress", "IN_PROGRESS", "Blocked", "BLOCKED", "Done", "DONE", "Dropped", "DROPPED"),
		field.Text("reason").Default("").Validate(plain(1000)).Comment("What blocks it, or why it was dropped: always there then."),
		field.Time("ended_at").Optional().Nillable().Comment("When it was done or dropped."),
		field.String("escalated_to_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The place whose answer it needs: always there unless the team can do it."),
		field.Time("answer_by").Optional().Nillable().Immutable().Comment("By when that place answers."),
		field.String("answerer_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive(),
		field.String("answerer_name").Default("").Validate(plain(80)).Comment("Who looks after the answer there; empty as long as nobody took it on."),
		field.Text("answer").Default("").Validate(plain(2000)),
		field.Time("answered_at").Optional().Nillable(),
		field.Time("late_at").Optional().Nillable().Comment("When the clock saw that there was no answer in time."),
		field.Int("version").Default(1),
	}
}

// Edges of Action.
func (Action) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("service", Service.Type).Ref("actions").Field("service_id").Unique().Required().Immutable(),
		edge.From("priority", Priority.Type).Ref("actions").Field("priority_id").Unique().Required().Immutable(),
		edge.From("escalated_to", Service.Type).Ref("escalations").Field("escalated_to_id").Unique().Immutable(),
		edge.To("changes", Change.Type),
	}
}

// Indexes of Action: those of a place and of a priority, one's own, what is overdue, what waits for an answer.
func (Action) Indexes() []ent.Index {
	unanswered := entsql.IndexWhere("answered_at IS NULL")
	return []ent.Index{
		index.Fields("service_id", "created_at", "id"), index.Fields("priority_id", "created_at", "id"), index.Fields("made_by_id"), index.Fields("answerer_id"),
		index.Fields("escalated_to_id", "created_at", "id"), index.Fields("owner_id", "due_at", "id"),
		index.Fields("service_id", "due_at", "id").StorageKey("action_overdue").Annotations(entsql.IndexWhere("ended_at IS NULL")),
		index.Fields("escalated_to_id", "answer_by", "id").StorageKey("action_waits").Annotations(unanswered),
		index.Fields("answer_by", "id").StorageKey("action_due").Annotations(entsql.IndexWhere("answered_at IS NULL AND late_at IS NULL AND ended_at IS NULL")),
	}
}

// Policy of Action: who may see and touch it.
func (Action) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowToActAndAnswer())
}
