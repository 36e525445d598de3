package workflow

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/consenttext"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Shared is what people agree to by sharing, when they do not say otherwise: sharing is asking to be heard.
func Shared() []consent.Purpose {
	return []consent.Purpose{consent.PurposePublish, consent.PurposeThemeAnalysis, consent.PurposeContactAboutChange}
}

// asked brings purposes into one order, each once; nil stands for what people agree to by sharing.
func asked(purposes []consent.Purpose) []consent.Purpose {
	if purposes == nil {
		return nil
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(purposes)))
	if slices.Equal(sorted, slices.Sorted(slices.Values(Shared()))) {
		return nil
	}
	return append([]consent.Purpose{}, sorted...)
}

// spoken is a language as a draft holds it: nothing for the one that is meant when nothing is said.
func spoken(language string) string {
	if language == query.English {
		return ""
	}
	return language
}

// words are what a consent is about: an experience, or a voice beside one.
type words struct {
	experience typeid.ID
	voice      *typeid.ID
	author     typeid.ID
	through    *typeid.ID // the authority through which somebody else says what may be done with them
}

// agree writes down what somebody agrees to as they send their words, each purpose with the newest text in the language.
func (a *act) agree(ctx context.Context, w words, purposes []consent.Purpose, language string) error {
	if purposes == nil {
		purposes = Shared()
	}
	texts, err := a.newestTexts(ctx, purposes, language)
	if err != nil || len(purposes) == 0 {
		return err
	}
	rows := make([]*ent.ConsentCreate, len(purposes))
	for i, p := range purposes {
		rows[i] = a.agreement(w, p, texts[p])
	}
	return a.Consent.CreateBulk(rows...).Exec(rule.AsSystem(ctx, "people agree for the words that they have just sent"))
}

func (a *act) agreement(w words, p consent.Purpose, text typeid.ID) *ent.ConsentCreate {
	return a.Consent.Create().SetCreatedAt(a.at).SetPersonID(w.author).SetExperienceID(w.experience).SetNillableVoiceID(w.voice).SetPurpose(p).SetTextID(text).SetNillableGivenThroughID(w.through)
}

// newestTexts are the newest versions of what people agree to, by purpose. Errors: a Refusal when there is none in the language.
func (a *act) newestTexts(ctx context.Context, purposes []consent.Purpose, language string) (map[consent.Purpose]typeid.ID, error) {
	wanted := make([]consenttext.Purpose, len(purposes))
	for i, p := range purposes {
		wanted[i] = consenttext.Purpose(p)
	}
	all, err := a.ConsentText.Query().Where(consenttext.PurposeIn(wanted...), consenttext.Language(cmp.Or(language, query.English))).Order(consenttext.ByVersion()).All(ctx)
	newest := make(map[consent.Purpose]typeid.ID, len(purposes))
	for _, t := range all {
		newest[consent.Purpose(t.Purpose)] = t.ID
	}
	for _, p := range purposes {
		if newest[p] == "" && err == nil {
			err = refuse(Invalid, "There is no text for "+string(p)+" in this language. Please choose a language that consentTexts has.", "consentLanguage")
		}
	}
	return newest, err
}

// ConsentGive agrees, for one's own words at an experience, to one more purpose. Words that a moderator let through before
// and that nothing else holds back can be read by all again. Who shared the experience, or speaks in it; who told it for
// somebody and may say this for them, as long as that one has not taken it back.
// Errors: ErrNotFound, ErrForbidden when the words are somebody else's, Refusal.
func (f *Flow) ConsentGive(ctx context.Context, id typeid.ID, p consent.Purpose, language string) (*ent.Consent, bool, error) {
	return f.consent(ctx, id, p, func(ctx context.Context, a *act, o *owned, held *ent.Consent) (*ent.Consent, bool, error) {
		if held != nil {
			return held, true, nil
		}
		if err := a.leftToUs(ctx, o.words(), p); err != nil {
			return nil, false, err
		}
		texts, err := a.newestTexts(ctx, []consent.Purpose{p}, language)
		if err != nil {
			return nil, false, err
		}
		given, err := a.agreement(o.words(), p, texts[p]).Save(ctx)
		a.saidFor(o, "CONSENT_GIVEN")
		if err == nil && p == consent.PurposePublish {
			err = a.shown(ctx, o)
		}
		return given, false, err
	})
}

