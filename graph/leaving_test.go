package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/migrate"
	"hearback/ent/typeid"
)

const (
	withdrawQuery = `mutation($in: ExperienceWithdrawInput!) { experienceWithdraw(input: $in) { replayed experience { id state version story displayName feelings } userErrors { code message } } }`
	pauseQuery    = `mutation($in: ProcessingPauseInput!) { processingPause(input: $in) { replayed experience { state version } userErrors { code message } } }`
	resumeQuery   = `mutation($in: ProcessingResumeInput!) { processingResume(input: $in) { replayed experience { state version } userErrors { code message } } }`
)

func (p *person) withdraw(experience string, version int) answer {
	return p.ask(withdrawQuery, vars{"in": vars{"experienceId": experience, "expectedVersion": version}})
}

// anywhere are the places of the database that hold a word, whatever table and column.
func (s *stage) anywhere(t *testing.T, word string) (found []string) {
	t.Helper()
	for _, table := range migrate.Tables {
		for _, c := range table.Columns {
			var n int
			q := fmt.Sprintf("SELECT count(*) FROM %s WHERE CAST(%s AS text) LIKE '%%%s%%'", table.Name, c.Name, word)
			if err := s.db.Store.DB().QueryRowContext(t.Context(), q).Scan(&n); err != nil {
				t.Fatalf("%s.%s: %v", table.Name, c.Name, err)
			}
			if n > 0 {
				found = append(found, table.Name+"."+c.Name)
			}
		}
	}
	return found
}

