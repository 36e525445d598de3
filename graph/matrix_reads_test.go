package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/generated/ent/session"
	"hearback/ent/typeid"
)

// prefixes tell the type of a Node from its id.
func prefixes() map[string]typeid.Prefix {
	return map[string]typeid.Prefix{
		"Viewer": typeid.Person, "Membership": typeid.Membership, "Service": typeid.Service, "Experience": typeid.Experience, "Decision": typeid.Decision,
		"Concern": typeid.Concern, "ConcernEntry": typeid.ConcernEntry, "BreakGlass": typeid.BreakGlass,
		"Appeal": typeid.Appeal, "PolicyClause": typeid.PolicyClause,
		"Response": typeid.Response, "ReviewRequest": typeid.ReviewRequest, "Change": typeid.Change, "CoProducer": typeid.CoProducer, "Progress": typeid.Progress, "Origin": typeid.Origin, "Measure": typeid.Measure, "MeasureReading": typeid.MeasureReading, "Theme": typeid.Theme, "Evidence": typeid.Evidence, "Theming": typeid.Theming, "PriorityRound": typeid.PriorityRound, "Priority": typeid.Priority, "Attendee": typeid.Attendee, "Action": typeid.Action, "FrameworkCode": typeid.FrameworkCode, "Message": typeid.Message, "VerdictRound": typeid.VerdictRound, "Verdict": typeid.Verdict, "Step": typeid.Step,
		"Voice": typeid.Voice, "Consent": typeid.Consent, "ConsentText": typeid.ConsentText,
		"Export": typeid.Export, "Job": typeid.Job,
		"ServiceToken": typeid.ServiceToken, "Channel": typeid.Channel,
		"Authority": typeid.Authority, "Objection": typeid.Objection,
	}
}

func TestMatrixReads(t *testing.T) {
	lengthy(t, "it asks a great deal, one question after the other")
	tell(t, func(t *testing.T, s *stage) {
		w := stageMatrix(t, s)
		t.Run("EveryFieldOfEverything", w.everyField)
		t.Run("OneByOne", w.oneByOne)
		t.Run("Lists", w.lists)
		t.Run("WhoEndedTheirSessionGets401", w.ended)
		t.Run("SearchAndFiltersSpeakOfWhatIsPublished", w.filters)
		t.Run("NumbersAreTheSameForAll", w.numbers)
		t.Run("CursorsOpenNothing", w.cursors)
		t.Run("TwoExperiencesOfOnePersonShareNothing", w.strangersToEachOther)
		t.Run("TwoVoicesOfOnePersonShareNothing", w.voicesApart)
		t.Run("TheLogHoldsNobodysWords", w.logged)
	})
}

// weighing is what all parts saw of each field of each thing.
type weighing struct {
	*world
	t             *testing.T
	part          string
	full, missing map[string][]string // by thing and field: who got something, who nothing
	lines         map[string]string
	met           map[string]bool // the fields that somebody got
}

// everyField asks as everybody for all things, all that they hold and all that their neighbours hold, and holds each field
// that comes back against its line.
func (w *world) everyField(t *testing.T) {
	s := contract()
	for _, d := range s.PossibleTypes["Node"] {
		if prefixes()[d.Name] == "" || len(w.of(prefixes()[d.Name])) == 0 {
			t.Fatalf("there is no %s on the stage: put some into graph/matrix_stage_test.go, seen by some and hidden from others", d.Name)
		}
	}
	query, ids := w.everything(s)
	all := &weighing{world: w, t: t, full: map[string][]string{}, missing: map[string][]string{}, lines: lines(), met: map[string]bool{}}
	for part := range strings.FieldsSeq(everybody) {
		a := w.asks(t, part, query, ids)
		all.part = part
		all.weigh(a.Data, thing{})
		all.arrived(a.Data, ids)
		all.errors(a)
	}
	all.level(s)
}

// weigh holds an answer against the lines, however deep.
func (w *weighing) weigh(v any, owner thing) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			w.weigh(one, owner)
		}
	case map[string]any:
		if id, ok := v["id"].(string); ok {
			owner = w.things[id]
		}
		w.counted(v)
		for field, value := range v {
			w.field(fmt.Sprint(v["__typename"], ".", field), value, owner)
			w.weigh(value, owner)
		}
	}
}

