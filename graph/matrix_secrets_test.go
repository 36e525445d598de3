package graph_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearback/ent/typeid"
)

const after = `query($c: Cursor) { experiences(after: $c) { nodes { id } } services(after: $c) { nodes { id } } changes(after: $c) { nodes { id } } policy(after: $c) { nodes { id } } consentTexts(after: $c) { nodes { id } } viewer {
	voices(after: $c) { totalCount nodes { id story } } voiceQueue(after: $c) { nodes { id story } }
	contributions(after: $c) { totalCount nodes { id story } } steps(after: $c) { totalCount nodes { id words } } changesMyInputLedTo(after: $c) { nodes { id } }
	inbox(after: $c) { nodes { id } } reviewInbox(after: $c) { nodes { id } } responsesGiven(after: $c) { nodes { id } } responseQueue(after: $c) { nodes { id body } } serviceTokens(after: $c) { nodes { id } } channels(after: $c) { nodes { id } } sessions(after: $c) { nodes { id } } passkeys(after: $c) { nodes { id } } moderationQueue(after: $c) { nodes { id story } } memberships(after: $c) { nodes { id } }
	signalled(after: $c) { nodes { id } } signalledVoices(after: $c) { nodes { id story } } safeguardingQueue(after: $c) { nodes { id } } concernsRaised(after: $c) { nodes { state } } } }`

// cursors made by one are used by all the others, in every list; one made by hand points at hidden words.
func (w *world) cursors(t *testing.T) {
	taken := map[string]bool{}
	s := contract()
	for _, part := range []string{"author", "another", "stranger", "staff", "moderator", "moderatorElsewhere"} {
		a := w.asks(t, part, "{ experiences { edges { cursor } } viewer { "+pick(s, "Viewer", 2)+" } }", nil)
		everyCursor(a.Data, taken)
	}
	if len(taken) < 20 {
		t.Fatalf("only %d cursors", len(taken))
	}
	for part := range strings.FieldsSeq(everybody) {
		want := w.expected(part)
		for c := range taken {
			a := w.asks(t, part, after, vars{"c": c})
			for name, ids := range want {
				for _, id := range idsIn(a.at(name+".nodes"), "nodes") {
					if !slices.Contains(ids, id) {
						t.Errorf("%s comes with a cursor to %s in %s", part, id, name)
					}
				}
			}
		}
		w.handmade(t, part)
	}
}

// everyCursor collects what looks like a cursor.
func everyCursor(v any, into map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			everyCursor(one, into)
		}
	case map[string]any:
		for _, name := range []string{"cursor", "endCursor", "startCursor"} {
			if c, ok := v[name].(string); ok {
				into[c] = true
			}
		}
		for _, one := range v {
			everyCursor(one, into)
		}
	}
}

// handmade points at hidden words in every list of experiences: the answer is the same as for an id that names nothing.
func (w *world) handmade(t *testing.T, part string) {
	row := w.DB.Experience.GetX(w.system(), typeid.ID(w.hidden))
	for _, list := range []string{"published", "own", "waiting", "sent", "changes", "steps", "policy", "ownVoices", "voiceQueue", "consentTexts", "reviews", "given", "responseQueue"} {
		for _, at := range []time.Time{row.CreatedAt, row.CreatedAt.Add(24 * time.Hour)} {
			var told []map[string]any
			for _, id := range []typeid.ID{row.ID, typeid.New(typeid.Experience)} {
				text := list + "|" + strconv.FormatInt(at.UnixMicro(), 36) + "|" + string(id)
				told = append(told, w.asks(t, part, after, vars{"c": base64.RawURLEncoding.EncodeToString([]byte(text))}).Data)
			}
			if !has("author moderator lead", part) && !reflect.DeepEqual(told[0], told[1]) {
				t.Errorf("%s can tell hidden words by a cursor: %v and %v", part, told[0], told[1])
			}
		}
	}
}

// strangersToEachOther: what two experiences of one person have in common, two experiences of two people have in common too.
func (w *world) strangersToEachOther(t *testing.T) {
	query := `query($id: ID!) { node(id: $id) { ... on Experience { ` + pick(contract(), "Experience", 0) + ` } } }`
	for part := range strings.FieldsSeq(without(everybody, "author another blind")) {
		seen := map[string]map[string]string{}
		for _, id := range []string{w.published, w.second, w.others} {
			seen[id] = map[string]string{}
			flatten("", w.asks(t, part, query, vars{"id": id}).at("node"), seen[id])
		}
		together, apart := common(seen[w.second], seen[w.published]), common(seen[w.others], seen[w.published])
		for path := range maps.Keys(together) {
			if _, ok := apart[path]; !ok && !strings.HasPrefix(path, ".service.") {
				t.Errorf("%s can join two experiences of one person by %s = %s", part, path, together[path])
			}
		}
	}
}

// voicesApart: what two voices of one person have in common, two voices of two people have in common too.
func (w *world) voicesApart(t *testing.T) {
	query := `query($id: ID!) { node(id: $id) { ... on Voice { ` + pick(contract(), "Voice", 0) + ` } } }`
	for part := range strings.FieldsSeq(without(everybody, "author stranger another blind")) {
		seen := map[string]map[string]string{}
		for _, id := range []string{w.voice, w.echo, w.chorus} {
			seen[id] = map[string]string{}
			flatten("", w.asks(t, part, query, vars{"id": id}).at("node"), seen[id])
		}
		apart := common(seen[w.chorus], seen[w.voice])
		for path, value := range common(seen[w.echo], seen[w.voice]) {
			if _, ok := apart[path]; !ok {
				t.Errorf("%s can join two voices of one person by %s = %s", part, path, value)
			}
		}
	}
}

// flatten gives every value with its place.
func flatten(at string, v any, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, one := range v {
			flatten(at+"."+name, one, into)
		}
	case []any:
		for i, one := range v {
			flatten(fmt.Sprintf("%s.%d", at, i), one, into)
		}
	default:
		text, _ := json.Marshal(v)
		into[at] = string(text)
	}
}

func common(a, b map[string]string) map[string]string {
	both := map[string]string{}
	for path, value := range a {
		if b[path] == value {
			both[path] = value
		}
	}
	return both
}
