package workflow

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/pubsub"
)

// StepsOf is the topic of the steps that one person is told of.
func StepsOf(person typeid.ID) string { return "steps:" + string(person) }

// PublishedAt is the topic of experiences published at a service or below it.
func PublishedAt(service typeid.ID) string { return "published:" + string(service) }

// told is something that a person is to be told about one of their experiences, once.
type told struct {
	person     typeid.ID
	experience typeid.ID
	kind       step.Kind
	about      string
	response   *typeid.ID
	change     *typeid.ID
	authority  *typeid.ID // who may speak for whom, when it is about that; then there may be no experience
	words      string
}

func version(id typeid.ID, n int) string { return fmt.Sprintf("%s@%d", id, n) }

// tell writes the steps down, each under the next number of its person, and has them delivered when the transaction is
// committed. Numbers are handed out under a lock on the person, so that they become visible in their order. The number of
// statements does not depend on how many people are told.
func (a *act) tell(ctx context.Context, all ...told) error {
	ctx = rule.AsSystem(ctx, "people are told what happened to their words by others")
	all, err := a.untold(ctx, all)
	if err != nil || len(all) == 0 {
		return err
	}
	next, err := a.numbers(ctx, all)
	if err != nil {
		return err
	}
	rows := make([]*ent.StepCreate, len(all))
	for i, t := range all {
		id := typeid.New(typeid.Step)
		rows[i] = a.Step.Create().SetID(id).SetCreatedAt(a.at).SetPersonID(t.person).SetNumber(next[t.person]).
			SetNillableExperienceID(t.experience.OrNil()).SetKind(t.kind).SetAbout(t.about).
			SetNillableResponseID(t.response).SetNillableChangeID(t.change).SetNillableAuthorityID(t.authority).SetWords(t.words)
		next[t.person]++
		a.events = append(a.events, pubsub.Event{Topic: StepsOf(t.person), ID: string(id)})
	}
	if err := a.Step.CreateBulk(rows...).Exec(ctx); err != nil {
		return err
	}
	return a.bring(ctx, slices.Collect(maps.Keys(next)), func(c *ent.Channel) bool { return wants(c.Wants, all[0].kind) })
}

// untold leaves out what was told before, as nobody is told the same thing twice, and what people asked not to be told.
func (a *act) untold(ctx context.Context, all []told) ([]told, error) {
	all, err := a.welcome(ctx, all)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]typeid.ID, len(all))
	for i, t := range all {
		ids[i] = t.experience
	}
	before, err := a.Step.Query().Where(step.ExperienceIDIn(ids...), step.KindEQ(all[0].kind), step.About(all[0].about)).All(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t told) bool {
		return slices.ContainsFunc(before, func(s *ent.Step) bool { return s.ExperienceID == t.experience && s.PersonID == t.person })
	}), nil
}

// welcome leaves out news of answers and changes for words of which the author does not agree to be told. What becomes of
// the words themselves they are owed in any case.
func (a *act) welcome(ctx context.Context, all []told) ([]told, error) {
	if len(all) == 0 || !isNews(all[0].kind) {
		return all, nil
	}
	ids := make([]typeid.ID, len(all))
	for i, t := range all {
		ids[i] = t.experience
	}
	agreed, err := a.agreedTo(ctx, consent.PurposeContactAboutChange, ids)
	return slices.DeleteFunc(all, func(t told) bool { return !agreed[contributor{t.person, t.experience}] }), err
}

// agreedTo are who agrees now to this use of these experiences.
func (a *act) agreedTo(ctx context.Context, to consent.Purpose, experiences []typeid.ID) (map[contributor]bool, error) {
	found, err := a.Consent.Query().Where(consent.ExperienceIDIn(experiences...), consent.PurposeEQ(to), consent.TakenBackAtIsNil()).All(ctx)
	agreed := make(map[contributor]bool, len(found))
	for _, c := range found {
		agreed[contributor{c.PersonID, c.ExperienceID}] = true
	}
	return agreed, err
}

