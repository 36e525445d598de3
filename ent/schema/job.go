package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Job is work that a verb left to be done soon, written in the transaction of that verb: either both are there or neither is.
// A worker takes it for a while (the lease); when the worker ends in the middle, the lease runs out and another takes it.
type Job struct{ ent.Schema }

// Mixin of Job.
func (Job) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Job}} }

// Annotations of Job.
func (Job) Annotations() []schema.Annotation { return table("jobs") }

// Fields of Job.
func (Job) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Immutable().NamedValues("Export", "EXPORT", "Erase", "ERASE", "Tell", "TELL", "Digest", "DIGEST", "PasskeyStopped", "PASSKEY_STOPPED"),
		field.String("about").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("What it is to be done to."),
		field.String("unique_key").Optional().Nillable().Unique().MaxLen(120).Sensitive().Comment("Stands once among what is to be done, so that one thing is queued once; none when it is done."),
		field.Time("run_at").Comment("Not before then."),
		field.Int("attempts").Default(0).Comment("How often it was begun since it was queued or replayed."),
		field.Int("claim").Default(0).Comment("Goes up with every worker that takes it: what an earlier one still tries is refused."),
		field.Time("claimed_until").Optional().Nillable().Comment("Until when it is a worker's, unless that worker asks for longer."),
		field.Time("done_at").Optional().Nillable(),
		field.Time("dead_at").Optional().Nillable().Comment("When it was given up, to wait for an administrator."),
		field.String("failure").Default("").MaxLen(300).Comment("How it failed last, without anybody's words."),
	}
}

// Indexes of Job: what is to be done, what was given up, what is done and old.
func (Job) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("run_at", "id").StorageKey("job_due").Annotations(entsql.IndexWhere("done_at IS NULL AND dead_at IS NULL")),
		index.Fields("dead_at", "id").StorageKey("job_dead").Annotations(entsql.IndexWhere("dead_at IS NOT NULL")),
		index.Fields("done_at").StorageKey("job_done").Annotations(entsql.IndexWhere("done_at IS NOT NULL")),
	}
}

// Policy of Job: who may see and touch it.
func (Job) Policy() ent.Policy {
	return rule.Policy(rule.SeeIfAdministratorOfAll(), rule.AllowAdministratorOfAllToReplay())
}
