package graph_test

import (
	"net/http/httptest"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"go.uber.org/goleak"

	"hearback/auth"
	"hearback/ent/dbtest"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/typeid"
	"hearback/graph"
	"hearback/internal/pubsub"
	"hearback/workflow"
)

// endsWithoutData waits until the stream is over; what comes before may be a reason, never news.
func (s stream) endsWithoutData(t *testing.T) {
	t.Helper()
	for a := range s {
		if a["data"] != nil {
			t.Errorf("something came: %v", a)
		}
	}
}

// announce has the broker say something, whether or not it is true.
func (s *stage) announce(topic, id string) {
	s.t.Helper()
	tx, err := s.DB.Tx(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	event := pubsub.Event{Topic: topic, ID: id}
	if err := s.Broker.BeforeCommit(s.t.Context(), tx, event); err != nil {
		s.t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		s.t.Fatal(err)
	}
	s.Broker.AfterCommit(event)
}

const myNews = `subscription { stepTaken { kind words experience { id story } } }`

func newsOf(at *ent.Service, fields string) string {
	return `subscription { experiencePublished(within: "` + string(at.ID) + `") { ` + fields + ` } }`
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		mo, server := s.somebody("Mo", auth.Moderator, ward), s.server()
		for what, listen := range map[string]func(*person) stream{
			"EventStream": func(p *person) stream { return p.hear(server, myNews) },
			"Socket":      func(p *person) stream { return p.call(server, myNews) },
		} {
			t.Run(what, func(t *testing.T) {
				pat := s.start("Pat")
				told := pat.share(ward, "PATIENT", "I waited.")
				heard := listen(pat)
				s.listening(pat)
				pat.act(`mutation { sessionEnd { ended userErrors { code } } }`, nil, "")
				mo.publish(told)
				heard.endsWithoutData(t)
			})
		}
	})
}

// What a moderator may read about an experience ends with the role, in the midst of a stream, too.
func TestAStreamSeesWhatItsViewerMaySeeNow(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, max := s.start("Pat"), s.somebody("Max", auth.Moderator, ward)
		ada, server := s.somebody("Ada", auth.Administrator, ward), s.server()
		decided := newsOf(ward, "id decisions { nodes { kind reason } }")
		mo, mia := s.somebody("Mo", auth.Moderator, ward), s.somebody("Mia", auth.Moderator, ward)
		heard := map[*person]stream{mo: mo.hear(server, decided), mia: mia.call(server, decided)}
		s.listening(mo, mia)
		max.publish(pat.share(ward, "PATIENT", "I waited."))
		for who, stream := range heard {
			if got := stream.next(t); dig(got, "data.experiencePublished.decisions.nodes.0.kind") != "PUBLISH" {
				t.Fatalf("%s, a moderator, hears %v", who.name, got)
			}
			if a := ada.ends(who.membership(t)); a.code() != "" {
				t.Fatal(a.Body)
			}
		}
		told := pat.share(ward, "PATIENT", "Sister Agnes was unkind.")
		for _, a := range []answer{max.returns(told, 1, "Please leave Sister Agnes' name out."), pat.revises(told, 2, vars{"story": "A nurse was unkind."}), max.publishes(told, 3)} {
			if a.code() != "" {
				t.Fatal(a.Body)
			}
		}
		for who, stream := range heard {
			got := stream.next(t)
			if dig(got, "data.experiencePublished.id") != told || dig(got, "data.experiencePublished.decisions") != nil {
				t.Errorf("%s, no moderator any more, hears %v", who.name, got)
			}
		}
	})
}

func TestWhatMayNotBeSeenIsLeftOut(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, fay, mo := s.start("Pat"), s.start("Fay"), s.somebody("Mo", auth.Moderator, nil)
		server := s.server()
		hidden, told := fay.share(ward, "RELATIVE", "Hidden."), pat.share(ward, "PATIENT", "I waited.")
		mo.publish(fay.share(s.place("Elsewhere", nil), "RELATIVE", "Seen."))
		notMine := fay.get(`{ viewer { steps { nodes { id } } } }`, nil, "viewer.steps.nodes.0.id").(string)
		steps, published := pat.hear(server, myNews), s.start("Somebody").call(server, newsOf(ward, "id"))
		s.listening(pat, pat)
		s.announce(workflow.PublishedAt(ward.ID), hidden)
		s.announce(workflow.PublishedAt(ward.ID), string(typeid.New(typeid.Experience)))
		s.announce(workflow.StepsOf(typeid.ID(pat.id)), notMine)
		mo.publish(told)
		if got := published.next(t); dig(got, "data.experiencePublished.id") != told {
			t.Errorf("everybody hears %v", got)
		}
		if got := steps.next(t); dig(got, "data.stepTaken.experience.id") != told {
			t.Errorf("Pat hears %v", got)
		}
	})
}

