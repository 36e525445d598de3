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

// PriorityRound is both sides of a place choosing together what is worked on first: opened by a named member of staff, voted on, decided once.
type PriorityRound struct{ ent.Schema }

// Mixin of PriorityRound.
func (PriorityRound) Mixin() []ent.Mixin {
	return []ent.Mixin{named{prefix: typeid.PriorityRound}, sent{}}
}

// Annotations of PriorityRound.
func (PriorityRound) Annotations() []schema.Annotation { return table("priority_rounds") }

// Fields of PriorityRound.
func (PriorityRound) Fields() []ent.Field {
	return []ent.Field{
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("opened_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("opened_by_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.String("owner_id").GoType(typeid.ID("")).MaxLen(40).Sensitive().Comment("Who looks after it that everybody gets an answer in time."),
		field.String("owner_name").NotEmpty().Validate(plain(80)),
		field.String("title").NotEmpty().Validate(plain(160)).Immutable(),
		field.Time("decide_by").Immutable().Comment("The day by which both sides choose."),
		field.Int("version").Default(1),
		field.Time("closed_at").Optional().Nillable().Comment("When both sides chose."),
		field.String("closed_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive(),
		field.String("closed_by_name").Default("").Validate(plain(80)).Comment("Who wrote down what both sides chose."),
		field.Text("note").Default("").Validate(plain(2000)).Comment("How they chose."),
		field.String("choice").Default("").MaxLen(64).Sensitive().Comment("SHA-256 of the choice, to know it when it is sent again."),
		field.Int("patient_voters").Default(0).NonNegative().Comment("How many different people voted on each side. Numbers about people are shown through ent/query alone."),
		field.Int("staff_voters").Default(0).NonNegative(),
		field.Int("patient_hands").Default(0).NonNegative().Comment("How many people of each side were there when hands were shown; 0 when none were."),
		field.Int("staff_hands").Default(0).NonNegative(),
	}
}

// Edges of PriorityRound.
func (PriorityRound) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("service", Service.Type).Ref("priority_rounds").Field("service_id").Unique().Required().Immutable(),
		edge.To("priorities", Priority.Type), edge.To("attendees", Attendee.Type), edge.To("votes", PriorityVote.Type),
	}
}

// Indexes of PriorityRound.
func (PriorityRound) Indexes() []ent.Index {
	return []ent.Index{index.Fields("service_id", "created_at", "id"), index.Fields("opened_by_id"), index.Fields("owner_id"), index.Fields("closed_by_id")}
}

// Policy of PriorityRound: who may see and touch it.
func (PriorityRound) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToChange())
}

// Priority is a theme that one side or both put up to be worked on: chosen by both, or ended with a reason that its people are told.
type Priority struct{ ent.Schema }

// Mixin of Priority.
func (Priority) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Priority}, sent{}} }

// Annotations of Priority.
func (Priority) Annotations() []schema.Annotation { return table("priorities") }

// Fields of Priority.
func (Priority) Fields() []ent.Field {
	return []ent.Field{
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("round_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("theme_id").GoType(typeid.ID("")).MaxLen(40).Comment("Changes when the theme becomes a part of another."),
		field.String("put_up_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("put_up_by_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.Bool("by_patients").Default(false).Comment("Whether it is on the shortlist of patients and families."),
		field.Bool("by_staff").Default(false).Comment("Whether it is on the shortlist of staff."),
		field.Text("why").NotEmpty().Validate(plain(1000)).Immutable().Comment("Why it was put up."),
		field.Enum("state").NamedValues("PutUp", "PUT_UP", "Chosen", "CHOSEN", "OwedReason", "OWED_REASON", "NotTakenUp", "NOT_TAKEN_UP"),
		field.Text("reason").Default("").Validate(plain(1000)).Comment("Why it was chosen, or why it is not taken up: always there then."),
		field.Time("answer_by").Comment("The day by which its people are told what becomes of it."),
		field.Time("late_at").Optional().Nillable().Comment("When its people were told that the answer is late."),
		field.Time("answered_at").Optional().Nillable().Comment("When it was chosen or ended."),
		field.Int("patient_votes").Default(0).NonNegative().Comment("Counted when the round was decided. Shown through ent/query alone."),
		field.Int("staff_votes").Default(0).NonNegative(),
		field.Int("patient_hands").Default(0).NonNegative().Comment("How many hands of each side were shown for it. Shown through ent/query alone."),
		field.Int("staff_hands").Default(0).NonNegative(),
		field.Int("version").Default(1),
	}
}

// Edges of Priority.
func (Priority) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("service", Service.Type).Ref("priorities").Field("service_id").Unique().Required().Immutable(),
		edge.From("round", PriorityRound.Type).Ref("priorities").Field("round_id").Unique().Required().Immutable(),
		edge.From("theme", Theme.Type).Ref("priorities").Field("theme_id").Unique().Required(), edge.To("actions", Action.Type),
	}
}

