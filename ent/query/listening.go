package query

import (
	"context"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/service"
	"hearback/ent/generated/ent/theme"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Listening counts what became of what was heard in a quarter, for each place with something to tell. Only what is public now counts,
// and only links of who agrees that others see them. It reads all of the quarter: the clock asks for it, and keeps the answer.
func Listening(ctx context.Context, db *ent.Client, q Quarter, k int) (map[typeid.ID]*Figures, error) {
	c := counting{db: db, from: q.Begin(), to: q.End(), k: k}
	words, err := c.heard(ctx)
	if err != nil {
		return nil, err
	}
	c.figures = figuresOf(words, k)
	for _, part := range []func(context.Context) error{c.changes, c.rounds, c.priorities} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	return c.figures, nil
}

type counting struct {
	db       *ent.Client
	from, to time.Time
	k        int
	paths    map[typeid.ID]string
	figures  map[typeid.ID]*Figures
}

func (c *counting) heard(ctx context.Context) ([]heard, error) {
	places, err := c.db.Service.Query().Select(service.FieldPath).All(ctx)
	if err != nil {
		return nil, err
	}
	c.paths = make(map[typeid.ID]string, len(places))
	for _, p := range places {
		c.paths[p.ID] = p.Path
	}
	to, err := c.ledTo(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := c.chosen(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := c.db.Experience.Query().Where(c.public).Select(experience.FieldServiceID, experience.FieldAuthorID, experience.FieldPublishedAt, experience.FieldAnsweredAt).All(ctx)
	words := make([]heard, len(rows))
	for i, e := range rows {
		cells := [questions]int{ofAnswers: 1, ofThemes: furthest(chosen, e.ID), ofChanges: furthest(to, e.ID)}
		if e.AnsweredAt != nil {
			cells[ofAnswers] = 0
		}
		words[i] = heard{c.paths[e.ServiceID], e.AuthorID, hoursTo(e), cells}
	}
	return words, err
}

// furthest is the cell that is known of some words; the last of three when none is.
func furthest(known map[typeid.ID]int, of typeid.ID) int {
	if at, ok := known[of]; ok {
		return at
	}
	return 2
}

// public holds for experiences of the quarter that everybody can read.
func (c *counting) public(s *sql.Selector) {
	s.Where(sql.And(sql.EQ(s.C(experience.FieldState), sql.Raw("'"+string(experience.StatePublished)+"'")),
		sql.GTE(s.C(experience.FieldPublishedAt), c.from), sql.LT(s.C(experience.FieldPublishedAt), c.to)))
}

// hoursTo is within how many hours of its publication an experience was answered; -1 when it was not.
func hoursTo(e *ent.Experience) int {
	if e.AnsweredAt == nil || e.PublishedAt == nil {
		return -1
	}
	return int((max(0, e.AnsweredAt.Sub(*e.PublishedAt)) + time.Hour - 1) / time.Hour)
}

// ledTo is for what led to something: 0 when a change is made, 1 when one is planned or tried out, or an action was agreed for its theme, and none is made, 2 when all ended.
func (c *counting) ledTo(ctx context.Context) (map[typeid.ID]int, error) {
	var found []struct {
		Experience typeid.ID
		State      change.State
	}
	err := c.db.Origin.Query().Where(origin.HasExperienceWith(c.public), agreeing).Modify(func(s *sql.Selector) {
		t := sql.Table(change.Table)
		s.Join(t).On(s.C(origin.FieldChangeID), t.C(change.FieldID))
		s.Select(sql.As(s.C(origin.FieldExperienceID), "experience"), sql.As(t.C(change.FieldState), "state")).Distinct()
	}).Scan(ctx, &found)
	to := make(map[typeid.ID]int, len(found))
	for _, f := range found {
		at := slices.IndexFunc([][]change.State{{change.StateMade, change.StateEmbedded}, {change.StatePlanned, change.StateTesting}}, func(states []change.State) bool { return slices.Contains(states, f.State) })
		if at < 0 {
			at = 2
		}
		to[f.Experience] = min(at, furthest(to, f.Experience))
	}
	if err == nil {
		err = c.acted(ctx, to)
	}
	return to, err
}

// acted adds what belongs to a theme for which something is done: an action that was not dropped.
func (c *counting) acted(ctx context.Context, to map[typeid.ID]int) error {
	alive := action.StateIn(action.StateAgreed, action.StateInProgress, action.StateBlocked, action.StateDone)
	done, err := c.db.Experience.Query().Where(c.public, experience.HasEvidenceWith(agreeing, evidence.HasThemeWith(theme.HasPrioritiesWith(priority.HasActionsWith(alive))))).IDs(ctx)
	for _, id := range done {
		to[id] = min(1, furthest(to, id))
	}
	return err
}

// agreeing holds for links of words whose author agrees that others see what they belong to.
func agreeing(s *sql.Selector) {
	s.Where(rule.Agreed(s, s.C("experience_id"), consent.PurposeThemeAnalysis))
}

// chosen is for what belongs to a theme: 0 when the theme was chosen to be worked on, 1 when not.
func (c *counting) chosen(ctx context.Context) (map[typeid.ID]int, error) {
	var found []struct {
		Experience typeid.ID
		State      string
	}
	err := c.db.Evidence.Query().Where(evidence.HasExperienceWith(c.public), agreeing).Modify(func(s *sql.Selector) {
		p := sql.Table(priority.Table)
		s.LeftJoin(p).On(s.C(evidence.FieldThemeID), p.C(priority.FieldThemeID))
		s.Select(sql.As(s.C(evidence.FieldExperienceID), "experience"), sql.As("COALESCE("+p.C(priority.FieldState)+", '')", "state")).Distinct()
	}).Scan(ctx, &found)
	chosen := make(map[typeid.ID]int, len(found))
	for _, f := range found {
		at := 1
		if f.State == string(priority.StateChosen) {
			at = 0
		}
		chosen[f.Experience] = min(at, furthest(chosen, f.Experience))
	}
	return chosen, err
}

// above are the figures of a place and of all that it lies in.
func (c *counting) above(at typeid.ID) (all []*Figures) {
	for _, id := range strings.Split(strings.TrimSuffix(c.paths[at], "/"), "/") {
		if c.figures[typeid.ID(id)] == nil {
			c.figures[typeid.ID(id)] = &Figures{}
		}
		all = append(all, c.figures[typeid.ID(id)])
	}
	return all
}

func (c *counting) changes(ctx context.Context) error {
	made, err := c.db.Change.Query().Where(Spoken, change.MovedAtGTE(c.from), change.MovedAtLT(c.to)).
		WithVerdictRounds(func(q *ent.VerdictRoundQuery) { q.Select(verdictround.FieldChangeID) }).All(ctx)
	for _, m := range made {
		for _, f := range c.above(m.ServiceID) {
			if f.Made++; len(m.Edges.VerdictRounds) == 0 {
				f.Unasked++
			}
		}
	}
	return err
}

// Spoken holds for changes that are made, and came from words that everybody can read.
func Spoken(s *sql.Selector) {
	o, e := sql.Dialect(s.Dialect()).Table(origin.Table), sql.Dialect(s.Dialect()).Table(experience.Table)
	links := sql.Dialect(s.Dialect()).Select(o.C(origin.FieldID)).From(o)
	links.Join(e).On(o.C(origin.FieldExperienceID), e.C(experience.FieldID))
	links.Where(sql.And(sql.ColumnsEQ(o.C(origin.FieldChangeID), s.C(change.FieldID)), sql.EQ(e.C(experience.FieldState), experience.StatePublished),
		rule.Agreed(links, o.C(origin.FieldExperienceID), consent.PurposeThemeAnalysis)))
	s.Where(sql.And(sql.ExprP(s.C(change.FieldState)+" IN ('MADE', 'EMBEDDED')"), sql.Exists(links)))
}

// rounds adds up what each closed round tells of itself, and nothing that it hides: a kind of answer that one of them hides is hidden.
func (c *counting) rounds(ctx context.Context) error {
	closed, err := c.db.VerdictRound.Query().Where(verdictround.ClosedAtGTE(c.from), verdictround.ClosedAtLT(c.to)).WithChange().All(ctx)
	for _, r := range closed {
		for _, f := range c.above(r.Edges.Change.ServiceID) {
			f.add(Verdicts(r, c.k))
		}
	}
	return err
}

func (f *Figures) add(round []*VerdictCount) {
	if f.Rounds++; f.Verdicts == nil {
		f.Verdicts = map[verdict.Answer]Told{}
	}
	for _, v := range round {
		sum, more := f.Verdicts[v.Answer], toldAs(v.Count)
		if sum.Why == "" {
			sum = Told{N: sum.N + more.N, Why: more.Why}
		}
		if sum.Why != "" {
			sum.N = 0
		}
		f.Verdicts[v.Answer] = sum
	}
}

func (c *counting) priorities(ctx context.Context) error {
	put, err := c.db.Priority.Query().Where(priority.CreatedAtGTE(c.from), priority.CreatedAtLT(c.to), priority.StateIn(priority.StatePutUp, priority.StateOwedReason)).
		Select(priority.FieldServiceID).All(ctx)
	for _, p := range put {
		for _, f := range c.above(p.ServiceID) {
			f.Undecided++
		}
	}
	return err
}
