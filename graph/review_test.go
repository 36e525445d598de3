package graph_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/typeid"
)

// asksReview sends words back to the moderators with a reason.
func (p *person) asksReview(experience, reason string, id ...typeid.ID) answer {
	p.t.Helper()
	in := vars{"experienceId": experience, "reason": reason}
	if len(id) > 0 {
		in["id"] = id[0]
	}
	return p.ask(`mutation($in: ReviewRequestInput!) { reviewRequest(input: $in) { replayed reviewRequest { id askedAs reason answer answeredAt service { id } experience { id } } userErrors { code message path } } }`, vars{"in": in})
}

func (p *person) givesTime(at *ent.Service, hours int) answer {
	p.t.Helper()
	return p.ask(`mutation($in: ServiceReviewTimeInput!) { serviceReviewTime(input: $in) { service { id reviewHours } userErrors { code message } } }`, vars{"in": vars{"serviceId": at.ID, "hours": hours}})
}

// reviewing is a ward that may ask for a review for three days, with words that lie with it.
func (s *stage) reviewing() *sender {
	c := s.senders()
	if a := s.somebody("Ada", auth.Administrator, c.ward).givesTime(c.ward, 72); a.code() != "" {
		s.t.Fatal(a.Body)
	}
	c.told = c.pat.share(c.ward, "PATIENT", "Sam shouted at me. zqlies")
	c.mo.publish(c.told)
	return c
}

const lies = `query($id: ID!) { node(id: $id) { ... on Experience { id state dueAt version story reviewRequest { id askedAs reason answer answeredAt service { id } } } } }`

func TestServiceReviewTime(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, beside := s.place("Ward 7", nil), s.place("Elsewhere", nil)
		ada := s.somebody("Ada", auth.Administrator, ward)
		for _, hours := range []int{1, 120, 0, 0} {
			if a := ada.givesTime(ward, hours); a.code() != "" || a.at("serviceReviewTime.service.reviewHours") != float64(hours) {
				t.Errorf("%d hours: %s", hours, a.Body)
			}
		}
		kept := s.written()
		for _, hours := range []int{-1, 121} {
			if a := ada.givesTime(ward, hours); a.code() != "INVALID" || s.written() != kept {
				t.Errorf("%d hours: %s", hours, a.Body)
			}
		}
		for _, p := range []*person{s.nobody(), s.start("Pat"), s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward), s.somebody("Eve", auth.Administrator, beside)} {
			kept := s.written()
			if a := p.givesTime(ward, 24); a.code() != "FORBIDDEN" && a.code() != "UNAUTHENTICATED" || s.written() != kept {
				t.Errorf("%s: %s", p.name, a.Body)
			}
		}
	})
}

func TestWordsLieWithTheirServiceUntilTheClockRunsOut(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.reviewing()
		t.Run("StaffSeeThemWithTheClock", func(t *testing.T) {
			for _, p := range []*person{c.sam, c.pat, c.mo} {
				if got := p.get(lies, vars{"id": c.told}, "node"); dig(got, "state") != "WITH_SERVICE" || dig(got, "dueAt") != "2026-05-17T09:30:00Z" || dig(got, "reviewRequest") != nil {
					t.Errorf("%s sees %v", p.name, got)
				}
			}
			for _, p := range []*person{c.fay, s.nobody(), s.somebody("Elsewhere", auth.Staff, s.place("Elsewhere", nil))} {
				if a := p.ask(lies, vars{"id": c.told}); a.code() != "NOT_FOUND" || strings.Contains(a.Body, "zqlies") {
					t.Errorf("%s sees %s", p.name, a.Body)
				}
			}
			if steps := kinds(c.pat.get(`{ viewer { steps { nodes { kind } } } }`, nil, "viewer.steps.nodes")); steps[len(steps)-1] != "WITH_SERVICE" {
				t.Errorf("Pat was told %v", steps)
			}
		})
		t.Run("NotAMomentEarlier", func(t *testing.T) {
			c.later(72*time.Hour - time.Microsecond)
			s.ticks(t)
			if got := c.pat.get(lies, vars{"id": c.told}, "node.state"); got != "WITH_SERVICE" {
				t.Errorf("it is %v", got)
			}
		})
		t.Run("ThenEverybodyReadsThem", func(t *testing.T) {
			s.clock.pass(time.Microsecond)
			refused(t, "a moment too late", c.sam.asksReview(c.told, "Sam never shouts."), "NOT_NOW")
			s.ticks(t)
			if got := s.nobody().get(lies, vars{"id": c.told}, "node"); dig(got, "state") != "PUBLISHED" || dig(got, "dueAt") != nil {
				t.Errorf("nobody sees %v", got)
			}
			refused(t, "what is published", c.sam.asksReview(c.told, "Sam never shouts."), "NOT_NOW")
		})
	})
}

func TestReviewIsAskedForOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.reviewing()
		id := typeid.New(typeid.ReviewRequest)
		refused(t, "without a reason", c.sam.asksReview(c.told, " "), "REQUIRED")
		for _, p := range []*person{c.pat, c.mo, c.fay} {
			if a := p.asksReview(c.told, "Because."); a.code() != "FORBIDDEN" {
				t.Errorf("%s asks: %s", p.name, a.Body)
			}
		}
		if a := s.somebody("Elsewhere", auth.Staff, s.place("Elsewhere", nil)).asksReview(c.told, "Because."); a.code() != "NOT_FOUND" {
			t.Errorf("staff of another place ask: %s", a.Body)
		}
		first := c.sam.asksReview(c.told, "It names Sam.", id)
		if first.code() != "" || first.at("reviewRequest.reviewRequest.askedAs") != "STAFF" || first.at("reviewRequest.reviewRequest.service.id") != string(c.ward.ID) || first.at("reviewRequest.reviewRequest.experience") != nil {
			t.Fatal(first.Body)
		}
		t.Run("SentAgainItIsTheSame", func(t *testing.T) {
			kept := s.written()
			if again := c.sam.asksReview(c.told, "It names Sam.", id); again.Body != strings.Replace(first.Body, `"replayed":false`, `"replayed":true`, 1) {
				t.Errorf("again: %s", again.Body)
			}
			refused(t, "other words under the same id", c.sam.asksReview(c.told, "It names me.", id), "CONFLICT")
			refused(t, "a colleague", c.sid.asksReview(c.told, "It names Sam."), "NOT_NOW")
			if s.written() != kept {
				t.Error("something was written")
			}
		})
		t.Run("TheModeratorsReadItAgain", func(t *testing.T) {
			if got := c.max.get(`{ viewer { moderationQueue { nodes { id reviewRequest { reason } } } } }`, nil, "viewer.moderationQueue.nodes.0"); dig(got, "id") != c.told || dig(got, "reviewRequest.reason") != "It names Sam." {
				t.Errorf("the queue holds %v", got)
			}
			got := c.pat.get(lies, vars{"id": c.told}, "node")
			if dig(got, "state") != "IN_MODERATION" || dig(got, "dueAt") != nil || dig(got, "reviewRequest.reason") != "It names Sam." || dig(got, "reviewRequest.askedAs") != "STAFF" {
				t.Errorf("Pat sees %v", got)
			}
			step := c.pat.get(`{ viewer { steps(last: 1) { nodes { kind words } } } }`, nil, "viewer.steps.nodes.0")
			if dig(step, "kind") != "REOPENED" || dig(step, "words") != "It names Sam." {
				t.Errorf("Pat was told %v", step)
			}
			if a := c.sam.ask(lies, vars{"id": c.told}); a.code() != "NOT_FOUND" || strings.Contains(a.Body, "zqlies") {
				t.Errorf("Sam still reads %s", a.Body)
			}
			c.later(100 * time.Hour)
			s.ticks(t)
			if got := c.pat.get(lies, vars{"id": c.told}, "node.state"); got != "IN_MODERATION" {
				t.Errorf("the clock made it %v", got)
			}
		})
		t.Run("NobodyElseLearnsOfIt", func(t *testing.T) {
			for _, p := range []*person{c.fay, s.nobody(), s.somebody("Lead", auth.SafeguardingLead, c.ward), s.somebody("Ada", auth.Administrator, c.ward)} {
				if a := p.ask(byID, vars{"id": id}); a.code() != "NOT_FOUND" {
					t.Errorf("%s finds it: %s", p.name, a.Body)
				}
			}
		})
		t.Run("ThereIsNoSecond", func(t *testing.T) {
			if a := c.max.publishes(c.told, 3); a.code() != "" || a.at("experiencePublish.experience.state") != "PUBLISHED" {
				t.Fatal(a.Body)
			}
			refused(t, "a second review", c.sid.asksReview(c.told, "Once more."), "NOT_NOW")
			got := c.sam.get(lies, vars{"id": c.told}, "node.reviewRequest")
			if dig(got, "answer") != "PUBLISHED" || dig(got, "answeredAt") == nil {
				t.Errorf("Sam reads %v", got)
			}
			if got := s.nobody().get(lies, vars{"id": c.told}, "node"); dig(got, "state") != "PUBLISHED" || dig(got, "reviewRequest") != nil {
				t.Errorf("nobody reads %v", got)
			}
		})
	})
}

