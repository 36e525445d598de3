package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearback/auth"
)

func (p *person) measures(in vars) answer {
	p.t.Helper()
	return p.ask(`mutation($in: MeasureAddInput!) { measureAdd(input: $in) { measure { id } userErrors { code message path } } }`, vars{"in": in})
}

func (p *person) counts(measure string, day time.Time, of, all int, more vars) answer {
	p.t.Helper()
	in := vars{"measureId": measure, "baseline": false, "countedAt": day.Format(time.RFC3339), "numerator": of, "denominator": all}
	for name, v := range more {
		in[name] = v
	}
	return p.ask(`mutation($in: MeasureReadInput!) { measureRead(input: $in) { reading { id } userErrors { code message path } } }`, vars{"in": in})
}

// What is counted of a change is counted by named people, can be corrected and not unsaid, and tells of nobody.
func TestAChangeIsMeasured(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, sib, pat := s.somebody("Sam", auth.Staff, ward), s.somebody("Sib", auth.Staff, s.place("Ward 8", nil)), s.contributor("Pat")
		board := sam.propose(ward, "A board with the wait")
		draft := vars{"changeId": board, "what": "People who knew how long", "kind": "PROPORTION", "better": "HIGHER", "ofPeople": true}
		for _, p := range []*person{sib, pat} {
			refused(t, p.name, p.measures(draft), "FORBIDDEN")
		}
		m := sam.measures(draft).at("measureAdd.measure.id").(string)
		day := func(n int) time.Time { return s.clock.Now().Add(-time.Duration(40-n) * 24 * time.Hour) }
		for what, a := range map[string]answer{
			"a day to come":     sam.counts(m, s.clock.Now().Add(time.Hour), 5, 20, nil),
			"more than all":     sam.counts(m, day(1), 21, 20, nil),
			"of nobody":         sam.counts(m, day(1), 0, 0, nil),
			"of too few people": sam.counts(m, day(1), 1, 4, nil),
		} {
			refused(t, what, a, "INVALID")
		}
		refused(t, "another ward", sib.counts(m, day(1), 5, 20, nil), "FORBIDDEN")
		for n := range 6 {
			if a := sam.counts(m, day(n), 8, 20, vars{"baseline": true}); a.code() != "" {
				t.Fatal(a.Body)
			}
		}
		for n := range 6 {
			sam.counts(m, day(20+n), 15, 20, nil)
		}
		wrong := sam.counts(m, day(30), 15, 20, nil).at("measureRead.reading.id")
		right := sam.counts(m, day(30), 14, 20, vars{"correctsId": wrong, "note": "One was counted twice."}).at("measureRead.reading.id")
		refused(t, "corrected twice", sam.counts(m, day(30), 13, 20, vars{"correctsId": wrong}), "NOT_NOW")
		sam.counts(m, day(35), 18, 20, nil) // two of twenty did not: they could be told apart

		got := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Measure { readings(first: 50) { totalCount nodes { id corrected corrects { id } numerator { __typename ... on Exact { value } } } }
			chart { kind centre leftOut points { readingId value signals } } } } }`, vars{"id": m}, "node")
		if dig(got, "chart.kind") != "RUN" || dig(got, "chart.leftOut") != 1.0 || len(dig(got, "chart.points").([]any)) != 13 || dig(got, "readings.totalCount") != 15.0 {
			t.Errorf("everybody reads %v", got)
		}
		text := fmt.Sprint(dig(got, "chart"))
		if !strings.Contains(text, "SHIFT") || strings.Contains(text, wrong.(string)) || !strings.Contains(text, right.(string)) {
			t.Errorf("the chart is %v", text)
		}
		hidden := 0
		for _, r := range dig(got, "readings.nodes").([]any) {
			if dig(r, "numerator.__typename") == "Suppressed" {
				hidden++
			}
			if dig(r, "id") == wrong && dig(r, "corrected") != true || dig(r, "id") == right && dig(r, "corrects.id") != wrong {
				t.Errorf("the correction is not to be seen: %v", r)
			}
		}
		if hidden != 1 {
			t.Errorf("%d readings are hidden", hidden)
		}
	})
}

// A change that another service takes over keeps where it came from, and those whose words led to the first hear of it once.
func TestAChangeSpreads(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, next := s.place("Ward 7", nil), s.place("Ward 8", nil)
		sam, sib, mo, pat, deaf := s.somebody("Sam", auth.Staff, ward), s.somebody("Sib", auth.Staff, next), s.somebody("Mo", auth.Moderator, ward), s.contributor("Pat"), s.contributor("Dee")
		told, other := pat.share(ward, "PATIENT", "I waited."), deaf.share(ward, "PATIENT", "I waited too.")
		mo.publish(told)
		mo.publish(other)
		deaf.takesBack(other, "CONTACT_ABOUT_CHANGE")
		board := sam.propose(ward, "A board with the wait")
		sam.link(board, told, "You told us of the wait.")
		sam.link(board, other, "You told us too.")
		take := func(p *person, at string, id any) answer {
			in := vars{"serviceId": at, "title": "A board here too", "difference": "Nobody waits without knowing why.", "spreadFromId": board, "coproducers": []vars{{"side": "PATIENT_FAMILY", "name": "Rose"}, {"side": "STAFF", "name": "Sib"}}}
			if id != nil {
				in["id"] = id
			}
			return p.ask(`mutation($in: ChangeProposeInput!) { changePropose(input: $in) { change { id spreadFrom { id } } replayed userErrors { code message path } } }`, vars{"in": in})
		}
		refused(t, "what is not made yet", take(sib, string(next.ID), nil), "NOT_NOW")
		sam.move(board, 1, "TESTING", "It hangs.")
		sam.move(board, 2, "MADE", "It stays.")
		refused(t, "the same service", take(sam, string(ward.ID), nil), "INVALID")
		a := take(sib, string(next.ID), nil)
		if a.code() != "" || a.at("changePropose.change.spreadFrom.id") != board {
			t.Fatal(a.Body)
		}
		if got := s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Change { spreadTo { nodes { id service { name } } } } } }`, vars{"id": board}, "node.spreadTo.nodes"); len(got.([]any)) != 1 || dig(got.([]any)[0], "service.name") != "Ward 8" {
			t.Errorf("it spread to %v", got)
		}
		if n := strings.Count(pat.told(), "CHANGE_SPREAD"); n != 1 {
			t.Errorf("Pat was told %d times: %s", n, pat.told())
		}
		if strings.Contains(deaf.told(), "CHANGE_SPREAD") {
			t.Error("who did not agree to it was told")
		}
	})
}

