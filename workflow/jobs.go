package workflow

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/predicate"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/mail"
	"hearback/internal/pubsub"
	"hearback/internal/push"
)

// How jobs are done.
const (
	// Lease is how long a job is a worker's without a sign of life. Each step of the job asks for as long again.
	Lease = time.Minute
	// MaxAttempts is how often a job is tried before it waits for an administrator.
	MaxAttempts = 8
	// MaxDeliveries is how often it is tried to send something, for about half a day: others' servers are away for longer.
	MaxDeliveries = 20
	firstWait     = 10 * time.Second
	longestWait   = time.Hour
)

// Queued is the topic of jobs that can be done at once.
const Queued = "jobs"

// errand is work that a verb leaves to a worker. The turn tells two pieces of work of one kind about one thing apart.
type errand struct {
	kind  job.Kind
	about typeid.ID
	turn  string
	at    time.Time
}

func (l errand) key() string { return fmt.Sprintf("%s:%s:%s", l.kind, l.about, l.turn) }

// leave writes work down in the transaction of the verb that causes it, and wakes a worker after the commit. What waits
// already, or is being done, is left once: a job must do all that there is to do when it begins, not what there was when it was left.
func (a *act) leave(ctx context.Context, some ...errand) error {
	ctx = rule.AsSystem(ctx, "who causes work does not see the queue")
	for _, l := range some {
		if err := a.alone(ctx, l.key()); err != nil {
			return err
		}
		waits, err := a.Job.Query().Where(job.UniqueKey(l.key())).Exist(ctx)
		if err != nil {
			return err
		}
		if waits {
			continue
		}
		id := typeid.New(typeid.Job)
		if err := a.Job.Create().SetID(id).SetCreatedAt(a.at).SetKind(l.kind).SetAbout(l.about).SetUniqueKey(l.key()).SetRunAt(l.at).Exec(ctx); err != nil {
			return err
		}
		if !l.at.After(a.at) {
			a.events = append(a.events, pubsub.Event{Topic: Queued, ID: string(id)})
		}
	}
	return nil
}

// task is a job in the hands of a worker.
type task struct {
	flow *Flow
	row  *ent.Job
}

// errTaken ends a task that took so long that another worker has it now.
var errTaken = errors.New("another worker has this job by now")

// errSettled ends a task that wrote down itself how it went, or when it goes on.
var errSettled = errors.New("the job has said itself how it goes on")

// delivering are the kinds of jobs that wait for servers of others.
func delivering() []job.Kind { return []job.Kind{job.KindTell, job.KindDigest} }

// triesOf is how often a kind of job is tried.
func triesOf(k job.Kind) int {
	if slices.Contains(delivering(), k) {
		return MaxDeliveries
	}
	return MaxAttempts
}

// jobsDue does one job that is due, from its beginning to its end.
func (f *Flow) jobsDue(ctx context.Context) (int, error) {
	return f.oneDue(ctx, job.KindNotIn(delivering()...))
}

// deliveriesDue sends one thing that is due. It stands beside jobsDue so that a mail server that is away keeps nobody's erasure waiting.
func (f *Flow) deliveriesDue(ctx context.Context) (int, error) {
	return f.oneDue(ctx, job.KindIn(delivering()...))
}

func (f *Flow) oneDue(ctx context.Context, which predicate.Job) (int, error) {
	due, err := write(ctx, f, func(ctx context.Context, a *act) ([]*ent.Job, error) { return take(ctx, a, which) })
	if len(due) == 0 || err != nil {
		return 0, err
	}
	return 1, task{f, due[0]}.perform(ctx)
}

// take claims the job that has been due for longest: nobody else gets it before the lease is over. One that was begun too
// often without coming to an end is buried. None when nothing is due.
func take(ctx context.Context, a *act, which predicate.Job) ([]*ent.Job, error) {
	due, err := skim(a, a.Job.Query().Where(which, job.DoneAtIsNil(), job.DeadAtIsNil(), job.RunAtLTE(a.at), job.Or(job.ClaimedUntilIsNil(), job.ClaimedUntilLTE(a.at))).
		Order(job.ByRunAt(), job.ByID()).Limit(1)).All(ctx)
	if len(due) == 0 || err != nil {
		return nil, err
	}
	row := due[0]
	if row.Attempts >= triesOf(row.Kind) {
		return nil, row.Update().SetDeadAt(a.at).ClearClaimedUntil().SetFailure("The worker ended in the middle, each time.").Exec(ctx)
	}
	row, err = row.Update().SetClaimedUntil(a.at.Add(Lease)).AddAttempts(1).AddClaim(1).Save(ctx)
	return []*ent.Job{row}, err
}

// perform does the job and writes down how it went.
func (t task) perform(ctx context.Context) error {
	err := t.do(ctx)
	if err == nil {
		_, err = stride(ctx, t, func(ctx context.Context, a *act) (int, error) {
			return 1, a.Job.UpdateOneID(t.row.ID).SetDoneAt(a.at).ClearUniqueKey().ClearClaimedUntil().SetFailure("").Exec(ctx)
		})
	}
	switch {
	case err == nil || errors.Is(err, errTaken) || errors.Is(err, errSettled):
		return nil
	case ctx.Err() != nil:
		return errors.Join(ctx.Err(), t.putBack(context.WithoutCancel(ctx)))
	}
	return errors.Join(fmt.Errorf("%s %s, try %d: %w", t.row.Kind, t.row.ID, t.row.Attempts, err), t.failed(context.WithoutCancel(ctx), err))
}

