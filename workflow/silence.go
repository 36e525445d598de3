package workflow

import (
	"context"
	"errors"
	"time"

	lang "golang.org/x/text/language"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/channel"
	"hearback/ent/generated/ent/job"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ErrPush says that messages to devices cannot be sent here.
var ErrPush = errors.New("messages to devices cannot be sent here")

// Telling is when and how somebody wants to be told. Hours are HH:MM in their time zone; empty for none.
type Telling struct {
	Language    string // BCP 47
	TimeZone    string // IANA; empty for UTC
	QuietFrom   string
	QuietUntil  string
	Paused      bool
	PausedUntil *time.Time // none: until it is taken back
	DigestAt    string
}

func tellingOf(p *ent.Person) Telling {
	return Telling{p.Language, p.TimeZone, p.QuietFrom, p.QuietUntil, p.Paused, p.PausedUntil, p.DigestAt}
}

// Paused tells whether nothing is sent to somebody at a moment. A pause with an end is over by itself.
func Paused(p *ent.Person, at time.Time) bool {
	return p.Paused && (p.PausedUntil == nil || at.Before(*p.PausedUntil))
}

// silence tells whether nothing goes out to somebody at a moment, and until when; until nil is until they end their pause.
func silence(p *ent.Person, at time.Time) (until *time.Time, silent bool) {
	if Paused(p, at) {
		return p.PausedUntil, true
	}
	if p.QuietFrom == "" {
		return nil, false
	}
	wakes := nextAt(p.QuietUntil, p.TimeZone, at)
	if sleeps := nextAt(p.QuietFrom, p.TimeZone, at); sleeps.Before(wakes) {
		return nil, false // the quiet begins before it ends: it is not now
	}
	return &wakes, true
}

// nextAt is the next moment after another at which clocks in a time zone show an hour. Where clocks leave it out (RFC 5545 §3.3.5),
// it is that much later.
func nextAt(hour, zone string, after time.Time) time.Time {
	place, err := time.LoadLocation(zone)
	if err != nil { // a zone that has been given up since it was chosen
		place = time.UTC
	}
	of, err := time.Parse("15:04", hour)
	here := after.In(place)
	at := time.Date(here.Year(), here.Month(), here.Day(), of.Hour(), of.Minute(), 0, 0, place)
	if err != nil || !at.After(after) {
		at = time.Date(here.Year(), here.Month(), here.Day()+1, of.Hour(), of.Minute(), 0, 0, place)
	}
	return at.UTC()
}

// tidy checks what somebody wants.
func (t Telling) tidy(now time.Time) (Telling, error) {
	var c checks
	t.Language, t.TimeZone = c.text(t.Language, 35, "language"), c.text(t.TimeZone, 64, "timeZone")
	if _, err := lang.Parse(t.Language); err != nil && t.Language != "" {
		c.add(Invalid, "This is not a language. Please write it like en or de.", "language")
	}
	if _, err := time.LoadLocation(t.TimeZone); err != nil || t.TimeZone == "Local" {
		c.add(Invalid, "This is not a time zone. Please write it like Europe/London.", "timeZone")
	}
	t.QuietFrom, t.QuietUntil, t.DigestAt = c.hour(t.QuietFrom, "quietFrom"), c.hour(t.QuietUntil, "quietUntil"), c.hour(t.DigestAt, "digestAt")
	if (t.QuietFrom == "") != (t.QuietUntil == "") || t.QuietFrom != "" && t.QuietFrom == t.QuietUntil {
		c.add(Invalid, "Quiet hours need a beginning and another time for their end. To have none, empty both.", "quietUntil")
	}
	if t.PausedUntil = kept(t.PausedUntil); !t.Paused {
		t.PausedUntil = nil
	}
	if t.PausedUntil != nil && !t.PausedUntil.After(now) {
		c.add(Invalid, "Please choose a moment to come, or none to end the pause yourself.", "pausedUntil")
	}
	return t, c.err()
}

// hour checks a time of day; empty is none.
func (c *checks) hour(s string, path string) string {
	s = c.text(s, 10, path)
	if of, err := time.Parse("15:04", s); s != "" && (err != nil || of.Format("15:04") != s) {
		c.add(Invalid, "Please write the time like 22:00.", path)
	}
	return s
}

// TellingSet changes when and how the viewer is told; what the edit leaves alone stays. What waited goes out when it may now. Anybody who is
// signed in. Errors: ErrSignIn, Refusal.
func (f *Flow) TellingSet(ctx context.Context, edit func(*Telling)) (*ent.Person, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Person, error) {
		system := rule.AsSystem(ctx, "people say how they want to be told, also with a token that only writes")
		if err := a.rouse(system); err != nil {
			return nil, err
		}
		me, err := a.myself(system)
		if err != nil {
			return nil, err
		}
		t := tellingOf(me)
		edit(&t)
		if t, err = t.tidy(a.at); err != nil {
			return nil, err
		}
		p, err := t.onto(me, a.at).Save(ctx)
		if err != nil {
			return nil, err
		}
		return p, a.bring(system, []typeid.ID{me.ID}, func(c *ent.Channel) bool { return c.Told < me.Steps })
	})
}

// rouse has what waits for a moment look again. Jobs are touched before the person, as the worker does.
func (a *act) rouse(ctx context.Context) error {
	mine, err := a.Channel.Query().Where(channel.PersonID(typeid.ID(a.viewer.Person))).All(ctx)
	if err != nil || len(mine) == 0 {
		return err
	}
	return a.Job.Update().Where(job.UniqueKeyIn(keysOf(mine)...), job.DeadAtIsNil(), job.Attempts(0), job.RunAtGT(a.at.Add(Gathering))).SetRunAt(a.at).Exec(ctx)
}

func (t Telling) onto(p *ent.Person, at time.Time) *ent.PersonUpdateOne {
	u := p.Update().SetLanguage(t.Language).SetTimeZone(t.TimeZone).SetQuietFrom(t.QuietFrom).SetQuietUntil(t.QuietUntil).SetPaused(t.Paused).SetDigestAt(t.DigestAt)
	if t.PausedUntil == nil {
		u.ClearPausedUntil()
	} else {
		u.SetPausedUntil(*t.PausedUntil)
	}
	if t.DigestAt == "" {
		return u.ClearDigestNext()
	}
	return u.SetDigestNext(nextAt(t.DigestAt, t.TimeZone, at))
}
