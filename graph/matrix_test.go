package graph_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"hearback/auth"
	"hearback/graph"
)

// The rights of everybody on everything. Each line says who may; whoever is not named must not, and the stories in
// matrix_*_test.go try both. What has no line fails TestEverythingHasALine.
//
// The parts, all of them people on one stage (see matrix_stage_test.go): Ward 7 and Ward 8 belong to one trust; "staff",
// "facilitator", "moderator", "lead", "administrator", "integrator", "narrow" and "former" are of Ward 7, "above" and
// "commissioner" of the trust, "root" administers everything, "sibling" and whoever is called elsewhere of Ward 8. "narrow" is staff whose token may only
// read, "blind" a token of the author that may write and not read, "former" was staff. "proxy" speaks for a child, "lapsed" did. "gone" has ended their session: they
// get 401 and nothing else, whatever they ask.
const (
	signedIn  = "stranger author another staff sibling above facilitator moderator moderatorElsewhere lead commissioner administrator administratorElsewhere root integrator narrow former proxy lapsed blind"
	everybody = "nobody " + signedIn
	readers   = "stranger author another staff sibling above facilitator moderator moderatorElsewhere lead commissioner administrator administratorElsewhere root integrator narrow former proxy lapsed" // of what is their own
	writers   = "stranger author another staff sibling above facilitator moderator moderatorElsewhere lead commissioner administrator administratorElsewhere root former proxy lapsed"                   // with a token of their own
	wardStaff = "staff above facilitator"
)

// withRow says that whoever sees the thing sees this part of it. Which things are seen by whom stands on the stage.
const withRow = "whoever sees it"

// withBoth says that whoever sees the thing, and the other thing that this part is, sees it; to others there is none.
const withBoth = "whoever sees both"

// row says who may see these fields of a type; "@owner" is whose it is, "@moderators" are those of its
// place, "@hearers" who answers, moderates or keeps people safe there.
type row struct{ of, fields, may string }

