package workflow

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityround"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The bounds of a round of priorities.
const (
	MaxPriorities = 20                   // themes put up in one round
	MaxChoiceWait = 365 * 24 * time.Hour // how far ahead an answer may be promised
)

// PriorityRoundDraft is the wish to choose together what is worked on first.
type PriorityRoundDraft struct {
	ID        *typeid.ID `json:"-"`
	ServiceID typeid.ID
	Title     string
	DecideBy  time.Time
}

// PriorityRoundOpen opens a round of choosing; who opens it owns that everybody gets an answer in time. Staff who reach the service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) PriorityRoundOpen(ctx context.Context, d PriorityRoundDraft) (*ent.PriorityRound, bool, error) {
	return once(ctx, f, sending[*ent.PriorityRound]{
		id: d.ID, prefix: typeid.PriorityRound, input: d, make: d.open,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.PriorityRound, error) {
			return a.PriorityRound.Get(ctx, id)
		},
		by: func(r *ent.PriorityRound) (typeid.ID, string) { return r.OpenedByID, r.Fingerprint },
	})
}

func (d PriorityRoundDraft) open(ctx context.Context, a *act, id typeid.ID, print string) (*ent.PriorityRound, error) {
	by, err := a.signature(ctx, d.ServiceID)
	if err != nil {
		return nil, err
	}
	var c checks
	title := c.needed(d.Title, MaxTitle, "title")
	c.promised(d.DecideBy, a.at, "decideBy")
	if err := c.err(); err != nil {
		return nil, err
	}
	me := typeid.ID(a.viewer.Person)
	return a.PriorityRound.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetServiceID(d.ServiceID).SetTitle(title).SetDecideBy(d.DecideBy).
		SetOpenedByID(me).SetOpenedByName(by.name).SetOwnerID(me).SetOwnerName(by.name).Save(ctx)
}

// promised is a day by which people get an answer: it lies ahead, and not so far that it is forgotten.
func (c *checks) promised(day, now time.Time, path ...string) {
	if !day.After(now) || day.After(now.Add(MaxChoiceWait)) {
		c.add(Invalid, "This day lies ahead, by one year at most.", path...)
	}
}

// PriorityRoundTake makes the viewer the owner of a round: who looks after it that everybody gets an answer in time. Nobody is
// made its owner by somebody else. Staff who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) PriorityRoundTake(ctx context.Context, id typeid.ID, expected int) (r *ent.PriorityRound, replayed bool, err error) {
	r, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.PriorityRound, error) {
		r, by, err := a.ownPriorityRound(ctx, id)
		if err != nil {
			return nil, err
		}
		if replayed = string(r.OwnerID) == a.viewer.Person; replayed {
			return r, nil
		}
		if r.Version != expected {
			return nil, stale(r.Version)
		}
		return r.Update().SetOwnerID(typeid.ID(a.viewer.Person)).SetOwnerName(by.name).AddVersion(1).Save(ctx)
	})
	return r, replayed && err == nil, err
}

// ownPriorityRound reads a round that the viewer may work on, so that nobody else votes or chooses in it until the transaction is over.
func (a *act) ownPriorityRound(ctx context.Context, id typeid.ID) (*ent.PriorityRound, signature, error) {
	r, err := hold(a, a.PriorityRound.Query().Where(priorityround.ID(id))).Only(ctx)
	if err != nil {
		return nil, signature{}, err
	}
	by, err := a.signature(ctx, r.ServiceID)
	return r, by, err
}

// PriorityDraft puts a theme on the shortlist of one side.
type PriorityDraft struct {
	ID      *typeid.ID `json:"-"`
	RoundID typeid.ID
	ThemeID typeid.ID
	Side    coproducer.Side
	Why     string
}

// PriorityPutUp puts a theme on the shortlist of a side. On that of patients and families comes only what they said something of. Staff who
// reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) PriorityPutUp(ctx context.Context, d PriorityDraft) (*ent.Priority, bool, error) {
	return once(ctx, f, sending[*ent.Priority]{
		id: d.ID, prefix: typeid.Priority, input: d, make: d.putUp,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Priority, error) { return a.Priority.Get(ctx, id) },
		by:  func(p *ent.Priority) (typeid.ID, string) { return p.PutUpByID, p.Fingerprint },
	})
}

