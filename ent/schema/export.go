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

// Export is a file with everything that Hearback holds about a person, made for them and fetched once.
type Export struct{ ent.Schema }

// Mixin of Export.
func (Export) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Export}} }

// Annotations of Export.
func (Export) Annotations() []schema.Annotation { return table("exports") }

// Fields of Export.
func (Export) Fields() []ent.Field {
	return []ent.Field{
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.Enum("state").NamedValues("Waiting", "WAITING", "Ready", "READY", "Fetched", "FETCHED", "Ended", "ENDED"),
		field.Int("size").Default(0).Comment("Bytes of the whole file, once it is ready."),
		field.String("secret_hash").Optional().Nillable().Unique().MaxLen(64).Sensitive().Comment("Hash of the secret in the newest link; none when there is no link, or when it was used."),
		field.Time("ready_at").Optional().Nillable(),
		field.Time("expires_at").Optional().Nillable().Comment("When the file is deleted, fetched or not."),
		field.Time("fetched_at").Optional().Nillable(),
	}
}

// Edges of Export.
func (Export) Edges() []ent.Edge { return []ent.Edge{edge.To("parts", ExportPart.Type)} }

// Indexes of Export.
func (Export) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "created_at", "id"), index.Fields("expires_at")}
}

// Policy of Export: who may see and touch it.
func (Export) Policy() ent.Policy { return rule.Policy(rule.SeeOwn("person_id")) }

// ExportPart is a piece of an export's file; the pieces in their order are the file.
type ExportPart struct{ ent.Schema }

// Mixin of ExportPart.
func (ExportPart) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.ExportPart}} }

// Annotations of ExportPart.
func (ExportPart) Annotations() []schema.Annotation { return table("export_parts") }

// Fields of ExportPart.
func (ExportPart) Fields() []ent.Field {
	return []ent.Field{
		field.String("export_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.Int("number").Immutable(),
		field.Bytes("body").Immutable().Sensitive(),
	}
}

// Edges of ExportPart.
func (ExportPart) Edges() []ent.Edge {
	return []ent.Edge{edge.From("export", Export.Type).Ref("parts").Field("export_id").Unique().Required().Immutable()}
}

// Indexes of ExportPart.
func (ExportPart) Indexes() []ent.Index {
	return []ent.Index{index.Fields("export_id", "number").Unique()}
}

// Policy of ExportPart: who may see and touch it.
func (ExportPart) Policy() ent.Policy { return rule.Policy(rule.SeeNone()) }