func (w *weighing) field(name string, value any, of thing) {
	may, ok := w.lines[name]
	if !ok {
		return
	}
	if may != withRow && may != withBoth && !of.may(may, w.part) {
		if value != nil {
			w.t.Errorf("%s must not see %s of %s and gets %v", w.part, name, of.id, value)
		}
		return
	}
	key := of.id + " " + name
	if value == nil && may == withBoth {
		return
	}
	if value == nil {
		w.missing[key] = append(w.missing[key], w.part)
		return
	}
	w.full[key], w.met[name] = append(w.full[key], w.part), true
}

// counted fails when a total tells another number than the rows that are shown.
func (w *weighing) counted(page map[string]any) {
	rows, isPage := page["nodes"].([]any)
	if total, ok := page["totalCount"].(float64); isPage && ok && dig(page, "pageInfo.hasNextPage") == false && int(total) != len(rows) {
		w.t.Errorf("%s sees %d rows and is told of %v: %v", w.part, len(rows), total, page)
	}
}

// arrived fails when somebody sees what is not for them, or does not see what is.
func (w *weighing) arrived(data map[string]any, ids vars) {
	for name, wanted := range ids {
		got, _ := data[name].([]any)
		for i, id := range wanted.([]string) {
			there := i < len(got) && dig(got[i], "id") == id
			if there != has(w.things[id].seen, w.part) {
				w.t.Errorf("%s sees %s: %v, and should: %v", w.part, id, there, !there)
			}
		}
	}
}

// errors are only for the fields that say so on their door.
func (w *weighing) errors(a answer) {
	for _, e := range a.Errors {
		last := fmt.Sprint(e.Path[len(e.Path)-1])
		may, guarded := w.lines["Viewer."+last]
		if e.Extensions["code"] != "FORBIDDEN" || !guarded || has(may, w.part) {
			w.t.Errorf("%s is told %v at %v", w.part, e.Extensions["code"], e.Path)
		}
	}
}

// level fails when some get a field and others who may do not, and when nobody got it at all.
func (w *weighing) level(s *ast.Schema) {
	for key, parts := range w.missing {
		if some := w.full[key]; len(some) > 0 {
			w.t.Errorf("%s: %v get nothing, and %v get it", key, parts, some)
		}
	}
	for _, r := range parts() {
		for f := range strings.FieldsSeq(r.fields) {
			if s.Types[r.of].Fields.ForName(f) != nil && !w.met[r.of+"."+f] {
				w.t.Errorf("nothing on the stage has %s.%s: put one into graph/matrix_stage_test.go", r.of, f)
			}
		}
	}
}

const byID = `query($id: ID!) { node(id: $id) { __typename id } }`

// oneByOne asks for each thing alone. What is hidden answers as what is not there, letter for letter.
func (w *world) oneByOne(t *testing.T) {
	for part := range strings.FieldsSeq(everybody) {
		absent := map[typeid.Prefix]string{}
		for _, p := range []typeid.Prefix{typeid.Session, typeid.Refresh, typeid.AuthorityCode, typeid.SignIn, typeid.Invitation, typeid.Identity, typeid.SignOn, typeid.Passkey, typeid.PasskeyChallenge, typeid.PriorityVote, typeid.Echo, typeid.Tally} {
			absent[p] = w.asks(t, part, byID, vars{"id": typeid.New(p)}).Body
		}
		for _, p := range prefixes() {
			a := w.asks(t, part, byID, vars{"id": typeid.New(p)})
			if absent[p] = a.Body; a.code() != "NOT_FOUND" {
				t.Errorf("%s asks for what is not there: %s", part, a.Body)
			}
		}
		for id, th := range w.things {
			a := w.asks(t, part, byID, vars{"id": id})
			seen := has(th.seen, part) && !slices.Contains([]typeid.Prefix{typeid.Identity, typeid.PriorityVote, typeid.Echo, typeid.Tally}, typeid.ID(id).Prefix()) // to which no id leads
			switch {
			case seen && a.at("node.id") != id:
				t.Errorf("%s does not get %s: %s", part, id, a.Body)
			case !seen && a.Body != absent[typeid.ID(id).Prefix()]:
				t.Errorf("%s can tell %s from what is not there: %s", part, id, a.Body)
			}
		}
		for _, id := range w.sealed() {
			if a := w.asks(t, part, byID, vars{"id": id}); a.Body != absent[id.Prefix()] {
				t.Errorf("%s can tell %s from what is not there: %s", part, id, a.Body)
			}
		}
	}
}