// parts are the lines of all types that hold something.
func parts() []row {
	return []row{
		{"Viewer", "id name anonymous sessions passkeys identities memberships contributions changesMyInputLedTo steps responsesGiven exports concernsRaised unreadSteps channels telling", withRow},
		{"Telling", "language timeZone quietFrom quietUntil paused pausedUntil digestAt pushKey", withRow}, // of the viewer
		{"Channel", "id kind wants createdAt", withRow},
		{"Viewer", "inbox reviewInbox talksElsewhere answersReceived", wardStaff + " sibling narrow"},
		{"Viewer", "moderationQueue responseQueue", "moderator moderatorElsewhere"},
		{"Viewer", "signalled signalledVoices signalledAnswers", "moderator moderatorElsewhere lead"},
		{"Viewer", "safeguardingQueue", "lead"},
		{"Viewer", "serviceTokens", "administrator administratorElsewhere root"},
		{"ServiceToken", "id name scopes service createdAt expiresAt rotatedAt revokedAt lastUsedAt secrets", withRow},
		{"ServiceTokenSecret", "createdAt endsAt", withRow}, // of a token; what the secret is, no field tells
		{"Viewer", "voices authorities spokenForBy actions", withRow},
		{"Viewer", "voiceQueue", "moderator moderatorElsewhere"},
		{"Membership", "id role title service trusted createdAt startsAt endsAt endedAt", withRow},
		{"Identity", "id issuer createdAt", withRow},
		{"Session", "id createdAt lastUsedAt current scopes", withRow},
		{"Session", "passkey", withBoth},
		{"Passkey", "id name createdAt lastUsedAt synced stoppedAt", withRow},
		{"FrameworkCode", "id code category title description", withRow},
		{"Sitter", "side name part", withRow},
		{"Service", "id name kind code closedAt reviewHours suggests parent trail children experiences changes themes priorityRounds priorities actions escalations experiencesPerMonth listening", withRow},
		{"Experience", "form says", withRow},
		{"Experience", "id displayName relationship intention question story whatWasGood couldBeBetter feelings happenedIn state version", withRow},
		{"Experience", "createdAt publishedAt service viewerIsAuthor responses conversation echoes viewerEchoes ledTo themes line", withRow},
		{"Experience", "wantsNoQuestions", "@owner"},
		{"Message", "id part authorName authorTitle body createdAt viewerIsAuthor experience", withRow},
		{"Message", "signals", "@moderators @leads"},
		{"Message", "signposting", "@owner"},
		{"Experience", "decisions identifying", "@owner @moderators"},
		{"Experience", "signals", "@moderators @leads"},
		{"Experience", "signposting", "@owner"},
		{"Signposting", "text language", withRow},
		{"Concern", "id level source reason state version createdAt raisedByName acknowledgeBy dueAt overdue acknowledgedByName acknowledgedAt viewerAcknowledged", withRow},
		{"Concern", "handedTo handedOverAt receivedBy receivedAt outcome closedAt experience entries reveals", withRow},
		{"ConcernEntry", "id kind byName who words createdAt", withRow},
		{"ConcernReceipt", "level state createdAt", withRow}, // of what who asks has raised
		{"BreakGlass", "id seenByName reason withheldBecause createdAt concern", withRow},
		{"Experience", "claim", "@moderators"},
		{"Experience", "authority", "@owner"}, // and its author, who has no way in here
		{"Experience", "objections", "@moderators"},
		{"Authority", "id standing basis scope relationship proxyName subjectName evidence viewerSpeaks comesOfAgeIn reviewAt endsAt endedAt endedBy createdAt", withRow},
		{"Objection", "id words createdAt", withRow},
		{"Objection", "experience", "@moderators"},
		{"Experience", "criticality", "@hearers"},
		{"Experience", "readBy", "@owner"},
		{"Reading", "role place day", withRow},
		{"IdentifyingSpan", "field kind start end hint", withRow},
		{"Experience", "voices", withRow},
		{"Experience", "consents", "@owner"},
		{"Experience", "notBefore", "@owner @moderators"}, // and who reads it for a child: see TestConsentsOfAChild
		{"Voice", "id relationship displayName story state version createdAt viewerIsAuthor", withRow},
		{"Voice", "reason identifying", "@owner @moderators"},
		{"Voice", "signals", "@moderators @leads"},
		{"Voice", "signposting", "@owner"},
		{"Voice", "consents", "@owner"},
		{"Voice", "experience", withBoth},
		{"Consent", "id purpose text givenAt takenBackAt", withRow},
		{"Consent", "experience", withBoth},
		{"Consent", "givenThrough takenBackThrough", withRow},
		{"ConsentText", "id purpose language version words createdAt", withRow},
		{"Line", "stage reason", withRow},
		{"Line", "steps", "@owner"},
		{"Decision", "id kind reason createdAt clause edits answer answeredAt appeal", withRow},
		{"Edit", "field before after diff", withRow},
		{"EditPart", "kind text", withRow},
		{"Appeal", "id words createdAt decision outcome", withRow},
		{"PolicyClause", "id code title text version since until", withRow},
		{"Claim", "viewerHolds until", withRow},
		{"Experience", "dueAt reviewRequest", "@owner @moderators " + wardStaff + " narrow"},
		{"ReviewRequest", "id askedAs service reason createdAt answeredAt answer", withRow},
		{"ReviewRequest", "experience", "@owner @moderators"}, // on the stage it is given back, and no longer the service's to see
		{"Response", "passages", withBoth},
		{"Response", "id authorName authorTitle body state claimsChange offlineReason outcomeAt lastWord lastWordAt version createdAt revisedAt viewerIsAuthor experience", withRow},
		{"Response", "outcomeOf", withBoth},
		{"Response", "reason", "@owner @moderators"},
		{"Response", "givenAs", "@owner @moderators administrator root"},
		{"Change", "id title difference state reason version createdAt movedAt service action coproducers progress origins originCount verdictRounds measures spreadFrom spreadTo", withRow},
		{"Measure", "id what unit kind better ofPeople authorName createdAt change readings chart", withRow},
		{"MeasureReading", "id baseline countedAt numerator denominator value note authorName createdAt corrected corrects measure", withRow},
		{"Chart", "kind centre leftOut runs points", withRow},
		{"ChartPoint", "readingId countedAt baseline value lower upper signals", withRow},
		{"Theme", "id title statement frameworkCode version createdAt service mergedInto evidence history agreement priorities", withRow},
		{"Evidence", "id says why addedByName createdAt theme experience passage", withRow},
		{"Passage", "part start end words standing", withRow},
		{"Theming", "id kind authorName createdAt why title statement moved other present", withRow},
		{"GroupCount", "group says count", withRow},
		{"PriorityRound", "id title decideBy openedByName ownerName createdAt closedAt closedByName note version service priorities attendees voters", withRow},
		{"Priority", "id state sides putUpByName why reason answerBy overdue answeredAt version createdAt service round theme votes hands actions viewerVoted", withRow},
		{"Action", "id what ownerName dueAt overdue state reason endedAt control escalation version createdAt service priority changes", withRow},
		{"Escalation", "to answerBy late answererName answer answeredAt", withRow},
		{"Attendee", "id side name part", withRow},
		{"SideCount", "side count", withRow},
		{"VerdictRound", "id openedByName createdAt closedAt closedByName note waiver askAgainAt change asked enough answered answers verdicts", withRow},
		{"VerdictRound", "viewerVerdict", "author another"},
		{"VerdictCount", "answer count", withRow},
		{"Verdict", "id answer words viewerIsAuthor round", withRow},
		{"CoProducer", "id side name part", withRow},
		{"Progress", "id authorName body movedTo createdAt change", withRow},
		{"Origin", "id why linkedByName createdAt change experience", withRow},
		{"Step", "id kind words createdAt experience response change authority verdictRound theme priority action", withRow},
		{"Step", "readAt", "@owner"},
		{"Export", "id state createdAt readyAt expiresAt fetchedAt size", withRow},
		{"MonthCount", "month count", withRow},
		{"Listening", "quarter begins ends countedAt heard answered unanswered medianHours themed prioritised inAction changed verdictRounds verdicts changesMade changesUnasked prioritiesUndecided inWords", withRow},
		{"Exact", "value", withRow},
		{"Suppressed", "reason", withRow},
	}
}

