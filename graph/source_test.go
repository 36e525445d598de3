package graph_test

import (
	"strings"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/typeid"
)

const recorded = "sourceId recoveryCode replayed"

// What people say comes in many forms; all of them have the same protections, and all are evidence of a theme.
func TestSourcesOfAllForms(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, other := s.place("Ward 7", nil), s.place("Ward 8", nil)
		sam, mo, eve := s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward), s.somebody("Eve", auth.Staff, other)
		pat := s.start("Pat")
		base := func(form string, more vars) vars {
			in := vars{"serviceId": ward.ID, "relationship": "PATIENT", "story": "I know who to ask.", "form": form}
			for k, v := range more {
				in[k] = v
			}
			return in
		}
		for name, c := range map[string]struct {
			in   vars
			code string
		}{
			"a statement":                 {base("STATEMENT", vars{"says": "WORKING"}), ""},
			"a statement that says which": {base("STATEMENT", nil), "REQUIRED"},
			"a sorted thank-you":          {base("THANK_YOU", vars{"says": "WORKING"}), "INVALID"},
			"a thank-you":                 {base("THANK_YOU", nil), ""},
			"what one saw":                {base("OBSERVATION", nil), ""},
			"an interview with oneself":   {base("INTERVIEW", nil), "INVALID"},
		} {
			if a := pat.ask(shareQuery, vars{"in": c.in}); a.code() != c.code {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		interview := vars{
			"id": typeid.New(typeid.Experience), "serviceId": ward.ID, "form": "INTERVIEW", "relationship": "CARER", "question": "What was it like?",
			"story": "zqinterview: we waited for hours.", "consents": []string{"RECORD_INTERVIEW", "PUBLISH", "THEME_ANALYSIS"},
		}
		for name, c := range map[string]struct {
			by   *person
			more vars
			code string
		}{
			"who told it": {pat, nil, "FORBIDDEN"}, "staff elsewhere": {eve, nil, "FORBIDDEN"}, "nobody": {s.nobody(), nil, "UNAUTHENTICATED"},
			"without being asked": {sam, vars{"consents": []string{"PUBLISH"}}, "REQUIRED"}, "what staff saw": {sam, vars{"form": "OBSERVATION"}, "INVALID"},
		} {
			in := vars{}
			for _, from := range []vars{interview, c.more} {
				for k, v := range from {
					in[k] = v
				}
			}
			if a := c.by.puts("sourceRecord", in, recorded); a.code() != c.code {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		a := sam.puts("sourceRecord", interview, recorded)
		id, code := a.at("sourceRecord.sourceId"), a.at("sourceRecord.recoveryCode")
		if a.code() != "" || id != string(interview["id"].(typeid.ID)) || code == nil {
			t.Fatal(a.Body)
		}
		if a := sam.puts("sourceRecord", interview, recorded); a.at("sourceRecord.replayed") != true || a.at("sourceRecord.recoveryCode") != nil {
			t.Errorf("sent twice: %s", a.Body)
		}
		const read = `query($id: ID!) { node(id: $id) { id ... on Source { form says question story } } }`
		for _, p := range []*person{s.nobody(), sam, pat, eve} {
			if a := p.ask(read, vars{"id": id}); a.code() != "NOT_FOUND" || strings.Contains(a.Body, "zqinterview") {
				t.Errorf("%s reads what no moderator has read: %s", p.name, a.Body)
			}
		}
		before := s.newest()
		if got := mo.get(read, vars{"id": id}, "node.form"); got != "INTERVIEW" {
			t.Errorf("the moderator reads %v", got)
		}
		if !s.DB.AuditEntry.Query().Where(auditentry.NumberGT(before), auditentry.ActEQ(auditentry.ActRead), auditentry.AboutID(typeid.ID(id.(string)))).ExistX(s.system()) {
			t.Error("nobody notes who reads words through the interface")
		}
		mo.publish(id.(string))
		if forms := s.nobody().get(`query($id: ID!) { experiences(where: {serviceId: $id, form: [INTERVIEW, STATEMENT]}) { nodes { form } } }`, vars{"id": ward.ID}, "experiences.nodes"); len(forms.([]any)) != 1 {
			t.Errorf("published interviews and statements are %v", forms)
		}
		theme := sam.theme(ward, "The wait")
		point := func(start int, words string) answer {
			return sam.themes("evidenceAdd", vars{"themeId": theme, "experienceId": id, "says": "NOT_WORKING", "why": "You said so.", "passage": vars{"part": "story", "start": start, "words": words}})
		}
		for start, code := range map[int]string{12: "INVALID", -1: "INVALID", 9000: "INVALID"} {
			if a := point(start, "we waited"); a.code() != code {
				t.Errorf("pointing at %d: %s", start, a.Body)
			}
		}
		if a := point(13, ""); a.code() != "REQUIRED" {
			t.Errorf("pointing at nothing: %s", a.Body)
		}
		if a := point(13, "we waited"); a.code() != "" {
			t.Fatal(a.Body)
		}
		const passages = `query($id: ID!) { node(id: $id) { ... on Theme { evidence { nodes { passage { part start end words standing } } } } } }`
		shows := func(when string, want ...any) {
			t.Helper()
			got := s.nobody().ask(passages, vars{"id": theme})
			for i, field := range []string{"words", "start", "standing"} {
				if v := got.at("node.evidence.nodes.0.passage." + field); len(want) > 0 && v != want[i] {
					t.Errorf("%s its %s is %v", when, field, v)
				}
			}
			if len(want) == 0 && len(got.at("node.evidence.nodes").([]any)) != 0 {
				t.Errorf("%s there is %s", when, got.Body)
			}
		}
		shows("as it was told", "we waited", 13.0, "AS_MARKED")
		says := func(story string) {
			s.DB.Experience.UpdateOneID(typeid.ID(id.(string))).SetStory(story).ExecX(s.system())
		}
		says("In the night we waited.")
		shows("after an edit", "we waited", 13.0, "AS_MARKED")
		says("And then we waited.")
		shows("after an edit", "we waited", 9.0, "MOVED")
		says("We were seen.")
		shows("after an edit", "", 13.0, "GONE")
		says("zqinterview: we waited for hours.")
		t.Run("WhoToldItTakesItBack", func(t *testing.T) {
			back := s.nobody().act(`mutation($in: SessionRecoverInput!) { sessionRecover(input: $in) { session { accessToken } userErrors { message } } }`, vars{"in": vars{"recoveryCode": code}}, "sessionRecover")
			nan := &person{stage: s, name: "Nan", token: dig(back, "session.accessToken").(string)}
			if got := nan.get(read, vars{"id": id}, "node.question"); got != "What was it like?" {
				t.Errorf("who told it reads %v", got)
			}
			if a := nan.withdraw(id.(string), 2); a.code() != "" {
				t.Fatal(a.Body)
			}
			shows("withdrawn")
			row := s.DB.Evidence.Query().OnlyX(s.system())
			if row.PassageMark != "" || row.PassagePart != "" {
				t.Errorf("a withdrawn text leaves the passage %v", row)
			}
		})
	})
}
