package graph_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/passkey"
	entperson "hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/progress"
	"hearback/ent/generated/ent/service"
	"hearback/ent/generated/ent/session"
	"hearback/ent/typeid"
	"hearback/graph"
	"hearback/internal/limits"
)

// thing is a row on the stage: who sees it, whose it is, and who moderates where it lies.
type thing struct{ id, seen, owner, moderators string }

// world is the stage of the matrix: everybody in it, everything that they may or must not see, and the words that tell.
type world struct {
	*stage
	trust, ward, next, shut *ent.Service
	cast                    map[string]*person
	things                  map[string]thing
	secrets                 map[string]string // words, and who may read them
	sums                    map[string]string // what each table held at the last dump
	seen                    map[string]int    // how often each was written to until then

	published, second, others, hidden, returned, elsewhere, away string // experiences
	argued                                                       string // one whose author refused edits, appealed, and got a no
	lies, reviewed                                               string // experiences, one with its service, one given back after a review
	answer, whispered                                            string // responses, the second one to hidden words
	elsewhereTalk, toldOf                                        string // a response that took the talk elsewhere, and one that told what came of it
	waiting, back, asked                                         string // responses that wait and were given back, a review
	change, never, sibling                                       string // changes
	spokenFor, told, disputed, lapsed                            string // an authority, and what was told for somebody: waiting, held back, and by a proxy whose authority lapsed
	theme, part, elsewhereTheme, piece                           string // themes: of the ward, one that became a part of it, one elsewhere; and a piece of evidence
	choice, choosing, picked, open                               string // rounds of priorities: a closed one and an open one, and a priority of each
	question, reply                                              string // messages: of staff about the author's words, and the author's answer
	ownAction, needing                                           string // actions of the ward, one that needs the ward next door
	round, askedNow, quiet, verdict                              string // a closed round, an open one, one elsewhere, and what the author said in the first
	link, shadow                                                 string // links, the second one to hidden words
	guarded, concern, closed                                     string // an experience that is held back for safety, and two concerns
	device                                                       string // of the author, who is told by it
	token, revoked                                               string // service tokens of the ward, one rotated and used, one that was ended
	voice, echo, chorus, murmur, undertone                       string // voices: two of the stranger and one of another that are published, one that waits, one beside hidden words
}

// unlimited lets this house be asked more at once than clients may.
func (s *stage) unlimited() {
	wide := graph.Limits{Documents: limits.Limits{Bytes: 1 << 20, Tokens: 1 << 20, Depth: 50, Fields: 1 << 20, Aliases: 1000}, Cost: 1 << 30, Body: 1 << 20}
	s.door = s.Handler(graph.Options{Streams: s.streams, Limits: wide, Log: quiet(s)})
}

// stageMatrix sets everything up through the verbs; only what no verb does is done by the system.
func stageMatrix(t testing.TB, s *stage) *world {
	s.unlimited()
	w := &world{stage: s, cast: map[string]*person{}, things: map[string]thing{}, secrets: map[string]string{}}
	w.places()
	w.people(t)
	w.words()
	w.voices()
	w.changes()
	w.themes()
	w.priorities()
	w.actions()
	w.talks()
	w.measures()
	w.listens()
	w.verdicts()
	w.safeguarding()
	w.family()
	w.tokens()
	w.channels()
	w.passkeys()
	w.register(t)
	return w
}

func (w *world) places() {
	w.trust = w.place("Trust", nil)
	w.ward, w.next, w.shut = w.place("Ward 7", w.trust), w.place("Ward 8", w.trust), w.place("Ward 9", w.trust)
	w.shut = w.shut.Update().SetCode("RXX09").SetClosedAt(w.clock.Now()).SaveX(w.system())
}

