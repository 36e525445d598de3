package graph

import (
	"context"

	"hearback/ent/edit"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/internal/passage"
	"hearback/workflow"
)

// Source is what people said or saw of care, in whatever form. One noun stands for all forms (decision 0031), so that none has
// weaker protections than another.
type Source any

// Passage is a part of somebody's words, as it is found in them now.
type Passage struct {
	Part       edit.Field
	Start, End int
	Words      string
	Standing   passage.Standing
}

func (r experiences) Says(_ context.Context, e *ent.Experience) (*evidence.Says, error) {
	return (*evidence.Says)(e.Says), nil
}

// Passage is what a link points at; nil for one that points at all of the words, and where the viewer may not read them.
func (r evidences) Passage(ctx context.Context, v *ent.Evidence) (*Passage, error) {
	if v.PassageMark == "" {
		return nil, nil
	}
	e, err := r.Experience(ctx, v)
	if e == nil || err != nil {
		return nil, err
	}
	part := edit.Field(v.PassagePart)
	text := workflow.TextOf(e, part)
	start, end, stands := passage.Passage{Start: v.PassageStart, End: v.PassageEnd, Mark: v.PassageMark}.Find(text, string(v.ID))
	p := &Passage{Part: part, Start: start, End: end, Standing: stands}
	if stands != passage.Gone {
		p.Words = string([]rune(text)[start:end])
	}
	return p, nil
}

func pointing(in *PassageInput) *workflow.Pointing {
	if in == nil {
		return nil
	}
	return &workflow.Pointing{Part: in.Part, Start: in.Start, Words: in.Words}
}

func (r mutations) SourceRecord(ctx context.Context, in SourceRecordInput) (*SourceRecordPayload, error) {
	got, err := r.Flow.SourceRecord(ctx, workflow.Recording{
		ID: in.ID, ServiceID: in.ServiceID, Form: in.Form, Says: (*experience.Says)(in.Says), Relationship: in.Relationship, DisplayName: text(in.DisplayName),
		Question: text(in.Question), Story: in.Story, HappenedIn: text(in.HappenedIn), Consents: in.Consents, ConsentLanguage: in.ConsentLanguage,
	})
	problems, err := refusals(err)
	p := &SourceRecordPayload{UserErrors: problems, Replayed: got.Replayed}
	if got.ID != "" {
		p.SourceID = &got.ID
	}
	if got.Code != "" {
		p.RecoveryCode = &got.Code
	}
	return p, err
}
