package workflow

import (
	"context"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/export"
	"hearback/ent/generated/ent/exportpart"
	"hearback/ent/generated/ent/job"
	"hearback/ent/generated/ent/person"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The bounds of exports.
const (
	// ExportLife is how long a file is kept that is not fetched.
	ExportLife  = 7 * 24 * time.Hour
	exportsADay = 5
)

const whyExport = "people take out what is held about them"

// DataExport has a file made with everything that is held about the viewer. While one is being made, that is the one.
// Errors: ErrSignIn, Refusal.
func (f *Flow) DataExport(ctx context.Context) (e *ent.Export, replayed bool, err error) {
	e, err = write(rule.AsSystem(ctx, whyExport), f, func(ctx context.Context, a *act) (*ent.Export, error) {
		me, err := a.myself(ctx)
		if err != nil {
			return nil, err
		}
		e, err := a.Export.Query().Where(export.PersonID(me.ID), export.StateEQ(export.StateWaiting)).First(ctx)
		if replayed = err == nil; replayed || !ent.IsNotFound(err) {
			return e, err
		}
		today, err := a.Export.Query().Where(export.PersonID(me.ID), export.CreatedAtGT(a.at.Add(-24*time.Hour))).Count(ctx)
		if err != nil {
			return nil, err
		}
		if today >= exportsADay {
			return nil, refuse(NotNow, "You have asked for this several times today. Please come back tomorrow.")
		}
		return a.beginExport(ctx, me.ID)
	})
	return e, replayed, err
}

func (a *act) beginExport(ctx context.Context, who typeid.ID) (*ent.Export, error) {
	e, err := a.Export.Create().SetCreatedAt(a.at).SetPersonID(who).SetState(export.StateWaiting).Save(ctx)
	if err != nil {
		return nil, err
	}
	a.audit(line{act: auditentry.ActExport, about: e.ID, whose: who})
	return e, a.leave(ctx, errand{kind: job.KindExport, about: e.ID, at: a.at})
}

// myself reads the viewer so that nobody else changes the row until the transaction is over. Errors: ErrSignIn.
func (a *act) myself(ctx context.Context) (*ent.Person, error) {
	if !a.viewer.SignedIn() {
		return nil, ErrSignIn
	}
	return hold(a, a.Person.Query().Where(person.ID(typeid.ID(a.viewer.Person)))).Only(ctx)
}

// ExportLink makes a link to a file of the viewer's that is ready: its path on this server, with the secret behind the #, which
// browsers keep to themselves. Only the hash is kept, so it is shown once; the link before it ends. Errors: ErrNotFound, Refusal.
func (f *Flow) ExportLink(ctx context.Context, id typeid.ID) (e *ent.Export, path string, err error) {
	secret, err := auth.NewExportSecret(nil)
	if err != nil {
		return nil, "", err
	}
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Export, error) {
		e, err := a.lockExport(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case e.State == export.StateWaiting:
			return nil, refuse(NotNow, "The file is still being made. Please try again in a moment.", "exportId")
		case e.State != export.StateReady || !a.at.Before(*e.ExpiresAt):
			return nil, refuse(NotNow, "This file is gone. Please ask for a new one.", "exportId")
		}
		return e.Update().SetSecretHash(auth.Hash(secret)).Save(rule.AsSystem(ctx, whyExport))
	})
	if err != nil {
		return nil, "", err
	}
	return e, "/exports/" + string(id) + "#" + secret, nil
}

func (a *act) lockExport(ctx context.Context, id typeid.ID) (*ent.Export, error) {
	return hold(a, a.Export.Query().Where(export.ID(id))).Only(ctx)
}

// ended takes a file away; why is the state that says so.
func (a *act) ended(ctx context.Context, e *ent.Export, why export.State) error {
	if _, err := a.ExportPart.Delete().Where(exportpart.ExportID(e.ID)).Exec(ctx); err != nil {
		return err
	}
	update := e.Update().SetState(why).ClearSecretHash().ClearExpiresAt()
	if why == export.StateFetched {
		update.SetFetchedAt(a.at)
	}
	return update.Exec(ctx)
}

// expiredAtOnce is how many files the clock deletes in one transaction.
const expiredAtOnce = 5

// exportsExpired deletes files that nobody fetched in time.
func (f *Flow) exportsExpired(ctx context.Context) (int, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		old, err := skim(a, a.Export.Query().Where(export.ExpiresAtLTE(a.at), export.StateEQ(export.StateReady)).Order(export.ByExpiresAt()).Limit(expiredAtOnce)).All(ctx)
		for _, e := range old {
			if err == nil {
				err = a.ended(ctx, e, export.StateEnded)
			}
		}
		return len(old), err
	})
}
