package graph_test

import (
	"slices"
	"strings"
	"testing"

	entschema "entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/migrate"
	"hearback/ent/typeid"
)

// textColumns are all columns that hold a text of any length, each with why nobody notes who reads it; "noted" for those where
// somebody does.
func textColumns() map[string]string {
	return map[string]string{
		"appeals.words": "noted", "moderation_decisions.edits": "noted", "objections.words": "noted", "responses.body": "noted", "responses.offline_reason": "noted", "voices.story": "noted", "verdicts.words": "noted", "messages.body": "noted",
		"experiences.story": "noted", "experiences.what_was_good": "noted", "experiences.could_be_better": "noted", "experiences.feelings": "noted",
		"authorities.evidence":           "only the two people whom it is about read it",
		"steps.words":                    "only the person who is told reads it",
		"break_glasses.reason":           "the words of a lead, for leads and the author",
		"break_glasses.withheld_because": "the words of a lead, for leads",
		"concerns.reason":                "the words of who raised it, for leads, each of whose acts is written down",
		"concerns.outcome":               "the words of a lead, for leads",
		"concern_entries.words":          "the words of leads and of who raised it, for leads",
		"moderation_decisions.reason":    "the words of a moderator, for the author",
		"responses.reason":               "the words of a moderator, for staff",
		"voices.reason":                  "the words of a moderator, for who speaks",
		"review_requests.reason":         "the words of staff, for the author and the moderators",
		"tallies.figures":                "public numbers, nobody's words",
		"changes.difference":             "public, the words of staff",
		"changes.reason":                 "public, the words of staff",
		"origins.why":                    "public, the words of staff",
		"progress.body":                  "public, the words of staff",
		"measure_readings.note":          "public, the words of staff",
		"evidence.why":                   "public, the words of staff",
		"themings.why":                   "public, the words of staff",
		"priorities.why":                 "public, the words of staff",
		"priorities.reason":              "public, the words of staff",
		"framework_codes.description":    "public",
		"responses.passages":             "places in a text, none of its words",
		"themings.present":               "public: names of who agreed to be named",
		"actions.what":                   "public, the words of staff",
		"actions.reason":                 "public, the words of staff",
		"actions.answer":                 "public, the words of staff",
		"priority_rounds.note":           "public, the words of staff",
		"verdict_rounds.note":            "public, the words of staff",
		"verdict_rounds.waiver":          "public, the words of staff",
		"consent_texts.words":            "public",
		"policy_clauses.body":            "public",
		"signposts.text":                 "public",
	}
}

// A noun with a new text has to say whether people's words are in it: then who reads them is noted.
func TestWhoReadsPeoplesWordsIsNoted(t *testing.T) {
	t.Parallel()
	lines := textColumns()
	db := ent.NewClient()
	noting := map[string]int{
		"appeals": len(db.Appeal.Interceptors()), "moderation_decisions": len(db.Decision.Interceptors()), "objections": len(db.Objection.Interceptors()),
		"responses": len(db.Response.Interceptors()), "voices": len(db.Voice.Interceptors()), "experiences": len(db.Experience.Interceptors()),
		"verdicts": len(db.Verdict.Interceptors()), "messages": len(db.Message.Interceptors()),
	}
	rules := len(db.Service.Interceptors()) // what every noun has
	for _, table := range migrate.Tables {
		for _, c := range table.Columns {
			if !holdsText(c) {
				continue
			}
			name := table.Name + "." + c.Name
			why, said := lines[name]
			switch {
			case !said:
				t.Errorf("%s has no line: note who reads it (rule.NoteReading, and a case in notPublic of ent/rule/reading.go), or say in textColumns() why not", name)
			case why == "noted" && noting[table.Name] <= rules:
				t.Errorf("%s has no interceptor that notes who reads it", name)
			}
			delete(lines, name)
		}
	}
	for name := range lines {
		t.Errorf("%s has a line and is no text", name)
	}
}

func holdsText(c *entschema.Column) bool {
	return c.Type == field.TypeJSON || c.Type == field.TypeString && c.Size >= 1<<31-1
}

