// Package auth says who is asking: it turns a token into a Viewer, and looks after the keys and secrets which that takes.
package auth

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Role is what somebody does at a service, or for the whole installation. Everybody who is signed in
// is a contributor; that needs no membership and so is not a role.
type Role string

// The roles, by the names that the contract and the database use.
const (
	Staff            Role = "STAFF"             // hears and answers at a service, sees criticality
	Facilitator      Role = "FACILITATOR"       // runs a co-design project stage by stage
	Moderator        Role = "MODERATOR"         // reads before publication and decides
	SafeguardingLead Role = "SAFEGUARDING_LEAD" // acts on concerns about somebody's safety
	Commissioner     Role = "COMMISSIONER"      // sees pathways and populations
	Administrator    Role = "ADMINISTRATOR"     // gives and takes memberships
	Integrator       Role = "INTEGRATOR"        // a machine that reads and feeds in by scope
)

// Roles lists every role in the order of the contract, for help texts and for tests that walk them all.
func Roles() []Role {
	return []Role{Staff, Facilitator, Moderator, SafeguardingLead, Commissioner, Administrator, Integrator}
}

// Membership is a role held somewhere in the tree of services; it reaches that service and all below it.
type Membership struct {
	Role    Role
	Service string // TypeID of the service; "" is the whole installation
	Path    string // the service's place in the tree, such as "svc_a/svc_b/"; "" is everything
}

// reach gives the path prefix that the membership covers. A membership at a service whose path was not
// loaded covers nothing, so that a forgotten join cannot hand out the whole installation.
func (m Membership) reach() (prefix string, ok bool) {
	return folder(m.Path), m.Path != "" || m.Service == ""
}

// folder ends a path with "/", so that "svc_a" is never taken for the beginning of "svc_ab/".
func folder(path string) string {
	if path == "" || strings.HasSuffix(path, "/") {
		return path
	}
	return path + "/"
}

// Viewer is whoever is asking. It is made once per request (or per socket) and never changed after that.
type Viewer struct {
	Person      string // TypeID; "" means that nobody is signed in
	Session     string // TypeID of the session that the token belongs to
	Scopes      Scopes // what the token may do, at most; rights still decide
	Memberships []Membership
	Expires     time.Time // when the token ends, and every stream that it opened; zero for Nobody
	Speaks      bool      // whether they hold an authority to speak for somebody else; whether it works, the rules decide at At
	At          time.Time // the moment at which rights that end by themselves are looked at; at the zero moment they open nothing
}

// Nobody is the viewer of a request without a token: no person, no role, and the one scope
// experience:read, because what is published may be read by all.
func Nobody() *Viewer { return &Viewer{Scopes: Scopes{ExperienceRead}} }

type viewerKey struct{}

// NewContext returns a context in which FromContext finds v; a nil v counts as Nobody.
func NewContext(ctx context.Context, v *Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// FromContext returns the viewer that NewContext put there, else Nobody; it never returns nil.
func FromContext(ctx context.Context) *Viewer {
	if v, _ := ctx.Value(viewerKey{}).(*Viewer); v != nil {
		return v
	}
	return Nobody()
}

// SignedIn tells whether a person is known, be it by a recovery code only.
func (v *Viewer) SignedIn() bool { return v.Person != "" }

// May tells whether the token carries the scope. It is a ceiling and gives no right by itself.
func (v *Viewer) May(scope Scope) bool { return v.Scopes.Has(scope) }

// Holds tells whether the viewer has one of the roles anywhere; without roles the answer is no.
func (v *Viewer) Holds(roles ...Role) bool { return len(v.Reach(roles...)) > 0 }

// Reach returns the path prefixes under which the viewer holds one of the roles, sorted, each once, and
// none that a shorter one covers. Nil means nowhere; a single "" means everywhere.
// For SQL: compare by range or substr; the "_" of "svc_" stands for any character in LIKE.
func (v *Viewer) Reach(roles ...Role) []string {
	var kept []string
	for _, prefix := range v.prefixes(roles) {
		if len(kept) == 0 || !strings.HasPrefix(prefix, kept[len(kept)-1]) {
			kept = append(kept, prefix)
		}
	}
	return kept
}

// prefixes is sorted, which puts a prefix directly before everything that it covers.
func (v *Viewer) prefixes(roles []Role) []string {
	var all []string
	for _, m := range v.Memberships {
		if prefix, ok := m.reach(); ok && v.SignedIn() && slices.Contains(roles, m.Role) {
			all = append(all, prefix)
		}
	}
	slices.Sort(all)
	return all
}

// ReachesPath tells whether the viewer holds one of the roles at the service with that tree path or above
// it. The empty path stands for the installation itself and is reached only by a role held there.
func (v *Viewer) ReachesPath(path string, roles ...Role) bool {
	return slices.ContainsFunc(v.Reach(roles...), func(prefix string) bool {
		return strings.HasPrefix(folder(path), prefix)
	})
}
