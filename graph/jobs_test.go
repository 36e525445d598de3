package graph_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/job"
	"hearback/ent/typeid"
	"hearback/workflow"
)

var errDied = errors.New("the worker died here")

// mortal is a database whose nth commit from now on kills the worker: just before it, or just after, when nobody is told any more.
type mortal struct {
	dialect.Driver
	left  int
	after bool
}

func (m *mortal) Tx(ctx context.Context) (dialect.Tx, error) {
	if m.left < 0 {
		return nil, errDied
	}
	tx, err := m.Driver.Tx(ctx)
	return &mortalTx{tx, m}, err
}

type mortalTx struct {
	dialect.Tx
	of *mortal
}

// ExecContext is what ent asks a transaction for, to run SQL of our own in it.
func (t *mortalTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.Tx.(interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
	}).ExecContext(ctx, query, args...)
}

func (t *mortalTx) Commit() error {
	t.of.left--
	if t.of.left >= 0 {
		return t.Tx.Commit()
	}
	if t.of.after {
		return errors.Join(t.Tx.Commit(), errDied)
	}
	return errors.Join(t.Tx.Rollback(), errDied)
}

// dies lets a worker work until its nth commit; false when it came to the end alive.
func (s *stage) dies(t *testing.T, n int, after bool) bool {
	t.Helper()
	m := &mortal{Driver: s.db.Store.Driver(), left: n, after: after}
	flow := *s.Flow
	flow.DB = ent.NewClient(ent.Driver(m))
	for {
		done, err := flow.Tick(context.Background())
		if m.left < 0 {
			if !errors.Is(err, errDied) {
				t.Fatalf("it died of %v", err)
			}
			return true
		}
		if err != nil {
			t.Fatal(err)
		}
		if done == 0 {
			return false
		}
	}
}

// A worker that dies at any moment of an erasure leaves nothing half done: the next one ends where one alone would have.
func TestEraseDyingAnywhere(t *testing.T) {
	lengthy(t, "it ends a worker at every step, one after the other; who runs at once has TestJobsHaveOneWorker")
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		for n := 0; ; n++ {
			ada := s.erasable(t, ward)
			ada.act(eraseQuery, vars{"in": vars{"confirm": "ERASE ME"}}, "")
			s.clock.pass(2 * time.Hour) // for the second look too
			died := s.dies(t, n*4, n%2 == 0)
			s.clock.pass(workflow.Lease)
			s.ticks(t)
			s.erased(t, ada)
			s.idle(t)
			if !died {
				t.Logf("tried %d moments", n)
				return
			}
		}
	})
}

// idle wants no job to be left, and none given up.
func (s *stage) idle(t *testing.T) {
	t.Helper()
	for _, j := range s.DB.Job.Query().Where(job.DoneAtIsNil()).AllX(s.system()) {
		t.Errorf("left to do: %v", j)
	}
}

// renewed is the same person, after a time, with a token that has not run out.
func (p *person) renewed(t *testing.T) *person {
	t.Helper()
	token, _, err := p.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: p.session, Scopes: auth.SessionScopes()})
	if err != nil {
		t.Fatal(err)
	}
	p.token = token
	return p
}

