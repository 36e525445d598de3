package graph_test

import (
	"fmt"
	"sync"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

const since = `query($after: Cursor) { viewer { steps(first: 7, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } } }`

// poll asks for what came after the cursor, page by page, and gives what it found and where it stands then.
func (p *person) poll(cursor any) (found []string, now any) {
	for {
		steps := p.get(since, vars{"after": cursor}, "viewer.steps")
		for _, n := range dig(steps, "nodes").([]any) {
			found = append(found, dig(n, "id").(string))
		}
		if end := dig(steps, "pageInfo.endCursor"); end != nil {
			cursor = end
		}
		if dig(steps, "pageInfo.hasNextPage") != true {
			return found, cursor
		}
	}
}

// Twenty acts at once, by several people, on several experiences of one person: whoever keeps a cursor misses none of them.
func TestTheDeltaQueryMissesNothing(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, mo, sam := s.start("Pat"), s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward)
		changes := []string{sam.propose(ward, "A board"), sam.propose(ward, "A clock")}
		var waiting, told []string
		for i := range 10 {
			e := pat.share(ward, "PATIENT", fmt.Sprint("I waited ", i))
			if i%2 == 0 {
				waiting = append(waiting, e)
				continue
			}
			mo.publish(e)
			for _, c := range changes {
				sam.link(c, e, "You waited.")
			}
			told = append(told, e)
		}
		seen, cursor := pat.poll(nil)
		acts := []func(){
			func() { sam.move(changes[0], 1, "TESTING", "It hangs.") }, func() { sam.move(changes[1], 1, "TESTING", "It hangs.") },
		}
		for i := range 5 {
			acts = append(acts, func() { mo.publish(waiting[i]) }, func() {
				sam.ask(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } } }`, vars{"in": vars{"experienceId": told[i], "body": "Sorry."}})
			})
		}
		for i := range 8 {
			acts = append(acts, func() {
				sam.ask(`mutation($in: ChangeTellInput!) { changeTell(input: $in) { progress { id } } }`, vars{"in": vars{"changeId": changes[i%2], "body": fmt.Sprint("News ", i)}})
			})
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			var all sync.WaitGroup
			for _, act := range acts {
				all.Go(act)
			}
			all.Wait()
		}()
		for going := true; going; {
			select {
			case <-done:
				going = false
			default:
			}
			var more []string
			more, cursor = pat.poll(cursor)
			seen = append(seen, more...)
		}
		rows := s.DB.Step.Query().Where(step.PersonID(typeid.ID(pat.id))).Order(step.ByNumber()).AllX(s.system())
		if want := 5 + 10 + 5 + 5 + 10 + 8*5; len(rows) != want || len(seen) != want {
			t.Fatalf("of %d steps %d are there and %d were seen", want, len(rows), len(seen))
		}
		for i, row := range rows {
			if row.Number != i+1 || seen[i] != string(row.ID) {
				t.Errorf("step %d has the number %d and was seen as %s, is %s", i+1, row.Number, seen[i], row.ID)
			}
		}
	})
}
