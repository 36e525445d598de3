package workflow

import (
	"context"
	"slices"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/generated/ent/voiceinvitation"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The bounds of voices: how long a code can be taken up, and how many of an experience wait at once.
const (
	VoiceInvitationLife = 14 * 24 * time.Hour
	MaxVoiceInvitations = 10
)

// VoiceInvite makes a one-use code with which somebody else who was there adds their own words to an experience; it is shown
// once. Its author. Errors: ErrNotFound, ErrForbidden when it is somebody else's, Refusal.
func (f *Flow) VoiceInvite(ctx context.Context, id typeid.ID) (code string, until time.Time, err error) {
	code, err = auth.NewInvitation(nil)
	if err != nil {
		return "", until, err
	}
	i, err := write(ctx, f, func(ctx context.Context, a *act) (*ent.VoiceInvitation, error) {
		e, err := a.ownExperience(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := a.mayInvite(ctx, e); err != nil {
			return nil, err
		}
		return a.VoiceInvitation.Create().SetCreatedAt(a.at).SetExperienceID(id).SetInvitedByID(typeid.ID(a.viewer.Person)).
			SetCodeHash(auth.Hash(code)).SetExpiresAt(a.at.Add(VoiceInvitationLife)).Save(ctx)
	})
	if err != nil {
		return "", until, err
	}
	return code, i.ExpiresAt, nil
}

// mayInvite decides whether others may still be asked to speak.
func (a *act) mayInvite(ctx context.Context, e *ent.Experience) error {
	if closedToVoices(e.State) {
		return refuse(NotNow, "Nobody can add words to this experience as things stand.", "experienceId")
	}
	open, err := a.VoiceInvitation.Query().Where(voiceinvitation.ExperienceID(e.ID), voiceinvitation.UsedAtIsNil(), voiceinvitation.ExpiresAtGT(a.at)).
		Count(rule.AsSystem(ctx, "codes are counted, and shown to nobody"))
	if err == nil && open >= MaxVoiceInvitations {
		err = refuse(TooMany, "Ten codes wait to be used already. Please give one of those away first.", "experienceId")
	}
	return err
}

// closedToVoices are the states in which an experience is in nobody's hands any more, or for good.
func closedToVoices(s experience.State) bool {
	return slices.Contains([]experience.State{experience.StateRejected, experience.StatePaused, experience.StateWithdrawn}, s)
}

// VoiceDraft is what somebody adds to the experience that their code is for.
type VoiceDraft struct {
	ID              *typeid.ID `json:"-"`
	Code            string
	Relationship    experience.Relationship
	DisplayName     string
	Story           string
	Consents        []consent.Purpose `json:",omitzero"` // nil for what people agree to by sharing
	ConsentLanguage string            `json:",omitempty"`
}

// tidy checks the draft and gives back what will be kept.
func (d VoiceDraft) tidy() (VoiceDraft, error) {
	var c checks
	d.DisplayName = c.text(d.DisplayName, MaxName, "displayName")
	if d.DisplayName == "" {
		d.DisplayName = anonymous
	}
	d.Story = c.needed(d.Story, MaxStory, "story")
	if d.Relationship == "" {
		c.add(Required, "Please say who you are to the care that was given.", "relationship")
	}
	return d, c.err()
}

// VoiceAdd adds one's own words to an experience; a moderator reads them before others can. Anybody signed in who has a code.
// Errors: ErrSignIn, Refusal.
func (f *Flow) VoiceAdd(ctx context.Context, d VoiceDraft) (*ent.Voice, bool, error) {
	d.Consents, d.ConsentLanguage = asked(d.Consents), spoken(d.ConsentLanguage)
	return once(ctx, f, sending[*ent.Voice]{
		id: d.ID, prefix: typeid.Voice, input: d, make: d.add,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Voice, error) { return a.Voice.Get(ctx, id) },
		by:  func(w *ent.Voice) (typeid.ID, string) { return w.AuthorID, w.Fingerprint },
	})
}

func (d VoiceDraft) add(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Voice, error) {
	if !a.viewer.SignedIn() {
		return nil, ErrSignIn
	}
	d, err := d.tidy()
	if err != nil {
		return nil, err
	}
	ctx = rule.AsSystem(ctx, "the code is what allows it")
	e, err := a.takeUpVoice(ctx, d.Code)
	if err != nil {
		return nil, err
	}
	me := typeid.ID(a.viewer.Person)
	w, err := a.Voice.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetExperienceID(e.ID).SetServiceID(e.ServiceID).SetAuthorID(me).
		SetRelationship(voice.Relationship(d.Relationship)).SetDisplayName(d.DisplayName).SetStory(d.Story).
		SetState(voice.StateInModeration).SetSignals(signsIn(d.Story)).Save(ctx)
	if err != nil {
		return nil, err
	}
	return w, a.agree(ctx, words{experience: e.ID, voice: &w.ID, author: me}, d.Consents, d.ConsentLanguage)
}

// takeUpVoice uses a code up, once, and gives the experience that it is for. When it is refused nothing is used up.
func (a *act) takeUpVoice(ctx context.Context, code string) (*ent.Experience, error) {
	n, err := a.VoiceInvitation.Update().Where(voiceinvitation.CodeHash(auth.Hash(code)), voiceinvitation.UsedAtIsNil(), voiceinvitation.ExpiresAtGT(a.at)).SetUsedAt(a.at).Save(ctx)
	if err != nil || n == 0 {
		return nil, firstOf(err, usedUp())
	}
	i, err := a.VoiceInvitation.Query().Where(voiceinvitation.CodeHash(auth.Hash(code))).Only(ctx)
	if err != nil {
		return nil, err
	}
	e, err := lockExperience(ctx, a, i.ExperienceID)
	if err != nil {
		return nil, err
	}
	return e, a.maySpeak(ctx, e)
}

// maySpeak decides whether the viewer may add words beside those of an experience's author, once.
func (a *act) maySpeak(ctx context.Context, e *ent.Experience) error {
	if closedToVoices(e.State) {
		return usedUp()
	}
	if string(e.AuthorID) == a.viewer.Person {
		return refuse(NotNow, "This experience is your own. The code is for somebody else who was there.", "code")
	}
	spoke, err := a.Voice.Query().Where(voice.ExperienceID(e.ID), voice.AuthorID(typeid.ID(a.viewer.Person)), voice.StateNEQ(voice.StateWithdrawn)).Exist(ctx)
	if err == nil && spoke {
		err = refuse(NotNow, "You have added your words to this experience already. Please change them there.", "code")
	}
	return err
}

// VoiceRevise changes one's own added words while they are not published, and sends them to the moderators again. What edit
// does not touch stays. Errors: ErrNotFound, ErrForbidden when they are somebody else's, Refusal.
func (f *Flow) VoiceRevise(ctx context.Context, id typeid.ID, expected int, edit func(*VoiceDraft)) (w *ent.Voice, replayed bool, err error) {
	w, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Voice, error) {
		w, err := a.ownVoice(ctx, id)
		if err != nil {
			return nil, err
		}
		was := VoiceDraft{Relationship: experience.Relationship(w.Relationship), DisplayName: w.DisplayName, Story: w.Story}
		d := was
		edit(&d)
		d, wrong := d.tidy()
		same := d.Relationship == was.Relationship && d.DisplayName == was.DisplayName && d.Story == was.Story
		if replayed = wrong == nil && same && w.State == voice.StateInModeration && w.Version == expected+1; replayed {
			return w, nil
		}
		if err := firstOf(mayReviseVoice(w.State, w.Version, expected), wrong); err != nil {
			return nil, err
		}
		return w.Update().SetRelationship(voice.Relationship(d.Relationship)).SetDisplayName(d.DisplayName).SetStory(d.Story).
			SetState(voice.StateInModeration).SetSignals(signsIn(d.Story)).SetReason("").AddVersion(1).Save(ctx)
	})
	return w, replayed, err
}

