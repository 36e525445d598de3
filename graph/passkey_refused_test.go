package graph_test

import (
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/typeid"
	"hearback/internal/passkey"
)

// turned are devices that do not do as they should, by what is wrong with them.
func turned() map[string]func(*authenticator) {
	return map[string]func(*authenticator){
		"a page elsewhere":         func(d *authenticator) { d.party.Origin = "https://app.example.com" },
		"a page with another port": func(d *authenticator) { d.party.Origin = "https://app.example.org:8443" },
		"a page that is not safe":  func(d *authenticator) { d.party.Origin = "http://app.example.org" },
		"another domain":           func(d *authenticator) { d.party.ID = "app.example.org" },
		"a user who is not known":  func(d *authenticator) { d.inner.Options.UserNotVerified = true },
		"a user who is not there":  func(d *authenticator) { d.inner.Options.UserNotPresent = true },
	}
}

// What is not as it should be is refused, and what was begun is used up by it.
func TestPasskeysThatAreRefused(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		s.passkeysHere(t)
		ward := s.place("Ward 7", nil)
		sam, rae, phone := s.somebody("Sam", auth.Staff, ward), s.somebody("Rae", auth.Moderator, ward), newAuthenticator(t)
		key := sam.with(phone, "Phone")
		entering := func(d *authenticator) answer { return s.signsIn(d) }
		unknown := entering(newAuthenticator(t).but(func(d *authenticator) { d.inner.Options.UserHandle = phone.inner.Options.UserHandle }))
		refused(t, "a passkey that nobody knows", unknown, "CODE_REFUSED")
		t.Run("Made", func(t *testing.T) {
			for what, turn := range turned() {
				options, d := rae.begins(startsPasskey), newAuthenticator(t)
				refused(t, what, rae.ask(makesPasskey, vars{"in": vars{"name": "Key", "credential": d.but(turn).makes(options)}}), "CODE_REFUSED")
				refused(t, what+", then as it should be", rae.ask(makesPasskey, vars{"in": vars{"name": "Key", "credential": d.makes(options)}}), "CODE_REFUSED")
			}
			late := newAuthenticator(t).makes(rae.begins(startsPasskey))
			s.clock.pass(passkey.Life)
			refused(t, "too late", rae.ask(makesPasskey, vars{"in": vars{"name": "Key", "credential": late}}), "CODE_REFUSED")
			d := newAuthenticator(t)
			refused(t, "what another began", rae.ask(makesPasskey, vars{"in": vars{"name": "Key", "credential": d.makes(sam.begins(startsPasskey))}}), "CODE_REFUSED")
			refused(t, "what began as a sign-in", rae.ask(makesPasskey, vars{"in": vars{"name": "Key", "credential": d.makes(asMaking(s.nobody().begins(startsEntering)))}}), "CODE_REFUSED")
			refused(t, "the passkey of another", rae.registers(phone.but(func(*authenticator) {}), "Key"), "CONFLICT")
			if n := rae.get(myPasskeys, nil, "viewer.passkeys.totalCount"); n != 0.0 {
				t.Errorf("Rae has %v passkeys", n)
			}
		})
		t.Run("Signed", func(t *testing.T) {
			other := newAuthenticator(t)
			rae.with(other, "Key")
			turns := turned()
			turns["the key of another"] = func(d *authenticator) { d.key.Key = other.key.Key }
			turns["the handle of another"] = func(d *authenticator) { d.inner.Options.UserHandle = other.inner.Options.UserHandle }
			turns["no handle"] = func(d *authenticator) { d.inner.Options.UserHandle = nil }
			turns["a passkey that can suddenly be copied"] = func(d *authenticator) { d.inner.Options.BackupEligible = true }
			for what, turn := range turns {
				if a := entering(phone.but(turn)); a.Body != unknown.Body {
					t.Errorf("%s can be told from a passkey that nobody knows: %s", what, a.Body)
				}
			}
			late := phone.signs(s.nobody().begins(startsEntering))
			s.clock.pass(passkey.Life)
			refused(t, "too late", s.nobody().ask(enters, vars{"in": vars{"credential": late}}), "CODE_REFUSED")
			refused(t, "what was never begun", s.nobody().ask(enters, vars{"in": vars{"credential": phone.signs(`{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rpId":"example.org"}`)}}), "CODE_REFUSED")
			refused(t, "what began as a making", s.nobody().ask(enters, vars{"in": vars{"credential": phone.signs(sam.begins(startsPasskey))}}), "CODE_REFUSED")
			if a := entering(phone); a.code() != "" {
				t.Errorf("after all that the phone does not sign in: %s", a.Body)
			}
		})
		t.Run("NoAnswerAtAll", func(t *testing.T) {
			for text, code := range map[string]string{
				" \n": "REQUIRED", strings.Repeat("a", 16385): "TOO_LONG", "hello": "INVALID", "{}": "INVALID", "null": "INVALID", "[]": "INVALID",
				phone.signs(s.nobody().begins(startsEntering)) + "{}": "INVALID", strings.Repeat("[", 9000): "INVALID",
			} {
				refused(t, text[:min(len(text), 20)], s.nobody().ask(enters, vars{"in": vars{"credential": text}}), code)
				refused(t, text[:min(len(text), 20)], sam.ask(makesPasskey, vars{"in": vars{"name": "Key", "credential": text}}), code)
			}
			refused(t, "no name", sam.ask(makesPasskey, vars{"in": vars{"name": " ", "credential": "{}"}}), "REQUIRED")
		})
		t.Run("Removed", func(t *testing.T) {
			there := s.signedIn("Sam", entering(phone))
			here := s.signedIn("Sam", entering(phone))
			remove := `mutation($in: PasskeyRemoveInput!) { passkeyRemove(input: $in) { removed userErrors { code } } }`
			refused(t, "the last way in", here.ask(remove, vars{"in": vars{"passkeyId": key}}), "NOT_NOW")
			s.DB.Person.UpdateOneID(typeid.ID(sam.id)).SetEmail("sam@example.org").ExecX(s.system())
			if a := here.ask(remove, vars{"in": vars{"passkeyId": key}}); a.at("passkeyRemove.removed") != true || s.noted(key, "REMOVED") != 1 {
				t.Fatal(a.Body)
			}
			there.turnedAway(t, "what the passkey opened elsewhere")
			if here.viewer() != sam.id || sam.viewer() != sam.id || sam.get(myPasskeys, nil, "viewer.passkeys.totalCount") != 0.0 || here.get(myPasskeys, nil, "viewer.sessions.nodes.0.passkey") != nil {
				t.Error("who removes it is signed out, or it is still there")
			}
			if a := entering(phone); a.Body != unknown.Body {
				t.Errorf("a removed passkey can be told from one that nobody knows: %s", a.Body)
			}
			refused(t, "once more", here.ask(remove, vars{"in": vars{"passkeyId": key}}), "NOT_FOUND")
		})
		if s.Flow.Passkeys = nil; s.nobody().ask(startsEntering, nil).code() != "NOT_NOW" {
			t.Error("where no domain was set up there are passkeys")
		}
	})
}