// people come with names that nobody else may read, but for those who sign what they say.
func (w *world) people(t testing.TB) {
	onlyReading := auth.Scopes{auth.ExperienceRead}
	for _, c := range []struct {
		part   string
		role   auth.Role
		at     *ent.Service
		scopes auth.Scopes
	}{
		{"stranger", "", nil, nil},
		{"author", "", nil, nil},
		{"another", "", nil, nil},
		{"staff", auth.Staff, w.ward, nil},
		{"sibling", auth.Staff, w.next, nil},
		{"above", auth.Staff, w.trust, nil},
		{"facilitator", auth.Facilitator, w.ward, nil},
		{"moderator", auth.Moderator, w.ward, nil},
		{"moderatorElsewhere", auth.Moderator, w.next, nil},
		{"lead", auth.SafeguardingLead, w.ward, nil},
		{"commissioner", auth.Commissioner, w.trust, nil},
		{"administrator", auth.Administrator, w.ward, nil},
		{"administratorElsewhere", auth.Administrator, w.next, nil},
		{"root", auth.Administrator, nil, nil},
		{"integrator", auth.Integrator, w.ward, onlyReading},
		{"narrow", auth.Staff, w.ward, onlyReading},
		{"former", auth.Staff, w.ward, nil},
		{"proxy", "", nil, nil},
		{"lapsed", "", nil, nil},
		{"gone", auth.Staff, w.ward, nil},
	} {
		w.cast[c.part] = w.somebody("zqname"+c.part+"qz", c.role, c.at, c.scopes...)
		if !has("staff sibling", c.part) {
			w.secrets["zqname"+c.part+"qz"] = c.part
		}
	}
	w.cast["nobody"] = w.nobody()
	w.cast["author"].hold(membership.RoleIntegrator, w.shut) // so that "blind" has a role that it must not see
	w.DB.Membership.Update().SetTitle("Somebody").ExecX(w.system())
	w.DB.Membership.Update().Where(membership.PersonID(w.person("staff"))).SetStartsAt(w.clock.Now().Add(-time.Hour)).SetEndsAt(w.clock.Now().Add(10000 * time.Hour)).ExecX(w.system())
	w.DB.Membership.Update().Where(membership.PersonID(w.person("former"))).SetEndedAt(w.clock.Now()).ExecX(w.system())
	w.DB.Session.UpdateOneID(typeid.ID(w.cast["gone"].session)).SetEndedAt(w.clock.Now()).ExecX(w.system())
	w.DB.Person.UpdateOneID(w.person("author")).SetEmail("zqauthor@example.org").ExecX(w.system())
	w.secrets["zqauthor@example.org"] = ""
	w.cast["blind"] = w.another(t, "author", auth.Scopes{auth.ExperienceWrite})
	w.secrets["zqnameauthorqz"] = "author blind"
}

// person is the id of somebody.
func (w *world) person(part string) typeid.ID { return typeid.ID(w.cast[part].id) }