// Indexes of Priority: those of a place, of a round, of a theme, and those whose day comes.
func (Priority) Indexes() []ent.Index {
	waits := entsql.IndexWhere("answered_at IS NULL")
	return []ent.Index{
		index.Fields("service_id", "created_at", "id"), index.Fields("round_id", "created_at", "id"), index.Fields("theme_id", "created_at", "id"),
		index.Fields("put_up_by_id"),
		index.Fields("service_id", "answer_by", "id").StorageKey("priority_waits").Annotations(waits),
		index.Fields("answer_by", "id").StorageKey("priority_due").Annotations(entsql.IndexWhere("answered_at IS NULL AND late_at IS NULL")),
	}
}

// Policy of Priority: who may see and touch it.
func (Priority) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToChange())
}

// Attendee is somebody who was there when both sides chose: named only with their consent.
type Attendee struct{ ent.Schema }

// Mixin of Attendee.
func (Attendee) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Attendee}} }

// Annotations of Attendee.
func (Attendee) Annotations() []schema.Annotation { return table("attendees") }

// Fields of Attendee.
func (Attendee) Fields() []ent.Field {
	return []ent.Field{
		field.String("round_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.Enum("side").Immutable().NamedValues("PatientFamily", "PATIENT_FAMILY", "Staff", "STAFF"),
		field.String("name").Default("").Validate(plain(80)).Immutable().Comment("Empty for who does not agree to be named."),
		field.String("part").Default("").Validate(plain(120)).Immutable(),
	}
}

// Edges of Attendee.
func (Attendee) Edges() []ent.Edge {
	return []ent.Edge{edge.From("round", PriorityRound.Type).Ref("attendees").Field("round_id").Unique().Required().Immutable()}
}

// Indexes of Attendee.
func (Attendee) Indexes() []ent.Index {
	return []ent.Index{index.Fields("round_id", "created_at", "id")}
}

// Policy of Attendee: who may see and touch it.
func (Attendee) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToNameWhoWasThere())
}

// PriorityVote is what one person wants to be worked on first.
type PriorityVote struct{ ent.Schema }

// Mixin of PriorityVote.
func (PriorityVote) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.PriorityVote}} }

// Annotations of PriorityVote.
func (PriorityVote) Annotations() []schema.Annotation { return table("priority_votes") }

// Fields of PriorityVote.
func (PriorityVote) Fields() []ent.Field {
	return []ent.Field{
		field.String("round_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("priority_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Never shown: nobody is to know who wants what."),
		field.Enum("side").Immutable().NamedValues("PatientFamily", "PATIENT_FAMILY", "Staff", "STAFF"),
	}
}

// Edges of PriorityVote.
func (PriorityVote) Edges() []ent.Edge {
	return []ent.Edge{edge.From("round", PriorityRound.Type).Ref("votes").Field("round_id").Unique().Required().Immutable()}
}

// Indexes of PriorityVote: one a person and priority, the ballot of a person in a round.
func (PriorityVote) Indexes() []ent.Index {
	return []ent.Index{index.Fields("priority_id", "person_id").Unique(), index.Fields("round_id", "person_id"), index.Fields("person_id", "created_at", "id")}
}

// Policy of PriorityVote: who may see and touch it.
func (PriorityVote) Policy() ent.Policy {
	return rule.Policy(rule.SeeOwnVotes(), rule.AllowToVoteAsOneself())
}
