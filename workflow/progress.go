package workflow

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/progress"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
)

// ProgressDraft is a word on how a change is going.
type ProgressDraft struct {
	ID       *typeid.ID `json:"-"`
	ChangeID typeid.ID
	Body     string
}

// ChangeTell tells how a change is going to everybody whose words led to it. Staff who reach its service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ChangeTell(ctx context.Context, d ProgressDraft) (*ent.Progress, bool, error) {
	return once(ctx, f, sending[*ent.Progress]{
		id: d.ID, prefix: typeid.Progress, input: d, make: d.tell,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Progress, error) { return a.Progress.Get(ctx, id) },
		by:  func(p *ent.Progress) (typeid.ID, string) { return p.AuthorID, p.Fingerprint },
	})
}

func (d ProgressDraft) tell(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Progress, error) {
	c, by, err := a.ownChange(ctx, d.ChangeID)
	if err != nil {
		return nil, err
	}
	var said checks
	body := said.needed(d.Body, MaxWords, "body")
	if err := said.err(); err != nil {
		return nil, err
	}
	p, err := a.note(ctx, id, print, c, by, body, "")
	if err != nil {
		return nil, err
	}
	return p, a.tellContributors(ctx, c.ID, step.KindChangeProgress, string(p.ID), body)
}

// ChangeMove moves a change to its next state and tells everybody whose words led to it; an ending carries its reason.
// Staff who reach its service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ChangeMove(ctx context.Context, id typeid.ID, expected int, to change.State, words string) (c *ent.Change, replayed bool, err error) {
	var said checks
	words = said.text(words, MaxWords, "words")
	if err := said.err(); err != nil {
		return nil, false, err
	}
	c, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Change, error) {
		c, by, err := a.ownChange(ctx, id)
		if err != nil {
			return nil, err
		}
		if replayed = c.State == to && c.Version == expected+1; replayed {
			return c, a.movedAlready(ctx, c, words)
		}
		if err := mayMove(c.State, to, words, c.Version, expected); err != nil {
			return nil, err
		}
		return a.move(ctx, c, by, to, words)
	})
	return c, replayed && err == nil, err
}

// movedAlready holds when the newest move is the viewer's and says the same; else somebody else was quicker.
func (a *act) movedAlready(ctx context.Context, c *ent.Change, words string) error {
	newest, err := a.Progress.Query().Where(progress.ChangeID(c.ID), progress.MovedToNEQ("")).
		Order(progress.ByCreatedAt(sql.OrderDesc()), progress.ByID(sql.OrderDesc())).First(ctx)
	if err == nil && (string(newest.AuthorID) != a.viewer.Person || newest.Body != words) {
		err = stale(c.Version)
	}
	return err
}

func (a *act) move(ctx context.Context, c *ent.Change, by signature, to change.State, words string) (*ent.Change, error) {
	reason, kind := "", step.KindChangeMoved
	if ends(to) {
		reason = words
	}
	if to == change.StateNotPossible {
		kind = step.KindNotChanged
	}
	if _, err := a.note(ctx, typeid.New(typeid.Progress), "", c, by, words, to); err != nil {
		return nil, err
	}
	helps, err := a.helps(ctx, c, to)
	if err != nil {
		return nil, err
	}
	moved, err := c.Update().SetState(to).SetHelped(helps).SetReason(reason).SetMovedAt(a.at).AddVersion(1).Save(ctx)
	if err != nil {
		return nil, err
	}
	return moved, a.tellContributors(ctx, c.ID, kind, version(c.ID, moved.Version), words)
}

// helps tells whether a change that becomes this is known to have helped. Nothing is EMBEDDED before the people were asked.
func (a *act) helps(ctx context.Context, c *ent.Change, to change.State) (bool, error) {
	if to != change.StateEmbedded {
		return false, nil
	}
	r, err := a.heard(ctx, c)
	return err == nil && helped(r), err
}

func (a *act) note(ctx context.Context, id typeid.ID, print string, c *ent.Change, by signature, body string, to change.State) (*ent.Progress, error) {
	return a.Progress.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetChangeID(c.ID).SetAuthorID(typeid.ID(a.viewer.Person)).
		SetAuthorName(by.name).SetBody(body).SetMovedTo(string(to)).Save(ctx)
}

func (a *act) tellContributors(ctx context.Context, c typeid.ID, kind step.Kind, about, words string) error {
	people, err := a.contributors(ctx, c)
	if err != nil {
		return err
	}
	all := make([]told, len(people))
	for i, p := range people {
		all[i] = told{person: p.Person, experience: p.Experience, kind: kind, about: about, change: &c, words: words}
	}
	return a.tell(ctx, all...)
}

// ends tells whether a change that comes to this state owes people a reason.
func ends(s change.State) bool { return s == change.StateNotPossible || s == change.StateReversed }

// next lists where a change can go from where it stands. What ended can be taken up again.
func next(from change.State) []change.State {
	switch from {
	case change.StatePlanned:
		return []change.State{change.StateTesting, change.StateMade, change.StateNotPossible}
	case change.StateTesting:
		return []change.State{change.StatePlanned, change.StateMade, change.StateNotPossible}
	case change.StateMade:
		return []change.State{change.StateEmbedded, change.StateReversed}
	case change.StateEmbedded:
		return []change.State{change.StateReversed}
	}
	return []change.State{change.StatePlanned}
}

// mayMove decides whether a change may go to another state.
func mayMove(from, to change.State, words string, version, expected int) error {
	switch {
	case version != expected:
		return stale(version)
	case !slices.Contains(next(from), to):
		return refuse(NotNow, "A change that is "+string(from)+" cannot become "+string(to)+".", "to")
	case ends(to) && words == "":
		return refuse(ReasonNeeded, "Please say why. The people whose words led here are owed a reason.", "words")
	}
	return nil
}
