package workflow

import (
	"fmt"
	"slices"
	"strings"

	"hearback/ent/edit"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

// MaxReason is how long a moderator's reason may be, in letters.
const MaxReason = 1000

// DecisionDraft is what a moderator wants to decide.
type DecisionDraft struct {
	Kind        decision.Kind
	Reason      string                  // for its author; needed for all but PUBLISH
	ClauseID    *typeid.ID              // of the policy; needed for a no, a return, a restriction and edits
	Criticality *experience.Criticality // nil leaves it as it is
	Edits       map[edit.Field]string   // the texts as they would be, with PUBLISH_WITH_EDITS
}

// pointsToPolicy refuses a decision that the policy has to bear and that names no clause of it.
func (d DecisionDraft) pointsToPolicy() error {
	free := []decision.Kind{decision.KindPublish, decision.KindHold}
	if d.ClauseID == nil && !slices.Contains(free, d.Kind) {
		return refuse(Required, "Please say which clause of the policy it is about.", "clauseId")
	}
	return nil
}

// tidy checks the draft and gives back what will be kept.
func (d DecisionDraft) tidy() (DecisionDraft, error) {
	var c checks
	if d.Kind == decision.KindPublish {
		d.Reason = c.text(d.Reason, MaxReason, "reason")
	} else {
		d.Reason = c.needed(d.Reason, MaxReason, "reason")
	}
	switch offers := d.Kind == decision.KindPublishWithEdits; {
	case offers && len(d.Edits) == 0:
		c.add(Required, "Please say how the words would be.", "edits")
	case !offers && len(d.Edits) > 0:
		c.add(Invalid, "Other words go with PUBLISH_WITH_EDITS. Please leave them out, or choose that.", "edits")
	}
	d.Edits = d.tidyEdits(&c)
	return d, c.err()
}

func (d DecisionDraft) tidyEdits(c *checks) map[edit.Field]string {
	tidied := map[edit.Field]string{}
	for _, t := range editable() {
		if words, ok := d.Edits[t.field]; ok {
			tidied[t.field] = c.text(words, t.max, "edits", string(t.field))
		}
	}
	return tidied
}

// text is one text of an experience that can be edited.
type text struct {
	field edit.Field
	max   int
	of    func(*ent.Experience) string
	set   func(*ent.ExperienceUpdateOne, string) *ent.ExperienceUpdateOne
}

// editable are the texts that a moderator may offer to change, in the order of the contract.
func editable() []text {
	type update = ent.ExperienceUpdateOne
	return []text{
		{edit.DisplayName, MaxName, func(e *ent.Experience) string { return e.DisplayName }, (*update).SetDisplayName},
		{edit.Story, MaxStory, func(e *ent.Experience) string { return e.Story }, (*update).SetStory},
		{edit.WhatWasGood, MaxPart, func(e *ent.Experience) string { return e.WhatWasGood }, (*update).SetWhatWasGood},
		{edit.CouldBeBetter, MaxPart, func(e *ent.Experience) string { return e.CouldBeBetter }, (*update).SetCouldBeBetter},
	}
}

// editsOf are the edits of the words as they stand. It refuses edits that change nothing, or leave nothing to read.
func (d DecisionDraft) editsOf(e *ent.Experience) (edits []edit.Edit, err error) {
	if d.Kind != decision.KindPublishWithEdits {
		return nil, nil
	}
	after := map[edit.Field]string{}
	for _, t := range editable() {
		words, changed := d.Edits[t.field]
		if after[t.field] = t.of(e); changed && words != t.of(e) {
			after[t.field] = words
			edits = append(edits, edit.Of(t.field, t.of(e), words))
		}
	}
	switch {
	case len(edits) == 0:
		err = refuse(Invalid, "These are its words already. Please change something, or publish it as it is.", "edits")
	case after[edit.DisplayName] == "":
		err = refuse(Required, fmt.Sprintf("Please leave a name to show, such as %s.", anonymous), "edits", string(edit.DisplayName))
	case strings.TrimSpace(after[edit.Story]+after[edit.WhatWasGood]+after[edit.CouldBeBetter]) == "":
		err = refuse(Required, "Please leave something to read.", "edits", string(edit.Story))
	}
	return edits, err
}

// decisions are what a moderator may decide on words that stand in a state; none where they are not in a moderator's hands.
func decisions(state experience.State) []decision.Kind {
	const publish, edits, back, hold, no, restrict = decision.KindPublish, decision.KindPublishWithEdits, decision.KindReturnToAuthor, decision.KindHold, decision.KindReject, decision.KindRestrict
	switch state {
	case experience.StateInModeration, experience.StateHeld:
		return []decision.Kind{publish, edits, back, hold, no, restrict}
	case experience.StateScheduled, experience.StateWithService:
		return []decision.Kind{back, hold, no, restrict}
	case experience.StatePublished:
		return []decision.Kind{hold, no, restrict}
	case experience.StateServiceOnly:
		return []decision.Kind{publish, hold, no}
	}
	return nil
}

// afterDecision decides what becomes of an experience. PUBLISHED and SERVICE_ONLY mean that a moderator lets it through: where it
// goes from there is for approval.after.
func afterDecision(state experience.State, kind decision.Kind, version, expected int) (experience.State, error) {
	if version != expected {
		return state, stale(version)
	}
	may := decisions(state)
	switch {
	case len(may) == 0:
		return state, refuse(NotNow, "This is not in a moderator's hands just now.", "experienceId")
	case !slices.Contains(may, kind):
		return state, refuse(NotNow, "A moderator has decided on this already. What can still be decided is something else.", "kind")
	}
	return map[decision.Kind]experience.State{
		decision.KindPublish: experience.StatePublished, decision.KindPublishWithEdits: experience.StateEditsOffered, decision.KindReturnToAuthor: experience.StateReturned,
		decision.KindHold: experience.StateHeld, decision.KindReject: experience.StateRejected, decision.KindRestrict: experience.StateServiceOnly,
	}[kind], nil
}
