package main_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hearback/ent/dbtest"
	"hearback/ent/store"
)

// How hard the crash is tried.
const (
	writers = 8
	deaths  = 6
)

// TestKilledInTheMiddleOfWrites kills the process again and again while people share and a moderator publishes. Nobody gives
// up: what was not answered is sent again, with the same id. At the end everything is there once and whole.
func TestKilledInTheMiddleOfWrites(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		c := newCrash(t, s)
		for i := range deaths {
			c.after(c.acked.Load() + 10 + rand.Int64N(30))
			c.server.die()
			c.came(s.serve(), i == deaths-1)
		}
		c.people.Wait()
		c.holds(t)
		if code := c.server.end(os.Interrupt); code != 0 {
			t.Errorf("ended with %d and said:\n%s", code, c.server.heard)
		}
		c.whole(t, url)
		t.Logf("%d deaths: %d sent and kept, %d times not answered, %d of those had happened all the same", deaths, c.acked.Load(), c.unanswered.Load(), c.replayed.Load())
	})
}

// crash is a store whose server dies, and the people who do not let that stop them.
type crash struct {
	t      *testing.T
	ward   string
	people sync.WaitGroup
	kept   chan string // what was acknowledged and waits for the moderator

	acked, unanswered, replayed atomic.Int64

	mu      sync.Mutex
	server  *server
	alive   chan struct{} // closed when the next server is there
	last    bool          // no more deaths: finish what is begun
	reached chan struct{} // closed when enough was acknowledged
	enough  int64
	stories map[string][]string // what each person had acknowledged
}

func newCrash(t *testing.T, s *site) *crash {
	c := &crash{t: t, kept: make(chan string, 10_000), alive: make(chan struct{}), stories: map[string][]string{}}
	c.server = s.serve()
	c.ward = caller{c.server.url, s.token("administrator")}.ward(t, "Kestrel Ward")
	moderator := s.token("moderator")
	var sharing sync.WaitGroup
	for i := range writers {
		token := begin(t, c.server.url).token
		sharing.Go(func() { c.share(i, token) })
	}
	go func() { sharing.Wait(); close(c.kept) }()
	c.people.Go(func() { c.moderate(moderator) })
	return c
}

// share says one thing after the other until the last server is there and has heard some more.
func (c *crash) share(who int, token string) {
	for n, more := 0, 3; more > 0 && !c.t.Failed(); n++ {
		id, story := newID(), fmt.Sprintf("kestrel word%dx%d and nothing else", who, n)
		c.insist(token, share, vars{"id": id, "ward": c.ward, "story": story}, "experienceShare")
		c.mu.Lock()
		c.stories[token] = append(c.stories[token], id+" "+story)
		if c.last {
			more--
		}
		c.mu.Unlock()
		c.kept <- id
	}
}

// moderate publishes everything that was acknowledged.
func (c *crash) moderate(token string) {
	for id := range c.kept {
		c.insist(token, publish, vars{"id": id}, "experiencePublish")
	}
}

// insist sends the same until it is answered. Between two servers it waits for the next.
func (c *crash) insist(token, query string, v vars, field string) {
	for !c.t.Failed() {
		server, next, last := c.now()
		a, err := caller{server.url, token}.send(context.Background(), query, v)
		if err == nil && a.worked() {
			if at(a.Data, field, "replayed") == true {
				c.replayed.Add(1)
			}
			c.count()
			return
		}
		if err == nil {
			c.t.Errorf("%s was answered with %d %s", field, a.Status, a.Text)
			return
		}
		c.unanswered.Add(1)
		if last {
			c.t.Errorf("nobody killed the last server, but: %v", err)
			return
		}
		<-next
	}
}

func (c *crash) now() (v *server, next chan struct{}, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server, c.alive, c.last
}

func (c *crash) count() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.acked.Add(1) >= c.enough && c.reached != nil {
		close(c.reached)
		c.reached = nil
	}
}

// after waits until so many were acknowledged.
func (c *crash) after(enough int64) {
	reached := make(chan struct{})
	c.mu.Lock()
	c.enough, c.reached = enough, reached
	c.mu.Unlock()
	select {
	case <-reached:
	case <-time.After(patience):
		c.t.Fatal("the people do not come to anything")
	}
}

