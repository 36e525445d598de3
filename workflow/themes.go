package workflow

import (
	"context"
	"slices"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxSplit is how many pieces of evidence may go over into another theme at once.
const MaxSplit = 100

// ThemeMerger makes one theme a part of another.
type ThemeMerger struct {
	ThemeID  typeid.ID // this one is closed
	Into     typeid.ID // this one takes its evidence
	Expected int       // the version of the one that is closed
	Why      string
}

// ThemeMerge makes a theme a part of another of the same service: its evidence goes over, each piece once, and the people
// behind it are told. Staff who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ThemeMerge(ctx context.Context, m ThemeMerger) (into *ent.Theme, replayed bool, err error) {
	into, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Theme, error) {
		from, into, by, err := a.twoThemes(ctx, m.ThemeID, m.Into)
		if err != nil {
			return nil, err
		}
		var said checks
		why := said.needed(m.Why, MaxReason, "why")
		if replayed = typeid.Maybe(from.MergedIntoID) == into.ID && from.Version == m.Expected+1; replayed {
			return into, nil
		}
		if err := firstOf(said.err(), mayMerge(from, into, m.Expected)); err != nil {
			return nil, err
		}
		all, err := a.Evidence.Query().Where(evidence.ThemeID(from.ID)).Order(evidence.ByID()).All(rule.AsSystem(ctx, "also what is hidden just now goes along"))
		if err != nil {
			return nil, err
		}
		if err := a.goOver(ctx, all, into, why); err != nil {
			return nil, err
		}
		if err := a.Priority.Update().Where(priority.ThemeID(from.ID)).SetThemeID(into.ID).Exec(ctx); err != nil {
			return nil, err
		}
		if err := a.themed(ctx, from.ID, by, theming.KindMergedInto, a.Theming.Create().SetOtherID(into.ID).SetMoved(len(all)).SetWhy(why)); err != nil {
			return nil, err
		}
		if err := a.themed(ctx, into.ID, by, theming.KindTookIn, a.Theming.Create().SetOtherID(from.ID).SetMoved(len(all)).SetWhy(why)); err != nil {
			return nil, err
		}
		if err := from.Update().SetMergedIntoID(into.ID).AddVersion(1).Exec(ctx); err != nil {
			return nil, err
		}
		return into.Update().AddVersion(1).Save(ctx)
	})
	return into, replayed && err == nil, err
}

// twoThemes reads two themes, the one with the lesser id first, so that two mergers never wait for each other in a circle.
func (a *act) twoThemes(ctx context.Context, one, two typeid.ID) (*ent.Theme, *ent.Theme, signature, error) {
	found := map[typeid.ID]*ent.Theme{}
	var by signature
	for _, id := range []typeid.ID{min(one, two), max(one, two)} {
		t, signed, err := a.ownTheme(ctx, id)
		if err != nil {
			return nil, nil, by, err
		}
		found[id], by = t, signed
	}
	return found[one], found[two], by, nil
}

// mayMerge decides whether one theme may become a part of another.
func mayMerge(from, into *ent.Theme, expected int) error {
	switch {
	case from.ID == into.ID:
		return refuse(Invalid, "A theme cannot become a part of itself. Please choose another one.", "intoId")
	case from.ServiceID != into.ServiceID:
		return refuse(NotNow, "These themes belong to two services. Please choose one of the same service.", "intoId")
	case into.MergedIntoID != nil:
		return refuse(NotNow, "That theme is a part of another by now. Please choose the other one.", "intoId")
	}
	return mayTheme(from, expected)
}

