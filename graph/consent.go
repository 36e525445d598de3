package graph

import (
	"context"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/consenttext"
	"hearback/ent/page"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// newestText is the order of what people agree to.
func newestText() page.Term[*ent.ConsentText] {
	return page.Term[*ent.ConsentText]{Name: "consentTexts", Column: consenttext.FieldCreatedAt, Desc: true, Value: func(t *ent.ConsentText) any { return t.CreatedAt }}
}

func (h *House) consentTextsByID(ctx context.Context, ids []typeid.ID) ([]*ent.ConsentText, error) {
	return h.DB.ConsentText.Query().Where(consenttext.IDIn(ids...)).All(ctx)
}

func (r queries) ConsentTexts(ctx context.Context, purpose *consent.Purpose, language *string, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ConsentTextConnection, error) {
	q := r.DB.ConsentText.Query()
	if purpose != nil {
		q.Where(consenttext.PurposeEQ(consenttext.Purpose(*purpose)))
	}
	if language != nil {
		q.Where(consenttext.Language(*language))
	}
	return page.Connect(ctx, q, args(first, after, last, before), newestText())
}

func (r consentTexts) Purpose(_ context.Context, t *ent.ConsentText) (consent.Purpose, error) {
	return consent.Purpose(t.Purpose), nil
}

func (r consents) Text(ctx context.Context, c *ent.Consent) (*ent.ConsentText, error) {
	return one(ctx, c, consent.FieldTextID, func(c *ent.Consent) typeid.ID { return c.TextID }, r.consentTextsByID)
}

func (r consents) Experience(ctx context.Context, c *ent.Consent) (*ent.Experience, error) {
	return one(ctx, c, consent.FieldExperienceID, func(c *ent.Consent) typeid.ID { return c.ExperienceID }, r.experiencesByID)
}

func (r consents) GivenThrough(ctx context.Context, c *ent.Consent) (*ent.Authority, error) {
	return one(ctx, c, consent.FieldGivenThroughID, func(c *ent.Consent) typeid.ID { return typeid.Maybe(c.GivenThroughID) }, r.authoritiesByID)
}

func (r consents) TakenBackThrough(ctx context.Context, c *ent.Consent) (*ent.Authority, error) {
	return one(ctx, c, consent.FieldTakenBackThroughID, func(c *ent.Consent) typeid.ID { return typeid.Maybe(c.TakenBackThroughID) }, r.authoritiesByID)
}

// Consents are for the author and who told it for them; nil for others.
func (r experiences) Consents(ctx context.Context, e *ent.Experience, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ConsentConnection, error) {
	if may, err := r.theirsOrTold(ctx, e); err != nil || !may {
		return nil, err
	}
	link := page.Link[*ent.Consent]{Column: consent.FieldExperienceID, Of: func(c *ent.Consent) typeid.ID { return c.ExperienceID }}
	return page.Children(ctx, e, r.DB.Consent.Query().Where(consent.VoiceIDIsNil()), link, args(first, after, last, before), page.Oldest[*ent.Consent]("consents"))
}

// NotBefore is for the author, who reads it for them, and the moderators of its place; nil for others.
func (r experiences) NotBefore(ctx context.Context, e *ent.Experience) (*time.Time, error) {
	if may, err := r.moderatedOrTheirs(ctx, e); err != nil || !may {
		return nil, err
	}
	return e.NotBefore, nil
}

func (r mutations) ConsentGive(ctx context.Context, in ConsentGiveInput) (*ConsentPayload, error) {
	return consentPayload(r.Flow.ConsentGive(ctx, in.ExperienceID, in.Purpose, in.Language))
}

func (r mutations) ConsentTakeBack(ctx context.Context, in ConsentTakeBackInput) (*ConsentPayload, error) {
	return consentPayload(r.Flow.ConsentTakeBack(ctx, in.ExperienceID, in.Purpose))
}

func (r mutations) ConsentTextAdd(ctx context.Context, in ConsentTextAddInput) (*ConsentTextPayload, error) {
	t, replayed, err := r.Flow.ConsentTextAdd(ctx, workflow.ConsentTextDraft{ID: in.ID, Purpose: in.Purpose, Language: in.Language, Words: in.Words})
	problems, err := refusals(err)
	return &ConsentTextPayload{t, problems, replayed}, err
}

func (r mutations) EmbargoSet(ctx context.Context, in EmbargoSetInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.EmbargoSet(ctx, in.ExperienceID, in.NotBefore))
}

func consentPayload(c *ent.Consent, replayed bool, err error) (*ConsentPayload, error) {
	problems, err := refusals(err)
	return &ConsentPayload{c, problems, replayed}, err
}
