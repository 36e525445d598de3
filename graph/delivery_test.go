package graph_test

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"hearback/auth"
	"hearback/ent/dbtest"
	"hearback/ent/generated/ent"
	"hearback/internal/mail"
	"hearback/workflow"
)

// sorting is a mail server that refuses as long as it is told to.
type sorting struct {
	*letters
	why error
}

func (a *sorting) Send(ctx context.Context, m mail.Message) error {
	if a.why != nil {
		return a.why
	}
	return a.letters.Send(ctx, m)
}

// A letter that cannot be sent is tried for half a day, then waits for an administrator; nothing is lost, and nothing else waits for it.
func TestDeadLetters(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, sam := s.hears()
		root, pat := s.somebody("Ruth", auth.Administrator, nil), s.signs(t, "zqpat@example.org")
		pat.openMail("MY_WORDS", "ANSWERS")
		s.post()
		server := &sorting{letters: s.letters, why: &mail.Failure{Server: "mail:587", What: "did not take the message", Code: 451}}
		s.Flow.Mail = server
		told := pat.share(ward, "PATIENT", "Loud.")
		mo.publish(told)
		s.later(workflow.Gathering, pat, root, mo, sam)
		began := s.clock.Now()
		for try := range workflow.MaxDeliveries {
			if n := root.get(deadQuery, nil, "deadJobs.totalCount"); n != 0.0 {
				t.Fatalf("given up after %d tries", try)
			}
			if _, err := s.Flow.Tick(t.Context()); err == nil || strings.Contains(err.Error(), "zqpat") {
				t.Fatalf("try %d: %v", try+1, err)
			}
			s.later(s.DB.Job.Query().OnlyX(s.system()).RunAt.Sub(s.clock.Now()), pat, root, mo, sam)
		}
		if passed := s.clock.Now().Sub(began); passed < 10*time.Hour || passed > 24*time.Hour {
			t.Errorf("it was tried for %s", passed)
		}
		got := root.get(deadQuery, nil, "deadJobs.nodes.0")
		if dig(got, "kind") != "TELL" || dig(got, "failure") != "The mail server did not take the message. It said 451." {
			t.Errorf("the administrator sees %v", got)
		}
		server.why = nil
		if more := s.gathered(t, root, sam); len(more) > 0 {
			t.Errorf("nobody replayed it, and there is %v", more)
		}
		root.act(`mutation($in: JobReplayInput!) { jobReplay(input: $in) { job { id } userErrors { message } } }`, vars{"in": vars{"jobId": dig(got, "id")}}, "")
		s.ticks(t)
		if letters := s.post(); len(letters) != 1 || !strings.Contains(letters[0].Text, "published") {
			t.Errorf("replayed, there is %v", letters)
		}
		s.idle(t)
		server.why = &mail.Failure{Server: "mail:587", What: "did not take the message", Code: 550, Enhanced: "5.1.1", Permanent: true}
		s.later(0, pat, mo, root, sam)
		mo.publish(pat.share(ward, "PATIENT", "Dark."))
		s.later(workflow.Gathering, root)
		if _, err := s.Flow.Tick(t.Context()); err == nil {
			t.Error("nothing was said")
		}
		if got := root.get(deadQuery, nil, "deadJobs.nodes.0"); dig(got, "attempts") != 1.0 {
			t.Errorf("what is refused for good is tried again: %v", got)
		}
		server.why = nil
		sam.answered(told)
		if letters := s.gathered(t, root); len(letters) != 1 || !strings.Contains(letters[0].Text, "answered") || !strings.Contains(letters[0].Text, "published") {
			t.Errorf("with the next news there is %v", letters)
		}
		s.idle(t)
	})
}

// However a worker dies, each step is told; a letter that came twice has the same id, and mail programs show it once.
func TestToldDyingAnywhere(t *testing.T) {
	lengthy(t, "it ends a worker at every step, one after the other; who runs at once has TestToldByOneWorker")
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, _ := s.hears()
		pat := s.signs(t, "pat@example.org")
		pat.openMail("MY_WORDS")
		s.post()
		shown := map[string]bool{}
		for n := 0; ; n++ {
			s.later(0, pat, mo)
			mo.publish(pat.share(ward, "PATIENT", "Loud."))
			s.later(workflow.Gathering, pat)
			died := s.dies(t, n/2, n%2 == 0)
			s.clock.pass(workflow.Lease)
			s.ticks(t)
			s.idle(t)
			for _, m := range s.post() {
				shown[m.ID] = true
			}
			if len(shown) != n+1 {
				t.Errorf("died at %d: %d letters are shown of %d", n, len(shown), n+1)
			}
			if !died {
				return
			}
		}
	})
}

