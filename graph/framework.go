package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/frameworkcode"
	"hearback/ent/page"
	"hearback/ent/together"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// byCode is the order of the codes of frameworks.
func byCode() page.Term[*ent.FrameworkCode] {
	return page.Term[*ent.FrameworkCode]{Name: "frameworkCodes", Column: frameworkcode.FieldCode, Value: func(c *ent.FrameworkCode) any { return c.Code }}
}

func (r queries) FrameworkCodes(ctx context.Context, first *int, after *page.Cursor, last *int, before *page.Cursor) (*FrameworkCodeConnection, error) {
	return page.Connect(ctx, r.DB.FrameworkCode.Query(), args(first, after, last, before), byCode())
}

// Suggestions are what could belong to a theme; nil where the place does not want them.
func (r queries) Suggestions(ctx context.Context, theme typeid.ID) ([]*workflow.Suggestion, error) {
	return r.Flow.Suggest(ctx, theme)
}

func (r sitters) Side(_ context.Context, s *together.Sitter) (coproducer.Side, error) {
	return coproducer.Side(s.Side), nil
}

func (r mutations) ServiceSuggestions(ctx context.Context, in ServiceSuggestionsInput) (*ServicePayload, error) {
	s, replayed, err := r.Flow.ServiceSuggestions(ctx, in.ServiceID, in.On)
	problems, err := refusals(err)
	return &ServicePayload{s, problems, replayed}, err
}

func (r mutations) ThemeMeet(ctx context.Context, in ThemeMeetInput) (*ThemePayload, error) {
	return themePayload(r.Flow.ThemeMeet(ctx, workflow.ThemeMeeting{ThemeID: in.ThemeID, Expected: in.ExpectedVersion, Present: present(in.Present), Why: in.Why}))
}

func present(all []*AttendeeInput) []workflow.Present {
	people := make([]workflow.Present, len(all))
	for i, p := range all {
		people[i] = workflow.Present{Side: p.Side, Name: text(p.Name), Agree: p.AgreesToBeNamed, Part: text(p.Part)}
	}
	return people
}