func (d PriorityDraft) putUp(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Priority, error) {
	r, by, err := a.ownPriorityRound(ctx, d.RoundID)
	if err != nil {
		return nil, err
	}
	t, _, err := a.ownTheme(ctx, d.ThemeID)
	if err != nil {
		return nil, err
	}
	var c checks
	why := c.needed(d.Why, MaxReason, "why")
	there, err := r.QueryPriorities().All(ctx)
	if err != nil {
		return nil, err
	}
	heard, err := a.saidByPatients(ctx, t.ID)
	if err := firstOf(err, c.err(), mayPutUp(r, t, there, d.Side, heard)); err != nil {
		return nil, err
	}
	return a.Priority.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetServiceID(r.ServiceID).SetRoundID(r.ID).SetThemeID(t.ID).
		SetPutUpByID(typeid.ID(a.viewer.Person)).SetPutUpByName(by.name).SetByPatients(d.Side == coproducer.SidePatientFamily).SetByStaff(d.Side == coproducer.SideStaff).
		SetWhy(why).SetState(priority.StatePutUp).SetAnswerBy(r.DecideBy).Save(ctx)
}

// mayPutUp decides whether a theme may be put up in a round by a side.
func mayPutUp(r *ent.PriorityRound, t *ent.Theme, there []*ent.Priority, side coproducer.Side, heard bool) error {
	if err := firstOf(stillOpen(r), mayShortlist(side, heard)); err != nil {
		return err
	}
	for _, p := range there {
		if p.ThemeID == t.ID && p.State != priority.StateNotTakenUp {
			return refuse(NotNow, "This theme is put up already. When the other side wants it too, say so there (prioritySecond).", "themeId")
		}
	}
	switch {
	case t.ServiceID != r.ServiceID:
		return refuse(NotNow, "This theme belongs to another service. Please choose one of the same service.", "themeId")
	case t.MergedIntoID != nil:
		return refuse(NotNow, "This theme is a part of another by now. Please go on with that one.", "themeId")
	case len(there) >= MaxPriorities:
		return refuse(TooMany, fmt.Sprintf("There are %d already. Please choose among these first.", MaxPriorities), "themeId")
	}
	return nil
}

// stillOpen refuses what can only be done until both sides have chosen.
func stillOpen(r *ent.PriorityRound) error {
	if r.ClosedAt != nil {
		return refuse(NotNow, "Both sides have chosen already. Please open another round.", "roundId")
	}
	return nil
}

// mayShortlist decides whether a theme may be on the shortlist of a side (invariant 4): what no patient and no family said
// anything of can only come from staff, and is shown as such.
func mayShortlist(side coproducer.Side, heard bool) error {
	if side == coproducer.SidePatientFamily && !heard {
		return refuse(EvidenceNeeded, "No patient or family said anything of this so far. Please put it on the shortlist of staff, or add their words to the theme first.", "side")
	}
	return nil
}

// saidByPatients tells whether a theme holds published words of patients or families, as far as the viewer may see the link.
func (a *act) saidByPatients(ctx context.Context, theme typeid.ID) (bool, error) {
	return a.Evidence.Query().Where(evidence.ThemeID(theme), evidence.HasExperienceWith(
		experience.StateEQ(experience.StatePublished), experience.RelationshipNotIn(experience.RelationshipStaff, experience.RelationshipLearner))).Exist(ctx)
}

