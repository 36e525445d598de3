package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/channel"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/session"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
	"hearback/internal/mail"
	"hearback/internal/pubsub"
	"hearback/internal/push"
)

// How steps are sent.
const (
	// Gathering is how long an e-mail waits for more that may come, and for the person to read it in the app.
	Gathering    = 5 * time.Minute
	stepsAtOnce  = 200
	deliveryTurn = "" // one job for each channel, for all that it has not sent yet
)

func toldBy(c *ent.Channel) errand {
	return errand{kind: job.KindTell, about: c.ID, turn: deliveryTurn}
}

// bring leaves a job for each channel of these people that is meant, in the transaction that gave them something to be told, unless
// one waits already; one that was given up is tried once more. Whoever calls holds the people: so does the worker when it looks for the last time, and nothing falls between.
func (a *act) bring(ctx context.Context, people []typeid.ID, meant func(*ent.Channel) bool) error {
	open, err := a.Channel.Query().Where(channel.PersonIDIn(people...)).All(ctx)
	open = slices.DeleteFunc(open, func(c *ent.Channel) bool { return !meant(c) })
	if err != nil || len(open) == 0 {
		return err
	}
	waiting, err := a.waiting(ctx, open)
	if err != nil {
		return err
	}
	var jobs []*ent.JobCreate
	for _, c := range open {
		if !waiting[toldBy(c).key()] {
			jobs = append(jobs, a.toTell(c))
		}
	}
	if err := a.Job.CreateBulk(jobs...).Exec(ctx); err != nil {
		return err
	}
	if len(waiting) == 0 {
		return nil
	}
	return a.revive(ctx, open)
}

// revive has what was given up tried again, because there is more to tell. What somebody else is at with it is passed over.
func (a *act) revive(ctx context.Context, of []*ent.Channel) error {
	dead, err := skim(a, a.Job.Query().Where(job.UniqueKeyIn(keysOf(of)...), job.DeadAtNotNil()).Order(job.ByID())).All(ctx)
	if err != nil || len(dead) == 0 {
		return err
	}
	ids := make([]typeid.ID, len(dead))
	for i, j := range dead {
		ids[i] = j.ID
	}
	return a.Job.Update().Where(job.IDIn(ids...)).ClearDeadAt().SetAttempts(0).SetRunAt(a.at.Add(Gathering)).Exec(ctx)
}

// waiting are the keys of the jobs of channels that are not done.
func (a *act) waiting(ctx context.Context, of []*ent.Channel) (map[string]bool, error) {
	found, err := a.Job.Query().Where(job.UniqueKeyIn(keysOf(of)...)).All(ctx)
	keys := make(map[string]bool, len(found))
	for _, j := range found {
		keys[*j.UniqueKey] = true
	}
	return keys, err
}

func keysOf(channels []*ent.Channel) []string {
	keys := make([]string, len(channels))
	for i, c := range channels {
		keys[i] = toldBy(c).key()
	}
	return keys
}

func (a *act) toTell(c *ent.Channel) *ent.JobCreate {
	id, at := typeid.New(typeid.Job), a.at
	if c.Kind == channel.KindEmail {
		at = at.Add(Gathering)
	} else {
		a.events = append(a.events, pubsub.Event{Topic: Queued, ID: string(id)})
	}
	return a.Job.Create().SetID(id).SetCreatedAt(a.at).SetKind(job.KindTell).SetAbout(c.ID).SetUniqueKey(toldBy(c).key()).SetRunAt(at)
}

// parcel is what goes out by one channel at once. Without kinds there is nothing to send.
type parcel struct {
	*ent.Channel
	person *ent.Person
	kinds  []string
	newest typeid.ID
	upTo   int
}

// deliver sends what somebody was not told yet by one channel. What was sent is written down after it was sent: a worker that dies in
// between sends it again, under the same id, and mail programs and devices show it once.
func (t task) deliver(ctx context.Context) error {
	for {
		p, err := stride(ctx, t, t.pack)
		if err != nil {
			return err
		}
		if p == nil {
			return errSettled
		}
		err = t.flow.hand(ctx, p)
		if gone := new(push.Failure); errors.As(err, &gone) && gone.Gone {
			return t.forget(ctx, p.Channel)
		}
		if err != nil {
			return err
		}
		if _, err = stride(ctx, t, func(ctx context.Context, a *act) (int, error) {
			return 1, a.Channel.UpdateOneID(p.ID).SetTold(p.upTo).Exec(ctx)
		}); err != nil && !ent.IsNotFound(err) {
			return err
		}
	}
}

