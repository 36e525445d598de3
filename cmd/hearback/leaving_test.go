package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"hearback/ent/dbtest"
	"hearback/ent/store"
)

const (
	takeOut = `mutation { dataExport { export { id } userErrors { message } } }`
	erase   = `mutation { personErase(input: {confirm: "ERASE ME"}) { begun userErrors { message } } }`
)

// TestKilledWhileLeaving kills the server again and again in the middle of erasures and exports. Each comes to its end once.
func TestKilledWhileLeaving(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		v := s.serve("--no-work")
		ward := caller{v.url, s.token("administrator")}.ward(t, "Kestrel Ward")
		var stay, leave []caller
		for i := range 8 {
			p := caller{v.url, begin(t, v.url).token}
			for n := range 30 {
				p.ask(t, share, vars{"id": newID(), "ward": ward, "story": fmt.Sprintf("kestrel%d story %d", i%2, n)})
			}
			if i%2 == 0 {
				p.ask(t, takeOut, nil)
				stay = append(stay, p)
			} else {
				p.ask(t, erase, nil)
				leave = append(leave, p)
			}
		}
		v.die()
		db := sure(store.Open(t.Context(), url, store.Shared()))(t)
		defer func() { _ = db.Close() }()
		for deaths, before := 0, -1; deaths < 4; deaths++ { // each dies when the one after has come a little further
			v = s.serve()
			until(t, "a worker to come further", func() bool {
				now := number(t, db.DB(), `SELECT (SELECT count(*) FROM experiences WHERE state = 'WITHDRAWN') + (SELECT count(*) FROM export_parts) + (SELECT count(*) FROM jobs WHERE done_at IS NOT NULL)`)
				further := now > before || number(t, db.DB(), `SELECT count(*) FROM jobs WHERE done_at IS NULL AND run_at = created_at`) == 0
				before = max(before, now)
				return further
			})
			v.die()
			if _, err := db.DB().ExecContext(t.Context(), `UPDATE jobs SET claimed_until = NULL`); err != nil { // the lease is over
				t.Fatal(err)
			}
		}
		v = s.serve()
		until(t, "everything to be done", func() bool {
			return number(t, db.DB(), `SELECT count(*) FROM jobs WHERE done_at IS NULL AND run_at < (SELECT max(run_at) FROM jobs WHERE kind = 'EXPORT')`) == 0 &&
				number(t, db.DB(), `SELECT count(*) FROM exports WHERE state = 'WAITING'`) == 0 && number(t, db.DB(), `SELECT count(*) FROM experiences WHERE story LIKE 'kestrel1%'`) == 0
		})
		for what, question := range map[string]string{
			"words of who left": `SELECT count(*) FROM experiences WHERE story LIKE 'kestrel1%'`, "places too few": `SELECT 120 - count(*) FROM experiences WHERE state = 'WITHDRAWN'`,
			"words gone of who stayed": `SELECT 120 - count(*) FROM experiences WHERE story LIKE 'kestrel0%'`, "jobs given up": `SELECT count(*) FROM jobs WHERE dead_at IS NOT NULL`,
			"pieces that are there twice": `SELECT count(*) - count(DISTINCT export_id || '/' || number) FROM export_parts`,
		} {
			if n := number(t, db.DB(), question); n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		for _, p := range leave {
			if a, err := (caller{v.url, p.token}).send(t.Context(), `{ viewer { id } }`, nil); err != nil || a.Status != http.StatusUnauthorized {
				t.Errorf("who left came in: %v %s", err, a.Text)
			}
		}
		for _, p := range stay {
			fetches(t, caller{v.url, p.token})
		}
		if code := v.end(os.Interrupt); code != 0 {
			t.Errorf("ended with %d and said:\n%s", code, v.heard)
		}
	})
}

// fetches takes somebody's own data by the link: opening it uses nothing up, sending the secret works once.
func fetches(t *testing.T, p caller) {
	t.Helper()
	id := at(p.ask(t, `{ viewer { exports { nodes { id } } } }`, nil), "viewer", "exports", "nodes", 0, "id")
	path := at(p.ask(t, `mutation($id: ID!) { exportLink(input: {exportId: $id}) { path userErrors { message } } }`, vars{"id": id}), "exportLink", "path").(string)
	page, secret, _ := strings.Cut(path, "#")
	for range 2 {
		if got := sure(http.Get(p.url + page))(t); got.StatusCode != 200 || !strings.Contains(got.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("the page: %d %v", got.StatusCode, got.Header)
		}
	}
	for try := range 2 {
		got := sure(http.PostForm(p.url+page, url.Values{"secret": {secret}}))(t)
		var file struct {
			Format      string
			Experiences []vars
		}
		err := json.NewDecoder(got.Body).Decode(&file)
		_ = got.Body.Close()
		switch {
		case try == 0 && (err != nil || file.Format != "hearback-export" || len(file.Experiences) != 30 || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment")):
			t.Errorf("the file: %d %v, %d experiences, %v", got.StatusCode, err, len(file.Experiences), got.Header)
		case try == 1 && got.StatusCode != http.StatusNotFound:
			t.Errorf("once more: %d", got.StatusCode)
		}
	}
}

// TestWorkBeside: a worker of its own does what a server leaves, where the database lets several in; a SQLite file does not,
// and says why.
func TestWorkBeside(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		v := s.serve("--no-work")
		p := caller{v.url, begin(t, v.url).token}
		p.ask(t, takeOut, nil)
		if strings.HasPrefix(url, "sqlite") {
			code, _, said := s.run("work")
			if code != 1 || !strings.Contains(said, "one file serves one process") || !strings.Contains(said, "does the work in the background itself") {
				t.Errorf("%d %s", code, said)
			}
			return
		}
		worker := s.command("work")
		held := sure(worker.StdinPipe())(t) // it ends with whoever runs the tests
		defer func() { _ = held.Close() }()
		if err := worker.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = worker.Process.Kill() }()
		until(t, "the worker to make the file", func() bool {
			return at(p.ask(t, `{ viewer { exports { nodes { state } } } }`, nil), "viewer", "exports", "nodes", 0, "state") == "READY"
		})
		if err := worker.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := worker.Wait(); err != nil {
			t.Errorf("told to stop, it ended with %v", err)
		}
	})
}
