package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/dbtest"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/policyclause"
	"hearback/ent/generated/ent/service"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/graph"
	letterbook "hearback/internal/letters"
	"hearback/internal/mail"
	"hearback/internal/pubsub"
	"hearback/internal/transport"
	"hearback/workflow"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// stage is one house on a clean database, with a clock and a letter box of its own, for one story.
type stage struct {
	*graph.House
	t       testing.TB
	db      *dbtest.DB
	door    http.Handler
	streams *transport.Streams
	clock   *clock
	letters *letters
	ears    *ears
	log     *bytes.Buffer
}

// tell runs a story on both databases.
func tell(t *testing.T, story func(t *testing.T, s *stage)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) { story(t, setup(t, db)) })
}

// lengthy leaves a story out of a short run, and says so.
func lengthy(t *testing.T, because string) {
	t.Helper()
	if testing.Short() {
		t.Skip("NOT TESTED with -short: " + because)
	}
}

func setup(t testing.TB, db *dbtest.DB) *stage {
	set, err := auth.GenerateKeySet(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: time.Date(2026, 5, 14, 9, 30, 0, 0, time.UTC)}
	keys, err := auth.ParseKeyring(set, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, db: db, streams: &transport.Streams{}, clock: c, letters: &letters{}, log: &bytes.Buffer{}}
	s.ears = &ears{Broker: s.broker(), open: make(chan struct{}, 100)}
	broker := s.ears
	t.Cleanup(func() {
		_ = s.streams.Shutdown(context.Background())
		_ = broker.Close()
	})
	flow := &workflow.Flow{
		DB: db.Client, Dialect: db.Store.Dialect(), Broker: broker, Mail: s.letters, Letters: s.book(), Now: c.Now,
		Tokens: auth.Tokens{Keys: keys, Issuer: "hearback", Audience: "hearback", Now: c.Now},
	}
	s.House = &graph.House{DB: db.Client, Flow: flow, Broker: broker, Now: c.Now, SmallNumber: query.K}
	log := slog.New(slog.NewTextHandler(&locked{w: s.log}, nil))
	s.door = s.Handler(graph.Options{Log: log, Introspection: true, Streams: s.streams, Limits: graph.DefaultLimits()})
	return s
}

