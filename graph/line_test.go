package graph_test

import (
	"testing"

	"hearback/auth"
)

const mine = `{ viewer {
  contributions { nodes { id state line { stage reason steps { nodes { kind words response { body authorName } change { title state } } } }
    decisions { nodes { kind reason } } ledTo { nodes { why linkedByName change { id title } } } } }
  changesMyInputLedTo { nodes { id title state reason originCount { ... on Exact { value } } origins { nodes { why experience { displayName } } } progress { nodes { body movedTo } } coproducers { nodes { side name } } } }
  steps { nodes { kind words } pageInfo { endCursor } }
} }`

// The whole line, through the API alone: three people tell, staff answer and change, and each contributor sees it.
func TestTheLine(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		other := s.place("Ward 8", nil)
		patient, family, nurse := s.start("Pat"), s.start("Fay"), s.start("Nia")
		staff, moderator := s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward)
		stranger, elsewhere := s.contributor("Stranger"), s.somebody("Eve", auth.Staff, other)
		server := s.server()

		told := patient.share(ward, "PATIENT", "I waited four hours and nobody told me why.")
		fromFamily := family.share(ward, "PARENT_GUARDIAN", "We did not know whom to ask.")
		fromStaff := nurse.share(ward, "STAFF", "We have no time to explain the wait.")

		t.Run("NobodyElseReadsItBeforeAModerator", func(t *testing.T) {
			for _, p := range []*person{s.nobody(), stranger, family, staff, elsewhere} {
				if a := p.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": told}); a.code() != "NOT_FOUND" {
					t.Errorf("%s got %s", p.name, a.Body)
				}
			}
			if n := staff.get(`{ viewer { inbox { totalCount } } }`, nil, "viewer.inbox.totalCount"); n != 0.0 {
				t.Errorf("the inbox shows %v", n)
			}
		})

		heard := patient.hear(server, `subscription { stepTaken { kind words experience { id } response { body } change { title state } } }`)
		called := family.call(server, `subscription { stepTaken { kind change { title } } }`)
		s.listening(patient, family)

		for _, e := range []string{told, fromFamily, fromStaff} {
			moderator.publish(e)
		}
		if kind := dig(heard.next(t), "data.stepTaken.kind"); kind != "HEARD" {
			t.Errorf("the patient hears %v", kind)
		}
		if kind := dig(called.next(t), "data.stepTaken.kind"); kind != "HEARD" {
			t.Errorf("the family hears %v", kind)
		}
		if n := staff.get(`{ viewer { inbox { totalCount } } }`, nil, "viewer.inbox.totalCount"); n != 3.0 {
			t.Errorf("the inbox shows %v", n)
		}

		staff.act(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id authorTitle } userErrors { message } } }`,
			vars{"in": vars{"experienceId": told, "body": "We are sorry. We will look at how we tell people."}}, "")
		if body := dig(heard.next(t), "data.stepTaken.response.body"); body != "We are sorry. We will look at how we tell people." {
			t.Errorf("the patient hears %v", body)
		}

		change := staff.propose(ward, "A board that says how long the wait is")
		staff.link(change, told, "You told us that nobody said why.")
		link := staff.link(change, fromFamily, "You did not know whom to ask.")
		if kind := dig(heard.next(t), "data.stepTaken.kind"); kind != "LINKED_TO_CHANGE" {
			t.Errorf("the patient hears %v", kind)
		}
		if title := dig(called.next(t), "data.stepTaken.change.title"); title != "A board that says how long the wait is" {
			t.Errorf("the family hears %v", title)
		}
		before := patient.get(mine, nil, "viewer.steps.pageInfo.endCursor")

		if a := staff.move(change, 1, "TESTING", "The board hangs at the desk."); a.code() != "" {
			t.Fatal(a.Body)
		}
		if a := staff.move(change, 2, "MADE", ""); a.code() != "" {
			t.Fatal(a.Body)
		}
		if state := dig(heard.next(t), "data.stepTaken.change.state"); state == nil {
			t.Error("the patient does not hear of the move")
		}

		t.Run("EachContributorSeesTheChange", func(t *testing.T) {
			for name, p := range map[string]*person{"patient": patient, "family": family} {
				got := p.get(mine, nil, "viewer")
				if id := dig(got, "changesMyInputLedTo.nodes.0.id"); id != change {
					t.Errorf("the %s sees %v", name, got)
				}
				if stage := dig(got, "contributions.nodes.0.line.stage"); stage != "CHANGED" {
					t.Errorf("the %s's line is at %v", name, stage)
				}
			}
			if led := nurse.get(mine, nil, "viewer.changesMyInputLedTo.nodes"); len(led.([]any)) != 0 {
				t.Errorf("who has no link sees %v", led)
			}
			if stage := nurse.get(mine, nil, "viewer.contributions.nodes.0.line.stage"); stage != "HEARD" {
				t.Errorf("who was not answered is at %v", stage)
			}
		})

		t.Run("WhoWasAwayFindsWhatCameSince", func(t *testing.T) {
			since := patient.get(`query($after: Cursor) { viewer { steps(after: $after) { nodes { kind words } } } }`, vars{"after": before}, "viewer.steps.nodes").([]any)
			if len(since) != 2 || dig(since, "0.words") != "The board hangs at the desk." || dig(since, "1.kind") != "CHANGE_MOVED" {
				t.Errorf("since then: %v", since)
			}
		})

		t.Run("PeopleWithoutALinkSeeNothingOfEachOther", func(t *testing.T) {
			for _, p := range []*person{stranger, elsewhere, nurse} {
				got := p.get(`query($id: ID!) { viewer { steps { nodes { kind words } } } node(id: $id) { ... on Experience { viewerIsAuthor line { stage steps { nodes { kind } } } decisions { nodes { reason } } } } }`, vars{"id": told}, "")
				if dig(got, "node.line.steps") != nil || dig(got, "node.viewerIsAuthor") != false || dig(got, "node.decisions") != nil {
					t.Errorf("%s sees %v", p.name, got)
				}
			}
		})

		t.Run("ALinkTakenBackUpdatesBothEnds", func(t *testing.T) {
			family.get(mine, nil, "")
			staff.act(`mutation($in: ChangeUnlinkInput!) { changeUnlink(input: $in) { change { origins { nodes { id } } } userErrors { message } } }`,
				vars{"in": vars{"originId": link, "why": "It came from another ward."}}, "")
			got := family.get(mine, nil, "viewer")
			if len(dig(got, "changesMyInputLedTo.nodes").([]any)) != 0 || dig(got, "contributions.nodes.0.line.stage") != "HEARD" {
				t.Errorf("the family still sees %v", got)
			}
			if n := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Change { origins { totalCount } originCount { ... on Exact { value } } } } }`, vars{"id": change}, "node.origins.totalCount"); n != 1.0 {
				t.Errorf("the change still shows %v origins", n)
			}
		})

		t.Run("WhatWillNotHappenEndsWithAReasonThatIsSeen", func(t *testing.T) {
			never := staff.propose(ward, "A bed for every relative")
			staff.link(never, fromStaff, "You wished for it.")
			if a := staff.move(never, 1, "NOT_POSSIBLE", " "); a.code() != "REASON_NEEDED" {
				t.Fatal(a.Body)
			}
			if a := staff.move(never, 1, "NOT_POSSIBLE", "There is no room in the building."); a.code() != "" {
				t.Fatal(a.Body)
			}
			got := nurse.get(mine, nil, "viewer.contributions.nodes.0.line")
			if dig(got, "stage") != "NOT_CHANGED" || dig(got, "reason") != "There is no room in the building." {
				t.Errorf("the nurse's line is %v", got)
			}
		})
	})
}

// start begins without an account, as the app does.
func (s *stage) start(name string) *person {
	got := s.nobody().act(`mutation { sessionStart { recoveryCode session { accessToken refreshToken } userErrors { message } } }`, nil, "sessionStart")
	p := &person{stage: s, name: name, token: dig(got, "session.accessToken").(string), refresh: dig(got, "session.refreshToken").(string)}
	claims, err := s.Flow.Tokens.Verify(p.token)
	if err != nil {
		s.t.Fatal(err)
	}
	p.id, p.session = claims.Person, claims.Session
	return p
}