// ConsentTakeBack takes back what one agreed to for one's own words at an experience, at any time. Without PUBLISH published
// words are for the service alone, from the same moment on. Who shared the experience, or speaks in it; who told it for
// somebody and may say this for them, when that one has not agreed to it themself. Errors: ErrNotFound, ErrForbidden when the
// words are somebody else's, Refusal when it was never given.
func (f *Flow) ConsentTakeBack(ctx context.Context, id typeid.ID, p consent.Purpose) (*ent.Consent, bool, error) {
	return f.consent(ctx, id, p, func(ctx context.Context, a *act, o *owned, held *ent.Consent) (*ent.Consent, bool, error) {
		if held == nil {
			last, err := a.lastConsent(ctx, o.words(), p)
			if last == nil && err == nil {
				err = refuse(NotNow, "You did not agree to this, so there is nothing to take back.", "purpose")
			}
			return last, true, err
		}
		if err := a.leftToUs(ctx, o.words(), p); err != nil {
			return nil, false, err
		}
		back, err := held.Update().SetTakenBackAt(a.at).SetNillableTakenBackThroughID(o.through).Save(ctx)
		a.saidFor(o, "CONSENT_TAKEN_BACK")
		if err == nil && p == consent.PurposePublish && o.voice == nil && o.experience.State == experience.StatePublished {
			_, err = a.become(ctx, o.experience, standing{state: experience.StateServiceOnly}, "")
		}
		return back, false, err
	})
}

// owned are the viewer's own words at an experience: the experience, or the voice that they added to it; or what they told for
// somebody, through an authority.
type owned struct {
	experience *ent.Experience
	voice      *ent.Voice
	through    *typeid.ID
}

func (o *owned) words() words {
	if o.voice == nil {
		return words{experience: o.experience.ID, author: o.experience.AuthorID, through: o.through}
	}
	return words{experience: o.voice.ExperienceID, voice: &o.voice.ID, author: o.voice.AuthorID}
}

// consent finds the words and what holds for them now, so that nobody else changes either until it is done.
func (f *Flow) consent(ctx context.Context, id typeid.ID, p consent.Purpose, do func(context.Context, *act, *owned, *ent.Consent) (*ent.Consent, bool, error)) (c *ent.Consent, replayed bool, err error) {
	c, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Consent, error) {
		ctx, o, err := a.ownWords(ctx, id)
		if err != nil {
			return nil, err
		}
		held, err := a.Consent.Query().Where(about(o.words()), consent.PurposeEQ(p), consent.TakenBackAtIsNil()).Only(rule.AsSystem(ctx, "what somebody agreed to themselves"))
		if err != nil && !ent.IsNotFound(err) {
			return nil, err
		}
		c, again, err := do(ctx, a, o, held)
		replayed = again
		return c, err
	})
	return c, replayed && err == nil, err
}

// about holds for consents to what is done with these words.
func about(w words) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if w.voice != nil {
			s.Where(sql.EQ(s.C(consent.FieldVoiceID), *w.voice))
			return
		}
		s.Where(sql.And(sql.EQ(s.C(consent.FieldExperienceID), w.experience), sql.IsNull(s.C(consent.FieldVoiceID))))
	}
}

// ownWords are the viewer's at an experience, and the context in which they decide on them. Who speaks in one may not see it,
// and still decides on their own words.
func (a *act) ownWords(ctx context.Context, id typeid.ID) (context.Context, *owned, error) {
	own, err := a.Voice.Query().Where(voice.ExperienceID(id), voice.AuthorID(typeid.ID(a.viewer.Person)), voice.StateNEQ(voice.StateWithdrawn)).First(ctx)
	if err == nil {
		own, err = lockVoice(ctx, a, own.ID)
	}
	if err == nil || !ent.IsNotFound(err) {
		return ctx, &owned{voice: own}, err
	}
	e, err := lockExperience(ctx, a, id)
	if err != nil {
		return nil, nil, err
	}
	o := &owned{experience: e}
	if string(e.AuthorID) != a.viewer.Person {
		o.through = e.AuthorityID
	}
	ctx, err = a.inPlaceOfAuthor(ctx, e, rule.MayGiveConsent)
	return ctx, o, err
}

