package graph_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/session"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// deed is one verb on one target: what it is tried with (made afresh for each try), who gets it done, to whom the target is
// not there, and who is told what to mend. All others are refused: FORBIDDEN, and UNAUTHENTICATED for nobody.
type deed struct {
	verb, on, done, missing string
	told                    map[string]string // codes, and whom they are told
	each                    bool              // everybody is tried on something else
	with                    func(w *world, part string) vars
	after                   func(w *world, part string) // what has to be put back for the next
}

// deeds are the lines of all verbs. A verb has one line for each kind of target that makes a difference.
func deeds() []deed {
	own := without(everybody, "integrator narrow blind") // a session of one's own, or none
	const holders = "staff sibling above facilitator moderator moderatorElsewhere lead commissioner administrator administratorElsewhere root"
	return slices.Concat(safeguardingDeeds(), familyDeeds(), verdictDeeds(), themeDeeds(), priorityDeeds(), actionDeeds(), talkDeeds(), measureDeeds(), toldDeeds(), []deed{
		{verb: "sessionStart", done: everybody},
		{verb: "sessionRecover", done: everybody, with: recoveryCode},
		{verb: "signInRequest", done: everybody, each: true, with: address},
		{verb: "signInConfirm", done: own, with: letter},
		{verb: "signInOidcStart", told: map[string]string{"NOT_NOW": own}, with: func(*world, string) vars { return vars{} }}, // no issuer was set up; the stories are in signon_test.go
		{verb: "signInOidcFinish", told: map[string]string{"NOT_NOW": own}, with: func(*world, string) vars {
			return vars{"request": "hbo_", "state": "", "code": ""}
		}},
		// no domain was set up for passkeys; the stories are in passkey_test.go
		{verb: "passkeyRegisterStart", told: map[string]string{"NOT_NOW": holders}},
		{verb: "passkeyRegisterFinish", told: map[string]string{"NOT_NOW": holders}, with: func(*world, string) vars { return vars{"name": "Phone", "credential": "{}"} }},
		{verb: "signInPasskeyStart", told: map[string]string{"NOT_NOW": everybody}},
		{verb: "signInPasskeyFinish", told: map[string]string{"NOT_NOW": everybody}, with: func(*world, string) vars { return vars{"credential": "{}"} }},
		{verb: "passkeyRename", on: "a passkey of staff", done: "staff", missing: without(own, "nobody staff"), with: func(w *world, _ string) vars {
			return vars{"passkeyId": w.passkeyOf("staff", "Phone").ID, "name": "Tablet"}
		}},
		{verb: "passkeyRemove", on: "a passkey of staff", done: "staff", missing: without(own, "nobody staff"), with: func(w *world, _ string) vars {
			w.DB.Person.UpdateOneID(w.person("staff")).SetEmail("staff@example.org").ExecX(w.system()) // another way in
			return vars{"passkeyId": w.passkeyOf("staff", "Phone").ID}
		}},
		{verb: "sessionRefresh", done: everybody, with: refreshToken},
		{verb: "sessionEnd", done: signedIn, after: reopen},
		{verb: "sessionRevoke", on: "a session of the author", done: "author", missing: without(own, "nobody author"), with: func(w *world, _ string) vars {
			return vars{"sessionId": w.another(w.t, "author", auth.SessionScopes()).session}
		}},
		{verb: "identityRemove", on: "an account of the author", done: "author", missing: without(own, "nobody author"), with: func(w *world, _ string) vars {
			theirs := w.DB.Identity.Create().SetCreatedAt(w.clock.Now()).SetPersonID(w.person("author")).SetIssuer("https://login.example.org").SetSubjectHash(string(typeid.New(typeid.Identity))).SaveX(w.system())
			w.see("author", "author", "", string(theirs.ID))
			return vars{"identityId": theirs.ID}
		}},
		{verb: "sessionEndOthers", done: without(own, "nobody"), each: true, with: anotherWayIn, after: func(w *world, _ string) { reopen(w, "blind") }},
		{verb: "viewerRename", done: writers + " blind", each: true, with: func(_ *world, part string) vars { return vars{"name": "Called " + part} }},

		{verb: "experienceShare", done: writers + " blind", with: func(w *world, _ string) vars {
			return vars{"serviceId": w.ward.ID, "relationship": "PATIENT", "story": "It was loud."}
		}},
		{verb: "experienceRevise", on: "hidden words", done: "author", missing: without(writers+" blind", "author moderator lead"), with: with(fresh, vars{"story": "It was very loud."})},
		{verb: "experienceRevise", on: "published words", told: map[string]string{"NOT_NOW": "author blind"}, with: func(w *world, _ string) vars {
			return vars{"experienceId": w.published, "expectedVersion": 2, "story": "It was very loud."}
		}},
		{verb: "experiencePublish", on: "hidden words", done: "moderator", missing: "moderatorElsewhere", with: with(fresh, nil)},
		{verb: "experiencePublish", on: "their own words", each: true, with: with(theirOwn, nil), missing: "moderatorElsewhere"},
		{verb: "experiencePublish", on: "published words", told: map[string]string{"NOT_NOW": "moderatorElsewhere"}, with: func(w *world, _ string) vars {
			return vars{"experienceId": w.away, "expectedVersion": 2}
		}},
		{verb: "experienceReturn", on: "hidden words", done: "moderator", missing: "moderatorElsewhere", with: with(fresh, vars{"reason": "It names a nurse."})},
		{verb: "experienceReturn", on: "their own words", each: true, with: with(theirOwn, vars{"reason": "It names a nurse."}), missing: "moderatorElsewhere"},
		{verb: "experienceDecide", on: "hidden words", done: "moderator", missing: "moderatorElsewhere", with: with(fresh, vars{"kind": "HOLD", "reason": "We ask the ward first."})},
		{verb: "experienceDecide", on: "published words", done: "moderator", with: with(heard, vars{"kind": "REJECT", "reason": "It is about another ward.", "expectedVersion": 2, "clauseId": someClause})},
		{verb: "experienceDecide", on: "their own words", each: true, with: with(theirOwn, vars{"kind": "HOLD", "reason": "We ask the ward first."}), missing: "moderatorElsewhere"},
		{verb: "experienceDecide", on: "words that somebody else reads", told: map[string]string{"NOT_NOW": "moderator"}, missing: "moderatorElsewhere", with: with(read, vars{"kind": "HOLD", "reason": "We ask the ward first."})},
		{verb: "experienceDecide", on: "an appeal against themselves", told: map[string]string{"SECOND_MODERATOR": "moderator"}, missing: "moderatorElsewhere", with: with(asked, vars{"kind": "PUBLISH", "expectedVersion": 3})},
		{verb: "experienceAcceptEdits", done: "author", missing: without(writers+" blind", "author moderator lead"), with: with(offered, vars{"expectedVersion": 2})},
		{verb: "experienceRefuseEdits", done: "author", missing: without(writers+" blind", "author moderator lead"), with: with(offered, vars{"expectedVersion": 2})},
		{verb: "decisionAppeal", done: "author", missing: without(writers+" blind", "author moderator"), with: func(w *world, part string) vars {
			id := offered(w, part)
			return vars{"decisionId": w.DB.Decision.Query().Where(decision.ExperienceID(typeid.ID(id))).OnlyIDX(w.system()), "words": "Nobody is named."}
		}},
		{verb: "experienceClaim", on: "hidden words", done: "moderator", missing: "moderatorElsewhere", with: with(fresh, unversioned)},
		{verb: "experienceClaim", on: "their own words", each: true, missing: "moderatorElsewhere", with: with(theirOwn, unversioned)},
		{verb: "experienceClaim", on: "words that somebody else reads", told: map[string]string{"NOT_NOW": "moderator"}, missing: "moderatorElsewhere", with: with(read, unversioned)},
		{verb: "experienceRelease", done: "moderator", missing: "moderatorElsewhere", with: func(w *world, part string) vars {
			id := fresh(w, part)
			w.cast["moderator"].claims("Claim", id)
			return vars{"experienceId": id}
		}},
		{verb: "experienceRelease", on: "words that somebody else reads", told: map[string]string{"NOT_NOW": "moderator"}, missing: "moderatorElsewhere", with: with(read, unversioned)},
		{verb: "experienceCriticalitySet", on: "hidden words", done: "moderator", missing: "moderatorElsewhere", with: with(fresh, vars{"expectedVersion": nil, "criticality": "STRONG"})},
		{verb: "experienceCriticalitySet", on: "published words", done: "moderator", with: with(heard, vars{"expectedVersion": nil, "criticality": "STRONG"})},
		{verb: "experienceCriticalitySet", on: "their own words", each: true, missing: "moderatorElsewhere", with: with(theirOwn, vars{"expectedVersion": nil, "criticality": "STRONG"})},
		{verb: "policyClauseSet", done: "root", with: func(*world, string) vars {
			return vars{"code": "9.9", "expectedVersion": 0, "title": "No rhymes", "text": "We do not publish rhymes."}
		}},
		{verb: "consentGive", done: "author", missing: without(writers+" blind", "author moderator lead"), with: bare(vars{"purpose": "RESEARCH_EXPORT"})},
		{verb: "consentTakeBack", done: "author", missing: without(writers+" blind", "author moderator lead"), with: bare(vars{"purpose": "PUBLISH"})},
		{verb: "embargoSet", done: "author", missing: without(writers+" blind", "author moderator lead"), with: bare(vars{"notBefore": "2026-12-24T00:00:00Z"})},
		{verb: "voiceInvite", done: "author", missing: without(writers+" blind", "author moderator lead"), with: bare(nil)},
		{verb: "voiceAdd", done: without(writers, "author"), told: map[string]string{"NOT_NOW": "author blind"}, each: true, with: func(w *world, part string) vars {
			return vars{"code": w.cast["author"].asksIn(fresh(w, part)), "relationship": "CARER", "story": "I was there too."}
		}},
		{verb: "voiceRevise", on: "a voice that waits", done: "stranger", missing: without(writers+" blind", "stranger moderator"), with: besideFresh("stranger", vars{"expectedVersion": 1, "story": "I was there."})},
		{verb: "voiceRevise", on: "a published voice", told: map[string]string{"NOT_NOW": "stranger"}, with: func(w *world, _ string) vars {
			return vars{"voiceId": w.voice, "expectedVersion": 2, "story": "I was there."}
		}},
		{verb: "voiceWithdraw", done: "stranger", missing: without(writers+" blind", "stranger moderator"), with: besideFresh("stranger", nil)},
		{verb: "voicePublish", on: "a voice that waits", done: "moderator", missing: "moderatorElsewhere", with: besideFresh("stranger", vars{"expectedVersion": 1})},
		{verb: "voicePublish", on: "their own voice", missing: "moderatorElsewhere", with: besideFresh("moderator", vars{"expectedVersion": 1})},
		{verb: "voiceReturn", on: "a voice that waits", done: "moderator", missing: "moderatorElsewhere", with: besideFresh("stranger", vars{"expectedVersion": 1, "reason": "It names a nurse."})},
		{verb: "voiceReturn", on: "their own voice", missing: "moderatorElsewhere", with: besideFresh("moderator", vars{"expectedVersion": 1, "reason": "It names a nurse."})},
		{verb: "responseGive", on: "published words", done: wardStaff, with: func(w *world, _ string) vars { return vars{"experienceId": w.published, "body": "Thank you."} }},
		{verb: "responseGive", on: "hidden words", missing: wardStaff + " sibling", with: func(w *world, _ string) vars { return vars{"experienceId": w.hidden, "body": "Thank you."} }},

		{verb: "responseJudge", on: "an answer to the author", done: "author blind", each: true, with: func(w *world, _ string) vars {
			return vars{"responseId": publishedAnswer(w), "lastWord": "YES"}
		}},
		{verb: "responseJudge", on: "an answer that waits", missing: without(writers+" blind", "facilitator moderator"), with: func(w *world, _ string) vars {
			return vars{"responseId": waitingAnswer(w), "lastWord": "YES"}
		}},
		{verb: "responseRevise", on: "an answer that waits", done: "facilitator", missing: "staff above sibling", with: withAnswer(waitingAnswer, vars{"body": "It has begun well."})},
		{verb: "responseRevise", on: "a published answer", done: "staff", with: withAnswer(publishedAnswer, vars{"body": "Thank you very much."})},
		{verb: "responsePublish", on: "an answer that waits", done: "moderator", missing: "moderatorElsewhere", with: withAnswer(waitingAnswer, nil)},
		{verb: "responsePublish", on: "a published answer", told: map[string]string{"NOT_NOW": "moderator"}, with: withAnswer(publishedAnswer, nil)},
		{verb: "responseReturn", on: "an answer that waits", done: "moderator", missing: "moderatorElsewhere", with: withAnswer(waitingAnswer, vars{"reason": "Say sorry first."})},
		{verb: "reviewRequest", on: "words that lie with the ward", done: wardStaff, missing: "sibling", with: func(w *world, _ string) vars {
			return vars{"experienceId": w.lying("zqlies"), "reason": "It names a nurse."}
		}},
		{verb: "reviewRequest", on: "hidden words", missing: wardStaff + " sibling", with: func(w *world, _ string) vars {
			return vars{"experienceId": w.hidden, "reason": "It names a nurse."}
		}},

		{verb: "changePropose", done: wardStaff, with: func(w *world, _ string) vars {
			return vars{"serviceId": w.ward.ID, "title": "A clock", "difference": "Everybody knows the time.", "coproducers": []vars{{"side": "STAFF", "name": "Sam"}, {"side": "PATIENT_FAMILY", "name": "Rose"}}}
		}},
		{verb: "changeLink", on: "published words", done: wardStaff, with: func(w *world, _ string) vars {
			return vars{"changeId": w.cast["staff"].propose(w.ward, "A clock"), "experienceId": w.published, "why": "You asked for it."}
		}},
		{verb: "changeLink", on: "hidden words", missing: wardStaff, with: func(w *world, _ string) vars {
			return vars{"changeId": w.change, "experienceId": w.elsewhere, "why": "You asked for it."}
		}},
		{verb: "changeUnlink", on: "a link", done: wardStaff, with: func(w *world, _ string) vars {
			staff := w.cast["staff"]
			return vars{"originId": staff.link(staff.propose(w.ward, "A clock"), w.published, "You asked for it."), "why": "It was another ward."}
		}},
		{verb: "changeUnlink", on: "a link to hidden words", missing: wardStaff + " sibling", with: func(w *world, _ string) vars {
			return vars{"originId": w.shadow, "why": "It was another ward."}
		}},
		{verb: "changeTell", done: wardStaff, with: func(w *world, _ string) vars { return vars{"changeId": w.change, "body": "It hangs straight now."} }},
		{verb: "changeMove", done: wardStaff, with: func(w *world, _ string) vars {
			return vars{"changeId": w.cast["staff"].propose(w.ward, "A clock"), "expectedVersion": 1, "to": "MADE"}
		}},

		{verb: "consentTextAdd", done: "root", with: func(*world, string) vars { return vars{"purpose": "PUBLISH", "language": "cy", "words": "Iawn."} }},
		{verb: "experienceWithdraw", on: "hidden words", done: "author", missing: without(writers+" blind", "author moderator lead"), with: with(fresh, nil)},
		{verb: "experienceWithdraw", on: "published words", done: "author blind", with: openWords},
		{verb: "processingPause", on: "hidden words", done: "author", missing: without(writers+" blind", "author moderator lead"), with: with(fresh, nil)},
		{verb: "processingPause", on: "published words", done: "author blind", with: openWords},
		{verb: "processingResume", on: "paused words", done: "author", missing: without(writers+" blind", "author"), with: paused},
		{verb: "dataExport", done: writers, after: func(w *world, _ string) { w.DB.Export.Update().SetState("ENDED").ExecX(w.system()) }},
		{verb: "exportLink", on: "one's own", done: writers, each: true, with: func(w *world, part string) vars { return w.file(w.me(part)) }},
		{verb: "exportLink", on: "somebody else's", missing: writers, with: func(w *world, _ string) vars { return w.file(w.person("gone")) }},
		{verb: "jobReplay", done: "root", with: func(w *world, _ string) vars { return vars{"jobId": w.of(typeid.Job)[0]} }},

		{verb: "serviceAdd", on: "a place in the ward", done: "administrator root", with: func(w *world, _ string) vars { return vars{"parentId": w.ward.ID, "name": "Bay 1", "kind": "WARD"} }},
		{verb: "serviceAdd", on: "a new root", done: "root", with: func(*world, string) vars { return vars{"name": "Another trust", "kind": "PROVIDER"} }},
		{verb: "serviceSuggestions", done: "administrator root", with: func(w *world, _ string) vars {
			w.DB.Service.UpdateOne(w.ward).SetSuggests(false).ExecX(w.system())
			return vars{"serviceId": w.ward.ID, "on": true}
		}},
		{verb: "serviceReviewTime", done: "administrator root", with: func(w *world, part string) vars { return vars{"serviceId": w.ward.ID, "hours": 24 + len(part)} }},
		{verb: "serviceTokenCreate", on: "the ward", done: "administrator root", with: func(w *world, _ string) vars { return w.tokenFor(vars{"serviceId": w.ward.ID}) }},
		{verb: "serviceTokenCreate", on: "the trust above", done: "root", with: func(w *world, _ string) vars { return w.tokenFor(vars{"serviceId": w.trust.ID}) }},
		{verb: "serviceTokenCreate", on: "the whole installation", done: "root", with: func(w *world, _ string) vars { return w.tokenFor(nil) }},
		{verb: "serviceTokenCreate", on: "the ward, to moderate", told: map[string]string{"INVALID": "administrator administratorElsewhere root"}, with: func(w *world, _ string) vars {
			return w.tokenFor(vars{"serviceId": w.ward.ID, "scopes": []string{"moderation:write"}})
		}},
		{verb: "serviceTokenRotate", on: "a token of the ward", done: "administrator root", missing: "administratorElsewhere", with: func(w *world, _ string) vars {
			id, _ := w.mint()
			return vars{"serviceTokenId": id, "overlapHours": 1}
		}},
		{verb: "serviceTokenRevoke", on: "a token of the ward", done: "administrator root", missing: "administratorElsewhere", with: func(w *world, _ string) vars {
			id, _ := w.mint()
			return vars{"serviceTokenId": id}
		}},
		{verb: "invitationMake", on: "the ward", done: "administrator root", with: func(w *world, _ string) vars { return vars{"role": "STAFF", "serviceId": w.ward.ID} }},
		{verb: "invitationMake", on: "the trust above", done: "root", with: func(w *world, _ string) vars { return vars{"role": "STAFF", "serviceId": w.trust.ID} }},
		{verb: "invitationMake", on: "the whole installation", done: "root", with: func(*world, string) vars { return vars{"role": "ADMINISTRATOR"} }},
		{verb: "invitationAccept", done: own, with: invitationCode, after: putBack},
		{verb: "membershipEnd", on: "a role on the ward", done: "administrator root", missing: "administratorElsewhere", with: func(w *world, _ string) vars {
			return vars{"membershipId": w.DB.Membership.Create().SetCreatedAt(w.clock.Now()).SetPersonID(w.person("gone")).SetServiceID(w.ward.ID).SetRole(membership.RoleStaff).SaveX(w.system()).ID}
		}},
		{verb: "membershipTrust", on: "a role on the ward", done: "administrator moderator root", missing: "administratorElsewhere moderatorElsewhere", with: func(w *world, _ string) vars {
			return vars{"trusted": true, "membershipId": w.DB.Membership.Create().SetCreatedAt(w.clock.Now()).SetPersonID(w.person("gone")).SetServiceID(w.ward.ID).SetRole(membership.RoleStaff).SaveX(w.system()).ID}
		}},
		{verb: "membershipTrust", on: "a role in the trust above", done: "root", missing: "administrator administratorElsewhere moderator moderatorElsewhere", with: func(w *world, _ string) vars {
			return vars{"trusted": false, "membershipId": w.DB.Membership.Query().Where(membership.PersonID(w.person("above"))).OnlyIDX(w.system())}
		}},
		{verb: "membershipEnd", on: "a role in the trust above", done: "root", missing: "administrator administratorElsewhere", with: func(w *world, _ string) vars {
			return vars{"membershipId": w.DB.Membership.Query().Where(membership.PersonID(w.person("above"))).OnlyIDX(w.system())}
		}},
		{verb: "personErase", done: writers, each: true, with: func(*world, string) vars { return vars{"confirm": "ERASE ME"} }, after: comeBack},
	})
}

