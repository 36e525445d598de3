package graph_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
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

func (p *person) requests(email string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SignInRequestInput!) { signInRequest(input: $in) { request userErrors { code message path } } }`, vars{"in": vars{"email": email}})
}

func (p *person) confirms(request, code string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SignInConfirmInput!) { signInConfirm(input: $in)`+sessionFields, vars{"in": vars{"request": request, "code": code}})
}

func (p *person) accepts(code, name string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: InvitationAcceptInput!) { invitationAccept(input: $in)`+sessionFields, vars{"in": vars{"code": code, "name": name, "title": "Ward sister"}})
}

func (p *person) invites(role, at string) answer {
	p.t.Helper()
	in := vars{"role": role}
	if at != "" {
		in["serviceId"] = at
	}
	return p.ask(`mutation($in: InvitationMakeInput!) { invitationMake(input: $in) { code userErrors { code message } } }`, vars{"in": in})
}

func (p *person) ends(membership string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: MembershipEndInput!) { membershipEnd(input: $in) { membership { endedAt } userErrors { code } } }`, vars{"in": vars{"membershipId": membership}})
}

// mailed asks for a code by e-mail and gives the request and the code of the letter.
func (p *person) mailed(email string) (request, code string) {
	p.t.Helper()
	a := p.requests(email)
	if a.code() != "" {
		p.t.Fatalf("%s asked for a code and got %s", p.name, a.Body)
	}
	return a.at("signInRequest.request").(string), regexp.MustCompile(`\d{6}`).FindString(p.letters.last().Text)
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
	for _, table := range []string{"people", "sessions", "refresh_tokens", "sign_ins", "invitations", "memberships", "experiences", "moderation_decisions", "responses", "changes", "coproducers", "progress", "origins", "steps", "services"} {
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

// other is a six-digit code that is not this one.
func other(code string) string { return string('0'+(code[0]-'0'+1)%10) + code[1:] }

func TestEmailCode(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		nobody := s.nobody()
		t.Run("TheRightCodeSignsInOnce", func(t *testing.T) {
			request, code := nobody.mailed("Pat@Example.org")
			pat := s.signedIn("Pat", nobody.confirms(request, code[:3]+" "+code[3:]))
			if pat.viewer() != pat.id || pat.get(`{ viewer { anonymous } }`, nil, "viewer.anonymous") != false {
				t.Error("Pat is not signed in")
			}
			refused(t, "a second time", nobody.confirms(request, code), "CODE_REFUSED")
			if kept := s.written(); strings.Contains(kept, code) && !strings.Contains(kept, "pat@example.org") {
				t.Error("the code is kept, the folded address is not")
			}
		})
		t.Run("OneAddressIsOnePersonHoweverItIsSpelt", func(t *testing.T) {
			ids := map[string]bool{}
			for _, spelt := range []string{"fay@example.org", " FAY@example.org ", "Fay@EXAMPLE.ORG"} {
				ids[s.signedIn("Fay", nobody.confirms(nobody.mailed(spelt))).id] = true
			}
			if len(ids) != 1 {
				t.Errorf("one address is %d people", len(ids))
			}
		})
		t.Run("FiveWrongTriesEndIt", func(t *testing.T) {
			request, code := nobody.mailed("nia@example.org")
			for range 5 {
				refused(t, "a wrong code", nobody.confirms(request, other(code)), "CODE_REFUSED")
			}
			refused(t, "the right code after five wrong ones", nobody.confirms(request, code), "TOO_MANY_TRIES")
			s.signedIn("Nia", nobody.confirms(nobody.mailed("nia@example.org")))
		})
		t.Run("AQuarterOfAnHourEndsIt", func(t *testing.T) {
			request, code := nobody.mailed("old@example.org")
			s.clock.pass(workflow.CodeLife)
			refused(t, "too old", nobody.confirms(request, code), "CODE_REFUSED")
		})
		t.Run("ACodeBelongsToItsRequest", func(t *testing.T) {
			one, _ := nobody.mailed("one@example.org")
			_, code := nobody.mailed("two@example.org")
			refused(t, "the code of another request", nobody.confirms(one, code), "CODE_REFUSED")
			refused(t, "a request that is none", nobody.confirms(string(typeid.New(typeid.SignIn)), code), "CODE_REFUSED")
			refused(t, "no code", nobody.confirms(one, ""), "CODE_REFUSED")
		})
		t.Run("FiveLettersAnHour", func(t *testing.T) {
			for range 5 {
				nobody.mailed("often@example.org")
			}
			refused(t, "a sixth", nobody.requests("Often@example.org"), "TOO_MANY_TRIES")
			s.clock.pass(time.Hour)
			nobody.mailed("often@example.org")
		})
		t.Run("WhatIsNoAddressIsRefused", func(t *testing.T) {
			sent := len(s.letters.sent)
			for _, typed := range []string{"", "pat", "pat@", "Pat <pat@example.org>", "a@b.org, c@d.org", "pat@example.org\r\nBcc: all@example.org", strings.Repeat("a", 255) + "@example.org"} {
				refused(t, typed, nobody.requests(typed), "INVALID")
			}
			if len(s.letters.sent) != sent {
				t.Error("a letter was sent")
			}
		})
	})
}

