package graph_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"hearback/ent/dbtest"
	"hearback/ent/typeid"
)

// load is a busy installation: many services, each experience with three responses and three changes of its
// service, which its author agrees to.
type load struct {
	services []typeid.ID
	author   typeid.ID // who wrote twenty of them
	one      typeid.ID
}

const (
	perService       = 200
	perAuthor        = 20
	themesPerService = 20 // the first of them has evidence
)

// fill puts n experiences into a database, the newest first of each service answered and linked.
func fill(t testing.TB, db *dbtest.DB, n int) load {
	t.Helper()
	in := &sack{t: t, db: db.Store.DB(), postgres: db.Store.Dialect() == dialect.Postgres}
	l := load{}
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	var people, services, changes, experiences, consents, responses, origins, rounds, verdicts, themes, evidence, themings, choosings, priorities, attendees, actions, messages, echoes [][]any
	var agreed string
	if err := in.db.QueryRow("SELECT id FROM consent_texts WHERE purpose = 'THEME_ANALYSIS'").Scan(&agreed); err != nil {
		t.Fatal(err)
	}
	for i := range n/perService + 1 {
		id := typeid.New(typeid.Service)
		l.services = append(l.services, id)
		services = append(services, []any{id, now, fmt.Sprint("Ward ", i), fmt.Sprint("ward ", i), "WARD", string(id) + "/"})
		for range themesPerService {
			theme := typeid.New(typeid.Theme)
			themes = append(themes, []any{theme, now, "f", id, id, "The wait", "I know how long I will wait."})
			themings = append(themings, []any{typeid.New(typeid.Theming), now, theme, "CREATED", id, "Sam"})
		}
		for k := range themesPerService / 2 {
			round := typeid.New(typeid.PriorityRound)
			choosings = append(choosings, []any{round, now, "f", id, id, "Sam", id, "Sam", "What first?", now, now, "Sam"})
			for n := range 3 {
				state := []any{"CHOSEN", now}
				if k%2 == 0 {
					state = []any{"OWED_REASON", nil}
				}
				priorities = append(priorities, append([]any{typeid.New(typeid.Priority), now, "f", id, round, themes[len(themes)-1-n][0], id, "Sam", true, "It matters.", now}, state...))
				actions = append(actions, []any{typeid.New(typeid.Action), now, "f", id, priorities[len(priorities)-1][0], id, id, "Sam", "A board.", now, "NEEDS_ORGANISATION", "AGREED", id, now})
				attendees = append(attendees, []any{typeid.New(typeid.Attendee), now, round, "STAFF", "Sam"})
			}
		}
		for range 3 {
			c, r := typeid.New(typeid.Change), typeid.New(typeid.VerdictRound)
			rounds = append(rounds, []any{r, now, "f", c, 1, id, "Sam", 3, 2, now, "Sam", "Thank you."})
			for range 3 {
				verdicts = append(verdicts, []any{typeid.New(typeid.Verdict), now, r, typeid.New(typeid.Person), id, "HELPED", "It is better."})
			}
			changes = append(changes, []any{c, now, "f", id, id, "A board that says how long", "Nobody waits without knowing why.", "TESTING", "", 1, now})
		}
	}
	var author typeid.ID
	story := strings.Repeat("We waited a long time and nobody told us why, but the nurse was kind. ", 6)
	for i := range n {
		if i%perAuthor == 0 {
			author = typeid.New(typeid.Person)
			people = append(people, []any{author, now, "", 0})
		}
		at, id, ward := now.Add(-time.Duration(i)*time.Minute), typeid.New(typeid.Experience), i%len(l.services)
		experiences = append(experiences, []any{id, at, "f", author, l.services[ward], "PATIENT", "Robin", "TELL", "", story, "The nurse", "The wait", "[]", "", "PUBLISHED", 1, at, at.Format("2006-01"), at})
		consents = append(consents, []any{typeid.New(typeid.Consent), at, author, "THEME_ANALYSIS", agreed, id})
		for range 3 {
			responses = append(responses, []any{typeid.New(typeid.Response), at, "f", id, l.services[ward], author, "Sam", "Ward sister", "Thank you for telling us. We are sorry that nobody told you why you had to wait."})
		}
		if i%5 == 0 {
			messages = append(messages, []any{typeid.New(typeid.Message), at, "f", id, l.services[ward], author, "TELLER", "It was long.", ""})
			echoes = append(echoes, []any{typeid.New(typeid.Echo), at, id, typeid.New(typeid.Person)})
		}
		evidence = append(evidence, []any{typeid.New(typeid.Evidence), at, "f", themes[ward*themesPerService][0], id, author, "Sam", "NOT_WORKING", "You said so."})
		for k := range 3 {
			origins = append(origins, []any{typeid.New(typeid.Origin), at, "f", changes[ward*3+k][0], id, author, "Sam", "You said that nobody told you."})
		}
		if i == n/2 {
			l.author, l.one = author, id
		}
	}
	in.put("people", "id created_at name steps", people)
	in.put("services", "id created_at name sort_name kind path", services)
	in.put("changes", "id created_at fingerprint service_id proposed_by_id title difference state reason version moved_at", changes)
	in.put("experiences", "id created_at fingerprint author_id service_id relationship display_name intention question story what_was_good could_be_better feelings happened_in state version published_at published_month answered_at", experiences)
	in.put("consents", "id created_at person_id purpose text_id experience_id", consents)
	in.put("messages", "id created_at fingerprint experience_id service_id author_id part body signals", messages)
	in.put("echoes", "id created_at experience_id person_id", echoes)
	in.put("responses", "id created_at fingerprint experience_id service_id author_id author_name author_title body", responses)
	in.put("origins", "id created_at fingerprint change_id experience_id linked_by_id linked_by_name why", origins)
	in.put("themes", "id created_at fingerprint service_id made_by_id title statement", themes)
	in.put("evidence", "id created_at fingerprint theme_id experience_id added_by_id added_by_name says why", evidence)
	in.put("themings", "id created_at theme_id kind author_id author_name", themings)
	in.put("priority_rounds", "id created_at fingerprint service_id opened_by_id opened_by_name owner_id owner_name title decide_by closed_at closed_by_name", choosings)
	in.put("priorities", "id created_at fingerprint service_id round_id theme_id put_up_by_id put_up_by_name by_patients why answer_by state answered_at", priorities)
	in.put("actions", "id created_at fingerprint service_id priority_id made_by_id owner_id owner_name what due_at control state escalated_to_id answer_by", actions)
	in.put("attendees", "id created_at round_id side name", attendees)
	in.put("verdict_rounds", "id created_at fingerprint change_id change_version opened_by_id opened_by_name asked needed closed_at closed_by_name note", rounds)
	in.put("verdicts", "id created_at round_id person_id experience_id answer words", verdicts)
	in.do("ANALYZE")
	return l
}

// sack puts many rows into a table at once.
type sack struct {
	t        testing.TB
	db       *sql.DB
	postgres bool
}

func (s *sack) do(statement string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(statement, args...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sack) put(table, columns string, rows [][]any) {
	s.t.Helper()
	names := strings.Fields(columns)
	tx, err := s.db.Begin()
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if s.postgres {
		if _, err := tx.Exec("SET LOCAL statement_timeout = 0"); err != nil {
			s.t.Fatal(err)
		}
	}
	statement := "INSERT INTO " + table + " (" + strings.Join(names, ",") + ") VALUES (" + strings.TrimSuffix(strings.Repeat("?,", len(names)), ",") + ")"
	if s.postgres {
		statement = "COPY " + table + " (" + strings.Join(names, ",") + ") FROM STDIN"
	}
	into, err := tx.Prepare(statement)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, row := range rows {
		if _, err := into.Exec(row...); err != nil {
			s.t.Fatal(table, err)
		}
	}
	if s.postgres {
		if _, err := into.Exec(); err != nil {
			s.t.Fatal(table, err)
		}
	}
	if err := tx.Commit(); err != nil {
		s.t.Fatal(err)
	}
}
