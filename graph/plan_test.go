package graph_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"entgo.io/ent/dialect"

	"hearback/auth"
	"hearback/ent/generated/ent"
)

// rows is how many experiences the plans are looked at with; HEARBACK_ROWS=200000 is the size that is published.
func rows(t testing.TB) int {
	n, err := strconv.Atoi(os.Getenv("HEARBACK_ROWS"))
	if err != nil {
		n = 20_000
	}
	return n
}

// Every list walks an index from where the page begins: no table is read whole or sorted, on page 1 as on a page deep inside.
func TestPlansOfTheLists(t *testing.T) {
	lengthy(t, "it fills a database with thousands of experiences")
	tell(t, func(t *testing.T, s *stage) {
		l := fill(t, s.db, rows(t))
		me := s.contributor("Pat")
		staff, moderator := s.somebody("Sam", auth.Staff, nil), s.somebody("Mo", auth.Moderator, nil)
		root := s.somebody("Lee", auth.Administrator, nil)
		spy := s.spy()
		for _, q := range []struct {
			name, list, query string
			of                *person
		}{
			{"feed", "experiences", `query($a: Cursor, $id: ID!) { experiences(first: 20, after: $a) { nodes { id } pageInfo { endCursor } } }`, s.nobody()},
			{"feed of a service", "experiences", `query($a: Cursor, $id: ID!) { experiences(where: {serviceId: $id}, first: 20, after: $a) { nodes { id } pageInfo { endCursor } } }`, s.nobody()},
			{"feed as seen by somebody", "experiences", `query($a: Cursor, $id: ID!) { experiences(first: 20, after: $a) { nodes { id } pageInfo { endCursor } } }`, me},
			{"changes", "changes", `query($a: Cursor, $id: ID!) { changes(first: 20, after: $a) { nodes { id } pageInfo { endCursor } } }`, s.nobody()},
			{"changes of a service", "changes", `query($a: Cursor, $id: ID!) { changes(where: {serviceId: $id}, first: 2, after: $a) { nodes { id } pageInfo { endCursor } } }`, s.nobody()},
			{"services", "services", `query($a: Cursor, $id: ID!) { services(first: 20, after: $a) { nodes { id } pageInfo { endCursor } } }`, s.nobody()},
			{"services by name", "services", `query($a: Cursor, $id: ID!) { services(where: {name: "ward 1"}, first: 5, after: $a) { nodes { id } pageInfo { endCursor } } }`, s.nobody()},
			{"contributions", "viewer.contributions", `query($a: Cursor, $id: ID!) { viewer { contributions(first: 20, after: $a) { nodes { id } pageInfo { endCursor } } } }`, me},
			{"steps", "viewer.steps", `query($a: Cursor, $id: ID!) { viewer { steps(first: 20, after: $a) { nodes { id } pageInfo { endCursor } } } }`, me},
			{"inbox of everywhere", "viewer.inbox", `query($a: Cursor) { viewer { inbox(first: 20, after: $a) { nodes { id } pageInfo { endCursor } } } }`, staff},
			{"queue of everywhere", "viewer.moderationQueue", `query($a: Cursor) { viewer { moderationQueue(first: 20, after: $a) { nodes { id } pageInfo { endCursor } } } }`, moderator},
			{"queue of what is held", "viewer.moderationQueue", `query($a: Cursor) { viewer { moderationQueue(where: {state: HELD}, first: 20, after: $a) { nodes { id } pageInfo { endCursor } } } }`, moderator},
			{"queue of what nobody reads", "viewer.moderationQueue", `query($a: Cursor) { viewer { moderationQueue(where: {claim: FREE, appealed: false, relationship: [PATIENT]}, first: 20, after: $a) { nodes { id } pageInfo { endCursor } } } }`, moderator},
			{"queue of appeals", "viewer.moderationQueue", `query($a: Cursor) { viewer { moderationQueue(where: {appealed: true, hasSignals: false}, first: 20, after: $a) { nodes { id } pageInfo { endCursor } } } }`, moderator},
			{"channels", "viewer.channels", `query($a: Cursor) { viewer { channels(first: 5, after: $a) { nodes { id } pageInfo { endCursor } } } }`, me},
			{"steps not read", "viewer.steps", `query($a: Cursor) { viewer { steps(unread: true, first: 20, after: $a) { nodes { id } pageInfo { endCursor } } } }`, me},
			{"service tokens", "viewer.serviceTokens", `query($a: Cursor) { viewer { serviceTokens(first: 5, after: $a) { nodes { id } pageInfo { endCursor } } } }`, root},
			{"passkeys", "viewer.passkeys", `query($a: Cursor) { viewer { passkeys(first: 5, after: $a) { nodes { id } pageInfo { endCursor } } } }`, root},
			{"policy", "policy", `query($a: Cursor) { policy(first: 5, after: $a) { nodes { id } pageInfo { endCursor } } }`, s.nobody()},
		} {
			var after any
			for page := range 2 {
				query := strings.ReplaceAll(q.query, ", $id: ID!", "")
				v := vars{"a": after}
				if strings.Contains(query, "$id") {
					query, v["id"] = q.query, l.services[3]
				}
				got := q.of.get(query, v, q.list)
				if plan := s.explain(spy.last()); wholeTable(plan) {
					t.Errorf("%s, page %d:\n%s\n%s", q.name, page+1, plan, spy.last().query)
				}
				after = dig(got, "pageInfo.endCursor")
			}
		}
		begun := len(spy.asked) // what changed at a place and below is sorted: as many as these places made
		s.nobody().get(`query($id: ID!) { whatChangedHere(serviceId: $id, first: 2) { nodes { id } } node(id: $id) { ... on Service { listening { quarter } } } }`, vars{"id": l.services[3]}, "")
		for _, asked := range spy.asked[begun:] {
			if plan := s.explain(asked); regexp.MustCompile(`(?m)Seq Scan on|^SCAN \w+`).MatchString(plan) {
				t.Errorf("a table is read whole:\n%s\n%s", plan, asked.query)
			}
		}
	})
}

