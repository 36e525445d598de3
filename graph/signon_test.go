package graph_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"hearback/auth"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (p *person) starts(in vars) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SignInOidcStartInput!) { signInOidcStart(input: $in) { url request userErrors { code message path } } }`, vars{"in": in})
}

func (p *person) finishes(in vars) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SignInOidcFinishInput!) { signInOidcFinish(input: $in)`+sessionFields, vars{"in": in})
}

// visits begins, signs in at the issuer as somebody, and gives what the app then has.
func (p *person) visits(i *issuer, name string) vars {
	p.t.Helper()
	a := p.starts(vars{})
	if a.code() != "" {
		p.t.Fatalf("%s begins: %s", p.name, a.Body)
	}
	back := i.visit(a.at("signInOidcStart.url").(string), name)
	return vars{"request": a.at("signInOidcStart.request"), "state": back.Get("state"), "code": back.Get("code")}
}

func (v vars) but(name string, value any) vars {
	other := vars{name: value}
	for k, kept := range v {
		if k != name {
			other[k] = kept
		}
	}
	return other
}

// What one does not use any more one takes away, but for the last way in.
func TestIdentityRemove(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		i := s.trust(t)
		sam, pat := s.signedIn("Sam", s.nobody().finishes(s.nobody().visits(i, "zqsam"))), s.start("Pat")
		accounts := func(p *person) []any {
			return p.get(`{ viewer { identities { totalCount nodes { id issuer } } } }`, nil, "viewer.identities.nodes").([]any)
		}
		remove := func(p *person, id any) answer {
			return p.ask(`mutation($in: IdentityRemoveInput!) { identityRemove(input: $in) { removed userErrors { code message path } } }`, vars{"in": vars{"identityId": id}})
		}
		if got := accounts(sam); len(got) != 1 || dig(got[0], "issuer") != i.URL || len(accounts(pat)) != 0 {
			t.Fatalf("Sam has %v", got)
		}
		id := dig(accounts(sam)[0], "id")
		refused(t, "somebody else's", remove(pat, id), "NOT_FOUND")
		refused(t, "the last way in", remove(sam, id), "NOT_NOW")
		pat.finishes(pat.visits(i, "zqpat"))
		theirs := dig(accounts(pat)[0], "id")
		if a := remove(pat, theirs); a.at("identityRemove.removed") != true || len(accounts(pat)) != 0 {
			t.Errorf("beside a recovery code: %s", a.Body)
		}
		sam.finishes(sam.visits(i, "zqsecond"))
		if a := remove(sam, id); a.at("identityRemove.removed") != true || len(accounts(sam)) != 1 {
			t.Errorf("beside another account: %s", a.Body)
		}
		if back := s.signedIn("Sam", s.nobody().finishes(s.nobody().visits(i, "zqsam"))); back.id == sam.id {
			t.Error("what was taken away is still a way in")
		}
	})
}

