package graph_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func TestPasskeys(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		s.passkeysHere(t)
		ward := s.place("Ward 7", nil)
		sam, phone := s.somebody("Sam", auth.Staff, ward), newAuthenticator(t)
		t.Run("MadeAndSignedInWith", func(t *testing.T) {
			options := sam.begins(startsPasskey)
			var o struct {
				RP   struct{ ID, Name string }
				User struct{ ID, Name string }
				Att  string `json:"attestation"`
				Sel  struct {
					UserVerification, ResidentKey string
				} `json:"authenticatorSelection"`
				Challenge string
				Timeout   int
				Exclude   []any `json:"excludeCredentials"`
			}
			if err := json.Unmarshal([]byte(options), &o); err != nil {
				t.Fatal(err)
			}
			handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
			if o.RP.ID != "example.org" || o.User.Name != "Sam" || o.Sel.UserVerification != "required" || o.Sel.ResidentKey != "required" || o.Att != "none" || o.Timeout != 300_000 || len(o.Challenge) != 43 ||
				err != nil || len(handle) != 64 || strings.Contains(string(handle), sam.id) || strings.Contains(options, sam.id) || o.Exclude != nil {
				t.Errorf("the device is asked for %s", options)
			}
			a := sam.ask(makesPasskey, vars{"in": vars{"name": "Phone", "credential": phone.makes(options)}})
			key := a.at("passkeyRegisterFinish.passkey.id").(string)
			if seen := s.nobody().begins(startsEntering); strings.Contains(seen, "allowCredentials") || !strings.Contains(seen, `"userVerification":"required"`) {
				t.Errorf("who signs in is asked for %s", seen)
			}
			s.clock.pass(time.Hour)
			again := s.signedIn("Sam", s.signsIn(phone))
			if again.id != sam.id {
				t.Errorf("Sam is %s, then %s", sam.id, again.id)
			}
			list := again.ask(myPasskeys, nil)
			if list.at("viewer.passkeys.nodes.0.id") != key || list.at("viewer.passkeys.nodes.0.name") != "Phone" || list.at("viewer.passkeys.nodes.0.lastUsedAt") == nil || list.at("viewer.passkeys.nodes.0.stoppedAt") != nil ||
				list.at("viewer.sessions.nodes.0.id") != again.session || list.at("viewer.sessions.nodes.0.passkey.name") != "Phone" || list.at("viewer.sessions.nodes.1.passkey") != nil {
				t.Error(list.Body)
			}
			if s.noted(key, "MADE") != 1 || strings.Contains(s.written()+s.log.String(), o.Challenge) {
				t.Error("that it was made is not written down once, or the challenge is")
			}
			if seen := s.exported(t, again); fmt.Sprint(seen["passkeys"]) == "[]" || strings.Contains(fmt.Sprint(seen["passkeys"]), "credential") {
				t.Errorf("the export has %v", seen["passkeys"])
			}
		})
		t.Run("ForWhoHoldsARole", func(t *testing.T) {
			refused(t, "a patient", s.start("Pat").ask(startsPasskey, nil), "FORBIDDEN")
			refused(t, "nobody", s.nobody().ask(startsPasskey, nil), "UNAUTHENTICATED")
			left := s.somebody("Lee", auth.Commissioner, ward)
			key := newAuthenticator(t)
			left.with(key, "Laptop")
			s.DB.Membership.Update().SetEndedAt(s.clock.Now()).ExecX(s.system())
			refused(t, "who left", left.ask(startsPasskey, nil), "FORBIDDEN")
			if back := s.signedIn("Lee", s.signsIn(key)); back.id != left.id || back.get(`{ viewer { memberships { totalCount } } }`, nil, "viewer.memberships.totalCount") != 0.0 {
				t.Error("who left is somebody else, or holds a role")
			}
			s.DB.Membership.Update().ClearEndedAt().ExecX(s.system())
		})
		t.Run("ThatTakesASignInOfAMomentAgo", func(t *testing.T) {
			old := s.somebody("Ann", auth.Moderator, ward)
			s.clock.pass(workflow.FreshSignIn)
			old = old.rested()
			laptop := newAuthenticator(t)
			old.with(laptop, "Laptop") // in the last second
			s.clock.pass(time.Second)
			refused(t, "a session of long ago", old.ask(startsPasskey, nil), "SIGN_IN_AGAIN")
			_, err := s.Flow.PasskeyRegisterStart(auth.NewContext(t.Context(), &auth.Viewer{
				Person: old.id, Session: string(typeid.New(typeid.Identity)), Scopes: auth.AllScopes(), Memberships: []auth.Membership{{Role: auth.Moderator}}, At: s.clock.Now(),
			}))
			if no := (workflow.Refusal{}); !errors.As(err, &no) || no[0].Code != workflow.SignInAgain {
				t.Errorf("with a token of another issuer: %v", err)
			}
			young := s.signedIn("Ann", s.signsIn(laptop))
			o := young.begins(startsPasskey)
			if !strings.Contains(o, base64.RawURLEncoding.EncodeToString(laptop.key.ID)) {
				t.Errorf("the device does not know that it has one already: %s", o)
			}
			if first := s.DB.Passkey.Query().Where(passkey.PersonID(typeid.ID(old.id))).OnlyX(s.system()); !strings.Contains(o, base64.RawURLEncoding.EncodeToString(first.Handle)) {
				t.Error("devices know Ann by two handles")
			}
		})
		t.Run("TenAtMost", func(t *testing.T) {
			max := s.somebody("Max", auth.Facilitator, ward)
			begun := max.begins(startsPasskey)
			for n := range workflow.MostPasskeys {
				d := newAuthenticator(t)
				max.with(d, fmt.Sprint("Key ", n))
				s.signedIn("Max", s.signsIn(d))
			}
			refused(t, "an eleventh", max.ask(startsPasskey, nil), "TOO_MANY")
			refused(t, "one that began before", max.ask(makesPasskey, vars{"in": vars{"name": "More", "credential": newAuthenticator(t).makes(begun)}}), "TOO_MANY")
			sam = sam.rested()
			few, all := s.db.Count(func() { sam.ask(myPasskeys, nil) }), s.db.Count(func() { max.ask(myPasskeys, nil) })
			if few != all {
				t.Errorf("one passkey takes %d statements, ten that opened sessions take %d", few, all)
			}
		})
		t.Run("CalledByAnotherName", func(t *testing.T) {
			key := sam.get(myPasskeys, nil, "viewer.passkeys.nodes.0.id")
			if a := sam.ask(`mutation($in: PasskeyRenameInput!) { passkeyRename(input: $in) { passkey { name } userErrors { code } } }`, vars{"in": vars{"passkeyId": key, "name": " Work phone "}}); a.at("passkeyRename.passkey.name") != "Work phone" {
				t.Error(a.Body)
			}
		})
		t.Run("WhatWasBegunAndNotFinishedGoes", func(t *testing.T) {
			s.nobody().begins(startsEntering)
			s.clock.pass(time.Hour)
			s.ticks(t)
			if n := s.DB.PasskeyChallenge.Query().CountX(s.system()); n > 0 {
				t.Errorf("%d challenges are kept", n)
			}
		})
	})
}

