package workflow

import (
	"context"
	"strings"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// post is a role in which somebody speaks for a service, and where on the way up from there it is held.
type post struct {
	path    string // of the place where it is held; empty for the whole installation
	trusted bool
	held    *ent.Membership
}

// id is the membership behind it; nil when there is none.
func (p post) id() *typeid.ID {
	if p.held == nil {
		return nil
	}
	return &p.held.ID
}

// nearest decides which role counts at a place: the one held nearest to it, so that somebody trusted in the whole trust can be
// new on a ward. Of two held at the same place one that is trusted counts. What is not on the way up does not count at all.
func nearest(path string, posts []post) (best post, found bool) {
	for _, p := range posts {
		if !strings.HasPrefix(path, p.path) {
			continue
		}
		if !found || len(p.path) > len(best.path) || len(p.path) == len(best.path) && p.trusted {
			best, found = p, true
		}
	}
	return best, found
}

// post finds the role in which the viewer speaks for a service; none when they do not.
func (a *act) post(ctx context.Context, service typeid.ID) (post, bool, error) {
	at, err := a.Service.Get(ctx, service)
	if err != nil {
		return post{}, false, err
	}
	held, err := a.Membership.Query().Where(membership.PersonID(typeid.ID(a.viewer.Person)), query.Works(a.at),
		membership.RoleIn(membership.RoleStaff, membership.RoleFacilitator)).Order(membership.ByID()).
		All(rule.AsSystem(ctx, "in which role somebody speaks does not depend on what their token may read"))
	if err != nil {
		return post{}, false, err
	}
	best, found := nearest(at.Path, a.works(held))
	return best, found, nil
}

// works are the roles of these that work now, each with the place where it is held.
func (a *act) works(held []*ent.Membership) (posts []post) {
	for _, m := range held {
		for _, own := range a.viewer.Memberships {
			if own.Role == auth.Role(m.Role) && (m.ServiceID == nil && own.Service == "" || m.ServiceID != nil && own.Service == string(*m.ServiceID)) {
				posts = append(posts, post{own.Path, m.Trusted, m})
				break
			}
		}
	}
	return posts
}