// with makes the input of a verb on an experience that was just made.
func with(made func(*world, string) string, more vars) func(*world, string) vars {
	return func(w *world, part string) vars {
		in := vars{"experienceId": made(w, part), "expectedVersion": 1}
		for name, v := range more {
			if in[name] = v; v == nil {
				delete(in, name)
			} else if made, ok := v.(func(*world) any); ok {
				in[name] = made(w)
			}
		}
		return in
	}
}

// bare makes the input of a verb that takes no version, on an experience that was just made.
func bare(more vars) func(*world, string) vars {
	return func(w *world, part string) vars {
		in := vars{"experienceId": fresh(w, part)}
		maps.Copy(in, more)
		return in
	}
}

// withAnswer makes the input of a verb on an answer that was just given.
func withAnswer(given func(*world) string, more vars) func(*world, string) vars {
	return func(w *world, _ string) vars {
		in := vars{"responseId": given(w), "expectedVersion": 1}
		maps.Copy(in, more)
		return in
	}
}

// besideFresh makes the input of a verb on a voice that somebody just added to an experience of the author.
func besideFresh(speaker string, more vars) func(*world, string) vars {
	return func(w *world, part string) vars {
		in := vars{"voiceId": w.cast[speaker].speaks(w.cast["author"].asksIn(fresh(w, part)), "I was there too.", vars{"displayName": "Anonymous"})}
		w.see(speaker+" moderator", speaker, "moderator", in["voiceId"].(string))
		maps.Copy(in, more)
		return in
	}
}

