package graph_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/service"
	"hearback/ent/typeid"
)

// wrong is one way to fill a form in wrongly: the verb, what is wrong in an input that else is right, and what is said.
type wrong struct {
	what, verb string
	given      vars
	code, at   string
}

// form is an input that is right, and what is asked of the answer.
type form struct {
	who   *person
	in    vars
	thing string
}

func letters8(n int) string { return strings.Repeat("🙂", n) }

// forms are the acts with an input that would do.
func (c *sender) forms() map[string]form {
	c.sam.hold(membership.RoleAdministrator, c.ward)
	waiting := c.pat.share(c.ward, "PATIENT", "Waiting.")
	free := c.sam.propose(c.ward, "A clock")
	linked := c.sam.link(c.sam.propose(c.ward, "A chair"), c.told, "You stood.")
	return map[string]form{
		"experienceShare": {c.pat, vars{"serviceId": c.ward.ID, "relationship": "PATIENT", "story": "I waited."}, "experience { id }"},
		"responseGive":    {c.sam, vars{"experienceId": c.told, "body": "Sorry."}, "response { id }"},
		"changePropose": {c.sam, vars{
			"serviceId": c.ward.ID, "title": "A board", "difference": "Nobody waits.",
			"coproducers": []vars{{"side": "STAFF", "name": "Sam"}, {"side": "PATIENT_FAMILY", "name": "Rose"}},
		}, "change { id }"},
		"changeLink":       {c.sam, vars{"changeId": free, "experienceId": c.told, "why": "You waited."}, "origin { id }"},
		"changeUnlink":     {c.sam, vars{"originId": linked, "why": "Another ward."}, "change { id }"},
		"changeTell":       {c.sam, vars{"changeId": c.change, "body": "Ordered."}, "progress { id }"},
		"changeMove":       {c.sam, vars{"changeId": c.change, "expectedVersion": 1, "to": "TESTING", "words": "It hangs."}, "change { id }"},
		"experienceReturn": {c.mo, vars{"experienceId": waiting, "expectedVersion": 1, "reason": "A name."}, "experience { id }"},
		"serviceAdd":       {c.sam, vars{"parentId": c.ward.ID, "name": "Bay 1", "kind": "SERVICE", "code": "B1"}, "service { id }"},
		"invitationMake":   {c.sam, vars{"role": "STAFF", "serviceId": c.ward.ID}, "code"},
		"membershipEnd":    {c.sam, vars{"membershipId": c.sid.membership(c.t)}, "membership { id }"},
	}
}

func (f form) send(verb string, changed vars) answer {
	in := maps.Clone(f.in)
	maps.Copy(in, changed)
	return f.who.ask(`mutation($in: `+strings.ToUpper(verb[:1])+verb[1:]+`Input!) { `+verb+`(input: $in) { `+f.thing+` userErrors { code message path } } }`, vars{"in": in})
}

