// Package rule says who may see and touch which rows, one sentence a rule; every noun lists its rules at its foot.
package rule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/service"
	"hearback/ent/typeid"
)

// AsSystem is the only way past the rules. It says why, so that one search lists every bypass.
func AsSystem(ctx context.Context, why string) context.Context {
	return privacy.DecisionContext(context.WithValue(ctx, reasonKey{}, why), privacy.Allow)
}

type reasonKey struct{}

// ServiceStaff are the roles that hear and answer at a service.
func ServiceStaff() []auth.Role { return []auth.Role{auth.Staff, auth.Facilitator} }

// Policy is the rules of one noun: the first rule that decides, decides; a write that no rule allows is denied. The first ones
// hold for every noun: a write touches its own row, in nobody else's name.
func Policy(see privacy.QueryRule, touch ...privacy.MutationRule) privacy.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{see},
		Mutation: slices.Concat(privacy.MutationPolicy{denyThroughEdges(), denyInAnotherName()}, touch, privacy.MutationPolicy{privacy.AlwaysDenyRule()}),
	}
}

// SeeAll lets everybody see every row.
func SeeAll() privacy.QueryRule { return privacy.AlwaysAllowRule() }

// SeeNone hides every row from everybody: only the system reads it.
func SeeNone() privacy.QueryRule {
	return only(func(_ *auth.Viewer, s *sql.Selector) *sql.Predicate { return sql.False() })
}

// only shows the rows for which the predicate holds.
func only(visible func(*auth.Viewer, *sql.Selector) *sql.Predicate) privacy.QueryRule {
	return privacy.QueryRuleFunc(func(ctx context.Context, q ent.Query) error {
		v := auth.FromContext(ctx)
		narrowed, ok := q.(interface{ Narrow(func(*sql.Selector)) })
		if !ok {
			return privacy.Denyf("no rule can narrow a %T", q)
		}
		narrowed.Narrow(func(s *sql.Selector) { s.Where(closed(visible(v, s))) })
		return privacy.Allow
	})
}

// allow allows what nothing stands against.
func allow(err error) error {
	if err == nil {
		return privacy.Allow
	}
	return err
}

// readers is only, for what nobody sees who is not signed in with a token that may read.
func readers(visible func(*auth.Viewer, *sql.Selector) *sql.Predicate) privacy.QueryRule {
	return only(func(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
		if !v.SignedIn() || !v.May(auth.ExperienceRead) {
			return sql.False()
		}
		return visible(v, s)
	})
}

// both shows the rows for which the two rules hold, each by narrowing the question.
func both(first, second privacy.QueryRule) privacy.QueryRule {
	return privacy.QueryRuleFunc(func(ctx context.Context, q ent.Query) error {
		if err := first.EvalQuery(ctx, q); !errors.Is(err, privacy.Allow) {
			return err
		}
		return second.EvalQuery(ctx, q)
	})
}

// closed puts a condition into parentheses of its own: a copy of a selector forgets that an OR of several needs them beside an AND.
func closed(p *sql.Predicate) *sql.Predicate {
	return sql.P(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(p) }) })
}

// within holds for rows whose service lies in the viewer's reach in one of the roles.
func within(v *auth.Viewer, s *sql.Selector, column string, roles ...auth.Role) *sql.Predicate {
	reach := v.Reach(roles...)
	if len(reach) == 0 {
		return sql.False()
	}
	below := make([]*sql.Predicate, len(reach))
	for i, prefix := range reach {
		below[i] = Below(s, column, prefix)
	}
	return sql.Or(below...)
}

// InReach holds for experiences at services in the viewer's reach in one of the roles. It narrows; it opens nothing.
func InReach(ctx context.Context, roles ...auth.Role) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) { s.Where(within(v, s, experience.FieldServiceID, roles...)) }
}

// Below holds for rows whose service lies at or below the place with the path; the empty path is everywhere.
func Below(s *sql.Selector, column, path string) *sql.Predicate {
	if path == "" {
		return sql.NotNull(s.C(column))
	}
	t := sql.Dialect(s.Dialect()).Table(service.Table)
	below := sql.Dialect(s.Dialect()).Select(t.C(service.FieldID)).From(t)
	return sql.In(s.C(column), below.Where(beginsWith(s.Dialect(), t.C(service.FieldPath), path)))
}

// beginsWith is the one comparison of paths, in the form for which each database uses its index: PostgreSQL a pattern with
// the wildcards escaped (index with text_pattern_ops), SQLite a range of its binary order.
func beginsWith(d, column, prefix string) *sql.Predicate {
	if d == dialect.Postgres {
		pattern := strings.ReplaceAll(prefix, "_", `\_`) + "%"
		return sql.P(func(b *sql.Builder) { b.WriteString(column).WriteString(" LIKE ").Arg(pattern) })
	}
	return sql.And(sql.GTE(column, prefix), sql.LT(column, prefix+"~"))
}

// reaches tells whether the viewer holds one of the roles at the service or above it.
func reaches(ctx context.Context, c *ent.Client, id typeid.ID, roles ...auth.Role) error {
	if !auth.FromContext(ctx).Holds(roles...) {
		return privacy.Deny
	}
	s, err := c.Service.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("the service of a row: %w", err)
	}
	if auth.FromContext(ctx).ReachesPath(s.Path, roles...) {
		return privacy.Allow
	}
	return privacy.Deny
}
