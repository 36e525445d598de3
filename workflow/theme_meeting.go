package workflow

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/together"
	"hearback/ent/typeid"
)

// ThemeMeeting is who sat together over a theme, and what they made of it.
type ThemeMeeting struct {
	ThemeID  typeid.ID
	Expected int
	Present  []Present
	Why      string // what they made of it
}

// ThemeMeet writes into the history of a theme who of both sides sat together over it; a name is kept only of who agrees. Staff who
// reach its service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ThemeMeet(ctx context.Context, d ThemeMeeting) (t *ent.Theme, replayed bool, err error) {
	t, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Theme, error) {
		t, by, err := a.ownTheme(ctx, d.ThemeID)
		if err != nil {
			return nil, err
		}
		var c checks
		why := c.needed(d.Why, MaxReason, "why")
		if len(d.Present) > MaxPresent {
			c.add(TooMany, fmt.Sprintf("Please name at most %d people.", MaxPresent), "present")
		}
		if err := c.err(); err != nil {
			return nil, err
		}
		c.present(d.Present)
		if err := c.err(); err != nil {
			return nil, err
		}
		if replayed, err = a.metAlready(ctx, t, d.Expected, why); replayed || err != nil {
			return t, err
		}
		if err := mayTheme(t, d.Expected); err != nil {
			return nil, err
		}
		there := make([]together.Sitter, len(d.Present))
		for i, p := range d.Present {
			there[i] = together.Sitter{Side: together.Side(p.Side), Name: p.Name, Part: p.Part}
		}
		if err := a.themed(ctx, t.ID, by, theming.KindSatTogether, a.Theming.Create().SetWhy(why).SetPresent(there)); err != nil {
			return nil, err
		}
		return t.Update().AddVersion(1).Save(ctx)
	})
	return t, replayed && err == nil, err
}

// metAlready tells whether the newest step in a theme is the viewer's, and says the same.
func (a *act) metAlready(ctx context.Context, t *ent.Theme, expected int, why string) (bool, error) {
	if t.Version != expected+1 {
		return false, nil
	}
	last, err := t.QueryHistory().Order(theming.ByCreatedAt(sql.OrderDesc()), theming.ByID(sql.OrderDesc())).First(ctx)
	return err == nil && last.Kind == theming.KindSatTogether && last.Why == why && string(last.AuthorID) == a.viewer.Person, err
}