// sealed are rows that are nobody's to ask for.
func (w *world) sealed() (ids []typeid.ID) {
	ctx := w.system()
	return slices.Concat(w.DB.Session.Query().Limit(3).IDsX(ctx), w.DB.Refresh.Query().Limit(3).IDsX(ctx), w.DB.Passkey.Query().IDsX(ctx))
}

// expected is what each list holds for somebody, in any order; nil for a list that is refused.
func (w *world) expected(part string) map[string][]string {
	all := map[string][]string{
		"experiences": {w.published, w.second, w.others, w.away}, "changes": {w.change, w.never, w.sibling}, "whatChangedHere": {},
		"consentTexts": w.of(typeid.ConsentText), "frameworkCodes": w.of(typeid.FrameworkCode),
		"auditLog": nil, "deadJobs": nil, "services": {string(w.trust.ID), string(w.ward.ID), string(w.next.ID), string(w.shut.ID)},
	}
	for _, id := range w.of(typeid.PolicyClause) {
		if id != string(w.clause("1.4")) { // which is no longer in force
			all["policy"] = append(all["policy"], id)
		}
	}
	if has(questions()["deadJobs"], part) {
		all["deadJobs"] = []string{}
	}
	if part == "root" {
		all["deadJobs"] = w.of(typeid.Job)
	}
	if !has(questions()["viewer"], part) {
		return all
	}
	own := map[string][]string{"identities": {}, "memberships": {}, "contributions": {}, "changesMyInputLedTo": {}, "steps": {}, "inbox": nil, "talksElsewhere": nil, "answersReceived": nil, "signalledAnswers": nil, "moderationQueue": nil, "signalled": nil, "safeguardingQueue": nil, "concernsRaised": {}, "responsesGiven": {}, "reviewInbox": nil, "responseQueue": nil, "voices": {}, "voiceQueue": nil, "signalledVoices": nil, "exports": {}}
	own["sessions"] = list(w.DB.Session.Query().Where(session.PersonID(w.person(part)), session.EndedAtIsNil()).IDsX(w.system()))
	own["passkeys"] = list(w.DB.Passkey.Query().Where(passkey.PersonID(w.person(part))).IDsX(w.system()))
	own["actions"] = list(w.DB.Action.Query().Where(action.OwnerID(w.person(part)), action.EndedAtIsNil()).IDsX(w.system()))
	own["authorities"], own["spokenForBy"], own["channels"] = []string{}, []string{}, []string{}
	for id, th := range w.things {
		if kind := typeid.ID(id).Prefix(); th.owner == part && kind == typeid.Step {
			own["steps"] = append(own["steps"], id)
		} else if kind == typeid.Authority && th.owner == part {
			own["authorities"] = append(own["authorities"], id)
		} else if kind == typeid.Authority && has(th.seen, part) {
			own["spokenForBy"] = append(own["spokenForBy"], id)
		} else if th.owner == part && kind == typeid.Voice {
			own["voices"] = append(own["voices"], id)
		} else if th.owner == part && kind == typeid.Membership && part != "former" {
			own["memberships"] = append(own["memberships"], id)
		}
	}
	switch part {
	case "author":
		own["contributions"] = []string{w.published, w.second, w.hidden, w.returned, w.argued, w.lies, w.reviewed, w.guarded}
		own["exports"], own["channels"], own["identities"] = w.of(typeid.Export), []string{w.device}, w.of(typeid.Identity)
		own["changesMyInputLedTo"] = []string{w.change, w.never}
	case "another":
		own["contributions"], own["changesMyInputLedTo"] = []string{w.others}, []string{w.change, w.never}
	case "stranger":
		own["contributions"] = []string{w.elsewhere, w.away}
		own["changesMyInputLedTo"] = []string{w.change, w.never} // by the words added to those of others
	case "staff", "facilitator", "narrow":
		own["inbox"] = []string{w.second, w.others}
	case "above":
		own["inbox"] = []string{w.second, w.others, w.away}
	case "sibling":
		own["inbox"] = []string{w.away}
	case "moderator":
		own["moderationQueue"], own["voiceQueue"] = []string{w.hidden, w.told, w.lapsed}, []string{w.murmur}
		own["signalledVoices"] = []string{w.murmur}
		own["signalled"], own["concernsRaised"] = []string{w.hidden}, []string{"<nil>", "<nil>"} // receipts have no id
	case "lead":
		own["signalled"], own["signalledVoices"], own["safeguardingQueue"] = []string{w.hidden}, []string{w.murmur}, []string{w.concern}
	case "moderatorElsewhere":
		own["moderationQueue"], own["voiceQueue"] = []string{w.elsewhere}, []string{}
		own["signalled"], own["signalledVoices"] = []string{}, []string{}
	}
	own["serviceTokens"] = map[string][]string{"administrator": {w.token, w.revoked}, "root": {w.token, w.revoked}, "administratorElsewhere": {}}[part]
	if has(wardStaff+" narrow sibling", part) {
		own["answersReceived"] = []string{}
		own["reviewInbox"], own["talksElsewhere"] = []string{}, []string{}
	}
	if has(wardStaff+" narrow", part) {
		own["reviewInbox"], own["answersReceived"] = []string{w.lies}, []string{w.reply}
	}
	if has("moderator lead", part) {
		own["signalledAnswers"] = []string{w.reply}
	} else if part == "moderatorElsewhere" {
		own["signalledAnswers"] = []string{}
	}
	switch part {
	case "staff":
		own["responsesGiven"] = []string{w.answer, w.elsewhereTalk, w.toldOf}
	case "facilitator":
		own["responsesGiven"] = []string{w.waiting, w.back}
	case "moderator":
		own["responseQueue"] = []string{w.waiting}
	case "moderatorElsewhere":
		own["responseQueue"] = []string{}
	}
	for name, ids := range own {
		all["viewer."+name] = ids
	}
	return all
}