// exported is the file of somebody's newest export, fetched by its link.
func (p *person) exported(t *testing.T) string {
	t.Helper()
	id := p.get(`{ viewer { exports(first: 1) { nodes { id state } } } }`, nil, "viewer.exports.nodes.0.id")
	path := p.act(`mutation($in: ExportLinkInput!) { exportLink(input: $in) { path userErrors { code message } } }`, vars{"in": vars{"exportId": id}}, "exportLink.path").(string)
	at, secret, _ := strings.Cut(path, "#")
	if at != "/exports/"+id.(string) || !strings.HasPrefix(secret, "hbx_") {
		t.Errorf("the link is %s", path)
	}
	file, err := whole(p.Flow.ExportFetch(t.Context(), typeid.ID(id.(string)), secret))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// whole reads a whole file.
func whole(file *workflow.ExportFile, err error) (string, error) {
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = file.Send(context.Background(), &text)
	if err == nil && text.Len() != file.Size() {
		err = fmt.Errorf("%d bytes of %d", text.Len(), file.Size())
	}
	return text.String(), err
}

const exportQuery = `mutation { dataExport { replayed export { id state } userErrors { code message } } }`

func TestDataExport(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		author, staff, id, change := s.taken(t)
		if a := s.nobody().ask(exportQuery, nil); a.code() != "UNAUTHENTICATED" {
			t.Errorf("nobody takes out: %s", a.Body)
		}
		first := author.act(exportQuery, nil, "dataExport.export.id")
		if a := author.ask(exportQuery, nil); a.at("dataExport.export.id") != first || a.at("dataExport.replayed") != true {
			t.Errorf("asked twice: %s", a.Body)
		}
		link := `mutation($in: ExportLinkInput!) { exportLink(input: $in) { path userErrors { code message } } }`
		if a := author.ask(link, vars{"in": vars{"exportId": first}}); a.code() != "NOT_NOW" {
			t.Errorf("a link too early: %s", a.Body)
		}
		s.ticks(t)
		if a := staff.ask(link, vars{"in": vars{"exportId": first}}); a.code() != "NOT_FOUND" {
			t.Errorf("a link for somebody else: %s", a.Body)
		}
		text := author.exported(t)
		t.Run("EverythingIsInIt", func(t *testing.T) {
			var file map[string]any
			if err := json.Unmarshal([]byte(text), &file); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
			for path, want := range map[string]any{
				"format": "hearback-export", "version": 1.0, "person.id": author.id, "experiences.0.id": id, "experiences.0.story": "The zqword was very loud.",
				"decisions.0.reason": "You wrote zqword.", "responses.0.body": "We are sorry.", "links.0.change_id": change, "changes.0.title": "Quiet doors", "sessions.0.id": author.session,
			} {
				if got := dig(file, path); got != want {
					t.Errorf("%s is %v, not %v", path, got, want)
				}
			}
			if n := len(file["steps"].([]any)); n < 4 {
				t.Errorf("there are %d steps", n)
			}
			for _, other := range []string{staff.id, "fingerprint", "hash", "criticality"} {
				if strings.Contains(text, other) {
					t.Errorf("it holds %s", other)
				}
			}
		})
		t.Run("ItIsGoneOnceFetched", func(t *testing.T) {
			if got := author.get(`{ viewer { exports { nodes { state expiresAt fetchedAt } } } }`, nil, "viewer.exports.nodes.0"); dig(got, "state") != "FETCHED" || dig(got, "expiresAt") != nil || dig(got, "fetchedAt") == nil {
				t.Errorf("it stands at %v", got)
			}
			if n := s.DB.ExportPart.Query().CountX(s.system()); n > 0 {
				t.Errorf("%d pieces are left", n)
			}
			if a := author.ask(link, vars{"in": vars{"exportId": first}}); a.code() != "NOT_NOW" {
				t.Errorf("another link: %s", a.Body)
			}
		})
		t.Run("ALinkWorksOnceAndTheNewestOnly", func(t *testing.T) {
			again := author.act(exportQuery, nil, "dataExport.export.id")
			s.ticks(t)
			secret := func() string {
				_, after, _ := strings.Cut(author.act(link, vars{"in": vars{"exportId": again}}, "exportLink.path").(string), "#")
				return after
			}
			old, fresh := secret(), secret()
			id := typeid.ID(again.(string))
			for name, wrong := range map[string]string{"old": old, "none": "", "another's": "hbx_x"} {
				if _, err := s.Flow.ExportFetch(t.Context(), id, wrong); !errors.Is(err, workflow.ErrNotFound) {
					t.Errorf("the secret %s: %v", name, err)
				}
			}
			if _, err := s.Flow.ExportFetch(t.Context(), id, fresh); err != nil { // and then the line breaks
				t.Error(err)
			}
			if _, err := s.Flow.ExportFetch(t.Context(), id, fresh); !errors.Is(err, workflow.ErrNotFound) {
				t.Errorf("the same once more: %v", err)
			}
			if len(s.anywhere(t, secret())) > 0 {
				t.Error("the secret is kept")
			}
			late := secret()
			s.clock.pass(workflow.ExportLife)
			if _, err := s.Flow.ExportFetch(t.Context(), id, late); !errors.Is(err, workflow.ErrNotFound) {
				t.Errorf("after a week: %v", err)
			}
			s.ticks(t)
			if n := s.DB.ExportPart.Query().CountX(s.system()); n > 0 || s.DB.Export.GetX(s.system(), id).State != "ENDED" {
				t.Errorf("%d pieces are left after a week", n)
			}
		})
	})
}

