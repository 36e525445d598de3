package graph_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/servicetoken"
	"hearback/ent/generated/ent/session"
	"hearback/ent/typeid"
	"hearback/workflow"
)

const tokenFields = `{ serviceToken { id name scopes service { id } createdAt expiresAt rotatedAt revokedAt lastUsedAt secrets { createdAt endsAt } } userErrors { code message path } `

// mints asks for a token of a machine; nil is the whole installation.
func (p *person) mints(at *ent.Service, ends time.Time, scopes ...string) answer {
	p.t.Helper()
	in := vars{"name": "Dashboard", "scopes": scopes, "expiresAt": ends.UTC().Format(time.RFC3339Nano)}
	if at != nil {
		in["serviceId"] = at.ID
	}
	return p.mintsAs(in)
}

func (p *person) mintsAs(in vars) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ServiceTokenCreateInput!) { serviceTokenCreate(input: $in) `+tokenFields+`secret replayed } }`, vars{"in": in})
}

func (p *person) rotates(token any, hours int) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ServiceTokenRotateInput!) { serviceTokenRotate(input: $in) `+tokenFields+`secret } }`, vars{"in": vars{"serviceTokenId": token, "overlapHours": hours}})
}

func (p *person) revokesToken(token any) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ServiceTokenRevokeInput!) { serviceTokenRevoke(input: $in) `+tokenFields+`} }`, vars{"in": vars{"serviceTokenId": token}})
}

// machine is what asks with the secret in an answer.
func (s *stage) machine(a answer, verb string) *person {
	s.t.Helper()
	secret, _ := a.at(verb + ".secret").(string)
	if a.code() != "" || auth.CheckServiceToken(secret) != nil {
		s.t.Fatalf("there is no secret: %s", a.Body)
	}
	return &person{stage: s, name: "the machine", token: secret}
}

// dashboard is a token for a month and its machine.
func (p *person) dashboard(at *ent.Service) (id string, m *person) {
	p.t.Helper()
	a := p.mints(at, p.clock.Now().Add(30*24*time.Hour), "experience:read")
	return a.at("serviceTokenCreate.serviceToken.id").(string), p.machine(a, "serviceTokenCreate")
}

const whereItReaches = `{ viewer { name memberships { nodes { role service { id } } } } }`

func TestAServiceTokenReadsAndDoesNothingElse(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada, mo, pat := s.somebody("Ada", auth.Administrator, ward), s.somebody("Mo", auth.Moderator, ward), s.start("Pat")
		told, hidden := pat.share(ward, "PATIENT", "I waited."), pat.share(ward, "PATIENT", "Sister Agnes was unkind.")
		mo.publish(told)
		id, machine := ada.dashboard(ward)
		if got := machine.ask(`{ experiences { nodes { id story } } }`, nil); got.at("experiences.nodes.0.id") != told || strings.Contains(got.Body, "Agnes") {
			t.Errorf("the machine reads %s", got.Body)
		}
		if got := machine.ask(byID, vars{"id": hidden}); got.code() != "NOT_FOUND" {
			t.Errorf("the machine gets hidden words: %s", got.Body)
		}
		got := machine.ask(whereItReaches, nil)
		roles, _ := got.at("viewer.memberships.nodes").([]any)
		if len(roles) != 1 || dig(roles[0], "role") != "INTEGRATOR" || dig(roles[0], "service.id") != string(ward.ID) || got.at("viewer.name") != "Dashboard" {
			t.Errorf("the machine is %s", got.Body)
		}
		for verb, in := range map[string]vars{
			"experienceShare":    {"serviceId": ward.ID, "relationship": "PATIENT", "story": "Beep."},
			"experiencePublish":  {"experienceId": hidden, "expectedVersion": 1},
			"responseGive":       {"experienceId": told, "body": "Beep."},
			"viewerRename":       {"name": "Sister Agnes"},
			"invitationMake":     {"role": "STAFF", "serviceId": ward.ID},
			"serviceTokenCreate": {"name": "Another", "scopes": []string{"experience:read"}, "serviceId": ward.ID, "expiresAt": s.clock.Now().Add(time.Hour)},
			"serviceTokenRotate": {"serviceTokenId": id, "overlapHours": 1},
			"serviceTokenRevoke": {"serviceTokenId": id},
			"personErase":        {"confirm": workflow.EraseWords},
		} {
			if a := machine.puts(verb, in, "__typename"); a.code() != "FORBIDDEN" {
				t.Errorf("the machine %s: %s", verb, a.Body)
			}
		}
		if a := machine.ask(`{ viewer { serviceTokens { nodes { id } } moderationQueue { nodes { id } } } }`, nil); a.at("viewer.serviceTokens") != nil || a.at("viewer.moderationQueue") != nil {
			t.Errorf("the machine sees %s", a.Body)
		}
		for _, kept := range []string{s.log.String(), s.written()} {
			if strings.Contains(kept, "hbt_") || strings.Contains(kept, machine.token[4:20]) {
				t.Error("the secret is kept")
			}
		}
	})
}

func TestWhoMakesServiceTokens(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, next := s.place("Ward 7", trust), s.place("Ward 8", trust)
		ada, root := s.somebody("Ada", auth.Administrator, ward), s.somebody("Lee", auth.Administrator, nil)
		eve, month := s.somebody("Eve", auth.Administrator, next), s.clock.Now().Add(30*24*time.Hour)
		narrow := s.somebody("Nan", auth.Administrator, ward, auth.ExperienceRead, auth.MembershipWrite)
		for name, a := range map[string]answer{
			"beside": ada.mints(next, month, "experience:read"), "above": ada.mints(trust, month, "experience:read"), "everywhere": ada.mints(nil, month, "experience:read"),
			"staff": s.somebody("Sam", auth.Staff, ward).mints(ward, month, "experience:read"), "a narrow token": narrow.mints(ward, month, "experience:read"),
		} {
			if a.code() != "FORBIDDEN" || strings.Contains(a.Body, "hbt_") {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		for name, c := range map[string]struct {
			ends   time.Time
			scopes []string
			code   string
		}{
			"over": {s.clock.Now(), []string{"experience:read"}, "INVALID"}, "too long": {s.clock.Now().Add(workflow.ServiceTokenLife + time.Second), []string{"experience:read"}, "INVALID"},
			"no scope": {month, []string{}, "REQUIRED"}, "star": {month, []string{"*"}, "INVALID"}, "two in one": {month, []string{"experience:read moderation:write"}, "INVALID"},
		} {
			if a := ada.mints(ward, c.ends, c.scopes...); a.code() != c.code || strings.Contains(a.Body, "hbt_") {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		for _, scope := range auth.AllScopes() {
			if a := ada.mints(ward, month, string(scope)); (a.code() == "") != auth.MachineScopes().Has(scope) {
				t.Errorf("%s: %s", scope, a.Body)
			}
		}
		if n := s.DB.ServiceToken.Query().CountX(s.system()); n != len(auth.MachineScopes()) {
			t.Errorf("%d tokens were made", n)
		}
		wide, machine := root.dashboard(nil)
		if got := machine.get(whereItReaches, nil, "viewer.memberships.nodes.0").(map[string]any); got["role"] != "INTEGRATOR" || got["service"] != nil {
			t.Errorf("the wide machine holds %v", got)
		}
		for who, sees := range map[*person]int{root: 3, ada: 2, eve: 0} {
			if got := who.get(`{ viewer { serviceTokens { totalCount nodes { id } } } }`, nil, "viewer.serviceTokens.totalCount"); got != float64(sees) {
				t.Errorf("%s sees %v tokens, not %d", who.name, got, sees)
			}
		}
		for _, a := range []answer{ada.rotates(wide, 1), ada.revokesToken(wide), eve.revokesToken(wide)} {
			if a.code() != "NOT_FOUND" {
				t.Errorf("a token of the whole installation: %s", a.Body)
			}
		}
	})
}

func TestAServiceTokenIsMadeOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.somebody("Ada", auth.Administrator, ward)
		in := vars{"id": typeid.New(typeid.ServiceToken), "name": "Dashboard", "scopes": []string{"experience:read"}, "serviceId": ward.ID, "expiresAt": s.clock.Now().Add(time.Hour).UTC().Format(time.RFC3339Nano)}
		first, again := ada.mintsAs(in), ada.mintsAs(in)
		if first.at("serviceTokenCreate.replayed") != false || again.at("serviceTokenCreate.replayed") != true || again.at("serviceTokenCreate.secret") != nil ||
			again.at("serviceTokenCreate.serviceToken.id") != first.at("serviceTokenCreate.serviceToken.id") {
			t.Errorf("%s and %s", first.Body, again.Body)
		}
		if machine := s.machine(first, "serviceTokenCreate"); machine.viewer() == "" {
			t.Error("the first secret does not work")
		}
		in["name"] = "Another"
		if a := ada.mintsAs(in); a.code() != "CONFLICT" {
			t.Error(a.Body)
		}
	})
}

func TestAServiceTokenWithASlipIsTurnedAway(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.somebody("Ada", auth.Administrator, ward)
		_, machine := ada.dashboard(ward)
		secret, strange := machine.token, func() string { s, _ := auth.NewServiceToken(nil); return s }()
		spy := s.spy()
		s.Flow.DB = s.House.DB
		for name, wrong := range map[string]string{
			"one letter": secret[:10] + string('0'+(secret[10]-'0'+1)%10) + secret[11:], "truncated": secret[:len(secret)-1], "the prefix": "hbt_", "small letters": strings.ToLower(secret),
			"capital prefix": "HBT_" + secret[4:], "a JWT": "hbt_" + ada.token, "half a JWT": "hbt_" + ada.token[:49], "long": secret + strings.Repeat("0", 10_000), "another kind": "hbr_" + secret[4:],
		} {
			machine.token = wrong
			machine.turnedAway(t, name)
		}
		if len(spy.asked) > 0 {
			t.Errorf("the database was asked for what cannot be: %v", spy.asked)
		}
		machine.token = strange
		machine.turnedAway(t, "one that is not ours")
		if server := s.server(); !s.socketRefuses(server, strange) || !s.socketRefuses(server, secret[:20]) || s.socketRefuses(server, secret) {
			t.Error("a socket lets in what it must not, or keeps out what it must not")
		}
		if strings.Contains(s.log.String(), secret[4:20]) || strings.Contains(s.log.String(), strange[4:20]) {
			t.Error("the log holds a secret")
		}
	})
}

// socketRefuses tells whether a socket closes on a token.
func (s *stage) socketRefuses(server *httptest.Server, token string) bool {
	_, said, err := speak(s.t, server, vars{"authorization": "Bearer " + token})
	return err != nil || said != "connection_ack"
}

// The old secret and the new one work side by side, and then only the new one; nothing runs in the background.
func TestAServiceTokenIsRotated(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.somebody("Ada", auth.Administrator, ward)
		id, old := ada.dashboard(ward)
		a := ada.rotates(id, 2)
		fresh := s.machine(a, "serviceTokenRotate")
		if secrets, _ := a.at("serviceTokenRotate.serviceToken.secrets").([]any); len(secrets) != 2 || a.at("serviceTokenRotate.serviceToken.rotatedAt") == nil {
			t.Errorf("after the rotation: %s", a.Body)
		}
		if third := ada.rotates(id, 2); third.code() != "NOT_NOW" || strings.Contains(third.Body, "hbt_") {
			t.Errorf("a third secret: %s", third.Body)
		}
		if old.viewer() == "" || old.viewer() != fresh.viewer() {
			t.Error("the two are not one machine")
		}
		s.clock.pass(2 * time.Hour)
		ada = s.again(ada)
		old.turnedAway(t, "the old secret, after the overlap")
		if fresh.viewer() == "" {
			t.Error("the new one went with it")
		}
		last := s.machine(ada.rotates(id, 0), "serviceTokenRotate")
		fresh.turnedAway(t, "after a rotation without overlap")
		if last.viewer() == "" {
			t.Error("the last one does not work")
		}
		for _, hours := range []int{-1, workflow.MaxOverlapHours + 1} {
			if a := ada.rotates(id, hours); a.code() != "INVALID" {
				t.Error(a.Body)
			}
		}
	})
}

func TestAServiceTokenEnds(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.somebody("Ada", auth.Administrator, ward)
		short := ada.mints(ward, s.clock.Now().Add(time.Hour), "experience:read")
		id := short.at("serviceTokenCreate.serviceToken.id")
		first, second := s.machine(short, "serviceTokenCreate"), s.machine(ada.rotates(id, 168), "serviceTokenRotate")
		s.clock.pass(time.Hour)
		first.turnedAway(t, "after its end")
		second.turnedAway(t, "the overlap does not outlive the token")
		ada = s.again(ada)
		if a := ada.rotates(id, 1); a.code() != "NOT_NOW" || strings.Contains(a.Body, "hbt_") {
			t.Errorf("what has ended is rotated: %s", a.Body)
		}
		gone, machine := ada.dashboard(ward)
		other := s.machine(ada.rotates(gone, 24), "serviceTokenRotate")
		for range 2 { // a second time changes nothing
			if a := ada.revokesToken(gone); a.code() != "" || a.at("serviceTokenRevoke.serviceToken.revokedAt") == nil || len(a.at("serviceTokenRevoke.serviceToken.secrets").([]any)) != 0 {
				t.Fatal(a.Body)
			}
		}
		machine.turnedAway(t, "revoked")
		other.turnedAway(t, "revoked, the other secret")
		if a := ada.rotates(gone, 1); a.code() != "NOT_NOW" {
			t.Errorf("what was revoked is rotated: %s", a.Body)
		}
		acts := s.DB.AuditEntry.Query().Where(auditentry.ActEQ(auditentry.ActToken), auditentry.AboutID(typeid.ID(gone))).Order(auditentry.ByNumber()).Select(auditentry.FieldWhy).StringsX(s.system())
		if !slices.Equal(acts, []string{"MADE", "ROTATED", "REVOKED"}) {
			t.Errorf("the audit log says %v", acts)
		}
		s.whole()
	})
}

// again is the same person with a token of this moment.
func (s *stage) again(p *person) *person {
	s.t.Helper()
	token, _, err := s.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: p.session, Scopes: auth.SessionScopes()})
	if err != nil {
		s.t.Fatal(err)
	}
	there := *p
	there.token = token
	return &there
}

// A stream of a machine ends with its secret, before there is news for it; by the clock too, however the stream looked at it.
func TestAStreamEndsWithItsServiceToken(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		mo, server, news := s.somebody("Mo", auth.Moderator, ward), s.server(), newsOf(ward, "id")
		ada, pat := s.somebody("Ada", auth.Administrator, ward), s.start("Pat")
		for what, listen := range map[string]func(*person) stream{
			"EventStream": func(p *person) stream { return p.hear(server, news) },
			"Socket":      func(p *person) stream { return p.call(server, news) },
		} {
			for how, end := range map[string]func(id string){
				"Revoked": func(id string) { ada.revokesToken(id) },
				"Expired": func(id string) {
					machine := s.DB.ServiceToken.GetX(s.system(), typeid.ID(id)).PersonID
					s.DB.Session.Update().Where(session.PersonID(machine)).SetEndsAt(s.clock.Now()).ExecX(s.system())
				},
				"Rotated": func(id string) { ada.rotates(id, 0) },
			} {
				t.Run(what+how, func(t *testing.T) {
					id, machine := ada.dashboard(ward)
					heard := listen(machine)
					s.listening(machine)
					told := pat.share(ward, "PATIENT", "I waited.")
					mo.publish(told)
					if got := heard.next(t); dig(got, "data.experiencePublished.id") != told {
						t.Fatalf("the machine hears %v", got)
					}
					end(id)
					mo.publish(pat.share(ward, "PATIENT", "I waited again."))
					heard.endsWithoutData(t)
				})
			}
		}
	})
}

func TestAServiceTokenTellsWhenItWasUsed(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.somebody("Ada", auth.Administrator, ward)
		id, machine := ada.dashboard(ward)
		used := func() *time.Time {
			return s.DB.ServiceToken.Query().Where(servicetoken.ID(typeid.ID(id))).OnlyX(s.system()).LastUsedAt
		}
		if used() != nil {
			t.Error("it was used before it was")
		}
		first := s.clock.Now()
		for _, c := range []struct {
			passes time.Duration
			want   time.Time
		}{{0, first}, {workflow.ServiceTokenNoted - time.Second, first}, {time.Second, first.Add(workflow.ServiceTokenNoted)}} {
			s.clock.pass(c.passes)
			machine.viewer()
			if at := used(); at == nil || !at.Equal(c.want.Truncate(time.Microsecond)) {
				t.Errorf("used at %v, want %v", at, c.want)
			}
		}
	})
}
