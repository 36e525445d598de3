package graph_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent/experience"
)

// Everybody who may listen hears what is for them, and the first thing that they hear is that: nothing came before.
func TestMatrixStreams(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		w := stageMatrix(t, s)
		server, schema := w.server(), contract()
		published := `subscription { experiencePublished(within: "` + string(w.ward.ID) + `") { ` + pick(schema, "Experience", 1) + ` } }`
		steps := `subscription { stepTaken { ` + pick(schema, "Step", 1) + ` } }`
		w.closedTo(t, server, published, "gone "+without(everybody, streams()["experiencePublished"]))
		w.closedTo(t, server, steps, "gone "+without(everybody, streams()["stepTaken"]))

		moved := `subscription { concernMoved { ` + pick(schema, "Concern", 1) + ` } }`
		w.closedTo(t, server, moved, "gone "+without(everybody, streams()["concernMoved"]))
		leads := w.cast["lead"].hear(server, moved)
		w.listening(w.cast["lead"])
		worry := w.cast["moderator"].raises(w.loud("author"), "LOW", "I worry.")
		if got := w.hears(t, "lead", leads); dig(got, "data.concernMoved.id") != worry {
			t.Errorf("the lead hears %v, not of %s", got, worry)
		}

		news, told := map[string]stream{}, map[string]stream{}
		for part := range strings.FieldsSeq(streams()["experiencePublished"]) {
			news[part] = w.cast[part].hear(server, published)
			w.listening(w.cast[part])
		}
		for part := range strings.FieldsSeq(streams()["stepTaken"]) {
			told[part] = w.cast[part].hear(server, steps)
			w.listening(w.cast[part])
		}
		chief := w.somebody("Chief", auth.Moderator, w.trust)
		fresh(w, "") // hidden words: nobody hears of them
		chief.publish(w.elsewhere)
		delete(w.things, w.elsewhere)
		first := w.loud("author")
		chief.publish(first)
		for part, heard := range news {
			if got := w.hears(t, part, heard); dig(got, "data.experiencePublished.id") != first {
				t.Errorf("%s hears %v, not %s", part, got, first)
			}
		}
		for part, heard := range told {
			own := first
			if part != "author" {
				own = w.unread(part)
				chief.publish(own)
			}
			if part == "stranger" { // whose words on the other ward were published just now
				own = w.elsewhere
			}
			got := w.hears(t, part, heard)
			if dig(got, "data.stepTaken.experience.id") != own || dig(got, "data.stepTaken.experience.viewerIsAuthor") != true {
				t.Errorf("%s hears %v, not of their own %s", part, got, own)
			}
		}
	})
}

// unread is an experience of somebody, whatever their token may write.
func (w *world) unread(part string) string {
	return string(w.agreed(w.DB.Experience.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetAuthorID(w.person(part)).SetServiceID(w.ward.ID).
		SetRelationship(experience.RelationshipStaff).SetDisplayName("Anonymous").SetIntention(experience.IntentionTell).SetStory("It was loud.").
		SetState(experience.StateInModeration).SaveX(w.system())).ID)
}

// hears gives the next thing that somebody hears, looked through like every answer.
func (w *world) hears(t *testing.T, part string, heard stream) map[string]any {
	t.Helper()
	got := heard.next(t)
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	w.clean(t, part, string(text))
	return got
}

// closedTo fails when one of these gets to listen.
func (w *world) closedTo(t *testing.T, server *httptest.Server, query, parts string) {
	t.Helper()
	for part := range strings.FieldsSeq(parts) {
		body := w.knock(t, server, part, query)
		code := map[bool]string{true: "UNAUTHENTICATED", false: "FORBIDDEN"}[has("nobody gone", part)]
		if !strings.Contains(body, `"`+code+`"`) {
			t.Errorf("%s listens to %s: %s", part, query, body)
		}
		w.clean(t, part, body)
	}
}

// knock subscribes and gives all that comes until the server ends it.
func (w *world) knock(t *testing.T, server *httptest.Server, part, query string) string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	body, _ := json.Marshal(vars{"query": query})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if token := w.cast[part].token; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Errorf("%s is let in to listen: %v", part, err)
	}
	return string(all)
}
