package auth_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hearback/auth"
)

func TestContext(t *testing.T) {
	t.Parallel()
	anna := &auth.Viewer{Person: "per_anna"}
	if got := auth.FromContext(auth.NewContext(t.Context(), anna)); got != anna {
		t.Errorf("the viewer that was put in is not the one that came out: %+v", got)
	}
	for story, ctx := range map[string]context.Context{
		"nothing was put in": t.Context(),
		"nil was put in":     auth.NewContext(t.Context(), nil),
	} {
		v := auth.FromContext(ctx)
		if v == nil || v.SignedIn() || len(v.Memberships) > 0 {
			t.Fatalf("%s: got %+v, want nobody", story, v)
		}
		if !v.May(auth.ExperienceRead) || v.May(auth.ExperienceWrite) {
			t.Errorf("%s: nobody may read what is published and nothing else, got %q", story, v.Scopes)
		}
	}
}

func TestNobodyIsNotShared(t *testing.T) {
	t.Parallel()
	auth.FromContext(t.Context()).Person = "per_mallory"
	if auth.FromContext(t.Context()).SignedIn() || auth.Nobody().SignedIn() {
		t.Error("writing to one nobody signed in all the others")
	}
}

func at(role auth.Role, service, path string) auth.Membership {
	return auth.Membership{Role: role, Service: service, Path: path}
}

func TestReach(t *testing.T) {
	t.Parallel()
	for story, c := range map[string]struct {
		held []auth.Membership
		ask  []auth.Role
		want []string
	}{
		"nothing held":              {nil, []auth.Role{auth.Staff}, nil},
		"another role held":         {[]auth.Membership{at(auth.Staff, "svc_a", "svc_a/")}, []auth.Role{auth.Moderator}, nil},
		"no role asked for":         {[]auth.Membership{at(auth.Staff, "", "")}, nil, nil},
		"one ward":                  {[]auth.Membership{at(auth.Staff, "svc_b", "svc_a/svc_b/")}, []auth.Role{auth.Staff}, []string{"svc_a/svc_b/"}},
		"ward, and its site":        {[]auth.Membership{at(auth.Staff, "svc_b", "svc_a/svc_b/"), at(auth.Staff, "svc_a", "svc_a/")}, []auth.Role{auth.Staff}, []string{"svc_a/"}},
		"the same twice":            {[]auth.Membership{at(auth.Staff, "svc_a", "svc_a/"), at(auth.Moderator, "svc_a", "svc_a/")}, []auth.Role{auth.Staff, auth.Moderator}, []string{"svc_a/"}},
		"whole installation":        {[]auth.Membership{at(auth.Staff, "svc_a", "svc_a/"), at(auth.Staff, "", "")}, []auth.Role{auth.Staff}, []string{""}},
		"neighbours by name":        {[]auth.Membership{at(auth.Staff, "svc_ab", "svc_ab/"), at(auth.Staff, "svc_a", "svc_a")}, []auth.Role{auth.Staff}, []string{"svc_a/", "svc_ab/"}},
		"path forgotten in loading": {[]auth.Membership{at(auth.Administrator, "svc_a", "")}, []auth.Role{auth.Administrator}, nil},
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			v := &auth.Viewer{Person: "per_x", Memberships: c.held}
			if got := v.Reach(c.ask...); !slices.Equal(got, c.want) {
				t.Errorf("Reach = %q, want %q", got, c.want)
			}
			if v.Holds(c.ask...) != (c.want != nil) {
				t.Errorf("Holds = %v, want the opposite", v.Holds(c.ask...))
			}
			v.Person = ""
			if v.Holds(c.ask...) || v.ReachesPath("svc_a/", c.ask...) {
				t.Error("somebody who is not signed in holds a role")
			}
		})
	}
}

func TestReachesPath(t *testing.T) {
	t.Parallel()
	nurse := &auth.Viewer{Person: "per_n", Memberships: []auth.Membership{at(auth.Staff, "svc_a", "svc_a/")}}
	for path, want := range map[string]bool{
		"svc_a/": true, "svc_a": true, "svc_a/svc_b/": true,
		"svc_ab/": false, "svc_b/": false, "svc_b/svc_a/": false, "svc_": false, "": false,
	} {
		if got := nurse.ReachesPath(path, auth.Staff); got != want {
			t.Errorf("ReachesPath(%q) = %v, want %v", path, got, want)
		}
		if nurse.ReachesPath(path, auth.Moderator) {
			t.Errorf("a nurse moderates %q", path)
		}
	}
	head := &auth.Viewer{Person: "per_h", Memberships: []auth.Membership{at(auth.Staff, "", "")}}
	if !head.ReachesPath("", auth.Staff) || !head.ReachesPath("svc_z/", auth.Staff) {
		t.Error("a role for the whole installation does not reach everything")
	}
}

// Whatever somebody holds: Reach says the same as looking at each membership by itself, and says it shortest.
func TestReachAgreesWithMemberships(t *testing.T) {
	t.Parallel()
	path := rapid.SampledFrom([]string{"", "a/", "a/b/", "a/b/c/", "ab/", "b/", "b/a/"})
	role := rapid.SampledFrom([]auth.Role{auth.Staff, auth.Moderator})
	rapid.Check(t, func(t *rapid.T) {
		v, there, want := &auth.Viewer{Person: "per_x"}, path.Draw(t, "there"), false
		for range rapid.IntRange(0, 5).Draw(t, "held") {
			m := at(role.Draw(t, "role"), "", path.Draw(t, "path"))
			v.Memberships = append(v.Memberships, m)
			alone := &auth.Viewer{Person: "per_x", Memberships: []auth.Membership{m}}
			want = want || alone.ReachesPath(there, auth.Staff)
		}
		if got := v.ReachesPath(there, auth.Staff); got != want {
			t.Fatalf("together %v, one by one %v", got, want)
		}
		reach := v.Reach(auth.Staff)
		if !slices.IsSorted(reach) || len(slices.Compact(slices.Clone(reach))) != len(reach) {
			t.Fatalf("not sorted or not unique: %q", reach)
		}
	})
}

func TestRolesAreAllDifferent(t *testing.T) {
	t.Parallel()
	roles := auth.Roles()
	slices.Sort(roles)
	if len(roles) != 7 || len(slices.Compact(roles)) != 7 {
		t.Errorf("want seven different roles, got %q", roles)
	}
}
