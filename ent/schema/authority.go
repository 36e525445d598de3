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

// Authority says that one person, the proxy, may speak for another, the subject, on what basis and how far. Whether it works
// is never written down: rule.StandingOf computes it from what is here and the moment, each time somebody asks.
type Authority struct{ ent.Schema }

// Mixin of Authority.
func (Authority) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Authority}, sent{}} }

// Annotations of Authority.
func (Authority) Annotations() []schema.Annotation { return table("authorities") }

// Fields of Authority.
func (Authority) Fields() []ent.Field {
	return []ent.Field{
		field.String("proxy_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("subject_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		basis(),
		scope(),
		field.String("relationship").Default("").Validate(plain(80)).Comment("Who the proxy is to the person, in the proxy's words, such as mother."),
		field.String("proxy_name").Default("").Validate(plain(80)).Immutable().Comment("The name by which the person knows who speaks for them. For the two of them only."),
		field.String("subject_name").Default("").Validate(plain(80)).Immutable().Comment("What the proxy calls the person. For the two of them only."),
		field.Text("evidence").Default("").Validate(plain(1000)).Immutable().Comment("What shows that it is so, in the proxy's words."),
		born(),
		field.Int("reviewed_in").Comment("The month, counted like born, in which somebody last said that it is still right; at first the month it was made."),
		field.Int("confirmed_in").Optional().Nillable().Comment("The month, counted like born, in which the person themself last said so."),
		field.Time("review_at").Optional().Nillable().Comment("When somebody should say again that it is still right."),
		field.Time("ends_at").Optional().Nillable().Comment("When it is planned to end."),
		field.Time("ended_at").Optional().Nillable().Comment("When somebody ended it."),
		field.Enum("ended_by").Optional().Nillable().NamedValues("Proxy", "PROXY", "Person", "PERSON", "TakenOver", "TAKEN_OVER", "Left", "LEFT"),
	}
}

// Edges of Authority.
func (Authority) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("proxy", Person.Type).Field("proxy_id").Unique().Required().Immutable(),
		edge.To("subject", Person.Type).Field("subject_id").Unique().Required().Immutable(),
	}
}

// Indexes of Authority: for whom somebody speaks, and who speaks for somebody.
func (Authority) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proxy_id", "created_at", "id"), index.Fields("subject_id", "created_at", "id")}
}

// Policy of Authority: who may see and touch it.
func (Authority) Policy() ent.Policy { return rule.Policy(rule.SeeIfProxyOrSubject()) }

// AuthorityCode is a code that works once, kept as a hash: to speak for somebody who asked for it, to speak for a person
// beside somebody who does, or to take over what was said for oneself.
type AuthorityCode struct{ ent.Schema }

// Mixin of AuthorityCode.
func (AuthorityCode) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.AuthorityCode}} }

// Annotations of AuthorityCode.
func (AuthorityCode) Annotations() []schema.Annotation { return table("authority_codes") }

// Fields of AuthorityCode.
func (AuthorityCode) Fields() []ent.Field {
	return []ent.Field{
		field.String("code_hash").Unique().MaxLen(64).Immutable().Sensitive(),
		field.Enum("kind").Immutable().NamedValues("Invite", "INVITE", "Join", "JOIN", "TakeOver", "TAKE_OVER"),
		field.String("subject_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		basis(),
		scope(),
		field.String("subject_name").Default("").Validate(plain(80)).Immutable(),
		born(),
		field.Time("ends_at").Optional().Nillable().Immutable().Comment("When the authority that it makes is planned to end."),
		field.Time("expires_at").Optional().Nillable().Immutable().Comment("Until when the code can be used; for as long as it is needed when empty."),
		field.Time("used_at").Optional().Nillable(),
		field.String("authority_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Comment("What it has made, so that a phone may send it again."),
	}
}

// Edges of AuthorityCode.
func (AuthorityCode) Edges() []ent.Edge {
	return []ent.Edge{edge.To("subject", Person.Type).Field("subject_id").Unique().Required().Immutable()}
}

// Indexes of AuthorityCode.
func (AuthorityCode) Indexes() []ent.Index { return []ent.Index{index.Fields("subject_id", "kind")} }

// Policy of AuthorityCode: who may see and touch it.
func (AuthorityCode) Policy() ent.Policy { return rule.Policy(rule.SeeNone()) }

// Objection is what somebody who speaks for a person has against what another who speaks for them told. A moderator decides.
type Objection struct{ ent.Schema }

// Mixin of Objection.
func (Objection) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Objection}, sent{}} }

// Annotations of Objection.
func (Objection) Annotations() []schema.Annotation { return table("objections") }

// Fields of Objection.
func (Objection) Fields() []ent.Field {
	return []ent.Field{
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("Who objects."),
		field.String("authority_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive().Comment("As whom they speak."),
		field.Text("words").NotEmpty().Validate(plain(1000)).Immutable().Comment("What they have against it. For the moderators."),
	}
}

// Edges of Objection.
func (Objection) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("experience", Experience.Type).Field("experience_id").Unique().Required().Immutable(),
		edge.To("authority", Authority.Type).Field("authority_id").Unique().Required().Immutable(),
	}
}

// Indexes of Objection.
func (Objection) Indexes() []ent.Index {
	return []ent.Index{index.Fields("experience_id", "created_at", "id")}
}

// Interceptors of Objection: who reads words that are not public is noted.
func (Objection) Interceptors() []ent.Interceptor { return []ent.Interceptor{rule.NoteReading()} }

// Policy of Objection: who may see and touch it.
func (Objection) Policy() ent.Policy { return rule.Policy(rule.SeeOwnOrModerated()) }

// basis is the closed set of reasons why somebody may speak for another.
func basis() ent.Field {
	return field.Enum("basis").Immutable().NamedValues("ConsentOfThePerson", "CONSENT_OF_THE_PERSON", "ParentalResponsibility", "PARENTAL_RESPONSIBILITY",
		"AttorneyOrDeputy", "ATTORNEY_OR_DEPUTY", "BestInterests", "BEST_INTERESTS", "Bereaved", "BEREAVED")
}

// scope is what may be done, as words of the closed set rule.Scopes with a blank between.
func scope() ent.Field { return field.String("scope").MaxLen(100).Immutable() }

// born is the month and year of a child's birth, counted in months since the year 0, so that both databases add years to it in
// the same way. The day is not asked for.
func born() ent.Field { return field.Int("born").Optional().Nillable().Immutable() }
