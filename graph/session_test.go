package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/typeid"
	"hearback/workflow"
)

const sessionFields = ` { session { accessToken accessTokenExpiresAt refreshToken } recoveryCode userErrors { code message path } } }`

// The ways in, each as one person asks for it.

func (p *person) recovers(code string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SessionRecoverInput!) { sessionRecover(input: $in)`+sessionFields, vars{"in": vars{"recoveryCode": code}})
}

func (p *person) refreshes(token string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SessionRefreshInput!) { sessionRefresh(input: $in)`+sessionFields, vars{"in": vars{"refreshToken": token}})
}

// signedIn is the person that an answer signs in; the test ends when it signs in nobody.
func (s *stage) signedIn(name string, a answer) *person {
	s.t.Helper()
	for _, payload := range a.Data {
		if token, ok := dig(payload, "session.accessToken").(string); ok {
			claims, err := s.Flow.Tokens.Verify(token)
			if err != nil {
				s.t.Fatal(err)
			}
			return &person{s, name, claims.Person, claims.Session, token, dig(payload, "session.refreshToken").(string)}
		}
	}
	s.t.Fatalf("%s is not signed in: %s", name, a.Body)
	return nil
}

// viewer is who the door takes this person for; empty for nobody.
func (p *person) viewer() string {
	p.t.Helper()
	id, _ := p.get(`{ viewer { id } }`, nil, "viewer.id").(string)
	return id
}

// turnedAway wants the door to refuse this person's token.
func (p *person) turnedAway(t *testing.T, why string) {
	t.Helper()
	if a := p.ask(`{ viewer { id } }`, nil); a.Status != http.StatusUnauthorized || a.code() != "UNAUTHENTICATED" || a.Data != nil {
		t.Errorf("%s: %d %s", why, a.Status, a.Body)
	}
}

// refused wants a code and that nobody was signed in.
func refused(t *testing.T, what string, a answer, code string) {
	t.Helper()
	if a.code() != code || strings.Contains(a.Body, "accessToken\":\"") {
		t.Errorf("%s: want %s, got %s", what, code, a.Body)
	}
}

// written is everything that the database holds, as text.
func (s *stage) written() string {
	s.t.Helper()
	var all strings.Builder
	for _, table := range []string{"people", "sessions", "refresh_tokens", "sign_ins", "sign_ons", "identities", "passkeys", "passkey_challenges", "invitations", "memberships", "service_tokens", "experiences", "moderation_decisions", "responses", "review_requests", "changes", "coproducers", "progress", "origins", "steps", "services"} {
		rows, err := s.db.Store.DB().QueryContext(s.t.Context(), "SELECT * FROM "+table+" ORDER BY id") //nolint:gosec // the names stand above
		if err != nil {
			s.t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			row, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				s.t.Fatal(err)
			}
			for i, v := range row {
				if b, ok := v.([]byte); ok {
					row[i] = string(b)
				}
			}
			_, _ = fmt.Fprintln(&all, table, row)
		}
		if err := rows.Close(); err != nil {
			s.t.Fatal(err)
		}
	}
	return all.String()
}

// Somebody begins without an account, writes the code down, and comes back on another device.
func TestRecoveryCode(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		begun := s.nobody().ask(`mutation { sessionStart`+sessionFields, nil)
		pat, code := s.signedIn("Pat", begun), begun.at("sessionStart.recoveryCode").(string)
		plain := strings.ReplaceAll(code, "-", "")
		t.Run("AnySpellingBringsThePersonBack", func(t *testing.T) {
			for _, typed := range []string{
				code, strings.ToLower(code), plain, " " + strings.ReplaceAll(code, "-", " – ") + "\n",
				strings.ReplaceAll(strings.ReplaceAll(plain, "0", "o"), "1", "l"), strings.ReplaceAll(code, "-", "\u2011"),
			} {
				a := s.nobody().recovers(typed)
				if back := s.signedIn("Pat again", a); back.viewer() != pat.id || back.session == pat.session {
					t.Errorf("%q brought back %s", typed, back.id)
				}
				if a.at("sessionRecover.recoveryCode") != nil {
					t.Errorf("the code is shown a second time: %s", a.Body)
				}
			}
		})
		t.Run("AWrongCodeSignsNobodyIn", func(t *testing.T) {
			foreign, err := auth.NewRecoveryCode(nil)
			if err != nil {
				t.Fatal(err)
			}
			for what, typed := range map[string]string{"nothing": "", "a slip": swapped(plain), "too short": plain[1:], "unknown": foreign, "very long": strings.Repeat(code, 50), "signs": code + "🙂"} {
				refused(t, what, s.nobody().recovers(typed), "CODE_REFUSED")
			}
		})
		t.Run("OnlyItsHashIsKept", func(t *testing.T) {
			kept := s.written()
			for what, secret := range map[string]string{"the code": code, "the code without dashes": plain, "an access token": pat.token, "a refresh token": pat.refresh} {
				if strings.Contains(kept, secret) || strings.Contains(s.log.String(), secret) {
					t.Errorf("%s can be read", what)
				}
			}
			if !strings.Contains(kept, auth.Hash(code)) {
				t.Error("its hash is not there")
			}
		})
	})
}