func (s *stage) book() *letterbook.Book {
	b, err := letterbook.Open()
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

func (s *stage) broker() pubsub.Broker {
	if s.db.Store.Dialect() != dialect.Postgres {
		return pubsub.NewLocal()
	}
	b, err := pubsub.NewPostgres(s.t.Context(), s.db.Store.URL(), pubsub.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// ears are a broker that tells a test when somebody has begun to listen.
type ears struct {
	pubsub.Broker
	open chan struct{}
}

func (e *ears) Subscribe(topics ...string) *pubsub.Subscription {
	defer func() { e.open <- struct{}{} }()
	return e.Broker.Subscribe(topics...)
}

// listening waits until these people's subscriptions have begun.
func (s *stage) listening(people ...*person) {
	s.t.Helper()
	for range people {
		select {
		case <-s.ears.open:
		case <-time.After(patience):
			s.t.Fatal("nobody listens")
		}
	}
}

// clock is a time that stands until it is moved on.
type clock struct {
	guard sync.Mutex
	now   time.Time
}

func (c *clock) Now() time.Time {
	c.guard.Lock()
	defer c.guard.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.guard.Lock()
	defer c.guard.Unlock()
	c.now = c.now.Add(d)
}

// letters keeps what was sent.
type letters struct {
	guard sync.Mutex
	sent  []mail.Message
}

func (l *letters) Send(_ context.Context, m mail.Message) error {
	l.guard.Lock()
	defer l.guard.Unlock()
	l.sent = append(l.sent, m)
	return nil
}

func (l *letters) last() mail.Message {
	l.guard.Lock()
	defer l.guard.Unlock()
	return l.sent[len(l.sent)-1]
}

// locked makes a buffer safe for several writers.
type locked struct {
	guard sync.Mutex
	w     io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.guard.Lock()
	defer l.guard.Unlock()
	return l.w.Write(p)
}

// place makes a service below another one (nil for a root).
func (s *stage) place(name string, above *ent.Service) *ent.Service {
	id := typeid.New(typeid.Service)
	path, q := string(id)+"/", s.DB.Service.Create()
	if above != nil {
		path = above.Path + path
		q.SetParentID(above.ID)
	}
	row, err := q.SetID(id).SetCreatedAt(s.clock.Now()).SetName(name).SetSortName(workflow.SortName(name)).SetKind(service.KindWard).SetPath(path).Save(s.system())
	if err != nil {
		s.t.Fatal(err)
	}
	return row
}

func (s *stage) system() context.Context {
	return rule.AsSystem(context.Background(), "a test sets the stage")
}

// person is somebody on the stage, with a token for the door.
type person struct {
	*stage
	name, id, session, token, refresh string
}

// contributor is somebody signed in without a role.
func (s *stage) contributor(name string) *person { return s.somebody(name, "", nil) }

// somebody holds a role at a place (nil for everywhere; no role for a contributor).
func (s *stage) somebody(name string, role auth.Role, at *ent.Service, scopes ...auth.Scope) *person {
	s.t.Helper()
	granted := auth.SessionScopes()
	if len(scopes) > 0 {
		granted = scopes
	}
	where := ""
	if at != nil {
		where = string(at.ID)
	}
	session, err := s.Flow.Appoint(context.Background(), role, where, name, name+"'s title", granted)
	if err != nil {
		s.t.Fatal(err)
	}
	claims, err := s.Flow.Tokens.Verify(session.AccessToken)
	if err != nil {
		s.t.Fatal(err)
	}
	p := &person{s, name, claims.Person, claims.Session, session.AccessToken, session.RefreshToken}
	p.trusted(true)
	return p
}

// trusted says whether the answers of a person skip the moderators. Those on the stage do; newcomers are made by a story.
func (p *person) trusted(yes bool) *person {
	p.DB.Membership.Update().Where(membership.PersonID(typeid.ID(p.id))).SetTrusted(yes).ExecX(p.system())
	return p
}

// nobody asks without a token.
func (s *stage) nobody() *person { return &person{stage: s, name: "nobody"} }

// hold gives a person one more role.
func (p *person) hold(role membership.Role, at *ent.Service) *ent.Membership {
	q := p.DB.Membership.Create().SetCreatedAt(p.clock.Now()).SetPersonID(typeid.ID(p.id)).SetRole(role).SetTrusted(true)
	if at != nil {
		q.SetServiceID(at.ID)
	}
	m, err := q.Save(p.system())
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// vars are the variables of an operation.
type vars map[string]any

// answer is what came back.
type answer struct {
	Status int
	Body   string
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

// ask sends an operation as this person, as a client would.
func (p *person) ask(query string, v vars) answer {
	p.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": v})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.send(body)
}

func (p *person) send(body []byte) answer {
	p.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	w := httptest.NewRecorder()
	p.door.ServeHTTP(w, r.WithContext(graph.NameRequest(r.Context(), "req-1")))
	a := answer{Status: w.Code, Body: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		p.t.Fatalf("%s got no JSON: %s", p.name, w.Body)
	}
	return a
}

// get asks and wants no errors; path leads to the part of the answer that is given back.
func (p *person) get(query string, v vars, path string) any {
	p.t.Helper()
	a := p.ask(query, v)
	if len(a.Errors) > 0 {
		p.t.Fatalf("%s asked %s and got %.2000s\nlog: %.2000s", p.name, query, a.Body, p.log)
	}
	return a.at(path)
}

// act does a mutation and wants neither errors nor things to mend.
func (p *person) act(query string, v vars, path string) any {
	p.t.Helper()
	got := p.get(query, v, "")
	for verb, payload := range got.(map[string]any) {
		if problems, _ := payload.(map[string]any)["userErrors"].([]any); len(problems) > 0 {
			p.t.Fatalf("%s tried %s and was told %v", p.name, verb, problems)
		}
	}
	return dig(got, path)
}

// code is the code of the first error or thing to mend; empty when there is none.
func (a answer) code() string {
	if len(a.Errors) > 0 {
		return fmt.Sprint(a.Errors[0].Extensions["code"])
	}
	for _, payload := range a.Data {
		if m, ok := payload.(map[string]any); ok {
			if problems, _ := m["userErrors"].([]any); len(problems) > 0 {
				return fmt.Sprint(problems[0].(map[string]any)["code"])
			}
		}
	}
	return ""
}

func (a answer) at(path string) any { return dig(a.Data, path) }

// dig follows names and numbers, such as "experiences.nodes.0.id"; nil where there is nothing.
func dig(v any, path string) any {
	if path == "" {
		return v
	}
	for name := range strings.SplitSeq(path, ".") {
		switch here := v.(type) {
		case map[string]any:
			v = here[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(here) {
				return nil
			}
			v = here[i]
		default:
			return nil
		}
	}
	return v
}

// The acts that most stories begin with.

const shareQuery = `mutation($in: ExperienceShareInput!) { experienceShare(input: $in) { experience { id version state } replayed userErrors { code path message } } }`

// share tells an experience and gives its id.
func (p *person) share(at *ent.Service, relationship, story string) string {
	p.t.Helper()
	return p.act(shareQuery, vars{"in": vars{"serviceId": at.ID, "relationship": relationship, "story": story, "displayName": p.name}}, "experienceShare.experience.id").(string)
}

// publish lets everybody read it.
func (p *person) publish(experience string) {
	p.t.Helper()
	p.act(`mutation($in: ExperiencePublishInput!) { experiencePublish(input: $in) { experience { state } userErrors { code message } } }`,
		vars{"in": vars{"experienceId": experience, "expectedVersion": 1}}, "")
}

const decideQuery = `mutation($in: ExperienceDecideInput!) { experienceDecide(input: $in) { experience { id version state decisions(last: 1) { nodes { id } } } replayed userErrors { code path message ... on StaleVersion { currentVersion } } } }`

// tries decides on an experience, whatever comes of it.
func (p *person) tries(experience string, version int, what vars) answer {
	p.t.Helper()
	in := vars{"experienceId": experience, "expectedVersion": version}
	maps.Copy(in, what)
	return p.ask(decideQuery, vars{"in": in})
}

// decides decides on an experience, and wants nothing to mend.
func (p *person) decides(experience string, version int, what vars) answer {
	p.t.Helper()
	a := p.tries(experience, version, what)
	if a.code() != "" {
		p.t.Fatalf("%s decides %v and is told %s\nlog: %.2000s", p.name, what, a.Body, p.log)
	}
	return a
}

// answersEdits says yes ("AcceptEdits") or no ("RefuseEdits") to the words that a moderator offers.
func (p *person) answersEdits(how, experience string, version int) answer {
	p.t.Helper()
	a := p.ask(`mutation($in: Experience`+how+`Input!) { experience`+how+`(input: $in) { experience { id version state story displayName } replayed userErrors { code path message } } }`,
		vars{"in": vars{"experienceId": experience, "expectedVersion": version}})
	if len(a.Errors) > 0 {
		p.t.Fatalf("%s %s: %s", p.name, how, a.Body)
	}
	return a
}

const appealQuery = `mutation($in: DecisionAppealInput!) { decisionAppeal(input: $in) { appeal { id words decision { id } outcome { id } } replayed userErrors { code path message } } }`

// appeals asks a second moderator about a decision and gives the appeal's id.
func (p *person) appeals(decision any, words string) string {
	p.t.Helper()
	return p.act(appealQuery, vars{"in": vars{"decisionId": decision, "words": words}}, "decisionAppeal.appeal.id").(string)
}

// claims takes ("Claim") or gives back ("Release") what somebody reads.
func (p *person) claims(how, experience string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: Experience`+how+`Input!) { experience`+how+`(input: $in) { experience { id claim { viewerHolds until } } replayed userErrors { code path message } } }`, vars{"in": vars{"experienceId": experience}})
}

// clause is the id of a clause in force.
func (s *stage) clause(code string) typeid.ID {
	return s.DB.PolicyClause.Query().Where(policyclause.Code(code)).Order(policyclause.ByVersion(sql.OrderDesc())).FirstIDX(s.system())
}

// propose proposes a change of both sides and gives its id.
func (p *person) propose(at *ent.Service, title string) string {
	p.t.Helper()
	return p.act(`mutation($in: ChangeProposeInput!) { changePropose(input: $in) { change { id } userErrors { code message } } }`, vars{"in": vars{
		"serviceId": at.ID, "title": title, "difference": "Nobody waits without knowing why.",
		"coproducers": []vars{{"side": "PATIENT_FAMILY", "name": "Rose", "part": "patient"}, {"side": "STAFF", "name": "Sam", "part": "nurse"}},
	}}, "changePropose.change.id").(string)
}

// link says which experience led to a change and gives the link's id.
func (p *person) link(change, experience, why string) string {
	p.t.Helper()
	return p.act(`mutation($in: ChangeLinkInput!) { changeLink(input: $in) { origin { id } userErrors { code message } } }`,
		vars{"in": vars{"changeId": change, "experienceId": experience, "why": why}}, "changeLink.origin.id").(string)
}

// move moves a change.
func (p *person) move(change string, version int, to, words string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ChangeMoveInput!) { changeMove(input: $in) { replayed change { id state version reason } userErrors { code message path ... on StaleVersion { currentVersion } } } }`,
		vars{"in": vars{"changeId": change, "expectedVersion": version, "to": to, "words": words}})
}
