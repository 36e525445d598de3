package main_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"hearback/internal/pgtest"
)

// TestPostgresGoesAndComesBack takes the database away under load. Everybody is told so in a clean sentence, the server stays,
// and all goes on by itself when the database is back; who follows their line misses nothing.
func TestPostgresGoesAndComesBack(t *testing.T) {
	t.Parallel()
	cluster := pgtest.For(t)
	db := sure(sql.Open("postgres", cluster.URL("postgres")))(t)
	sure(db.ExecContext(t.Context(), "CREATE DATABASE hearback"))(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := newSite(t, cluster.URL("hearback"))
	v := s.serve()
	ward := caller{v.url, s.token("administrator")}.ward(t, "Heron Ward")
	moderator := caller{v.url, s.token("moderator")}
	rosa := begin(t, v.url)
	line := follow(t, rosa)
	line.until(rosa.heardOf(t, moderator, ward))

	o := newOutage(t, v, ward)
	o.steady.Wait()
	early := rosa.shares(t, ward, "told of before anybody listens again")
	if err := cluster.Halt(); err != nil {
		t.Fatal(err)
	}
	o.hurt.Wait()
	if got, body := fetch(t, "GET", v.url+"/readyz"); got.StatusCode != http.StatusServiceUnavailable || body != "the store does not answer\n" {
		t.Errorf("readyz says %d %q", got.StatusCode, body)
	}
	healthy(t, v, "/healthz", "alive\n")
	if err := cluster.Resume(); err != nil {
		t.Fatal(err)
	}
	until(t, "the store takes writes again", func() bool {
		return sure(moderator.send(t.Context(), publish, vars{"id": early}))(t).worked()
	})
	line.until(early) // the server's own ear at the database waits a moment longer before it connects
	o.well.Wait()
	healthy(t, v, "/readyz", "ready\n")
	o.holds(t)
	line.live(t, moderator, ward)
	o.tells(t, v)
}

// heardOf shares something and has it published.
func (c caller) heardOf(t *testing.T, moderator caller, ward string) string {
	t.Helper()
	id := c.shares(t, ward, "about the outage")
	moderator.ask(t, publish, vars{"id": id})
	return id
}

// outage is a load that goes on through it. Each of the clients goes through three phases: it works, it does not, it does.
type outage struct {
	t                  *testing.T
	url, ward          string
	steady, hurt, well sync.WaitGroup

	mu   sync.Mutex
	kept map[string][]string
	told map[string]int
}

const (
	clients = 6
	times   = 3 // how often something has to happen to be a phase
)

func newOutage(t *testing.T, v *server, ward string) *outage {
	o := &outage{t: t, url: v.url, ward: ward, kept: map[string][]string{}, told: map[string]int{}}
	for range clients {
		o.steady.Add(1)
		o.hurt.Add(1)
		o.well.Add(1)
		go o.client(begin(t, v.url))
	}
	return o
}

func (o *outage) client(c caller) {
	o.phase(&o.steady, c, true)
	o.phase(&o.hurt, c, false)
	o.phase(&o.well, c, true)
}

// phase goes on until requests came out often enough as they should; every write is sent until it is kept.
func (o *outage) phase(over *sync.WaitGroup, c caller, works bool) {
	defer over.Done()
	for n := 0; n < times && !o.t.Failed(); {
		id := newID()
		for kept := false; !kept && n < times && !o.t.Failed(); {
			o.attempt(caller{url: c.url}, `{ experiences(first: 5) { nodes { id service { name } } } services(first: 1) { nodes { id } } }`, nil)
			o.attempt(caller{url: c.url}, `mutation { sessionStart { recoveryCode userErrors { code } } }`, nil)
			o.attempt(c, `{ viewer { id contributions(first: 5) { nodes { line { stage } } } } }`, nil)
			if kept = o.attempt(c, share, vars{"id": id, "ward": o.ward, "story": "on its way"}); kept {
				o.keep(c.token, id)
			}
			if kept == works {
				n++
			}
		}
	}
}

func (o *outage) keep(token, id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept[token] = append(o.kept[token], id)
}

// attempt asks once. What does not work must be said in words for people.
func (o *outage) attempt(c caller, query string, v vars) bool {
	a, err := c.send(context.Background(), query, v)
	if err != nil {
		o.t.Errorf("no answer: %v", err)
		return false
	}
	if a.worked() {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told[fmt.Sprint(a.Status, " ", a.code())]++
	for _, e := range a.Errors {
		if e.Extensions.Code != "UNAVAILABLE" || e.Extensions.RequestID == "" {
			o.t.Errorf("%d %s", a.Status, a.Text)
		}
	}
	said := strings.ToLower(a.Text)
	for _, never := range []string{"pq:", "sql", "driver", "dial", "refused", "eof", "broken pipe", "reset", "terminat", "postgres", "insert", "constraint", "goroutine"} {
		if len(a.Errors) == 0 || strings.Contains(said, never) {
			o.t.Errorf("%d %s", a.Status, a.Text)
		}
	}
	return false
}

// holds asks each client for what was kept.
func (o *outage) holds(t *testing.T) {
	for token, ids := range o.kept {
		var found []string
		nodes, _ := at(caller{o.url, token}.ask(t, mine, nil), "viewer", "contributions", "nodes").([]any)
		for _, e := range nodes {
			found = append(found, text(e, "id"))
		}
		slices.Sort(found)
		slices.Sort(ids)
		if n := len(found) - len(ids); n < 0 || n > 1 || !subset(ids, found) { // one may have happened and never been answered
			t.Errorf("kept %v, found %v", ids, found)
		}
	}
	t.Logf("while the database was away: %v", o.told)
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// tells looks into the log: causes are there, once per failed answer, and no panic.
func (o *outage) tells(t *testing.T, v *server) {
	said := v.heard.String()
	if !strings.Contains(said, "an answer failed") || strings.Contains(said, "panic") || strings.Contains(said, "password") {
		t.Errorf("the log:\n%.5000s", said)
	}
}