func TestSingleSignOn(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		i, nobody := s.trust(t), s.nobody()
		t.Run("WhoComesTwiceIsOnePerson", func(t *testing.T) {
			in := nobody.visits(i, "zqsam")
			sam := s.signedIn("Sam", nobody.finishes(in))
			if n := sam.get(`{ viewer { memberships { totalCount } } }`, nil, "viewer.memberships.totalCount"); n != 0.0 {
				t.Errorf("Sam holds %v roles", n)
			}
			again := s.signedIn("Sam", nobody.finishes(nobody.visits(i, "zqsam")))
			if other := s.signedIn("Rae", nobody.finishes(nobody.visits(i, "zqrae"))); sam.id != again.id || other.id == sam.id {
				t.Errorf("Sam is %s, then %s; Rae is %s", sam.id, again.id, other.id)
			}
			kept := s.written() + s.log.String()
			for _, secret := range []string{"zqsam", in["state"].(string), in["request"].(string), in["code"].(string)} {
				if strings.Contains(kept, secret) {
					t.Errorf("%q can be read in the store or the log", secret)
				}
			}
			if n := again.get(`{ viewer { sessions { totalCount } } }`, nil, "viewer.sessions.totalCount"); n != 2.0 {
				t.Errorf("Sam sees %v sessions", n)
			}
			again.act(`mutation { sessionEnd { ended userErrors { code } } }`, nil, "")
			again.turnedAway(t, "signed out")
		})
		t.Run("AnInvitationGivesTheRole", func(t *testing.T) {
			ward := s.place("Ward 7", nil)
			lee := s.signedIn("Lee", nobody.finishes(nobody.visits(i, "lee")))
			code, _, err := s.Flow.InvitationMake(s.system(), workflow.Post{Role: "STAFF", Service: &ward.ID})
			if err != nil {
				t.Fatal(err)
			}
			a := lee.ask(`mutation($in: InvitationAcceptInput!) { invitationAccept(input: $in)`+sessionFields, vars{"in": vars{"code": code, "name": "Lee"}})
			if then := s.signedIn("Lee", a); then.id != lee.id {
				t.Errorf("Lee became %s", then.id)
			}
			if role := lee.get(`{ viewer { memberships { nodes { role } } } }`, nil, "viewer.memberships.nodes.0.role"); role != "STAFF" {
				t.Errorf("Lee is %v", role)
			}
		})
		t.Run("TheAddressSaysNoMoreThanItMust", func(t *testing.T) {
			a := nobody.starts(vars{"redirectUri": "org.example.app:/back"})
			u, err := url.Parse(a.at("signInOidcStart.url").(string))
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			if q.Get("scope") != "openid" || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") != "org.example.app:/back" ||
				len(q.Get("nonce")) != 43 || len(q.Get("state")) != 43 || q.Get("nonce") == q.Get("state") || strings.Contains(u.String(), a.at("signInOidcStart.request").(string)) {
				t.Errorf("the browser is sent to %s", u)
			}
			refused(t, "a page of somebody else", nobody.starts(vars{"redirectUri": redirect + "/"}), "INVALID")
		})
		t.Run("TheClientSignsForAMinute", func(t *testing.T) { i.assertedWell(t) })
		t.Run("TwoAtOnceAreOne", func(t *testing.T) {
			in := nobody.visits(i, "twice")
			answers := make([]answer, 4)
			var all sync.WaitGroup
			for n := range answers {
				all.Go(func() { answers[n] = nobody.finishes(in) })
			}
			all.Wait()
			in1 := 0
			for _, a := range answers {
				if a.code() == "" {
					in1++
				}
			}
			if in1 != 1 {
				t.Errorf("%d of four are signed in", in1)
			}
		})
	})
}

