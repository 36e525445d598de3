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
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (p *person) requests(email string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SignInRequestInput!) { signInRequest(input: $in) { request userErrors { code message path } } }`, vars{"in": vars{"email": email}})
}

func (p *person) confirms(request, code string) answer {
	p.t.Helper()
	return p.ask(`mutation($in: SignInConfirmInput!) { signInConfirm(input: $in)`+sessionFields, vars{"in": vars{"request": request, "code": code}})
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
			kept := s.written()
			if strings.Contains(kept, " "+code+" ") || strings.Contains(kept, auth.Hash(code)) || strings.Contains(s.log.String(), code) {
				t.Error("the code can be read or found out")
			}
			if !strings.Contains(kept, "pat@example.org") {
				t.Error("the folded address is not kept")
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
