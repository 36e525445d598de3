package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/response"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (h *House) responsesByID(ctx context.Context, ids []typeid.ID) ([]*ent.Response, error) {
	return h.DB.Response.Query().Where(response.IDIn(ids...)).All(ctx)
}

func (r responses) Experience(ctx context.Context, p *ent.Response) (*ent.Experience, error) {
	return one(ctx, p, response.FieldExperienceID, func(p *ent.Response) typeid.ID { return p.ExperienceID }, r.experiencesByID)
}

func (r mutations) ResponseGive(ctx context.Context, in ResponseGiveInput) (*ResponsePayload, error) {
	p, replayed, err := r.Flow.ResponseGive(ctx, workflow.ResponseDraft{ID: in.ID, ExperienceID: in.ExperienceID, Body: in.Body})
	problems, err := refusals(err)
	return &ResponsePayload{p, problems, replayed}, err
}
