package graph_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/typeid"
	"hearback/graph"
)

// A list reads no more of its rows than is asked for; a field answers alone as it answers when the whole row is read.
// New fields are asked by themselves; fillIn gives them something to tell.
func TestAFieldAskedAloneAnswersAsAmongAll(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, me := s.ward(0, 1), s.contributor("Pat")
		me.hold(membership.RoleModerator, ward)
		s.give(me, ward)
		s.fillIn(typeid.ID(me.id))
		contract := graph.NewExecutableSchema(graph.Config{}).Schema()
		for _, list := range []struct{ noun, before, after, path string }{
			{"Experience", "{ experiences(first: 2) { nodes { ", " } } }", "experiences.nodes.0."},
			{"Experience", "{ experiences(first: 2) { edges { node { ", " } } } }", "experiences.edges.0.node."},
			{"Experience", "{ services(first: 2) { nodes { experiences(first: 2) { nodes { ", " } } } } }", "services.nodes.0.experiences.nodes.0."},
			{"Response", "{ experiences(first: 2) { nodes { responses(first: 2) { nodes { ", " } } } } }", "experiences.nodes.1.responses.nodes.0."},
			{"Origin", "{ experiences(first: 2) { nodes { ledTo(first: 2) { nodes { ", " } } } } }", "experiences.nodes.0.ledTo.nodes.0."},
		} {
			id := me.get(list.before+"id"+list.after, nil, list.path+"id")
			for _, f := range contract.Types[list.noun].Fields {
				words := f.Name + below(contract, f)
				alone := me.get(list.before+words+list.after, nil, list.path+f.Name)
				whole := me.get("query($id: ID!) { node(id: $id) { ... on "+list.noun+" { "+words+" } } }", vars{"id": id}, "node."+f.Name)
				if !reflect.DeepEqual(alone, whole) {
					t.Errorf("%s.%s is %v when it is asked alone, and %v of the whole row", list.noun, f.Name, alone, whole)
				}
			}
		}
	})
}

// fillIn leaves no word of an experience, a response and an origin empty, so that what was not read is seen.
func (s *stage) fillIn(moderator typeid.ID) {
	ctx, at := s.system(), s.clock.Now()
	s.DB.Experience.Update().SetQuestion("How was it?").SetWhatWasGood("The nurse").SetCouldBeBetter("The wait").
		SetFeelings([]string{"calm"}).SetHappenedIn("2026-04").
		SetNotBefore(at).SetCriticality(experience.CriticalityMild).SetClaimedByID(moderator).SetClaimedAt(at).ExecX(ctx)
	if _, err := s.db.Store.DB().ExecContext(ctx, "UPDATE responses SET author_title = 'Ward sister'"); err != nil {
		s.t.Fatal(err)
	}
}

// below is the smallest selection of what a field leads to, which tells one from another where it can.
func below(contract *ast.Schema, f *ast.FieldDefinition) string {
	of := contract.Types[f.Type.Name()]
	switch {
	case of.IsLeafType():
		return ""
	case of.Fields.ForName("nodes") != nil:
		return " { nodes { id } }"
	case of.Fields.ForName("stage") != nil:
		return " { stage reason }"
	case of.Fields.ForName("id") != nil:
		return " { id }"
	}
	return " { __typename }"
}

// Two looks at the same list of one row each find what they asked for, by whatever way they ask.
func TestEachLookAtAListFindsItsOwnWords(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		s.ward(0, 2)
		got := s.nobody().get(`{ experiences(first: 2) { nodes {
			a: responses { nodes { body } } b: responses { nodes { authorName } } e: responses { nodes { body } pageInfo { endCursor } } c: responses { edges { cursor } pageInfo { endCursor } } ... on Experience { d: responses { nodes { ...Made } } } } } }
			fragment Made on Response { createdAt ... @include(if: true) { experience { id } } }`, nil, "experiences.nodes.1")
		for _, path := range []string{"a.nodes.2.body", "b.nodes.2.authorName", "c.edges.2.cursor", "d.nodes.2.createdAt", "d.nodes.2.experience.id"} {
			if found, _ := dig(got, path).(string); found == "" || strings.HasPrefix(found, "0001") {
				t.Errorf("%s is %q", path, found)
			}
		}
		if end := dig(got, "c.edges.2.cursor"); end != dig(got, "c.pageInfo.endCursor") || end != dig(got, "e.pageInfo.endCursor") {
			t.Errorf("the last place is %v, and the list ends at %v and %v", end, dig(got, "c.pageInfo.endCursor"), dig(got, "e.pageInfo.endCursor"))
		}
	})
}
