package workflow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/attendee"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxPresent is how many people may be written down as there.
const MaxPresent = 50

// Present is somebody who was there when both sides chose. The name of who does not agree to be named is not kept.
type Present struct {
	Side  coproducer.Side
	Name  string
	Agree bool
	Part  string
}

// Chosen is a priority that both sides want, and why.
type Chosen struct {
	ID  typeid.ID
	Why string
}

// Hands are how many people of a side showed a hand for a priority.
type Hands struct {
	ID    typeid.ID
	Side  coproducer.Side
	Count int
}

// PriorityChoice is what both sides chose together.
type PriorityChoice struct {
	RoundID  typeid.ID
	Expected int
	Present  []Present
	Chosen   []Chosen
	Hands    []Hands    `json:",omitempty"` // when hands were shown; what is not named here had none
	AnswerBy *time.Time // by when the people behind the others are told why not; needed when there are others
	Note     string
}

// tidy checks the words, and whether both sides were there (invariant 5).
func (d PriorityChoice) tidy(now time.Time) (PriorityChoice, error) {
	var c checks
	d.Note = c.text(d.Note, MaxWords, "note")
	if d.AnswerBy != nil {
		c.promised(*d.AnswerBy, now, "answerBy")
	}
	switch {
	case len(d.Chosen) == 0:
		c.add(Required, "Please say what both sides chose.", "chosen")
	case len(d.Chosen) > MaxPriorities:
		c.add(TooMany, fmt.Sprintf("Please choose at most %d.", MaxPriorities), "chosen")
	case len(d.Hands) > 2*MaxPriorities:
		c.add(TooMany, fmt.Sprintf("Please count at most %d priorities on each side.", MaxPriorities), "hands")
	case len(d.Present) > MaxPresent:
		c.add(TooMany, fmt.Sprintf("Please name at most %d people.", MaxPresent), "present")
	}
	if err := c.err(); err != nil {
		return d, err
	}
	d.Present, d.Chosen = slices.Clone(d.Present), slices.Clone(d.Chosen)
	for i := range d.Chosen {
		d.Chosen[i].Why = c.needed(d.Chosen[i].Why, MaxReason, "chosen", strconv.Itoa(i), "why")
	}
	c.present(d.Present)
	return d, c.err()
}

func (c *checks) present(all []Present) {
	there := map[coproducer.Side]bool{}
	for i, p := range all {
		at := strconv.Itoa(i)
		all[i].Part = c.text(p.Part, 120, "present", at, "part")
		if all[i].Name = ""; p.Agree {
			all[i].Name = c.needed(p.Name, 80, "present", at, "name")
		}
		there[p.Side] = true
	}
	if !bothSides(there) {
		c.add(BothSidesNeeded, "Both sides choose together: please write down at least one person of the patients and families, and one of the staff, who was there.", "present")
	}
}

// PriorityChoose writes down what both sides chose together, once. The votes are counted; the people behind what was chosen are
// told; those behind the others are owed a reason by a day. Staff who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) PriorityChoose(ctx context.Context, d PriorityChoice) (r *ent.PriorityRound, replayed bool, err error) {
	r, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.PriorityRound, error) {
		r, by, err := a.ownPriorityRound(ctx, d.RoundID)
		if err != nil {
			return nil, err
		}
		print, err := fingerprint(d)
		if replayed = err == nil && r.Choice == print && string(typeid.Maybe(r.ClosedByID)) == a.viewer.Person; replayed || err != nil {
			return r, err
		}
		all, err := hold(a, r.QueryPriorities().Where(priority.StateNEQ(priority.StateNotTakenUp)).Order(priority.ByID())).All(ctx)
		if err != nil {
			return nil, err
		}
		d, err := d.tidy(a.at)
		if err := firstOf(err, mayChoose(r, all, d)); err != nil {
			return nil, err
		}
		return a.choose(ctx, r, all, by.name, d, print)
	})
	return r, replayed && err == nil, err
}

// mayChoose decides whether a choice can be made in a round.
func mayChoose(r *ent.PriorityRound, all []*ent.Priority, d PriorityChoice) error {
	seen := map[typeid.ID]bool{}
	for i, c := range d.Chosen {
		if seen[c.ID] || !slices.ContainsFunc(all, func(p *ent.Priority) bool { return p.ID == c.ID }) {
			return refuse(Invalid, "This is not in the round, or is there twice. Please read it again and choose again.", "chosen", strconv.Itoa(i), "priorityId")
		}
		seen[c.ID] = true
	}
	if err := mayShow(all, d); err != nil {
		return err
	}
	switch {
	case r.ClosedAt != nil:
		return stillOpen(r)
	case r.Version != d.Expected:
		return stale(r.Version)
	case len(all) > len(seen) && d.AnswerBy == nil:
		return refuse(Required, "Some were not chosen. Please say by which day their people are told why.", "answerBy")
	}
	return nil
}