func wrongs(c *sender) []wrong {
	exp, chg, svc := typeid.New(typeid.Experience), typeid.New(typeid.Change), typeid.New(typeid.Service)
	hidden := c.fay.share(c.ward, "RELATIVE", "Not published.")
	closed := c.place("Closed", nil).Update().SetClosedAt(c.clock.Now().Add(-24 * 400 * time.Hour)).SaveX(c.system())
	side := func(side, name, part string) vars { return vars{"side": side, "name": name, "part": part} }
	both := func(more ...vars) []vars {
		return append([]vars{side("STAFF", "Sam", ""), side("PATIENT_FAMILY", "Rose", "")}, more...)
	}
	return []wrong{
		{"blanks", "experienceShare", vars{"story": " \t\n "}, "REQUIRED", "story"},
		{"too long", "experienceShare", vars{"story": letters8(8001)}, "TOO_LONG", "story"},
		{"too long", "experienceShare", vars{"whatWasGood": letters8(2001)}, "TOO_LONG", "whatWasGood"},
		{"too long", "experienceShare", vars{"couldBeBetter": letters8(2001)}, "TOO_LONG", "couldBeBetter"},
		{"too long", "experienceShare", vars{"displayName": letters8(61)}, "TOO_LONG", "displayName"},
		{"eleven", "experienceShare", vars{"feelings": repeated(11, "tired")}, "TOO_MANY", "feelings"},
		{"too long", "experienceShare", vars{"feelings": []string{"calm", letters8(41)}}, "TOO_LONG", "feelings.1"},
		{"a month to come", "experienceShare", vars{"happenedIn": "2026-06"}, "INVALID", "happenedIn"},
		{"no month", "experienceShare", vars{"happenedIn": "2026-13"}, "BAD_USER_INPUT", ""},
		{"no month at all", "experienceShare", vars{"happenedIn": "last May"}, "BAD_USER_INPUT", ""},
		{"an unknown place", "experienceShare", vars{"serviceId": svc}, "NOT_FOUND", ""},
		{"a place that is none", "experienceShare", vars{"serviceId": c.told}, "NOT_FOUND", ""},
		{"a closed place", "experienceShare", vars{"serviceId": closed.ID}, "NOT_NOW", "happenedIn"},
		{"after it closed", "experienceShare", vars{"serviceId": closed.ID, "happenedIn": "2026-04"}, "NOT_NOW", "happenedIn"},
		{"an unknown word", "experienceShare", vars{"relationship": "NURSE"}, "GRAPHQL_VALIDATION_FAILED", ""},
		{"nobody", "experienceShare", vars{"relationship": nil}, "GRAPHQL_VALIDATION_FAILED", ""},
		{"a field too many", "experienceShare", vars{"authorId": c.fay.id}, "GRAPHQL_VALIDATION_FAILED", ""},
		{"blanks", "responseGive", vars{"body": " "}, "REQUIRED", "body"},
		{"too long", "responseGive", vars{"body": letters8(4001)}, "TOO_LONG", "body"},
		{"unknown", "responseGive", vars{"experienceId": exp}, "NOT_FOUND", ""},
		{"not published", "responseGive", vars{"experienceId": hidden}, "NOT_FOUND", ""},
		{"blanks", "changePropose", vars{"title": " "}, "REQUIRED", "title"},
		{"too long", "changePropose", vars{"title": letters8(161)}, "TOO_LONG", "title"},
		{"blanks", "changePropose", vars{"difference": " "}, "REQUIRED", "difference"},
		{"too long", "changePropose", vars{"difference": letters8(4001)}, "TOO_LONG", "difference"},
		{"nobody", "changePropose", vars{"coproducers": []vars{}}, "BOTH_SIDES_NEEDED", "coproducers"},
		{"one side", "changePropose", vars{"coproducers": repeated(2, side("STAFF", "Sam", ""))}, "BOTH_SIDES_NEEDED", "coproducers"},
		{"twenty-one", "changePropose", vars{"coproducers": both(repeated(19, side("STAFF", "Sam", ""))...)}, "TOO_MANY", "coproducers"},
		{"no name", "changePropose", vars{"coproducers": both(side("STAFF", " ", ""))}, "REQUIRED", "coproducers.2.name"},
		{"too long", "changePropose", vars{"coproducers": both(side("STAFF", letters8(81), ""))}, "TOO_LONG", "coproducers.2.name"},
		{"too long", "changePropose", vars{"coproducers": both(side("STAFF", "Sam", letters8(121)))}, "TOO_LONG", "coproducers.2.part"},
		{"unknown", "changePropose", vars{"serviceId": svc}, "NOT_FOUND", ""},
		{"blanks", "changeLink", vars{"why": " "}, "REQUIRED", "why"},
		{"too long", "changeLink", vars{"why": letters8(1001)}, "TOO_LONG", "why"},
		{"unknown", "changeLink", vars{"changeId": chg}, "NOT_FOUND", ""},
		{"unknown", "changeLink", vars{"experienceId": exp}, "NOT_FOUND", ""},
		{"not published", "changeLink", vars{"experienceId": hidden}, "NOT_FOUND", ""},
		{"linked already", "changeLink", vars{"changeId": c.change}, "NOT_NOW", "experienceId"},
		{"blanks", "changeUnlink", vars{"why": " "}, "REQUIRED", "why"},
		{"too long", "changeUnlink", vars{"why": letters8(1001)}, "TOO_LONG", "why"},
		{"unknown", "changeUnlink", vars{"originId": typeid.New(typeid.Origin)}, "NOT_FOUND", ""},
		{"blanks", "changeTell", vars{"body": " "}, "REQUIRED", "body"},
		{"too long", "changeTell", vars{"body": letters8(2001)}, "TOO_LONG", "body"},
		{"unknown", "changeTell", vars{"changeId": chg}, "NOT_FOUND", ""},
		{"too long", "changeMove", vars{"words": letters8(2001)}, "TOO_LONG", "words"},
		{"unknown", "changeMove", vars{"changeId": chg}, "NOT_FOUND", ""},
		{"not from here", "changeMove", vars{"to": "REVERSED"}, "NOT_NOW", "to"},
		{"to where it is", "changeMove", vars{"to": "PLANNED"}, "NOT_NOW", "to"},
		{"no reason", "changeMove", vars{"to": "NOT_POSSIBLE", "words": " "}, "REASON_NEEDED", "words"},
		{"a version below all", "changeMove", vars{"expectedVersion": -1 << 31}, "STALE_VERSION", "expectedVersion"},
		{"a huge version", "changeMove", vars{"expectedVersion": 1 << 40}, "STALE_VERSION", "expectedVersion"},
		{"no number", "changeMove", vars{"expectedVersion": 1e100}, "GRAPHQL_VALIDATION_FAILED", ""},
		{"blanks", "experienceReturn", vars{"reason": " "}, "REQUIRED", "reason"},
		{"too long", "experienceReturn", vars{"reason": letters8(1001)}, "TOO_LONG", "reason"},
		{"unknown", "experienceReturn", vars{"experienceId": exp}, "NOT_FOUND", ""},
		{"blanks", "serviceAdd", vars{"name": " "}, "REQUIRED", "name"},
		{"too long", "serviceAdd", vars{"name": letters8(201)}, "TOO_LONG", "name"},
		{"too long", "serviceAdd", vars{"code": strings.Repeat("x", 121)}, "TOO_LONG", "code"},
		{"too long in another script", "serviceAdd", vars{"code": letters8(100)}, "TOO_LONG", "code"},
		{"unknown", "serviceAdd", vars{"parentId": svc}, "NOT_FOUND", ""},
		{"unknown", "invitationMake", vars{"serviceId": svc}, "NOT_FOUND", ""},
		{"unknown", "membershipEnd", vars{"membershipId": typeid.New(typeid.Membership)}, "NOT_FOUND", ""},
	}
}