// swapped changes the first symbol for another one.
func swapped(code string) string {
	if code[0] == 'A' {
		return "B" + code[1:]
	}
	return "A" + code[1:]
}

func TestSessionRefresh(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		t.Run("ATokenWorksOnceAndGivesTheNext", func(t *testing.T) {
			pat := s.start("Pat")
			next := s.signedIn("Pat", s.nobody().refreshes(pat.refresh))
			if next.id != pat.id || next.session != pat.session || next.refresh == pat.refresh || next.viewer() != pat.id {
				t.Errorf("refreshed into %v", next)
			}
		})
		t.Run("UsingOneTwiceEndsTheSession", func(t *testing.T) {
			pat := s.start("Pat")
			elsewhere := s.start("elsewhere")
			next := s.signedIn("Pat", s.nobody().refreshes(pat.refresh))
			refused(t, "the old one again", s.nobody().refreshes(pat.refresh), "CODE_REFUSED")
			next.turnedAway(t, "the access token of a stolen session")
			pat.turnedAway(t, "the first access token of a stolen session")
			refused(t, "the new one", s.nobody().refreshes(next.refresh), "CODE_REFUSED")
			if elsewhere.viewer() != elsewhere.id {
				t.Error("somebody else's session ended with it")
			}
		})
		t.Run("TwiceAtOnceEndsTheSessionToo", func(t *testing.T) {
			pat := s.start("Pat")
			var answers [2]answer
			var done sync.WaitGroup
			for i := range answers {
				done.Go(func() { answers[i] = s.nobody().refreshes(pat.refresh) })
			}
			done.Wait()
			if answers[0].code()+answers[1].code() != "CODE_REFUSED" {
				t.Errorf("got %s and %s", answers[0].Body, answers[1].Body)
			}
			pat.turnedAway(t, "after that")
		})
		t.Run("WhatIsNoTokenIsRefused", func(t *testing.T) {
			for _, token := range []string{"", "hbr_", "nonsense", strings.Repeat("x", 10_000)} {
				refused(t, token[:min(len(token), 10)], s.nobody().refreshes(token), "CODE_REFUSED")
			}
		})
		t.Run("SixtyDaysEndIt", func(t *testing.T) {
			pat := s.start("Pat")
			s.clock.pass(workflow.RefreshLife)
			refused(t, "too old", s.nobody().refreshes(pat.refresh), "CODE_REFUSED")
		})
	})
}

func TestSessionEnd(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		begun := s.nobody().ask(`mutation { sessionStart`+sessionFields, nil)
		phone := s.signedIn("phone", begun)
		tablet := s.signedIn("tablet", s.nobody().recovers(begun.at("sessionStart.recoveryCode").(string)))
		if ended := phone.act(`mutation { sessionEnd { ended userErrors { code } } }`, nil, "sessionEnd.ended"); ended != true {
			t.Errorf("ended is %v", ended)
		}
		phone.turnedAway(t, "signed out")
		refused(t, "the refresh token of who signed out", s.nobody().refreshes(phone.refresh), "CODE_REFUSED")
		if tablet.viewer() != phone.id {
			t.Error("the other device was signed out with it")
		}
		if a := s.nobody().ask(`mutation { sessionEnd { ended } }`, nil); a.code() != "UNAUTHENTICATED" {
			t.Errorf("nobody signs out: %s", a.Body)
		}
	})
}

