package auth_test

import (
	"slices"
	"strings"
	"testing"

	"hearback/auth"
)

func TestScopesAreReadBack(t *testing.T) {
	t.Parallel()
	for _, scopes := range []auth.Scopes{nil, auth.IntegratorScopes(), auth.SessionScopes(), {auth.ExportRead, auth.ChangeWrite}} {
		got, err := auth.ParseScopes(scopes.String())
		check(t, err)
		if got.String() != scopes.String() || len(got) != len(scopes) {
			t.Errorf("wrote %q, read %q", scopes, got)
		}
	}
}

func TestScopesAreASet(t *testing.T) {
	t.Parallel()
	twice := auth.Scopes{auth.ResponseWrite, auth.ExperienceRead, auth.ResponseWrite}
	if got := twice.String(); got != "experience:read response:write" {
		t.Errorf("order and repetition show: %q", got)
	}
	if twice[0] != auth.ResponseWrite {
		t.Error("writing a set down changed it")
	}
	both := twice.Both(auth.Scopes{auth.ExperienceRead, auth.ExportRead})
	if both.String() != "experience:read" {
		t.Errorf("both = %q", both)
	}
}

func TestUnknownScopeIsNamed(t *testing.T) {
	t.Parallel()
	for text, named := range map[string]string{
		"experience:read fly:moon":        `"fly:moon"`,
		"EXPERIENCE:READ":                 `"EXPERIENCE:READ"`,
		"experience:read  export:read":    `""`,
		" experience:read":                `""`,
		"experience:read\texport:read":    `"experience:read\texport:read"`,
		strings.Repeat("x", 1<<20):        `"xxxxxxxxxx`,
		"experience:read\x00 export:read": `"experience:read\x00"`,
	} {
		scopes, err := auth.ParseScopes(text)
		if err == nil || len(scopes) > 0 {
			t.Fatalf("%.40q was taken: %q", text, scopes)
		}
		if !strings.Contains(err.Error(), named) || len(err.Error()) > 400 {
			t.Errorf("%.40q: %.500q does not name %s", text, err, named)
		}
	}
}

func TestWhoGetsWhichScopes(t *testing.T) {
	t.Parallel()
	if got := auth.IntegratorScopes().String(); got != "experience:read" {
		t.Errorf("an integrator starts with %q", got)
	}
	for _, scope := range auth.AllScopes() {
		if !auth.SessionScopes().Has(scope) {
			t.Errorf("a person's own session lacks %q", scope)
		}
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(auth.AllScopes())))); n != len(auth.AllScopes()) {
		t.Error("a scope stands twice in the list")
	}
	if auth.Scopes(nil).Has(auth.ExperienceRead) {
		t.Error("the empty set allows something")
	}
}

// A session of one's own keeps a star: what a later version adds to the scopes, it may too.
func TestASessionOfOnesOwnKeepsEverything(t *testing.T) {
	t.Parallel()
	if kept := auth.SessionScopes().Kept(); kept != "*" {
		t.Errorf("everything is kept as %q", kept)
	}
	if whole, err := auth.ParseScopes("*"); err != nil || len(whole.Both(auth.SessionScopes())) != len(auth.SessionScopes()) {
		t.Errorf("a star is read as %v, %v", whole, err)
	}
	if kept := (auth.Scopes{auth.ExperienceRead}).Kept(); kept != "experience:read" {
		t.Errorf("less than everything is kept as %q", kept)
	}
	if _, err := auth.ParseScopes("* experience:read"); err == nil {
		t.Error("a star among names was read")
	}
}
