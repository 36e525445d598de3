package graph

import (
	"context"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/edit"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/appeal"
	"hearback/ent/generated/ent/decision"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/policyclause"
	"hearback/ent/generated/ent/predicate"
	"hearback/ent/page"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// inOrderOfPolicy is the order of clauses.
func inOrderOfPolicy() page.Term[*ent.PolicyClause] {
	return page.Term[*ent.PolicyClause]{Name: "policy", Column: policyclause.FieldCode, Kind: page.ByText, Value: func(c *ent.PolicyClause) any { return c.Code }}
}

func (h *House) decisionsByID(ctx context.Context, ids []typeid.ID) ([]*ent.Decision, error) {
	return h.DB.Decision.Query().Where(decision.IDIn(ids...)).All(ctx)
}

func (h *House) clausesByID(ctx context.Context, ids []typeid.ID) ([]*ent.PolicyClause, error) {
	return h.DB.PolicyClause.Query().Where(policyclause.IDIn(ids...)).All(ctx)
}

func (r queries) Policy(ctx context.Context, at *time.Time, first *int, after *page.Cursor, last *int, before *page.Cursor) (*PolicyClauseConnection, error) {
	q := r.DB.PolicyClause.Query().Where(policyclause.UntilIsNil())
	if at != nil {
		q = r.DB.PolicyClause.Query().Where(policyclause.CreatedAtLTE(*at), policyclause.Or(policyclause.UntilIsNil(), policyclause.UntilGT(*at)))
	}
	return page.Connect(ctx, q, args(first, after, last, before), inOrderOfPolicy())
}

func (r viewers) ModerationQueue(ctx context.Context, _ *ent.Person, within *typeid.ID, where *ModerationFilter, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ExperienceConnection, error) {
	at, err := r.inReach(ctx, within)
	if err != nil {
		return nil, err
	}
	if where == nil {
		where = &ModerationFilter{State: experience.StateInModeration}
	}
	narrowed, err := r.queued(ctx, where)
	if err != nil {
		return nil, err
	}
	q := r.DB.Experience.Query().Where(at, rule.InReach(ctx, auth.Moderator)).Where(narrowed...)
	return page.Connect(ctx, q, args(first, after, last, before), longestSent())
}

// queued turns a moderator's filter into predicates. It speaks of what moderators see and nobody else, on a list of theirs.
func (h *House) queued(ctx context.Context, f *ModerationFilter) (ps []predicate.Experience, err error) {
	if f.State == experience.StatePublished || !slices.Contains(rule.Moderated(), f.State) {
		return nil, &page.Error{Argument: "where.state", Reason: "may be a state in which moderators see what is not published; for what is published ask for experiences"}
	}
	if max(len(f.Relationship), len(f.Intention)) > widestFilter {
		return nil, &page.Error{Argument: "where", Reason: "may name ten of a kind"}
	}
	ps = append(ps, rule.Waiting(f.State))
	if f.Relationship != nil {
		ps = append(ps, experience.RelationshipIn(f.Relationship...))
	}
	if f.Intention != nil {
		ps = append(ps, experience.IntentionIn(f.Intention...))
	}
	if f.Claim != nil {
		ps = append(ps, claimed(*f.Claim, typeid.ID(auth.FromContext(ctx).Person), h.Now()))
	}
	if f.HasSignals != nil {
		ps = append(ps, yes(*f.HasSignals, experience.SignalsNEQ("")))
	}
	if f.Appealed != nil {
		ps = append(ps, yes(*f.Appealed, openAppeal))
	}
	if f.SentBefore != nil {
		ps = append(ps, experience.CreatedAtLT(*f.SentBefore))
	}
	return ps, nil
}

// yes is the predicate, or what is left by it.
func yes(holds bool, p predicate.Experience) predicate.Experience {
	if holds {
		return p
	}
	return experience.Not(p)
}

// claimed holds by who reads an experience now. A claim that has run out is none.
func claimed(by ClaimFilter, me typeid.ID, now time.Time) predicate.Experience {
	since := now.UTC().Add(-workflow.ClaimLasts)
	switch by {
	case ClaimFilterMine:
		return experience.And(experience.ClaimedAtGT(since), experience.ClaimedByID(me))
	case ClaimFilterOthers:
		return experience.And(experience.ClaimedAtGT(since), experience.ClaimedByIDNEQ(me))
	}
	return experience.Or(experience.ClaimedAtIsNil(), experience.ClaimedAtLTE(since))
}

// openAppeal holds for experiences whose author waits for a second moderator.
func openAppeal(s *sql.Selector) {
	t := sql.Dialect(s.Dialect()).Table(appeal.Table)
	p := sql.Dialect(s.Dialect()).Select(t.C(appeal.FieldExperienceID)).From(t)
	s.Where(sql.Exists(p.Where(sql.And(sql.ColumnsEQ(t.C(appeal.FieldExperienceID), s.C(experience.FieldID)), sql.IsNull(t.C(appeal.FieldOutcomeID))))))
}

// reached tells whether the viewer holds one of the roles where it happened.
func (r experiences) reached(ctx context.Context, e *ent.Experience, roles ...auth.Role) (bool, error) {
	v := auth.FromContext(ctx)
	if !v.Holds(roles...) || !v.May(auth.ExperienceRead) {
		return false, nil
	}
	at, err := r.Service(ctx, e)
	return at != nil && v.ReachesPath(at.Path, roles...), err
}

// moderated tells whether the viewer is a moderator where it happened.
func (r experiences) moderated(ctx context.Context, e *ent.Experience) (bool, error) {
	return r.reached(ctx, e, auth.Moderator)
}

// Decisions are for the author and the moderators of its place; nil for others: a list that the rule leaves empty would say
// that nobody decided.
func (r experiences) Decisions(ctx context.Context, e *ent.Experience, first *int, after *page.Cursor, last *int, before *page.Cursor) (*DecisionConnection, error) {
	if may, err := r.moderatedOrTheirs(ctx, e); err != nil || !may {
		return nil, err
	}
	link := page.Link[*ent.Decision]{Column: decision.FieldExperienceID, Of: func(d *ent.Decision) typeid.ID { return d.ExperienceID }}
	return page.Children(ctx, e, r.DB.Decision.Query(), link, args(first, after, last, before), page.Oldest[*ent.Decision]("decisions"))
}

// Criticality is for who answers, moderates or keeps people safe where it happened; nil for others, its author among them.
func (r experiences) Criticality(ctx context.Context, e *ent.Experience) (*experience.Criticality, error) {
	may, err := r.reached(ctx, e, append(rule.ServiceStaff(), auth.Moderator, auth.SafeguardingLead)...)
	if err != nil || !may {
		return nil, err
	}
	return e.Criticality, nil
}

// Claim is for the moderators of its place; nil for others, as if nobody read it.
func (r experiences) Claim(ctx context.Context, e *ent.Experience) (*Claim, error) {
	c := workflow.ClaimOn(e, r.Now())
	if may, err := r.moderated(ctx, e); err != nil || !may || c == nil {
		return nil, err
	}
	return &Claim{ViewerHolds: string(c.By) == auth.FromContext(ctx).Person, Until: c.Until}, nil
}

func (r decisions) Clause(ctx context.Context, d *ent.Decision) (*ent.PolicyClause, error) {
	return one(ctx, d, decision.FieldClauseID, func(d *ent.Decision) typeid.ID { return typeid.Maybe(d.ClauseID) }, r.clausesByID)
}

// Appeal is found for all decisions that were read together.
func (r decisions) Appeal(ctx context.Context, d *ent.Decision) (*ent.Appeal, error) {
	return back(ctx, d, appeal.FieldDecisionID, func(p *ent.Appeal) typeid.ID { return p.DecisionID }, func(ctx context.Context, ids []typeid.ID) ([]*ent.Appeal, error) {
		return r.DB.Appeal.Query().Where(appeal.DecisionIDIn(ids...)).All(ctx)
	})
}

func (r appeals) Decision(ctx context.Context, p *ent.Appeal) (*ent.Decision, error) {
	return one(ctx, p, appeal.FieldDecisionID, func(p *ent.Appeal) typeid.ID { return p.DecisionID }, r.decisionsByID)
}

func (r appeals) Outcome(ctx context.Context, p *ent.Appeal) (*ent.Decision, error) {
	return one(ctx, p, appeal.FieldOutcomeID, func(p *ent.Appeal) typeid.ID { return typeid.Maybe(p.OutcomeID) }, r.decisionsByID)
}

func (r mutations) ExperiencePublish(ctx context.Context, in ExperiencePublishInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperiencePublish(ctx, in.ExperienceID, in.ExpectedVersion))
}