// Many workers at once tell each step once.
func TestToldByOneWorker(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, _ := s.hears()
		all := s.devices()
		for _, name := range []string{"Pat", "Ann", "Bob", "Cat"} {
			p := s.start(name)
			p.openDevice(name+"1", "MY_WORDS")
			p.openDevice(name+"2", "MY_WORDS")
			mo.publish(p.share(ward, "PATIENT", "Loud."))
		}
		s.crowd(t)
		s.ticks(t)
		if len(all.got) != 8 {
			t.Errorf("%d devices were told", len(all.got))
		}
		for where, got := range all.got {
			if len(got) != 1 {
				t.Errorf("%s was told %v", where, got)
			}
		}
		s.idle(t)
	})
}

// interrupted is a database at which something happens after a statement of a transaction has got its rows.
type interrupted struct {
	dialect.Driver
	after func(query string)
}

func (d interrupted) Tx(ctx context.Context) (dialect.Tx, error) {
	tx, err := d.Driver.Tx(ctx)
	return interruptedTx{tx, d.after}, err
}

type interruptedTx struct {
	dialect.Tx
	after func(query string)
}

func (t interruptedTx) Query(ctx context.Context, query string, args, v any) error {
	err := t.Tx.Query(ctx, query, args, v)
	t.after(query)
	return err
}

func (t interruptedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.Tx.(interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
	}).ExecContext(ctx, query, args...)
}

// A worker looks for the last time and finds nothing; before it has written down that it is done, somebody is told something more. That
// waits for the worker, and leaves a job of its own. On SQLite nobody writes between two statements of another.
func TestNoStepFallsBetween(t *testing.T) {
	t.Parallel()
	s := setup(t, dbtest.Open(t, dbtest.Postgres(t)))
	ward, mo, _ := s.hears()
	all, pat, other := s.devices(), s.start("Pat"), s.beside()
	pat.openDevice("phone", "MY_WORDS")
	first, second := pat.share(ward, "PATIENT", "Loud."), pat.share(ward, "PATIENT", "Cold.")
	mo.publish(first)
	told, looks := make(chan struct{}), 0
	whole := s.Flow.DB
	s.Flow.DB = ent.NewClient(ent.Driver(interrupted{s.db.Store.Driver(), func(query string) {
		if !strings.Contains(query, `"steps"."number" > `) {
			return
		}
		if looks++; looks != 2 { // the first finds what there is
			return
		}
		go func() {
			defer close(told)
			mo.at(other).publish(second)
		}()
		s.waitsOrEnds(told)
	}}))
	s.ticks(t)
	<-told
	s.Flow.DB = whole
	s.ticks(t)
	if got := all.got["https://push.example/phone"]; len(got) != 2 || looks < 2 {
		t.Errorf("of two steps went out %v, after %d looks", got, looks)
	}
}

// waitsOrEnds comes back as soon as somebody waits for a lock, or what they do has ended.
func (s *stage) waitsOrEnds(ended <-chan struct{}) {
	for waits := 0; waits == 0; {
		select {
		case <-ended:
			return
		default:
		}
		if err := s.db.Store.DB().QueryRow("SELECT COUNT(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()").Scan(&waits); err != nil {
			s.t.Error(err)
			return
		}
	}
}

// While people are told one thing after the other, workers send what there is, each thing once.
func TestEachStepIsSentOnceWhilePeopleAreTold(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, _ := s.hears()
		all, pat := s.devices(), s.start("Pat")
		pat.openDevice("phone", "MY_WORDS")
		var shared []string
		for range 30 {
			shared = append(shared, pat.share(ward, "PATIENT", "Loud."))
		}
		told := make(chan struct{})
		var workers sync.WaitGroup
		for range 3 {
			workers.Go(func() {
				for over := false; ; {
					n, err := s.Flow.Tick(context.Background())
					if err != nil {
						t.Error(err)
					}
					if n == 0 && over {
						return
					}
					select {
					case <-told:
						over = true
					default:
					}
				}
			})
		}
		for _, e := range shared {
			mo.publish(e)
		}
		close(told)
		workers.Wait()
		s.ticks(t)
		got := all.got["https://push.example/phone"]
		newest := pat.get(`{ viewer { steps(last: 1) { nodes { id } } } }`, nil, "viewer.steps.nodes.0.id").(string)
		seen := map[string]bool{}
		for _, m := range got {
			seen[m] = true
		}
		if c := s.DB.Channel.Query().OnlyX(s.system()); c.Told != len(shared) || len(seen) != len(got) || !seen[`{"id":"`+newest+`"}`] {
			t.Errorf("of %d steps %d went out, in %d messages of which %d differ", len(shared), c.Told, len(got), len(seen))
		}
		s.idle(t)
	})
}
