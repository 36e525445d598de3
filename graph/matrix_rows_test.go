package graph_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/query"
	"hearback/ent/typeid"
)

// The rules on the rows are the law: they hold for whoever comes past the notices on the doors.
func TestMatrixRows(t *testing.T) {
	lengthy(t, "it asks a great deal, one question after the other")
	tell(t, func(t *testing.T, s *stage) {
		w := stageMatrix(t, s)
		w.cast["author"].share(w.ward, "PATIENT", "One more, so that there is a sign-in, a session and an invitation of each kind.")
		w.rest()
		t.Run("EveryNounHasItsLines", w.everyNoun)
		t.Run("Seen", w.seenRows)
		t.Run("SeenThroughEdges", w.seenThroughEdges)
		t.Run("Touched", w.touched)
		t.Run("TouchedAllAtOnce", w.touchedAtOnce)
		t.Run("DroppedAllAtOnce", w.droppedAtOnce)
		t.Run("NotTouchedThroughEdges", w.throughEdges)
	})
}

// rest puts rows of the remaining nouns on the stage.
func (w *world) rest() {
	address(w, "")
	letter(w, "stranger")
	invitationCode(w, "")
	for _, e := range w.DB.Experience.Query().AllX(w.system()) {
		if _, ok := w.things[string(e.ID)]; !ok {
			w.see("author moderator lead", "author", "moderator", string(e.ID))
		}
	}
	w.agreements()
	w.DB.PasskeyChallenge.Create().SetCreatedAt(w.clock.Now()).SetChallengeHash("x").SetPersonID(w.person("staff")).SetExpiresAt(w.clock.Now()).ExecX(w.system())
	w.DB.Spent.Create().SetID(typeid.New(typeid.Origin)).SetCreatedAt(w.clock.Now()).ExecX(w.system())
}

// as is a context in which somebody asks.
func (w *world) as(t testing.TB, part string) context.Context {
	p := w.cast[part]
	if p.token == "" {
		return auth.NewContext(t.Context(), auth.Nobody())
	}
	claims, err := w.Flow.Tokens.Verify(p.token)
	if err != nil {
		t.Fatal(err)
	}
	v, err := query.Viewer(t.Context(), w.DB, claims, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return auth.NewContext(t.Context(), v)
}

// allowed does something in a transaction that is then taken back, and tells whether it was allowed.
func (w *world) allowed(ctx context.Context, t *testing.T, do func(context.Context, *ent.Client) error) bool {
	t.Helper()
	tx, err := w.DB.Tx(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	err = do(ctx, tx.Client())
	if err != nil && !errors.Is(err, privacy.Deny) && !ent.IsNotFound(err) {
		t.Errorf("neither allowed nor refused: %v", err)
	}
	return err == nil
}

// nouns are the clients of all nouns, by name.
func nouns(c *ent.Client) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && strings.HasSuffix(f.Type.String(), "Client") {
			all[f.Name] = v.Field(i)
		}
	}
	return all
}

// call calls a method by its name and gives what it gives first.
func call(v reflect.Value, name string, args ...any) reflect.Value {
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.ValueOf(a)
	}
	return v.MethodByName(name).Call(in)[0]
}

// idsOf reads the ids that a query gives.
func idsOf(ctx context.Context, q reflect.Value) ([]string, error) {
	out := q.MethodByName("IDs").Call([]reflect.Value{reflect.ValueOf(ctx)})
	err, _ := out[1].Interface().(error)
	ids := list(out[0].Interface().([]typeid.ID))
	slices.Sort(ids)
	return slices.Compact(ids), err
}

func (w *world) everyNoun(t *testing.T) {
	said := map[string]bool{}
	for _, r := range touches() {
		said[r.noun+" "+strings.Fields(r.what)[0]] = true
	}
	for name := range nouns(w.DB) {
		for _, what := range []string{"make", "change", "drop"} {
			if !said[name+" "+what] {
				t.Errorf("%s has no line for %s: say who may in touches() of graph/matrix_touch_test.go", name, what)
			}
		}
	}
}

// rowsFor are the rows of a noun that somebody may see: what is on the stage, their own sessions and passkeys, and nothing else.
func (w *world) rowsFor(t *testing.T, noun, part string) []string {
	all, err := idsOf(w.system(), call(nouns(w.DB)[noun], "Query"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(id string) bool {
		if noun == "AuditEntry" { // which grows as people read
			return part != "root"
		}
		if has("Session Passkey", noun) {
			return !w.ownWayIn(part, id)
		}
		return !has(w.things[id].seen, part)
	})
}

func (w *world) seenRows(t *testing.T) {
	for part := range strings.FieldsSeq(everybody) {
		ctx := w.as(t, part)
		for noun, c := range nouns(w.DB) {
			got, err := idsOf(ctx, call(c, "Query"))
			if want := w.rowsFor(t, noun, part); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %s shows %v (%v), want %v", part, noun, got, err, want)
			}
		}
	}
}

