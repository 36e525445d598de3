package workflow

import (
	"context"
	"fmt"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxLinkedAtOnce is how many experiences may be linked to a change when it is proposed.
const MaxLinkedAtOnce = 200

// comesOutOf decides whether a change can come out of an action, and gives the words that its proposer links to it with one why:
// those in the theme behind the action. Nothing is linked that nobody said to link.
func (a *act) comesOutOf(ctx context.Context, d ChangeDraft) ([]*ent.Experience, error) {
	if d.Action == nil {
		return nil, nil
	}
	n, err := a.Action.Query().Where(action.ID(*d.Action)).WithPriority().Only(ctx)
	switch {
	case err != nil:
		return nil, err
	case n.ServiceID != d.ServiceID:
		return nil, refuse(Invalid, "This action is of another service.", "actionId")
	case n.State == action.StateDropped:
		return nil, refuse(NotNow, "This action was dropped. Nothing comes out of it.", "actionId")
	case d.OriginsWhy == "":
		return nil, nil
	}
	return a.wordsIn(ctx, n.Edges.Priority.ThemeID)
}

// wordsIn are the published experiences in a theme whose authors agree that it is shown what they led to.
func (a *act) wordsIn(ctx context.Context, theme typeid.ID) ([]*ent.Experience, error) {
	found, err := a.Experience.Query().Where(experience.HasEvidenceWith(evidence.ThemeID(theme)), experience.StateEQ(experience.StatePublished)).
		Order(experience.ByID()).Limit(MaxLinkedAtOnce + 1).All(ctx)
	if err != nil {
		return nil, err
	}
	if len(found) > MaxLinkedAtOnce {
		return nil, refuse(TooMany, fmt.Sprintf("More than %d experiences are in this theme. Please leave out why, and link those that led to the change one by one.", MaxLinkedAtOnce), "originsWhy")
	}
	ids := make([]typeid.ID, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	agreed, err := a.agreedTo(rule.AsSystem(ctx, "only the words of who agrees are linked"), consent.PurposeThemeAnalysis, ids)
	kept := found[:0]
	for _, e := range found {
		if agreed[contributor{e.AuthorID, e.ID}] {
			kept = append(kept, e)
		}
	}
	return kept, err
}

// linkAll links experiences to a change in the viewer's name, and tells their authors why.
func (a *act) linkAll(ctx context.Context, c *ent.Change, by signature, all []*ent.Experience, why string) error {
	links, news := make([]*ent.OriginCreate, len(all)), make([]told, len(all))
	for i, e := range all {
		id := typeid.New(typeid.Origin)
		links[i] = a.Origin.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint("").SetChangeID(c.ID).SetExperienceID(e.ID).
			SetLinkedByID(typeid.ID(a.viewer.Person)).SetLinkedByName(by.name).SetWhy(why)
		news[i] = told{person: e.AuthorID, experience: e.ID, kind: step.KindLinkedToChange, about: string(id), change: &c.ID, words: why}
	}
	return firstOf(a.Origin.CreateBulk(links...).Exec(ctx), a.tell(ctx, news...))
}