func (a *act) choose(ctx context.Context, r *ent.PriorityRound, all []*ent.Priority, by string, d PriorityChoice, print string) (*ent.PriorityRound, error) {
	votes, voters, err := a.countVotes(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	there := make([]*ent.AttendeeCreate, len(d.Present))
	for i, p := range d.Present {
		there[i] = a.Attendee.Create().SetCreatedAt(a.at).SetRoundID(r.ID).SetSide(attendee.Side(p.Side)).SetName(p.Name).SetPart(p.Part)
	}
	if err := a.Attendee.CreateBulk(there...).Exec(ctx); err != nil {
		return nil, err
	}
	for _, p := range all {
		n := votes[p.ID]
		u := p.Update().SetPatientVotes(n[priorityvote.SidePatientFamily]).SetStaffVotes(n[priorityvote.SideStaff]).
			SetPatientHands(d.handsFor(p.ID, coproducer.SidePatientFamily)).SetStaffHands(d.handsFor(p.ID, coproducer.SideStaff)).AddVersion(1)
		if err := a.chosenOrOwed(ctx, p, u, d); err != nil {
			return nil, err
		}
	}
	u := r.Update()
	if n := d.there(); len(d.Hands) > 0 {
		u.SetPatientHands(n[coproducer.SidePatientFamily]).SetStaffHands(n[coproducer.SideStaff])
	}
	return u.SetClosedAt(a.at).SetClosedByID(typeid.ID(a.viewer.Person)).SetClosedByName(by).SetNote(d.Note).SetChoice(print).
		SetPatientVoters(voters[priorityvote.SidePatientFamily]).SetStaffVoters(voters[priorityvote.SideStaff]).AddVersion(1).Save(ctx)
}

// mayShow decides whether hands can have been shown like this: for what is in the round, once a side, by no more than were there.
func mayShow(all []*ent.Priority, d PriorityChoice) error {
	seen, there := map[Hands]bool{}, d.there()
	for i, h := range d.Hands {
		once := Hands{ID: h.ID, Side: h.Side}
		switch {
		case seen[once] || !slices.ContainsFunc(all, func(p *ent.Priority) bool { return p.ID == h.ID }):
			return refuse(Invalid, "This is not in the round, or its hands were counted twice. Please read it again and count again.", "hands", strconv.Itoa(i), "priorityId")
		case h.Count < 0 || h.Count > there[h.Side]:
			return refuse(Invalid, "These are more hands than people of this side who were there. Please write down everybody who was there.", "hands", strconv.Itoa(i), "count")
		}
		seen[once] = true
	}
	return nil
}

// there is how many people of each side were there.
func (d PriorityChoice) there() map[coproducer.Side]int {
	n := map[coproducer.Side]int{}
	for _, p := range d.Present {
		n[p.Side]++
	}
	return n
}

// handsFor is how many hands a side showed for a priority.
func (d PriorityChoice) handsFor(id typeid.ID, side coproducer.Side) int {
	for _, h := range d.Hands {
		if h.ID == id && h.Side == side {
			return h.Count
		}
	}
	return 0
}

// chosenOrOwed writes down what a choice means for one priority, and tells its people when it was chosen.
func (a *act) chosenOrOwed(ctx context.Context, p *ent.Priority, u *ent.PriorityUpdateOne, d PriorityChoice) error {
	at := slices.IndexFunc(d.Chosen, func(c Chosen) bool { return c.ID == p.ID })
	if at < 0 {
		return u.SetState(priority.StateOwedReason).SetAnswerBy(*d.AnswerBy).ClearLateAt().Exec(ctx)
	}
	if err := u.SetState(priority.StateChosen).SetReason(d.Chosen[at].Why).SetAnsweredAt(a.at).Exec(ctx); err != nil {
		return err
	}
	return a.tellBehind(ctx, p, step.KindPrioritised, string(p.ID), d.Chosen[at].Why)
}

// countVotes counts the votes of a round by priority and side, and the people of each side who voted.
func (a *act) countVotes(ctx context.Context, round typeid.ID) (map[typeid.ID]map[priorityvote.Side]int, map[priorityvote.Side]int, error) {
	all, err := a.PriorityVote.Query().Where(priorityvote.RoundID(round)).All(rule.AsSystem(ctx, "votes are counted; numbers about few people are hidden"))
	votes, voters, seen := map[typeid.ID]map[priorityvote.Side]int{}, map[priorityvote.Side]int{}, map[typeid.ID]bool{}
	for _, v := range all {
		if votes[v.PriorityID] == nil {
			votes[v.PriorityID] = map[priorityvote.Side]int{}
		}
		votes[v.PriorityID][v.Side]++
		if !seen[v.PersonID] {
			seen[v.PersonID], voters[v.Side] = true, voters[v.Side]+1
		}
	}
	return votes, voters, err
}

// PriorityDecline tells the people behind a theme why it is not taken up. Staff who reach the service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) PriorityDecline(ctx context.Context, id typeid.ID, expected int, reason string) (*ent.Priority, bool, error) {
	return f.endPriority(ctx, id, expected, reason, mayDecline)
}