// answers are types that only ever answer a verb: what is in them was made for who asked.
func answers() []row {
	return []row{
		{"SessionTokens", "accessToken accessTokenExpiresAt refreshToken", withRow},
		{"AuthorIdentity", "email name anonymous", withRow}, // for the lead who broke the glass
		{"InputError", "message code path", withRow},
		{"Suggestion", "experience means words", withRow}, // of a question that staff alone ask
		{"ResponseAdvice", "areas similar", withRow},      // of the draft that who asked has sent
		{"ResponseAreaAdvice", "area found hint", withRow},
		{"SimilarResponse", "response share", withRow},
		{"IdentifyingDetail", "kind start end hint", withRow}, // of the text that who asked has sent
		{"Job", "id kind createdAt runAt attempts failure deadAt doneAt", withRow},
		{"StaleVersion", "message code path currentVersion", withRow},
		{"AuditEntry", "number createdAt act role place about record why hash", withRow},
	}
}

// questions are the queries, each with who gets an answer; TestMatrixReads says which things are in it.
func questions() map[string]string {
	return map[string]string{
		"viewer": readers, "node": everybody, "nodes": everybody, "services": everybody, "experiences": everybody, "changes": everybody, "whatChangedHere": everybody, "policy": everybody, "previewIdentifying": everybody, "signposting": everybody,
		"consentTexts": everybody, "responseAdvice": wardStaff + " narrow", "frameworkCodes": everybody, "suggestions": wardStaff + " narrow",
		"deadJobs": "administrator administratorElsewhere root", // empty to the first two
		"auditLog": "root",
	}
}

// streams are the subscriptions, each with who may listen.
func streams() map[string]string {
	return map[string]string{"stepTaken": readers, "experiencePublished": everybody, "concernMoved": "lead"}
}

// has tells whether a name is among names with a space between.
func has(names, name string) bool { return slices.Contains(strings.Fields(names), name) }

// without is the crowd less some.
func without(crowd, some string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(crowd), func(p string) bool { return has(some, p) }), " ")
}

// lines is who may see each field, by "Type.field".
func lines() map[string]string {
	all := map[string]string{}
	for _, r := range slices.Concat(parts(), answers()) {
		for f := range strings.FieldsSeq(r.fields) {
			all[r.of+"."+f] = r.may
		}
	}
	return all
}

func contract() *ast.Schema { return graph.NewExecutableSchema(graph.Config{}).Schema() }

// fieldsOf are the fields of a type without those of introspection.
func fieldsOf(d *ast.Definition) (names []string) {
	for _, f := range d.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			names = append(names, f.Name)
		}
	}
	return names
}

// holds tells whether a type holds something of its own: pages, payloads and the roots only pass it on.
func holds(s *ast.Schema, d *ast.Definition) bool {
	passes := d == s.Query || d == s.Mutation || d == s.Subscription || d.Name == "PageInfo" || strings.HasPrefix(d.Name, "__") ||
		strings.HasSuffix(d.Name, "Connection") || strings.HasSuffix(d.Name, "Edge") || strings.HasSuffix(d.Name, "Payload")
	return d.Kind == ast.Object && (!passes || slices.Contains(d.Interfaces, "Node"))
}

