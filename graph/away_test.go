package graph_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/dbtest"
	"hearback/ent/migrations"
	"hearback/ent/store"
	"hearback/ent/typeid"
	"hearback/internal/mail"
	"hearback/internal/pgtest"
)

// haltable is a house on a PostgreSQL of its own, which can be taken away.
func haltable(t *testing.T) (*stage, *pgtest.Cluster) {
	t.Helper()
	cluster := pgtest.For(t)
	db := dbtest.Open(t, cluster.URL("postgres"))
	if _, err := migrations.Up(t.Context(), db.Store.DB(), db.Store.Dialect()); err != nil {
		t.Fatal(err)
	}
	return setup(t, db), cluster
}

// away wants a clear word that a part is away, and no word of the driver's.
func away(t *testing.T, what string, a answer) {
	t.Helper()
	if a.code() != "UNAVAILABLE" {
		t.Errorf("%s: %d %s", what, a.Status, a.Body)
	}
	for _, e := range a.Errors {
		if word := notForPeople.FindString(e.Message); word != "" {
			t.Errorf("%s says %q to a person", what, word)
		}
	}
}

func TestPostgreSQLGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	s, cluster := haltable(t)
	ward := s.place("Ward 7", nil)
	pat, mo, server := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward), s.server()
	told := pat.share(ward, "PATIENT", "I waited.")
	heard := pat.hear(server, myNews)
	s.listening(pat)
	for range 2 { // the second time finds connections that the first has made anew
		if err := cluster.Halt(); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			away(t, "a question of nobody", s.nobody().ask(listed, nil))
			away(t, "an act of nobody", s.nobody().ask(`mutation { sessionStart { recoveryCode } }`, nil))
			away(t, "a code by e-mail", s.nobody().requests("pat@example.org"))
			if a := pat.ask(`{ viewer { id } }`, nil); a.Status != 503 {
				t.Errorf("whether somebody is signed in: %d %s", a.Status, a.Body)
			} else {
				away(t, "whether somebody is signed in", a)
			}
		}
		if err := cluster.Resume(); err != nil {
			t.Fatal(err)
		}
		if pat.viewer() != pat.id {
			t.Error("Pat is somebody else")
		}
	}
	t.Run("AStreamThatMissedSomethingEnds", func(t *testing.T) {
		heard.endsWithoutData(t)
		again := pat.hear(server, myNews)
		s.listening(pat)
		mo.publish(told)
		select {
		case got, open := <-again:
			kind := dig(got, "data.stepTaken.kind")
			if !open { // the listener came back behind the new stream, which ends too: then the delta query has it
				kind = pat.get(`{ viewer { steps(last: 1) { nodes { kind } } } }`, nil, "viewer.steps.nodes.0.kind")
			}
			if kind != "HEARD" {
				t.Errorf("Pat hears %v", kind)
			}
		case <-time.After(patience):
			t.Fatal("nothing came")
		}
	})
}

// Phones that send until they have an answer: after a restart in the midst of it everything is there once.
func TestPostgreSQLRestartsInTheMiddleOfWriting(t *testing.T) {
	t.Parallel()
	s, cluster := haltable(t)
	ward := s.place("Ward 7", nil)
	const phones, each = 4, 25
	var done sync.WaitGroup
	kept := make(chan struct{}, phones*each)
	for range phones {
		pat := s.start("Pat")
		done.Go(func() {
			for range each {
				in := vars{"id": typeid.New(typeid.Experience), "serviceId": ward.ID, "relationship": "PATIENT", "story": "I waited."}
				a := pat.ask(shareQuery, vars{"in": in})
				for ; a.code() != ""; a = pat.ask(shareQuery, vars{"in": in}) {
					away(t, "in the middle", a)
					if a.code() != "UNAVAILABLE" {
						return
					}
				}
				kept <- struct{}{}
			}
		})
	}
	for range 2 * phones {
		<-kept
	}
	if err := cluster.Restart(); err != nil {
		t.Fatal(err)
	}
	done.Wait()
	if n := s.DB.Experience.Query().CountX(s.system()); n != phones*each {
		t.Errorf("%d experiences are there, %d were told", n, phones*each)
	}
}

func TestSQLiteLockedByAnotherProgram(t *testing.T) {
	t.Parallel()
	url := dbtest.SQLite(t)
	s := setup(t, dbtest.Open(t, url, store.Patience(20*time.Millisecond)))
	ward, pat := s.place("Ward 7", nil), s.start("Pat")
	share := func() answer {
		return pat.ask(shareQuery, vars{"in": vars{"serviceId": ward.ID, "relationship": "PATIENT", "story": "I waited."}})
	}
	browser, err := store.Open(t.Context(), url, store.Shared())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = browser.Close() })
	tx, err := browser.DB().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	away(t, "a write to a locked file", share())
	if pat.viewer() != pat.id {
		t.Error("nobody can read while another program writes")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if a := share(); a.code() != "" {
		t.Errorf("afterwards: %s", a.Body)
	}
}

func TestAStoreThatIsClosed(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		pat := s.start("Pat")
		if err := s.db.Store.DB().Close(); err != nil {
			t.Fatal(err)
		}
		away(t, "a question", s.nobody().ask(listed, nil))
		away(t, "an act", s.nobody().ask(`mutation { sessionStart { recoveryCode } }`, nil))
		away(t, "who somebody is", pat.ask(`{ viewer { id } }`, nil))
	})
}

// closedPost takes no letters.
type closedPost struct{}

func (closedPost) Send(context.Context, mail.Message) error {
	return errors.New("smtp: 421 secret.example.org closing for pat@example.org")
}

func TestTheMailIsAway(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		s.Flow.Mail = closedPost{}
		a := s.nobody().requests("pat@example.org")
		away(t, "a code by e-mail", a)
		if a.at("signInRequest.request") != nil || strings.Contains(a.Body, "smtp") || strings.Contains(a.Body, "pat@") {
			t.Errorf("no letter was sent: %s", a.Body)
		}
		s.Flow.Mail = s.letters
		s.signedIn("Pat", s.nobody().confirms(s.nobody().mailed("pat@example.org")))
	})
}