// isNews tells news of what words led to from what became of the words themselves.
func isNews(k step.Kind) bool {
	return slices.Contains([]step.Kind{
		step.KindAnswered, step.KindLinkedToChange, step.KindUnlinkedFromChange, step.KindChangeMoved, step.KindChangeProgress, step.KindNotChanged,
		step.KindAskedForVerdict, step.KindVerdictClosed, step.KindThemed, step.KindUnthemed, step.KindPrioritised, step.KindNotTakenUp, step.KindAnswerLate, step.KindChangeSpread,
		step.KindActionAgreed, step.KindActionDropped, step.KindAsked,
	}, k)
}

// numbers takes as many numbers for each person as there are steps for them, and gives the first of each. People are locked
// in the order of their ids, so that two changes with the same contributors never wait for each other in a circle.
func (a *act) numbers(ctx context.Context, all []told) (map[typeid.ID]int, error) {
	steps := map[typeid.ID]int{}
	for _, t := range all {
		steps[t.person]++
	}
	people := make(map[int][]typeid.ID)
	for p, n := range steps {
		people[n] = append(people[n], p)
	}
	next, err := a.counters(ctx, steps)
	if err != nil {
		return nil, err
	}
	for n, ids := range people {
		if err := a.Person.Update().Where(person.IDIn(ids...)).AddSteps(n).Exec(ctx); err != nil {
			return nil, err
		}
	}
	return next, nil
}

func (a *act) counters(ctx context.Context, of map[typeid.ID]int) (map[typeid.ID]int, error) {
	ids := make([]typeid.ID, 0, len(of))
	for p := range of {
		ids = append(ids, p)
	}
	people, err := hold(a, a.Person.Query().Where(person.IDIn(ids...)).Order(person.ByID())).All(ctx)
	next := make(map[typeid.ID]int, len(people))
	for _, p := range people {
		next[p.ID] = p.Steps + 1
	}
	return next, err
}

// contributor is whose words an experience holds.
type contributor struct {
	Person     typeid.ID
	Experience typeid.ID
}

// contributors are the people whose words led to a change, the authors of experiences and who speaks beside them; not those of
// experiences that were taken back, or of which nothing is to be done.
func (a *act) contributors(ctx context.Context, change typeid.ID) ([]contributor, error) {
	authors, err := a.onTheLine(ctx, change, func(s *sql.Selector, e *sql.SelectTable) string { return e.C(experience.FieldAuthorID) })
	if err != nil {
		return nil, err
	}
	voices, err := a.onTheLine(ctx, change, func(s *sql.Selector, e *sql.SelectTable) string {
		w := sql.Table(voice.Table)
		s.Join(w).On(e.C(experience.FieldID), w.C(voice.FieldExperienceID)).Where(sql.EQ(w.C(voice.FieldState), voice.StatePublished))
		return w.C(voice.FieldAuthorID)
	})
	return append(authors, voices...), err
}

// onTheLine are the people in a column beside the experiences that are linked to a change.
func (a *act) onTheLine(ctx context.Context, change typeid.ID, who func(*sql.Selector, *sql.SelectTable) (column string)) (found []contributor, err error) {
	err = a.Origin.Query().Where(origin.ChangeID(change)).Modify(func(s *sql.Selector) {
		e := sql.Table(experience.Table)
		s.Join(e).On(s.C(origin.FieldExperienceID), e.C(experience.FieldID))
		s.Where(sql.NotIn(e.C(experience.FieldState), experience.StateWithdrawn, experience.StatePaused))
		s.Select(sql.As(who(s, e), "person"), sql.As(e.C(experience.FieldID), "experience"))
	}).Scan(rule.AsSystem(ctx, "everybody on the line is told"), &found)
	return found, err
}

// announce tells who waits for news of a service, or of one that it lies in.
func (a *act) announce(ctx context.Context, e *ent.Experience) error {
	at, err := a.Service.Get(ctx, e.ServiceID)
	if err != nil {
		return err
	}
	a.announceAt(at.Path, PublishedAt, e.ID)
	return nil
}

// announceAt tells who listens at a place, or at one that it lies in.
func (a *act) announceAt(path string, topic func(typeid.ID) string, about typeid.ID) {
	for _, place := range query.Above(path) {
		a.events = append(a.events, pubsub.Event{Topic: topic(place), ID: string(about)})
	}
}
