package workflow

import (
	"context"
	"regexp"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/policyclause"
	"hearback/ent/typeid"
)

// The bounds of a clause, in letters.
const (
	MaxClauseTitle = 120
	MaxClauseBody  = 2000
)

// ClauseDraft is how a clause of the policy shall read from now on.
type ClauseDraft struct {
	Code     string // such as 2.3
	Title    string
	Body     string
	Expected int // the version that it follows; 0 for a clause that is new
}

func (d ClauseDraft) tidy() (ClauseDraft, error) {
	var c checks
	if !regexp.MustCompile(`^[1-9]\.[1-9]$`).MatchString(d.Code) {
		c.add(Invalid, "The code of a clause looks like 2.3: a part and a place in it, each from 1 to 9.", "code")
	}
	d.Title = c.needed(d.Title, MaxClauseTitle, "title")
	d.Body = c.needed(d.Body, MaxClauseBody, "body")
	return d, c.err()
}

// PolicyClauseSet adds a version of a clause, which is in force from now on; older ones can still be read, and decisions keep
// pointing to theirs. Administrators of the whole installation. Errors: ErrForbidden, Refusal.
func (f *Flow) PolicyClauseSet(ctx context.Context, d ClauseDraft) (now *ent.PolicyClause, replayed bool, err error) {
	if !auth.FromContext(ctx).ReachesPath("", auth.Administrator) {
		return nil, false, ErrForbidden
	}
	if d, err = d.tidy(); err != nil {
		return nil, false, err
	}
	now, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.PolicyClause, error) {
		if err := a.alone(ctx, "policy "+d.Code); err != nil {
			return nil, err
		}
		old, err := a.PolicyClause.Query().Where(policyclause.Code(d.Code), policyclause.UntilIsNil()).Only(ctx)
		if err != nil && !ent.IsNotFound(err) {
			return nil, err
		}
		if replayed = old != nil && d.reads(old); replayed {
			return old, nil
		}
		return a.follow(ctx, old, d)
	})
	return now, replayed && err == nil, err
}

// reads tells whether a clause reads like this already.
func (d ClauseDraft) reads(old *ent.PolicyClause) bool {
	return old.Title == d.Title && old.Body == d.Body && (old.Version == d.Expected || old.Version == d.Expected+1)
}

// follow puts a version behind the one in force, if there is one.
func (a *act) follow(ctx context.Context, old *ent.PolicyClause, d ClauseDraft) (*ent.PolicyClause, error) {
	last := 0
	if old != nil {
		last = old.Version
	}
	if last != d.Expected {
		return nil, stale(last)
	}
	if old != nil {
		if err := old.Update().SetUntil(a.at).Exec(ctx); err != nil {
			return nil, err
		}
	}
	made, err := a.PolicyClause.Create().SetCreatedAt(a.at).SetCode(d.Code).SetTitle(d.Title).SetBody(d.Body).SetVersion(last + 1).Save(ctx)
	if err == nil {
		a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, about: made.ID, why: "POLICY"})
	}
	return made, err
}

// inForce refuses a clause that is not in force.
func (a *act) inForce(ctx context.Context, id *typeid.ID) error {
	if id == nil {
		return nil
	}
	is, err := a.PolicyClause.Query().Where(policyclause.ID(*id), policyclause.UntilIsNil()).Exist(ctx)
	if err == nil && !is {
		err = refuse(Invalid, "This clause of the policy is not in force. Please read the policy again and choose another.", "clauseId")
	}
	return err
}