// mayReviseVoice decides whether added words may be changed: as long as they wait for a moderator or for who speaks.
func mayReviseVoice(state voice.State, version, expected int) error {
	switch {
	case state == voice.StatePublished:
		return refuse(NotNow, "These words are published already and can no longer be changed. You can withdraw them.", "voiceId")
	case state == voice.StateWithdrawn:
		return refuse(NotNow, "You withdrew these words. Please ask for a new code to say something else.", "voiceId")
	case version != expected:
		return stale(version)
	}
	return nil
}

// VoiceWithdraw takes one's own added words away: they are gone from every list at once and are not kept. The author of the
// experience is told, if they could read them. Errors: ErrNotFound, ErrForbidden when they are somebody else's.
func (f *Flow) VoiceWithdraw(ctx context.Context, id typeid.ID) (w *ent.Voice, replayed bool, err error) {
	w, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Voice, error) {
		w, err := a.ownVoice(ctx, id)
		if err != nil {
			return nil, err
		}
		if replayed = w.State == voice.StateWithdrawn; replayed {
			return w, nil
		}
		return a.withdrawVoice(ctx, w)
	})
	return w, replayed, err
}

// withdrawVoice empties a voice and ends what was agreed to for it.
func (a *act) withdrawVoice(ctx context.Context, w *ent.Voice) (*ent.Voice, error) {
	gone, err := w.Update().SetState(voice.StateWithdrawn).SetStory("").SetDisplayName(anonymous).SetSignals("").SetReason("").AddVersion(1).Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.Consent.Update().Where(consent.VoiceID(w.ID), consent.TakenBackAtIsNil()).SetTakenBackAt(a.at).Exec(ctx); err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActWithdrawal, about: w.ID, whose: w.AuthorID})
	ctx = rule.AsSystem(ctx, "who was told of a voice is told that it is gone")
	known, err := a.Step.Query().Where(step.ExperienceID(w.ExperienceID), step.KindEQ(step.KindVoiceAdded), step.About(string(w.ID))).Exist(ctx)
	if err != nil || !known {
		return gone, err
	}
	return gone, a.tellBeside(ctx, w, step.KindVoiceWithdrawn)
}