// rested comes back in the same session when the access token has run out.
func (p *person) rested() *person {
	p.t.Helper()
	return p.signedIn(p.name, p.nobody().refreshes(p.refresh))
}

// noted is how often something was written down about a passkey.
func (s *stage) noted(key, why string) int {
	return s.DB.AuditEntry.Query().Where(auditentry.ActEQ(auditentry.ActPasskey), auditentry.AboutID(typeid.ID(key)), auditentry.Why(why)).CountX(s.system())
}

func TestPasskeysSentAgain(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		s.passkeysHere(t)
		ward := s.place("Ward 7", nil)
		sam, rae, phone := s.somebody("Sam", auth.Staff, ward), s.somebody("Rae", auth.Staff, ward), newAuthenticator(t)
		options := sam.begins(startsPasskey)
		in := vars{"name": "Phone", "credential": phone.makes(options)}
		t.Run("FourAtOnceMakeOne", func(t *testing.T) {
			ids, fresh := map[any]bool{}, 0
			for _, a := range fourTimes(func() answer { return sam.ask(makesPasskey, vars{"in": in}) }) {
				ids[a.at("passkeyRegisterFinish.passkey.id")] = true
				if a.code() != "" || a.at("passkeyRegisterFinish.replayed") == false {
					fresh++
				}
			}
			s.clock.pass(time.Hour)
			s.ticks(t)
			sam, rae = sam.rested(), rae.rested()
			if a := sam.ask(makesPasskey, vars{"in": in}); a.at("passkeyRegisterFinish.replayed") != true || !ids[a.at("passkeyRegisterFinish.passkey.id")] || len(ids) != 1 || fresh != 1 {
				t.Errorf("%v, %d of them new, then %s", ids, fresh, a.Body)
			}
		})
		t.Run("OtherWordsAreNotTheSame", func(t *testing.T) {
			refused(t, "another name", sam.ask(makesPasskey, vars{"in": vars(in).but("name", "Tablet")}), "CODE_REFUSED")
			refused(t, "another person", rae.ask(makesPasskey, vars{"in": in}), "CODE_REFUSED")
			if n := rae.get(myPasskeys, nil, "viewer.passkeys.totalCount"); n != 0.0 {
				t.Errorf("Rae has %v", n)
			}
		})
		t.Run("OneSignInIsOneSession", func(t *testing.T) {
			signed, in1 := vars{"credential": phone.signs(s.nobody().begins(startsEntering))}, 0
			for _, a := range fourTimes(func() answer { return s.nobody().ask(enters, vars{"in": signed}) }) {
				if a.code() == "" {
					in1++
				} else {
					refused(t, "once more", a, "CODE_REFUSED")
				}
			}
			if in1 != 1 {
				t.Errorf("%d of four are signed in", in1)
			}
		})
	})
}

// fourTimes sends something four times at once.
func fourTimes(send func() answer) []answer {
	answers := make([]answer, 4)
	var all sync.WaitGroup
	for n := range answers {
		all.Go(func() { answers[n] = send() })
	}
	all.Wait()
	return answers
}