// do is what each kind of job does.
func (t task) do(ctx context.Context) error {
	switch t.row.Kind {
	case job.KindExport:
		return t.export(ctx)
	case job.KindErase:
		return t.erase(ctx)
	case job.KindTell:
		return t.deliver(ctx)
	case job.KindDigest:
		return t.digest(ctx)
	case job.KindPasskeyStopped:
		return t.passkeyStopped(ctx)
	}
	return fmt.Errorf("nobody knows how to do %s", t.row.Kind)
}

// stride is one transaction of a job. It asks for the lease anew and holds the job until it commits, so that of two workers
// who both believe that the job is theirs one does nothing. Errors: errTaken.
func stride[T any](ctx context.Context, t task, do func(context.Context, *act) (T, error)) (T, error) {
	return write(ctx, t.flow, func(ctx context.Context, a *act) (T, error) {
		mine, err := a.Job.Update().Where(job.ID(t.row.ID), job.Claim(t.row.Claim), job.DoneAtIsNil(), job.DeadAtIsNil()).SetClaimedUntil(a.at.Add(Lease)).Save(ctx)
		if err == nil && mine == 0 {
			err = errTaken
		}
		if err != nil {
			var none T
			return none, err
		}
		return do(ctx, a)
	})
}

// until repeats a step that does a part of something at a time, until nothing is left of it.
func until(ctx context.Context, t task, part func(context.Context, *act) (int, error)) error {
	for {
		if n, err := stride(ctx, t, part); err != nil || n == 0 {
			return err
		}
	}
}

// putBack gives a job back that a stop of this worker interrupted: that was no failure of its own.
func (t task) putBack(ctx context.Context) error {
	_, err := stride(ctx, t, func(ctx context.Context, a *act) (int, error) {
		return 1, a.Job.UpdateOneID(t.row.ID).ClearClaimedUntil().AddAttempts(-1).Exec(ctx)
	})
	return notTaken(err)
}

// failed has a job tried again later, or buries it.
func (t task) failed(ctx context.Context, cause error) error {
	_, err := stride(ctx, t, func(ctx context.Context, a *act) (int, error) {
		update := a.Job.UpdateOneID(t.row.ID).ClearClaimedUntil().SetFailure(plainly(cause))
		if t.row.Attempts >= triesOf(t.row.Kind) || hopeless(cause) {
			return 1, update.SetDeadAt(a.at).Exec(ctx)
		}
		return 1, update.SetRunAt(a.at.Add(max(backOff(t.row.Attempts), leftAlone(cause)))).Exec(ctx)
	})
	return notTaken(err)
}

// leftAlone is how long a push service asked to be left alone.
func leftAlone(cause error) time.Duration {
	if busy := new(push.Failure); errors.As(cause, &busy) {
		return busy.After
	}
	return 0
}

func notTaken(err error) error {
	if errors.Is(err, errTaken) {
		return nil
	}
	return err
}

// backOff is how long to wait after the nth try: 10 seconds, then twice as long each time, at most an hour; and up to half as long
// again by chance, so that what failed together is not tried again together.
func backOff(n int) time.Duration {
	wait := firstWait
	for range n - 1 {
		wait = min(2*wait, longestWait)
	}
	return wait + rand.N(wait/2).Truncate(time.Millisecond)
}

// plainly says how something failed without anything that was in it: the words of a database name rows and values.
func plainly(err error) string {
	var letter *mail.Failure
	var pushed *push.Failure
	switch {
	case errors.As(err, &letter):
		return strings.TrimSpace(fmt.Sprintf("The mail server %s. %s", letter.What, replied(letter.Code, letter.Enhanced)))
	case errors.As(err, &pushed):
		return strings.TrimSpace("The push service did not take it. " + replied(pushed.Status, ""))
	case errors.Is(err, context.DeadlineExceeded):
		return "It took too long."
	case errors.Is(err, ErrMail):
		return "Mail could not be sent."
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return fmt.Sprintf("It failed (%T); the log of the server says more.", err)
}

// replied is what a server said, in its codes.
func replied(code int, more string) string {
	if code == 0 {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint("It said ", code, " ", more)) + "."
}

// hopeless tells whether the same would fail again until somebody changes something.
func hopeless(err error) bool {
	var letter *mail.Failure
	var pushed *push.Failure
	return errors.As(err, &letter) && letter.Permanent || errors.As(err, &pushed) && pushed.Permanent || errors.Is(err, mail.ErrMessage)
}

// JobReplay gives a job that was given up another round of tries. Administrators of the whole installation. One that is
// queued, or done, stays as it is. Errors: ErrNotFound, ErrForbidden.
func (f *Flow) JobReplay(ctx context.Context, id typeid.ID) (row *ent.Job, replayed bool, err error) {
	row, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Job, error) {
		if !a.viewer.ReachesPath("", auth.Administrator) {
			return nil, ErrForbidden
		}
		row, err := hold(a, a.Job.Query().Where(job.ID(id))).Only(ctx)
		if replayed = err == nil && row.DeadAt == nil; replayed || err != nil {
			return row, err
		}
		a.events = append(a.events, pubsub.Event{Topic: Queued, ID: string(row.ID)})
		a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, about: row.ID, why: "JOB_REPLAY"})
		return row.Update().ClearDeadAt().SetAttempts(0).SetRunAt(a.at).Save(ctx)
	})
	return row, replayed, err
}
