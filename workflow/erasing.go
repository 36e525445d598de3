package workflow

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/authoritycode"
	"hearback/ent/generated/ent/channel"
	"hearback/ent/generated/ent/echo"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/export"
	"hearback/ent/generated/ent/exportpart"
	"hearback/ent/generated/ent/identity"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/measure"
	"hearback/ent/generated/ent/measurereading"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/message"
	"hearback/ent/generated/ent/objection"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/generated/ent/passkeychallenge"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityround"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/generated/ent/progress"
	"hearback/ent/generated/ent/refresh"
	"hearback/ent/generated/ent/response"
	"hearback/ent/generated/ent/session"
	"hearback/ent/generated/ent/signin"
	"hearback/ent/generated/ent/signon"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/generated/ent/voiceinvitation"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// EraseWords are what somebody writes to be erased.
const EraseWords = "ERASE ME"

// FormerStaff stands in the place of the name of who was erased, where they signed as staff: the answer is the service's.
const FormerStaff = "A former member of staff"

const (
	erasedAtOnce = 20        // experiences, each with all that hangs on it
	sweptAfter   = time.Hour // when it is done once more, for what was on its way at the moment of the first
)

// PersonErase erases the viewer. At once, all sessions and roles end, and nothing is left to sign in with; who comes back with
// the same address is somebody new. The rest is done in the background. Errors: ErrSignIn, Refusal.
func (f *Flow) PersonErase(ctx context.Context, confirm string) error {
	if strings.TrimSpace(confirm) != EraseWords {
		return refuse(Invalid, "Please write "+EraseWords+" here if you are sure. Your words will be taken back and deleted, and nobody can undo it. To keep a copy, ask for your data first.", "confirm")
	}
	_, err := write(rule.AsSystem(ctx, "people erase themselves"), f, func(ctx context.Context, a *act) (int, error) {
		me, err := a.myself(ctx)
		if err != nil {
			return 0, err
		}
		if err := a.shutOut(ctx, me); err != nil {
			return 0, err
		}
		a.audit(line{act: auditentry.ActErasure, about: me.ID, whose: me.ID})
		return 1, a.leave(ctx, errand{kind: job.KindErase, about: me.ID, at: a.at}, errand{kind: job.KindErase, about: me.ID, turn: "again", at: a.at.Add(sweptAfter)})
	})
	return err
}

// shutOut ends every way in, and takes away what says who somebody is.
func (a *act) shutOut(ctx context.Context, p *ent.Person) error {
	if err := a.shutOff(ctx, p.ID); err != nil {
		return err
	}
	if err := a.Export.Update().Where(export.PersonID(p.ID)).ClearSecretHash().Exec(ctx); err != nil {
		return err
	}
	if _, err := (erasure{p.ID}).identities(ctx, a); err != nil {
		return err
	}
	if _, err := (erasure{p.ID}).channels(ctx, a); err != nil {
		return err
	}
	if _, err := (erasure{p.ID}).passkeys(ctx, a); err != nil {
		return err
	}
	if p.Email != nil {
		if _, err := a.SignIn.Delete().Where(signin.Email(*p.Email)).Exec(ctx); err != nil {
			return err
		}
	}
	return Telling{}.onto(p, a.at).SetName("").ClearEmail().ClearRecoveryHash().ClearSourceKey().Exec(ctx)
}

// erase does what is left to do after shutOut, in small parts that can each be done again: what one did is not there for the
// next. At the end a row without content is left, to which nothing leads but ids.
func (t task) erase(ctx context.Context) error {
	who := erasure{t.row.About}
	for _, part := range []func(context.Context, *act) (int, error){
		who.experiences, who.voices, who.files, who.exports, who.steps, who.signatures, who.tokens, who.sessions, who.channels, who.identities, who.passkeys, who.titles, who.authorities, who.codes, who.objections, who.verdicts, who.votes, who.echoes,
	} {
		if err := until(ctx, t, part); err != nil {
			return err
		}
	}
	return nil
}

// erasure is who is erased. Each of its parts does some of one thing and gives how much that was.
type erasure struct{ who typeid.ID }

func (e erasure) experiences(ctx context.Context, a *act) (int, error) {
	some, err := hold(a, a.Experience.Query().Where(experience.AuthorID(e.who), experience.StateNEQ(experience.StateWithdrawn)).Order(experience.ByID()).Limit(erasedAtOnce)).All(ctx)
	for _, one := range some {
		if err == nil {
			_, err = a.withdraw(ctx, one)
		}
	}
	return len(some), err
}