// assertedWell wants what the client says of itself to be short, for this issuer, and new each time.
func (i *issuer) assertedWell(t *testing.T) {
	i.guard.Lock()
	defer i.guard.Unlock()
	seen := map[string]bool{}
	for _, assertion := range i.asserted {
		part, err := base64.RawURLEncoding.DecodeString(strings.Split(assertion, ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			Iss, Sub, Aud, Jti string
			Iat, Exp           int64
		}
		if err := json.Unmarshal(part, &c); err != nil {
			t.Fatal(err)
		}
		if c.Iss != "hearback" || c.Sub != "hearback" || c.Aud != i.URL || c.Exp-c.Iat > 60 || c.Jti == "" || seen[c.Jti] {
			t.Errorf("the client says %+v", c)
		}
		seen[c.Jti] = true
	}
	if len(seen) == 0 {
		t.Error("the client never said who it is")
	}
}

func TestSingleSignOnIsNotFooled(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		i, nobody := s.trust(t), s.nobody()
		people := s.DB.Person.Query().CountX(s.system())
		t.Run("AnAnswerForAnotherApp", func(t *testing.T) {
			mine, theirs := nobody.visits(i, "eve"), nobody.visits(i, "vic")
			asked := i.asked
			refused(t, "the secret of another app", nobody.finishes(theirs.but("request", mine["request"])), "CODE_REFUSED")
			refused(t, "the same again, mended", nobody.finishes(mine), "CODE_REFUSED") // each beginning ends once
			refused(t, "no secret", nobody.finishes(theirs.but("request", "")), "CODE_REFUSED")
			refused(t, "a secret made up", nobody.finishes(theirs.but("request", "hbo_"+strings.Repeat("A", 43))), "CODE_REFUSED")
			refused(t, "no state", nobody.finishes(theirs.but("state", "")), "CODE_REFUSED")
			if i.asked != asked {
				t.Error("the issuer was asked")
			}
		})
		t.Run("TheCodeOfAnotherBeginning", func(t *testing.T) { // PKCE: the issuer itself refuses it
			mine, theirs := nobody.visits(i, "eve"), nobody.visits(i, "vic")
			refused(t, "a code that was injected", nobody.finishes(mine.but("code", theirs["code"])), "CODE_REFUSED")
		})
		t.Run("TheSameCodeAgain", func(t *testing.T) {
			in := nobody.visits(i, "replay")
			s.signedIn("Ray", nobody.finishes(in))
			people++
			refused(t, "again", nobody.finishes(in), "CODE_REFUSED")
			then := nobody.visits(i, "replay")
			refused(t, "with a new beginning", nobody.finishes(then.but("code", in["code"])), "CODE_REFUSED")
		})
		t.Run("TooLate", func(t *testing.T) {
			in := nobody.visits(i, "late")
			s.clock.pass(workflow.SignOnLife)
			refused(t, "after ten minutes", nobody.finishes(in), "CODE_REFUSED")
			s.ticks(t)
			if n := s.DB.SignOn.Query().CountX(s.system()); n != 0 {
				t.Errorf("%d beginnings are kept", n)
			}
		})
		t.Run("AnotherIssuerAnswered", func(t *testing.T) { // RFC 9207
			in := nobody.visits(i, "mixed")
			refused(t, "iss of another", nobody.finishes(in.but("iss", "https://evil.example")), "CODE_REFUSED")
			s.signedIn("Ray", nobody.finishes(nobody.visits(i, "replay").but("iss", i.URL)))
		})
		for name, twist := range map[string]func(map[string]any){
			"AnotherNonce":    func(c map[string]any) { c["nonce"] = "of another sign-in" },
			"NoNonce":         func(c map[string]any) { delete(c, "nonce") },
			"AnotherAudience": func(c map[string]any) { c["aud"] = []string{"another"} },
			"TwoAudiences":    func(c map[string]any) { c["aud"] = []string{"hearback", "another"}; delete(c, "azp") },
			"AnotherParty":    func(c map[string]any) { c["azp"] = "another" },
			"AnotherIssuer":   func(c map[string]any) { c["iss"] = "https://evil.example" },
			"Expired":         func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() },
			"IssuedLongAgo":   func(c map[string]any) { c["iat"] = time.Now().Add(-time.Hour).Unix() },
			"NoSubject":       func(c map[string]any) { delete(c, "sub") },
		} {
			t.Run(name, func(t *testing.T) {
				i.twist = twist
				defer func() { i.twist = nil }()
				refused(t, name, nobody.finishes(nobody.visits(i, "eve")), "CODE_REFUSED")
			})
		}
		i.twist = func(map[string]any) {}
		s.signedIn("Ray", nobody.finishes(nobody.visits(i, "replay"))) // so it was what was twisted, and not that it was
		i.twist = nil
		for name, sign := range map[string]func(map[string]any) string{
			"NoAlgorithm": unsigned,
			"SharedSecret": func(c map[string]any) string {
				return sealed(t, jose.SigningKey{Algorithm: jose.HS256, Key: i.publicBytes(t)}, c)
			},
			"AnotherKey": func(c map[string]any) string {
				return sealed(t, jose.SigningKey{Algorithm: jose.RS256, Key: otherKey(t)}, c)
			},
		} {
			t.Run(name, func(t *testing.T) {
				i.sign = sign
				defer func() { i.sign = nil }()
				refused(t, name, nobody.finishes(nobody.visits(i, "eve")), "CODE_REFUSED")
			})
		}
		if n := s.DB.Person.Query().CountX(s.system()); n != people {
			t.Errorf("there are %d people, not %d", n, people)
		}
		if !strings.Contains(s.log.String(), "a single sign-on came to nothing") {
			t.Error("nobody is told why")
		}
	})
}

