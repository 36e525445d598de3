package store_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"hearback/ent/store"
	"hearback/internal/pgtest"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	c := pgtest.For(t, pgtest.OnTCP())
	t.Run("IsSetUpForServing", func(t *testing.T) {
		t.Parallel()
		s := open(t, c.URL("postgres"), store.Connections(3), store.StatementTimeout(7*time.Second))
		if s.Dialect() != dialect.Postgres {
			t.Errorf("dialect is %s", s.Dialect())
		}
		for name, want := range map[string]string{"application_name": "hearback", "statement_timeout": "7s", "TimeZone": "UTC"} {
			if got := setting(t, s, name); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		if got := s.DB().Stats().MaxOpenConnections; got != 3 {
			t.Errorf("at most %d connections, want 3", got)
		}
	})
	t.Run("URLWins", func(t *testing.T) {
		t.Parallel()
		s := open(t, c.URL("postgres")+"&statement_timeout=8s&application_name=night-shift")
		if got := setting(t, s, "statement_timeout"); got != "8s" {
			t.Errorf("statement_timeout is %s, the URL said 8s", got)
		}
		if got := setting(t, s, "application_name"); got != "night-shift" {
			t.Errorf("application_name is %s, the URL said night-shift", got)
		}
	})
	t.Run("NobodyWaitsForAnotherWriter", func(t *testing.T) {
		t.Parallel()
		gate := open(t, c.URL("postgres")).Gate()
		for range 2 {
			_, err := gate.Enter(t.Context())
			must(t, err)
		}
	})
	t.Run("UnknownDatabase", func(t *testing.T) {
		t.Parallel()
		refused(t, c.URL("hearbakc"), store.Refused, "createdb", "hearbakc")
	})
	t.Run("UnknownUser", func(t *testing.T) {
		t.Parallel()
		refused(t, strings.Replace(c.URL("postgres"), "postgres@", "nobody:open-sesame@", 1), store.Refused, "user and password")
	})
	t.Run("TLSNotThere", func(t *testing.T) {
		t.Parallel()
		refused(t, strings.Replace(c.URL("postgres"), "sslmode=disable", "sslmode=require", 1), store.Refused, "?sslmode=disable")
	})
	t.Run("OtherEncoding", func(t *testing.T) {
		t.Parallel()
		run(t, open(t, c.URL("postgres")), "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
		refused(t, c.URL("latin"), store.Unsuitable, "LATIN1", "-E UTF8")
	})
}

func TestPostgresAway(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes the call and says nothing
	must(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	refused(t, "postgres://hearback:open-sesame@"+silent.Addr().String()+"/hearback?sslmode=disable", store.Unreachable,
		"PostgreSQL hearback@"+silent.Addr().String()+"/hearback does not answer", "psql")
	refused(t, "postgres://hearback:open-sesame@/hearback?sslmode=disable&host="+t.TempDir(), store.Unreachable, "does not answer")
}

func TestPostgresComesBackByItself(t *testing.T) {
	t.Parallel()
	c := pgtest.For(t)
	s := open(t, c.URL("postgres"))
	for range 3 { // each round finds the pool full of dead connections
		must(t, s.DB().PingContext(t.Context()))
		must(t, c.Halt())
		if err := s.DB().PingContext(t.Context()); err == nil {
			t.Fatal("a store without its server says it is well")
		}
		refused(t, c.URL("postgres"), store.Unreachable)
		must(t, c.Resume())
		run(t, s, "SELECT 1")
	}
}

func setting(t *testing.T, s *store.Store, name string) (value string) {
	t.Helper()
	must(t, s.DB().QueryRowContext(t.Context(), "SELECT current_setting($1)", name).Scan(&value))
	return value
}