// waitingAnswer is an answer of the facilitator that waits for a moderator.
func waitingAnswer(w *world) string {
	id := w.cast["facilitator"].answers(w.second, "It has begun.", true).at("responseGive.response.id").(string)
	w.see("facilitator moderator", "facilitator", "moderator", id)
	return id
}

// publishedAnswer is an answer of the staff that everybody reads.
func publishedAnswer(w *world) string {
	id := w.cast["staff"].answers(w.published, "Thank you.", false).at("responseGive.response.id").(string)
	w.see(everybody, "staff", "moderator", id)
	return id
}

// fresh is an experience of the author that waits for a moderator.
func fresh(w *world, _ string) string {
	id := w.loud("author")
	w.see("author moderator lead", "author", "moderator", id)
	return id
}

func (w *world) loud(part string) string {
	return w.cast[part].act(shareQuery, vars{"in": vars{"serviceId": w.ward.ID, "relationship": "PATIENT", "story": "It was loud."}}, "experienceShare.experience.id").(string)
}

// theirOwn is an experience of whoever will decide on it, or of the author for who cannot share any.
func theirOwn(w *world, part string) string {
	if part != "moderator" {
		return fresh(w, part)
	}
	return w.loud(part)
}

// unversioned is for verbs that do not ask for a version.
var unversioned = vars{"expectedVersion": nil}