func TestSingleSignOnAddsAnIdentity(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		i, nobody := s.trust(t), s.nobody()
		pat := s.start("Pat")
		t.Run("ToWhoIsSignedInFromTheBeginning", func(t *testing.T) {
			if then := s.signedIn("Pat", pat.finishes(pat.visits(i, "pat"))); then.id != pat.id {
				t.Errorf("Pat became %s", then.id)
			}
			if then := s.signedIn("Pat", nobody.finishes(nobody.visits(i, "pat"))); then.id != pat.id {
				t.Errorf("Pat comes back as %s", then.id)
			}
		})
		t.Run("NobodyElseEndsIt", func(t *testing.T) {
			fay := s.start("Fay")
			in := fay.visits(i, "fay")
			refused(t, "without being signed in", nobody.finishes(in), "CODE_REFUSED")
			refused(t, "as somebody else", pat.finishes(in), "CODE_REFUSED")
			refused(t, "what began without anybody", fay.finishes(nobody.visits(i, "fay")), "CODE_REFUSED")
		})
		t.Run("WhatIsSomebodysIsNotTaken", func(t *testing.T) {
			fay := s.start("Fay")
			a := fay.finishes(fay.visits(i, "pat"))
			if refused(t, "the identity of Pat", a, "CONFLICT"); strings.Contains(a.Body, pat.id) {
				t.Errorf("Fay reads who it is: %s", a.Body)
			}
		})
		t.Run("ANarrowTokenAddsNone", func(t *testing.T) {
			narrow := pat.narrowed(t, auth.Scopes{auth.ExperienceRead})
			if a := narrow.starts(vars{}); a.code() != "FORBIDDEN" {
				t.Errorf("a reading token begins: %s", a.Body)
			}
		})
		t.Run("ErasedItOpensNothing", func(t *testing.T) {
			pat.act(`mutation { personErase(input: {confirm: "ERASE ME"}) { userErrors { message } } }`, nil, "")
			if n := s.DB.Identity.Query().CountX(s.system()); n != 0 {
				t.Errorf("%d identities are left", n)
			}
			if then := s.signedIn("Pat", nobody.finishes(nobody.visits(i, "pat"))); then.id == pat.id {
				t.Error("who was erased is back")
			}
		})
	})
}

func TestSingleSignOnIsAway(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		nobody := s.nobody()
		refused(t, "none was set up", nobody.starts(vars{}), "NOT_NOW")
		refused(t, "none was set up", nobody.finishes(vars{"request": "x", "state": "x", "code": "x"}), "NOT_NOW")
		i := s.trust(t)
		i.down = true
		if a := nobody.starts(vars{}); a.code() != "UNAVAILABLE" || strings.Contains(a.Body, "127.0.0.1") {
			t.Errorf("an issuer that is down: %s", a.Body)
		}
		if n := s.DB.SignOn.Query().CountX(s.system()); n != 0 {
			t.Error("something was begun")
		}
		pat := s.start("Pat") // other ways stay open
		if pat.viewer() != pat.id {
			t.Error("Pat is not signed in")
		}
	})
}

// narrowed is the same person with a token that may less.
func (p *person) narrowed(t *testing.T, scopes auth.Scopes) *person {
	t.Helper()
	other := *p
	session := p.DB.Session.Create().SetCreatedAt(p.clock.Now()).SetPersonID(typeid.ID(p.id)).SetScopes(scopes.String()).SaveX(p.system())
	token, _, err := p.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: string(session.ID), Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	other.session, other.token = string(session.ID), token
	return &other
}