// Of a long export every row is in it once, in pieces of a bounded size, and however the worker dies the file is whole.
func TestExportDyingAnywhere(t *testing.T) {
	lengthy(t, "it ends a worker at every step, one after the other; who runs at once has TestJobsHaveOneWorker")
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		author := s.start("Ada")
		for i := range 60 {
			author.share(ward, "PATIENT", fmt.Sprintf("Story %d. %s", i, strings.Repeat("zq", 3000)))
		}
		for n := 0; ; n++ {
			author.renewed(t).act(exportQuery, nil, "")
			died := s.dies(t, n*4, n%2 == 0)
			s.clock.pass(workflow.Lease)
			s.ticks(t)
			s.idle(t)
			for _, p := range s.DB.ExportPart.Query().AllX(s.system()) {
				if len(p.Body) > 300<<10 {
					t.Errorf("a piece has %d bytes", len(p.Body))
				}
			}
			var file struct{ Experiences []struct{ ID, Story string } }
			if err := json.Unmarshal([]byte(author.renewed(t).exported(t)), &file); err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, e := range file.Experiences {
				seen[e.Story[:9]] = true
			}
			if len(file.Experiences) != 60 || len(seen) != 60 {
				t.Errorf("died at %d: %d experiences, %d of them different", n*4, len(file.Experiences), len(seen))
			}
			if !died {
				return
			}
			s.clock.pass(24 * time.Hour) // five a day
		}
	})
}

// crowd has four workers at once do what there is to do, until there is nothing left.
func (s *stage) crowd(t *testing.T) {
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for n := 1; n > 0; {
				var err error
				if n, err = s.Flow.Tick(context.Background()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	workers.Wait()
}

// Two workers never do a job at once: when the lease is over another takes it, and what the first still tries is refused.
func TestJobsHaveOneWorker(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		var people []*person
		for range 6 {
			p := s.start("Ada")
			p.act(exportQuery, nil, "")
			people = append(people, p)
		}
		s.crowd(t)
		s.ticks(t)
		s.idle(t)
		for _, j := range s.DB.Job.Query().AllX(s.system()) {
			if j.Attempts != 1 || j.Claim != 1 {
				t.Errorf("begun %d times, by %d", j.Attempts, j.Claim)
			}
		}
		for _, p := range people {
			p.exported(t)
		}
	})
}

const deadQuery = `{ deadJobs { totalCount nodes { id kind attempts failure deadAt doneAt } } }`

