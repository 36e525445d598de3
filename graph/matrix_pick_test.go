package graph_test

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// quiet is a log that a story can read.
func quiet(s *stage) *slog.Logger { return slog.New(slog.NewTextHandler(&locked{w: s.log}, nil)) }

// pick writes a selection of everything that a type holds, and of what its neighbours hold so many steps away: it is made
// from the contract, so a new field is asked for without anybody thinking of it.
func pick(s *ast.Schema, name string, steps int) string {
	var b strings.Builder
	b.WriteString("__typename ")
	d := s.Types[name]
	if d.Kind == ast.Union || d.Kind == ast.Interface {
		for _, member := range s.GetPossibleTypes(d) {
			fmt.Fprintf(&b, "... on %s { %s } ", member.Name, pick(s, member.Name, steps))
		}
		return b.String()
	}
	for _, f := range d.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			b.WriteString(choose(s, f, steps))
		}
	}
	return b.String()
}

// choose writes one field with what is needed to ask for it; nothing when it leads too far away.
func choose(s *ast.Schema, f *ast.FieldDefinition, steps int) string {
	to := s.Types[f.Type.Name()]
	switch {
	case to.IsLeafType():
		return f.Name + " "
	case strings.HasSuffix(to.Name, "Connection"):
		if steps == 0 {
			return ""
		}
		node := to.Fields.ForName("nodes").Type.Name()
		edges := ""
		if steps > 1 {
			edges = "edges { cursor node { id } } "
			if node == "ConcernReceipt" { // which has none
				edges = "edges { cursor node { state } } "
			}
		}
		return fmt.Sprintf("%s(first: %d) { totalCount pageInfo { hasNextPage endCursor } %snodes { %s } } ", f.Name, 16*steps, edges, pick(s, node, steps-1))
	case to.Fields.ForName("id") != nil: // a neighbour
		if steps == 0 {
			return ""
		}
		steps--
	}
	given := ""
	if f.Name == "experiencesPerMonth" {
		given = `(from: "2026-01", to: "2026-12")`
	}
	return fmt.Sprintf("%s%s { %s } ", f.Name, given, pick(s, to.Name, steps))
}

// everything asks for all things by their ids, each type with all that it holds and what its neighbours hold.
func (w *world) everything(s *ast.Schema) (string, vars) {
	var head, body strings.Builder
	ids := vars{}
	for _, d := range s.PossibleTypes["Node"] {
		ids[d.Name] = w.of(prefixes()[d.Name])
		fmt.Fprintf(&head, "$%s: [ID!]! ", d.Name)
		fmt.Fprintf(&body, "%s: nodes(ids: $%s) { ... on %s { %s } }\n", d.Name, d.Name, d.Name, pick(s, d.Name, 2))
	}
	return fmt.Sprintf("query(%s) {\n%s}", head.String(), body.String()), ids
}