// voices are what somebody added to the experiences of others.
func (e erasure) voices(ctx context.Context, a *act) (int, error) {
	some, err := a.Voice.Query().Where(voice.AuthorID(e.who), voice.StateNEQ(voice.StateWithdrawn)).Order(voice.ByID()).Limit(erasedAtOnce).All(ctx)
	for _, one := range some {
		if err == nil {
			_, err = a.withdrawVoice(ctx, one)
		}
		if err == nil {
			err = a.empty(ctx, holding{table: voice.Table, of: voice.FieldID, texts: []string{voice.FieldFingerprint}}, one.ID)
		}
	}
	return len(some), err
}

func (e erasure) files(ctx context.Context, a *act) (int, error) {
	ids, err := a.ExportPart.Query().Where(exportpart.HasExportWith(export.PersonID(e.who))).Limit(oldAtOnce).IDs(ctx)
	return dropped(ctx, ids, err, a.ExportPart.Delete().Where(exportpart.IDIn(ids...)))
}

func (e erasure) exports(ctx context.Context, a *act) (int, error) {
	return a.Export.Delete().Where(export.PersonID(e.who), export.Not(export.HasParts())).Exec(ctx)
}

func (e erasure) steps(ctx context.Context, a *act) (int, error) {
	ids, err := a.Step.Query().Where(step.PersonID(e.who)).Limit(oldAtOnce).IDs(ctx)
	return dropped(ctx, ids, err, a.Step.Delete().Where(step.IDIn(ids...)))
}

// signatures takes the name away from what somebody said as staff. The words stay: they are the service's.
func (e erasure) signatures(ctx context.Context, a *act) (int, error) {
	total := 0
	for _, s := range []struct{ table, of, name, title string }{
		{response.Table, response.FieldAuthorID, response.FieldAuthorName, response.FieldAuthorTitle},
		{progress.Table, progress.FieldAuthorID, progress.FieldAuthorName, ""},
		{origin.Table, origin.FieldLinkedByID, origin.FieldLinkedByName, ""},
		{evidence.Table, evidence.FieldAddedByID, evidence.FieldAddedByName, ""},
		{measure.Table, measure.FieldAuthorID, measure.FieldAuthorName, ""},
		{measurereading.Table, measurereading.FieldAuthorID, measurereading.FieldAuthorName, ""},
		{theming.Table, theming.FieldAuthorID, theming.FieldAuthorName, ""},
		{message.Table, message.FieldAuthorID, message.FieldAuthorName, message.FieldAuthorTitle},
		{priorityround.Table, priorityround.FieldOpenedByID, priorityround.FieldOpenedByName, ""},
		{priorityround.Table, priorityround.FieldOwnerID, priorityround.FieldOwnerName, ""},
		{priorityround.Table, priorityround.FieldClosedByID, priorityround.FieldClosedByName, ""},
		{priority.Table, priority.FieldPutUpByID, priority.FieldPutUpByName, ""},
		{action.Table, action.FieldOwnerID, action.FieldOwnerName, ""},
		{action.Table, action.FieldAnswererID, action.FieldAnswererName, ""},
		{verdictround.Table, verdictround.FieldOpenedByID, verdictround.FieldOpenedByName, ""},
		{verdictround.Table, verdictround.FieldClosedByID, verdictround.FieldClosedByName, ""},
	} {
		update := sql.Dialect(a.dialect).Update(s.table).Set(s.name, FormerStaff).Where(sql.And(sql.EQ(s.of, e.who), sql.NEQ(s.name, FormerStaff)))
		if s.title != "" {
			update.Set(s.title, "")
		}
		text, args := update.Query()
		done, err := a.ExecContext(ctx, text, args...)
		if err != nil {
			return 0, err
		}
		n, err := done.RowsAffected()
		if total += int(n); err != nil {
			return 0, err
		}
	}
	return total, nil
}

func (e erasure) tokens(ctx context.Context, a *act) (int, error) {
	ids, err := a.Refresh.Query().Where(refresh.HasSessionWith(session.PersonID(e.who))).Limit(oldAtOnce).IDs(ctx)
	return dropped(ctx, ids, err, a.Refresh.Delete().Where(refresh.IDIn(ids...)))
}

func (e erasure) sessions(ctx context.Context, a *act) (int, error) {
	return a.Session.Delete().Where(session.PersonID(e.who), session.Not(session.HasRefreshes())).Exec(ctx)
}