// lists asks for every list of the contract and wants exactly what is for the viewer, in the nodes, the edges and the total.
func (w *world) lists(t *testing.T) {
	s := contract()
	query := "{ viewer { " + pick(s, "Viewer", 2) + " } "
	for _, f := range []string{"services", "experiences", "changes", "policy", "consentTexts", "frameworkCodes", "whatChangedHere"} {
		query += choose(s, s.Query.Fields.ForName(f), 2)
	}
	query = strings.Replace(query, "whatChangedHere(", fmt.Sprintf("whatChangedHere(serviceId: %q, ", w.trust.ID), 1)
	for part := range strings.FieldsSeq(everybody) {
		administers := ""
		if has(questions()["deadJobs"], part) {
			administers = choose(s, s.Query.Fields.ForName("deadJobs"), 2)
		}
		a := w.asks(t, part, query+administers+"}", nil)
		if part == "blind" && a.code() != "NOT_FOUND" {
			t.Errorf("a token that may not read gets %s", a.Body)
		}
		want := w.expected(part)
		for name, ids := range want {
			slices.Sort(ids)
			if ids == nil {
				if a.at(name) != nil {
					t.Errorf("%s must not have %s and gets %v", part, name, a.at(name))
				}
				continue
			}
			for _, form := range []string{"nodes", "edges"} {
				if got := idsIn(a.at(name+"."+form), form); !slices.Equal(got, ids) {
					t.Errorf("%s: %s.%s holds %v, want %v", part, name, form, got, ids)
				}
			}
			if a.at(name+".totalCount") != float64(len(ids)) {
				t.Errorf("%s: %s.totalCount is %v of %d", part, name, a.at(name+".totalCount"), len(ids))
			}
		}
		w.wholeContract(t, s, want)
	}
}

// wholeContract fails for a list that expected says nothing about.
func (w *world) wholeContract(t *testing.T, s *ast.Schema, want map[string][]string) {
	for at, d := range map[string]*ast.Definition{"": s.Query, "viewer.": s.Types["Viewer"]} {
		for _, f := range d.Fields {
			_, ok := want[at+f.Name]
			_, signedIn := want["viewer.steps"]
			if strings.HasSuffix(f.Type.Name(), "Connection") && !ok && (at == "" || signedIn) {
				t.Errorf("say in expected() of graph/matrix_reads_test.go what %s%s holds for whom", at, f.Name)
			}
		}
	}
}

// idsIn are the ids of nodes or edges, sorted.
func idsIn(v any, form string) []string {
	ids := []string{}
	rows, _ := v.([]any)
	for _, row := range rows {
		if form == "edges" {
			row = dig(row, "node")
		}
		ids = append(ids, fmt.Sprint(dig(row, "id")))
	}
	slices.Sort(ids)
	return ids
}

