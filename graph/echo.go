package graph

import (
	"context"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/echo"
	"hearback/ent/query"
	"hearback/ent/typeid"
)

// Echoes are how many people have experienced the same; nil for words that are not published.
func (r experiences) Echoes(ctx context.Context, e *ent.Experience) (query.Count, error) {
	return query.Echoes(ctx, r.DB, e, r.SmallNumber)
}

// ViewerEchoes tells whether the viewer is one of them.
func (r experiences) ViewerEchoes(ctx context.Context, e *ent.Experience) (bool, error) {
	me := auth.FromContext(ctx)
	if !me.SignedIn() {
		return false, nil
	}
	own, err := back(ctx, e, echo.FieldPersonID, func(o *ent.Echo) typeid.ID { return o.ExperienceID }, func(ctx context.Context, ids []typeid.ID) ([]*ent.Echo, error) {
		return r.DB.Echo.Query().Where(echo.ExperienceIDIn(ids...), echo.PersonID(typeid.ID(me.Person))).All(ctx)
	})
	return own != nil, err
}

func (r mutations) ExperienceEcho(ctx context.Context, in ExperienceEchoInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceEcho(ctx, in.ExperienceID))
}

func (r mutations) ExperienceEchoTakeBack(ctx context.Context, in ExperienceEchoTakeBackInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceEchoTakeBack(ctx, in.ExperienceID))
}
