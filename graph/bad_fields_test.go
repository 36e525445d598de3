package graph_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"hearback/ent/typeid"
)

// ill is a value that a field cannot have, and the code that says so.
type ill struct {
	what  string
	value any
	code  string
}

// ills are the values with which a field is tried, by its type.
func ills(f *ast.FieldDefinition) []ill {
	t, long := f.Type.Name(), strings.Repeat("🙂", 20_001)
	list := []ill{}
	if f.Type.NonNull && f.DefaultValue == nil {
		list = append(list, ill{"nothing", nil, "GRAPHQL_VALIDATION_FAILED"})
	}
	switch d := contract().Types[t]; {
	case f.Name == "id":
		return append(list, ill{"the id of another type", typeid.New(typeid.Person), "INVALID"}, ill{"no id", "zq nonsense", "BAD_USER_INPUT"})
	case t == "ID" && f.Type.Elem != nil:
		return append(list, ill{"no id", []string{"zq nonsense"}, "BAD_USER_INPUT"})
	case t == "ID":
		return append(list, ill{"what is not there", nil, "NOT_FOUND"}, ill{"the id of another type", typeid.New(typeid.Job), "NOT_FOUND"}, ill{"no id", "zq nonsense", "BAD_USER_INPUT"})
	case f.Name == "expectedVersion":
		return append(list, ill{"a version to come", 1 << 30, "STALE_VERSION"}, ill{"a version below all", -1 << 31, "STALE_VERSION"})
	case t == "String" && f.Type.Elem == nil:
		blank := "REQUIRED"
		if !f.Type.NonNull {
			blank = ""
		}
		return append(list, ill{"blanks", " \t\n ", blank}, ill{"too long", long, "TOO_LONG"})
	case t == "DateTime", t == "Month":
		return append(list, ill{"no time", "last May", "BAD_USER_INPUT"}, ill{"no day", "2026-13-45T00:00:00Z", "BAD_USER_INPUT"})
	case t == "Int":
		return append(list, ill{"below all", -1 << 31, "INVALID"}, ill{"above all", 1 << 30, "INVALID"})
	case d.Kind == ast.Enum && f.Type.Elem == nil:
		return append(list, ill{"an unknown word", "ZQ", "GRAPHQL_VALIDATION_FAILED"})
	case d.Kind == ast.Enum:
		return append(list, ill{"an unknown word", []string{"ZQ"}, "GRAPHQL_VALIDATION_FAILED"})
	}
	return list
}

// illness is what is said instead of what the type of a field lets expect: by verb and field, with a value of one. "" is right
// after all. What is a code, or a key to a text, is right or not and never simply too long.
func illness() map[string]string {
	code, named := "blanks CODE_REFUSED, too long CODE_REFUSED", "blanks INVALID, too long INVALID"
	said := map[string]string{}
	for field, rows := range map[string]string{
		"sessionRecover.recoveryCode": code, "sessionRefresh.refreshToken": code, "voiceAdd.code": code, "authorityAccept.code": code, "authorityTakeOver.code": code, "invitationAccept.code": code,
		"signInConfirm.code":    code,
		"signInConfirm.request": "what is not there CODE_REFUSED, the id of another type CODE_REFUSED",
		"signInRequest.email":   named, "experienceShare.consentLanguage": named, "consentGive.language": named, "voiceAdd.consentLanguage": named, "sourceRecord.consentLanguage": named,
		"policyClauseSet.code": named, "signpostSet.language": named, "personErase.confirm": named,
		"experienceShare.story": "blanks REQUIRED", "experienceRevise.story": "blanks REQUIRED", "voiceRevise.story": "blanks REQUIRED", "experienceDecide.reason": "blanks REQUIRED",
		"stepsMark.upTo":            "the id of another type INVALID",
		"priorityDecline.reason":    "blanks REASON_NEEDED",
		"priorityTakeBack.reason":   "blanks REASON_NEEDED",
		"experienceDecide.clauseId": "the id of another type INVALID", "experienceReturn.clauseId": "the id of another type INVALID",
	} {
		for row := range strings.SplitSeq(rows, ", ") {
			at := strings.LastIndex(row, " ")
			said[field+" "+row[:at]] = row[at+1:]
		}
	}
	return said
}

// Every field of every verb is tried with what it cannot be: the answer is a kind sentence with a code, nothing is written, and
// the log does not take it for a mistake of ours.
func TestEveryFieldOfEveryVerb(t *testing.T) {
	lengthy(t, "it tries every field with everything that is wrong")
	tell(t, func(t *testing.T, s *stage) {
		w, can, other := stageMatrix(t, s), doable(), illness()
		for _, f := range contract().Mutation.Fields {
			d, ok := can[f.Name]
			if !ok || len(f.Arguments) == 0 {
				continue
			}
			t.Run(f.Name, func(t *testing.T) { w.triesEach(t, f, d, other) })
			if d.after != nil {
				d.after(w, strings.Fields(d.done)[0])
			}
		}
		if s.log.Len() > 0 {
			t.Errorf("the log takes it for our mistake: %s", s.log)
		}
		if len(other) > 0 {
			t.Errorf("rows that nothing asked for: %v", slices.Sorted(maps.Keys(other)))
		}
	})
}

// triesEach tries every field of a verb.
func (w *world) triesEach(t *testing.T, f *ast.FieldDefinition, d deed, other map[string]string) {
	who, in := w.right(d)
	kept := w.dump(t)
	for _, field := range contract().Types[f.Arguments[0].Type.Name()].Fields {
		for _, bad := range ills(field) {
			if bad.what == "what is not there" {
				id := typeid.ID(fmt.Sprint(in[field.Name]))
				if in[field.Name] == nil {
					continue
				}
				bad.value = typeid.New(id.Prefix())
			}
			row := f.Name + "." + field.Name + " " + bad.what
			want := bad.code
			if said, known := other[row]; known {
				want = said
			}
			delete(other, row)
			given := maps.Clone(in)
			given[field.Name] = bad.value
			a := who.ask(document(d.verb), vars{"in": given})
			got := a.verdict()
			if payload, _ := a.at(f.Name).(map[string]any); payload == nil {
				got = a.code()
			}
			if got != want || a.Status != http.StatusOK {
				t.Errorf("%s: %q, want %q: %.300s", row, got, want, a.Body)
			}
			a.plain(t, row)
			changed := changes(kept, w.dump(t))
			if want != "" && len(changed) > 0 && !strings.HasPrefix(row, "signInConfirm.code ") { // which counts
				t.Errorf("%s left its trace in %v", row, changed)
			}
			if len(changed) > 0 {
				if d.after != nil {
					d.after(w, strings.Fields(d.done)[0])
				}
				who, in = w.right(d)
				kept = w.dump(t)
			}
		}
	}
}
