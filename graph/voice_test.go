package graph_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/typeid"
	"hearback/workflow"
)

const (
	voiceAddQuery = `mutation($in: VoiceAddInput!) { voiceAdd(input: $in) { voice { id state version story } replayed userErrors { code message path } } }`
	voiceDone     = ` { voice { id state version story displayName reason } replayed userErrors { code message path ... on StaleVersion { currentVersion } } } }`
	voicesQuery   = `query($id: ID!) { node(id: $id) { ... on Experience { voices { totalCount nodes { id relationship displayName story state reason } } } } }`
)

// invites makes a code for somebody who was there too.
func (p *person) asksIn(experience string) string {
	p.t.Helper()
	return p.act(`mutation($in: VoiceInviteInput!) { voiceInvite(input: $in) { code expiresAt userErrors { code message } } }`, vars{"in": vars{"experienceId": experience}}, "voiceInvite.code").(string)
}

// speaks adds one's own words and gives the id of the voice.
func (p *person) speaks(code, story string, more vars) string {
	p.t.Helper()
	in := vars{"code": code, "relationship": "PARENT_GUARDIAN", "displayName": p.name, "story": story}
	maps.Copy(in, more)
	return p.act(voiceAddQuery, vars{"in": in}, "voiceAdd.voice.id").(string)
}

// hears lets everybody read a voice.
func (p *person) hears(voice string) {
	p.t.Helper()
	p.act(`mutation($in: VoicePublishInput!) { voicePublish(input: $in)`+voiceDone, vars{"in": vars{"voiceId": voice, "expectedVersion": 1}}, "")
}

func (p *person) voiceVerb(verb string, in vars) answer {
	p.t.Helper()
	return p.ask(`mutation($in: V`+verb[1:]+`Input!) { `+verb+`(input: $in)`+voiceDone, vars{"in": in})
}

// family is a patient whose mother was there too.
type family struct {
	*consenting
	mum  *person
	said string
}

func (s *stage) family() *family {
	c := s.consenting()
	f := &family{c, s.contributor("Mum"), c.shares(nil)}
	c.mo.publish(f.said)
	return f
}

