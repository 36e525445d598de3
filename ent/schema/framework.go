package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// FrameworkCode is a theme of a framework that others use, taken as data: what it is called, and what it stands for.
type FrameworkCode struct{ ent.Schema }

// Mixin of FrameworkCode.
func (FrameworkCode) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.FrameworkCode}} }

// Annotations of FrameworkCode.
func (FrameworkCode) Annotations() []schema.Annotation { return table("framework_codes") }

// Fields of FrameworkCode.
func (FrameworkCode) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").NotEmpty().MaxLen(40).Unique().Immutable(),
		field.String("category").NotEmpty().Validate(plain(200)),
		field.String("title").NotEmpty().Validate(plain(200)),
		field.Text("description").Default("").Validate(plain(4000)),
	}
}

// Policy of FrameworkCode: everybody sees it; only an import writes.
func (FrameworkCode) Policy() ent.Policy { return rule.Policy(rule.SeeAll()) }