// another gives somebody another session with scopes of its own.
func (w *world) another(t testing.TB, part string, scopes auth.Scopes) *person {
	p := *w.cast[part]
	session := w.DB.Session.Create().SetCreatedAt(w.clock.Now()).SetPersonID(typeid.ID(p.id)).SetScopes(scopes.String()).SaveX(w.system())
	token, _, err := w.Flow.Tokens.Issue(auth.Claims{Person: p.id, Session: string(session.ID), Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	p.session, p.token = string(session.ID), token
	return &p
}

// passkeys are of the staff of the ward: one that opened a session of theirs.
func (w *world) passkeys() {
	p := w.passkeyOf("staff", "zqpasskeyqz")
	w.DB.Session.Create().SetCreatedAt(w.clock.Now()).SetPersonID(p.PersonID).SetScopes(auth.SessionScopes().Kept()).SetPasskeyID(p.ID).ExecX(w.system())
	w.secrets["zqpasskeyqz"] = "staff"
}

// passkeyOf puts a passkey of somebody into the store, which no device has.
func (w *world) passkeyOf(part, name string) *ent.Passkey {
	return w.newPasskey(w.DB, part, name).SaveX(w.system())
}

func (w *world) newPasskey(c *ent.Client, part, name string) *ent.PasskeyCreate {
	id := []byte(typeid.New(typeid.Passkey))
	return c.Passkey.Create().SetCreatedAt(w.clock.Now()).SetFingerprint("").SetPersonID(w.me(part)).SetName(name).SetCredentialID(id).SetHandle(id).SetPublicKey(id).SetAaguid("").
		SetBackupEligible(true).SetBackedUp(true).SetLastUsedAt(w.clock.Now()).SetStoppedAt(w.clock.Now())
}

// says shares an experience of which every text holds a word of its own, and gives its id. Time passes before and after.
func (w *world) says(part string, at *ent.Service, relationship, intention, month, word string) string {
	w.clock.pass(11 * time.Second)
	in := vars{"serviceId": at.ID, "relationship": relationship, "intention": intention, "happenedIn": month, "feelings": []string{word + "felt"}}
	for field, part := range map[string]string{"displayName": "name", "story": "story", "whatWasGood": "good", "couldBeBetter": "better"} {
		in[field] = word + part
	}
	in["couldBeBetter"] = word + "better. They put it on www.example.org."
	return w.cast[part].act(shareQuery, vars{"in": in}, "experienceShare.experience.id").(string)
}

// hides says whose eyes the words of an experience are for.
func (w *world) hides(word, may string) {
	for _, part := range strings.Fields("name story good better felt") {
		w.secrets[word+part] = may
	}
}

func (w *world) words() {
	w.published = w.says("author", w.ward, "PATIENT", "THANK", "2026-01", "zqfirst")
	w.second = w.says("author", w.ward, "CARER", "SUGGEST", "2026-02", "zqsecond")
	w.others = w.says("another", w.ward, "RELATIVE", "TELL", "2026-03", "zqother")
	w.hidden = w.says("author", w.ward, "FRIEND", "WORRY", "2026-04", "zqhidden")
	w.returned = w.says("author", w.ward, "LEARNER", "WORRY", "2026-04", "zqreturned")
	w.argued = w.says("author", w.ward, "PARENT_GUARDIAN", "WORRY", "2026-04", "zqargued")
	w.elsewhere = w.says("stranger", w.next, "STAFF", "WORRY", "2026-04", "zqelsewhere")
	w.away = w.says("stranger", w.next, "STAFF", "TELL", "2026-04", "zqaway")
	w.cast["moderator"].get(readOne, vars{"id": w.hidden}, "")
	w.hides("zqhidden", "author moderator lead")
	w.hides("zqreturned", "author moderator lead")
	w.hides("zqargued", "author moderator lead")
	w.hides("zqelsewhere", "stranger moderatorElsewhere")
	for i, e := range []string{w.published, w.second, w.others} {
		w.clock.pass(time.Duration(13+i) * time.Second)
		w.cast["moderator"].publish(e)
	}
	w.clock.pass(time.Second)
	w.cast["moderatorElsewhere"].publish(w.away)
	w.secrets["zqreason"] = "author moderator"
	w.cast["moderator"].act(`mutation($in: ExperienceReturnInput!) { experienceReturn(input: $in) { experience { id } userErrors { message } } }`,
		vars{"in": vars{"experienceId": w.returned, "expectedVersion": 1, "reason": "zqreason: it names a nurse."}}, "")
	w.argue()
}

// argue offers other words, which their author refuses and asks a second moderator about; the answer is written by the system, because
// the ward has one moderator. The hidden words are being read.
func (w *world) argue() {
	mo, author := w.cast["moderator"], w.cast["author"]
	clause := w.clause("2.2")
	w.DB.PolicyClause.UpdateOneID(w.clause("1.4")).SetUntil(w.clock.Now()).ExecX(w.system())
	offer := mo.decides(w.argued, 1, vars{"kind": "PUBLISH_WITH_EDITS", "reason": "zqedits: it names a nurse.", "clauseId": clause, "edits": vars{"story": "zqedited story"}}).at("experienceDecide.experience.decisions.nodes.0.id")
	author.answersEdits("RefuseEdits", w.argued, 2)
	author.appeals(offer, "zqappeal: nobody is named.")
	no := w.DB.Decision.Create().SetCreatedAt(w.clock.Now()).SetExperienceID(typeid.ID(w.argued)).SetModeratorID(w.person("gone")).SetKind(decision.KindReject).SetReason("zqreject").SetOfVersion(4).
		SetClauseID(clause).SaveX(w.system())
	w.DB.Appeal.Update().SetOutcomeID(no.ID).ExecX(w.system())
	w.DB.Experience.UpdateOneID(typeid.ID(w.argued)).SetState(experience.StateRejected).AddVersion(1).ExecX(w.system())
	for _, word := range []string{"zqedits", "zqedited", "zqappeal", "zqreject"} {
		w.secrets[word] = "author moderator"
	}
	for _, e := range []string{w.published, w.hidden, w.away} {
		w.DB.Experience.UpdateOneID(typeid.ID(e)).SetCriticality(experience.CriticalitySevere).ExecX(w.system())
	}
	mo.claims("Claim", w.hidden)
}

// voices are of the stranger and of another, beside the words of the author, who agreed to something once and took it back.
func (w *world) voices() {
	author := w.cast["author"]
	for i, v := range []struct {
		id         *string
		part, at   string
		word, seen string
	}{
		{&w.voice, "stranger", w.published, "zqvoice", everybody},
		{&w.echo, "stranger", w.second, "zqecho", everybody},
		{&w.chorus, "another", w.second, "zqchorus", everybody},
		{&w.undertone, "stranger", w.hidden, "zqundertone", "author moderator lead stranger"},
		{&w.murmur, "another", w.published, "zqmurmur", "another moderator lead"}, // with a sign of danger
	} {
		w.clock.pass(time.Duration(17+i) * time.Second)
		*v.id = w.cast[v.part].speaks(author.asksIn(v.at), v.word+"story. They put it on www.example.org.", vars{"displayName": v.word + "name", "relationship": "CARER"})
		if v.id != &w.murmur {
			w.cast["moderator"].hears(*v.id)
		} else {
			w.DB.Voice.UpdateOneID(typeid.ID(*v.id)).SetSignals("NEGLECT").ExecX(w.system())
		}
		w.secrets[v.word+"story"], w.secrets[v.word+"name"] = v.seen, v.seen
		w.see(v.seen, v.part, "moderator", *v.id)
	}
	author.gives(w.published, "INVITE_TO_CODESIGN")
	author.takesBack(w.published, "INVITE_TO_CODESIGN")
	author.waits(w.hidden, w.clock.Now().Add(48*time.Hour))
}

func (w *world) changes() {
	staff := w.cast["staff"]
	w.answer = staff.act(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { message } } }`,
		vars{"in": vars{"experienceId": w.published, "body": "Thank you."}}, "responseGive.response.id").(string)
	w.elsewhereTalk = staff.talksElsewhere(w.published, "It is about somebody's records.")
	w.cast["author"].judges(w.elsewhereTalk, "PARTLY")
	w.toldOf = staff.tellsOutcome(w.published, w.elsewhereTalk, "They have the right records now.")
	w.change, w.never = staff.propose(w.ward, "A board with the wait"), staff.propose(w.ward, "A bed for every relative")
	w.sibling = w.cast["sibling"].propose(w.next, "A quiet room")
	w.link = staff.link(w.change, w.published, "You told us of the wait.")
	staff.link(w.change, w.others, "You told us too.")
	staff.link(w.never, w.second, "You wished for it.")
	for _, a := range []answer{staff.move(w.change, 1, "TESTING", "It hangs."), staff.move(w.never, 1, "NOT_POSSIBLE", "There is no room.")} {
		if a.code() != "" {
			w.t.Fatal(a.Body)
		}
	}
	w.shadows()
	w.waits()
	w.reviews()
}

// waits are answers to what everybody reads that nobody else reads yet: one waits for a moderator, one was given back.
func (w *world) waits() {
	give := func(body string) string {
		return w.cast["facilitator"].answers(w.second, body, true).at("responseGive.response.id").(string)
	}
	w.waiting, w.back = give("It has begun."), give("zqback")
	w.secrets["zqwaiting"], w.secrets["zqback"], w.secrets["zqkind"] = "facilitator moderator", "facilitator moderator", "facilitator moderator"
	w.secrets["zqnamefacilitatorqz"] = "facilitator moderator" // who signs what they answer
	for _, a := range []answer{w.cast["facilitator"].revisesAnswer(w.waiting, 1, "zqwaiting", true), w.cast["moderator"].returnsAnswer(w.back, 1, "zqkind: say sorry first.")} {
		if a.code() != "" {
			w.t.Fatal(a.Body)
		}
	}
}

// lying are words that lie with the ward, which may ask for a review of them.
func (w *world) lying(word string) string {
	hours := func(n int) { w.DB.Service.UpdateOne(w.ward).SetReviewHours(n).ExecX(w.system()) }
	hours(72)
	e := w.says("author", w.ward, "ADVOCATE_VOLUNTEER", "WORRY", "2026-04", word)
	w.cast["moderator"].publish(e)
	hours(0)
	w.see("author moderator lead "+wardStaff+" narrow", "author", "moderator", e)
	return e
}

// reviews are words that lie with the ward, and others of which it asked for a review, after which they were given back.
func (w *world) reviews() {
	staffToo := "author moderator lead " + wardStaff + " narrow"
	w.lies, w.reviewed = w.lying("zqlies"), w.lying("zqreviewed")
	w.hides("zqlies", staffToo)
	w.hides("zqreviewed", "author moderator lead")
	w.secrets["zqasked"] = "author moderator " + wardStaff + " narrow"
	a := w.cast["staff"].asksReview(w.reviewed, "zqasked: it names a nurse.")
	if a.code() != "" {
		w.t.Fatal(a.Body)
	}
	w.asked = a.at("reviewRequest.reviewRequest.id").(string)
	if a := w.cast["moderator"].returns(w.reviewed, 3, "zqreason: it does."); a.code() != "" {
		w.t.Fatal(a.Body)
	}
}

// mint is a new service token of the ward.
func (w *world) mint() (id string, machine *person) {
	a := w.cast["administrator"].mintsAs(vars{"name": "zqtoken", "scopes": []string{"experience:read"}, "serviceId": w.ward.ID, "expiresAt": w.clock.Now().Add(300 * 24 * time.Hour)})
	return a.at("serviceTokenCreate.serviceToken.id").(string), w.machine(a, "serviceTokenCreate")
}

// tokens are of machines, whose people and roles are there as those of others are.
func (w *world) tokens() {
	var machine *person
	w.token, machine = w.mint()
	machine.viewer()
	w.clock.pass(time.Second)
	w.revoked, _ = w.mint()
	for _, a := range []answer{w.cast["administrator"].rotates(w.token, 168), w.cast["administrator"].revokesToken(w.revoked)} {
		if a.code() != "" {
			w.t.Fatal(a.Body)
		}
	}
	w.secrets["zqtoken"] = "administrator root"
	w.see("administrator root", "", "", w.token, w.revoked)
	for _, m := range w.DB.ServiceToken.Query().AllX(w.system()) {
		w.see("", "", "", string(m.PersonID))
	}
}

// shadows are an answer to hidden words and a link to them. No verb makes them; if one ever did, they must stay unseen.
func (w *world) shadows() {
	at, by := w.clock.Now(), w.person("staff")
	place := w.DB.Experience.GetX(w.system(), typeid.ID(w.hidden)).ServiceID
	w.whispered = string(w.DB.Response.Create().SetCreatedAt(at).SetFingerprint("").SetExperienceID(typeid.ID(w.hidden)).SetServiceID(place).SetAuthorID(by).
		SetAuthorName("Sam").SetBody("zqwhispered").SaveX(w.system()).ID)
	w.shadow = string(w.DB.Origin.Create().SetCreatedAt(at).SetFingerprint("").SetExperienceID(typeid.ID(w.hidden)).SetChangeID(typeid.ID(w.change)).
		SetLinkedByID(by).SetLinkedByName("Sam").SetWhy("zqshadow").SaveX(w.system()).ID)
	w.secrets["zqwhispered"], w.secrets["zqshadow"] = "author moderator lead", "author moderator lead"
}

// register writes down who sees which row. What is on the stage and not written down fails.
func (w *world) register(t testing.TB) {
	ctx := w.system()
	w.see(everybody, "author", "moderator", w.published, w.second)
	w.see(everybody, "another", "moderator", w.others)
	w.see(everybody, "stranger", "moderatorElsewhere", w.away)
	w.see("author moderator lead", "author", "moderator", w.hidden, w.returned, w.argued, w.whispered, w.shadow)
	w.see("author moderator", "author", "moderator", list(w.DB.Appeal.Query().IDsX(ctx))...)
	w.see(everybody, "", "", list(w.DB.PolicyClause.Query().IDsX(ctx))...)
	w.see("stranger moderatorElsewhere", "stranger", "moderatorElsewhere", w.elsewhere)
	w.see(everybody, "staff", "moderator", w.answer, w.elsewhereTalk, w.toldOf)
	w.see("facilitator moderator", "facilitator", "moderator", w.waiting, w.back)
	w.see("author moderator lead", "author", "moderator", w.reviewed)
	w.see("author moderator "+wardStaff+" narrow", "author", "moderator", w.asked)
	w.see(everybody, "", "", list(w.DB.Origin.Query().Where(origin.IDNEQ(typeid.ID(w.shadow))).IDsX(ctx))...)
	w.see(everybody, "", "", list(w.DB.Service.Query().IDsX(ctx))...)
	w.see(everybody, "", "", list(w.DB.Change.Query().IDsX(ctx))...)
	w.see(everybody, "", "", list(w.DB.Measure.Query().IDsX(ctx))...)
	w.see(everybody, "", "", list(w.DB.MeasureReading.Query().IDsX(ctx))...)
	w.see(everybody, "", "", list(w.DB.CoProducer.Query().IDsX(ctx))...)
	w.see(everybody, "", "", list(w.DB.Progress.Query().Where(progress.BodyNEQ("")).IDsX(ctx))...)
	for _, d := range w.DB.Decision.Query().Where(decision.ExperienceIDNotIn(typeid.ID(w.others), typeid.ID(w.away), typeid.ID(w.disputed))).IDsX(ctx) {
		w.see("author moderator", "author", "moderator", string(d))
	}
	w.see("proxy moderator", "proxy", "moderator", list(w.DB.Decision.Query().Where(decision.ExperienceID(typeid.ID(w.disputed))).IDsX(ctx))...)
	w.see("another moderator", "another", "moderator", string(w.DB.Decision.Query().Where(decision.ExperienceID(typeid.ID(w.others))).OnlyIDX(ctx)))
	w.see("stranger moderatorElsewhere", "stranger", "moderatorElsewhere", string(w.DB.Decision.Query().Where(decision.ExperienceID(typeid.ID(w.away))).OnlyIDX(ctx)))
	for _, s := range w.DB.Step.Query().AllX(ctx) {
		if _, known := w.things[string(s.ID)]; !known { // what a child was told, family has written down
			w.see(w.who(s.PersonID), w.who(s.PersonID), "", string(s.ID))
		}
	}
	for _, m := range w.DB.Membership.Query().AllX(ctx) {
		seen, at := w.who(m.PersonID)+" root", typeid.Maybe(m.ServiceID)
		switch at {
		case w.ward.ID:
			seen += " administrator"
			if has("STAFF FACILITATOR", string(m.Role)) {
				seen += " moderator"
			}
		case w.next.ID:
			seen += " administratorElsewhere"
			if has("STAFF FACILITATOR", string(m.Role)) {
				seen += " moderatorElsewhere"
			}
		}
		w.see(seen, w.who(m.PersonID), "", string(m.ID))
	}
	w.see(everybody, "", "", list(w.DB.ConsentText.Query().IDsX(ctx))...)
	w.agreements()
	for part, p := range w.cast {
		if has(readers, part) {
			w.see(part, part, "", p.id)
		}
	}
	w.see("gone", "gone", "", w.cast["gone"].id)
	w.left()
	w.registerSafeguarding()
	w.complete(t)
}

// agreements are seen by whose they are.
func (w *world) agreements() {
	for _, c := range w.DB.Consent.Query().AllX(w.system()) {
		seen := w.who(c.PersonID)
		if c.GivenThroughID != nil && string(*c.GivenThroughID) == w.spokenFor {
			seen = "proxy" // of a child without a way in
		}
		w.see(seen, seen, "", string(c.ID))
	}
}

func (w *world) see(seen, owner, moderators string, ids ...string) {
	for _, id := range ids {
		w.things[id] = thing{id, seen, owner, moderators}
	}
}

// who is the part of a person.
func (w *world) who(id typeid.ID) string {
	for part, p := range w.cast {
		if p.id == string(id) && part != "blind" {
			return part
		}
	}
	return ""
}

// left are an export of the author's, which nobody else sees, and a job that was given up, which is for the administrator of everything.
func (w *world) left() {
	at := w.clock.Now()
	known := w.DB.Identity.Create().SetCreatedAt(at).SetPersonID(w.person("author")).SetIssuer("https://login.example.org").SetSubjectHash("zqhash").SaveX(w.system())
	w.see("author", "author", "", string(known.ID))
	x := w.DB.Export.Create().SetCreatedAt(at).SetPersonID(w.person("author")).SetState("FETCHED").SetSize(9).SetReadyAt(at).SetExpiresAt(at.Add(time.Hour)).SetFetchedAt(at).SaveX(w.system())
	w.see("author", "author", "", string(x.ID))
	j := w.DB.Job.Create().SetCreatedAt(at).SetKind("EXPORT").SetAbout(x.ID).SetRunAt(at).SetDeadAt(at).SaveX(w.system())
	w.see("root", "", "", string(j.ID))
}

// complete fails for rows of which nobody wrote down who sees them.
func (w *world) complete(t testing.TB) {
	ctx := w.system()
	for _, ids := range [][]typeid.ID{
		w.DB.Experience.Query().Order(experience.ByID()).IDsX(ctx), w.DB.Response.Query().IDsX(ctx), w.DB.ReviewRequest.Query().IDsX(ctx), w.DB.Origin.Query().IDsX(ctx), w.DB.Decision.Query().IDsX(ctx),
		w.DB.Export.Query().IDsX(ctx), w.DB.Job.Query().IDsX(ctx), w.DB.Appeal.Query().IDsX(ctx), w.DB.PolicyClause.Query().IDsX(ctx),
		w.DB.Step.Query().IDsX(ctx), w.DB.Membership.Query().IDsX(ctx), w.DB.Person.Query().Order(entperson.ByID()).IDsX(ctx), w.DB.Service.Query().Order(service.ByID()).IDsX(ctx),
		w.DB.Change.Query().IDsX(ctx), w.DB.CoProducer.Query().IDsX(ctx), w.DB.Progress.Query().IDsX(ctx), w.DB.Measure.Query().IDsX(ctx), w.DB.MeasureReading.Query().IDsX(ctx), w.DB.Theme.Query().IDsX(ctx), w.DB.Evidence.Query().IDsX(ctx), w.DB.Theming.Query().IDsX(ctx), w.DB.PriorityRound.Query().IDsX(ctx), w.DB.Priority.Query().IDsX(ctx), w.DB.Attendee.Query().IDsX(ctx), w.DB.PriorityVote.Query().IDsX(ctx), w.DB.Action.Query().IDsX(ctx), w.DB.Message.Query().IDsX(ctx), w.DB.FrameworkCode.Query().IDsX(ctx), w.DB.Echo.Query().IDsX(ctx), w.DB.VerdictRound.Query().IDsX(ctx), w.DB.Verdict.Query().IDsX(ctx),
		w.DB.Concern.Query().IDsX(ctx), w.DB.ConcernEntry.Query().IDsX(ctx), w.DB.BreakGlass.Query().IDsX(ctx),
		w.DB.Voice.Query().IDsX(ctx), w.DB.Consent.Query().IDsX(ctx), w.DB.ConsentText.Query().IDsX(ctx),
		w.DB.Authority.Query().IDsX(ctx), w.DB.Objection.Query().IDsX(ctx), w.DB.ServiceToken.Query().IDsX(ctx), w.DB.Channel.Query().IDsX(ctx),
	} {
		for _, id := range ids {
			if _, ok := w.things[string(id)]; !ok {
				t.Errorf("nobody wrote down who sees %s", id)
			}
		}
	}
}

func list(ids []typeid.ID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return texts
}

// of are the ids on the stage that begin with a prefix, in their order.
func (w *world) of(p typeid.Prefix) (ids []string) {
	for id := range w.things {
		if typeid.ID(id).Prefix() == p {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// may tells whether somebody is in a crowd, said of a thing.
func (th thing) may(crowd, part string) bool {
	return has(strings.NewReplacer("@owner", th.owner, "@moderators", th.moderators, "@leads", strings.Replace(th.moderators, "moderator", "lead", 1), "@hearers", th.hearers()).Replace(crowd), part)
}

// hearers are who answers, moderates or keeps people safe where a thing lies.
func (th thing) hearers() string {
	return map[string]string{"moderator": wardStaff + " narrow moderator lead", "moderatorElsewhere": "above sibling moderatorElsewhere"}[th.moderators]
}

// asks asks as somebody and looks through every answer for what must not be in it.
func (w *world) asks(t testing.TB, part, query string, v vars) answer {
	t.Helper()
	a := w.cast[part].ask(query, v)
	w.clean(t, part, a.Body)
	return a
}

// names are of people, sessions, refresh tokens, invitations and passkeys.
var names = regexp.MustCompile(`\b(per|ses|rfr|inv|vin|auc|pky)_[0-9a-z]{26}`)

// ownWayIn tells whether an id is that of a session or a passkey of the one who reads it.
func (w *world) ownWayIn(part, id string) bool {
	return has(readers, part) && (w.DB.Session.Query().Where(session.ID(typeid.ID(id)), session.PersonID(w.person(part))).ExistX(w.system()) ||
		w.DB.Passkey.Query().Where(passkey.ID(typeid.ID(id)), passkey.PersonID(w.person(part))).ExistX(w.system()))
}

// clean fails when an answer holds the id of somebody else, of somebody else's session, or words that are not for this part.
func (w *world) clean(t testing.TB, part, body string) {
	t.Helper()
	for _, id := range names.FindAllString(body, -1) {
		if id != w.cast[part].id && !w.ownWayIn(part, id) {
			t.Errorf("%s gets to see %s: %s", part, id, short(body, id))
		}
	}
	for word, may := range w.secrets {
		if !has(may, part) && strings.Contains(body, word) {
			t.Errorf("%s reads %s: %s", part, word, short(body, word))
		}
	}
	for id, th := range w.things {
		if !has(th.seen, part) && id != w.cast[part].id && strings.Contains(body, id) {
			t.Errorf("%s gets to see %s: %s", part, id, short(body, id))
		}
	}
	if strings.Contains(body, `"INTERNAL"`) {
		t.Errorf("%s met a mistake of ours: %.600s", part, body)
	}
}

// short is the neighbourhood of a word.
func short(body, word string) string {
	at := strings.Index(body, word)
	return fmt.Sprintf("…%s…", body[max(0, at-200):min(len(body), at+200)])
}
