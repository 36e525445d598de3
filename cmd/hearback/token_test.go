package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"hearback/ent/dbtest"
)

const whoAmI = `{ viewer { name memberships(first: 5) { nodes { role title service { id } } } } }`

// TestTokensBesideARunningServer makes somebody of every role by the command line while a server has the store.
func TestTokensBesideARunningServer(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, store string) {
		s := newSite(t, store)
		v := s.serve()
		admin := caller{v.url, s.token("administrator")}
		ward := admin.ward(t, "Heron Ward")
		for role, held := range map[string]string{
			"contributor": "", "staff": "STAFF", "facilitator": "FACILITATOR", "moderator": "MODERATOR", "safeguarding-lead": "SAFEGUARDING_LEAD",
			"commissioner": "COMMISSIONER", "administrator": "ADMINISTRATOR", "integrator": "INTEGRATOR",
		} {
			t.Run(role, func(t *testing.T) {
				t.Parallel()
				worksAtOnce(t, &site{t, s.folder, s.store}, v, role, held, ward)
			})
		}
		t.Run("IsRefused", func(t *testing.T) {
			t.Parallel()
			tokenRefused(t, &site{t, s.folder, s.store})
		})
	})
}

func worksAtOnce(t *testing.T, s *site, v *server, role, held, ward string) {
	somebody := caller{v.url, s.token(role, "--name", "Sam")}
	me := somebody.ask(t, whoAmI, nil)
	if got := text(me, "viewer", "memberships", "nodes", 0, "role"); got != held || text(me, "viewer", "name") != "Sam" {
		t.Errorf("is %v", me)
	}
	a := sure(somebody.send(t.Context(), share, vars{"id": newID(), "ward": ward, "story": "beside a running server"}))(t)
	if a.worked() == (role == "integrator") {
		t.Errorf("%s shares: %s", role, a.Text)
	}
	if held == "" {
		return
	}
	if code, out, said := s.run("token", "create", "--as", role, "--at", ward, "--title", "Ward sister", "--json"); code != 0 {
		t.Errorf("%d, %q, %q", code, out, said)
	} else {
		var made struct{ AccessToken, RefreshToken, ExpiresAt string }
		err := json.Unmarshal([]byte(out), &made)
		me := caller{v.url, made.AccessToken}.ask(t, whoAmI, nil)
		if err != nil || made.RefreshToken == "" || text(me, "viewer", "memberships", "nodes", 0, "service", "id") != ward || text(me, "viewer", "memberships", "nodes", 0, "title") != "Ward sister" {
			t.Errorf("%v, %q is %v", err, out, me)
		}
	}
}

func tokenRefused(t *testing.T, s *site) {
	for _, c := range []struct {
		words []string
		said  string
	}{
		{[]string{"--as", "staff", "--at", "NOWHERE"}, `hearback: there is no service with the code or id "NOWHERE". `},
		{[]string{"--as", "contributor", "--at", "NOWHERE"}, "hearback: a contributor has no role"},
		{[]string{"--as", "integrator", "--scopes", "everything"}, `hearback: there is no scope "everything"; the scopes are: `},
	} {
		code, out, said := s.run(append([]string{"token", "create"}, c.words...)...)
		if code != 1 || out != "" || !strings.HasPrefix(said, c.said) || strings.Count(said, "\n") != 1 {
			t.Errorf("%v: %d, %q, %q", c.words, code, out, said)
		}
	}
}