// asMaking is what a page makes of a sign-in that somebody else began.
func asMaking(options string) string {
	return strings.Replace(options, `{`, `{"user":{"id":"AAAA","name":"x"},"rp":{"id":"example.org","name":"x"},`, 1)
}

// A key that was copied signs with a count that does not go up.
func TestPasskeyThatWasCopied(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		s.passkeysHere(t)
		ward := s.place("Ward 7", nil)
		sam := s.signs(t, "sam@example.org")
		sam.hold("STAFF", ward)
		phone, laptop := newAuthenticator(t), newAuthenticator(t)
		key := sam.with(phone, "Phone")
		sam.with(laptop, "Laptop")
		copied := phone.but(func(*authenticator) {})
		thief := s.signedIn("Sam", s.signsIn(copied)) // who came first
		s.clock.pass(time.Minute)
		a := s.signsIn(phone)
		refused(t, "the count of a copy", a, "CODE_REFUSED")
		if !strings.Contains(a.Body, "copied") || s.noted(key, "STOPPED") != 1 {
			t.Errorf("Sam is told %s", a.Body)
		}
		thief.turnedAway(t, "who has the copy")
		for range 3 {
			copied.key.Counter += 100
			refused(t, "the copy, which counts on", s.signsIn(copied), "CODE_REFUSED")
		}
		if s.noted(key, "STOPPED") != 1 {
			t.Error("it is stopped more than once")
		}
		s.ticks(t)
		s.ticks(t)
		told := 0
		for _, m := range s.letters.sent {
			if m.To == "sam@example.org" && strings.Contains(m.Text, "copied") {
				told++
			}
		}
		if told != 1 {
			t.Errorf("Sam gets %d letters", told)
		}
		back := s.signedIn("Sam", s.signsIn(laptop))
		list := back.ask(myPasskeys, nil)
		if list.at("viewer.passkeys.nodes.0.stoppedAt") != nil && list.at("viewer.passkeys.nodes.1.stoppedAt") != nil || !strings.Contains(list.Body, `"stoppedAt":"`) || sam.viewer() != sam.id {
			t.Error(list.Body)
		}
		s.whole()
	})
}
