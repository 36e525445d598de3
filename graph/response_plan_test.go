package graph_test

import (
	"regexp"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent/membership"
)

// What waits for moderators, for a service, and what somebody answered are read by an index, on page 1 as on the next; also when
// thousands wait; who looks after a single ward does not walk through what waits elsewhere.
func TestPlansOfAnswersAndReviews(t *testing.T) {
	lengthy(t, "it fills a database with thousands of experiences")
	tell(t, func(t *testing.T, s *stage) {
		l := fill(t, s.db, rows(t))
		for _, statement := range []string{
			"UPDATE responses SET state = 'IN_MODERATION' WHERE id IN (SELECT id FROM responses ORDER BY id LIMIT 3000)",
			"UPDATE responses SET offline_reason = 'x' WHERE state = 'PUBLISHED' AND id IN (SELECT id FROM responses ORDER BY id DESC LIMIT 500)",
			"UPDATE experiences SET state = 'WITH_SERVICE', due_at = created_at WHERE id IN (SELECT id FROM experiences ORDER BY id DESC LIMIT 1000)",
			"ANALYZE",
		} {
			if _, err := s.db.Store.DB().Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		ward := s.DB.Service.GetX(s.system(), l.services[3])
		moderator, staff := s.somebody("Mo", auth.Moderator, nil), s.somebody("Sam", auth.Staff, nil)
		here, nurse := s.somebody("Max", auth.Moderator, ward), s.somebody("Sid", auth.Staff, ward)
		author := &person{stage: s, name: "author", id: string(l.author)}
		s.DB.Membership.Create().SetCreatedAt(s.clock.Now()).SetPersonID(l.author).SetRole(membership.RoleStaff).ExecX(s.system())
		author.session = string(s.DB.Session.Create().SetCreatedAt(s.clock.Now()).SetPersonID(l.author).SetScopes(auth.SessionScopes().String()).SaveX(s.system()).ID)
		author.renews()
		spy := s.spy()
		for _, q := range []struct {
			name, list string
			of         *person
			index      string
		}{
			{"queue of answers everywhere", "responseQueue", moderator, ""},
			{"queue of answers of a ward", "responseQueue", here, "response_queue_of_place"},
			{"reviews everywhere", "reviewInbox", staff, ""},
			{"reviews of a ward", "reviewInbox", nurse, ""},
			{"talks elsewhere, of everywhere", "talksElsewhere", staff, ""},
			{"talks elsewhere, of a ward", "talksElsewhere", nurse, "response_elsewhere_of_place"},
			{"answers to questions, of everywhere", "answersReceived", staff, ""},
			{"answers to questions, of a ward", "answersReceived", nurse, "message_answers_of_place"},
			{"answers that somebody gave", "responsesGiven", author, ""},
		} {
			var after any
			for page := range 2 {
				got := q.of.get(`query($a: Cursor) { viewer { `+q.list+`(first: 2, after: $a) { nodes { id } pageInfo { endCursor } } } }`, vars{"a": after}, "viewer."+q.list)
				if len(dig(got, "nodes").([]any)) == 0 {
					t.Errorf("%s, page %d: nothing waits", q.name, page+1)
				}
				plan, bad := s.explain(spy.last()), wholeTable
				if q.index != "" { // what waits there is little: it may be sorted, but the others' is not looked at
					plan, bad = s.explainWithout(spy.last()), func(plan string) bool { return !regexp.MustCompile(q.index + `\b`).MatchString(plan) }
				}
				if bad(plan) {
					t.Errorf("%s, page %d:\n%s\n%s", q.name, page+1, plan, spy.last().query)
				}
				after = dig(got, "pageInfo.endCursor")
			}
		}
	})
}