func (w *world) ended(t *testing.T) {
	for _, query := range []string{`{ viewer { id } }`, `{ experiences { nodes { id } } }`, `{ __typename }`, `mutation { sessionEnd { ended } }`} {
		if a := w.asks(t, "gone", query, nil); a.Status != 401 || a.Data != nil || a.code() != "UNAUTHENTICATED" {
			t.Errorf("%s: %d %s", query, a.Status, a.Body)
		}
	}
}

// filters: whatever is asked, the answer is about what everybody can read, and the same for all.
func (w *world) filters(t *testing.T) {
	all := []string{w.published, w.second, w.others, w.away}
	hiddenWord, openWord := vars{"text": "zqhiddenstory"}, vars{"text": "zqfirststory"}
	for _, c := range []struct {
		where vars
		want  []string
	}{
		{openWord, []string{w.published}},
		{hiddenWord, nil},
		{vars{"text": "zqhiddenname"}, nil},
		{vars{"text": "zqhiddengood"}, nil},
		{vars{"text": "zqhiddenbetter"}, nil},
		{vars{"text": "zqreturnedstory"}, nil},
		{vars{"text": "zqreason"}, nil},
		{vars{"text": "zqedited"}, nil},
		{vars{"text": "zqappeal"}, nil},
		{vars{"text": "zqwhispered"}, nil},
		{vars{"not": hiddenWord}, all},
		{vars{"not": vars{"not": hiddenWord}}, nil},
		{vars{"or": []vars{hiddenWord, openWord}}, []string{w.published}},
		{vars{"or": []vars{hiddenWord, {"not": openWord}}}, []string{w.second, w.others, w.away}},
		{vars{"and": []vars{{"not": openWord}, {"relationship": "FRIEND"}}}, nil},
		{vars{"relationship": []string{"FRIEND", "LEARNER"}}, nil},
		{vars{"not": vars{"relationship": "PATIENT"}}, []string{w.second, w.others, w.away}},
		{vars{"intention": "WORRY"}, nil},
		{vars{"serviceId": w.ward.ID}, []string{w.published, w.second, w.others}},
		{vars{"within": w.trust.ID}, all},
		{vars{"within": w.next.ID}, []string{w.away}},
		{vars{"answered": true}, []string{w.published}},
		{vars{"answered": false}, []string{w.second, w.others, w.away}},
		{vars{"publishedFrom": "2020-01-01T00:00:00Z"}, all},
		{vars{"publishedBefore": "2020-01-01T00:00:00Z"}, nil},
		{vars{"not": vars{"publishedFrom": "2020-01-01T00:00:00Z"}}, nil},
	} {
		slices.Sort(c.want)
		for part := range strings.FieldsSeq(everybody) {
			a := w.asks(t, part, `query($w: ExperienceFilter) { experiences(where: $w, first: 50) { totalCount nodes { id } } }`, vars{"w": c.where})
			if got := idsIn(a.at("experiences.nodes"), "nodes"); !slices.Equal(got, c.want) || a.at("experiences.totalCount") != float64(len(c.want)) {
				t.Errorf("%s asks for %v: %s", part, c.where, a.Body)
			}
		}
	}
}

// numbers about people are the same for everybody who asks.
func (w *world) numbers(t *testing.T) {
	query := `query($c: ID!, $s: ID!) { c: node(id: $c) { ... on Change { originCount { __typename ... on Exact { value } } } }
		s: node(id: $s) { ... on Service { experiences { totalCount } experiencesPerMonth(from: "2026-01", to: "2026-12") { month count { __typename ... on Exact { value } } } } } }`
	ids := vars{"c": w.change, "s": w.ward.ID}
	first := w.asks(t, "nobody", query, ids).Body
	for part := range strings.FieldsSeq(everybody) {
		if body := w.asks(t, part, query, ids).Body; body != first {
			t.Errorf("%s is told %s, and nobody %s", part, body, first)
		}
	}
	if !strings.Contains(first, "Suppressed") {
		t.Errorf("a link to one hidden experience is counted: %s", first)
	}
}

// logged: after all these questions the log holds no words, no addresses and nobody's id.
func (w *world) logged(t *testing.T) {
	text := w.log.String()
	for word := range w.secrets {
		if strings.Contains(text, word) {
			t.Errorf("the log holds %s", word)
		}
	}
	if id := names.FindString(text); id != "" {
		t.Errorf("the log holds %s: %s", id, short(text, id))
	}
}