func TestNewsComeFromBelowAndNotFromBeside(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		site := s.place("Site", trust)
		ward, beside := s.place("Ward 7", site), s.place("Ward 8", site)
		elsewhere := s.place("Elsewhere", nil)
		pat, mo, server := s.start("Pat"), s.somebody("Mo", auth.Moderator, nil), s.server()
		above, here := s.nobody().hear(server, newsOf(trust, "id")), s.start("Somebody").call(server, newsOf(ward, "id"))
		s.listening(pat, pat)
		var told []string
		for _, at := range []*ent.Service{elsewhere, beside, ward, trust} {
			told = append(told, pat.share(at, "PATIENT", "I waited."))
			mo.publish(told[len(told)-1])
		}
		for _, want := range told[1:] {
			if got := dig(above.next(t), "data.experiencePublished.id"); got != want {
				t.Errorf("above is heard %v, want %s", got, want)
			}
		}
		if got := dig(here.next(t), "data.experiencePublished.id"); got != told[2] {
			t.Errorf("the ward hears %v, want its own %s", got, told[2])
		}
		mo.publish(pat.share(ward, "PATIENT", "Again."))
		if got := dig(here.next(t), "data.experiencePublished.id"); got == told[3] {
			t.Error("the ward hears of the trust")
		}
	})
}

// beside is a second house on the same database, as a second process would be.
func (s *stage) beside() *stage {
	other := setup(s.t, dbtest.Open(s.t, s.db.Store.URL()))
	other.Flow.Tokens, other.Flow.Now, other.clock = s.Flow.Tokens, s.clock.Now, s.clock
	other.door = other.Handler(graph.Options{Streams: other.streams, Limits: graph.DefaultLimits()})
	return other
}

// at is the same person at another house.
func (p *person) at(house *stage) *person {
	there := *p
	there.stage = house
	return &there
}

