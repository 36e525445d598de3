package workflow

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ExperiencePublish lets everybody read an experience, and tells its author. Moderators who reach its service; nobody on
// their own words. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperiencePublish(ctx context.Context, id typeid.ID, expected int) (*ent.Experience, bool, error) {
	return f.decide(ctx, id, expected, DecisionDraft{Kind: decision.KindPublish})
}

// ExperienceReturn gives an experience back to its author with a reason. Moderators who reach its service; nobody on their
// own words. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperienceReturn(ctx context.Context, id typeid.ID, expected int, reason string, clause *typeid.ID) (*ent.Experience, bool, error) {
	return f.decide(ctx, id, expected, DecisionDraft{Kind: decision.KindReturnToAuthor, Reason: reason, ClauseID: clause})
}

// ExperienceDecide says what becomes of an experience, and tells its author why. Moderators who reach its service; nobody on
// their own words, on what somebody else reads just now, or on an appeal against themselves. The same decision sent again
// changes nothing. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ExperienceDecide(ctx context.Context, id typeid.ID, expected int, d DecisionDraft) (*ent.Experience, bool, error) {
	if err := d.pointsToPolicy(); err != nil {
		return nil, false, err
	}
	return f.decide(ctx, id, expected, d)
}

func (f *Flow) decide(ctx context.Context, id typeid.ID, expected int, d DecisionDraft) (e *ent.Experience, replayed bool, err error) {
	d, err = d.tidy()
	if err != nil {
		return nil, false, err
	}
	print, err := fingerprint(d)
	if err != nil {
		return nil, false, err
	}
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := a.moderated(ctx, id)
		if err != nil {
			return nil, err
		}
		if replayed, err = a.decidedAlready(ctx, e, expected, print); replayed || err != nil {
			return e, err
		}
		return a.decide(ctx, e, expected, d, print)
	})
	return e, replayed && err == nil, err
}

// moderated is an experience that the viewer may decide on, locked.
func (a *act) moderated(ctx context.Context, id typeid.ID) (*ent.Experience, error) {
	e, err := lockExperience(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return e, mayModerate(ctx, a, e)
}

// mayModerate decides whether the viewer may decide on an experience: a moderator who reaches its service, and not its author.
func mayModerate(ctx context.Context, a *act, e *ent.Experience) error {
	at, err := a.Service.Get(ctx, e.ServiceID)
	if err != nil {
		return err
	}
	if own, err := a.ownOrSpokenFor(ctx, e); err != nil || own {
		return firstOf(err, ErrForbidden)
	}
	if !a.viewer.ReachesPath(at.Path, auth.Moderator) {
		return ErrForbidden
	}
	return nil
}

// decidedAlready tells whether the viewer has decided the same on the same version: a phone that got no answer sent it again. Another
// decision on that version means that somebody was quicker.
func (a *act) decidedAlready(ctx context.Context, e *ent.Experience, expected int, print string) (bool, error) {
	earlier, err := a.Decision.Query().Where(decision.ExperienceID(e.ID), decision.OfVersion(expected)).First(ctx)
	switch {
	case ent.IsNotFound(err):
		return false, nil
	case err == nil && (string(earlier.ModeratorID) != a.viewer.Person || earlier.Fingerprint != print):
		err = stale(e.Version)
	}
	return err == nil, err
}

func (a *act) decide(ctx context.Context, e *ent.Experience, expected int, d DecisionDraft, print string) (*ent.Experience, error) {
	next, err := afterDecision(e.State, d.Kind, e.Version, expected)
	if err != nil {
		return nil, err
	}
	if err := firstOf(a.notInOtherHands(e), a.inForce(ctx, d.ClauseID)); err != nil {
		return nil, err
	}
	appeal, err := a.openAppeal(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	made, err := a.writeDecision(ctx, e, d, print)
	if err != nil {
		return nil, err
	}
	if err := a.answerAppeal(ctx, appeal, made); err != nil {
		return nil, err
	}
	if e, err = a.setCriticality(ctx, e, d.Criticality); err != nil {
		return nil, err
	}
	return a.settle(ctx, e, next, d.Reason)
}

func (a *act) writeDecision(ctx context.Context, e *ent.Experience, d DecisionDraft, print string) (*ent.Decision, error) {
	edits, err := d.editsOf(e)
	if err != nil {
		return nil, err
	}
	made, err := a.Decision.Create().SetCreatedAt(a.at).SetExperienceID(e.ID).SetModeratorID(typeid.ID(a.viewer.Person)).SetKind(d.Kind).SetReason(d.Reason).
		SetNillableClauseID(d.ClauseID).SetOfVersion(e.Version).SetFingerprint(print).SetEdits(edits).Save(ctx)
	if err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActDecision, as: auth.Moderator, at: e.ServiceID, about: e.ID, record: made.ID, whose: e.AuthorID, why: string(d.Kind)})
	return made, nil
}

// settle does what was decided: what is let through goes where its embargo, its author's consent, its moderator and its service allow.
func (a *act) settle(ctx context.Context, e *ent.Experience, next experience.State, reason string) (*ent.Experience, error) {
	to := standing{state: next}
	if next == experience.StatePublished || next == experience.StateServiceOnly {
		var err error
		if to, err = a.approved(ctx, e); err != nil {
			return nil, err
		}
	}
	return a.become(ctx, e, to, reason)
}

// lastDecision is the newest decision on an experience; a not-found error when there is none.
func (a *act) lastDecision(ctx context.Context, id typeid.ID) (*ent.Decision, error) {
	return a.Decision.Query().Where(decision.ExperienceID(id)).
		Order(decision.ByOfVersion(sql.OrderDesc()), decision.ByCreatedAt(sql.OrderDesc()), decision.ByID(sql.OrderDesc())).First(ctx)
}

// restricted tells whether a moderator gave the words to the service alone.
func (a *act) restricted(ctx context.Context, id typeid.ID) (bool, error) {
	last, err := a.lastDecision(rule.AsSystem(ctx, "where words may go follows from what a moderator decided, whoever moves them on"), id)
	if ent.IsNotFound(err) {
		return false, nil
	}
	return err == nil && last.Kind == decision.KindRestrict, err
}