func TestAParentAddsTheirOwnWords(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		code := f.pat.asksIn(f.said)
		mum := f.mum.speaks(code, "We both waited.", nil)
		t.Run("OnlyTheyAndTheModeratorsReadThemFirst", func(t *testing.T) {
			for who, want := range map[*person]bool{f.mum: true, f.mo: true, f.pat: false, f.sam: false, f.reads: false} {
				if a := who.ask(voicesQuery, vars{"id": f.said}); strings.Contains(a.Body, "We both waited.") != want || (a.at("node.voices.totalCount") == 1.0) != want {
					t.Errorf("%s sees %s", who.name, a.Body)
				}
			}
			if ids := idsIn(f.mo.get(`{ viewer { voiceQueue { nodes { id } } } }`, nil, "viewer.voiceQueue.nodes"), "nodes"); len(ids) != 1 || ids[0] != mum {
				t.Errorf("the queue holds %v", ids)
			}
		})
		f.mo.hears(mum)
		t.Run("ThenEverybody", func(t *testing.T) {
			for _, who := range []*person{f.mum, f.mo, f.pat, f.sam, f.reads} {
				if a := who.ask(voicesQuery, vars{"id": f.said}); a.at("node.voices.nodes.0.story") != "We both waited." || a.at("node.voices.nodes.0.relationship") != "PARENT_GUARDIAN" {
					t.Errorf("%s sees %s", who.name, a.Body)
				}
			}
			if f.pat.told() != "HEARD VOICE_ADDED" || f.mum.told() != "HEARD" {
				t.Errorf("Pat was told %s, Mum %s", f.pat.told(), f.mum.told())
			}
		})
		t.Run("TheCodeWorkedOnce", func(t *testing.T) {
			if a := s.contributor("Dad").ask(voiceAddQuery, vars{"in": vars{"code": code, "relationship": "RELATIVE", "story": "Me too."}}); a.code() != "CODE_REFUSED" {
				t.Error(a.Body)
			}
		})
		t.Run("SheSeesWhatTheWordsLedTo", func(t *testing.T) {
			change := f.sam.propose(f.ward, "A board")
			f.sam.link(change, f.said, "You waited.")
			f.sam.move(change, 1, "TESTING", "It hangs.")
			if got := f.mum.told(); got != "HEARD CHANGE_MOVED" || !strings.HasSuffix(f.pat.told(), "LINKED_TO_CHANGE CHANGE_MOVED") {
				t.Errorf("Mum was told %s, Pat %s", got, f.pat.told())
			}
			if ids := idsIn(f.mum.get(`{ viewer { changesMyInputLedTo { nodes { id } } } }`, nil, "viewer.changesMyInputLedTo.nodes"), "nodes"); len(ids) != 1 || ids[0] != change {
				t.Errorf("Mum's words led to %v", ids)
			}
		})
		t.Run("AndTakesThemAway", func(t *testing.T) {
			for _, replayed := range []bool{false, true} {
				if a := f.mum.voiceVerb("voiceWithdraw", vars{"voiceId": mum}); a.at("voiceWithdraw.voice.state") != "WITHDRAWN" || a.at("voiceWithdraw.replayed") != replayed {
					t.Errorf("%s", a.Body)
				}
			}
			for _, who := range []*person{f.mo, f.pat, f.sam, f.reads} {
				if a := who.ask(voicesQuery, vars{"id": f.said}); a.at("node.voices.totalCount") != 0.0 || strings.Contains(a.Body, "Mum") {
					t.Errorf("%s sees %s", who.name, a.Body)
				}
			}
			kept := s.DB.Voice.GetX(s.system(), typeid.ID(mum))
			if kept.Story+kept.Reason != "" || kept.DisplayName != "Anonymous" || !strings.HasSuffix(f.pat.told(), "VOICE_WITHDRAWN") {
				t.Errorf("what is kept: %v; Pat was told %s", kept, f.pat.told())
			}
		})
	})
}

func TestAVoiceIsGivenBackAndSentAgain(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		mum := f.mum.speaks(f.pat.asksIn(f.said), "Nurse Jane was rude.", nil)
		back := vars{"voiceId": mum, "expectedVersion": 1, "reason": "Please leave the name out."}
		for _, replayed := range []bool{false, true} {
			if a := f.mo.voiceVerb("voiceReturn", back); a.at("voiceReturn.voice.state") != "RETURNED" || a.at("voiceReturn.replayed") != replayed {
				t.Fatal(a.Body)
			}
		}
		if a := f.mum.ask(`{ viewer { voices { nodes { state reason } } steps { nodes { kind words } } } }`, nil); a.at("viewer.voices.nodes.0.reason") != back["reason"] || a.at("viewer.steps.nodes.0.words") != back["reason"] {
			t.Error(a.Body)
		}
		revise := vars{"voiceId": mum, "expectedVersion": 2, "story": "A nurse was rude."}
		for _, replayed := range []bool{false, true} {
			if a := f.mum.voiceVerb("voiceRevise", revise); a.at("voiceRevise.voice.state") != "IN_MODERATION" || a.at("voiceRevise.voice.reason") != "" || a.at("voiceRevise.replayed") != replayed {
				t.Fatal(a.Body)
			}
		}
		if a := f.mo.voiceVerb("voicePublish", vars{"voiceId": mum, "expectedVersion": 2}); a.code() != "STALE_VERSION" || a.at("voicePublish.userErrors.0.currentVersion") != 3.0 {
			t.Errorf("an old version: %s", a.Body)
		}
		if a := f.mo.voiceVerb("voicePublish", vars{"voiceId": mum, "expectedVersion": 3}); a.code() != "" {
			t.Error(a.Body)
		}
		if a := f.mum.voiceVerb("voiceRevise", vars{"voiceId": mum, "expectedVersion": 4, "story": "Other."}); a.code() != "NOT_NOW" {
			t.Errorf("published words changed: %s", a.Body)
		}
		if strings.Contains(f.pat.told(), "RETURNED") {
			t.Errorf("Pat was told %s", f.pat.told())
		}
	})
}