// What fails is tried again, later and later, and then waits for an administrator of the whole installation.
func TestJobsThatFail(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		root, local := s.somebody("Ruth", auth.Administrator, nil), s.somebody("Len", auth.Administrator, s.place("Ward 7", nil))
		author := s.start("zqada")
		author.act(exportQuery, nil, "")
		row := s.DB.Job.Query().OnlyX(s.system())
		breaks := `ALTER TABLE export_parts RENAME COLUMN body TO hidden`
		s.sql(t, breaks)
		var waits []time.Duration
		for i := range workflow.MaxAttempts {
			if n := root.renewed(t).get(deadQuery, nil, "deadJobs.totalCount"); n != 0.0 {
				t.Fatalf("given up after %d tries", i)
			}
			if n, err := s.Flow.Tick(t.Context()); n == 0 || err == nil {
				t.Fatalf("try %d: %d, %v", i+1, n, err)
			}
			s.ticks(t) // whatever else is due is done; what failed is not tried again at once
			if tries := s.DB.Job.GetX(s.system(), row.ID).Attempts; tries != i+1 {
				t.Fatalf("tried %d times at once", tries-i)
			}
			next := s.DB.Job.GetX(s.system(), row.ID).RunAt.Sub(s.clock.Now())
			waits = append(waits, next)
			s.clock.pass(max(next, 0))
		}
		if waits[0] < 10*time.Second || waits[0] >= 15*time.Second || waits[3] < 80*time.Second || waits[3] >= 2*time.Minute {
			t.Errorf("it waited %v", waits)
		}
		got := root.renewed(t).get(deadQuery, nil, "deadJobs.nodes.0")
		if dig(got, "id") != string(row.ID) || dig(got, "kind") != "EXPORT" || dig(got, "attempts") != float64(workflow.MaxAttempts) || dig(got, "failure") == "" || dig(got, "deadAt") == nil {
			t.Errorf("the administrator sees %v", got)
		}
		if failure := fmt.Sprint(dig(got, "failure")); strings.Contains(failure, "zqada") || strings.Contains(failure, "export_parts") {
			t.Errorf("the failure tells %s", failure)
		}
		if n := local.renewed(t).get(deadQuery, nil, "deadJobs.totalCount"); n != 0.0 {
			t.Errorf("an administrator of a ward sees %v", n)
		}
		replay := `mutation($in: JobReplayInput!) { jobReplay(input: $in) { replayed job { attempts deadAt } userErrors { code } } }`
		of := vars{"in": vars{"jobId": row.ID}}
		for who, code := range map[*person]string{local: "FORBIDDEN", author.renewed(t): "FORBIDDEN", s.nobody(): "UNAUTHENTICATED"} {
			if a := who.ask(replay, of); a.code() != code {
				t.Errorf("%s replays: %s", who.name, a.Body)
			}
		}
		s.sql(t, strings.NewReplacer("body TO hidden", "hidden TO body").Replace(breaks))
		for i := range 2 {
			if a := root.ask(replay, of); a.code() != "" || a.at("jobReplay.replayed") != (i == 1) || a.at("jobReplay.job.deadAt") != nil {
				t.Error(a.Body)
			}
		}
		s.ticks(t)
		s.idle(t)
		author.renewed(t).exported(t)
	})
}

func (s *stage) sql(t *testing.T, text string) {
	t.Helper()
	if _, err := s.db.Store.DB().ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// A worker is woken by the verb that leaves it something to do: no beat of its clock comes in this story.
func TestWorkIsWoken(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ctx, stop := context.WithCancel(t.Context())
		never := func() (<-chan time.Time, func()) { return nil, func() {} }
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.Flow.Work(ctx, never, slog.New(slog.DiscardHandler))
		}()
		<-s.ears.open // all of its loops listen
		<-s.ears.open
		<-s.ears.open
		ada := s.start("Ada")
		ada.act(exportQuery, nil, "")
		for end := time.After(patience); ada.get(`{ viewer { exports { nodes { state } } } }`, nil, "viewer.exports.nodes.0.state") != "READY"; {
			select {
			case <-end:
				t.Fatal("nobody was woken")
			case <-time.After(5 * time.Millisecond):
			}
		}
		stop()
		<-ended
	})
}

// What only ages goes, and what can still be used stays.
func TestOldThingsGo(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ada, ctx := s.signs(t, "ada@example.org"), s.system()
		s.ticks(t)
		for _, c := range []struct {
			pass             time.Duration
			signIns, refresh int
		}{{time.Hour, 1, 1}, {25 * time.Hour, 0, 1}, {workflow.RefreshLife - 27*time.Hour, 0, 1}, {time.Hour, 0, 0}} {
			s.clock.pass(c.pass)
			s.ticks(t)
			if signIns, refreshes := s.DB.SignIn.Query().CountX(ctx), s.DB.Refresh.Query().CountX(ctx); signIns != c.signIns || refreshes != c.refresh {
				t.Errorf("%s later there are %d sign-ins and %d refresh tokens", c.pass, signIns, refreshes)
			}
		}
		if a := s.nobody().refreshes(ada.refresh); a.code() != "CODE_REFUSED" {
			t.Errorf("an old token: %s", a.Body)
		}
	})
}
