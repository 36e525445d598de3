package workflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ErrNotWrittenDown says that a reading could not be written into the audit log. Then nothing may be shown.
var ErrNotWrittenDown = errors.New("a reading could not be written into the audit log")

const whyReadings = "who reads words that are not public is written down"

// WriteReadings writes into the audit log that the viewer was given words of others that are not public: one entry for each
// experience or answer, and one in an hour however often they look. It returns when the entries are kept; until then nothing
// may be shown. The number of statements does not depend on how much was read. Errors: ErrNotWrittenDown.
func (f *Flow) WriteReadings(ctx context.Context, read []rule.Reading) error {
	if len(read) == 0 {
		return nil
	}
	if !auth.FromContext(ctx).SignedIn() {
		return fmt.Errorf("%w: nobody is signed in", ErrNotWrittenDown)
	}
	ctx = rule.AsSystem(ctx, whyReadings)
	reader := act{Client: f.DB, viewer: auth.FromContext(ctx), at: f.Now().UTC()}
	read, err := reader.settled(ctx, read)
	if err != nil || len(read) == 0 {
		return notWritten(err)
	}
	if fresh, err := reader.unwritten(ctx, read); err != nil || len(fresh) == 0 {
		return notWritten(err)
	}
	_, err = write(ctx, f, func(ctx context.Context, a *act) (int, error) { return len(read), a.readings(ctx, read) })
	return notWritten(err)
}

// settled asks the experiences what the rows did not know: whose words they are, and whether they are hidden with them. What is
// public, and what is about words of the viewer's own, is left out.
func (a *act) settled(ctx context.Context, read []rule.Reading) ([]rule.Reading, error) {
	open := func(r rule.Reading) bool { return r.Below || r.Whose == "" }
	if !slices.ContainsFunc(read, open) {
		return read, nil
	}
	var ids []typeid.ID
	for _, r := range read {
		if open(r) {
			ids = append(ids, r.Experience)
		}
	}
	found, err := a.Experience.Query().Where(experience.IDIn(ids...)).
		Select(experience.FieldID, experience.FieldServiceID, experience.FieldAuthorID, experience.FieldToldByID, experience.FieldState).All(ctx)
	of := make(map[typeid.ID]*ent.Experience, len(found))
	for _, e := range found {
		of[e.ID] = e
	}
	read = slices.DeleteFunc(slices.Clone(read), func(r rule.Reading) bool {
		e := of[r.Experience]
		return open(r) && (e == nil || r.Below && e.State == experience.StatePublished || string(e.AuthorID) == a.viewer.Person || a.isMe(e.ToldByID))
	})
	for i, r := range read {
		if e := of[r.Experience]; open(r) {
			read[i].Service, read[i].Whose = e.ServiceID, cmp.Or(r.Whose, e.AuthorID)
		}
	}
	return read, err
}

func notWritten(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrNotWrittenDown, err)
}

// readings are the lines for what is not written down yet. It looks again with the end of the log in its hands: the same
// person may have asked twice at the same moment.
func (a *act) readings(ctx context.Context, read []rule.Reading) error {
	read, err := a.placed(ctx, read)
	if err != nil {
		return err
	}
	paths, err := a.pathsOf(ctx, distinctPlaces(read))
	if err != nil {
		return err
	}
	if err := a.chained(ctx); err != nil {
		return err
	}
	fresh, err := a.unwritten(ctx, read)
	for _, r := range fresh {
		path := paths[r.Service]
		a.audit(line{act: auditentry.ActRead, among: r.Through, at: r.Service, path: path, about: r.About, whose: r.Whose})
	}
	return err
}

// unwritten are the readings that are not in the log for this hour.
func (a *act) unwritten(ctx context.Context, read []rule.Reading) ([]rule.Reading, error) {
	ids := make([]typeid.ID, len(read))
	for i, r := range read {
		ids[i] = r.About
	}
	known, err := a.AuditEntry.Query().
		Where(auditentry.ActEQ(auditentry.ActRead), auditentry.ActorID(typeid.ID(a.viewer.Person)), auditentry.Hour(hourOf(a.at)), auditentry.AboutIDIn(ids...)).
		Select(auditentry.FieldAboutID).Strings(ctx)
	return slices.DeleteFunc(slices.Clone(read), func(r rule.Reading) bool { return slices.Contains(known, string(r.About)) }), err
}

// placed finds the service of what only knows its experience.
func (a *act) placed(ctx context.Context, read []rule.Reading) ([]rule.Reading, error) {
	var ids []typeid.ID
	for _, r := range read {
		if r.Service == "" {
			ids = append(ids, r.Experience)
		}
	}
	if len(ids) == 0 {
		return read, nil
	}
	of, err := a.Experience.Query().Where(experience.IDIn(ids...)).Select(experience.FieldID, experience.FieldServiceID).All(ctx)
	read = slices.Clone(read)
	for i, r := range read {
		for _, e := range of {
			if r.Service == "" && e.ID == r.Experience {
				read[i].Service = e.ServiceID
			}
		}
	}
	return read, err
}

func distinctPlaces(read []rule.Reading) []typeid.ID {
	ids := make([]typeid.ID, len(read))
	for i, r := range read {
		ids[i] = r.Service
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// roleThatShows is the first of the roles that the viewer holds at the place or above it; none for who was let in as the
// person they are.
func roleThatShows(v *auth.Viewer, path string, roles []auth.Role) auth.Role {
	for _, role := range roles {
		if v.ReachesPath(path, role) {
			return role
		}
	}
	return ""
}

// AuditLogRead writes down that the viewer looks at the log itself; once an hour. Errors: ErrNotWrittenDown.
func (f *Flow) AuditLogRead(ctx context.Context) error {
	at, me := f.Now().UTC(), typeid.ID(auth.FromContext(ctx).Person)
	ctx = rule.AsSystem(ctx, whyReadings)
	there, err := f.DB.AuditEntry.Query().Where(auditentry.ActEQ(auditentry.ActLogRead), auditentry.CreatedAtGTE(at.Truncate(time.Hour)), auditentry.ActorID(me)).Exist(ctx)
	if err != nil || there {
		return notWritten(err)
	}
	_, err = write(ctx, f, func(_ context.Context, a *act) (int, error) {
		a.audit(line{act: auditentry.ActLogRead, as: auth.Administrator})
		return 1, nil
	})
	return notWritten(err)
}