// taken is a published experience full of one word, answered, linked, given back once with that word in the reason.
func (s *stage) taken(t *testing.T) (author, staff *person, id, change string) {
	ward := s.place("Ward 7", nil)
	author, staff = s.contributor("Ada"), s.somebody("Sam", auth.Staff, ward)
	moderator := s.somebody("Mo", auth.Moderator, ward)
	id = author.act(shareQuery, vars{"in": vars{
		"serviceId": ward.ID, "relationship": "PATIENT", "displayName": "zqword", "story": "The zqword was loud.",
		"whatWasGood": "zqword", "couldBeBetter": "zqword", "feelings": []string{"zqword"}, "happenedIn": "2026-04",
	}}, "experienceShare.experience.id").(string)
	moderator.act(`mutation($in: ExperienceReturnInput!) { experienceReturn(input: $in) { experience { id } userErrors { message } } }`,
		vars{"in": vars{"experienceId": id, "expectedVersion": 1, "reason": "You wrote zqword."}}, "")
	author.act(`mutation($in: ExperienceReviseInput!) { experienceRevise(input: $in) { experience { id } userErrors { message } } }`,
		vars{"in": vars{"experienceId": id, "expectedVersion": 2, "story": "The zqword was very loud."}}, "")
	moderator.act(`mutation($in: ExperiencePublishInput!) { experiencePublish(input: $in) { experience { state } userErrors { code message } } }`,
		vars{"in": vars{"experienceId": id, "expectedVersion": 3}}, "")
	staff.act(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { message } } }`, vars{"in": vars{"experienceId": id, "body": "We are sorry."}}, "")
	change = staff.propose(ward, "Quiet doors")
	staff.link(change, id, "You wrote of zqword.")
	return author, staff, id, change
}

func TestExperienceWithdraw(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		author, staff, id, change := s.taken(t)
		stranger := s.contributor("Eve")
		reader := s.nobody()
		search := `{ experiences(where: {text: "zqword"}) { totalCount nodes { id } } }`
		if n := reader.get(search, nil, "experiences.totalCount"); n != 1.0 {
			t.Fatalf("before, %v were found", n)
		}
		if places := s.anywhere(t, "zqword"); len(places) < 6 {
			t.Fatalf("the word was only in %v", places)
		}
		if a := stranger.withdraw(id, 4); a.code() != "FORBIDDEN" {
			t.Errorf("a stranger took it back: %s", a.Body)
		}
		if a := author.withdraw(id, 3); a.code() != "STALE_VERSION" {
			t.Errorf("an old version: %s", a.Body)
		}
		if places := s.anywhere(t, "zqword"); len(places) < 6 {
			t.Fatalf("a refusal left the word only in %v", places)
		}

		a := author.withdraw(id, 4)
		if a.at("experienceWithdraw.experience.state") != "WITHDRAWN" || a.at("experienceWithdraw.experience.story") != "" || a.at("experienceWithdraw.replayed") != false {
			t.Fatal(a.Body)
		}
		t.Run("TheWordsAreNowhere", func(t *testing.T) {
			if places := s.anywhere(t, "zqword"); len(places) > 0 {
				t.Errorf("the word is still in %v", places)
			}
			if places := s.anywhere(t, "We are sorry"); len(places) != 1 {
				t.Errorf("the service's answer is in %v", places)
			}
		})
		t.Run("NobodyElseSeesThatThereWasSomething", func(t *testing.T) {
			for _, p := range []*person{reader, stranger, staff, s.somebody("Mia", auth.Moderator, nil), s.somebody("Lea", auth.SafeguardingLead, nil)} {
				if a := p.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}); a.code() != "NOT_FOUND" {
					t.Errorf("%s got %s", p.name, a.Body)
				}
				for _, list := range []string{search, `{ experiences { totalCount nodes { id } } }`} {
					if got := p.get(list, nil, "experiences"); dig(got, "totalCount") != 0.0 {
						t.Errorf("%s got %v", p.name, got)
					}
				}
				got := p.get(`query($id: ID!) { node(id: $id) { ... on Change { originCount { __typename ... on Exact { value } } origins { totalCount nodes { id } } } } }`, vars{"id": change}, "node")
				if dig(got, "originCount.__typename") != "Suppressed" || dig(got, "origins.totalCount") != 0.0 {
					t.Errorf("%s is told of the change: %v", p.name, got)
				}
			}
			if a := staff.ask(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { userErrors { code } } }`, vars{"in": vars{"experienceId": id, "body": "Wait."}}); a.code() != "NOT_FOUND" {
				t.Errorf("staff answered: %s", a.Body)
			}
		})
		t.Run("ItsAuthorSeesWhatItWasPartOf", func(t *testing.T) {
			got := author.get(mine, nil, "viewer")
			if dig(got, "contributions.nodes.0.line.stage") != "WITHDRAWN" || dig(got, "contributions.nodes.0.ledTo.nodes.0.change.title") != "Quiet doors" || dig(got, "changesMyInputLedTo.nodes.0.id") != change {
				t.Errorf("the author sees %v", got)
			}
			steps, _ := dig(got, "steps.nodes").([]any)
			if len(steps) == 0 || dig(steps[len(steps)-1], "kind") != "WITHDRAWN" {
				t.Errorf("the steps are %v", steps)
			}
		})
		t.Run("SentAgainNothingHappensAgain", func(t *testing.T) {
			before := (&world{stage: s}).dump(t)
			for _, version := range []int{4, 5} {
				if a := author.withdraw(id, version); a.at("experienceWithdraw.replayed") != true || a.at("experienceWithdraw.experience.state") != "WITHDRAWN" {
					t.Error(a.Body)
				}
			}
			if changed := changes(before, (&world{stage: s}).dump(t)); len(changed) > 0 {
				t.Errorf("it changed %v", changed)
			}
		})
		t.Run("NoMoreIsToldOfTheChange", func(t *testing.T) {
			before := author.get(`{ viewer { steps { totalCount } } }`, nil, "viewer.steps.totalCount")
			if a := staff.move(change, 1, "MADE", ""); a.code() != "" {
				t.Fatal(a.Body)
			}
			if now := author.get(`{ viewer { steps { totalCount } } }`, nil, "viewer.steps.totalCount"); now != before {
				t.Errorf("there were %v steps, now %v", before, now)
			}
		})
	})
}

