package graph

import (
	"context"

	"hearback/ent/edit"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
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
	return found(e, edit.Pointed{Field: edit.Field(v.PassagePart), Start: v.PassageStart, End: v.PassageEnd, Mark: v.PassageMark}, v.ID), nil
}

// Passages are what an answer speaks of; none where the viewer may not read the experience.
func (r responses) Passages(ctx context.Context, p *ent.Response) ([]*Passage, error) {
	e, err := r.Experience(ctx, p)
	if e == nil || err != nil {
		return nil, err
	}
	all := make([]*Passage, len(p.Passages))
	for i, at := range p.Passages {
		all[i] = found(e, at, p.ID)
	}
	return all, nil
}

// found is a part of an experience as it stands now. The salt is the id of what points at it.
func found(e *ent.Experience, at edit.Pointed, salt typeid.ID) *Passage {
	text := workflow.TextOf(e, at.Field)
	start, end, stands := passage.Passage{Start: at.Start, End: at.End, Mark: at.Mark}.Find(text, string(salt))
	p := &Passage{Part: at.Field, Start: start, End: end, Standing: stands}
	if stands != passage.Gone {
		p.Words = string([]rune(text)[start:end])
	}
	return p
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