// A list inside a list stops early in every parent's part of an index, whatever the planner knows of the tables.
func TestPlansOfListsInsideLists(t *testing.T) {
	lengthy(t, "it fills a database with thousands of experiences")
	tell(t, func(t *testing.T, s *stage) {
		fill(t, s.db, rows(t)/4)
		spy := s.spy()
		s.nobody().get(`{ services(first: 20) { nodes { experiences(first: 3) { nodes { echoes { __typename } viewerEchoes conversation(first: 2) { nodes { body } } responses(first: 3) { totalCount nodes { body } } ledTo(first: 3) { nodes { change { title } } } } } changes(first: 2) { nodes { origins(first: 2) { nodes { id } } } } } } }`, nil, "")
		for _, asked := range spy.asked {
			if plan := s.explain(asked); regexp.MustCompile(`(?m)Seq Scan on (experiences|responses|origins|changes|messages|echoes)|^SCAN (t|experiences|responses|origins|messages|echoes)\b`).MatchString(plan) {
				t.Errorf("a table is read whole:\n%s\n%s", plan, asked.query)
			}
		}
		begun := len(spy.asked)
		s.nobody().get(`{ services(first: 20) { nodes { changes(first: 2) { nodes { spreadTo(first: 2) { nodes { id } } measures(first: 2) { nodes { chart { runs } readings(first: 2) { nodes { id } } } } verdictRounds(first: 2) { totalCount nodes { enough verdicts(first: 2) { nodes { id } } } } } }
			themes(first: 2) { nodes { agreement { says } evidence(first: 2) { totalCount nodes { experience { themes(first: 2) { nodes { id } } } } } history(first: 2) { nodes { id } } priorities(first: 2) { nodes { id } } } }
			priorityRounds(first: 1) { nodes { voters { side } attendees(first: 2) { nodes { name } } priorities(first: 2) { nodes { votes { side } hands { side } viewerVoted } } } } priorities(state: CHOSEN, first: 2) { nodes { id } } owed: priorities(overdue: true, first: 2) { nodes { id actions(first: 2) { nodes { changes(first: 2) { nodes { id } } } } } }
			actions(first: 2) { nodes { escalation { to { name } } } } undone: actions(overdue: true, first: 2) { nodes { id } } escalations(first: 2) { nodes { id } } waiting: escalations(waiting: true, first: 2) { nodes { id } } } } }`, nil, "")
		for _, asked := range spy.asked[begun:] {
			if plan := s.explain(asked); regexp.MustCompile(`(?m)Seq Scan on (changes|verdict_rounds|verdicts|themes|evidence|themings|priority_rounds|priorities|attendees|priority_votes|actions|measures|measure_readings)|^SCAN (t|measures|measure_readings|verdict_rounds|verdicts|themes|evidence|themings|priority_rounds|priorities|attendees|priority_votes|actions)\b`).MatchString(plan) {
				t.Errorf("a table is read whole:\n%s\n%s", plan, asked.query)
			}
		}
		if len(spy.asked) < 24 {
			t.Errorf("only %d statements were looked at", len(spy.asked))
		}
	})
}

// wholeTable tells whether a plan reads a table from end to end or sorts what it read. (An incremental sort by the id within
// equal values that are unique sorts nothing.)
func wholeTable(plan string) bool {
	return regexp.MustCompile(`(?m)Seq Scan on|^SCAN \w+\s*$|(^|-> +)Sort +\(|TEMP B-TREE`).MatchString(plan)
}

// spy is a driver that keeps the questions it was asked.
type spy struct {
	dialect.Driver
	guard sync.Mutex
	asked []question
}

type question struct {
	query string
	args  []any
}

func (s *spy) last() question { return s.asked[len(s.asked)-1] }

func (s *stage) spy() *spy {
	seen := &spy{Driver: s.db.Store.Driver()}
	s.House.DB = ent.NewClient(ent.Driver(seen))
	return seen
}

func (s *spy) Query(ctx context.Context, query string, args, v any) error {
	s.note(query, args)
	return s.Driver.Query(ctx, query, args, v)
}

func (s *spy) note(query string, args any) {
	s.guard.Lock()
	s.asked = append(s.asked, question{query, args.([]any)})
	s.guard.Unlock()
}

// explain asks the database how it answers a question when it may neither read a table whole nor sort.
func (s *stage) explain(asked question) string {
	// Small tables are rightly read whole; what must be shown is that no list needs it.
	return s.explainWithout(asked, "seqscan", "sort", "bitmapscan")
}

// explainWithout asks the database how it answers a question; PostgreSQL does without these ways.
func (s *stage) explainWithout(asked question, ways ...string) string {
	tx, err := s.db.Store.DB().Begin()
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	word := "EXPLAIN QUERY PLAN "
	if s.db.Store.Dialect() == dialect.Postgres {
		word = "EXPLAIN "
		for _, way := range ways {
			if _, err := tx.Exec("SET LOCAL enable_" + way + " = off"); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	found, err := tx.Query(word+asked.query, asked.args...)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	var plan strings.Builder
	for found.Next() {
		columns, _ := found.Columns()
		cells, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			places[i] = &cells[i]
		}
		if err := found.Scan(places...); err != nil {
			s.t.Fatal(err)
		}
		fmt.Fprintln(&plan, cells[len(cells)-1])
	}
	return plan.String()
}