var someClause = func(w *world) any { return w.clause("1.1") }

// heard is an experience of the author that everybody can read.
func heard(w *world, _ string) string {
	id := w.loud("author")
	w.see(everybody, "author", "moderator", id)
	w.cast["moderator"].publish(id)
	return id
}

// read is an experience of the author that somebody reads who is neither moderator of the matrix.
func read(w *world, part string) string {
	id := fresh(w, part)
	w.DB.Experience.UpdateOneID(typeid.ID(id)).SetClaimedByID(w.person("gone")).SetClaimedAt(w.clock.Now()).ExecX(w.system())
	return id
}

// offered is an experience of the author for which the moderator offers other words.
func offered(w *world, part string) string {
	id := fresh(w, part)
	w.cast["moderator"].decides(id, 1, vars{"kind": "PUBLISH_WITH_EDITS", "reason": "It is too loud.", "clauseId": w.clause("2.2"), "edits": vars{"story": "It was quiet."}})
	w.see("author moderator", "author", "moderator", list(w.DB.Decision.Query().Where(decision.ExperienceID(typeid.ID(id))).IDsX(w.system()))...)
	return id
}

// asked is one that its author appealed.
func asked(w *world, part string) string {
	id := offered(w, part)
	w.cast["author"].appeals(w.DB.Decision.Query().Where(decision.ExperienceID(typeid.ID(id))).OnlyIDX(w.system()), "Nobody is named.")
	return id
}