func (r mutations) ExperienceReturn(ctx context.Context, in ExperienceReturnInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceReturn(ctx, in.ExperienceID, in.ExpectedVersion, in.Reason, in.ClauseID))
}

func (r mutations) ExperienceDecide(ctx context.Context, in ExperienceDecideInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceDecide(ctx, in.ExperienceID, in.ExpectedVersion, workflow.DecisionDraft{
		Kind: in.Kind, Reason: text(in.Reason), ClauseID: in.ClauseID, Criticality: in.Criticality, Edits: editsIn(in.Edits),
	}))
}

// editsIn are the texts that a client gave; what it left out or gave as null stays as it is.
func editsIn(in *EditsInput) map[edit.Field]string {
	if in == nil {
		return nil
	}
	given := map[edit.Field]string{}
	for field, words := range map[edit.Field]*string{
		edit.DisplayName: in.DisplayName, edit.Story: in.Story, edit.WhatWasGood: in.WhatWasGood, edit.CouldBeBetter: in.CouldBeBetter,
	} {
		if words != nil {
			given[field] = *words
		}
	}
	return given
}

func (r mutations) ExperienceAcceptEdits(ctx context.Context, in ExperienceAcceptEditsInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceAcceptEdits(ctx, in.ExperienceID, in.ExpectedVersion))
}

