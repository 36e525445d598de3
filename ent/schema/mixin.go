// Package schema says what each noun is: its fields, edges and indexes, and at its foot who may see and touch it.
package schema

import (
	"errors"
	"strings"
	"unicode/utf8"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"

	"hearback/ent/typeid"
)

// named gives a noun its TypeID and the time it was made. The verb that makes it sets the time from its own clock, in UTC
// and whole microseconds, so that both databases hold the same value.
type named struct {
	mixin.Schema
	prefix typeid.Prefix
}

func (n named) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(typeid.ID("")).MaxLen(40).DefaultFunc(n.prefix.Maker()).Immutable(),
		field.Time("created_at").Immutable().Comment("When it was made."),
	}
}

// sent marks nouns that a client may make with an id of its own and send again: the fingerprint of the input tells a
// repeat (the same words) from a conflict (other words under the same id).
type sent struct{ mixin.Schema }

func (sent) Fields() []ent.Field {
	return []ent.Field{field.String("fingerprint").MaxLen(64).Immutable().Sensitive().Comment("SHA-256 of the input that made it.")}
}

var errNotPlain = errors.New("text must be valid UTF-8 without NUL and not too long")

// plain is what people's words must be: valid UTF-8 without NUL, at most max letters.
func plain(max int) func(string) error {
	return func(s string) error {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || utf8.RuneCountInString(s) > max {
			return errNotPlain
		}
		return nil
	}
}

// table names the table of a noun.
func table(name string) []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: name}}
}