func TestEverythingHasALine(t *testing.T) {
	t.Parallel()
	s, unused := contract(), lines()
	for _, d := range s.Types {
		if !holds(s, d) {
			continue
		}
		for _, f := range fieldsOf(d) {
			if _, ok := unused[d.Name+"."+f]; !ok {
				t.Errorf("%s.%s has no line: say in parts() of graph/matrix_test.go who may see it, and put one on the stage in graph/matrix_stage_test.go", d.Name, f)
			}
			delete(unused, d.Name+"."+f)
		}
	}
	for name := range unused {
		t.Errorf("the line of %s speaks of nothing: take it out of graph/matrix_test.go", name)
	}
}

func TestEveryDoorHasALine(t *testing.T) {
	t.Parallel()
	verbs := map[string]string{}
	for _, d := range deeds() {
		verbs[d.verb] = d.done
	}
	s := contract()
	for _, door := range []struct {
		root  *ast.Definition
		lines map[string]string
		where string
	}{
		{s.Query, questions(), "questions() of graph/matrix_test.go and what it gives in expected() of graph/matrix_reads_test.go"},
		{s.Mutation, verbs, "deeds() of graph/matrix_deeds_test.go, with all that it can be tried on"},
		{s.Subscription, streams(), "streams() of graph/matrix_test.go"},
	} {
		for _, f := range fieldsOf(door.root) {
			if _, ok := door.lines[f]; !ok {
				t.Errorf("%s.%s has no line: say who may in %s", door.root.Name, f, door.where)
			}
			delete(door.lines, f)
		}
		for name := range door.lines {
			t.Errorf("the line of %s.%s speaks of nothing: take it out", door.root.Name, name)
		}
	}
}

// Every line names parts that are on the stage.
func TestLinesNameKnownParts(t *testing.T) {
	t.Parallel()
	var crowds []string
	for _, may := range lines() {
		if may != withRow && may != withBoth {
			crowds = append(crowds, may)
		}
	}
	crowds = slices.AppendSeq(crowds, maps.Values(questions()))
	crowds = slices.AppendSeq(crowds, maps.Values(streams()))
	for _, d := range deeds() {
		crowds = append(crowds, d.done, d.missing)
		crowds = slices.AppendSeq(crowds, maps.Values(d.told))
	}
	for name := range strings.FieldsSeq(strings.Join(crowds, " ")) {
		if !has(everybody+" @owner @moderators @leads @hearers", name) {
			t.Errorf("nobody on the stage is called %q", name)
		}
	}
}

// Every verb and every stream has a notice on its door that names scopes which exist.
func TestEveryVerbHasANotice(t *testing.T) {
	t.Parallel()
	s := contract()
	for _, f := range slices.Concat(s.Mutation.Fields, s.Subscription.Fields) {
		notice := f.Directives.ForName("allow")
		if notice == nil || notice.Arguments.ForName("to") == nil || len(notice.Arguments.ForName("to").Value.Children) == 0 {
			t.Errorf("%s has no @allow(to: …): say in schema.graphqls for whom the door is", f.Name)
			continue
		}
		if scope := notice.Arguments.ForName("scope"); scope != nil && !auth.AllScopes().Has(auth.Scope(scope.Value.Raw)) {
			t.Errorf("%s asks for the scope %s, which does not exist", f.Name, scope.Value.Raw)
		}
	}
}

// Every exported method of a resolver answers a field: nothing stands open beside the contract.
func TestEveryMethodAnswersAField(t *testing.T) {
	t.Parallel()
	s, house := contract(), reflect.ValueOf(&graph.House{})
	root := reflect.TypeFor[graph.ResolverRoot]()
	common := map[string]bool{"Handler": true}
	for m := range root.Methods() {
		common[m.Name] = true
	}
	for m := range house.Type().Methods() {
		if !common[m.Name] {
			t.Errorf("House.%s answers nothing: make it unexported", m.Name)
		}
	}
	for m := range root.Methods() {
		answers := house.MethodByName(m.Name).Call(nil)[0].Elem().Type()
		for own := range answers.Methods() {
			answersField := slices.ContainsFunc(fieldsOf(s.Types[m.Name]), func(f string) bool { return strings.EqualFold(f, own.Name) })
			if !answersField && !common[own.Name] {
				t.Errorf("%s.%s answers no field of %s: make it unexported", answers, own.Name, m.Name)
			}
		}
	}
}