// came lets everybody go on with the next server.
func (c *crash) came(v *server, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server, c.last = v, last
	close(c.alive)
	c.alive = make(chan struct{})
}

const mine = `query($after: Cursor) { viewer { contributions(first: 100, after: $after) { nodes { id story state version } pageInfo { endCursor hasNextPage } } } }`

// holds asks the last server, as each of the people, for what they were told was kept.
func (c *crash) holds(t *testing.T) {
	all := 0
	for token, acknowledged := range c.stories {
		me, found := caller{c.server.url, token}, map[string]int{}
		for after := any(nil); ; {
			page := at(me.ask(t, mine, vars{"after": after}), "viewer", "contributions")
			nodes, _ := at(page, "nodes").([]any)
			for _, e := range nodes {
				found[text(e, "id")+" "+text(e, "story")]++
				if text(e, "state") != "PUBLISHED" || at(e, "version") != 2.0 {
					t.Errorf("half of it happened: %v", e)
				}
			}
			if at(page, "pageInfo", "hasNextPage") != true {
				break
			}
			after = at(page, "pageInfo", "endCursor")
		}
		for _, one := range acknowledged {
			if found[one] != 1 {
				t.Errorf("%q is there %d times", one, found[one])
			}
		}
		if len(found) != len(acknowledged) {
			t.Errorf("%d are there, %d were acknowledged", len(found), len(acknowledged))
		}
		all += len(acknowledged)
		c.searches(t, me, acknowledged)
	}
	nobody := caller{url: c.server.url}
	if total := at(nobody.ask(t, `{ experiences(first: 1, where: {text: "kestrel"}) { totalCount } }`, nil), "experiences", "totalCount"); total != float64(all) {
		t.Errorf("the search finds %v of %d", total, all)
	}
	if c.unanswered.Load() == 0 || all < deaths*writers {
		t.Errorf("%d things, %d unanswered: this proved nothing", all, c.unanswered.Load())
	}
}

// searches looks for each one by its own word.
func (c *crash) searches(t *testing.T, me caller, acknowledged []string) {
	for _, one := range acknowledged {
		id, story, _ := strings.Cut(one, " ")
		data := me.ask(t, `query($w: String!) { experiences(first: 2, where: {text: $w}) { nodes { id } } }`, vars{"w": strings.Fields(story)[1]})
		if nodes, _ := at(data, "experiences", "nodes").([]any); len(nodes) != 1 || text(nodes[0], "id") != id {
			t.Errorf("the search for %q finds %v", story, nodes)
		}
	}
}

// whole looks into the tables for halves: each question counts what must not be.
func (c *crash) whole(t *testing.T, url string) {
	s := sure(store.Open(t.Context(), url))(t)
	defer func() { _ = s.Close() }()
	for what, question := range map[string]string{
		"experiences without an author":      `SELECT count(*) FROM experiences e WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = e.author_id)`,
		"published without one decision":     `SELECT count(*) FROM experiences e WHERE state = 'PUBLISHED' AND 1 <> (SELECT count(*) FROM moderation_decisions d WHERE d.experience_id = e.id)`,
		"published and told other than once": `SELECT count(*) FROM experiences e WHERE state = 'PUBLISHED' AND 1 <> (SELECT count(*) FROM steps s WHERE s.experience_id = e.id AND s.person_id = e.author_id)`,
		"decisions on what is not published": `SELECT count(*) FROM moderation_decisions d WHERE NOT EXISTS (SELECT 1 FROM experiences e WHERE e.id = d.experience_id AND e.state = 'PUBLISHED')`,
		"people with gaps in their numbers": `SELECT count(*) FROM people p WHERE p.steps <> (SELECT count(*) FROM steps s WHERE s.person_id = p.id)
			OR p.steps <> (SELECT coalesce(max(number), 0) FROM steps s WHERE s.person_id = p.id)`,
		"sessions without a refresh token": `SELECT count(*) FROM sessions x WHERE NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.session_id = x.id)`,
	} {
		if n := number(t, s.DB(), question); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	if s.Dialect() == "sqlite3" {
		var said string
		if err := s.DB().QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
			t.Errorf("the file is %s (%v)", said, err)
		}
	}
}

func number(t *testing.T, db *sql.DB, question string) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), question).Scan(&n); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return n
}
