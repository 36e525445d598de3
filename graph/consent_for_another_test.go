package graph_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/auditentry"
)

const consentsOf = `query($id: ID!) { node(id: $id) { ... on Experience { notBefore consents { nodes { purpose takenBackAt givenThrough { id } takenBackThrough { id } } } } } }`

// agreements are what is agreed to for an experience, as somebody sees it: "-" for what was taken back, "*" for what another said.
func (p *person) agreements(experience string) string {
	p.t.Helper()
	list, _ := dig(p.get(consentsOf, vars{"id": experience}, "node"), "consents.nodes").([]any)
	var said []string
	for _, c := range list {
		one := dig(c, "purpose").(string)[:7]
		if dig(c, "givenThrough.id") != nil {
			one += "*"
		}
		if dig(c, "takenBackAt") != nil {
			one += "-"
		}
		if dig(c, "takenBackThrough.id") != nil {
			one += "*"
		}
		said = append(said, one)
	}
	slices.Sort(said)
	return fmt.Sprint(said)
}

// A mother who may say yes and no for her child does so for what she told, until the child has said something themself.
func TestConsentsOfAChild(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Children's ward", nil)
		mo := s.somebody("Mo", auth.Moderator, ward)
		mum, gran := s.start("Mum"), s.start("Gran")
		authority, code := mum.speaksForChild("2014-08", "READ", "SHARE", "GIVE_CONSENT")
		told := mum.tellsFor(authority, ward, "Kit was thirsty and nobody came.")
		joined := mum.code("authorityShareCode", vars{"authorityId": authority, "scope": []string{"READ", "SHARE", "GIVE_CONSENT"}}).at("authorityShareCode.code").(string)
		gran.accept(joined, "grandmother")
		give := func(p *person, purpose string) answer {
			return p.ask(giveQuery, vars{"in": vars{"experienceId": told, "purpose": purpose}})
		}
		takeBack := func(p *person, purpose string) answer {
			return p.ask(takeBackQuery, vars{"in": vars{"experienceId": told, "purpose": purpose}})
		}
		mo.publish(told)

		t.Run("WhoToldItSaysYesAndNo", func(t *testing.T) {
			if a := takeBack(mum, "PUBLISH"); a.code() != "" || a.at("consentTakeBack.consent.experience.state") != "SERVICE_ONLY" {
				t.Error(a.Body)
			}
			if a := give(mum, "PUBLISH"); a.code() != "" || a.at("consentGive.consent.experience.state") != "PUBLISHED" {
				t.Error(a.Body)
			}
			if got := mum.agreements(told); got != "[CONTACT* PUBLISH* PUBLISH*-* THEME_A*]" {
				t.Errorf("Mum sees %s", got)
			}
			if got := s.DB.AuditEntry.Query().Where(auditentry.WhyIn("CONSENT_GIVEN", "CONSENT_TAKEN_BACK")).CountX(s.system()); got != 2 {
				t.Errorf("%d lines are in the audit log", got)
			}
		})
		t.Run("NobodyElseDoes", func(t *testing.T) {
			for _, p := range []*person{gran, mo, s.start("Eve")} {
				refused(t, p.name, give(p, "RESEARCH_EXPORT"), "FORBIDDEN")
				refused(t, p.name, takeBack(p, "PUBLISH"), "FORBIDDEN")
				if got := p.agreements(told); got != "[]" {
					t.Errorf("%s sees %s", p.name, got)
				}
			}
			plain, _ := mum.speaksForChild("2015-02") // who may not say this
			other := mum.tellsFor(plain, ward, "Bo was thirsty too.")
			refused(t, "without it in scope", mum.ask(giveQuery, vars{"in": vars{"experienceId": other, "purpose": "RESEARCH_EXPORT"}}), "FORBIDDEN")
		})
		t.Run("AndWhenOthersMayReadIt", func(t *testing.T) {
			later := mum.tellsFor(authority, ward, "It was loud at night.")
			day := s.clock.Now().Add(72 * time.Hour)
			mum.waits(later, day)
			for _, p := range []*person{mum, gran} {
				if got := p.get(consentsOf, vars{"id": later}, "node.notBefore"); got == nil {
					t.Errorf("%s, who reads it for Kit, does not see the day", p.name)
				}
			}
			refused(t, "Gran", gran.ask(embargoQuery, vars{"in": vars{"experienceId": later, "notBefore": nil}}), "FORBIDDEN")
		})
		t.Run("TheirOwnWordCounts", func(t *testing.T) {
			kit := s.start("Kit")
			asked := kit.code("authorityInvite", vars{"scope": []string{"SHARE", "GIVE_CONSENT"}}).at("authorityInvite.code").(string)
			through := mum.accept(asked, "mother").at("authorityAccept.authority.id").(string)
			told := mum.tellsFor(through, ward, "Kit was cold.")
			kit.takesBack(told, "PUBLISH")
			refused(t, "Mum, after Kit said no", mum.ask(giveQuery, vars{"in": vars{"experienceId": told, "purpose": "PUBLISH"}}), "NOT_NOW")
			kit.gives(told, "PUBLISH")
			refused(t, "Mum, after Kit said yes", mum.ask(takeBackQuery, vars{"in": vars{"experienceId": told, "purpose": "PUBLISH"}}), "NOT_NOW")
			for _, p := range []*person{kit, mum} {
				if got := p.agreements(told); got != "[CONTACT* PUBLISH PUBLISH*- THEME_A*]" {
					t.Errorf("%s sees %s", p.name, got)
				}
			}
			own := kit.share(ward, "PATIENT", "I say this myself.")
			refused(t, "Mum, of what Kit said", mum.ask(giveQuery, vars{"in": vars{"experienceId": own, "purpose": "RESEARCH_EXPORT"}}), "NOT_FOUND")
		})
		t.Run("UntilTheyTakeOver", func(t *testing.T) {
			if a := s.nobody().takesOver(code); a.code() != "" {
				t.Fatal(a.Body)
			}
			refused(t, "Mum", give(mum, "RESEARCH_EXPORT"), "FORBIDDEN")
			if got := mum.agreements(told); got != "[]" {
				t.Errorf("Mum still sees %s", got)
			}
		})
	})
}
