package workflow

import (
	"context"
	"slices"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The steps about an authority.
const (
	authorityAccepted = step.KindAuthorityAccepted
	authorityEnded    = step.KindAuthorityEnded
)

// tellBoth tells the person and the proxy what became of an authority. No words of an experience are in it, because the proxy
// keeps what they were told when the authority has lapsed.
func (a *act) tellBoth(ctx context.Context, m *ent.Authority, kind step.Kind) error {
	return a.tellSides(ctx, m, kind, m.SubjectID, m.ProxyID)
}

func (a *act) tellSides(ctx context.Context, m *ent.Authority, kind step.Kind, people ...typeid.ID) error {
	some := make([]told, len(people))
	for i, p := range people {
		some[i] = told{person: p, kind: kind, about: string(m.ID), authority: &m.ID}
	}
	return a.tell(ctx, some...)
}

// tellUsed tells a person that somebody told something for them.
func (a *act) tellUsed(ctx context.Context, e *ent.Experience) error {
	if e.AuthorityID == nil {
		return nil
	}
	return a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: step.KindToldForYou, about: string(e.ID), authority: e.AuthorityID})
}

// teller is who told an experience: its author, who spoke for them, or who wrote it down.
func teller(e *ent.Experience) typeid.ID {
	switch {
	case e.ToldByID != nil:
		return *e.ToldByID
	case e.RecordedByID != nil:
		return *e.RecordedByID
	}
	return e.AuthorID
}

// inPlaceOfAuthor is the context in which the viewer does what an author may: their own when they are the author; one that
// passes the rules when they speak for the author with this in scope. Errors: ErrForbidden.
func (a *act) inPlaceOfAuthor(ctx context.Context, e *ent.Experience, may rule.AuthorityScope) (context.Context, error) {
	if string(e.AuthorID) == a.viewer.Person {
		return ctx, nil
	}
	if ok, err := a.speaksFor(ctx, e, may); err != nil || !ok {
		return nil, firstOf(err, ErrForbidden)
	}
	return rule.AsSystem(ctx, "who speaks for the author acts in their place"), nil
}

// speaksFor tells whether the viewer may do this with an experience of somebody else, and holds what allows it until the
// transaction is over.
func (a *act) speaksFor(ctx context.Context, e *ent.Experience, may rule.AuthorityScope) (bool, error) {
	if !a.viewer.Speaks {
		return false, nil
	}
	mine, err := hold(a, a.Authority.Query().Where(authority.ProxyID(typeid.ID(a.viewer.Person)), authority.SubjectID(e.AuthorID)).Order(authority.ByID())).All(ctx)
	return slices.ContainsFunc(mine, func(m *ent.Authority) bool {
		return rule.StandingOf(m, a.at).Works() && rule.Allows(m, may) && covers(m, e, may)
	}), err
}

// covers decides which experiences of a person an authority reaches: what was told through it; what the person said themself is
// theirs to change and to agree to, and only with their consent, or when they cannot, is it taken back by another. What another
// relative told is never touched: AuthorityObject is for that.
func covers(m *ent.Authority, e *ent.Experience, may rule.AuthorityScope) bool {
	switch {
	case e.AuthorityID != nil:
		return *e.AuthorityID == m.ID
	case m.Basis == authority.BasisBereaved:
		return false
	}
	return may != rule.MayRevise && may != rule.MayGiveConsent
}

// ObjectionDraft is what somebody has against what another relative told for the same person.
type ObjectionDraft struct {
	ID           *typeid.ID `json:"-"`
	ExperienceID typeid.ID
	Words        string
}

const objected = "Somebody else who speaks for the same person asked us to look at this again. A moderator will decide."

// AuthorityObject holds back what another who speaks for the same person told, until a moderator has decided. Both are told;
// neither learns who the other is. Who speaks for the person too, while their authority works. Errors: ErrNotFound,
// ErrForbidden, Refusal.
func (f *Flow) AuthorityObject(ctx context.Context, d ObjectionDraft) (*ent.Objection, bool, error) {
	return once(ctx, f, sending[*ent.Objection]{
		id: d.ID, prefix: typeid.Objection, input: d, make: d.object,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Objection, error) {
			return a.Objection.Get(ctx, id)
		},
		by: func(o *ent.Objection) (typeid.ID, string) { return o.AuthorID, o.Fingerprint },
	})
}

func (d ObjectionDraft) object(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Objection, error) {
	e, err := lockExperience(ctx, a, d.ExperienceID)
	if err != nil {
		return nil, err
	}
	mine, err := a.alsoSpeaks(ctx, e)
	if err != nil {
		return nil, err
	}
	var c checks
	words := c.needed(d.Words, MaxObjection, "words")
	if err := firstOf(c.err(), mayObject(e.State)); err != nil {
		return nil, err
	}
	ctx = rule.AsSystem(ctx, "who speaks for the same person may have it held back")
	o, err := a.Objection.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetExperienceID(e.ID).SetAuthorID(mine.ProxyID).SetAuthorityID(mine.ID).SetWords(words).Save(ctx)
	if err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActProxy, about: o.ID, whose: e.AuthorID, why: "OBJECTED"})
	if _, err := a.become(ctx, e, standing{state: experience.StateHeld}, objected); err != nil {
		return nil, err
	}
	return o, a.tell(ctx, told{person: teller(e), kind: step.KindObjection, about: string(o.ID), authority: e.AuthorityID, words: objected},
		told{person: mine.ProxyID, kind: step.KindObjection, about: string(o.ID), authority: &mine.ID, words: objected})
}

// alsoSpeaks is the viewer's working authority for the person of an experience that another proxy told.
func (a *act) alsoSpeaks(ctx context.Context, e *ent.Experience) (*ent.Authority, error) {
	if e.AuthorityID == nil || teller(e) == typeid.ID(a.viewer.Person) {
		return nil, ErrForbidden
	}
	mine, err := a.Authority.Query().Where(authority.ProxyID(typeid.ID(a.viewer.Person)), authority.SubjectID(e.AuthorID), rule.WorkingAt(a.at)).Order(authority.ByID()).First(ctx)
	if ent.IsNotFound(err) {
		return nil, ErrForbidden
	}
	return mine, err
}

// mayObject decides whether an experience can still be held back: not when it is held, decided against, or out of everybody's
// hands.
func mayObject(state experience.State) error {
	open := []experience.State{
		experience.StateInModeration, experience.StateReturned, experience.StateEditsOffered, experience.StateScheduled, experience.StateWithService,
		experience.StatePublished, experience.StateServiceOnly,
	}
	if slices.Contains(open, state) {
		return nil
	}
	return refuse(NotNow, "This is not shown to anybody just now. There is nothing to hold back.", "experienceId")
}

// ownOrSpokenFor tells whether the words are the viewer's own, told by them, or of somebody for whom they speak in any way:
// such a one decides nothing about them as a moderator.
func (a *act) ownOrSpokenFor(ctx context.Context, e *ent.Experience) (bool, error) {
	me := typeid.ID(a.viewer.Person)
	if e.AuthorID == me || teller(e) == me || !a.viewer.Speaks {
		return e.AuthorID == me || teller(e) == me, nil
	}
	ctx = rule.AsSystem(ctx, "who decides must not speak for the author")
	return a.Authority.Query().Where(authority.ProxyID(me), authority.SubjectID(e.AuthorID), authority.EndedAtIsNil()).Exist(ctx)
}
