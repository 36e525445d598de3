package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/together"
	"hearback/ent/typeid"
)

// Theme is what several people's words have in common, said in one sentence as one of them would say it ("I …").
type Theme struct{ ent.Schema }

// Mixin of Theme.
func (Theme) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Theme}, sent{}} }

// Annotations of Theme.
func (Theme) Annotations() []schema.Annotation { return table("themes") }

// Fields of Theme.
func (Theme) Fields() []ent.Field {
	return []ent.Field{
		field.String("service_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("made_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("title").NotEmpty().Validate(plain(160)),
		field.String("statement").NotEmpty().Validate(plain(400)).Comment("As one of the people would say it: I …"),
		field.String("framework_code").Default("").Validate(plain(40)).Comment("Its code in a framework that others use; empty for none."),
		field.Int("version").Default(1),
		field.String("merged_into_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Comment("The theme that it became a part of; then it is closed."),
	}
}

// Edges of Theme.
func (Theme) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("service", Service.Type).Ref("themes").Field("service_id").Unique().Required().Immutable(),
		edge.To("evidence", Evidence.Type), edge.To("history", Theming.Type), edge.To("priorities", Priority.Type),
	}
}

// Indexes of Theme.
func (Theme) Indexes() []ent.Index {
	return []ent.Index{index.Fields("service_id", "created_at", "id"), index.Fields("created_at", "id"), index.Fields("made_by_id")}
}

// Policy of Theme: who may see and touch it.
func (Theme) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToChange())
}

// Evidence is a link of the line: these words belong to that theme, said by a named person with a sentence why.
type Evidence struct{ ent.Schema }

// Mixin of Evidence.
func (Evidence) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Evidence}, sent{}} }

// Annotations of Evidence.
func (Evidence) Annotations() []schema.Annotation { return table("evidence") }

// Fields of Evidence.
func (Evidence) Fields() []ent.Field {
	return []ent.Field{
		field.String("theme_id").GoType(typeid.ID("")).MaxLen(40).Comment("Changes when themes are merged or split."),
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("added_by_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("added_by_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.Enum("says").Immutable().NamedValues("Working", "WORKING", "NotWorking", "NOT_WORKING", "ImportantForFuture", "IMPORTANT_FOR_FUTURE"),
		field.Text("why").NotEmpty().Validate(plain(1000)).Immutable().Comment("Why these words belong here."),
		field.String("passage_part").Default("").MaxLen(20).Comment("The text that it points into; empty for the whole of the words."),
		field.Int("passage_start").Default(0).NonNegative().Comment("Where the passage began, in letters (Unicode code points)."),
		field.Int("passage_end").Default(0).NonNegative().Comment("Where it ended: the letter behind it."),
		field.String("passage_mark").Default("").MaxLen(64).Sensitive().Comment("By which it is known again when the text changes; never the words themselves."),
	}
}

// Edges of Evidence.
func (Evidence) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("theme", Theme.Type).Ref("evidence").Field("theme_id").Unique().Required(),
		edge.From("experience", Experience.Type).Ref("evidence").Field("experience_id").Unique().Required().Immutable(),
	}
}

// Indexes of Evidence.
func (Evidence) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("theme_id", "experience_id").Unique(), index.Fields("theme_id", "created_at", "id"),
		index.Fields("experience_id", "created_at", "id"), index.Fields("added_by_id"),
	}
}

// Policy of Evidence: who may see and touch it.
func (Evidence) Policy() ent.Policy {
	return rule.Policy(rule.SeeLinksOfWhoAgrees(), rule.AllowServiceStaffToTheme())
}

// Theming is one step in the making of a theme, by a named person.
type Theming struct{ ent.Schema }

// Mixin of Theming.
func (Theming) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Theming}} }

// Annotations of Theming.
func (Theming) Annotations() []schema.Annotation { return table("themings") }

// Fields of Theming.
func (Theming) Fields() []ent.Field {
	return []ent.Field{
		field.String("theme_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.Enum("kind").Immutable().NamedValues("Created", "CREATED", "Named", "NAMED", "EvidenceAdded", "EVIDENCE_ADDED", "EvidenceRemoved", "EVIDENCE_REMOVED",
			"MergedInto", "MERGED_INTO", "TookIn", "TOOK_IN", "SplitOff", "SPLIT_OFF", "SplitFrom", "SPLIT_FROM", "SatTogether", "SAT_TOGETHER"),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("author_name").NotEmpty().Validate(plain(80)).Immutable(),
		field.String("other_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The other theme of a merger or a split."),
		field.Int("moved").Default(0).NonNegative().Immutable().Comment("How many pieces of evidence went along."),
		field.String("title").Default("").Validate(plain(160)).Immutable().Comment("What it was called from then on; empty when that stayed."),
		field.String("statement").Default("").Validate(plain(400)).Immutable(),
		field.Text("why").Default("").Validate(plain(1000)).Immutable(),
		field.JSON("present", []together.Sitter{}).Optional().Immutable().Comment("Who sat together; a name only of who agreed to be named."),
	}
}

// Edges of Theming.
func (Theming) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("theme", Theme.Type).Ref("history").Field("theme_id").Unique().Required().Immutable(),
		edge.To("other", Theme.Type).Field("other_id").Unique().Immutable(),
	}
}

// Indexes of Theming.
func (Theming) Indexes() []ent.Index {
	return []ent.Index{index.Fields("theme_id", "created_at", "id"), index.Fields("author_id")}
}

// Policy of Theming: who may see and touch it.
func (Theming) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowServiceStaffToTheme())
}
