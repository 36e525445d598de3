package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/signals"
	"hearback/workflow"
)

// longestAdded is the order of voices that wait for a moderator.
func longestAdded() page.Term[*ent.Voice] { return page.Oldest[*ent.Voice]("voiceQueue") }

// newestVoice is the order of one's own.
func newestVoice() page.Term[*ent.Voice] {
	return page.Term[*ent.Voice]{Name: "ownVoices", Column: voice.FieldCreatedAt, Desc: true, Value: func(w *ent.Voice) any { return w.CreatedAt }}
}

func (r experiences) Voices(ctx context.Context, e *ent.Experience, first *int, after *page.Cursor, last *int, before *page.Cursor) (*VoiceConnection, error) {
	link := page.Link[*ent.Voice]{Column: voice.FieldExperienceID, Of: func(w *ent.Voice) typeid.ID { return w.ExperienceID }}
	return page.Children(ctx, e, r.DB.Voice.Query(), link, args(first, after, last, before), page.Oldest[*ent.Voice]("voices"))
}

func (r viewers) Voices(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*VoiceConnection, error) {
	return page.Connect(ctx, r.DB.Voice.Query().Where(voice.AuthorID(p.ID)), args(first, after, last, before), newestVoice())
}

func (r viewers) VoiceQueue(ctx context.Context, p *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*VoiceConnection, error) {
	return r.voicesWaiting(ctx, p, rule.VoiceInModeration, within, args(first, after, last, before), auth.Moderator)
}

// SignalledVoices are of those that wait for a moderator: whether one tells of danger is for who reads it to say.
func (r viewers) SignalledVoices(ctx context.Context, p *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*VoiceConnection, error) {
	return r.voicesWaiting(ctx, p, rule.VoicesSignalled, within, args(first, after, last, before), auth.Moderator, auth.SafeguardingLead)
}

func (h *House) voicesWaiting(ctx context.Context, p *ent.Person, which func(*sql.Selector), within *typeid.ID, of page.Args, roles ...auth.Role) (*VoiceConnection, error) {
	q := h.DB.Voice.Query().Where(which, voice.AuthorIDNEQ(p.ID), rule.VoiceInReach(ctx, roles...))
	if within != nil {
		at, err := h.below(ctx, voice.FieldServiceID, *within)
		if err != nil {
			return nil, err
		}
		q.Where(at)
	}
	return page.Connect(ctx, q, of, longestAdded())
}

func (r voices) Relationship(_ context.Context, w *ent.Voice) (experience.Relationship, error) {
	return experience.Relationship(w.Relationship), nil
}

func (r voices) Experience(ctx context.Context, w *ent.Voice) (*ent.Experience, error) {
	return one(ctx, w, voice.FieldExperienceID, func(w *ent.Voice) typeid.ID { return w.ExperienceID }, r.experiencesByID)
}

func (r voices) ViewerIsAuthor(ctx context.Context, w *ent.Voice) (bool, error) {
	return string(w.AuthorID) == auth.FromContext(ctx).Person, nil
}

// spoken tells whether the viewer speaks in it, and asks with a token that may read what is their own.
func spoken(ctx context.Context, w *ent.Voice) bool {
	v := auth.FromContext(ctx)
	return string(w.AuthorID) == v.Person && v.May(auth.ExperienceRead)
}

// near tells whether the viewer speaks in it or moderates what others say there.
func (r voices) near(ctx context.Context, w *ent.Voice) (bool, error) {
	if spoken(ctx, w) {
		return true, nil
	}
	if !auth.FromContext(ctx).Holds(auth.Moderator) {
		return false, nil
	}
	e, err := r.Experience(ctx, w)
	if e == nil || err != nil || theirs(ctx, e) {
		return false, err
	}
	return experiences(r).moderated(ctx, e)
}

// Reason is for who speaks and the moderators of its place; nil for others.
func (r voices) Reason(ctx context.Context, w *ent.Voice) (*string, error) {
	if may, err := r.near(ctx, w); err != nil || !may {
		return nil, err
	}
	return &w.Reason, nil
}

