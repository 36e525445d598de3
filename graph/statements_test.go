package graph_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

const nested = `query($n: Int) { services(first: $n) { nodes { name trail { name } parent { name }
  experiences(first: 3) { totalCount nodes { story service { name } line { stage reason }
    responses(first: 2) { totalCount nodes { body experience { id } } }
    ledTo(first: 2) { nodes { why change { title originCount { ... on Exact { value } } progress(first: 2) { nodes { body } } } } } } }
  changes(first: 2) { nodes { title coproducers(first: 2) { nodes { name } } origins(first: 2) { totalCount nodes { experience { story } } } } } } } }`

// The number of statements depends on the shape of a question, never on the number of rows.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	lengthy(t, "it asks a great deal, one question after the other")
	tell(t, func(t *testing.T, s *stage) {
		var counts []int
		made := 0
		for _, services := range []int{1, 5, 50} { // with twenty experiences each: 20, 100 and 1,000 rows
			for ; made < services; made++ {
				s.ward(made, 20)
			}
			reader := s.nobody()
			said := s.db.Said(func() { reader.get(nested, vars{"n": 50}, "") })
			counts = append(counts, len(said))
			if len(said) > 18 {
				t.Errorf("%d statements for %d services: %s", len(said), services, fmt.Sprint(said))
			}
		}
		if counts[0] != counts[1] || counts[1] != counts[2] {
			t.Errorf("statements at 20, 100 and 1,000 rows: %v", counts)
		}
		t.Logf("statements at 20, 100 and 1,000 rows: %v", counts)
	})
}

// Each busy question has its number of statements; one more is a decision, not an accident.
func TestStatementsOfTheBusyQuestions(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.ward(0, 30)
		me := s.contributor("Pat")
		s.give(me, ward)
		s.DB.Change.Update().SetState(change.StateMade).ExecX(s.system())
		for _, q := range []struct {
			name, query string
			of          *person
			want        int
		}{
			{"newest of a service", `query($id: ID!) { experiences(where: {serviceId: $id}, first: 20) { nodes { displayName story responses(first: 3) { nodes { body authorName } } ledTo(first: 3) { nodes { why change { title state } } } } } }`, s.nobody(), 4},
			{"what my input led to", `{ viewer { changesMyInputLedTo(first: 20) { nodes { title state service { name } progress(last: 1) { nodes { body } } } } } }`, me, 5},
			{"one experience whole", `query($e: ID!) { node(id: $e) { ... on Experience { story service { name } responses { nodes { body } } ledTo { nodes { why change { title } } } line { stage } } } }`, s.nobody(), 6},
			{"before somebody writes", `query($id: ID!) { node(id: $id) { ... on Service { listening { heard { ... on Exact { value } } inWords } } } whatChangedHere(serviceId: $id, first: 5) { nodes { title originCount { ... on Exact { value } } coproducers { nodes { name } } verdictRounds(first: 1) { nodes { note } } } } }`, s.nobody(), 7},
			{"counts per month", `query($id: ID!) { node(id: $id) { ... on Service { experiencesPerMonth(from: "2026-01", to: "2026-12") { month count { ... on Exact { value } } } } } }`, s.nobody(), 2},
		} {
			one := s.DB.Experience.Query().Where(experience.ServiceID(ward.ID)).FirstX(s.system())
			said := s.db.Said(func() { q.of.get(q.query, vars{"id": ward.ID, "e": one.ID}, "") })
			if len(said) != q.want {
				t.Errorf("%s takes %d statements, not %d: %s", q.name, len(said), q.want, fmt.Sprint(said))
			}
		}
	})
}

// ward makes a service with published experiences, each with three responses and two changes that it led to.
func (s *stage) ward(number, experiences int) *ent.Service {
	ctx, at := s.system(), s.clock.Now()
	ward := s.place(fmt.Sprintf("Ward %d", number), nil)
	changes := []*ent.Change{s.change(ctx, ward), s.change(ctx, ward)}
	for i := range experiences {
		author := s.DB.Person.Create().SetCreatedAt(at).SaveX(ctx)
		e := s.experience(ctx, ward, author.ID, at.Add(-time.Duration(i)*time.Hour))
		responses := make([]*ent.ResponseCreate, 3)
		for k := range responses {
			responses[k] = s.DB.Response.Create().SetCreatedAt(at).SetFingerprint("").SetExperienceID(e.ID).SetServiceID(ward.ID).SetAuthorID(author.ID).SetAuthorName("Sam").SetBody("Thank you.")
		}
		s.DB.Response.CreateBulk(responses...).ExecX(ctx)
		s.origins(ctx, e, changes)
	}
	return ward
}