func TestWhoMayAddAVoice(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		speak := func(p *person, code string) answer {
			return p.ask(voiceAddQuery, vars{"in": vars{"code": code, "relationship": "CARER", "story": "I was there."}})
		}
		own := f.pat.asksIn(f.said)
		if a := speak(f.pat, own); a.code() != "NOT_NOW" {
			t.Errorf("beside oneself: %s", a.Body)
		}
		if a := speak(f.mum, own); a.code() != "" {
			t.Errorf("a refused code is not used up: %s", a.Body)
		}
		if a := speak(f.mum, f.pat.asksIn(f.said)); a.code() != "NOT_NOW" {
			t.Errorf("twice: %s", a.Body)
		}
		old := f.pat.asksIn(f.said)
		s.later(workflow.VoiceInvitationLife, f.pat)
		if a := speak(s.contributor("Dad"), old); a.code() != "CODE_REFUSED" {
			t.Errorf("too late: %s", a.Body)
		}
		if a := speak(s.contributor("Eve"), "hbi_guess"); a.code() != "CODE_REFUSED" {
			t.Errorf("guessed: %s", a.Body)
		}
		for range workflow.MaxVoiceInvitations {
			f.pat.asksIn(f.said)
		}
		if a := f.pat.ask(`mutation($in: VoiceInviteInput!) { voiceInvite(input: $in) { code userErrors { code } } }`, vars{"in": vars{"experienceId": f.said}}); a.code() != "TOO_MANY" {
			t.Errorf("an eleventh code: %s", a.Body)
		}
	})
}

func TestAVoiceIsHiddenWithItsExperience(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		mum := f.mum.speaks(f.pat.asksIn(f.said), "We both waited.", nil)
		f.mo.hears(mum)
		seen := func(p *person) bool { return p.ask(byID, vars{"id": mum}).at("node.id") == mum }
		f.pat.takesBack(f.said, "PUBLISH")
		if seen(f.reads) || !seen(f.sam) || !seen(f.pat) || !seen(f.mum) {
			t.Error("a voice beside words for the service is for the service")
		}
		if got := f.mum.get(`query($id: ID!) { node(id: $id) { ... on Voice { story experience { id } } } }`, vars{"id": mum}, "node"); dig(got, "experience") != nil || dig(got, "story") != "We both waited." {
			t.Errorf("Mum sees %v", got)
		}
		s.DB.Experience.UpdateOneID(typeid.ID(f.said)).SetState("WITHDRAWN").ExecX(s.system())
		if seen(f.reads) || seen(f.sam) || seen(f.mo) || seen(f.pat) || !seen(f.mum) {
			t.Error("a voice beside withdrawn words is for who speaks only")
		}
	})
}

func TestAVoiceHasItsOwnConsent(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		mum := f.mum.speaks(f.pat.asksIn(f.said), "We both waited.", vars{"consents": []string{}})
		f.mo.hears(mum)
		shown := func() bool { return strings.Contains(f.reads.ask(voicesQuery, vars{"id": f.said}).Body, mum) }
		if shown() || strings.Contains(f.pat.told(), "VOICE_ADDED") {
			t.Error("shown without consent")
		}
		f.mum.gives(f.said, "PUBLISH")
		if !shown() || !strings.HasSuffix(f.pat.told(), "VOICE_ADDED") || f.reads.state(f.said) != "PUBLISHED" {
			t.Errorf("agreed, and not shown; Pat was told %s", f.pat.told())
		}
		f.mum.takesBack(f.said, "PUBLISH")
		if shown() || f.reads.state(f.said) != "PUBLISHED" {
			t.Error("taken back, and still shown; or the patient's words are gone with it")
		}
		const query = `query($id: ID!) { node(id: $id) { ... on Voice { consents { nodes { purpose takenBackAt } } } } }`
		if got := f.mum.get(query, vars{"id": mum}, "node.consents.nodes").([]any); len(got) != 1 {
			t.Errorf("Mum agreed to %v", got)
		}
	})
}

