package workflow

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/service"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// line is something for the audit log. It holds ids and words of closed sets; what somebody wrote stays in the record.
type line struct {
	act    auditentry.Act
	as     auth.Role   // the role that allowed it; empty for what people do with what is their own
	among  []auth.Role // where several do, the first of them that is held there
	at     typeid.ID   // the service where it happened, to find where that role is held; empty for the whole installation
	path   string      // the path of that service, when it is known already
	about  typeid.ID   // what it was done to
	record typeid.ID   // the row that holds more, such as the reason; empty for none
	whose  typeid.ID   // the person whose words or rights it was about; empty for nobody's
	why    string      // a word of a closed set: the kind of a decision, a role, a setting
	by     typeid.ID   // who did it, where that is not the viewer
}

// audit has something written into the audit log with the act itself: at its end, just before the commit, so that nobody
// waits for the log longer than that takes.
func (a *act) audit(some ...line) { a.lines = append(a.lines, some...) }

// beginning is what the first entry has in place of the hash of the one before.
var beginning = strings.Repeat("0", 64)

// writeDown appends the lines of an act to the log. The chain is one for all servers: on PostgreSQL each waits here until
// the one before has committed.
func (a *act) writeDown(ctx context.Context) error {
	if len(a.lines) == 0 {
		return nil
	}
	ctx = rule.AsSystem(ctx, "what is done is written down, whoever does it")
	if err := a.findPaths(ctx); err != nil {
		return err
	}
	if err := a.chained(ctx); err != nil {
		return err
	}
	for some := range slices.Chunk(a.lines, linesAtOnce) {
		if err := a.append(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// linesAtOnce is how many lines go into one statement: a statement of SQLite holds 32,766 values.
const linesAtOnce = 500

// chained waits until nobody else is at the end of the log, and keeps others from it until the transaction is over.
func (a *act) chained(ctx context.Context) error { return a.alone(ctx, "audit log") }

// findPaths looks up the paths of the places where roles were used, with one statement for all lines.
func (a *act) findPaths(ctx context.Context) error {
	var ids []typeid.ID
	for _, l := range a.lines {
		if (l.as != "" || l.among != nil) && l.at != "" && l.path == "" {
			ids = append(ids, l.at)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	paths, err := a.pathsOf(ctx, slices.Compact(ids))
	for i, l := range a.lines {
		a.lines[i].path = cmp.Or(l.path, paths[l.at])
	}
	return err
}

func (a *act) pathsOf(ctx context.Context, ids []typeid.ID) (map[typeid.ID]string, error) {
	places, err := a.Service.Query().Where(service.IDIn(ids...)).All(ctx)
	paths := make(map[typeid.ID]string, len(places))
	for _, p := range places {
		paths[p.ID] = p.Path
	}
	return paths, err
}

// append writes lines behind the last one. Whoever calls it holds the lock of the chain.
func (a *act) append(ctx context.Context, lines []line) error {
	last, err := a.AuditEntry.Query().Order(auditentry.ByNumber(sql.OrderDesc())).First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return err
	}
	number, previous := 0, beginning
	if last != nil {
		number, previous = last.Number, last.Hash
	}
	rows := make([]*ent.AuditEntryCreate, len(lines))
	for i, l := range lines {
		number++
		e := a.entry(l)
		e.Number, e.Previous = number, previous
		e.Hash = seal(e)
		rows[i], previous = created(a.Client, e), e.Hash
	}
	return a.AuditEntry.CreateBulk(rows...).Exec(ctx)
}

// entry is a line as it is written down: who did it, and in which role held where.
func (a *act) entry(l line) *ent.AuditEntry {
	e := &ent.AuditEntry{
		ID: typeid.New(typeid.AuditEntry), CreatedAt: a.at, Act: l.act, ActorID: l.by, AboutID: l.about, RecordID: l.record,
		SubjectID: l.whose, Why: l.why, Hour: hourOf(a.at), Role: auditentry.RoleContributor,
	}
	if e.ActorID == "" {
		e.ActorID = typeid.ID(a.viewer.Person)
	}
	as := cmp.Or(l.as, roleThatShows(a.viewer, l.path, l.among))
	switch {
	case e.ActorID == "":
		e.Role = auditentry.RoleSystem
	case as != "":
		e.Role, e.PlaceID = auditentry.Role(as), roleHeldAt(a.viewer, as, l.path)
	}
	return e
}

func hourOf(at time.Time) string { return at.Format("2006-01-02T15") }

// roleHeldAt is the place nearest to a path where the viewer holds a role that reaches it; empty for the whole installation.
func roleHeldAt(v *auth.Viewer, role auth.Role, path string) (place typeid.ID) {
	nearest := -1
	for _, m := range v.Memberships {
		reached := m.Role == role && (m.Path != "" || m.Service == "") && strings.HasPrefix(path, m.Path)
		if reached && len(m.Path) > nearest {
			nearest, place = len(m.Path), typeid.ID(m.Service)
		}
	}
	return place
}

func created(c *ent.Client, e *ent.AuditEntry) *ent.AuditEntryCreate {
	return c.AuditEntry.Create().SetID(e.ID).SetCreatedAt(e.CreatedAt).SetNumber(e.Number).SetAct(e.Act).SetActorID(e.ActorID).SetRole(e.Role).
		SetPlaceID(e.PlaceID).SetAboutID(e.AboutID).SetRecordID(e.RecordID).SetSubjectID(e.SubjectID).SetWhy(e.Why).SetHour(e.Hour).
		SetPrevious(e.Previous).SetHash(e.Hash)
}
