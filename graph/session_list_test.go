package graph_test

import (
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/typeid"
	"hearback/workflow"
)

const mySessions = `query($n: Int, $a: Cursor) { viewer { sessions(first: $n, after: $a) { totalCount pageInfo { endCursor } nodes { id createdAt lastUsedAt current scopes } } } }`

func (p *person) revokes(session string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SessionRevokeInput!) { sessionRevoke(input: $in) { ended userErrors { code } } }`, vars{"in": vars{"sessionId": session}})
}

// comesBack opens one more session with a recovery code.
func (p *person) comesBack(code string) *person {
	p.t.Helper()
	return p.signedIn(p.name, p.nobody().recovers(code))
}

func TestSessions(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		begun := s.nobody().ask(`mutation { sessionStart`+sessionFields, nil)
		code := begun.at("sessionStart.recoveryCode").(string)
		phone := s.signedIn("Pat", begun)
		s.clock.pass(5 * time.Minute)
		tablet := phone.comesBack(code)
		other := s.start("Eve")
		t.Run("OnesOwnAreListedNewestFirst", func(t *testing.T) {
			s.clock.pass(time.Minute)
			phone = s.signedIn("Pat", phone.refreshes(phone.refresh))
			tablet = s.signedIn("Pat", tablet.refreshes(tablet.refresh))
			a := phone.ask(mySessions, vars{"n": 10})
			if a.at("viewer.sessions.totalCount") != 2.0 || a.at("viewer.sessions.nodes.0.id") != tablet.session || a.at("viewer.sessions.nodes.1.id") != phone.session ||
				a.at("viewer.sessions.nodes.0.current") != false || a.at("viewer.sessions.nodes.1.current") != true || strings.Contains(a.Body, other.session) {
				t.Fatal(a.Body)
			}
			used, began := a.at("viewer.sessions.nodes.1.lastUsedAt").(string), a.at("viewer.sessions.nodes.1.createdAt").(string)
			if used <= began || len(a.at("viewer.sessions.nodes.0.scopes").([]any)) != len(auth.AllScopes()) {
				t.Errorf("used %s, begun %s: %s", used, began, a.Body)
			}
			first := phone.ask(mySessions, vars{"n": 1})
			if rest := phone.ask(mySessions, vars{"n": 1, "a": first.at("viewer.sessions.pageInfo.endCursor")}); rest.at("viewer.sessions.nodes.0.id") != phone.session {
				t.Error(rest.Body)
			}
		})
		t.Run("SomebodyElsesIsNotThere", func(t *testing.T) {
			theirs, none := phone.revokes(other.session), phone.revokes(string(typeid.New(typeid.Session)))
			if theirs.code() != "NOT_FOUND" || none.code() != "NOT_FOUND" || other.viewer() != other.id {
				t.Errorf("%s %s", theirs.Body, none.Body)
			}
		})
		t.Run("ALostTabletIsSignedOutAtOnceAndForGood", func(t *testing.T) {
			for range 2 { // a second time changes nothing
				if a := phone.revokes(tablet.session); a.at("sessionRevoke.ended") != true {
					t.Fatal(a.Body)
				}
			}
			tablet.turnedAway(t, "the lost tablet")
			refused(t, "its refresh token", s.nobody().refreshes(tablet.refresh), "CODE_REFUSED")
			if phone.viewer() != phone.id || phone.get(mySessions, nil, "viewer.sessions.totalCount") != 1.0 {
				t.Error("the phone went with it, or the tablet is listed")
			}
		})
		t.Run("AllOthersEndTogether", func(t *testing.T) {
			first, second := phone.comesBack(code), phone.comesBack(code)
			if n := phone.act(`mutation { sessionEndOthers { ended userErrors { code } } }`, nil, "sessionEndOthers.ended"); n != 2.0 {
				t.Errorf("%v ended", n)
			}
			first.turnedAway(t, "the first")
			second.turnedAway(t, "the second")
			if phone.viewer() != phone.id || other.viewer() != other.id {
				t.Error("more ended than the others")
			}
		})
		t.Run("WhatNobodyRefreshedIsNotListed", func(t *testing.T) {
			s.clock.pass(workflow.RefreshLife)
			back := phone.comesBack(code)
			if got := back.get(mySessions, nil, "viewer.sessions"); dig(got, "totalCount") != 1.0 || dig(got, "nodes.0.id") != back.session {
				t.Errorf("listed are %v", got)
			}
		})
	})
}
