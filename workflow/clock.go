package workflow

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"hearback/ent/rule"
)

// Tick does what is due by now and waits for nobody: the clock is a second door to the same verbs. Each part works in
// transactions of its own and passes over what another server is at, so that any number of servers may tick. It gives how many
// things were done; ask again until there is nothing left. Errors of one part do not keep the others from their work.
func (f *Flow) Tick(ctx context.Context) (done int, err error) {
	return round(ctx, append(f.parts(), f.jobsDue, f.deliveriesDue))
}

type part func(context.Context) (int, error)

// parts are what the clock looks after, each a few things at a time.
func (f *Flow) parts() []part {
	return []part{f.experiencesDue, f.exportsExpired, f.refreshesOld, f.signInsOld, f.signOnsOld, f.challengesOld, f.invitationsOld, f.jobsOld, f.verdictsDue, f.prioritiesDue, f.escalationsDue, f.digestsDue, f.listeningDue}
}

func round(ctx context.Context, parts []part) (done int, err error) {
	ctx = rule.AsSystem(ctx, "the clock moves on what is due")
	for _, part := range parts {
		n, wrong := part(ctx)
		done, err = done+n, errors.Join(err, wrong)
	}
	return done, err
}

// Beats makes a clock that beats, and what stops it: time.NewTicker for real, something that waits for nobody in tests.
type Beats func() (beat <-chan time.Time, stop func())

// Work does what is due until the context ends: at once, with each beat, and as soon as a verb has left a job. What it is at
// then, it finishes to the next step, and puts back. Long jobs do not keep the clock waiting, nor letters either of them.
func (f *Flow) Work(ctx context.Context, beats Beats, log *slog.Logger) {
	var all sync.WaitGroup
	all.Go(func() { f.rounds(ctx, beats, log, f.parts()) })
	all.Go(func() { f.rounds(ctx, beats, log, []part{f.jobsDue}) })
	all.Go(func() { f.rounds(ctx, beats, log, []part{f.deliveriesDue}) })
	all.Wait()
}

func (f *Flow) rounds(ctx context.Context, beats Beats, log *slog.Logger, parts []part) {
	beat, stop := beats()
	defer stop()
	woken := f.Broker.Subscribe(Queued)
	defer func() { woken.Close() }()
	for ctx.Err() == nil {
		done, err := round(ctx, parts)
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "work could not be done", "cause", err)
		}
		if done > 0 && err == nil {
			continue
		}
		wake := woken.C()
		select {
		case <-ctx.Done():
		case <-beat:
		case _, open := <-wake:
			if !open { // until the next beat nobody wakes it
				woken.Close()
				woken = f.Broker.Subscribe(Queued)
				await(ctx, beat)
			}
		}
	}
}

func await(ctx context.Context, beat <-chan time.Time) {
	select {
	case <-ctx.Done():
	case <-beat:
	}
}