// mayDecline decides whether a priority that both sides did not choose may end.
func mayDecline(p *ent.Priority) error {
	if p.State != priority.StateOwedReason {
		return refuse(NotNow, "Only what both sides did not choose can end like this.", "priorityId")
	}
	return nil
}

// PriorityTakeBack ends what one side put up, before both sides chose: its people are told why, and votes for it can be given
// to others. Staff who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) PriorityTakeBack(ctx context.Context, id typeid.ID, expected int, reason string) (*ent.Priority, bool, error) {
	return f.endPriority(ctx, id, expected, reason, mayTakeBack)
}

// mayTakeBack decides whether what was put up may be taken back: what both sides want is for both to choose.
func mayTakeBack(p *ent.Priority) error {
	switch {
	case p.State != priority.StatePutUp:
		return refuse(NotNow, "Only what both sides have not decided on can be taken back.", "priorityId")
	case p.ByPatients && p.ByStaff:
		return refuse(NotNow, "Both sides want this. So it is for both sides to choose (priorityChoose).", "priorityId")
	}
	return nil
}

// endPriority ends a priority with a reason that the people behind it are told.
func (f *Flow) endPriority(ctx context.Context, id typeid.ID, expected int, reason string, may func(*ent.Priority) error) (p *ent.Priority, replayed bool, err error) {
	p, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Priority, error) {
		p, _, _, err := a.ownPriority(ctx, id)
		if err != nil {
			return nil, err
		}
		var said checks
		reason := said.text(reason, MaxReason, "reason")
		if replayed = p.State == priority.StateNotTakenUp && p.Version == expected+1 && p.Reason == reason; replayed {
			return p, nil
		}
		if err := firstOf(said.err(), mayEnd(p, expected, reason, may)); err != nil {
			return nil, err
		}
		return a.notTakenUp(ctx, p, reason)
	})
	return p, replayed && err == nil, err
}

// mayEnd decides whether a priority may end with a reason.
func mayEnd(p *ent.Priority, expected int, reason string, may func(*ent.Priority) error) error {
	if p.Version != expected {
		return stale(p.Version)
	}
	if err := may(p); err != nil {
		return err
	}
	if reason == "" {
		return refuse(ReasonNeeded, "Please say why. The people whose words led here are owed a reason.", "reason")
	}
	return nil
}

func (a *act) notTakenUp(ctx context.Context, p *ent.Priority, reason string) (*ent.Priority, error) {
	if p.State == priority.StatePutUp {
		free := rule.AsSystem(ctx, "votes for what was taken back can be given to others")
		if _, err := a.PriorityVote.Delete().Where(priorityvote.PriorityID(p.ID)).Exec(free); err != nil {
			return nil, err
		}
	}
	if err := a.tellBehind(ctx, p, step.KindNotTakenUp, string(p.ID), reason); err != nil {
		return nil, err
	}
	return p.Update().SetState(priority.StateNotTakenUp).SetReason(reason).SetAnsweredAt(a.at).AddVersion(1).Save(ctx)
}

// PriorityOverdue tells whether the people behind a priority wait for an answer that was promised for a day before now.
func PriorityOverdue(p *ent.Priority, now time.Time) bool {
	return p.AnsweredAt == nil && !p.AnswerBy.After(now)
}

// prioritiesDue tells the people behind a priority that the answer is late which they were promised: once for each promised day.
func (f *Flow) prioritiesDue(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		due, err := skim(a, a.Priority.Query().Where(priority.AnswerByLTE(a.at), priority.AnsweredAtIsNil(), priority.LateAtIsNil()).
			Order(priority.ByAnswerBy(), priority.ByID()).Limit(1)).All(ctx)
		for _, p := range due {
			if err == nil {
				err = a.late(ctx, p)
			}
		}
		return len(due), err
	})
}

// late names nobody in what people keep: who looks after it stands with the round, as long as they want to be named.
func (a *act) late(ctx context.Context, p *ent.Priority) error {
	words := fmt.Sprintf("You were to hear by %s whether this is worked on. It is late. Who looks after it stands with the choice.", p.AnswerBy.UTC().Format("2 January 2006"))
	if err := a.tellBehind(ctx, p, step.KindAnswerLate, version(p.ID, p.Version), words); err != nil {
		return err
	}
	return p.Update().SetLateAt(a.at).Exec(ctx)
}