// Edits, appeals and objections are words of people: who reads them by their own ids, or by any edge, stands in the log, and the
// author sees it at their experience, also when that is public.
func TestReadingOfEditsAndAppealsIsWrittenDown(t *testing.T) {
	for name, way := range map[string]string{
		"EditsByID":      `query($id: ID!) { node(id: $id) { ... on Decision { edits { before } } } }`,
		"EditsOfPublic":  `query($of: ID!) { node(id: $of) { ... on Experience { id decisions { nodes { edits { after } } } } } }`,
		"EditsOfAppeal":  `query($appeal: ID!) { node(id: $appeal) { ... on Appeal { decision { edits { before } } } } }`,
		"AppealByID":     `query($appeal: ID!) { node(id: $appeal) { ... on Appeal { words } } }`,
		"AppealByEdge":   `query($id: ID!) { node(id: $id) { ... on Decision { appeal { words } } } }`,
		"BothAndMore":    `query($id: ID!, $appeal: ID!) { nodes(ids: [$id, $appeal]) { ... on Decision { edits { before } } ... on Appeal { words } } }`,
		"WithTheStory":   `query($id: ID!, $of: ID!) { nodes(ids: [$id, $of]) { ... on Decision { edits { before } } ... on Experience { story } } }`,
		"WithFragment":   `query($appeal: ID!) { node(id: $appeal) { ...asked } } fragment asked on Appeal { it: words }`,
		"NothingOfWords": `query($id: ID!, $appeal: ID!) { nodes(ids: [$id, $appeal]) { ... on Decision { id reason kind } ... on Appeal { id createdAt } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			tell(t, func(t *testing.T, s *stage) {
				ward := s.place("Ward 7", nil)
				pat, mo := s.contributor("Pat"), s.somebody("Mo", auth.Moderator, ward)
				of := pat.share(ward, "PATIENT", "Nurse Ann was rude.")
				mo.decides(of, 1, vars{"kind": "PUBLISH_WITH_EDITS", "reason": "It names somebody.", "clauseId": s.clause("1.1"), "edits": vars{"story": "A nurse was rude."}})
				id := s.DB.Decision.Query().OnlyIDX(s.system())
				appeal := pat.appeals(id, "She should be named.")
				s.DB.Experience.UpdateOneID(typeid.ID(of)).SetState(experience.StatePublished).ExecX(s.system())
				before := len(s.readings())
				v := vars{}
				for key, value := range (vars{"id": string(id), "of": of, "appeal": appeal}) {
					if strings.Contains(way, "$"+key) {
						v[key] = value
					}
				}
				if a := pat.ask(way, v); len(a.Errors) > 0 || len(s.readings()) != before {
					t.Errorf("the author of the words: %s, and the log says %v", a.Body, s.readings())
				}
				if a := mo.ask(way, v); len(a.Errors) > 0 {
					t.Fatal(a.Body)
				}
				read := s.readings()[before:]
				if name == "NothingOfWords" {
					if len(read) != 0 {
						t.Errorf("the log says %v", read)
					}
					return
				}
				if len(read) != 1 || string(read[0].AboutID) != of || string(read[0].SubjectID) != pat.id || read[0].Role != auditentry.RoleModerator || read[0].PlaceID != ward.ID {
					t.Errorf("the log says %v", read)
				}
				if got := pat.get(`query($id: ID!) { node(id: $id) { ... on Experience { readBy { role } } } }`, vars{"id": of}, "node.readBy").([]any); len(got) != 1 {
					t.Errorf("the author sees %v", got)
				}
				s.whole()
			})
		})
	}
}

// What was public below an experience is hidden with it: then who reads it is written down, and before that nobody is.
func TestReadingBelowAHiddenExperienceIsWrittenDown(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		pat, sam, lou := s.contributor("Pat"), s.somebody("Sam", auth.Staff, ward), s.somebody("Lou", auth.SafeguardingLead, ward)
		mo := s.somebody("Mo", auth.Moderator, ward)
		of := pat.share(ward, "PATIENT", "I waited.")
		mo.publish(of)
		answer := s.DB.Response.Create().SetCreatedAt(s.clock.Now()).SetFingerprint("").SetExperienceID(typeid.ID(of)).SetServiceID(ward.ID).SetAuthorID(typeid.ID(sam.id)).
			SetAuthorName("Sam").SetBody("We are sorry, Pat.").SaveX(s.system())
		ways := []string{
			`query($of: ID!) { node(id: $of) { ... on Experience { id responses { nodes { body } } } } }`,
			`query($id: ID!) { node(id: $id) { ... on Response { body } } }`,
		}
		ask := func(p *person, way string) {
			v := vars{"of": of}
			if strings.Contains(way, "$id") {
				v = vars{"id": string(answer.ID)}
			}
			if a := p.ask(way, v); len(a.Errors) > 0 {
				t.Fatal(a.Body)
			}
		}
		for _, p := range []*person{mo, lou, sam, pat, s.nobody()} {
			for _, way := range ways {
				ask(p, way)
			}
		}
		if read := s.readings(); len(read) != 0 {
			t.Fatalf("it is public, and the log says %v", read)
		}
		s.DB.Experience.UpdateOneID(typeid.ID(of)).SetState(experience.StateSafeguarding).ExecX(s.system())
		for _, way := range slices.Backward(ways) {
			ask(lou, way)
			ask(pat, way)
		}
		read := s.readings()
		if len(read) != 1 || read[0].AboutID != answer.ID || string(read[0].ActorID) != lou.id || read[0].Role != auditentry.RoleSafeguardingLead {
			t.Errorf("the log says %v", read)
		}
		s.whole()
	})
}