func TestACoproducerWhoIsNamedNoMore(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, sib := s.somebody("Sam", auth.Staff, ward), s.somebody("Sib", auth.Staff, s.place("Ward 8", nil))
		board := sam.propose(ward, "A board with the wait")
		const who = `query($id: ID!) { node(id: $id) { ... on Change { coproducers { nodes { id side name part } } } } }`
		rose := dig(s.nobody().get(who, vars{"id": board}, "node.coproducers.nodes").([]any)[0], "id")
		unname := func(p *person) answer {
			return p.ask(`mutation($in: ChangeCoproducerUnnameInput!) { changeCoproducerUnname(input: $in) { change { id } replayed userErrors { code } } }`, vars{"in": vars{"coproducerId": rose}})
		}
		refused(t, "another ward", unname(sib), "FORBIDDEN")
		for i := range 2 {
			if a := unname(sam); a.at("changeCoproducerUnname.replayed") != (i == 1) {
				t.Error(a.Body)
			}
		}
		got := s.nobody().get(who, vars{"id": board}, "node.coproducers.nodes").([]any)[0]
		if dig(got, "side") != "PATIENT_FAMILY" || dig(got, "name") != nil || dig(got, "part") != "" || strings.Contains(s.written(), "Rose") {
			t.Errorf("there is left %v", got)
		}
	})
}