// heard is an experience of the author that everybody reads.
func openWords(w *world, part string) vars {
	id := fresh(w, part)
	w.cast["moderator"].publish(id)
	w.see(everybody, "author", "moderator", id)
	return vars{"experienceId": id, "expectedVersion": 2}
}

// paused is an experience of the author with which nothing is to be done for now.
func paused(w *world, part string) vars {
	id := fresh(w, part)
	w.cast["author"].act(pauseQuery, vars{"in": vars{"experienceId": id, "expectedVersion": 1}}, "")
	w.see("author", "author", "moderator", id)
	return vars{"experienceId": id, "expectedVersion": 2}
}

// file is somebody's export that can be fetched.
func (w *world) file(whose typeid.ID) vars {
	at := w.clock.Now()
	return vars{"exportId": w.DB.Export.Create().SetCreatedAt(at).SetPersonID(whose).SetState("READY").SetExpiresAt(at.Add(time.Hour)).SaveX(w.system()).ID}
}

// comeBack takes back what an erasure does at once, for the deeds after it.
func comeBack(w *world, part string) {
	ctx, id := w.system(), w.person(part)
	w.DB.Session.Update().Where(session.PersonID(id), session.IDNEQ(typeid.ID(w.cast["gone"].session))).ClearEndedAt().ExecX(ctx)
	w.DB.Membership.Update().Where(membership.PersonID(id), membership.EndedAt(w.clock.Now())).ClearEndedAt().ExecX(ctx)
	w.DB.Person.UpdateOneID(id).SetName("zqname" + part + "qz").ExecX(ctx)
}