// Consents are for who speaks only; nil for others.
func (r voices) Consents(ctx context.Context, w *ent.Voice, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ConsentConnection, error) {
	if !spoken(ctx, w) {
		return nil, nil
	}
	link := page.Link[*ent.Consent]{Column: consent.FieldVoiceID, Of: func(c *ent.Consent) typeid.ID { return typeid.Maybe(c.VoiceID) }}
	return page.Children(ctx, w, r.DB.Consent.Query(), link, args(first, after, last, before), page.Oldest[*ent.Consent]("voiceConsents"))
}

// Identifying is for who speaks and the moderators of its place; nil for others.
func (r voices) Identifying(ctx context.Context, w *ent.Voice) ([]*IdentifyingSpan, error) {
	if may, err := r.near(ctx, w); err != nil || !may {
		return nil, err
	}
	return identifying(worded{IdentifyingFieldDisplayName, w.DisplayName}, worded{IdentifyingFieldStory, w.Story}), nil
}

func (r mutations) VoiceInvite(ctx context.Context, in VoiceInviteInput) (*VoiceInvitePayload, error) {
	code, until, err := r.Flow.VoiceInvite(ctx, in.ExperienceID)
	problems, err := refusals(err)
	if code == "" {
		return &VoiceInvitePayload{UserErrors: problems}, err
	}
	return &VoiceInvitePayload{&code, &until, problems}, err
}

func (r mutations) VoiceAdd(ctx context.Context, in VoiceAddInput) (*VoicePayload, error) {
	return voicePayload(r.Flow.VoiceAdd(ctx, workflow.VoiceDraft{
		ID: in.ID, Code: in.Code, Relationship: in.Relationship, DisplayName: text(in.DisplayName), Story: in.Story,
		Consents: in.Consents, ConsentLanguage: in.ConsentLanguage,
	}))
}

func (r mutations) VoiceRevise(ctx context.Context, in VoiceReviseInput) (*VoicePayload, error) {
	return voicePayload(r.Flow.VoiceRevise(ctx, in.VoiceID, in.ExpectedVersion, func(d *workflow.VoiceDraft) {
		set(&d.Relationship, in.Relationship)
		set(&d.DisplayName, in.DisplayName)
		set(&d.Story, in.Story)
	}))
}

func (r mutations) VoiceWithdraw(ctx context.Context, in VoiceWithdrawInput) (*VoicePayload, error) {
	return voicePayload(r.Flow.VoiceWithdraw(ctx, in.VoiceID))
}

func (r mutations) VoicePublish(ctx context.Context, in VoicePublishInput) (*VoicePayload, error) {
	return voicePayload(r.Flow.VoicePublish(ctx, in.VoiceID, in.ExpectedVersion))
}

func (r mutations) VoiceReturn(ctx context.Context, in VoiceReturnInput) (*VoicePayload, error) {
	return voicePayload(r.Flow.VoiceReturn(ctx, in.VoiceID, in.ExpectedVersion, in.Reason))
}

func voicePayload(w *ent.Voice, replayed bool, err error) (*VoicePayload, error) {
	problems, err := refusals(err)
	return &VoicePayload{w, problems, replayed}, err
}

// Signals are for moderators and leads of its place; nil for others.
func (r voices) Signals(ctx context.Context, w *ent.Voice) ([]signals.Kind, error) {
	e, err := r.Experience(ctx, w)
	if e == nil || err != nil || spoken(ctx, w) {
		return nil, err
	}
	if may, err := experiences(r).reached(ctx, e, auth.Moderator, auth.SafeguardingLead); err != nil || !may {
		return nil, err
	}
	return signals.Parse(w.Signals), nil
}

// Signposting is for who speaks only, when there is something in the words, whether or not they may see the experience.
func (r voices) Signposting(ctx context.Context, w *ent.Voice, language *string) (*query.Signposting, error) {
	if !spoken(ctx, w) || w.Signals == "" {
		return nil, nil
	}
	system := rule.AsSystem(ctx, "who may be in danger is told where to turn to at the place")
	e, err := one(system, w, "signposting", func(w *ent.Voice) typeid.ID { return w.ExperienceID }, r.experiencesByID)
	if err != nil {
		return nil, err
	}
	s, err := query.SignpostingOf(ctx, r.DB, e, text(language))
	return &s, err
}
