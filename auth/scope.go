package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Scope names one thing that a token may be used for. A scope only narrows: whoever holds the token
// still needs the right itself.
type Scope string

// The scopes that exist. A new one is added here and in AllScopes.
const (
	ExperienceRead    Scope = "experience:read"    // read what the viewer may see
	ExperienceWrite   Scope = "experience:write"   // tell, mend, withdraw experiences
	ResponseWrite     Scope = "response:write"     // answer experiences
	ModerationWrite   Scope = "moderation:write"   // decide on publication
	ProjectWrite      Scope = "project:write"      // run co-design projects
	ChangeWrite       Scope = "change:write"       // propose, link and move changes
	MembershipWrite   Scope = "membership:write"   // give and take roles, invite
	ExportRead        Scope = "export:read"        // take data out in bulk
	SafeguardingWrite Scope = "safeguarding:write" // raise and act on concerns about somebody's safety
)

// AllScopes lists every scope there is, in the order of the journey.
func AllScopes() Scopes {
	return Scopes{
		ExperienceRead, ExperienceWrite, ResponseWrite, ModerationWrite,
		ProjectWrite, ChangeWrite, MembershipWrite, ExportRead, SafeguardingWrite,
	}
}

// SessionScopes is what a person's own session carries: everything, so that only rights decide.
func SessionScopes() Scopes { return AllScopes() }

// IntegratorScopes is what a service token carries unless more is asked for: reading.
func IntegratorScopes() Scopes { return Scopes{ExperienceRead} }

// MachineScopes is what a service token can carry at all: reading. What people answer for by name, no machine does.
func MachineScopes() Scopes { return Scopes{ExperienceRead, ExportRead} }

// Scopes is a set of scopes; order and repetition mean nothing. The zero value allows nothing.
type Scopes []Scope

// everything is what a session of one's own keeps in place of names: a scope that is added later is part of it.
const everything = "*"

// Kept is what a session keeps of its scopes: a star for everything that a session of one's own may, else the names.
func (s Scopes) Kept() string {
	if len(SessionScopes().Both(s)) == len(SessionScopes()) {
		return everything
	}
	return s.String()
}

// ParseScopes reads scope names with one space between them (RFC 6749 §3.3), or the star of Kept; "" is the empty set.
// The error names the first scope that does not exist and lists those that do.
func ParseScopes(text string) (Scopes, error) {
	if text == everything {
		return SessionScopes(), nil
	}
	known, unknown := sortOut(text)
	if len(unknown) > 0 {
		return nil, fmt.Errorf("there is no scope %.40q; the scopes are: %s", unknown[0], AllScopes())
	}
	return known, nil
}

// sortOut divides the names in text into scopes that exist and names that do not.
func sortOut(text string) (known Scopes, unknown []string) {
	if text == "" {
		return nil, nil
	}
	for name := range strings.SplitSeq(text, " ") {
		if AllScopes().Has(Scope(name)) {
			known = append(known, Scope(name))
		} else {
			unknown = append(unknown, name)
		}
	}
	return known, unknown
}

// String writes the set as RFC 6749 §3.3 has it: sorted, each once, one space between. ParseScopes reads it back.
func (s Scopes) String() string {
	sorted := slices.Compact(slices.Sorted(slices.Values(s)))
	names := make([]string, len(sorted))
	for i, scope := range sorted {
		names[i] = string(scope)
	}
	return strings.Join(names, " ")
}

// Has tells whether the scope is in the set.
func (s Scopes) Has(scope Scope) bool { return slices.Contains(s, scope) }

// Both returns the scopes that are in s and in other.
func (s Scopes) Both(other Scopes) Scopes {
	var both Scopes
	for _, scope := range s {
		if other.Has(scope) {
			both = append(both, scope)
		}
	}
	return both
}