// Words that are looked after, or that their author took back, are not to be guessed from the review.
func TestReviewTellsNothingOfWhatIsLookedAfter(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.reviewing()
		id := c.sam.asksReview(c.told, "It names Sam.").at("reviewRequest.reviewRequest.id")
		for _, state := range []string{"SAFEGUARDING", "PAUSED", "WITHDRAWN"} {
			s.db.Store.DB().Exec("UPDATE experiences SET state = '" + state + "' WHERE id = '" + c.told + "'") //nolint:errcheck,gosec // read below
			for _, p := range []*person{c.sam, c.mo, c.sid} {
				if a := p.ask(byID, vars{"id": id}); a.code() != "NOT_FOUND" {
					t.Errorf("%s: %s finds it: %s", state, p.name, a.Body)
				}
			}
			if a := c.pat.ask(byID, vars{"id": id}); a.code() != "" {
				t.Errorf("%s: its author does not: %s", state, a.Body)
			}
		}
	})
}

func TestReviewInboxIsOfOnesReachSoonestFirst(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		trust := s.place("Trust", nil)
		ward, next := s.place("Ward 7", trust), s.place("Ward 8", trust)
		ada, pat, chief := s.somebody("Ada", auth.Administrator, trust), s.start("Pat"), s.somebody("Chief", auth.Moderator, trust)
		ada.givesTime(ward, 72)
		ada.givesTime(next, 24)
		var ids []string
		for _, at := range []*ent.Service{ward, next, ward} {
			ids = append(ids, pat.share(at, "PATIENT", "I waited."))
			chief.publish(ids[len(ids)-1])
			s.clock.pass(time.Minute)
		}
		for _, c := range []struct {
			of     *person
			within any
			want   []string
		}{
			{s.somebody("Sam", auth.Staff, trust), nil, []string{ids[1], ids[0], ids[2]}},
			{s.somebody("Sam", auth.Staff, trust), ward.ID, []string{ids[0], ids[2]}},
			{s.somebody("Sid", auth.Facilitator, next), nil, ids[1:2]},
			{s.somebody("Sid", auth.Facilitator, next), ward.ID, []string{}},
			{s.somebody("Root", auth.Staff, nil), nil, []string{ids[1], ids[0], ids[2]}},
		} {
			got := c.of.get(`query($w: ID) { viewer { reviewInbox(within: $w) { totalCount nodes { id } } rest: reviewInbox(within: $w, first: 1) { nodes { id } pageInfo { endCursor } } } }`, vars{"w": c.within}, "viewer")
			read := []string{}
			for _, n := range dig(got, "reviewInbox.nodes").([]any) {
				read = append(read, dig(n, "id").(string))
			}
			if !slices.Equal(read, c.want) || dig(got, "reviewInbox.totalCount") != float64(len(c.want)) {
				t.Errorf("%s within %v reads %v", c.of.name, c.within, got)
			}
		}
		for _, p := range []*person{pat, chief, ada} {
			if a := p.ask(`{ viewer { reviewInbox { totalCount } } }`, nil); a.code() != "FORBIDDEN" {
				t.Errorf("%s reads %s", p.name, a.Body)
			}
		}
	})
}

func TestTwoAtOnceOnAReview(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.reviewing()
		told := c.told
		answers := atOnce(func() answer { return c.sam.asksReview(told, "It names Sam.") }, func() answer { return c.sid.asksReview(told, "It names Sid.") })
		n, others := won(answers)
		if n != 1 || others[0].code() != "NOT_NOW" {
			t.Errorf("%d asked: %s, %s", n, answers[0].Body, answers[1].Body)
		}
		if n := s.DB.ReviewRequest.Query().CountX(s.system()); n != 1 {
			t.Errorf("there are %d reviews", n)
		}
		t.Run("AndTheClock", func(t *testing.T) {
			told := c.pat.share(c.ward, "PATIENT", "I waited.")
			c.mo.publish(told)
			c.later(72*time.Hour - time.Microsecond)
			asked := atOnce(func() answer { return c.sam.asksReview(told, "It names Sam.") }, func() answer {
				s.clock.pass(time.Microsecond)
				s.ticks(t)
				return answer{}
			})[0]
			s.ticks(t) // what somebody was at is passed over, and moved on the next time
			state := c.pat.get(lies, vars{"id": told}, "node.state")
			if want := map[string]any{"": "IN_MODERATION", "NOT_NOW": "PUBLISHED"}[asked.code()]; state != want {
				t.Errorf("it is %v, and Sam was told %s", state, asked.Body)
			}
		})
	})
}

// atOnce lets people act at the same moment and gives what each got.
func atOnce(acts ...func() answer) []answer {
	answers := make([]answer, len(acts))
	var done sync.WaitGroup
	for i, act := range acts {
		done.Go(func() { answers[i] = act() })
	}
	done.Wait()
	return answers
}
