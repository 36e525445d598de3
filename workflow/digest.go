package workflow

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/concern"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/internal/letters"
	"hearback/internal/mail"
)

// digestsAtOnce is for how many people the clock leaves a letter to be written in one transaction.
const digestsAtOnce = 50

// digestsDue leaves a letter about what waits to be written for each person whose hour has come, and says when the next one is due.
func (f *Flow) digestsDue(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		due, err := skim(a, a.Person.Query().Where(person.DigestNextLTE(a.at)).Order(person.ByDigestNext(), person.ByID()).Limit(digestsAtOnce)).All(ctx)
		for _, p := range due {
			if err == nil {
				err = p.Update().SetDigestNext(nextAt(p.DigestAt, p.TimeZone, a.at)).Exec(ctx)
			}
			if err == nil {
				err = a.leave(ctx, errand{kind: job.KindDigest, about: p.ID, turn: p.DigestNext.Format(time.DateOnly), at: a.at})
			}
		}
		return len(due), err
	})
}

// digest writes to somebody what waits for them, as counts, unless nothing does. A day on which they pause has none.
func (t task) digest(ctx context.Context) error {
	m, err := stride(ctx, t, func(ctx context.Context, a *act) (*mail.Message, error) {
		p, err := a.Person.Get(ctx, t.row.About)
		if err != nil || p.Email == nil || p.DigestAt == "" || Paused(p, a.at) {
			return nil, err
		}
		waits, err := a.waitsFor(ctx, p)
		if err != nil || len(waits) == 0 {
			return nil, err
		}
		l := t.flow.Letters.Digest(p.Language, waits, t.flow.App)
		return &mail.Message{To: *p.Email, Subject: l.Subject, Text: l.Text, ID: string(t.row.ID)}, nil
	})
	if err != nil || m == nil {
		return err
	}
	return t.flow.Mail.Send(ctx, *m)
}

// waitsFor counts what waits for somebody in the roles that they hold now: what the lists of the viewer show them.
func (a *act) waitsFor(ctx context.Context, p *ent.Person) ([]letters.Waiting, error) {
	held, err := a.Membership.Query().Where(membership.PersonID(p.ID), query.Works(a.at)).WithService().All(ctx)
	if err != nil || len(held) == 0 {
		return nil, err
	}
	ctx = auth.NewContext(ctx, asHolder(p, held, a.at))
	var waits []letters.Waiting
	for _, w := range a.queues(ctx, p) {
		n, err := w.count(ctx)
		if err != nil {
			return nil, fmt.Errorf("counting %s: %w", w.what, err)
		}
		if n > 0 {
			waits = append(waits, letters.Waiting{What: w.what, Many: n})
		}
	}
	return waits, nil
}

// asHolder is somebody with the roles that they hold, who is not here.
func asHolder(p *ent.Person, held []*ent.Membership, at time.Time) *auth.Viewer {
	v := &auth.Viewer{Person: string(p.ID), Scopes: auth.SessionScopes(), At: at}
	for _, m := range held {
		one := auth.Membership{Role: auth.Role(m.Role)}
		if s := m.Edges.Service; s != nil {
			one.Service, one.Path = string(s.ID), s.Path
		}
		v.Memberships = append(v.Memberships, one)
	}
	return v
}

type queue struct {
	what  string
	count func(context.Context) (int, error)
}

// queues are what can wait for somebody, each as its list in graph has it. Of worries about safety only leads have a number.
func (a *act) queues(ctx context.Context, p *ent.Person) []queue {
	mine := rule.InReach(ctx, rule.ServiceStaff()...)
	moderated, led := rule.InReach(ctx, auth.Moderator), rule.InReach(ctx, auth.SafeguardingLead)
	return []queue{
		{"experiences", a.Experience.Query().Where(rule.Published, experience.AnsweredAtIsNil(), mine).Count},
		{"answers", a.Message.Query().Where(rule.AnswersWaiting(ctx)).Count},
		{"reviews", a.Experience.Query().Where(rule.WithService(ctx)).Count},
		{"moderation", a.Experience.Query().Where(experience.StateEQ(experience.StateInModeration), experience.AuthorIDNEQ(p.ID), moderated).Count},
		{"responses", a.Response.Query().Where(rule.ResponsesWaiting(ctx)).Count},
		{"voices", a.Voice.Query().Where(rule.VoiceInModeration, voice.AuthorIDNEQ(p.ID), rule.VoiceInReach(ctx, auth.Moderator)).Count},
		{"concerns", a.Concern.Query().Where(rule.Open, func(s *sql.Selector) { led(s) }).Count},
		{"concernsLate", a.Concern.Query().Where(rule.Open, func(s *sql.Selector) { led(s) }, concern.AcknowledgedAtIsNil(), concern.AcknowledgeByLT(a.at)).Count},
	}
}