func TestBadWordsAreSaidAndNothingIsWritten(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		forms, list := c.forms(), wrongs(c)
		kept := s.written()
		for _, w := range list {
			what := w.verb + " " + w.what + " " + w.at
			a := forms[w.verb].send(w.verb, w.given)
			if path, _ := dig(a.Data, w.verb+".userErrors.0.path").([]any); a.code() != w.code || w.at != "" && joinPath(path) != w.at {
				t.Errorf("%s: want %s, got %.400s", what, w.code, a.Body)
			}
			if a.Status != http.StatusOK {
				t.Errorf("%s: status %d", what, a.Status)
			}
			a.plain(t, what)
		}
		if s.written() != kept {
			t.Error("something was written")
		}
		if s.log.Len() > 0 {
			t.Errorf("the log takes it for our mistake: %s", s.log)
		}
		for verb, f := range forms {
			if a := f.send(verb, nil); a.code() != "" {
				t.Errorf("the right form of %s: %s", verb, a.Body)
			}
		}
	})
}

func joinPath(path []any) string {
	words := make([]string, len(path))
	for i, p := range path {
		words[i] = p.(string)
	}
	return strings.Join(words, ".")
}

// As long as may be, in a script of four bytes a letter, everything is kept whole.
func TestTheLongestWordsAreKept(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		c := s.senders()
		forms := c.forms()
		for verb, given := range map[string]vars{
			"experienceShare": {"story": letters8(8000), "whatWasGood": letters8(2000), "couldBeBetter": letters8(2000), "displayName": letters8(60), "feelings": []string{letters8(40)}},
			"responseGive":    {"body": letters8(4000)}, "changeLink": {"why": letters8(1000)}, "changeTell": {"body": letters8(2000)}, "changeMove": {"words": letters8(2000)},
			"changePropose":    {"title": letters8(160), "difference": letters8(4000), "coproducers": []vars{{"side": "STAFF", "name": letters8(80), "part": letters8(120)}, {"side": "PATIENT_FAMILY", "name": "Rose"}}},
			"experienceReturn": {"reason": letters8(1000)}, "serviceAdd": {"name": letters8(200), "code": strings.Repeat("x", 120)},
		} {
			if a := forms[verb].send(verb, given); a.code() != "" {
				t.Errorf("%s: %.300s", verb, a.Body)
			}
		}
		if n := s.nobody().get(`query($n: String!, $c: Cursor) { services(where: {name: $n}, after: $c) { nodes { name } pageInfo { endCursor } } }`, vars{"n": letters8(200)}, "services.nodes.0.name"); n != letters8(200) {
			t.Errorf("the place with the long name is not found by it: %v", n)
		}
	})
}

// A tree has an end: what lies too deep is refused with a sentence.
func TestATreeIsTwelveDeep(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		root := s.place("1", nil)
		ada, below := s.somebody("Ada", auth.Administrator, root), any(root.ID)
		add := func() answer {
			return ada.ask(`mutation($in: ServiceAddInput!) { serviceAdd(input: $in) { service { id } userErrors { code message path } } }`, vars{"in": vars{"parentId": below, "name": "Deeper", "kind": "WARD"}})
		}
		for range 11 {
			a := add()
			if a.code() != "" {
				t.Fatal(a.Body)
			}
			below = a.at("serviceAdd.service.id")
		}
		if a := add(); a.code() != "INVALID" || a.at("serviceAdd.userErrors.0.path.0") != "parentId" {
			t.Errorf("the thirteenth: %s", a.Body)
		}
		if n := s.DB.Service.Query().CountX(s.system()); n != 12 {
			t.Errorf("there are %d places", n)
		}
	})
}

func TestTheSameCodeTwice(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		root := s.place("Root", nil)
		s.place("Coded", root).Update().SetCode("RX1").SetKind(service.KindSite).ExecX(s.system())
		a := s.somebody("Ada", auth.Administrator, root).ask(`mutation($in: ServiceAddInput!) { serviceAdd(input: $in) { service { id } userErrors { code message path } } }`,
			vars{"in": vars{"parentId": root.ID, "name": "Again", "kind": "WARD", "code": " RX1 "}})
		if a.code() != "CONFLICT" || a.at("serviceAdd.userErrors.0.path.0") != "code" {
			t.Errorf("two places with one code: %s", a.Body)
		}
	})
}
