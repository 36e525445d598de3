package graph_test

import (
	"slices"
	"strings"
	"testing"

	"hearback/ent/generated/ent/auditentry"
)

// noted says for each verb which act it leaves in the audit log when it is done; or, in small letters, why it leaves none.
func noted() map[string]string {
	const (
		own      = "what people do with their own words and themselves: what becomes of it stands in its own rows, and nobody else's rights change"
		sessions = "a way in of one's own, in the list of sessions; it changes no rights"
		open     = "the words of staff, in public and by name, which nobody unwrites"
	)
	return map[string]string{
		"sessionStart": sessions, "sessionRecover": sessions, "signInRequest": sessions, "signInConfirm": sessions, "sessionRefresh": sessions, "sessionEnd": sessions,
		"signInOidcStart": sessions, "signInOidcFinish": sessions, "sessionRevoke": sessions, "sessionEndOthers": sessions, "viewerRename": own,
		"identityRemove": own, "experienceShare": own, "experienceRevise": own, "consentGive": own, "consentTakeBack": own, "embargoSet": own, "voiceInvite": own, "voiceAdd": own, "voiceRevise": own,
		"experienceAcceptEdits": own, "experienceRefuseEdits": own, "decisionAppeal": own,
		"exportLink":      "the export itself was written down; only its owner gets a link",
		"experienceClaim": "half an hour's reservation, which opens nothing", "experienceRelease": "half an hour's reservation, which opens nothing",
		"reviewRequest": "a question to the moderators, kept with its reason; their decision is written down",
		"responseJudge": own, "responseGive": open, "responseRevise": open, "changePropose": open, "changeLink": open, "changeUnlink": open, "changeTell": open, "changeMove": open,
		"sourceRecord": "the words of somebody else, kept with who wrote them down; a moderator decides on them, and that is written down",
		"themeMeet":    open, "themeCreate": open, "themeName": open, "evidenceAdd": open, "evidenceRemove": open, "themeMerge": open, "themeSplit": open,
		"priorityRoundOpen": open, "priorityRoundTake": open, "priorityPutUp": open, "prioritySecond": open, "priorityTakeBack": open, "priorityChoose": open, "priorityDecline": open,
		"actionAgree": open, "actionTake": open, "actionMove": open, "escalationTake": open, "escalationAnswer": open,
		"questionAsk": "a question that who told it is told of; who reads the talk is written down", "questionAnswer": own, "questionsEnd": own,
		"experienceEcho": own, "experienceEchoTakeBack": own,
		"priorityVote": "one's own votes, which are only counted",
		"measureAdd":   open, "measureRead": open, "changeCoproducerUnname": open,
		"verdictRoundOpen": open, "verdictRoundClose": open, "verdictGive": "one's own answer, which is only counted; who reads its words is written down",
		"voiceWithdraw": "WITHDRAWAL", "experienceWithdraw": "WITHDRAWAL", "processingPause": "RESTRICTION", "processingResume": "RESTRICTION",
		"dataExport": "EXPORT", "personErase": "ERASURE",
		"voicePublish": "DECISION", "voiceReturn": "DECISION", "experienceDecide": "DECISION", "experiencePublish": "DECISION", "experienceReturn": "DECISION",
		"experienceCriticalitySet": "DECISION", "responsePublish": "DECISION", "responseReturn": "DECISION",
		"authorityInvite": "PROXY", "authorityAccept": "PROXY", "authorityDeclare": "PROXY", "authorityTakeOver": "PROXY", "authorityReview": "PROXY", "authorityEnd": "PROXY",
		"authorityShareCode": "PROXY", "authorityCodeRenew": "PROXY", "authorityObject": "PROXY",
		"concernRaise": "CONCERN", "concernAcknowledge": "CONCERN", "concernTakeOver": "CONCERN", "concernHandOver": "CONCERN", "concernReceive": "CONCERN", "concernClose": "CONCERN",
		"identityReveal": "BREAK_GLASS",
		"consentTextAdd": "SETTING", "policyClauseSet": "SETTING", "serviceAdd": "SETTING", "serviceReviewTime": "SETTING", "serviceSuggestions": "SETTING", "signpostSet": "SETTING", "jobReplay": "SETTING",
		"invitationMake": "INVITATION", "invitationAccept": "ROLE_GIVEN", "membershipTrust": "TRUST", "membershipEnd": "ROLE_ENDED",
		"stepsMark": "one's own reading", "channelOpen": "how one is told oneself", "channelClose": "how one is told oneself", "tellingSet": "how one is told oneself",
		"serviceTokenCreate": "TOKEN", "serviceTokenRotate": "TOKEN", "serviceTokenRevoke": "TOKEN",
		"passkeyRegisterFinish": "PASSKEY", "passkeyRemove": "PASSKEY", "passkeyRename": own, "passkeyRegisterStart": "nothing is made yet",
		"signInPasskeyStart": sessions, "signInPasskeyFinish": sessions + "; a passkey that it stops is written down (TestPasskeyThatWasCopied)",
	}
}

// Every verb of the contract leaves its act in the audit log, or says why not.
func TestContractVerbsAreWrittenDown(t *testing.T) {
	t.Parallel()
	lines := noted()
	for _, verb := range fieldsOf(contract().Mutation) {
		act, said := lines[verb]
		switch {
		case !said:
			t.Errorf("%s has no line in noted() of graph/matrix_audit_test.go: which act does it leave in the audit log, or why none?", verb)
		case act == strings.ToUpper(act) && auditentry.ActValidator(auditentry.Act(act)) != nil:
			t.Errorf("%s: there is no act %s", verb, act)
		}
		delete(lines, verb)
	}
	for verb := range lines {
		t.Errorf("there is no verb %s", verb)
	}
}

// newest is the number of the last entry of the audit log.
func (s *stage) newest() int {
	numbers := s.DB.AuditEntry.Query().Order(auditentry.ByNumber()).Select(auditentry.FieldNumber).IntsX(s.system())
	return slices.Max(append(numbers, 0))
}

// leaves fails when a verb that was done did not leave its act behind the entry with the number.
func (s *stage) leaves(t *testing.T, verb string, behind int) {
	t.Helper()
	act := noted()[verb]
	if act != strings.ToUpper(act) {
		return
	}
	if !s.DB.AuditEntry.Query().Where(auditentry.NumberGT(behind), auditentry.ActEQ(auditentry.Act(act))).ExistX(s.system()) {
		t.Errorf("%s is done and leaves no %s in the audit log", verb, act)
	}
}