func (r mutations) ExperienceRefuseEdits(ctx context.Context, in ExperienceRefuseEditsInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceRefuseEdits(ctx, in.ExperienceID, in.ExpectedVersion))
}

func (r mutations) DecisionAppeal(ctx context.Context, in DecisionAppealInput) (*AppealPayload, error) {
	p, replayed, err := r.Flow.DecisionAppeal(ctx, workflow.AppealDraft{ID: in.ID, DecisionID: in.DecisionID, Words: in.Words})
	problems, err := refusals(err)
	return &AppealPayload{p, problems, replayed}, err
}

func (r mutations) ExperienceClaim(ctx context.Context, in ExperienceClaimInput) (*ExperiencePayload, error) {
	e, err := r.Flow.ExperienceClaim(ctx, in.ExperienceID)
	return experiencePayload(e, false, err)
}

func (r mutations) ExperienceRelease(ctx context.Context, in ExperienceReleaseInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceRelease(ctx, in.ExperienceID))
}

func (r mutations) ExperienceCriticalitySet(ctx context.Context, in ExperienceCriticalitySetInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceCriticalitySet(ctx, in.ExperienceID, in.Criticality))
}

func (r mutations) PolicyClauseSet(ctx context.Context, in PolicyClauseSetInput) (*PolicyClausePayload, error) {
	c, replayed, err := r.Flow.PolicyClauseSet(ctx, workflow.ClauseDraft{Code: in.Code, Title: in.Title, Body: in.Text, Expected: in.ExpectedVersion})
	problems, err := refusals(err)
	return &PolicyClausePayload{c, problems, replayed}, err
}