// Programs that read mail open links, and previews ask with GET: neither may use a code up.
func TestEmailCodeIsUsedByPeopleOnly(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		nobody := s.nobody()
		request, code := nobody.mailed("pat@example.org")
		letter := s.letters.last()
		if letter.To != "pat@example.org" || !strings.Contains(letter.Text, code) || regexp.MustCompile(`(?i)https?:|www\.|<a |hearback|hospital|ward|care`).MatchString(letter.Subject+letter.Text) {
			t.Errorf("the letter says %q %q", letter.Subject, letter.Text)
		}
		document := fmt.Sprintf(`mutation { signInConfirm(input: {request: %q, code: %q})`+sessionFields, request, code)
		r := httptest.NewRequest(http.MethodGet, "/graphql?query="+url.QueryEscape(document), nil)
		w := httptest.NewRecorder()
		s.door.ServeHTTP(w, r)
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("GET is answered with %d %s", w.Code, w.Body)
		}
		s.signedIn("Pat", nobody.confirms(request, code))
	})
}

func TestSignInAddsAnAddress(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat := s.start("Pat")
		told := pat.share(ward, "PATIENT", "I waited.")
		t.Run("WhoBeganWithoutAnAccountKeepsEverything", func(t *testing.T) {
			again := s.signedIn("Pat", pat.confirms(pat.mailed("pat@example.org")))
			got := again.get(`{ viewer { id anonymous contributions { nodes { id } } } }`, nil, "viewer")
			if dig(got, "id") != pat.id || dig(got, "anonymous") != false || dig(got, "contributions.nodes.0.id") != told {
				t.Errorf("Pat has become %v", got)
			}
		})
		t.Run("AnAddressOfSomebodyElseMergesNobody", func(t *testing.T) {
			fay := s.start("Fay")
			fay.share(ward, "RELATIVE", "So did I.")
			into := s.signedIn("Pat at Fay's device", fay.confirms(fay.mailed("PAT@example.org")))
			if into.id != pat.id {
				t.Errorf("the owner of the address is signed in as %s", into.id)
			}
			if n := into.get(`{ viewer { contributions { totalCount } } }`, nil, "viewer.contributions.totalCount"); n != 1.0 {
				t.Errorf("Pat now has %v experiences", n)
			}
			if got := fay.get(`{ viewer { id anonymous contributions { totalCount } } }`, nil, "viewer"); dig(got, "anonymous") != true || dig(got, "contributions.totalCount") != 1.0 {
				t.Errorf("Fay has become %v", got)
			}
		})
		t.Run("WhoHasAnAddressIsSomebodyElseUnderAnother", func(t *testing.T) {
			other := s.signedIn("Other", pat.confirms(pat.mailed("other@example.org")))
			if other.id == pat.id {
				t.Error("a second address was taken for the first")
			}
		})
	})
}

// Two letters to a new address, both codes typed at once: one person comes of it, and nobody sees an error.
func TestSignInOfANewPersonTwiceAtOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		nobody := s.nobody()
		answers := make([]answer, 4)
		var done sync.WaitGroup
		for i := range answers {
			request, code := nobody.mailed("new@example.org")
			done.Go(func() { answers[i] = nobody.confirms(request, code) })
		}
		done.Wait()
		for _, a := range answers {
			if id := s.signedIn("New", a).id; id != s.signedIn("New", answers[0]).id {
				t.Errorf("two people have one address: %s", id)
			}
		}
	})
}

