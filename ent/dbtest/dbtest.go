// Package dbtest gives each test a clean, migrated database of each kind and counts the statements that reach it.
package dbtest

import (
	"context"
	"hash/fnv"
	"strings"
	"sync"
	"testing"

	"entgo.io/ent/dialect"

	"hearback/ent/generated/ent"
	_ "hearback/ent/generated/ent/runtime" // the rules of the nouns
	"hearback/ent/store"
)

// DB is a clean database with a client on it. Both are closed when the test ends.
type DB struct {
	Store  *store.Store
	Client *ent.Client // its rules hold: without a viewer in the context it is nobody's
	said   *statements
}

// Each tells one story on both databases, as parallel subtests "sqlite" and "postgres". Where there is no PostgreSQL that half is
// skipped with a loud sentence; with CI=true in the environment it fails. With -short each story has one of the two.
func Each(t *testing.T, story func(t *testing.T, db *DB)) {
	t.Helper()
	EachURL(t, func(t *testing.T, url string) { story(t, Open(t, url)) })
}

// EachURL is Each for stories that open the store themselves, such as one about a whole server.
func EachURL(t *testing.T, story func(t *testing.T, url string)) {
	t.Helper()
	for name, fresh := range map[string]func(testing.TB) string{"sqlite": SQLite, "postgres": Postgres} {
		if testing.Short() && name != onlyOn(t.Name()) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, fresh(t))
		})
	}
}

// onlyOn is the database of a story in a short run, where each has one: half of them the one, half of them the other, always
// the same. The whole run has all of them on both.
func onlyOn(story string) string {
	name := fnv.New32a()
	name.Write([]byte(story))
	return []string{"sqlite", "postgres"}[name.Sum32()>>16%2]
}

// Open opens a database, for example one of SQLite(t) or Postgres(t), for the test. The options come after the usual ones for
// tests: no durability, eight connections.
func Open(t testing.TB, url string, options ...store.Option) *DB {
	t.Helper()
	s, err := store.Open(t.Context(), url, append([]store.Option{store.ThrowAway(), store.Connections(8)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	said := &statements{}
	client := ent.NewClient(ent.Driver(dialect.DebugWithContext(s.Driver(), said.hear)))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &DB{Store: s, Client: client, said: said}
}

// Plain is a client on the same database that counts nothing, for measuring.
func Plain(db *DB) *ent.Client { return ent.NewClient(ent.Driver(db.Store.Driver())) }

// Statements is how many statements the client has sent so far, those inside transactions included; BEGIN and COMMIT do not
// count.
func (db *DB) Statements() int { return len(db.said.all()) }

// Count is how many statements the client sends while f runs. Nothing else may use the client meanwhile.
func (db *DB) Count(f func()) int { return len(db.Said(f)) }

// Said is the text of the statements, arguments included (up to 2,000 bytes each), that the client sends while f runs: for the message of a failed count.
func (db *DB) Said(f func()) []string {
	before := db.Statements()
	f()
	return db.said.all()[before:]
}

// statements is the log of a client.
type statements struct {
	guard sync.Mutex
	texts []string
}

// longestText keeps a load of thousands of rows from being remembered twice.
const longestText = 2000

// hear takes the messages of ent's debug driver and keeps those about a statement.
func (s *statements) hear(_ context.Context, message ...any) {
	for _, part := range message {
		if text, ok := part.(string); ok && strings.Contains(text, ": query=") {
			s.guard.Lock()
			s.texts = append(s.texts, strings.Clone(text[:min(len(text), longestText)]))
			s.guard.Unlock()
		}
	}
}

func (s *statements) all() []string {
	s.guard.Lock()
	defer s.guard.Unlock()
	return s.texts[:len(s.texts):len(s.texts)]
}
