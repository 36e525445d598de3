package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/step"
	"hearback/ent/page"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/pubsub"
	"hearback/workflow"
)

// inTheirOrder is the order in which a person was told: by number, so that nothing becomes visible behind a cursor.
func inTheirOrder() page.Term[*ent.Step] {
	return page.Term[*ent.Step]{Name: "steps", Column: step.FieldNumber, Kind: page.ByNumber, Value: func(s *ent.Step) any { return s.Number }}
}

func (r steps) Experience(ctx context.Context, s *ent.Step) (*ent.Experience, error) {
	return one(ctx, s, step.FieldExperienceID, func(s *ent.Step) typeid.ID { return s.ExperienceID }, r.experiencesByID)
}

func (r steps) Response(ctx context.Context, s *ent.Step) (*ent.Response, error) {
	return one(ctx, s, step.FieldResponseID, func(s *ent.Step) typeid.ID { return typeid.Maybe(s.ResponseID) }, r.responsesByID)
}

func (r steps) Change(ctx context.Context, s *ent.Step) (*ent.Change, error) {
	return one(ctx, s, step.FieldChangeID, func(s *ent.Step) typeid.ID { return typeid.Maybe(s.ChangeID) }, r.changesByID)
}

// StepTaken tells the viewer every step on the lines of their own experiences.
func (r subscriptions) StepTaken(ctx context.Context) (<-chan *ent.Step, error) {
	topics, err := r.toldTo(ctx)
	if err != nil {
		return nil, err
	}
	return follow(ctx, r.House, topics, func(ctx context.Context, id typeid.ID) (*ent.Step, error) {
		return r.DB.Step.Query().Where(step.ID(id)).Only(ctx)
	})
}

// ExperiencePublished tells of every experience published at a service or below it.
func (r subscriptions) ExperiencePublished(ctx context.Context, within typeid.ID) (<-chan *ent.Experience, error) {
	if _, err := r.DB.Service.Get(ctx, within); err != nil {
		return nil, err
	}
	return follow(ctx, r.House, []string{workflow.PublishedAt(within)}, func(ctx context.Context, id typeid.ID) (*ent.Experience, error) {
		return r.DB.Experience.Query().Where(experience.ID(id), rule.Published).Only(ctx)
	})
}

// follow reads the thing behind each event anew, as the viewer is then: what they may not see (any more) is left out. It
// ends with the context, with the viewer's session, and when something was missed: then the client asks the delta query.
func follow[T any](ctx context.Context, h *House, topics []string, read func(context.Context, typeid.ID) (T, error)) (<-chan T, error) {
	heard := h.Broker.Subscribe(topics...)
	out := make(chan T)
	go func() {
		defer close(out)
		defer heard.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case e, open := <-heard.C():
				if !open || e.Topic == pubsub.Missed || !pass(ctx, h, typeid.ID(e.ID), read, out) {
					return
				}
			}
		}
	}()
	return out, nil
}

// pass hands one event on; false when the stream is over.
func pass[T any](ctx context.Context, h *House, id typeid.ID, read func(context.Context, typeid.ID) (T, error), out chan<- T) bool {
	now, err := h.renew(ctx)
	if err != nil {
		return false
	}
	row, err := read(now, id)
	if ent.IsNotFound(err) {
		return true
	}
	if err != nil {
		return false
	}
	select {
	case out <- row:
		return true
	case <-ctx.Done():
		return false
	}
}
