package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"hearback/auth"
	"hearback/workflow"
)

// Allow is the notice on the door: it refuses early whom the contract does not name. The rules on the rows are the law.
func Allow(ctx context.Context, _ any, next graphql.Resolver, to []Who, scope *string) (any, error) {
	if err := welcome(auth.FromContext(ctx), to, scope); err != nil {
		return nil, err
	}
	return next(ctx)
}

// welcome decides whether a viewer may come in at a door.
func welcome(v *auth.Viewer, to []Who, scope *string) error {
	if scope != nil && v.SignedIn() && !v.May(auth.Scope(*scope)) {
		return workflow.ErrForbidden
	}
	for _, who := range to {
		if who == WhoAnybody || who == WhoContributor && v.SignedIn() || v.Holds(auth.Role(who)) {
			return nil
		}
	}
	if !v.SignedIn() {
		return workflow.ErrSignIn
	}
	return workflow.ErrForbidden
}
