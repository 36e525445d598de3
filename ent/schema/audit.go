package schema

import (
	"errors"
	"regexp"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// AuditEntry is one line of the audit log: who did what, to what, why and when. Lines are numbered without gaps, each holds
// the hash of the one before, and none is ever changed or dropped: neither rules nor the database let anybody. It holds ids
// and words of closed sets, and nothing that somebody wrote, so that it stays whole when a person is erased.
type AuditEntry struct{ ent.Schema }

// Mixin of AuditEntry.
func (AuditEntry) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.AuditEntry}} }

// Annotations of AuditEntry.
func (AuditEntry) Annotations() []schema.Annotation { return table("audit_entries") }

// Fields of AuditEntry.
func (AuditEntry) Fields() []ent.Field {
	return []ent.Field{
		field.Int("number").Unique().Immutable().Comment("1, 2, 3 and so on, without gaps, in the whole installation."),
		field.Enum("act").Immutable().NamedValues("Read", "READ", "Decision", "DECISION", "Invitation", "INVITATION", "RoleGiven", "ROLE_GIVEN", "RoleEnded", "ROLE_ENDED",
			"Trust", "TRUST", "Setting", "SETTING", "Concern", "CONCERN", "BreakGlass", "BREAK_GLASS", "Proxy", "PROXY", "Withdrawal", "WITHDRAWAL",
			"Restriction", "RESTRICTION", "Export", "EXPORT", "Erasure", "ERASURE", "Token", "TOKEN", "Passkey", "PASSKEY", "LogRead", "LOG_READ"),
		field.String("actor_id").GoType(typeid.ID("")).MaxLen(40).Default("").Immutable().Sensitive().Comment("Who did it, shown to nobody; empty for the clock and the command line."),
		field.Enum("role").Immutable().NamedValues("Contributor", "CONTRIBUTOR", "Staff", "STAFF", "Facilitator", "FACILITATOR", "Moderator", "MODERATOR",
			"SafeguardingLead", "SAFEGUARDING_LEAD", "Commissioner", "COMMISSIONER", "Administrator", "ADMINISTRATOR", "Integrator", "INTEGRATOR", "System", "SYSTEM").
			Comment("In which role they did it, as it was then."),
		field.String("place_id").GoType(typeid.ID("")).MaxLen(40).Default("").Immutable().Comment("The service where they held that role then; empty for the whole installation."),
		field.String("about_id").GoType(typeid.ID("")).MaxLen(40).Default("").Immutable().Comment("What it was done to."),
		field.String("record_id").GoType(typeid.ID("")).MaxLen(40).Default("").Immutable().Comment("The row that holds more of it, such as the reason somebody wrote; empty for none."),
		field.String("subject_id").GoType(typeid.ID("")).MaxLen(40).Default("").Immutable().Sensitive().Comment("Whose words or rights it was about, shown to nobody; empty for nobody's."),
		field.String("why").Default("").MaxLen(100).Validate(codeWord).Immutable().Comment("A word of a closed set, such as the kind of a decision or the name of a role or a setting."),
		field.String("hour").MaxLen(13).Immutable().Comment("The hour of created_at, as 2026-05-14T09: the same reading is written down once an hour."),
		field.String("previous").MaxLen(64).Immutable().Comment("The hash of the entry before; zeros in the first."),
		field.String("hash").MaxLen(64).Immutable().Comment("SHA-256 of the entry in its canonical form (docs/decisions/0018-audit.md)."),
	}
}

// Indexes of AuditEntry: a reading is there once an hour; the log of all, of an act, of what it was done to, each by time.
func (AuditEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("actor_id", "about_id", "hour").Unique().StorageKey("audit_read_once").Annotations(entsql.IndexWhere("act = 'READ'")),
		index.Fields("about_id", "created_at", "id").StorageKey("audit_about_by_time"),
		index.Fields("act", "created_at", "id").StorageKey("audit_act_by_time"),
		index.Fields("created_at", "id").StorageKey("audit_by_time"),
		index.Fields("subject_id").StorageKey("audit_of_whom"),
	}
}

// Hooks of AuditEntry: not even the system changes an entry.
func (AuditEntry) Hooks() []ent.Hook { return []ent.Hook{rule.NeverChanged()} }

// Policy of AuditEntry: who may see and touch it.
func (AuditEntry) Policy() ent.Policy {
	return rule.Policy(rule.SeeIfAuditor())
}

var (
	codeWords    = regexp.MustCompile(`^[A-Za-z0-9_.:-]*$`)
	errCodeWords = errors.New("a line of the audit log holds words of a closed set, and nothing that somebody wrote")
)

// codeWord keeps what somebody wrote out of the log.
func codeWord(s string) error {
	if !codeWords.MatchString(s) {
		return errCodeWords
	}
	return nil
}
