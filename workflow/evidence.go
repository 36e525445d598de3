package workflow

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// EvidenceDraft says that somebody's words belong to a theme, and why.
type EvidenceDraft struct {
	ID           *typeid.ID `json:"-"`
	ThemeID      typeid.ID
	ExperienceID typeid.ID
	Says         evidence.Says
	Why          string
	Passage      *Pointing `json:",omitempty"` // the words that it is about; nil for all of them
}

// EvidenceAdd makes a link of the line and tells the author of the experience. Only published words, whose author agrees to
// THEME_ANALYSIS. Staff who reach the theme's service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) EvidenceAdd(ctx context.Context, d EvidenceDraft) (*ent.Evidence, bool, error) {
	return once(ctx, f, sending[*ent.Evidence]{
		id: d.ID, prefix: typeid.Evidence, input: d, make: d.add,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Evidence, error) { return a.Evidence.Get(ctx, id) },
		by:  func(e *ent.Evidence) (typeid.ID, string) { return e.AddedByID, e.Fingerprint },
	})
}

func (d EvidenceDraft) add(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Evidence, error) {
	t, by, err := a.ownTheme(ctx, d.ThemeID)
	if err != nil {
		return nil, err
	}
	e, err := a.Experience.Get(ctx, d.ExperienceID)
	if err != nil {
		return nil, err
	}
	known, err := a.Evidence.Query().Where(evidence.ThemeID(t.ID), evidence.ExperienceID(e.ID)).Exist(rule.AsSystem(ctx, "words belong to a theme once"))
	if err != nil {
		return nil, err
	}
	why, err := a.linkable(ctx, e, id, d.Why, known, "This experience belongs to the theme already.")
	if err := firstOf(mayTheme(t, t.Version), err); err != nil {
		return nil, err
	}
	link := a.Evidence.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetThemeID(t.ID).SetExperienceID(e.ID).
		SetAddedByID(typeid.ID(a.viewer.Person)).SetAddedByName(by.name).SetSays(d.Says).SetWhy(why)
	if d.Passage != nil {
		p, err := d.Passage.mark(e, id, "passage")
		if err != nil {
			return nil, err
		}
		link.SetPassagePart(string(d.Passage.Part)).SetPassageStart(p.Start).SetPassageEnd(p.End).SetPassageMark(p.Mark)
	}
	row, err := link.Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.themed(ctx, t.ID, by, theming.KindEvidenceAdded, a.Theming.Create().SetMoved(1)); err != nil {
		return nil, err
	}
	return row, a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: step.KindThemed, about: string(t.ID), words: why})
}

// linkable checks what every link of the line needs: published words, whose author agrees to be part of what people have in
// common, that are not linked already, by an id that was not taken back; and a sentence why.
func (a *act) linkable(ctx context.Context, e *ent.Experience, link typeid.ID, why string, linked bool, already string) (string, error) {
	var said checks
	why = said.needed(why, MaxReason, "why")
	if e.State != experience.StatePublished {
		said.add(NotNow, "Only published experiences can be linked.", "experienceId")
	}
	if agreed, err := a.agrees(ctx, words{experience: e.ID}, consent.PurposeThemeAnalysis); err != nil {
		return "", err
	} else if !agreed {
		said.add(NotNow, "Whoever wrote this does not agree that it is shown what their words led to. Please leave them out.", "experienceId")
	}
	if linked {
		said.add(NotNow, already, "experienceId")
	}
	if back, err := a.takenBack(ctx, link); err != nil {
		return "", err
	} else if back {
		said.add(NotNow, "This link was taken back. Make a new one if it was right after all.", "id")
	}
	return why, said.err()
}

// EvidenceRemove takes words out of a theme, and tells their author why. Staff who reach the theme's service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) EvidenceRemove(ctx context.Context, id typeid.ID, why string) (*ent.Theme, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Theme, error) {
		row, err := a.Evidence.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		t, by, err := a.ownTheme(ctx, row.ThemeID)
		if err != nil {
			return nil, err
		}
		var said checks
		why = said.needed(why, MaxReason, "why")
		if err := said.err(); err != nil {
			return nil, err
		}
		e, err := a.Experience.Get(ctx, row.ExperienceID)
		if err != nil {
			return nil, err
		}
		if err := a.Evidence.DeleteOne(row).Exec(ctx); err != nil {
			return nil, err
		}
		if err := a.spend(ctx, row.ID); err != nil {
			return nil, err
		}
		if err := a.themed(ctx, t.ID, by, theming.KindEvidenceRemoved, a.Theming.Create().SetMoved(1).SetWhy(why)); err != nil {
			return nil, err
		}
		return t, a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: step.KindUnthemed, about: string(row.ID), words: why})
	})
}

// spend keeps the id of a link that was taken back, so that it does not come back by being sent again.
func (a *act) spend(ctx context.Context, link typeid.ID) error {
	return a.Spent.Create().SetID(link).SetCreatedAt(a.at).Exec(rule.AsSystem(ctx, "the id of what was taken back is kept"))
}