// give makes an experience of a person's own that led to a change.
func (s *stage) give(p *person, at *ent.Service) {
	ctx := s.system()
	s.origins(ctx, s.experience(ctx, at, typeid.ID(p.id), s.clock.Now()), []*ent.Change{s.change(ctx, at)})
}

func (s *stage) experience(ctx context.Context, at *ent.Service, author typeid.ID, when time.Time) *ent.Experience {
	return s.agreed(s.DB.Experience.Create().SetCreatedAt(when).SetFingerprint("").SetAuthorID(author).SetServiceID(at.ID).SetRelationship(experience.RelationshipPatient).
		SetDisplayName("Pat").SetIntention(experience.IntentionTell).SetStory("I waited.").SetState(experience.StatePublished).
		SetPublishedAt(when).SetPublishedMonth(when.Format("2006-01")).SaveX(ctx))
}

func (s *stage) change(ctx context.Context, at *ent.Service) *ent.Change {
	when := s.clock.Now()
	c := s.DB.Change.Create().SetCreatedAt(when).SetFingerprint("").SetServiceID(at.ID).SetProposedByID(typeid.New(typeid.Person)).
		SetTitle("A board").SetDifference("People know.").SetState(change.StatePlanned).SetMovedAt(when).SaveX(ctx)
	s.DB.Progress.Create().SetCreatedAt(when).SetFingerprint("").SetChangeID(c.ID).SetAuthorID(c.ProposedByID).SetAuthorName("Sam").SetBody("Begun.").ExecX(ctx)
	return c
}

func (s *stage) origins(ctx context.Context, e *ent.Experience, changes []*ent.Change) {
	rows := make([]*ent.OriginCreate, len(changes))
	for i, c := range changes {
		rows[i] = s.DB.Origin.Create().SetCreatedAt(e.CreatedAt).SetFingerprint("").SetChangeID(c.ID).SetExperienceID(e.ID).SetLinkedByID(e.AuthorID).SetLinkedByName("Sam").SetWhy("You said so.")
	}
	s.DB.Origin.CreateBulk(rows...).ExecX(ctx)
}

// What my input led to is one page and as many statements for somebody with 500 contributions as for somebody with a few.
func TestWhatFiveHundredContributionsLedTo(t *testing.T) {
	lengthy(t, "it makes a change for each of 500 experiences")
	tell(t, func(t *testing.T, s *stage) {
		few, many := s.start("Few"), s.start("Many")
		for i, p := range []*person{few, many} {
			ward := s.ward(i, 1)
			for range []int{5, 500}[i] {
				s.give(p, ward)
			}
		}
		if n := many.get(`{ viewer { contributions { totalCount } } }`, nil, "viewer.contributions.totalCount"); n != 500.0 {
			t.Fatalf("they have %v contributions", n)
		}
		const ask = `{ viewer { changesMyInputLedTo(first: 20) { nodes { title state service { name } origins(first: 3) { nodes { why } } action { what } } }
			contributions(first: 20) { nodes { story line { stage reason } echoes { __typename } conversation(first: 2) { nodes { body } } } } steps(first: 20) { nodes { kind } } } }`
		var counts []int
		for _, p := range []*person{few, many} {
			var got any
			said := s.db.Said(func() { got = p.get(ask, nil, "viewer") })
			counts = append(counts, len(said))
			if n := len(dig(got, "contributions.nodes").([]any)); n > 20 || n == 0 {
				t.Errorf("%s gets %d of their words at once", p.name, n)
			}
			if n := len(dig(got, "changesMyInputLedTo.nodes").([]any)); n > 20 || n == 0 {
				t.Errorf("%s gets %d changes at once", p.name, n)
			}
		}
		if counts[0] != counts[1] {
			t.Errorf("statements for a few and for 500 contributions: %v", counts)
		}
		t.Logf("statements for a few and for 500 contributions: %v", counts)
	})
}