// A moderator does not decide on words beside their own experience, and does not read them before others do.
func TestAModeratorDoesNotDecideBesideTheirOwnWords(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		own := f.mo.act(shareQuery, vars{"in": vars{"serviceId": f.ward.ID, "relationship": "PATIENT", "story": "I was ill."}}, "experienceShare.experience.id").(string)
		mum := f.mum.speaks(f.mo.asksIn(own), "He was.", nil)
		if a := f.mo.voiceVerb("voicePublish", vars{"voiceId": mum, "expectedVersion": 1}); a.code() != "NOT_FOUND" {
			t.Error(a.Body)
		}
		if strings.Contains(f.mo.ask(`{ viewer { voiceQueue { nodes { id } } } }`, nil).Body, mum) {
			t.Error("in their queue")
		}
	})
}

func TestStatementsOfVoices(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		mo := s.somebody("Mo", auth.Moderator, ward)
		var counts []int
		for _, n := range []int{1, 4} {
			for range n {
				pat, mum := s.contributor("Pat"), s.contributor("Mum")
				said := pat.share(ward, "PATIENT", "I waited.")
				mo.publish(said)
				for _, p := range []*person{mum, s.contributor("Dad"), s.contributor("Gran")} {
					s.clock.pass(time.Second)
					mo.hears(p.speaks(pat.asksIn(said), "We waited.", nil))
				}
			}
			var got any
			counts = append(counts, len(s.db.Said(func() {
				got = s.nobody().get(`{ experiences { nodes { voices(first: 2) { totalCount pageInfo { hasNextPage } nodes { displayName experience { id } } } } } }`, nil, "experiences.nodes")
			})))
			for _, e := range got.([]any) {
				if len(dig(e, "voices.nodes").([]any)) != 2 || dig(e, "voices.totalCount") != 3.0 || dig(e, "voices.nodes.0.displayName") != "Mum" || dig(e, "voices.pageInfo.hasNextPage") != true {
					t.Errorf("%v", e)
				}
			}
		}
		if counts[0] != counts[1] || counts[0] > 4 {
			t.Errorf("statements for one and five experiences with voices: %v", counts)
		}
	})
}

// Two of one family who speak at the same moment are both heard; one who sends twice is heard once.
func TestAVoiceSentAgainIsTheSame(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		in := vars{"id": typeid.New(typeid.Voice), "code": f.pat.asksIn(f.said), "relationship": "CARER", "story": "I was there."}
		for _, replayed := range []bool{false, true, true} {
			if a := f.mum.ask(voiceAddQuery, vars{"in": in}); a.code() != "" || a.at("voiceAdd.replayed") != replayed {
				t.Errorf("%s", a.Body)
			}
		}
		in["story"] = "Other words."
		if a := f.mum.ask(voiceAddQuery, vars{"in": in}); a.code() != "CONFLICT" {
			t.Error(a.Body)
		}
		if n := s.DB.Voice.Query().Where(voice.ExperienceID(typeid.ID(f.said))).CountX(s.system()); n != 1 {
			t.Errorf("%d voices", n)
		}
	})
}

// What could tell who somebody is comes in the order of the fields, each time.
func TestVoicesIdentifyingInOrder(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		f := s.family()
		id := f.mum.speaks(f.pat.asksIn(f.said), "Ring me on 07700 900123.", vars{"displayName": "mum@example.org"})
		for range 20 {
			spans := f.mo.get(`query($id: ID!) { node(id: $id) { ... on Voice { identifying { field kind } } } }`, vars{"id": id}, "node.identifying").([]any)
			if len(spans) != 2 || dig(spans, "0.field") != "displayName" || dig(spans, "1.field") != "story" {
				t.Fatalf("found %v", spans)
			}
		}
	})
}