// goOver moves evidence to another theme. What that one has already is not there twice; all the people behind it are told.
func (a *act) goOver(ctx context.Context, all []*ent.Evidence, into *ent.Theme, why string) error {
	ids, experiences := make([]typeid.ID, len(all)), make([]typeid.ID, len(all))
	for i, e := range all {
		ids[i], experiences[i] = e.ID, e.ExperienceID
	}
	seeing := rule.AsSystem(ctx, "evidence goes over as a whole, also what is hidden just now")
	there, err := a.Evidence.Query().Where(evidence.ThemeID(into.ID), evidence.ExperienceIDIn(experiences...)).Select(evidence.FieldExperienceID).Strings(seeing)
	if err != nil {
		return err
	}
	twice := make([]typeid.ID, len(there))
	for i, id := range there {
		twice[i] = typeid.ID(id)
	}
	if _, err := a.Evidence.Delete().Where(evidence.IDIn(ids...), evidence.ExperienceIDIn(twice...)).Exec(ctx); err != nil {
		return err
	}
	if err := a.Evidence.Update().Where(evidence.IDIn(ids...)).SetThemeID(into.ID).Exec(ctx); err != nil {
		return err
	}
	return a.tellThemed(seeing, experiences, into, why)
}

func (a *act) tellThemed(ctx context.Context, experiences []typeid.ID, t *ent.Theme, why string) error {
	authors, err := a.Experience.Query().Where(experience.IDIn(experiences...), experience.StateNotIn(experience.StateWithdrawn, experience.StatePaused)).
		Select(experience.FieldID, experience.FieldAuthorID).All(ctx)
	all := make([]told, len(authors))
	for i, e := range authors {
		all[i] = told{person: e.AuthorID, experience: e.ID, kind: step.KindThemed, about: string(t.ID), words: why}
	}
	if err != nil {
		return err
	}
	return a.tell(ctx, all...)
}

// ThemeDivision takes some of the evidence of a theme into a new one.
type ThemeDivision struct {
	ID        *typeid.ID `json:"-"`
	ThemeID   typeid.ID
	Expected  int
	Title     string
	Statement string
	Evidence  []typeid.ID
	Why       string
}

// ThemeSplit makes a new theme of the same service out of some of the evidence of one. Staff who reach the service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ThemeSplit(ctx context.Context, d ThemeDivision) (*ent.Theme, bool, error) {
	return once(ctx, f, sending[*ent.Theme]{
		id: d.ID, prefix: typeid.Theme, input: d, make: d.split,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Theme, error) { return a.Theme.Get(ctx, id) },
		by:  func(t *ent.Theme) (typeid.ID, string) { return t.MadeByID, t.Fingerprint },
	})
}

func (d ThemeDivision) split(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Theme, error) {
	from, by, err := a.ownTheme(ctx, d.ThemeID)
	if err != nil {
		return nil, err
	}
	draft, err := ThemeDraft{ServiceID: from.ServiceID, Title: d.Title, Statement: d.Statement}.tidy()
	why, some, said := d.parts()
	if err := firstOf(err, said, mayTheme(from, d.Expected)); err != nil {
		return nil, err
	}
	all, err := a.Evidence.Query().Where(evidence.ThemeID(from.ID), evidence.IDIn(some...)).Order(evidence.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) < len(some) {
		return nil, refuse(NotNow, "Some of this is not in the theme any more. Please read it again and choose again.", "evidenceIds")
	}
	t, err := a.plant(ctx, draft, id, print)
	if err != nil {
		return nil, err
	}
	if err := a.goOver(ctx, all, t, why); err != nil {
		return nil, err
	}
	if err := a.themed(ctx, from.ID, by, theming.KindSplitOff, a.Theming.Create().SetOtherID(t.ID).SetMoved(len(all)).SetWhy(why)); err != nil {
		return nil, err
	}
	if err := from.Update().AddVersion(1).Exec(ctx); err != nil {
		return nil, err
	}
	return t, a.themed(ctx, t.ID, by, theming.KindSplitFrom, a.Theming.Create().SetOtherID(from.ID).SetMoved(len(all)).SetTitle(draft.Title).SetStatement(draft.Statement).SetWhy(why))
}

// parts are the reason and the evidence of a division, each piece once.
func (d ThemeDivision) parts() (why string, some []typeid.ID, err error) {
	var c checks
	why = c.needed(d.Why, MaxReason, "why")
	some = slices.Compact(slices.Sorted(slices.Values(d.Evidence)))
	switch {
	case len(some) == 0:
		c.add(Required, "Please choose what goes over into the new theme.", "evidenceIds")
	case len(some) > MaxSplit:
		c.add(TooMany, "Please choose at most 100 at once.", "evidenceIds")
	}
	return why, some, c.err()
}
