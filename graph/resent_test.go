package graph_test

import (
	"maps"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"hearback/ent/typeid"
)

// What happens when the same input is sent again: by a phone that never saw the answer, or by a finger that pressed twice.
const (
	replays = "replayed" // the same answer, which says so; nothing is written
	stays   = "the same" // the same answer or one that says that nothing was left to do; nothing is written
	anew    = "anew"     // it is done once more, for a reason
)

// resent says it of every verb of the contract, with the reason where it is not simply the same answer. All else is the code
// of a refusal, which writes nothing.
func resent() map[string][2]string {
	return map[string][2]string{
		"authorityAccept": {replays}, "authorityDeclare": {replays}, "authorityEnd": {replays}, "authorityObject": {replays}, "authorityReview": {replays},
		"authorityCodeRenew": {anew, "the code is shown once; the one before it ends"},
		"authorityInvite":    {anew, "the code is shown once; the one that nobody saw lapses"},
		"authorityShareCode": {anew, "the code is shown once; the one that nobody saw lapses"},
		"authorityTakeOver":  {"CODE_REFUSED", "the code works once, and its answer holds tokens"},
		"channelOpen":        {stays}, "channelClose": {"NOT_FOUND", "it is gone"}, "tellingSet": {stays}, "stepsMark": {stays},
		"changeLink": {replays}, "changeMove": {replays}, "changePropose": {replays}, "changeTell": {replays},
		"changeUnlink":       {"NOT_FOUND", "the link is gone"},
		"concernAcknowledge": {replays}, "concernClose": {replays}, "concernHandOver": {replays}, "concernReceive": {replays}, "concernTakeOver": {replays},
		"concernRaise": {stays, "staff are not told whether a concern was there before theirs"},
		"consentGive":  {replays}, "consentTakeBack": {replays}, "consentTextAdd": {replays},
		"dataExport": {replays}, "decisionAppeal": {replays}, "embargoSet": {replays},
		"experienceAcceptEdits": {replays}, "experienceCriticalitySet": {replays}, "experienceDecide": {replays}, "experiencePublish": {replays},
		"experienceRefuseEdits": {replays}, "experienceRelease": {replays}, "experienceReturn": {replays}, "experienceRevise": {replays},
		"experienceShare": {replays}, "experienceWithdraw": {replays},
		"experienceClaim":  {anew, "each claim begins its half hour again"},
		"exportLink":       {anew, "the link is shown once; the one before it ends"},
		"identityReveal":   {replays},
		"identityRemove":   {"NOT_FOUND", "it is gone"},
		"invitationAccept": {"CODE_REFUSED", "the code works once"},
		"invitationMake":   {anew, "the code is shown once; the one that nobody saw lapses"},
		"jobReplay":        {stays},
		"membershipEnd":    {stays}, "membershipTrust": {stays},
		"personErase":     {"UNAUTHENTICATED", "who is erased has no way in"},
		"policyClauseSet": {replays}, "processingPause": {replays}, "processingResume": {replays},
		"responseGive": {replays}, "responseJudge": {replays}, "responsePublish": {replays}, "responseReturn": {replays}, "responseRevise": {replays}, "reviewRequest": {replays},
		"serviceAdd": {replays}, "serviceReviewTime": {replays}, "serviceSuggestions": {replays}, "themeMeet": {replays},
		"serviceTokenCreate": {replays, "without the secret, which is shown once"},
		"serviceTokenRotate": {"NOT_NOW", "two secrets work, and the one that nobody saw is one of them"}, "serviceTokenRevoke": {stays},
		"sessionEnd":       {"UNAUTHENTICATED", "the session has ended"},
		"sessionEndOthers": {stays}, "sessionRevoke": {stays},
		"sessionRecover":       {anew, "it is a way in, and its answer holds tokens"},
		"sessionRefresh":       {anew + " CODE_REFUSED", "a refresh token works once; who sends an old one ends the session (RFC 9700 §4.14)"},
		"sessionStart":         {anew, "it is a way in, and its answer holds tokens"},
		"signInConfirm":        {"CODE_REFUSED", "the code works once"},
		"signInRequest":        {anew, "another letter, of which there may be a few an hour"},
		"signInOidcStart":      {"", "no issuer is set up here: signon_test.go"},
		"signInOidcFinish":     {"", "no issuer is set up here: signon_test.go"},
		"signpostSet":          {stays},
		"passkeyRegisterStart": {"", "no domain is set up here: passkey_test.go"}, "passkeyRegisterFinish": {"", "no domain is set up here: passkey_test.go"},
		"signInPasskeyStart": {"", "no domain is set up here: passkey_test.go"}, "signInPasskeyFinish": {"", "no domain is set up here: passkey_test.go"},
		"passkeyRename": {stays}, "passkeyRemove": {"NOT_FOUND", "it is gone"},
		"themeCreate": {replays}, "themeMerge": {replays}, "themeName": {replays}, "themeSplit": {replays}, "evidenceAdd": {replays}, "evidenceRemove": {"NOT_FOUND", "the words are not in the theme any more"},
		"priorityRoundOpen": {replays}, "priorityRoundTake": {replays}, "priorityPutUp": {replays}, "prioritySecond": {replays}, "priorityVote": {replays}, "priorityChoose": {replays}, "priorityTakeBack": {replays}, "priorityDecline": {replays},
		"actionAgree": {replays}, "actionTake": {replays}, "actionMove": {replays}, "escalationTake": {replays}, "escalationAnswer": {replays},
		"questionAsk": {replays}, "questionAnswer": {replays}, "questionsEnd": {replays}, "experienceEcho": {replays}, "experienceEchoTakeBack": {replays},
		"sourceRecord": {replays, "without the code, which is shown once"},
		"verdictGive":  {replays}, "verdictRoundClose": {replays}, "verdictRoundOpen": {replays},
		"measureAdd": {replays}, "measureRead": {replays}, "changeCoproducerUnname": {replays},
		"viewerRename": {stays},
		"voiceAdd":     {replays}, "voicePublish": {replays}, "voiceReturn": {replays}, "voiceRevise": {replays}, "voiceWithdraw": {replays},
		"voiceInvite": {anew, "the code is shown once; the one that nobody saw lapses"},
	}
}