// PrioritySecond puts what one side put up on the shortlist of the other side too. Staff who reach the service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) PrioritySecond(ctx context.Context, id typeid.ID, side coproducer.Side) (p *ent.Priority, replayed bool, err error) {
	p, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Priority, error) {
		p, r, _, err := a.ownPriority(ctx, id)
		if err != nil {
			return nil, err
		}
		patients := side == coproducer.SidePatientFamily
		if replayed = patients && p.ByPatients || !patients && p.ByStaff; replayed {
			return p, nil
		}
		heard, err := a.saidByPatients(ctx, p.ThemeID)
		if err := firstOf(err, stillOpen(r), stillUp(p), mayShortlist(side, heard)); err != nil {
			return nil, err
		}
		return p.Update().SetByPatients(p.ByPatients || patients).SetByStaff(p.ByStaff || !patients).AddVersion(1).Save(ctx)
	})
	return p, replayed && err == nil, err
}

// stillUp refuses what can only be done with a priority that was not taken back.
func stillUp(p *ent.Priority) error {
	if p.State == priority.StateNotTakenUp {
		return refuse(NotNow, "This was taken back. Please put its theme up again.", "priorityId")
	}
	return nil
}

// ownPriority locks the round of a priority of the viewer's service, then the priority.
func (a *act) ownPriority(ctx context.Context, id typeid.ID) (*ent.Priority, *ent.PriorityRound, signature, error) {
	seen, err := a.Priority.Get(ctx, id)
	if err != nil {
		return nil, nil, signature{}, err
	}
	r, by, err := a.ownPriorityRound(ctx, seen.RoundID)
	if err != nil {
		return nil, nil, signature{}, err
	}
	p, err := hold(a, a.Priority.Query().Where(priority.ID(id))).Only(ctx)
	return p, r, by, err
}

// behind are the people with words in themes, who wrote them and who speaks beside them, with who they are to the care; not
// those of words that were taken back, or of which nothing is to be done.
type behind struct {
	Person       typeid.ID
	Experience   typeid.ID
	Theme        typeid.ID
	Relationship experience.Relationship
}

func (a *act) behind(ctx context.Context, themes ...typeid.ID) ([]behind, error) {
	authors, err := a.withWordsIn(ctx, themes, func(_ *sql.Selector, e *sql.SelectTable) *sql.SelectTable { return e })
	if err != nil {
		return nil, err
	}
	voices, err := a.withWordsIn(ctx, themes, func(s *sql.Selector, e *sql.SelectTable) *sql.SelectTable {
		w := sql.Table(voice.Table)
		s.Join(w).On(e.C(experience.FieldID), w.C(voice.FieldExperienceID)).Where(sql.EQ(w.C(voice.FieldState), voice.StatePublished))
		return w
	})
	return append(authors, voices...), err
}

// withWordsIn are the authors of what stands in a table at the experiences in themes; experiences and voices name them alike.
func (a *act) withWordsIn(ctx context.Context, themes []typeid.ID, words func(*sql.Selector, *sql.SelectTable) *sql.SelectTable) (found []behind, err error) {
	err = a.Evidence.Query().Where(evidence.ThemeIDIn(themes...)).Modify(func(s *sql.Selector) {
		e := sql.Table(experience.Table)
		s.Join(e).On(s.C(evidence.FieldExperienceID), e.C(experience.FieldID))
		s.Where(sql.NotIn(e.C(experience.FieldState), experience.StateWithdrawn, experience.StatePaused))
		w := words(s, e)
		s.Select(sql.As(w.C(experience.FieldAuthorID), "person"), sql.As(e.C(experience.FieldID), "experience"), sql.As(s.C(evidence.FieldThemeID), "theme"),
			sql.As(w.C(experience.FieldRelationship), "relationship"))
	}).Scan(rule.AsSystem(ctx, "everybody behind a theme is told, and may vote"), &found)
	return found, err
}

// tellBehind tells everybody behind the theme of a priority what becomes of it.
func (a *act) tellBehind(ctx context.Context, p *ent.Priority, kind step.Kind, about, words string) error {
	people, err := a.behind(ctx, p.ThemeID)
	all := make([]told, len(people))
	for i, b := range people {
		all[i] = told{person: b.Person, experience: b.Experience, kind: kind, about: about, words: words}
	}
	if err != nil {
		return err
	}
	return a.tell(ctx, all...)
}