// Whatever state words are in, their author can take them back; nobody can do anything with them then.
func TestEveryStateCanBeLeft(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		author, moderator := s.contributor("Ada"), s.somebody("Mo", auth.Moderator, ward)
		for _, c := range []struct{ state, pause string }{
			{"IN_MODERATION", ""},
			{"RETURNED", ""},
			{"EDITS_OFFERED", ""},
			{"SCHEDULED", ""},
			{"WITH_SERVICE", ""},
			{"PUBLISHED", ""},
			{"SERVICE_ONLY", ""},
			{"HELD", ""},
			{"SAFEGUARDING", "NOT_NOW"},
			{"REJECTED", ""},
			{"PAUSED", "NOT_NOW"},
			{"WITHDRAWN", "NOT_NOW"},
		} {
			id := author.share(ward, "PATIENT", "It was loud in "+c.state)
			s.stands(t, id, c.state)
			if a := author.ask(pauseQuery, vars{"in": vars{"experienceId": id, "expectedVersion": 1}}); a.code() != c.pause {
				t.Errorf("pausing %s: %s", c.state, a.Body)
			}
			s.stands(t, id, c.state)
			want, state := "", "WITHDRAWN"
			if a := author.withdraw(id, 1); a.code() != want || a.at("experienceWithdraw.experience.state") != state {
				t.Errorf("taking back %s: %s", c.state, a.Body)
			}
			for _, again := range []string{pauseQuery, resumeQuery} {
				if a := author.ask(again, vars{"in": vars{"experienceId": id, "expectedVersion": 2}}); a.code() != "NOT_NOW" {
					t.Errorf("%s then: %s", again, a.Body)
				}
			}
			if a := moderator.ask(`mutation($in: ExperiencePublishInput!) { experiencePublish(input: $in) { userErrors { code } } }`, vars{"in": vars{"experienceId": id, "expectedVersion": 2}}); a.code() != "NOT_FOUND" {
				t.Errorf("a moderator then: %s", a.Body)
			}
		}
	})
}

// stands puts an experience into a state, in its first version.
func (s *stage) stands(t *testing.T, id, state string) {
	t.Helper()
	if _, err := s.db.Store.DB().ExecContext(t.Context(), fmt.Sprintf("UPDATE experiences SET state = '%s', version = 1 WHERE id = '%s'", state, id)); err != nil {
		t.Fatal(err)
	}
}

func TestProcessingPause(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		author, staff, id, _ := s.taken(t)
		others := []*person{s.nobody(), staff, s.contributor("Eve"), s.somebody("Mia", auth.Moderator, nil), s.somebody("Lea", auth.SafeguardingLead, nil)}
		pause := vars{"in": vars{"experienceId": id, "expectedVersion": 4}}
		if a := others[2].ask(pauseQuery, pause); a.code() != "FORBIDDEN" {
			t.Errorf("a stranger paused it: %s", a.Body)
		}
		for i := range 2 { // sent twice
			if a := author.ask(pauseQuery, pause); a.code() != "" || a.at("processingPause.experience.state") != "PAUSED" || a.at("processingPause.replayed") != (i == 1) {
				t.Fatal(a.Body)
			}
		}
		for _, p := range others {
			if a := p.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}); a.code() != "NOT_FOUND" {
				t.Errorf("%s reads paused words: %s", p.name, a.Body)
			}
			if n := p.get(`{ experiences(where: {text: "zqword"}) { totalCount } }`, nil, "experiences.totalCount"); n != 0.0 {
				t.Errorf("%s finds %v", p.name, n)
			}
		}
		if story := author.get(mine, nil, "viewer.contributions.nodes.0.line.stage"); story != "NOT_PUBLISHED" {
			t.Errorf("the author sees %v", story)
		}
		resume := vars{"in": vars{"experienceId": id, "expectedVersion": 5}}
		for i := range 2 {
			if a := author.ask(resumeQuery, resume); a.code() != "" || a.at("processingResume.experience.state") != "IN_MODERATION" || a.at("processingResume.replayed") != (i == 1) {
				t.Fatal(a.Body)
			}
		}
		if a := others[3].ask(`query($id: ID!) { node(id: $id) { ... on Experience { story } } }`, vars{"id": id}); !strings.Contains(a.Body, "zqword") {
			t.Errorf("the moderator does not read it again: %s", a.Body)
		}
		if a := others[0].ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}); a.code() != "NOT_FOUND" {
			t.Errorf("everybody reads it again: %s", a.Body)
		}
	})
}

