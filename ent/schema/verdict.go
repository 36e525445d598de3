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

// VerdictRound is the people on the line of a change being asked "did this help?": opened and closed by named members of staff.
type VerdictRound struct{ ent.Schema }

// Mixin of VerdictRound.
func (VerdictRound) Mixin() []ent.Mixin {
	return []ent.Mixin{named{prefix: typeid.VerdictRound}, sent{}}
}

// Annotations of VerdictRound.
func (VerdictRound) Annotations() []schema.Annotation { return table("verdict_rounds") }

// Fields of VerdictRound.
func (VerdictRound) Fields() []ent.Field {
	count := func(name, comment string) ent.Field {
		return field.Int(name).Default(0).NonNegative().Comment(comment)
	}
	return []ent.Field{
		field.String("change_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("opened_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("opened_by_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.Int("change_version").Immutable().Comment("The version of the change when people were asked: made anew, it is another."),
		field.Int("asked").NonNegative().Immutable().Comment("How many people were asked. Numbers about people are shown through ent/query alone."),
		field.Int("needed").NonNegative().Immutable().Comment("How many answers are enough."),
		count("answered", "How many had answered when it was closed; 0 before."),
		count("helped", "Answers of each kind when it was closed."), count("partly", ""), count("not_yet", ""), count("made_worse", ""), count("cannot_say", ""),
		field.Time("closed_at").Optional().Nillable(),
		field.String("closed_by_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive(),
		field.String("closed_by_name").Default("").Validate(plain(80)),
		field.Text("note").Default("").Validate(plain(2000)).Comment("What was heard and what follows; always there when it is closed."),
		field.Text("waiver").Default("").Validate(plain(1000)).Comment("Why fewer answers than needed have to do; empty when there were enough, or nobody said."),
		field.Time("ask_again_at").Optional().Nillable().Comment("When people are asked anew."),
		field.String("again_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Comment("The round in which they were."),
	}
}

// Edges of VerdictRound.
func (VerdictRound) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("change", Change.Type).Ref("verdict_rounds").Field("change_id").Unique().Required().Immutable(),
		edge.To("verdicts", Verdict.Type),
	}
}

// Indexes of VerdictRound: those of a change, the one that is open, those whose date comes.
func (VerdictRound) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("closed_at", "id"),
		index.Fields("change_id", "created_at", "id"),
		index.Fields("opened_by_id"),
		index.Fields("closed_by_id"),
		index.Fields("change_id").Unique().StorageKey("verdict_round_open").Annotations(entsql.IndexWhere("closed_at IS NULL")),
		index.Fields("ask_again_at", "id").StorageKey("verdict_round_again").Annotations(entsql.IndexWhere("ask_again_at IS NOT NULL AND again_id IS NULL")),
	}
}

// Policy of VerdictRound: who may see and touch it.
func (VerdictRound) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToAsk())
}

// Verdict is what one person on the line of a change says to whether it helped: once a round.
type Verdict struct{ ent.Schema }

// Mixin of Verdict.
func (Verdict) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Verdict}} }

// Annotations of Verdict.
func (Verdict) Annotations() []schema.Annotation { return table("verdicts") }

// Fields of Verdict.
func (Verdict) Fields() []ent.Field {
	return []ent.Field{
		field.String("round_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Never shown: nobody is to know who said it."),
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Their words on the line: when those are taken back, so are these."),
		field.Enum("answer").NamedValues("Helped", "HELPED", "Partly", "PARTLY", "NotYet", "NOT_YET", "MadeWorse", "MADE_WORSE", "CannotSay", "CANNOT_SAY"),
		field.Text("words").Default("").Validate(plain(2000)).Comment("In their own words; may be empty."),
		field.String("signals").Default("").MaxLen(200).Sensitive().Comment("Signs of danger in the words, a blank between; staff do not read such words."),
	}
}

// Edges of Verdict.
func (Verdict) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("round", VerdictRound.Type).Ref("verdicts").Field("round_id").Unique().Required().Immutable(),
	}
}

// Indexes of Verdict: one a person and round, those with words, one's own, those through one experience.
func (Verdict) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("round_id", "person_id").Unique(),
		index.Fields("round_id", "created_at", "id").StorageKey("verdict_words").Annotations(entsql.IndexWhere("words <> ''")),
		index.Fields("person_id", "created_at", "id"),
		index.Fields("experience_id"),
	}
}

// Interceptors of Verdict: who reads words that are not public is noted.
func (Verdict) Interceptors() []ent.Interceptor { return []ent.Interceptor{rule.NoteReading()} }

// Policy of Verdict: who may see and touch it.
func (Verdict) Policy() ent.Policy {
	return rule.Policy(rule.SeeVerdictsOfOneself(), rule.AllowAskedToAnswer())
}