// doable are the first line of each verb that somebody gets done.
func doable() map[string]deed {
	found := map[string]deed{}
	for _, d := range deeds() {
		if _, known := found[d.verb]; !known && d.done != "" {
			found[d.verb] = d
		}
	}
	return found
}

// right is an input of a verb that would do, and who gets it done. A create gets an id of the client's.
func (w *world) right(d deed) (*person, vars) {
	part, in := strings.Fields(d.done)[0], vars{}
	if d.with != nil {
		in = maps.Clone(d.with(w, part))
	}
	if f := contract().Mutation.Fields.ForName(d.verb); fieldOf(f, "id") != nil {
		in["id"] = typeid.New(thingOf(f))
	}
	return w.cast[part], in
}

// fieldOf is a field of the input of a verb; nil when there is none.
func fieldOf(f *ast.FieldDefinition, name string) *ast.FieldDefinition {
	if len(f.Arguments) == 0 {
		return nil
	}
	return contract().Types[f.Arguments[0].Type.Name()].Fields.ForName(name)
}

// thingOf is the prefix of what a verb makes: of the first field of its payload that has an id. Who raises a concern is
// not shown it.
func thingOf(f *ast.FieldDefinition) typeid.Prefix {
	if f.Name == "sourceRecord" {
		return typeid.Experience // of which the answer is the id alone
	}
	for _, field := range contract().Types[f.Type.Name()].Fields {
		if t := contract().Types[field.Type.Name()]; t.Fields.ForName("id") != nil {
			return prefixes()[t.Name]
		}
	}
	return typeid.Concern
}

// eachVerb tells a story of every verb of the contract that somebody gets done.
func eachVerb(t *testing.T, story func(t *testing.T, w *world, d deed, row [2]string)) {
	lengthy(t, "it does everything that the contract can do, several times")
	tell(t, func(t *testing.T, s *stage) {
		w, can, rows := stageMatrix(t, s), doable(), resent()
		for _, f := range contract().Mutation.Fields {
			row, known := rows[f.Name]
			if !known {
				t.Errorf("%s: nobody wrote down what happens when it is sent again", f.Name)
			}
			if delete(rows, f.Name); row[0] == "" {
				continue
			}
			t.Run(f.Name, func(t *testing.T) {
				story(t, w, can[f.Name], row)
				if after := can[f.Name].after; after != nil {
					after(w, strings.Fields(can[f.Name].done)[0])
				}
			})
		}
		if len(rows) > 0 {
			t.Errorf("rows for verbs that are not there: %v", rows)
		}
	})
}

// shownOnce is what a replay cannot show again, because nobody has it.
var shownOnce = regexp.MustCompile(`"(secret|recoveryCode)":"[^"]*"`)

func TestEveryVerbSentAgain(t *testing.T) {
	lengthy(t, "it sends every verb twice, one after the other; what is sent at once has its own story")
	eachVerb(t, func(t *testing.T, w *world, d deed, row [2]string) {
		who, in := w.right(d)
		first := who.ask(document(d.verb), vars{"in": in})
		if first.verdict() != "" || first.Data[d.verb] == nil {
			t.Fatal(first.Body)
		}
		kept := w.dump(t)
		w.clock.pass(time.Second)
		again := who.ask(document(d.verb), vars{"in": in})
		changed, want := changes(kept, w.dump(t)), strings.TrimSpace(strings.TrimPrefix(row[0], anew))
		switch {
		case row[0] == replays:
			said := shownOnce.ReplaceAllString(strings.Replace(first.Body, `"replayed":false`, `"replayed":true`, 1), `"$1":null`)
			if again.at(d.verb+".replayed") != true || again.Body != said {
				t.Errorf("the first answer was\n%s\nthen came\n%s", first.Body, again.Body)
			}
		case row[0] == stays:
			if again.verdict() != "" {
				t.Errorf("then came %s", again.Body)
			}
		case again.verdict() != want:
			t.Errorf("then came %s", again.Body)
		}
		if strings.HasPrefix(row[0], anew) != (len(changed) > 0) {
			t.Errorf("sent again it changed %v", changed)
		}
	})
}

// What is replayed is also done once when it comes four times at the same moment.
func TestEveryVerbSentFourTimesAtOnce(t *testing.T) {
	eachVerb(t, func(t *testing.T, w *world, d deed, row [2]string) {
		if row[0] != replays {
			return
		}
		who, in := w.right(d)
		var answers [4]answer
		var done sync.WaitGroup
		for i := range answers {
			done.Go(func() { answers[i] = who.ask(document(d.verb), vars{"in": in}) })
		}
		done.Wait()
		fresh := 0
		for _, a := range answers {
			if a.verdict() != "" {
				t.Errorf("got %s", a.Body)
			}
			if a.at(d.verb+".replayed") == false {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("it was done %d times", fresh)
		}
	})
}