// pack looks what there is to send, with the rights and wishes of now; nil when it has written down that there is nothing more, or
// that it goes on later. The person is held: what they are told meanwhile comes before it, or after.
func (t task) pack(ctx context.Context, a *act) (*parcel, error) {
	c, err := a.openNow(ctx, t.row.About)
	if err == nil && c == nil {
		err = t.done(ctx, a)
	}
	if err != nil || c == nil {
		return nil, err
	}
	p, err := hold(a, a.Person.Query().Where(person.ID(c.PersonID))).Only(ctx)
	if err != nil {
		return nil, err
	}
	if until, silent := silence(p, a.at); silent {
		return nil, t.later(ctx, a, until)
	}
	steps, err := a.Step.Query().Where(step.PersonID(p.ID), step.NumberGT(c.Told)).Order(step.ByNumber()).Limit(stepsAtOnce).All(ctx)
	if err == nil && len(steps) == 0 {
		err = t.done(ctx, a)
	}
	if err != nil || len(steps) == 0 {
		return nil, err
	}
	return a.parcelOf(ctx, c, p, steps)
}

// openNow is a channel; nil when there is none. One of a device whose session was ended is closed now: whoever holds it may be
// somebody else.
func (a *act) openNow(ctx context.Context, id typeid.ID) (*ent.Channel, error) {
	c, err := a.Channel.Query().Where(channel.ID(id)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil || c.SessionID == nil {
		return c, err
	}
	lasts, err := a.Session.Query().Where(session.ID(*c.SessionID), session.EndedAtIsNil()).Exist(ctx)
	if err != nil || lasts {
		return c, err
	}
	return nil, a.Channel.DeleteOneID(id).Exec(ctx)
}

// done writes down that there is nothing more to send; what comes after leaves a job of its own.
func (t task) done(ctx context.Context, a *act) error {
	return a.Job.UpdateOneID(t.row.ID).SetDoneAt(a.at).ClearUniqueKey().ClearClaimedUntil().SetFailure("").Exec(ctx)
}

// later puts the job away until a moment, or until somebody ends their pause.
func (t task) later(ctx context.Context, a *act, until *time.Time) error {
	if until == nil {
		return t.done(ctx, a)
	}
	return a.Job.UpdateOneID(t.row.ID).ClearClaimedUntil().AddAttempts(-1).SetRunAt(*until).Exec(ctx)
}

// parcelOf is what of these steps goes out.
func (a *act) parcelOf(ctx context.Context, c *ent.Channel, p *ent.Person, steps []*ent.Step) (*parcel, error) {
	out := &parcel{Channel: c, person: p, upTo: steps[len(steps)-1].Number}
	steps = slices.DeleteFunc(steps, func(s *ent.Step) bool { return s.ReadAt != nil || !wants(c.Wants, s.Kind) })
	if c.Kind == channel.KindEmail && p.Email == nil {
		steps = nil
	}
	steps, err := a.stillTold(ctx, p, steps)
	for _, s := range steps {
		if out.newest = s.ID; !slices.Contains(out.kinds, string(s.Kind)) {
			out.kinds = append(out.kinds, string(s.Kind))
		}
	}
	return out, err
}

// stillTold leaves out steps of words that were taken back, are paused or held back for somebody's safety by now, and news of
// which the person does not agree to be told any more.
func (a *act) stillTold(ctx context.Context, p *ent.Person, steps []*ent.Step) ([]*ent.Step, error) {
	ids := make([]typeid.ID, 0, len(steps))
	for _, s := range steps {
		ids = append(ids, s.ExperienceID)
	}
	silent, err := a.Experience.Query().Where(experience.IDIn(ids...), experience.StateIn(experience.StateWithdrawn, experience.StatePaused, experience.StateSafeguarding)).IDs(ctx)
	if err != nil {
		return nil, err
	}
	agreed, err := a.agreedTo(ctx, consent.PurposeContactAboutChange, ids)
	return slices.DeleteFunc(steps, func(s *ent.Step) bool {
		return slices.Contains(silent, s.ExperienceID) || isNews(s.Kind) && !agreed[contributor{p.ID, s.ExperienceID}]
	}), err
}

// forget has a channel gone whose device is not there any more.
func (t task) forget(ctx context.Context, c *ent.Channel) error {
	_, err := stride(ctx, t, func(ctx context.Context, a *act) (int, error) {
		if _, err := a.Channel.Delete().Where(channel.ID(c.ID)).Exec(ctx); err != nil {
			return 0, err
		}
		return 1, t.done(ctx, a)
	})
	return firstOf(err, errSettled)
}

// hand sends a parcel. A device gets an id and nothing else, and asks what it is about itself.
func (f *Flow) hand(ctx context.Context, p *parcel) error {
	switch {
	case len(p.kinds) == 0:
		return nil
	case p.Kind == channel.KindEmail:
		l := f.Letters.News(p.person.Language, p.kinds, f.App)
		return f.Mail.Send(ctx, mail.Message{To: *p.person.Email, Subject: l.Subject, Text: l.Text, ID: string(p.newest)})
	case f.Push == nil:
		return ErrPush
	}
	payload, err := json.Marshal(struct {
		ID typeid.ID `json:"id"`
	}{p.newest})
	if err != nil {
		return err
	}
	return f.Push.Send(ctx, push.Device{Endpoint: p.Endpoint, P256dh: p.P256dh, Auth: p.AuthSecret}, payload)
}