func recoveryCode(w *world, _ string) vars {
	return vars{"recoveryCode": w.nobody().act(`mutation { sessionStart { recoveryCode userErrors { message } } }`, nil, "sessionStart.recoveryCode")}
}

func address(_ *world, part string) vars { return vars{"email": part + "@example.com"} }

var digits = regexp.MustCompile(`\b\d{6}\b`)

func letter(w *world, part string) vars {
	request := w.nobody().act(`mutation($in: SignInRequestInput!) { signInRequest(input: $in) { request userErrors { message } } }`, vars{"in": vars{"email": part + "@example.net"}}, "signInRequest.request")
	return vars{"request": request, "code": digits.FindString(w.letters.last().Subject)}
}

func refreshToken(w *world, _ string) vars {
	return vars{"refreshToken": w.nobody().act(`mutation { sessionStart { session { refreshToken } userErrors { message } } }`, nil, "sessionStart.session.refreshToken")}
}

// invitationCode invites to the closed ward, where nobody holds anything.
func invitationCode(w *world, _ string) vars {
	code, _, err := w.Flow.InvitationMake(w.system(), workflow.Post{Role: membership.RoleCommissioner, Service: &w.shut.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return vars{"code": code, "name": "Somebody else"}
}

func putBack(w *world, _ string) {
	w.DB.Membership.Delete().Where(membership.ServiceID(w.shut.ID), membership.RoleEQ(membership.RoleCommissioner)).ExecX(w.system())
}

// tokenFor is the input for a service token.
func (w *world) tokenFor(more vars) vars {
	in := vars{"name": "zqtoken", "scopes": []string{"experience:read"}, "expiresAt": w.clock.Now().Add(time.Hour)}
	maps.Copy(in, more)
	return in
}

func anotherWayIn(w *world, part string) vars {
	if has(signedIn, part) {
		w.another(w.t, part, auth.SessionScopes())
	}
	return nil
}

func reopen(w *world, part string) {
	w.DB.Session.UpdateOneID(typeid.ID(w.cast[part].session)).ClearEndedAt().ExecX(w.system())
}

// end is how a deed ends for somebody: the code, or nothing when it is done.
func (d deed) end(part string) string {
	for code, parts := range d.told {
		if has(parts, part) {
			return code
		}
	}
	switch {
	case has(d.done, part):
		return ""
	case part == "nobody", part == "gone":
		return "UNAUTHENTICATED"
	case has(d.missing, part):
		return "NOT_FOUND"
	}
	return "FORBIDDEN"
}

func TestMatrixDeeds(t *testing.T) {
	lengthy(t, "it asks a great deal, one question after the other")
	tell(t, func(t *testing.T, s *stage) {
		w := stageMatrix(t, s)
		for _, d := range deeds() {
			t.Run(strings.TrimSuffix(d.verb+" "+d.on, " "), func(t *testing.T) {
				at := &attempt{world: w, deed: d, document: document(d.verb)}
				for part := range strings.FieldsSeq(everybody + " gone") {
					at.try(t, part)
				}
			})
		}
	})
}

// attempt is a deed with the target that stands until somebody gets it done.
type attempt struct {
	*world
	deed
	document string
	input    vars
	before   map[string]string // what the tables held; nil when there is no target
}

func (d *attempt) aim(t *testing.T, part string) {
	if d.before != nil && !d.each {
		return
	}
	if d.with != nil {
		d.input = d.with(d.world, part)
	}
	d.before = d.dump(t)
}

// try does a deed as somebody: it ends as its line says, and a refused one leaves no trace in any table.
func (d *attempt) try(t *testing.T, part string) {
	d.aim(t, part)
	behind := d.newest()
	a := d.asks(t, part, d.document, vars{"in": d.input})
	now := d.dump(t)
	changed, want, got := changes(d.before, now), d.end(part), a.verdict()
	switch {
	case got != want:
		t.Errorf("%s: %s gets %q, want %q: %.600s", part, d.verb, got, want, a.Body)
	case want == "" && len(changed) == 0:
		t.Errorf("%s: %s did nothing: %s", part, d.verb, a.Body)
	case want == "":
		d.leaves(t, d.verb, behind)
	case want != "" && len(changed) > 0:
		t.Errorf("%s: %s is refused and leaves its trace in %v", part, d.verb, changed)
	case want == "NOT_FOUND":
		d.asAbsent(t, part, a)
	}
	if d.before = now; len(changed) > 0 {
		d.before = nil
		if d.after != nil {
			d.after(d.world, part)
		}
	}
}

// verdict is the code of the verb itself, whatever became of single fields of its answer.
func (a answer) verdict() string {
	for _, e := range a.Errors {
		if len(e.Path) < 2 {
			return fmt.Sprint(e.Extensions["code"])
		}
	}
	a.Errors = nil
	return a.code()
}

// asAbsent asks the same about a thing that is not there: the answer must be the same.
func (d *attempt) asAbsent(t *testing.T, part string, hidden answer) {
	t.Helper()
	in := vars{}
	for name, v := range d.input {
		if id := typeid.ID(fmt.Sprint(v)); has("concernId experienceId responseId originId membershipId decisionId voiceId exportId authorityId serviceTokenId channelId passkeyId", name) {
			v = typeid.New(id.Prefix())
		}
		in[name] = v
	}
	if a := d.asks(t, part, d.document, vars{"in": in}); a.Body != hidden.Body {
		t.Errorf("%s can tell the hidden from the absent: %s and %s", part, hidden.Body, a.Body)
	}
}

// document asks for a verb and for all that it can answer.
func document(verb string) string {
	s := contract()
	f := s.Mutation.Fields.ForName(verb)
	answer := pick(s, f.Type.Name(), 1)
	if len(f.Arguments) == 0 {
		return fmt.Sprintf("mutation { %s { %s } }", verb, answer)
	}
	return fmt.Sprintf("mutation($in: %s) { %s(input: $in) { %s } }", f.Arguments[0].Type, verb, answer)
}
