package schema

import (
	"regexp"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// PolicyClause is one sentence of the published policy in one version: what moderators go by, and what their decisions point to.
// Versions are only added, so that an old decision can be read with the words of its time.
type PolicyClause struct{ ent.Schema }

// Mixin of PolicyClause. It is in force from when it was made.
func (PolicyClause) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.PolicyClause}} }

// Annotations of PolicyClause.
func (PolicyClause) Annotations() []schema.Annotation { return table("policy_clauses") }

// Fields of PolicyClause.
func (PolicyClause) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").Match(regexp.MustCompile(`^[1-9]\.[1-9]$`)).MaxLen(3).Immutable().Comment("Its place in the policy, such as 2.3."),
		field.String("title").NotEmpty().Validate(plain(120)).Immutable(),
		field.Text("body").NotEmpty().Validate(plain(2000)).Immutable(),
		field.Int("version").Default(1).Immutable(),
		field.Time("until").Optional().Nillable().Comment("When the next version took its place; none while it is in force."),
	}
}

// Indexes of PolicyClause: one of each version, one in force, and the order of the policy.
func (PolicyClause) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("code", "version").Unique(),
		index.Fields("code").Unique().StorageKey("policyclause_in_force").Annotations(entsql.IndexWhere("until IS NULL")),
		index.Fields("code", "id"),
	}
}

// Policy of PolicyClause: who may see and touch it.
func (PolicyClause) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowAdministratorToWritePolicy())
}
