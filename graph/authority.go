package graph

import (
	"context"
	"fmt"
	"strings"

	"hearback/auth"
	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/objection"
	"hearback/ent/generated/ent/step"
	"hearback/ent/page"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

func (h *House) authoritiesByID(ctx context.Context, ids []typeid.ID) ([]*ent.Authority, error) {
	return h.DB.Authority.Query().Where(authority.IDIn(ids...)).All(ctx)
}

// Standing is that of the moment of this question.
func (r authorities) Standing(ctx context.Context, a *ent.Authority) (rule.Standing, error) {
	return rule.StandingOf(a, auth.FromContext(ctx).At), nil
}

func (r authorities) Scope(_ context.Context, a *ent.Authority) ([]rule.AuthorityScope, error) {
	scope := []rule.AuthorityScope{}
	for s := range strings.FieldsSeq(a.Scope) {
		scope = append(scope, rule.AuthorityScope(s))
	}
	return scope, nil
}

func (r authorities) ViewerSpeaks(ctx context.Context, a *ent.Authority) (bool, error) {
	return string(a.ProxyID) == auth.FromContext(ctx).Person, nil
}

func (r authorities) ComesOfAgeIn(_ context.Context, a *ent.Authority) (*string, error) {
	if a.Born == nil {
		return nil, nil
	}
	at := *a.Born + rule.ComesOfAge*12
	month := fmt.Sprintf("%04d-%02d", at/12, at%12+1)
	return &month, nil
}

func (r objections) Experience(ctx context.Context, o *ent.Objection) (*ent.Experience, error) {
	return one(ctx, o, objection.FieldExperienceID, func(o *ent.Objection) typeid.ID { return o.ExperienceID }, r.experiencesByID)
}

func (r steps) Authority(ctx context.Context, s *ent.Step) (*ent.Authority, error) {
	return one(ctx, s, step.FieldAuthorityID, func(s *ent.Step) typeid.ID { return typeid.Maybe(s.AuthorityID) }, r.authoritiesByID)
}

// Authority is for the author and for who told it; nil for others, as the rule of authorities has it.
func (r experiences) Authority(ctx context.Context, e *ent.Experience) (*ent.Authority, error) {
	return one(ctx, e, experience.FieldAuthorityID, func(e *ent.Experience) typeid.ID { return typeid.Maybe(e.AuthorityID) }, r.authoritiesByID)
}

// Objections are for the moderators of the place; nil for others: an empty list would say that nobody objects.
func (r experiences) Objections(ctx context.Context, e *ent.Experience, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ObjectionConnection, error) {
	if may, err := r.moderated(ctx, e); err != nil || !may {
		return nil, err
	}
	link := page.Link[*ent.Objection]{Column: objection.FieldExperienceID, Of: func(o *ent.Objection) typeid.ID { return o.ExperienceID }}
	return page.Children(ctx, e, r.DB.Objection.Query(), link, args(first, after, last, before), page.Oldest[*ent.Objection]("objections"))
}

type spokenKey struct{}

// spoken tells whether the viewer reads an experience for its author. It asks nothing of the database for who speaks for nobody.
func (h *House) spoken(ctx context.Context, e *ent.Experience) (bool, error) {
	if !auth.FromContext(ctx).Speaks {
		return false, nil
	}
	found, err := cohort.Once(e.Cohort(), spokenKey{}, func(rows []*ent.Experience) (map[typeid.ID]bool, error) {
		ids := make([]typeid.ID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		some, err := h.DB.Experience.Query().Where(experience.IDIn(ids...), rule.SpokenFor(ctx, "")).IDs(ctx)
		is := make(map[typeid.ID]bool, len(some))
		for _, id := range some {
			is[id] = true
		}
		return is, err
	})
	return found[e.ID], err
}

// theirsOrSpoken tells whether the viewer wrote it, or reads it for who did.
func (h *House) theirsOrSpoken(ctx context.Context, e *ent.Experience) (bool, error) {
	if theirs(ctx, e) {
		return true, nil
	}
	return h.spoken(ctx, e)
}

// theirsOrTold tells whether the viewer wrote it, or told it for who did and may still read it.
func (h *House) theirsOrTold(ctx context.Context, e *ent.Experience) (bool, error) {
	if e.ToldByID == nil || string(*e.ToldByID) != auth.FromContext(ctx).Person {
		return theirs(ctx, e), nil
	}
	return h.spoken(ctx, e)
}

// moderatedOrTheirs tells whether the viewer wrote it, reads it for who did, or is a moderator where it happened.
func (r experiences) moderatedOrTheirs(ctx context.Context, e *ent.Experience) (bool, error) {
	if own, err := r.theirsOrSpoken(ctx, e); err != nil || own {
		return own, err
	}
	return r.moderated(ctx, e)
}

// toldTo are the topics of steps for the viewer: their own, and those of people for whom they may speak as the stream begins.
// What an event leads to is read with the rights of its moment.
func (r subscriptions) toldTo(ctx context.Context) ([]string, error) {
	v := auth.FromContext(ctx)
	topics := []string{workflow.StepsOf(typeid.ID(v.Person))}
	if !v.Speaks {
		return topics, nil
	}
	all, err := r.DB.Authority.Query().Where(authority.ProxyID(typeid.ID(v.Person)), rule.WorkingAt(v.At)).All(ctx)
	for _, a := range all {
		topics = append(topics, workflow.StepsOf(a.SubjectID))
	}
	return topics, err
}

func (r viewers) Authorities(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*AuthorityConnection, error) {
	return page.Connect(ctx, r.DB.Authority.Query().Where(authority.ProxyID(p.ID)), args(first, after, last, before), page.Oldest[*ent.Authority]("authorities"))
}

func (r viewers) SpokenForBy(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*AuthorityConnection, error) {
	return page.Connect(ctx, r.DB.Authority.Query().Where(authority.SubjectID(p.ID)), args(first, after, last, before), page.Oldest[*ent.Authority]("spokenForBy"))
}

func (r mutations) AuthorityInvite(ctx context.Context, in AuthorityInviteInput) (*AuthorityCodePayload, error) {
	return codePayload(r.Flow.AuthorityInvite(ctx, in.Scope, in.EndsAt))
}

func (r mutations) AuthorityShareCode(ctx context.Context, in AuthorityShareCodeInput) (*AuthorityCodePayload, error) {
	return codePayload(r.Flow.AuthorityShareCode(ctx, in.AuthorityID, in.Scope))
}

func (r mutations) AuthorityCodeRenew(ctx context.Context, in AuthorityCodeRenewInput) (*AuthorityCodePayload, error) {
	return codePayload(r.Flow.AuthorityCodeRenew(ctx, in.AuthorityID))
}

func (r mutations) AuthorityAccept(ctx context.Context, in AuthorityAcceptInput) (*AuthorityPayload, error) {
	return authorityPayload(r.Flow.AuthorityAccept(ctx, workflow.AuthorityAcceptance{
		Code: in.Code, Relationship: in.Relationship, ProxyName: in.ProxyName, SubjectName: text(in.SubjectName), Evidence: text(in.Evidence),
	}))
}

func (r mutations) AuthorityDeclare(ctx context.Context, in AuthorityDeclareInput) (*AuthorityDeclarePayload, error) {
	a, code, replayed, err := r.Flow.AuthorityDeclare(ctx, workflow.AuthorityDraft{
		ID: in.ID, Basis: in.Basis, Scope: in.Scope, Relationship: in.Relationship, ProxyName: text(in.ProxyName), SubjectName: text(in.SubjectName),
		Evidence: text(in.Evidence), Born: text(in.Born), ReviewAt: in.ReviewAt, EndsAt: in.EndsAt,
	})
	problems, err := refusals(err)
	payload := &AuthorityDeclarePayload{Authority: a, UserErrors: problems, Replayed: replayed}
	if code != "" {
		payload.TakeOverCode = &code
	}
	return payload, err
}

func (r mutations) AuthorityTakeOver(ctx context.Context, in AuthorityTakeOverInput) (*SessionPayload, error) {
	return sessionPayload(r.Flow.AuthorityTakeOver(ctx, in.Code))
}

func (r mutations) AuthorityReview(ctx context.Context, in AuthorityReviewInput) (*AuthorityPayload, error) {
	a, replayed, err := r.Flow.AuthorityReview(ctx, in.AuthorityID, in.ReviewAt)
	return authorityPayload(a, replayed, err)
}

func (r mutations) AuthorityEnd(ctx context.Context, in AuthorityEndInput) (*AuthorityPayload, error) {
	a, replayed, err := r.Flow.AuthorityEnd(ctx, in.AuthorityID)
	return authorityPayload(a, replayed, err)
}

func (r mutations) AuthorityObject(ctx context.Context, in AuthorityObjectInput) (*ObjectionPayload, error) {
	o, replayed, err := r.Flow.AuthorityObject(ctx, workflow.ObjectionDraft{ID: in.ID, ExperienceID: in.ExperienceID, Words: in.Words})
	problems, err := refusals(err)
	return &ObjectionPayload{o, problems, replayed}, err
}

func authorityPayload(a *ent.Authority, replayed bool, err error) (*AuthorityPayload, error) {
	problems, err := refusals(err)
	return &AuthorityPayload{a, problems, replayed}, err
}

func codePayload(code string, err error) (*AuthorityCodePayload, error) {
	problems, err := refusals(err)
	payload := &AuthorityCodePayload{UserErrors: problems}
	if code != "" {
		payload.Code = &code
	}
	return payload, err
}