// tellBeside tells the author of the experience what became of a voice in it.
func (a *act) tellBeside(ctx context.Context, w *ent.Voice, kind step.Kind) error {
	e, err := a.Experience.Get(rule.AsSystem(ctx, "its author is told what stands beside their words"), w.ExperienceID)
	if err != nil {
		return err
	}
	return a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: kind, about: string(w.ID)})
}

// VoicePublish lets everybody read added words wherever the experience is shown, if who speaks agrees to that. Moderators who
// reach the service; nobody on their own words or experience. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) VoicePublish(ctx context.Context, id typeid.ID, expected int) (*ent.Voice, bool, error) {
	return f.decideVoice(ctx, id, expected, voice.StatePublished, "")
}

// VoiceReturn gives added words back with a reason. Moderators who reach the service; nobody on their own words or
// experience. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) VoiceReturn(ctx context.Context, id typeid.ID, expected int, reason string) (*ent.Voice, bool, error) {
	var c checks
	reason = c.needed(reason, MaxReason, "reason")
	if err := c.err(); err != nil {
		return nil, false, err
	}
	return f.decideVoice(ctx, id, expected, voice.StateReturned, reason)
}

func (f *Flow) decideVoice(ctx context.Context, id typeid.ID, expected int, to voice.State, reason string) (w *ent.Voice, replayed bool, err error) {
	w, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Voice, error) {
		w, err := lockVoice(ctx, a, id)
		if err != nil {
			return nil, err
		}
		e, err := a.mayModerateVoice(ctx, w)
		if err != nil {
			return nil, err
		}
		if replayed = w.State == to && w.Version == expected+1 && w.Reason == reason && a.isMe(w.ModeratorID); replayed {
			return w, nil
		}
		if err := mayDecideVoice(w.State, w.Version, expected); err != nil {
			return nil, err
		}
		w, err = w.Update().SetState(to).SetReason(reason).SetModeratorID(typeid.ID(a.viewer.Person)).AddVersion(1).Save(ctx)
		if err != nil {
			return nil, err
		}
		a.audit(line{act: auditentry.ActDecision, as: auth.Moderator, at: e.ServiceID, about: w.ID, whose: w.AuthorID, why: "VOICE_" + string(to)})
		return w, a.voiceDecided(ctx, w)
	})
	return w, replayed && err == nil, err
}

// mayDecideVoice decides whether a moderator may decide: on what waits, having read the newest version.
func mayDecideVoice(state voice.State, version, expected int) error {
	switch {
	case version != expected:
		return stale(version)
	case state != voice.StateInModeration:
		return refuse(NotNow, "A moderator has decided on this already.", "voiceId")
	}
	return nil
}

// mayModerateVoice decides whether the viewer may decide on a voice: who may moderate the experience, and does not speak in it.
func (a *act) mayModerateVoice(ctx context.Context, w *ent.Voice) (*ent.Experience, error) {
	if string(w.AuthorID) == a.viewer.Person {
		return nil, ErrForbidden
	}
	e, err := a.Experience.Get(ctx, w.ExperienceID)
	if err != nil {
		return nil, err
	}
	return e, mayModerate(ctx, a, e)
}

// voiceDecided tells who speaks, and the author beside whose words they now stand.
func (a *act) voiceDecided(ctx context.Context, w *ent.Voice) error {
	kind, about := step.KindHeard, string(w.ID)
	if w.State == voice.StateReturned {
		kind, about = step.KindReturned, version(w.ID, w.Version)
	}
	if err := a.tell(ctx, told{person: w.AuthorID, experience: w.ExperienceID, kind: kind, about: about, words: w.Reason}); err != nil {
		return err
	}
	return a.voiceHeard(ctx, w)
}

// voiceHeard tells the author of the experience of a voice that can be read beside it from now on.
func (a *act) voiceHeard(ctx context.Context, w *ent.Voice) error {
	agreed, err := a.agrees(ctx, words{voice: &w.ID}, consent.PurposePublish)
	if err != nil || !agreed || w.State != voice.StatePublished {
		return err
	}
	return a.tellBeside(ctx, w, step.KindVoiceAdded)
}

// ownVoice reads the viewer's own added words, so that nobody else changes them until the transaction is over.
func (a *act) ownVoice(ctx context.Context, id typeid.ID) (*ent.Voice, error) {
	w, err := lockVoice(ctx, a, id)
	if err == nil && string(w.AuthorID) != a.viewer.Person {
		err = ErrForbidden
	}
	return w, err
}

func lockVoice(ctx context.Context, a *act, id typeid.ID) (*ent.Voice, error) {
	return hold(a, a.Voice.Query().Where(voice.ID(id))).Only(ctx)
}
