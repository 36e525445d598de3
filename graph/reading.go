package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// writtenDown lets no answer leave with words of others that are not public before the audit log says who was given them. It
// holds for every way to them, because it looks at the rows that were read and not at the question; and for each event of a
// stream. Where the log cannot be written, the answer is refused.
func (h *House) writtenDown(present graphql.ErrorPresenterFunc) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		ctx, read := rule.Watch(ctx)
		answer := next(ctx)
		return func(ctx context.Context) *graphql.Response {
			response := answer(ctx)
			if response == nil {
				return nil
			}
			some := given(graphql.GetOperationContext(ctx).Operation, read.Take())
			if err := h.Flow.WriteReadings(ctx, some); err != nil {
				return &graphql.Response{Data: json.RawMessage("null"), Errors: gqlerror.List{present(ctx, err)}}
			}
			return response
		}
	}
}

// wordless are the fields of nouns with words that give none of them. A new field counts as words until it stands here; what it
// leads to is judged by itself.
func wordless() map[string][]string {
	return map[string][]string{
		"Experience": {"__typename", "id", "state", "version", "createdAt", "publishedAt", "service", "viewerIsAuthor", "responses", "ledTo", "line", "decisions", "authority", "objections", "readBy", "form", "conversation", "wantsNoQuestions", "echoes", "viewerEchoes"},
		"Source":     {"__typename", "id", "form", "createdAt", "service"}, // an experience under another name
		"Passage":    {"__typename", "part", "start", "end", "standing"},   // words of an experience
		"Response":   {"__typename", "id", "createdAt", "experience"},
		"Voice":      {"__typename", "id", "state", "version", "createdAt", "experience", "viewerIsAuthor"},
		"Decision":   {"__typename", "id", "kind", "reason", "createdAt", "clause", "answer", "answeredAt", "appeal"},
		"Appeal":     {"__typename", "id", "createdAt", "decision", "outcome"},
		"Objection":  {"__typename", "id", "createdAt", "experience"},
		"Message":    {"__typename", "id", "part", "authorName", "authorTitle", "createdAt", "viewerIsAuthor", "signals", "signposting", "experience"},
		"Verdict":    {"__typename", "id", "answer", "viewerIsAuthor", "round"},
	}
}

// holders are the nouns with words of people, each with what it is called in the contract.
func holders() map[typeid.Prefix]string {
	return map[typeid.Prefix]string{
		typeid.Experience: "Experience", typeid.Response: "Response", typeid.Voice: "Voice", typeid.Decision: "Decision", typeid.Appeal: "Appeal", typeid.Objection: "Objection",
		typeid.Verdict: "Verdict", typeid.Message: "Message",
	}
}

// given are the readings of which the question asks for words: a verb that reads a row and answers with its id gives none.
// Edits and appeals are words of the experience that they are about: its author is told of them there.
func given(asked *ast.OperationDefinition, read map[typeid.ID]rule.Reading) (given []rule.Reading) {
	if len(read) == 0 {
		return nil
	}
	types, words, kept := holders(), map[string]bool{}, map[typeid.ID]bool{}
	askedFor(asked.SelectionSet, wordless(), words)
	for _, r := range read {
		if of, known := types[r.About.Prefix()]; known && !words[of] {
			continue
		}
		if p := r.About.Prefix(); p == typeid.Decision || p == typeid.Appeal {
			r.About = r.Experience
		}
		if !kept[r.About] {
			kept[r.About], given = true, append(given, r)
		}
	}
	slices.SortFunc(given, func(a, b rule.Reading) int { return cmp.Compare(a.About, b.About) })
	return given
}

// askedFor marks the types of which a selection asks for words.
func askedFor(set ast.SelectionSet, wordless map[string][]string, words map[string]bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			of := s.ObjectDefinition.Name
			if harmless, holds := wordless[of]; holds && !slices.Contains(harmless, s.Name) {
				words[of] = true
			}
			if words["Source"] || words["Passage"] {
				words["Experience"] = true
			}
			if of == "Decision" && s.Name == "edits" || of == "Appeal" && s.Name == "words" { // words of the experience that they are about
				words["Experience"] = true
			}
			askedFor(s.SelectionSet, wordless, words)
		case *ast.InlineFragment:
			askedFor(s.SelectionSet, wordless, words)
		case *ast.FragmentSpread:
			askedFor(s.Definition.SelectionSet, wordless, words)
		}
	}
}
