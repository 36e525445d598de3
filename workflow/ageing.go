package workflow

import (
	"context"
	"time"

	"hearback/ent/generated/ent/invitation"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/passkeychallenge"
	"hearback/ent/generated/ent/refresh"
	"hearback/ent/generated/ent/signin"
	"hearback/ent/generated/ent/signon"
	"hearback/ent/typeid"
)

// What only ages is kept for a while after its end, and then deleted, some at a time.
const (
	oldAtOnce   = 500
	keepSignIns = 24 * time.Hour      // so that tries are counted for as long as a limit looks back
	keepEnded   = 30 * 24 * time.Hour // so that somebody can be told that an invitation is too old, and look at what was done
)

// refreshesOld deletes refresh tokens that cannot be used any more. One that was used is kept until then: a second use of it
// is a theft.
func (f *Flow) refreshesOld(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		ids, err := a.Refresh.Query().Where(refresh.ExpiresAtLTE(a.at)).Order(refresh.ByExpiresAt()).Limit(oldAtOnce).IDs(ctx)
		return dropped(ctx, ids, err, a.Refresh.Delete().Where(refresh.IDIn(ids...)))
	})
}

// signInsOld deletes what was kept of codes sent by e-mail, and the addresses with it.
func (f *Flow) signInsOld(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		ids, err := a.SignIn.Query().Where(signin.ExpiresAtLTE(a.at.Add(-keepSignIns))).Order(signin.ByExpiresAt()).Limit(oldAtOnce).IDs(ctx)
		return dropped(ctx, ids, err, a.SignIn.Delete().Where(signin.IDIn(ids...)))
	})
}

// signOnsOld deletes sign-ins at an issuer that nobody finished in time, and those that were.
func (f *Flow) signOnsOld(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		ids, err := a.SignOn.Query().Where(signon.ExpiresAtLTE(a.at)).Order(signon.ByExpiresAt()).Limit(oldAtOnce).IDs(ctx)
		return dropped(ctx, ids, err, a.SignOn.Delete().Where(signon.IDIn(ids...)))
	})
}

// challengesOld deletes what was begun with a passkey and not finished in time, and what was.
func (f *Flow) challengesOld(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		ids, err := a.PasskeyChallenge.Query().Where(passkeychallenge.ExpiresAtLTE(a.at)).Order(passkeychallenge.ByExpiresAt()).Limit(oldAtOnce).IDs(ctx)
		return dropped(ctx, ids, err, a.PasskeyChallenge.Delete().Where(passkeychallenge.IDIn(ids...)))
	})
}

// invitationsOld deletes invitations that nobody can take up any more.
func (f *Flow) invitationsOld(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		ids, err := a.Invitation.Query().Where(invitation.ExpiresAtLTE(a.at.Add(-keepEnded))).Order(invitation.ByExpiresAt()).Limit(oldAtOnce).IDs(ctx)
		return dropped(ctx, ids, err, a.Invitation.Delete().Where(invitation.IDIn(ids...)))
	})
}

// jobsOld deletes jobs that were done long ago. Those that were given up stay until somebody replays them.
func (f *Flow) jobsOld(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		ids, err := a.Job.Query().Where(job.DoneAtLTE(a.at.Add(-keepEnded))).Order(job.ByDoneAt()).Limit(oldAtOnce).IDs(ctx)
		return dropped(ctx, ids, err, a.Job.Delete().Where(job.IDIn(ids...)))
	})
}

// deletion is what deletes rows.
type deletion interface {
	Exec(context.Context) (int, error)
}

// dropped deletes what was found, if anything was, and gives how much that is.
func dropped(ctx context.Context, found []typeid.ID, err error, them deletion) (int, error) {
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return them.Exec(ctx)
}
