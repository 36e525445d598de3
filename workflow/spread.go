package workflow

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/step"
)

// maySpread decides whether a change can be taken over from another one: it is of another service, and it was done there.
func (a *act) maySpread(ctx context.Context, d ChangeDraft) error {
	if d.SpreadFrom == nil {
		return nil
	}
	from, err := a.Change.Get(ctx, *d.SpreadFrom)
	switch {
	case err != nil:
		return err
	case from.ServiceID == d.ServiceID:
		return refuse(Invalid, "This change is of the same service. A change is taken over from another one.", "spreadFromId")
	case from.State != change.StateMade && from.State != change.StateEmbedded:
		return refuse(NotNow, "This change is not made yet. It can be taken over when it is.", "spreadFromId")
	}
	return nil
}

// tellSpread tells those whose words led to a change that another service takes it over: each once for each service's change.
func (a *act) tellSpread(ctx context.Context, c *ent.Change) error {
	if c.SpreadFromID == nil {
		return nil
	}
	return a.tellContributors(ctx, *c.SpreadFromID, step.KindChangeSpread, string(c.ID), c.Title)
}