// authorities to speak for somebody end, and the other side is told. That there was one stays; who it was with does not.
func (e erasure) authorities(ctx context.Context, a *act) (int, error) {
	some, err := a.Authority.Query().Where(authority.Or(authority.ProxyID(e.who), authority.SubjectID(e.who)), authority.Or(
		authority.EndedAtIsNil(), authority.RelationshipNEQ(""), authority.ProxyNameNEQ(""), authority.SubjectNameNEQ(""), authority.EvidenceNEQ(""))).
		Limit(erasedAtOnce).All(ctx)
	for _, one := range some {
		if err == nil && one.EndedAt == nil {
			_, err = a.endAuthority(ctx, one, authority.EndedByLeft, e.besides(one))
		}
		if err == nil {
			err = a.empty(ctx, holding{table: authority.Table, of: authority.FieldID, texts: []string{
				authority.FieldRelationship, authority.FieldProxyName, authority.FieldSubjectName, authority.FieldEvidence,
			}}, one.ID)
		}
	}
	return len(some), err
}

// besides is the other side of an authority.
func (e erasure) besides(m *ent.Authority) typeid.ID {
	if m.ProxyID == e.who {
		return m.SubjectID
	}
	return m.ProxyID
}

// codes are what others were to speak for somebody with, or beside them.
func (e erasure) codes(ctx context.Context, a *act) (int, error) {
	asked, err := a.VoiceInvitation.Delete().Where(voiceinvitation.InvitedByID(e.who)).Exec(ctx)
	if err != nil {
		return 0, err
	}
	made, err := a.AuthorityCode.Delete().Where(authoritycode.SubjectID(e.who)).Exec(ctx)
	return asked + made, err
}

// objections to what was told for somebody lose their words. That there was one stays, or what it holds back would come out.
func (e erasure) objections(ctx context.Context, a *act) (int, error) {
	n, err := a.Objection.Query().Where(objection.AuthorID(e.who), objection.WordsNEQ("")).Count(ctx)
	if err != nil || n == 0 {
		return 0, err
	}
	return n, a.empty(ctx, holding{table: objection.Table, of: objection.FieldAuthorID, texts: []string{objection.FieldWords, objection.FieldFingerprint}}, e.who)
}

// identities are the names that issuers elsewhere have for somebody, and what they began there.
func (e erasure) identities(ctx context.Context, a *act) (int, error) {
	begun, err := a.SignOn.Delete().Where(signon.PersonID(e.who)).Exec(ctx)
	if err != nil {
		return 0, err
	}
	known, err := a.Identity.Delete().Where(identity.PersonID(e.who)).Exec(ctx)
	return begun + known, err
}

// passkeys are somebody's, and those that they began to make.
func (e erasure) passkeys(ctx context.Context, a *act) (int, error) {
	begun, err := a.PasskeyChallenge.Delete().Where(passkeychallenge.PersonID(e.who)).Exec(ctx)
	if err != nil {
		return 0, err
	}
	made, err := a.Passkey.Delete().Where(passkey.PersonID(e.who)).Exec(ctx)
	return begun + made, err
}

// verdicts lose their words. The bare answer stays counted, as it was when the round was closed.
func (e erasure) verdicts(ctx context.Context, a *act) (int, error) {
	return a.Verdict.Update().Where(verdict.PersonID(e.who), verdict.Or(verdict.WordsNEQ(""), verdict.SignalsNEQ(""))).SetWords("").SetSignals("").Save(ctx)
}

// channels are the ways in which somebody was told.
func (e erasure) channels(ctx context.Context, a *act) (int, error) {
	return a.Channel.Delete().Where(channel.PersonID(e.who)).Exec(ctx)
}

// votes go; what they were counted as in a round that is closed stays.
func (e erasure) votes(ctx context.Context, a *act) (int, error) {
	return a.PriorityVote.Delete().Where(priorityvote.PersonID(e.who)).Exec(ctx)
}

// echoes go, and are counted no more.
func (e erasure) echoes(ctx context.Context, a *act) (int, error) {
	return a.Echo.Delete().Where(echo.PersonID(e.who)).Exec(ctx)
}

func (e erasure) titles(ctx context.Context, a *act) (int, error) {
	return a.Membership.Update().Where(membership.PersonID(e.who), membership.TitleNEQ("")).SetTitle("").Save(ctx)
}
