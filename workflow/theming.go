package workflow

import (
	"context"
	"strings"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/theme"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/typeid"
)

// The bounds of a theme, in letters.
const (
	MaxStatement = 400
	MaxCode      = 40
)

// ThemeDraft is what several people's words have in common.
type ThemeDraft struct {
	ID            *typeid.ID `json:"-"`
	ServiceID     typeid.ID
	Title         string
	Statement     string // "I …", as one of them would say it (Working Together for Change, step 3)
	FrameworkCode string
}

func (d ThemeDraft) tidy() (ThemeDraft, error) {
	var c checks
	d.Title = c.needed(d.Title, MaxTitle, "title")
	d.Statement = c.statement(d.Statement)
	d.FrameworkCode = c.text(d.FrameworkCode, MaxCode, "frameworkCode")
	return d, c.err()
}

// statement is a sentence that a person would say of themselves.
func (c *checks) statement(s string) string {
	s = c.needed(s, MaxStatement, "statement")
	if first, _, _ := strings.Cut(strings.ReplaceAll(s, "’", "'"), " "); s != "" && first != "I" && !strings.HasPrefix(first, "I'") {
		c.add(Invalid, "Please say it as one of the people would, beginning with I, such as: I know how long I will wait.", "statement")
	}
	return s
}

// ThemeCreate says what several people's words have in common. Staff who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ThemeCreate(ctx context.Context, d ThemeDraft) (*ent.Theme, bool, error) {
	return once(ctx, f, sending[*ent.Theme]{
		id: d.ID, prefix: typeid.Theme, input: d, make: d.create,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Theme, error) { return a.Theme.Get(ctx, id) },
		by:  func(t *ent.Theme) (typeid.ID, string) { return t.MadeByID, t.Fingerprint },
	})
}

func (d ThemeDraft) create(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Theme, error) {
	by, err := a.signature(ctx, d.ServiceID)
	if err != nil {
		return nil, err
	}
	d, err = d.tidy()
	if err := firstOf(err, a.knownCode(ctx, d.FrameworkCode)); err != nil {
		return nil, err
	}
	t, err := a.plant(ctx, d, id, print)
	if err != nil {
		return nil, err
	}
	return t, a.themed(ctx, t.ID, by, theming.KindCreated, a.Theming.Create().SetTitle(d.Title).SetStatement(d.Statement))
}

func (a *act) plant(ctx context.Context, d ThemeDraft, id typeid.ID, print string) (*ent.Theme, error) {
	return a.Theme.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetServiceID(d.ServiceID).SetMadeByID(typeid.ID(a.viewer.Person)).
		SetTitle(d.Title).SetStatement(d.Statement).SetFrameworkCode(d.FrameworkCode).Save(ctx)
}

// themed writes a step in the making of a theme into its history.
func (a *act) themed(ctx context.Context, of typeid.ID, by signature, kind theming.Kind, step *ent.ThemingCreate) error {
	return step.SetCreatedAt(a.at).SetThemeID(of).SetAuthorID(typeid.ID(a.viewer.Person)).SetAuthorName(by.name).SetKind(kind).Exec(ctx)
}

// ThemeNaming is what a theme shall be called from now on.
type ThemeNaming struct {
	ThemeID          typeid.ID
	Expected         int
	Title, Statement string
	FrameworkCode    string
	Why              string
}

// ThemeName calls a theme otherwise; what it was called stands in its history. Staff who reach its service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ThemeName(ctx context.Context, n ThemeNaming) (t *ent.Theme, replayed bool, err error) {
	t, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Theme, error) {
		t, by, err := a.ownTheme(ctx, n.ThemeID)
		if err != nil {
			return nil, err
		}
		d, err := ThemeDraft{Title: n.Title, Statement: n.Statement, FrameworkCode: n.FrameworkCode}.tidy()
		var said checks
		why := said.needed(n.Why, MaxReason, "why")
		if err := firstOf(err, said.err()); err != nil {
			return nil, err
		}
		if replayed = t.Version == n.Expected+1 && t.Title == d.Title && t.Statement == d.Statement && t.FrameworkCode == d.FrameworkCode; replayed {
			return t, nil
		}
		if d.FrameworkCode != t.FrameworkCode {
			err = a.knownCode(ctx, d.FrameworkCode)
		}
		if err := firstOf(err, mayTheme(t, n.Expected)); err != nil {
			return nil, err
		}
		if err := a.themed(ctx, t.ID, by, theming.KindNamed, a.Theming.Create().SetTitle(d.Title).SetStatement(d.Statement).SetWhy(why)); err != nil {
			return nil, err
		}
		return t.Update().SetTitle(d.Title).SetStatement(d.Statement).SetFrameworkCode(d.FrameworkCode).AddVersion(1).Save(ctx)
	})
	return t, replayed && err == nil, err
}

// ownTheme reads a theme that the viewer may work on, so that nobody else changes it until the transaction is over.
func (a *act) ownTheme(ctx context.Context, id typeid.ID) (*ent.Theme, signature, error) {
	t, err := hold(a, a.Theme.Query().Where(theme.ID(id))).Only(ctx)
	if err != nil {
		return nil, signature{}, err
	}
	by, err := a.signature(ctx, t.ServiceID)
	return t, by, err
}

// mayTheme decides whether a theme may still be changed.
func mayTheme(t *ent.Theme, expected int) error {
	switch {
	case t.MergedIntoID != nil:
		return refuse(NotNow, "This theme is a part of another by now. Please go on with that one.", "themeId")
	case t.Version != expected:
		return stale(t.Version)
	}
	return nil
}
