package page

import (
	"encoding/base64"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"hearback/ent/typeid"
)

// Cursor is a place in one list: opaque to clients, checked when it comes back. It holds the list's name, the value that
// the list is ordered by and the id; nothing that the row itself would not show.
type Cursor string

// MarshalGQL writes the cursor as a JSON string.
func (c Cursor) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(c))) }

// UnmarshalGQL takes any string; whether it is a place in the list is known only where the list is.
func (c *Cursor) UnmarshalGQL(v any) error {
	s, err := graphql.UnmarshalString(v)
	*c = Cursor(s)
	return err
}

const maxCursor = 400

func (t Term[T]) cursor(row T) Cursor {
	text := t.Name + "|" + format(t.Value(row)) + "|" + string(row.Key())
	return Cursor(base64.RawURLEncoding.EncodeToString([]byte(text)))
}

// place reads a cursor of this list: the value and the id that a keyset comparison needs.
func (t Term[T]) place(argument string, c Cursor) (value any, id typeid.ID, err error) {
	bad := &Error{Argument: argument, Reason: "is not a place in this list; use a cursor that this list gave"}
	text, err := base64.RawURLEncoding.DecodeString(string(c))
	if err != nil || len(text) > maxCursor {
		return nil, "", bad
	}
	name, rest, _ := strings.Cut(string(text), "|")
	at := strings.LastIndexByte(rest, '|')
	if name != t.Name || at < 0 {
		return nil, "", bad
	}
	if id, err = typeid.Parse(rest[at+1:]); err != nil {
		return nil, "", bad
	}
	var zero T
	if value, err = parse(t.kind(zero), rest[:at]); err != nil {
		return nil, "", bad
	}
	return value, id, nil
}

func format(v any) string {
	switch v := v.(type) {
	case time.Time:
		return strconv.FormatInt(v.UnixMicro(), 36)
	case int:
		return strconv.Itoa(v)
	default:
		return v.(string)
	}
}

func parse(k Kind, s string) (any, error) {
	switch k {
	case ByTime:
		us, err := strconv.ParseInt(s, 36, 64)
		t := time.UnixMicro(us).UTC()
		if t.Year() < 1 || t.Year() > 9999 { // no row has such a time, and not every database can read it
			err = strconv.ErrRange
		}
		return t, err
	case ByNumber:
		return strconv.Atoi(s)
	default:
		if !validText(s) {
			return nil, strconv.ErrSyntax
		}
		return s, nil
	}
}