// seenThroughEdges follows every edge of every noun from all the rows that somebody sees.
func (w *world) seenThroughEdges(t *testing.T) {
	for part := range strings.FieldsSeq(everybody) {
		ctx := w.as(t, part)
		for noun, c := range nouns(w.DB) {
			q := call(c, "Query")
			for m := range q.Type().Methods() {
				if !strings.HasPrefix(m.Name, "Query") || m.Type.NumIn() != 1 {
					continue
				}
				beyond := call(q, m.Name)
				to := strings.TrimSuffix(strings.TrimPrefix(beyond.Type().String(), "*ent."), "Query")
				got, err := idsOf(ctx, beyond)
				may := w.rowsFor(t, to, part)
				if err != nil || slices.ContainsFunc(got, func(id string) bool { return !slices.Contains(may, id) }) {
					t.Errorf("%s: %s.%s shows %v (%v), more than %v", part, noun, m.Name, got, err, may)
				}
			}
		}
	}
}

func (w *world) touched(t *testing.T) {
	for _, r := range touches() {
		for part := range strings.FieldsSeq(everybody) {
			ok := w.allowed(w.as(t, part), t, func(ctx context.Context, c *ent.Client) error { return r.do(ctx, c, w, part) })
			if ok != has(r.may, part) {
				t.Errorf("%s: %s %s is allowed: %v, and should be: %v", part, r.noun, r.what, ok, !ok)
			}
		}
	}
}

// touchedAtOnce changes all rows of a noun without saying which: the rules leave those that are somebody's to change.
func (w *world) touchedAtOnce(t *testing.T) {
	for noun, r := range map[string]struct {
		counts map[string]int
		do     func(context.Context, *ent.Client) (int, error)
	}{
		"Experience": {map[string]int{"author": 9, "blind": 9, "another": 1, "stranger": 2, "moderator": 13, "moderatorElsewhere": 2}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Experience.Update().SetDisplayName("Somebody").Save(ctx)
		}},
		"Concern": {map[string]int{"lead": 2}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Concern.Update().SetOutcome("Another").Save(ctx)
		}},
		"Change": {map[string]int{"staff": 2, "facilitator": 2, "above": 3, "sibling": 1}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Change.Update().SetTitle("Another").Save(ctx)
		}},
		"Service": {map[string]int{"root": 4, "administrator": 1, "administratorElsewhere": 1}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Service.Update().SetName("Another").Save(ctx)
		}},
		"Theme": {map[string]int{"staff": 2, "facilitator": 2, "above": 3, "sibling": 1}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Theme.Update().SetTitle("Another").Save(ctx)
		}},
		"PriorityRound": {map[string]int{"staff": 2, "facilitator": 2, "above": 2}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.PriorityRound.Update().SetNote("Other words.").Save(ctx)
		}},
		"Priority": {map[string]int{"staff": 2, "facilitator": 2, "above": 2}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Priority.Update().SetReason("Other words.").Save(ctx)
		}},
		"Action": {map[string]int{"staff": 3, "facilitator": 3, "above": 3, "sibling": 2}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Action.Update().SetReason("Other words.").Save(ctx)
		}},
		"VerdictRound": {map[string]int{"staff": 2, "facilitator": 2, "above": 3, "sibling": 1}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.VerdictRound.Update().SetNote("Other words.").Save(ctx)
		}},
		"Verdict": {map[string]int{"author": 2, "blind": 2, "another": 2}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Verdict.Update().SetAnswer(verdict.AnswerPartly).Save(ctx)
		}},
		"Voice": {map[string]int{"stranger": 3, "another": 2, "moderator": 5}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Voice.Update().SetDisplayName("Somebody").Save(ctx)
		}},
		"Consent": {w.agreeing(), func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Consent.Update().SetTakenBackAt(time.Now()).Save(ctx)
		}},
		"Membership": {map[string]int{"root": 18, "administrator": 11, "administratorElsewhere": 3}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Membership.Update().SetEndedAt(time.Now()).Save(ctx)
		}},
		"Channel": {map[string]int{"author": 1, "blind": 1}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Channel.Update().SetWants("ANSWERS").Save(ctx)
		}},
		"ServiceToken": {map[string]int{"administrator": 2, "root": 2}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.ServiceToken.Update().SetRotatedAt(time.Now()).Save(ctx)
		}},
		"Response": {map[string]int{"staff": 4, "facilitator": 2, "moderator": 6}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Response.Update().SetBody("Other words.").Save(ctx)
		}},
		"Membership (trusted)": {map[string]int{"root": 17, "administrator": 10, "moderator": 5, "administratorElsewhere": 2, "moderatorElsewhere": 1}, func(ctx context.Context, c *ent.Client) (int, error) {
			return c.Membership.Update().SetTrusted(true).Save(ctx)
		}},
	} {
		for part := range strings.FieldsSeq(everybody) {
			n := 0
			w.allowed(w.as(t, part), t, func(ctx context.Context, c *ent.Client) (err error) {
				n, err = r.do(ctx, c)
				return err
			})
			if n != r.counts[part] {
				t.Errorf("%s changes %d rows of %s at once, want %d", part, n, noun, r.counts[part])
			}
		}
	}
}

