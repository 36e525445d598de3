package graph

import (
	"context"
	"strings"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/theme"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// newestTheme is the order of themes.
func newestTheme() page.Term[*ent.Theme] {
	return page.Term[*ent.Theme]{Name: "themes", Column: theme.FieldCreatedAt, Desc: true, Value: func(t *ent.Theme) any { return t.CreatedAt }}
}

func (h *House) themesByID(ctx context.Context, ids []typeid.ID) ([]*ent.Theme, error) {
	return h.DB.Theme.Query().Where(theme.IDIn(ids...)).All(ctx)
}

func (r services) Themes(ctx context.Context, s *ent.Service, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ThemeConnection, error) {
	link := page.Link[*ent.Theme]{Column: theme.FieldServiceID, Of: func(t *ent.Theme) typeid.ID { return t.ServiceID }}
	return page.Children(ctx, s, r.DB.Theme.Query(), link, args(first, after, last, before), newestTheme())
}

func (r experiences) Themes(ctx context.Context, e *ent.Experience, first *int, after *page.Cursor, last *int, before *page.Cursor) (*EvidenceConnection, error) {
	link := page.Link[*ent.Evidence]{Column: evidence.FieldExperienceID, Of: func(v *ent.Evidence) typeid.ID { return v.ExperienceID }}
	return page.Children(ctx, e, r.DB.Evidence.Query(), link, args(first, after, last, before), page.Oldest[*ent.Evidence]("themesOf"))
}

// Theme is the theme that a step is about.
func (r steps) Theme(ctx context.Context, s *ent.Step) (*ent.Theme, error) {
	return one(ctx, s, "about theme", func(s *ent.Step) typeid.ID { return about(s, typeid.Theme) }, r.themesByID)
}

// about is what a step is about, if that is of this kind; not in which version.
func about(s *ent.Step, kind typeid.Prefix) typeid.ID {
	of, _, _ := strings.Cut(s.About, "@")
	if id := typeid.ID(of); id.Prefix() == kind {
		return id
	}
	return ""
}

func (r themes) Service(ctx context.Context, t *ent.Theme) (*ent.Service, error) {
	return one(ctx, t, theme.FieldServiceID, func(t *ent.Theme) typeid.ID { return t.ServiceID }, r.servicesByID)
}

func (r themes) MergedInto(ctx context.Context, t *ent.Theme) (*ent.Theme, error) {
	return one(ctx, t, theme.FieldMergedIntoID, func(t *ent.Theme) typeid.ID { return typeid.Maybe(t.MergedIntoID) }, r.themesByID)
}

func (r themes) Evidence(ctx context.Context, t *ent.Theme, first *int, after *page.Cursor, last *int, before *page.Cursor) (*EvidenceConnection, error) {
	link := page.Link[*ent.Evidence]{Column: evidence.FieldThemeID, Of: func(v *ent.Evidence) typeid.ID { return v.ThemeID }}
	return page.Children(ctx, t, r.DB.Evidence.Query(), link, args(first, after, last, before), page.Oldest[*ent.Evidence]("evidence"))
}

func (r themes) History(ctx context.Context, t *ent.Theme, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ThemingConnection, error) {
	link := page.Link[*ent.Theming]{Column: theming.FieldThemeID, Of: func(s *ent.Theming) typeid.ID { return s.ThemeID }}
	return page.Children(ctx, t, r.DB.Theming.Query(), link, args(first, after, last, before), page.Oldest[*ent.Theming]("themings"))
}

func (r themes) Agreement(ctx context.Context, t *ent.Theme) ([]*query.GroupCount, error) {
	return query.Agreement(ctx, r.DB, t, r.SmallNumber)
}

func (r themings) Other(ctx context.Context, s *ent.Theming) (*ent.Theme, error) {
	return one(ctx, s, theming.FieldOtherID, func(s *ent.Theming) typeid.ID { return typeid.Maybe(s.OtherID) }, r.themesByID)
}

func (r evidences) Theme(ctx context.Context, v *ent.Evidence) (*ent.Theme, error) {
	return one(ctx, v, evidence.FieldThemeID, func(v *ent.Evidence) typeid.ID { return v.ThemeID }, r.themesByID)
}

func (r evidences) Experience(ctx context.Context, v *ent.Evidence) (*ent.Experience, error) {
	return one(ctx, v, evidence.FieldExperienceID, func(v *ent.Evidence) typeid.ID { return v.ExperienceID }, r.experiencesByID)
}

func (r mutations) ThemeCreate(ctx context.Context, in ThemeCreateInput) (*ThemePayload, error) {
	return themePayload(r.Flow.ThemeCreate(ctx, workflow.ThemeDraft{ID: in.ID, ServiceID: in.ServiceID, Title: in.Title, Statement: in.Statement, FrameworkCode: text(in.FrameworkCode)}))
}

func (r mutations) ThemeName(ctx context.Context, in ThemeNameInput) (*ThemePayload, error) {
	return themePayload(r.Flow.ThemeName(ctx, workflow.ThemeNaming{
		ThemeID: in.ThemeID, Expected: in.ExpectedVersion, Title: in.Title, Statement: in.Statement, FrameworkCode: text(in.FrameworkCode), Why: in.Why,
	}))
}

func (r mutations) ThemeMerge(ctx context.Context, in ThemeMergeInput) (*ThemePayload, error) {
	return themePayload(r.Flow.ThemeMerge(ctx, workflow.ThemeMerger{ThemeID: in.ThemeID, Into: in.IntoID, Expected: in.ExpectedVersion, Why: in.Why}))
}

func (r mutations) ThemeSplit(ctx context.Context, in ThemeSplitInput) (*ThemePayload, error) {
	return themePayload(r.Flow.ThemeSplit(ctx, workflow.ThemeDivision{
		ID: in.ID, ThemeID: in.ThemeID, Expected: in.ExpectedVersion, Title: in.Title, Statement: in.Statement, Evidence: in.EvidenceIds, Why: in.Why,
	}))
}

func (r mutations) EvidenceRemove(ctx context.Context, in EvidenceRemoveInput) (*ThemePayload, error) {
	t, err := r.Flow.EvidenceRemove(ctx, in.EvidenceID, in.Why)
	return themePayload(t, false, err)
}

func (r mutations) EvidenceAdd(ctx context.Context, in EvidenceAddInput) (*EvidencePayload, error) {
	v, replayed, err := r.Flow.EvidenceAdd(ctx, workflow.EvidenceDraft{ID: in.ID, ThemeID: in.ThemeID, ExperienceID: in.ExperienceID, Says: in.Says, Why: in.Why, Passage: pointing(in.Passage)})
	problems, err := refusals(err)
	return &EvidencePayload{v, problems, replayed}, err
}

func themePayload(t *ent.Theme, replayed bool, err error) (*ThemePayload, error) {
	problems, err := refusals(err)
	return &ThemePayload{t, problems, replayed}, err
}
