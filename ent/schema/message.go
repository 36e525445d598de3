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

// Message is one turn of the talk that staff have with who told an experience, without learning who that is. It is never public.
type Message struct{ ent.Schema }

// Mixin of Message.
func (Message) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Message}, sent{}} }

// Annotations of Message.
func (Message) Annotations() []schema.Annotation { return table("messages") }

// Fields of Message.
func (Message) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Comment("The place of its experience, for the lists of a place."),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.Enum("part").Immutable().NamedValues("Asker", "ASKER", "Teller", "TELLER"),
		field.String("author_name").Default("").Validate(plain(80)).Immutable().Comment("Of staff, who ask by name; empty for who told it."),
		field.String("author_title").Default("").Validate(plain(80)).Immutable(),
		field.Text("body").Default("").Validate(plain(2000)).Comment("Empty once the experience was taken back."),
		field.String("signals").Default("").MaxLen(200).Sensitive().Comment("What in an answer may tell of danger, as in an experience."),
		field.Bool("newest").Default(true).Comment("Whether nothing was said after it."),
	}
}

// Edges of Message.
func (Message) Edges() []ent.Edge {
	return []ent.Edge{edge.From("experience", Experience.Type).Ref("conversation").Field("experience_id").Unique().Required().Immutable()}
}

// Indexes of Message: the talk, one's own questions, answers that nobody has taken up, answers with a sign of danger.
func (Message) Indexes() []ent.Index {
	waits := entsql.IndexWhere("newest AND part = 'TELLER'")
	return []ent.Index{
		index.Fields("experience_id", "created_at", "id"), index.Fields("author_id", "created_at", "id"),
		index.Fields("created_at", "id").StorageKey("message_answers").Annotations(waits),
		index.Fields("service_id", "created_at", "id").StorageKey("message_answers_of_place").Annotations(waits),
		index.Fields("created_at", "id").StorageKey("message_signalled").Annotations(entsql.IndexWhere("signals <> ''")),
	}
}

// Interceptors of Message: who reads it is noted.
func (Message) Interceptors() []ent.Interceptor { return []ent.Interceptor{rule.NoteReading()} }

// Policy of Message: who may see and touch it.
func (Message) Policy() ent.Policy {
	return rule.Policy(rule.SeeTalkAsItsParties(), rule.AllowToAskOrAnswer())
}