// agreeing is how many consents of each hold, which is what they may take back.
func (w *world) agreeing() map[string]int {
	counts := map[string]int{}
	for _, c := range w.DB.Consent.Query().Where(consent.TakenBackAtIsNil()).AllX(w.system()) {
		counts[w.who(c.PersonID)]++
	}
	counts["blind"] = counts["author"]
	return counts
}

// droppedAtOnce deletes all rows of a noun without saying which. Only links can be taken back, and ways of being told closed.
func (w *world) droppedAtOnce(t *testing.T) {
	links := map[string]map[string]int{
		"Origin":       {"staff": 4, "facilitator": 4, "above": 4},
		"Evidence":     {"staff": 2, "facilitator": 2, "above": 2},
		"PriorityVote": {"author": 1, "blind": 1},
		"Echo":         {"another": 1},
		"Channel":      {"author": 1, "blind": 1},
	}
	for part := range strings.FieldsSeq(everybody) {
		for _, noun := range slices.Sorted(maps.Keys(nouns(w.DB))) {
			n := 0
			w.allowed(w.as(t, part), t, func(ctx context.Context, c *ent.Client) error {
				out := call(nouns(c)[noun], "Delete").MethodByName("Exec").Call([]reflect.Value{reflect.ValueOf(ctx)})
				n = int(out[0].Int())
				err, _ := out[1].Interface().(error)
				return err
			})
			if want := links[noun][part]; n != want {
				t.Errorf("%s deletes %d rows of %s at once, want %d", part, n, noun, want)
			}
		}
	}
}

// throughEdges tries to write to other rows by the edges of a row that somebody may change or make: an edge would put a
// stranger's row into one's own hands without asking the rules of that row.
func (w *world) throughEdges(t *testing.T) {
	tried := 0
	for part := range strings.FieldsSeq(everybody) {
		for _, r := range handholds() {
			if !has(r.may, part) {
				continue
			}
			for m := range reflect.TypeOf(r.builder(w.DB, w, part)).Methods() {
				if writesEdge(m) {
					tried += w.edge(t, r, part, m.Name)
				}
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d edges were tried", tried)
	}
}

// writesEdge tells a method that may add, remove or clear what an edge points at.
func writesEdge(m reflect.Method) bool {
	byID := (strings.HasPrefix(m.Name, "Add") || strings.HasPrefix(m.Name, "Remove")) && strings.HasSuffix(m.Name, "IDs")
	return byID || strings.HasPrefix(m.Name, "Clear") && m.Type.NumIn() == 1
}

// edge tries one of these methods and gives 1 when it was about an edge.
func (w *world) edge(t *testing.T, r handhold, part, method string) (tried int) {
	t.Helper()
	w.allowed(w.as(t, part), t, func(ctx context.Context, c *ent.Client) error {
		b := reflect.ValueOf(r.builder(c, w, part))
		var in []reflect.Value
		if !strings.HasPrefix(method, "Clear") {
			in = append(in, reflect.ValueOf(typeid.New(typeid.Experience)))
		}
		b.MethodByName(method).Call(in)
		m := call(b, "Mutation").Interface().(ent.Mutation)
		if strings.HasPrefix(method, "Clear") && len(m.ClearedEdges()) == 0 {
			return nil
		}
		tried = 1
		err, _ := b.MethodByName("Save").Call([]reflect.Value{reflect.ValueOf(ctx)})[1].Interface().(error)
		if !errors.Is(err, privacy.Deny) {
			t.Errorf("%s may %s through a %s: %v", part, method, b.Type(), err)
		}
		return nil
	})
	return tried
}
