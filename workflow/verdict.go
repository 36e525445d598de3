package workflow

import (
	"cmp"
	"context"
	"slices"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// VerdictRoundDraft is the wish to ask the people on the line of a change whether it helped.
type VerdictRoundDraft struct {
	ID       *typeid.ID `json:"-"`
	ChangeID typeid.ID
}

// VerdictRoundOpen asks everybody whose words led to a change, and who agrees to be told of it, "did this help?". Only when it
// is made, and one round at a time. Staff who reach its service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) VerdictRoundOpen(ctx context.Context, d VerdictRoundDraft) (*ent.VerdictRound, bool, error) {
	return once(ctx, f, sending[*ent.VerdictRound]{
		id: d.ID, prefix: typeid.VerdictRound, input: d, make: d.open,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.VerdictRound, error) {
			return a.VerdictRound.Get(ctx, id)
		},
		by: func(r *ent.VerdictRound) (typeid.ID, string) { return r.OpenedByID, r.Fingerprint },
	})
}

func (d VerdictRoundDraft) open(ctx context.Context, a *act, id typeid.ID, print string) (*ent.VerdictRound, error) {
	c, by, err := a.ownChange(ctx, d.ChangeID)
	if err != nil {
		return nil, err
	}
	asked, err := a.openRound(ctx, c.ID)
	if err := firstOf(err, mayAsk(c.State, asked != nil)); err != nil {
		return nil, err
	}
	return a.ask(ctx, c, &ent.VerdictRound{ID: id, Fingerprint: print, OpenedByID: typeid.ID(a.viewer.Person), OpenedByName: by.name})
}

// openRound is the round of a change that is open now; nil when none is.
func (a *act) openRound(ctx context.Context, of typeid.ID) (*ent.VerdictRound, error) {
	r, err := a.VerdictRound.Query().Where(verdictround.ChangeID(of), verdictround.ClosedAtIsNil()).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return r, err
}

// mayAsk decides whether people can be asked about a change that stands like this.
func mayAsk(s change.State, asked bool) error {
	switch {
	case !made(s):
		return refuse(NotNow, "People can be asked once the change is made.", "changeId")
	case asked:
		return refuse(NotNow, "People are being asked about this change already. Please close that round first.", "changeId")
	}
	return nil
}

// made tells whether care is different now.
func made(s change.State) bool { return s == change.StateMade || s == change.StateEmbedded }

// ask opens a round and tells each person on the line once, through the first of their experiences.
func (a *act) ask(ctx context.Context, c *ent.Change, of *ent.VerdictRound) (*ent.VerdictRound, error) {
	people, err := a.whoAgrees(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	r, err := a.VerdictRound.Create().SetID(of.ID).SetCreatedAt(a.at).SetFingerprint(of.Fingerprint).SetChangeID(c.ID).SetChangeVersion(c.Version).
		SetOpenedByID(of.OpenedByID).SetOpenedByName(of.OpenedByName).SetAsked(len(people)).SetNeeded(enough(len(people))).Save(ctx)
	if err != nil {
		return nil, err
	}
	return r, a.tellRound(ctx, r, people, step.KindAskedForVerdict, "")
}

// enough is how many answers a round needs: of half of those asked, and of five at most, as at the least number that is shown.
func enough(asked int) int { return max(1, min(query.K, (asked+1)/2)) }

// whoAgrees are the people on the line who agree to be told of the change, each with the first of their experiences on it.
func (a *act) whoAgrees(ctx context.Context, change typeid.ID) ([]contributor, error) {
	all, err := a.contributors(ctx, change)
	if err != nil {
		return nil, err
	}
	asked := make([]told, len(all))
	for i, p := range all {
		asked[i] = told{person: p.Person, experience: p.Experience, kind: step.KindAskedForVerdict}
	}
	asked, err = a.welcome(rule.AsSystem(ctx, "only who agrees to it is asked"), asked)
	var people []contributor
	for _, t := range asked {
		people = append(people, contributor{t.person, t.experience})
	}
	return firstOfEach(people), err
}

// firstOfEach keeps of each person what they said first.
func firstOfEach(people []contributor) []contributor {
	slices.SortFunc(people, func(x, y contributor) int {
		if x.Person != y.Person {
			return cmp.Compare(x.Person, y.Person)
		}
		return cmp.Compare(x.Experience, y.Experience)
	})
	return slices.CompactFunc(people, func(x, y contributor) bool { return x.Person == y.Person })
}

func (a *act) tellRound(ctx context.Context, r *ent.VerdictRound, people []contributor, kind step.Kind, words string) error {
	all := make([]told, len(people))
	for i, p := range people {
		all[i] = told{person: p.Person, experience: p.Experience, kind: kind, about: string(r.ID), change: &r.ChangeID, words: words}
	}
	return a.tell(ctx, all...)
}