func TestTokensThatDoNotCount(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		pat := s.start("Pat")
		with := func(token string) *person { return &person{stage: s, name: "Pat", token: token} }
		set, err := auth.GenerateKeySet(nil)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := auth.ParseKeyring(set, s.clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		claims := auth.Claims{Person: pat.id, Session: pat.session, Scopes: auth.SessionScopes()}
		foreign := s.Flow.Tokens
		foreign.Keys = keys
		elsewhere := s.Flow.Tokens
		elsewhere.Issuer = "https://elsewhere.example"
		for what, tokens := range map[string]auth.Tokens{"of another installation's key": foreign, "of another issuer": elsewhere} {
			token, _, err := tokens.Issue(claims)
			if err != nil {
				t.Fatal(err)
			}
			with(token).turnedAway(t, what)
		}
		for what, token := range map[string]string{"nonsense": "nonsense", "cut off": pat.token[:len(pat.token)-3], "the refresh token": pat.refresh, "huge": strings.Repeat("a", 100_000)} {
			with(token).turnedAway(t, what)
		}
		made, _, err := s.Flow.Tokens.Issue(auth.Claims{Person: string(typeid.New(typeid.Person)), Session: pat.session, Scopes: auth.SessionScopes()})
		if err != nil {
			t.Fatal(err)
		}
		with(made).turnedAway(t, "somebody else in Pat's session")
		s.clock.pass(11 * time.Minute)
		pat.turnedAway(t, "run out")
	})
}

func TestScopesNarrow(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		author, mo := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward)
		told := author.share(ward, "PATIENT", "I waited.")
		waiting := author.share(ward, "PATIENT", "I waited again.")
		mo.publish(told)
		all := func(p *person) {
			p.hold(membership.RoleModerator, ward)
			p.hold(membership.RoleAdministrator, ward)
		}
		reader := s.somebody("Reader", auth.Staff, ward, auth.ExperienceRead)
		writer := s.somebody("Writer", auth.Staff, ward, auth.ExperienceWrite)
		all(reader)
		all(writer)
		before := s.written()
		for what, do := range map[string]string{
			"answers":  `responseGive(input: {experienceId: "` + told + `", body: "Sorry."}) { userErrors { code } }`,
			"decides":  `experiencePublish(input: {experienceId: "` + waiting + `", expectedVersion: 1}) { userErrors { code } }`,
			"proposes": `changePropose(input: {serviceId: "` + string(ward.ID) + `", title: "A", difference: "B", coproducers: [{side: STAFF, name: "S"}, {side: PATIENT_FAMILY, name: "P"}]}) { userErrors { code } }`,
			"adds":     `serviceAdd(input: {parentId: "` + string(ward.ID) + `", name: "A", kind: WARD}) { userErrors { code } }`,
			"invites":  `invitationMake(input: {role: STAFF, serviceId: "` + string(ward.ID) + `"}) { userErrors { code } }`,
		} {
			for _, p := range []*person{reader, writer} {
				if a := p.ask(`mutation { `+do+` }`, nil); a.code() != "FORBIDDEN" {
					t.Errorf("%s %s: %s", p.name, what, a.Body)
				}
			}
		}
		if a := reader.ask(shareQuery, vars{"in": vars{"serviceId": ward.ID, "relationship": "STAFF", "story": "No."}}); a.code() != "FORBIDDEN" {
			t.Errorf("who may only read shares: %s", a.Body)
		}
		if s.written() != before {
			t.Error("something was written")
		}
		if a := writer.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": waiting}); a.code() != "NOT_FOUND" {
			t.Errorf("who may only write reads what is not published: %s", a.Body)
		}
		if got := reader.get(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": waiting}, "node.id"); got != waiting {
			t.Errorf("a moderator who may read does not: %v", got)
		}
	})
}

func TestViewerRename(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		sam, eve := s.contributor("Sam"), s.contributor("Eve")
		rename := func(p *person, name string) answer {
			return p.ask(`mutation($in: ViewerRenameInput!) { viewerRename(input: $in) { viewer { id name } userErrors { code path } } }`, vars{"in": vars{"name": name}})
		}
		a := rename(sam, "  Samira Ünal ")
		if a.at("viewerRename.viewer.name") != "Samira Ünal" || a.at("viewerRename.viewer.id") != sam.id {
			t.Errorf("renamed: %s", a.Body)
		}
		refused(t, "blanks", rename(sam, " \t"), "REQUIRED")
		refused(t, "long", rename(sam, strings.Repeat("ü", 81)), "TOO_LONG")
		refused(t, "nobody", rename(s.nobody(), "X"), "UNAUTHENTICATED")
		if a := rename(sam, strings.Repeat("ü", 80)); a.code() != "" {
			t.Errorf("eighty letters: %s", a.Body)
		}
		if name := eve.get(`{ viewer { name } }`, nil, "viewer.name"); name != "Eve" {
			t.Errorf("Eve is now %v", name)
		}
	})
}