// saidFor has what somebody decided for another written into the audit log.
func (a *act) saidFor(o *owned, why string) {
	if o.through != nil {
		a.audit(line{act: auditentry.ActProxy, about: *o.through, record: o.experience.ID, whose: o.experience.AuthorID, why: why})
	}
}

// leftToUs refuses what somebody says for a person who has said something about it themself: their own word counts.
func (a *act) leftToUs(ctx context.Context, w words, p consent.Purpose) error {
	if w.through == nil {
		return nil
	}
	last, err := a.lastConsent(ctx, w, p)
	switch {
	case err != nil || last == nil:
		return err
	case last.TakenBackAt == nil && last.GivenThroughID != nil, last.TakenBackAt != nil && last.TakenBackThroughID != nil:
		return nil
	}
	return refuse(NotNow, "They have decided this themself. Please ask them: only they can change it.", "purpose")
}

// lastConsent is what was agreed to last, and perhaps taken back; nil for nothing.
func (a *act) lastConsent(ctx context.Context, w words, p consent.Purpose) (*ent.Consent, error) {
	last, err := a.Consent.Query().Where(about(w), consent.PurposeEQ(p)).Order(consent.ByCreatedAt(sql.OrderDesc()), consent.ByID(sql.OrderDesc())).
		First(rule.AsSystem(ctx, "what somebody agreed to themselves"))
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return last, err
}

// shown does what agreeing to be read by all has led to: words that only waited for that come out.
func (a *act) shown(ctx context.Context, o *owned) error {
	if o.voice != nil {
		return a.voiceHeard(ctx, o.voice)
	}
	if o.experience.State != experience.StateServiceOnly {
		return nil
	}
	to, err := a.approved(ctx, o.experience) // which knows what a moderator left to the service
	if err == nil && to.state != experience.StateServiceOnly {
		_, err = a.become(ctx, o.experience, to, "")
	}
	return err
}

// agrees tells whether whose words they are agrees to a purpose now.
func (a *act) agrees(ctx context.Context, w words, p consent.Purpose) (bool, error) {
	return a.Consent.Query().Where(about(w), consent.PurposeEQ(p), consent.TakenBackAtIsNil()).
		Exist(rule.AsSystem(ctx, "what people agreed to is honoured whoever acts"))
}

// MaxConsentWords is how long a text that people agree to may be, in letters.
const MaxConsentWords = 2000

// ConsentTextDraft is the next version of what people agree to.
type ConsentTextDraft struct {
	ID       *typeid.ID `json:"-"`
	Purpose  consent.Purpose
	Language string
	Words    string
}

// ConsentTextAdd adds the next version of a text; what people agreed to before stays. Administrators of the whole installation.
// Errors: ErrForbidden, Refusal.
func (f *Flow) ConsentTextAdd(ctx context.Context, d ConsentTextDraft) (*ent.ConsentText, bool, error) {
	return once(ctx, f, sending[*ent.ConsentText]{
		id: d.ID, prefix: typeid.ConsentText, input: d, make: d.add,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.ConsentText, error) {
			return a.ConsentText.Get(ctx, id)
		},
		by: func(t *ent.ConsentText) (typeid.ID, string) {
			if t.AuthorID == nil {
				return "", t.Fingerprint
			}
			return *t.AuthorID, t.Fingerprint
		},
	})
}

func (d ConsentTextDraft) add(ctx context.Context, a *act, id typeid.ID, print string) (*ent.ConsentText, error) {
	var c checks
	words, language := c.needed(d.Words, MaxConsentWords, "words"), c.needed(d.Language, 35, "language")
	if consenttext.LanguageValidator(language) != nil {
		c.add(Invalid, "This is not the tag of a language. It looks like en, cy or pt-BR.", "language")
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	purpose := consenttext.Purpose(d.Purpose)
	if err := a.alone(ctx, fmt.Sprintf("consent text %s %s", purpose, language)); err != nil {
		return nil, err
	}
	before, err := a.ConsentText.Query().Where(consenttext.PurposeEQ(purpose), consenttext.Language(language)).Count(ctx)
	if err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, about: id, why: "CONSENT_TEXT"})
	return a.ConsentText.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetPurpose(purpose).SetLanguage(language).SetVersion(before + 1).
		SetWords(words).SetAuthorID(typeid.ID(a.viewer.Person)).Save(ctx)
}