// ticks lets the clock do what is due until nothing is.
func (s *stage) ticks(t *testing.T) {
	t.Helper()
	for {
		n, err := s.Flow.Tick(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

const eraseQuery = `mutation($in: PersonEraseInput!) { personErase(input: $in) { begun userErrors { code message path } } }`

func TestPersonErase(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.erasable(t, ward)
		patient := s.start("Pat")
		theirs := patient.share(ward, "PATIENT", "It was cold.")
		s.somebody("Mo", auth.Moderator, ward).publish(theirs)
		ada.act(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { message } } }`, vars{"in": vars{"experienceId": theirs, "body": "We will mend it."}}, "")
		for _, said := range []string{"", "yes", "erase me"} {
			if a := ada.ask(eraseQuery, vars{"in": vars{"confirm": said}}); a.code() != "INVALID" || a.at("personErase.begun") != false {
				t.Errorf("%q erases: %s", said, a.Body)
			}
		}
		if a := s.nobody().ask(eraseQuery, vars{"in": vars{"confirm": "ERASE ME"}}); a.code() != "UNAUTHENTICATED" {
			t.Errorf("nobody erases: %s", a.Body)
		}
		ada.act(eraseQuery, vars{"in": vars{"confirm": " ERASE ME "}}, "")

		t.Run("AllSessionsEndAtOnce", func(t *testing.T) {
			if a := ada.ask(`{ viewer { id } }`, nil); a.Status != 401 {
				t.Error(a.Body)
			}
			if a := s.nobody().refreshes(ada.refresh); a.code() != "CODE_REFUSED" {
				t.Error(a.Body)
			}
			for _, place := range s.anywhere(t, "zqada@example.org") {
				if place != "export_parts.body" { // whose link ended with the rest; the pieces go in the background
					t.Errorf("the address is in %s", place)
				}
			}
		})
		s.ticks(t)
		s.erased(t, ada)
		t.Run("TheServicesAnswerStaysWithoutTheName", func(t *testing.T) {
			got := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Experience { story responses { nodes { body authorName authorTitle } } } } }`, vars{"id": theirs}, "node")
			if dig(got, "responses.nodes.0.body") != "We will mend it." || dig(got, "responses.nodes.0.authorName") != "A former member of staff" || dig(got, "responses.nodes.0.authorTitle") != "" || dig(got, "story") != "It was cold." {
				t.Errorf("others read %v", got)
			}
		})
		t.Run("TheSameAddressIsSomebodyNew", func(t *testing.T) {
			anew := s.signs(t, "zqada@example.org")
			if anew.id == ada.id {
				t.Error("the old person came back")
			}
			if n := anew.get(`{ viewer { contributions { totalCount } } }`, nil, "viewer.contributions.totalCount"); n != 0.0 {
				t.Errorf("somebody new has %v contributions", n)
			}
		})
	})
}

// manyWords are more than one step of an erasure takes back.
const manyWords = 25

// erasable is somebody with everything: an address, words in several states, a role, an export that is ready.
func (s *stage) erasable(t *testing.T, ward *ent.Service) *person {
	ada := s.signs(t, "zqada@example.org")
	ada.hold("STAFF", ward)
	ada.act(`mutation($in: ViewerRenameInput!) { viewerRename(input: $in) { userErrors { message } } }`, vars{"in": vars{"name": "zqada Lovelace"}}, "")
	moderator := s.somebody("Moira", auth.Moderator, ward)
	for i := range manyWords {
		id := ada.act(shareQuery, vars{"in": vars{"serviceId": ward.ID, "relationship": "PATIENT", "displayName": "zqada", "story": fmt.Sprint("zqada was cold ", i)}}, "experienceShare.experience.id").(string)
		if i%3 == 0 {
			moderator.publish(id)
		}
	}
	ada.act(`mutation { dataExport { export { id } userErrors { message } } }`, nil, "")
	s.ticks(t)
	return ada
}

// signs is who signs in with an address.
func (s *stage) signs(t *testing.T, address string) *person {
	t.Helper()
	request := s.nobody().act(`mutation($in: SignInRequestInput!) { signInRequest(input: $in) { request userErrors { message } } }`, vars{"in": vars{"email": address}}, "signInRequest.request")
	return s.signedIn(address, s.nobody().ask(`mutation($in: SignInConfirmInput!) { signInConfirm(input: $in) { session { accessToken refreshToken } userErrors { code message } } }`,
		vars{"in": vars{"request": request, "code": digits.FindString(s.letters.last().Subject)}}))
}