// Asking for many letters at the same moment is asking often, too.
func TestFiveLettersAnHourAtOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		var done sync.WaitGroup
		for range 12 {
			done.Go(func() { s.nobody().requests("flood@example.org") })
		}
		done.Wait()
		if n := len(s.letters.sent); n != workflow.CodesPerHour {
			t.Errorf("%d letters were sent", n)
		}
	})
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

// memberships are the ids of the roles that this person holds.
func (p *person) membership(t testing.TB) string {
	t.Helper()
	id, _ := p.get(`{ viewer { memberships { nodes { id role endedAt service { name } } } } }`, nil, "viewer.memberships.nodes.0.id").(string)
	return id
}

func TestMembershipEnd(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, beside := s.place("Ward 7", trust), s.place("Elsewhere", nil)
		sam, mo := s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward)
		administrator, stranger := s.somebody("Ada", auth.Administrator, trust), s.somebody("Eve", auth.Administrator, beside)
		told := s.start("Pat").share(ward, "PATIENT", "I waited.")
		mo.publish(told)
		give := func() answer {
			return sam.ask(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { code message } } }`, vars{"in": vars{"experienceId": told, "body": "Sorry."}})
		}
		if a := give(); a.code() != "" {
			t.Fatal(a.Body)
		}
		role := sam.membership(t)
		for _, p := range []*person{s.nobody(), sam, mo, stranger} {
			if a := p.ends(role); a.code() != "FORBIDDEN" && a.code() != "UNAUTHENTICATED" && a.code() != "NOT_FOUND" {
				t.Errorf("%s ends it: %s", p.name, a.Body)
			}
		}
		if a := give(); a.code() != "" {
			t.Errorf("it ended without an administrator: %s", a.Body)
		}
		for range 2 { // a second time changes nothing
			if a := administrator.ends(role); a.code() != "" || a.at("membershipEnd.membership.endedAt") == nil {
				t.Fatal(a.Body)
			}
		}
		if a := give(); a.code() != "FORBIDDEN" {
			t.Errorf("Sam still answers: %s", a.Body)
		}
		if got := sam.membership(t); got != "" || sam.viewer() != sam.id {
			t.Errorf("Sam holds %v", got)
		}
		whole := s.somebody("Root", auth.Administrator, nil)
		if a := administrator.ends(whole.membership(t)); a.code() != "NOT_FOUND" {
			t.Errorf("an administrator below ends one of the whole installation: %s", a.Body)
		}
	})
}

func TestInvitation(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, beside := s.place("Ward 7", trust), s.place("Elsewhere", nil)
		ada := s.somebody("Ada", auth.Administrator, trust)
		code := ada.invites("STAFF", string(ward.ID)).at("invitationMake.code").(string)
		t.Run("OnlyAdministratorsInviteAndOnlyBelowThem", func(t *testing.T) {
			before := s.written()
			for _, p := range []*person{s.nobody(), s.start("Pat"), s.somebody("Sam", auth.Staff, ward), s.somebody("Eve", auth.Administrator, beside), s.somebody("Narrow", auth.Administrator, trust, auth.ExperienceRead)} {
				if a := p.invites("STAFF", string(ward.ID)); a.code() != "FORBIDDEN" && a.code() != "UNAUTHENTICATED" || strings.Contains(a.Body, "hbi_") {
					t.Errorf("%s invites: %s", p.name, a.Body)
				}
			}
			for _, at := range []string{string(beside.ID), ""} {
				if a := ada.invites("STAFF", at); a.code() != "FORBIDDEN" {
					t.Errorf("Ada invites to %q: %s", at, a.Body)
				}
			}
			if got := rowsIn(s.written(), "invitations"); got != rowsIn(before, "invitations") {
				t.Errorf("there are %d invitations", got)
			}
		})
		t.Run("ItMakesAMembershipOnce", func(t *testing.T) {
			if strings.Contains(s.written(), code) {
				t.Error("the code is kept")
			}
			refused(t, "without a name", s.nobody().accepts(code, " "), "REQUIRED")
			a := s.nobody().accepts(code, "Sam")
			sam := s.signedIn("Sam", a)
			got := sam.get(`{ viewer { name memberships { nodes { role title service { id } } } } }`, nil, "viewer")
			if dig(got, "name") != "Sam" || dig(got, "memberships.nodes.0.role") != "STAFF" || dig(got, "memberships.nodes.0.service.id") != string(ward.ID) || dig(got, "memberships.nodes.0.title") != "Ward sister" {
				t.Errorf("Sam is %v", got)
			}
			if back := s.signedIn("Sam", s.nobody().recovers(a.at("invitationAccept.recoveryCode").(string))); back.id != sam.id {
				t.Error("the recovery code brings back somebody else")
			}
			refused(t, "a second time", s.nobody().accepts(code, "Sim"), "CODE_REFUSED")
			refused(t, "nonsense", s.nobody().accepts("hbi_nonsense", "Sim"), "CODE_REFUSED")
		})
		t.Run("TwoAtOnceAreOne", func(t *testing.T) {
			code := ada.invites("MODERATOR", string(ward.ID)).at("invitationMake.code").(string)
			var answers [2]answer
			var done sync.WaitGroup
			for i := range answers {
				done.Go(func() { answers[i] = s.nobody().accepts(code, "Twin") })
			}
			done.Wait()
			if answers[0].code()+answers[1].code() != "CODE_REFUSED" {
				t.Errorf("got %s and %s", answers[0].Body, answers[1].Body)
			}
		})
		t.Run("WhoIsSignedInKeepsTheirPerson", func(t *testing.T) {
			pat := s.start("Pat")
			told := pat.share(ward, "PATIENT", "I waited.")
			a := pat.accepts(ada.invites("STAFF", string(ward.ID)).at("invitationMake.code").(string), "Patricia")
			if again := s.signedIn("Pat", a); again.id != pat.id || a.at("invitationAccept.recoveryCode") != nil {
				t.Errorf("Pat became somebody else: %s", a.Body)
			}
			got := pat.get(`{ viewer { name contributions { nodes { id } } memberships { totalCount } } }`, nil, "viewer")
			if dig(got, "name") != "Patricia" || dig(got, "contributions.nodes.0.id") != told || dig(got, "memberships.totalCount") != 1.0 {
				t.Errorf("Pat is %v", got)
			}
		})
		t.Run("SevenDaysEndIt", func(t *testing.T) {
			code := s.somebody("Ada", auth.Administrator, trust).invites("STAFF", string(ward.ID)).at("invitationMake.code").(string)
			s.clock.pass(workflow.InvitationLife)
			refused(t, "too old", s.nobody().accepts(code, "Late"), "CODE_REFUSED")
		})
	})
}

// rowsIn is how many rows of a table stand in what was written.
func rowsIn(written, table string) int { return strings.Count("\n"+written, "\n"+table+" ") }

func TestFirstAdministrator(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		print := func() string {
			code, err := s.Flow.FirstAdministrator(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		old := print()
		s.clock.pass(workflow.SetupLife)
		refused(t, "half an hour later", s.nobody().accepts(old, "Ada"), "CODE_REFUSED")
		first, second := print(), print() // the server was started twice
		ada := s.signedIn("Ada", s.nobody().accepts(first, "Ada"))
		if role := ada.get(`{ viewer { memberships { nodes { role service { id } } } } }`, nil, "viewer.memberships.nodes.0"); dig(role, "role") != "ADMINISTRATOR" || dig(role, "service") != nil {
			t.Errorf("Ada is %v", role)
		}
		if a := ada.ask(`mutation { serviceAdd(input: {name: "Trust", kind: PROVIDER}) { service { id } userErrors { code } } }`, nil); a.code() != "" {
			t.Errorf("Ada cannot begin: %s", a.Body)
		}
		refused(t, "what another start printed, once there is an administrator", s.nobody().accepts(second, "Eve"), "CODE_REFUSED")
		if code := print(); code != "" {
			t.Error("there is a code for a second first administrator")
		}
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
