package schema

import (
	"errors"
	"regexp"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ConsentText is what people read before they agree to something, in plain words. What somebody agreed to is never changed:
// new words are a new version.
type ConsentText struct{ ent.Schema }

// Mixin of ConsentText.
func (ConsentText) Mixin() []ent.Mixin {
	return []ent.Mixin{named{prefix: typeid.ConsentText}, sent{}}
}

// Annotations of ConsentText.
func (ConsentText) Annotations() []schema.Annotation { return table("consent_texts") }

// Fields of ConsentText.
func (ConsentText) Fields() []ent.Field {
	return []ent.Field{
		purpose(),
		field.String("language").Validate(languageTag).Immutable().Comment("A tag such as en or cy (BCP 47)."),
		field.Int("version").Immutable(),
		field.Text("words").NotEmpty().Validate(plain(2000)).Immutable(),
		field.String("author_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Sensitive().Comment("Who added it; none for what came with the program."),
	}
}

// Indexes of ConsentText.
func (ConsentText) Indexes() []ent.Index {
	return []ent.Index{index.Fields("purpose", "language", "version").Unique(), index.Fields("created_at", "id")}
}

// Policy of ConsentText: who may see and touch it.
func (ConsentText) Policy() ent.Policy {
	return rule.Policy(rule.SeeAll(), rule.AllowAdministratorOfAllToWord())
}

// purpose is what people agree to, each on its own.
func purpose() ent.Field {
	return field.Enum("purpose").Immutable().NamedValues("Publish", "PUBLISH", "ThemeAnalysis", "THEME_ANALYSIS", "ContactAboutChange", "CONTACT_ABOUT_CHANGE",
		"InviteToCodesign", "INVITE_TO_CODESIGN", "RecordInterview", "RECORD_INTERVIEW", "UseClip", "USE_CLIP", "ResearchExport", "RESEARCH_EXPORT")
}

var errNoLanguage = errors.New("not a language tag such as en or pt-BR")

// languageTag is the simple form of BCP 47: a language and what narrows it.
func languageTag(s string) error {
	if !regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`).MatchString(s) {
		return errNoLanguage
	}
	return nil
}

// Consent is that somebody agreed to one thing being done with their words, until they take it back. Agreeing again is a
// new row: what was agreed when, and to which text, stays known to them.
type Consent struct{ ent.Schema }

// Mixin of Consent.
func (Consent) Mixin() []ent.Mixin { return []ent.Mixin{named{prefix: typeid.Consent}} }

// Annotations of Consent.
func (Consent) Annotations() []schema.Annotation { return table("consents") }

// Fields of Consent. It was given when it was made.
func (Consent) Fields() []ent.Field {
	return []ent.Field{
		field.String("person_id").GoType(typeid.ID("")).MaxLen(40).Immutable().Sensitive(),
		field.String("experience_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.String("voice_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Comment("The words that it is about, when they are not those of the experience's author."),
		purpose(),
		field.String("text_id").GoType(typeid.ID("")).MaxLen(40).Immutable(),
		field.Time("taken_back_at").Optional().Nillable(),
		field.String("given_through_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Immutable().Sensitive().Comment("The authority through which somebody else agreed for them; none when they did themself."),
		field.String("taken_back_through_id").GoType(typeid.ID("")).MaxLen(40).Optional().Nillable().Sensitive().Comment("The same of taking it back."),
	}
}

// Edges of Consent.
func (Consent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("experience", Experience.Type).Ref("consents").Field("experience_id").Unique().Required().Immutable(),
		edge.From("voice", Voice.Type).Ref("consents").Field("voice_id").Unique().Immutable().Annotations(entsql.OnDelete(entsql.NoAction)),
		edge.To("text", ConsentText.Type).Field("text_id").Unique().Required().Immutable(),
	}
}

// Indexes of Consent: what holds now, once for each purpose, and the history.
func (Consent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("experience_id", "purpose").Unique().StorageKey("consent_holds").Annotations(entsql.IndexWhere("taken_back_at IS NULL AND voice_id IS NULL")),
		index.Fields("voice_id", "purpose").Unique().StorageKey("consent_holds_for_voice").Annotations(entsql.IndexWhere("taken_back_at IS NULL AND voice_id IS NOT NULL")),
		index.Fields("experience_id", "created_at", "id"),
		index.Fields("person_id", "created_at", "id"),
		index.Fields("voice_id", "created_at", "id").Annotations(entsql.IndexWhere("voice_id IS NOT NULL")),
	}
}

// Policy of Consent: who may see and touch it.
func (Consent) Policy() ent.Policy {
	return rule.Policy(rule.SeeOwnConsentsOrSpokenFor(), rule.AllowToAgreeForOneself())
}