func TestTwoHousesOnOnePostgreSQL(t *testing.T) {
	t.Parallel()
	s := setup(t, dbtest.Open(t, dbtest.Postgres(t)))
	other := s.beside()
	ward := s.place("Ward 7", nil)
	pat, mo, sam := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward)
	heard := pat.at(other).hear(other.server(), `subscription { stepTaken { kind response { body } } }`)
	everybody := s.start("Somebody").at(other).call(other.server(), newsOf(ward, "id"))
	other.listening(pat, pat)
	told := pat.share(ward, "PATIENT", "I waited.")
	mo.publish(told)
	if got := heard.next(t); dig(got, "data.stepTaken.kind") != "HEARD" {
		t.Errorf("at the other house Pat hears %v", got)
	}
	if got := everybody.next(t); dig(got, "data.experiencePublished.id") != told {
		t.Errorf("at the other house everybody hears %v", got)
	}
	sam.act(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { code } } }`, vars{"in": vars{"experienceId": told, "body": "Sorry."}}, "")
	if got := heard.next(t); dig(got, "data.stepTaken.response.body") != "Sorry." {
		t.Errorf("at the other house Pat hears %v", got)
	}
	t.Run("ASessionThatEndsHereEndsThere", func(t *testing.T) {
		pat.act(`mutation { sessionEnd { ended userErrors { code } } }`, nil, "")
		pat.at(other).turnedAway(t, "ended at the other house")
	})
}

// speak opens a socket, says who it is (nil: nothing about it) and gives the connection and the first answer or its end.
func speak(t testing.TB, server *httptest.Server, payload vars) (*websocket.Conn, string, error) {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), server.URL+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	first := vars{"type": "connection_init"}
	if payload != nil {
		first["payload"] = payload
	}
	if err := wsjson.Write(t.Context(), conn, first); err != nil {
		t.Fatal(err)
	}
	var ack struct{ Type string }
	err = wsjson.Read(t.Context(), conn, &ack)
	return conn, ack.Type, err
}

func TestSocketsAndTheirTokens(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, pat, gone := s.place("Ward 7", nil), s.start("Pat"), s.start("Gone")
		gone.act(`mutation { sessionEnd { ended userErrors { code } } }`, nil, "")
		server := s.server()
		t.Run("WithoutOneItIsNobodys", func(t *testing.T) {
			conn, said, err := speak(t, server, nil)
			if err != nil || said != "connection_ack" {
				t.Fatalf("%s %v", said, err)
			}
			for id, query := range map[string]string{"mine": myNews, "all": newsOf(ward, "id")} {
				if err := wsjson.Write(t.Context(), conn, vars{"id": id, "type": "subscribe", "payload": vars{"query": query}}); err != nil {
					t.Fatal(err)
				}
			}
			var m struct {
				ID, Type string
				Payload  any
			}
			if err := wsjson.Read(t.Context(), conn, &m); err != nil || m.ID != "mine" || code(m.Payload) != "UNAUTHENTICATED" {
				t.Errorf("nobody's own news: %v %v", m, err)
			}
			s.listening(pat) // to what everybody may hear
		})
		for what, payload := range map[string]vars{
			"Nonsense":     {"authorization": "Bearer nonsense"},
			"NoBearer":     {"authorization": "Basic cGF0OnBhdA=="},
			"Empty":        {"authorization": ""},
			"ANumber":      {"token": 17},
			"EndedSession": {"authorization": "Bearer " + gone.token},
			"Refresh":      {"token": pat.refresh},
		} {
			t.Run(what, func(t *testing.T) {
				if _, said, err := speak(t, server, payload); websocket.CloseStatus(err) != 4403 {
					t.Errorf("it is answered with %s %v", said, err)
				}
			})
		}
	})
}

// code is the first code in the payload of an error message.
func code(payload any) any {
	if c := dig(payload, "0.extensions.code"); c != nil {
		return c
	}
	return dig(payload, "errors.0.extensions.code")
}

func TestShutdownEndsStreams(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		pat, server := s.start("Pat"), s.server()
		events, socket := pat.hear(server, myNews), pat.call(server, myNews)
		s.listening(pat, pat)
		if err := s.streams.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		events.ended(t)
		socket.ended(t)
		if n := s.streams.Len(); n != 0 {
			t.Errorf("%d streams are open", n)
		}
	})
}

// Not parallel: it counts what the whole process runs.
func TestAClientThatVanishesLeavesNothing(t *testing.T) { //nolint:paralleltest // see above
	for name, fresh := range map[string]func(testing.TB) string{dialect.SQLite: dbtest.SQLite, dialect.Postgres: dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			s := setup(t, dbtest.Open(t, fresh(t)))
			pat, server := s.start("Pat"), s.server()
			ward := s.place("Ward 7", nil)
			pat.share(ward, "PATIENT", "I waited.")
			visit := func(t *testing.T) {
				here := *s
				here.t = t
				for range 3 {
					pat.at(&here).hear(server, myNews)
					pat.at(&here).call(server, newsOf(ward, "id"))
				}
				s.listening(pat, pat, pat, pat, pat, pat)
			}
			t.Run("first", visit) // opens what stays open, such as connections to the database
			server.CloseClientConnections()
			before := goleak.IgnoreCurrent()
			t.Run("vanishing", visit)
			goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
			if n := s.streams.Len(); n != 0 {
				t.Errorf("%d streams are open", n)
			}
		})
	}
}

// A socket stays open for long; each question on it is asked with the rights of that moment.
func TestEachQuestionOnASocketHasTheRightsOfItsMoment(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		mo, pat := s.somebody("Mo", auth.Moderator, ward), s.start("Pat")
		pat.share(ward, "PATIENT", "It was loud.")
		ask := mo.asksOn(s.server())
		const queue = `{ viewer { moderationQueue { totalCount } } }`
		if kind, got := ask("1", queue); kind != "next" || dig(got, "data.viewer.moderationQueue.totalCount") != 1.0 {
			t.Fatalf("a moderator gets %s %v", kind, got)
		}
		s.DB.Membership.Update().Where(membership.PersonID(typeid.ID(mo.id))).SetEndedAt(s.clock.Now()).ExecX(s.system())
		if _, got := ask("2", queue); dig(got, "data.viewer.moderationQueue.totalCount") != nil {
			t.Errorf("who was a moderator gets %v", got)
		}
		s.DB.Session.UpdateOneID(typeid.ID(mo.session)).SetEndedAt(s.clock.Now()).ExecX(s.system())
		if kind, got := ask("3", `mutation { viewerRename(input: {name: "zqlate"}) { viewer { id } } }`); kind != "closed with 4403" {
			t.Errorf("whose session is over gets %s %v", kind, got)
		}
		if name := s.DB.Person.GetX(s.system(), typeid.ID(mo.id)).Name; name == "zqlate" {
			t.Error("whose session is over has done something")
		}
	})
}