// erased wants nothing of somebody left but a row without content and what stays of their words.
func (s *stage) erased(t *testing.T, p *person) {
	t.Helper()
	if places := s.anywhere(t, "zqada"); len(places) > 0 {
		t.Errorf("what was theirs is in %v", places)
	}
	ctx, id := s.system(), typeid.ID(p.id)
	for name, n := range map[string]int{
		"sessions": s.count(t, "sessions", "person_id", id), "identities": s.count(t, "identities", "person_id", id), "steps": s.count(t, "steps", "person_id", id), "exports": s.count(t, "exports", "person_id", id),
		"roles": s.count(t, "memberships", "ended_at IS NULL AND person_id", id), "words that are not taken back": s.count(t, "experiences", "state <> 'WITHDRAWN' AND author_id", id),
	} {
		if n > 0 {
			t.Errorf("there are %d %s", n, name)
		}
	}
	if n := s.DB.ExportPart.Query().CountX(ctx); n > 0 {
		t.Errorf("there are %d pieces of files", n)
	}
	if n := s.count(t, "experiences", "state = 'WITHDRAWN' AND author_id", id); n != manyWords {
		t.Errorf("%d places are left of %d", n, manyWords)
	}
	left := s.DB.Person.GetX(ctx, id)
	if left.Name != "" || left.Email != nil || left.RecoveryHash != nil || left.SourceKey != nil {
		t.Errorf("of the person is left %v", left)
	}
}

func (s *stage) count(t *testing.T, table, where string, id typeid.ID) (n int) {
	t.Helper()
	if err := s.db.Store.DB().QueryRowContext(t.Context(), fmt.Sprintf("SELECT count(*) FROM %s WHERE %s = '%s'", table, where, id)).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// What was on its way at the moment of the erasure is found an hour later.
func TestPersonEraseSweepsAgain(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		ada := s.start("Ada")
		ada.act(eraseQuery, vars{"in": vars{"confirm": "ERASE ME"}}, "")
		s.ticks(t)
		w := &world{stage: s, ward: ward}
		late := w.newExperience(s.DB, typeid.ID(ada.id)).SetStory("zqlate").SaveX(s.system())
		s.ticks(t)
		if len(s.anywhere(t, "zqlate")) == 0 {
			t.Fatal("it was found too early")
		}
		s.clock.pass(time.Hour)
		s.ticks(t)
		if places := s.anywhere(t, "zqlate"); len(places) > 0 || s.DB.Experience.GetX(s.system(), late.ID).State != "WITHDRAWN" {
			t.Errorf("what came late is in %v", places)
		}
	})
}

// Who speaks for somebody and has everything erased leaves them knowing that nobody speaks for them any more, once; what had
// ended before stays as it was.
func TestPersonEraseEndsWhatOneSaysForAnother(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		kit, mum := s.start("Kit"), s.start("Mum")
		through := func() string {
			code := kit.code("authorityInvite", vars{"scope": []string{"SHARE"}}).at("authorityInvite.code").(string)
			return mum.accept(code, "mother").at("authorityAccept.authority.id").(string)
		}
		before, now := through(), through()
		mum.authorityAct("authorityEnd", vars{"authorityId": before})
		mum.act(eraseQuery, vars{"in": vars{"confirm": "ERASE ME"}}, "")
		s.ticks(t)
		s.clock.pass(2 * time.Hour)
		s.ticks(t)
		s.later(0, kit)
		for id, by := range map[string]string{before: "PROXY", now: "LEFT"} {
			got := kit.get(`query($id: ID!) { node(id: $id) { ... on Authority { standing endedBy proxyName } } }`, vars{"id": id}, "node")
			if dig(got, "standing") != "ENDED" || dig(got, "endedBy") != by || dig(got, "proxyName") != "" {
				t.Errorf("the one that %s ended is %v", by, got)
			}
		}
		if got := fmt.Sprint(kit.kinds()); got != "[AUTHORITY_ACCEPTED AUTHORITY_ACCEPTED AUTHORITY_ENDED AUTHORITY_ENDED]" {
			t.Errorf("Kit was told %s", got)
		}
		if n := s.count(t, "steps", "person_id", typeid.ID(mum.id)); n != 0 {
			t.Errorf("who was erased has %d steps", n)
		}
	})
}
