package graph_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"hearback/ent/dbtest"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

const feed = `query($id: ID!) { experiences(where: {serviceId: $id}, first: 20) { nodes { id displayName relationship story whatWasGood couldBeBetter publishedAt
  responses(first: 3) { nodes { authorName authorTitle body } } ledTo(first: 3) { nodes { why change { id title state } } } } } }`

// The floor: what a handler costs that knows nothing but this one question, in one statement written by hand.
const (
	floorPostgres = `SELECT json_build_object('data', json_build_object('experiences', json_build_object('nodes', coalesce(json_agg(j), '[]')))) FROM (SELECT json_build_object(
  'id', e.id, 'displayName', e.display_name, 'relationship', e.relationship, 'story', e.story, 'whatWasGood', e.what_was_good, 'couldBeBetter', e.could_be_better,
  'publishedAt', to_char(e.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'responses', (SELECT json_build_object('nodes', coalesce(json_agg(json_build_object('authorName', author_name, 'authorTitle', author_title, 'body', body)), '[]')) FROM (SELECT * FROM responses WHERE experience_id = e.id ORDER BY created_at, id LIMIT 3) r),
  'ledTo', (SELECT json_build_object('nodes', coalesce(json_agg(json_build_object('why', why, 'change', json_build_object('id', c.id, 'title', c.title, 'state', c.state)) ORDER BY o.created_at, o.id), '[]'))
    FROM (SELECT * FROM origins WHERE experience_id = e.id ORDER BY created_at, id LIMIT 3) o JOIN changes c ON c.id = o.change_id)) AS j
  FROM experiences e WHERE e.service_id = $1 AND e.state = 'PUBLISHED' ORDER BY e.published_at DESC, e.id DESC LIMIT 20) x`
	floorSQLite = `SELECT json_object('data', json_object('experiences', json_object('nodes', json_group_array(json(j))))) FROM (SELECT json_object(
  'id', e.id, 'displayName', e.display_name, 'relationship', e.relationship, 'story', e.story, 'whatWasGood', e.what_was_good, 'couldBeBetter', e.could_be_better,
  'publishedAt', strftime('%Y-%m-%dT%H:%M:%SZ', e.published_at),
  'responses', json((SELECT json_object('nodes', json_group_array(json_object('authorName', author_name, 'authorTitle', author_title, 'body', body))) FROM (SELECT * FROM responses WHERE experience_id = e.id ORDER BY created_at, id LIMIT 3) r)),
  'ledTo', json((SELECT json_object('nodes', json_group_array(json_object('why', why, 'change', json_object('id', c.id, 'title', c.title, 'state', c.state)) ORDER BY o.created_at, o.id))
    FROM (SELECT * FROM origins WHERE experience_id = e.id ORDER BY created_at, id LIMIT 3) o JOIN changes c ON c.id = o.change_id))) AS j
  FROM experiences e WHERE e.service_id = ? AND e.state = 'PUBLISHED' ORDER BY e.published_at DESC, e.id DESC LIMIT 20) x`
)

// BenchmarkFeed measures the newest 20 of a service beside the floor, in turns: milliseconds of CPU of the server and the
// database for each request. Repeat it with HEARBACK_ROWS=200000 go test ./graph -run xxx -bench Feed -benchtime 2000x.
func BenchmarkFeed(b *testing.B) {
	debug.SetGCPercent(800)
	for name, fresh := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := setupFor(b, fresh(b))
			l := fill(b, s.db, rows(b))
			doors := map[string]func() []byte{"floor": asking(s.floor(), l), "hearback": asking(s.door, l), "hearback without rules": asking(s.unruled(), l)}
			same(b, doors["floor"](), doors["hearback"]())
			for _, door := range []string{"floor", "hearback", "hearback without rules", "hearback", "floor"} {
				b.Run(door, func(b *testing.B) { cpu(b, doors[door]) })
			}
		})
	}
}

func setupFor(b *testing.B, url string) *stage {
	s := setup(b, dbtest.Open(b, url))
	plain := dbtest.Plain(s.db)
	s.House.DB, s.Flow.DB = plain, plain
	return s
}

// asking sends the question of the feed to a door, each time for another service.
func asking(door http.Handler, l load) func() []byte {
	i := 0
	return func() []byte {
		i++
		body, _ := json.Marshal(vars{"query": feed, "variables": vars{"id": l.services[i%len(l.services)]}})
		return answerOf(door, body)
	}
}

// unruled asks as the system, to see what the rules on the rows cost.
func (s *stage) unruled() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.door.ServeHTTP(w, r.WithContext(rule.AsSystem(r.Context(), "a benchmark of the rules")))
	})
}

// floor answers with what the database made of the question.
func (s *stage) floor() http.Handler {
	statement, db := floorSQLite, s.db.Store.DB()
	if s.db.Store.Dialect() == dialect.Postgres {
		statement = floorPostgres
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Variables struct{ ID typeid.ID } }
		var out []byte
		if json.NewDecoder(r.Body).Decode(&in) != nil || db.QueryRowContext(r.Context(), statement, in.Variables.ID).Scan(&out) != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(out)
	})
}

func answerOf(door http.Handler, body []byte) []byte {
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	door.ServeHTTP(w, r)
	return w.Body.Bytes()
}

// same fails unless both doors give the same answer.
func same(b *testing.B, x, y []byte) {
	var left, right any
	if json.Unmarshal(x, &left) != nil || json.Unmarshal(y, &right) != nil || !reflect.DeepEqual(left, right) {
		at := 0
		for at < min(len(x), len(y)) && x[at] == y[at] {
			at++
		}
		b.Fatalf("the answers differ from letter %d on:\n%.300s\n%.300s", at, x[max(0, at-80):], y[max(0, at-80):])
	}
}

// cpu reports milliseconds of CPU for each request: of this process, and of the database's.
func cpu(b *testing.B, ask func() []byte) {
	for range 50 {
		ask()
	}
	own, database := spent(), spentByPostgres()
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		ask()
	}
	b.StopTimer()
	n := float64(b.N) / 1000
	b.ReportMetric((spent()-own).Seconds()/n, "server-cpu-ms/op")
	b.ReportMetric((spentByPostgres()-database).Seconds()/n, "database-cpu-ms/op")
	b.ReportMetric((spent()-own+spentByPostgres()-database).Seconds()/n, "cpu-ms/op")
}

func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// spentByPostgres adds up what every postgres process of the machine has used; run nothing else on it.
func spentByPostgres() (sum time.Duration) {
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range all {
		text, _ := os.ReadFile(file)
		name, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); strings.HasSuffix(name, "(postgres") && len(fields) > 12 {
			user, _ := strconv.Atoi(fields[11])
			system, _ := strconv.Atoi(fields[12])
			sum += time.Duration(user+system) * 10 * time.Millisecond
		}
	}
	return sum
}
