package workflow

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/export"
	"hearback/ent/generated/ent/exportpart"
	"hearback/ent/generated/ent/person"
	"hearback/ent/page"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// The form of the file; docs/clients.md describes it. The version goes up when a program that reads it has to change.
const (
	ExportFormat  = "hearback-export"
	ExportVersion = 1
)

// rowsAtOnce is how many rows are read and written at once: the longest experience has some 50 kB.
const rowsAtOnce = 25

// section is a list in the file: a page of it at a time, each row as JSON.
type section struct {
	name string
	rows func(ctx context.Context, a *act, whose *ent.Person, after *page.Cursor) (rows []json.RawMessage, next *page.Cursor, err error)
}

// listed makes a section of a question. Of each row it holds the named fields, and leaves out what is empty; what the noun
// keeps to itself (hashes, people's ids) is never in it.
func listed[Q page.Query[Q, T, S, O], T interface {
	page.Row
	MadeAt() time.Time
}, S page.Scanner, O ~func(*sql.Selector)](name, fields string, of func(*act, *ent.Person) Q) section {
	return section{name, func(ctx context.Context, a *act, whose *ent.Person, after *page.Cursor) (rows []json.RawMessage, next *page.Cursor, err error) {
		size := rowsAtOnce
		list, err := page.Connect(ctx, of(a, whose), page.Args{First: &size, After: after}, page.Oldest[T](name))
		if err != nil {
			return nil, nil, err
		}
		for _, row := range list.Nodes() {
			text, err := record(row, fields)
			if err != nil {
				return nil, nil, err
			}
			rows = append(rows, text)
		}
		if info := list.PageInfo(); info.HasNextPage {
			next = info.EndCursor
		}
		return rows, next, nil
	}}
}

// record is a row as JSON with the named fields of it.
func record(row any, fields string) (json.RawMessage, error) {
	text, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	kept := make(map[string]json.RawMessage, len(all))
	for name := range strings.FieldsSeq(fields) {
		if value, ok := all[name]; ok {
			kept[name] = value
		}
	}
	return json.Marshal(kept)
}

// pen writes the parts of a file one behind the other.
type pen struct {
	task
	whose  *ent.Person
	number int
	size   int
}

// export makes the file of an export, piece by piece, each in a transaction of its own. Begun again it starts from the
// beginning, so that a worker that ended in the middle leaves nothing of its own in it.
func (t task) export(ctx context.Context) error {
	waiting, err := stride(ctx, t, t.clearExport)
	if len(waiting) == 0 || err != nil {
		return err
	}
	p := &pen{task: t, whose: waiting[0]}
	if err := p.write(ctx, p.opening); err != nil {
		return err
	}
	for _, s := range sections() {
		if err := p.section(ctx, s); err != nil {
			return err
		}
	}
	_, err = stride(ctx, t, func(ctx context.Context, a *act) (int, error) {
		if err := p.put(ctx, a, []byte("\n}\n")); err != nil {
			return 0, err
		}
		return 1, a.exported(ctx, t.row.About, p.size)
	})
	return err
}

// clearExport takes away what an earlier try wrote, and gives whose the file is; none when nobody waits for it any more.
func (t task) clearExport(ctx context.Context, a *act) ([]*ent.Person, error) {
	e, err := a.lockExport(ctx, t.row.About)
	if ent.IsNotFound(err) || err == nil && e.State != export.StateWaiting {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := a.ExportPart.Delete().Where(exportpart.ExportID(e.ID)).Exec(ctx); err != nil {
		return nil, err
	}
	return a.Person.Query().Where(person.ID(e.PersonID)).All(ctx)
}

// exported says that a file is ready. It takes the place of earlier ones.
func (a *act) exported(ctx context.Context, id typeid.ID, size int) error {
	e, err := a.Export.Get(ctx, id)
	if err != nil {
		return err
	}
	earlier, err := a.Export.Query().Where(export.PersonID(e.PersonID), export.StateEQ(export.StateReady)).All(ctx)
	for _, old := range earlier {
		if err == nil {
			err = a.ended(ctx, old, export.StateEnded)
		}
	}
	if err != nil {
		return err
	}
	return e.Update().SetState(export.StateReady).SetSize(size).SetReadyAt(a.at).SetExpiresAt(a.at.Add(ExportLife)).Exec(ctx)
}

func (p *pen) write(ctx context.Context, some func(*act) ([]byte, error)) error {
	_, err := stride(ctx, p.task, func(ctx context.Context, a *act) (int, error) {
		text, err := some(a)
		if err != nil {
			return 0, err
		}
		return 1, p.put(ctx, a, text)
	})
	return err
}

// put writes the next part.
func (p *pen) put(ctx context.Context, a *act, text []byte) error {
	err := a.ExportPart.Create().SetCreatedAt(a.at).SetExportID(p.row.About).SetNumber(p.number).SetBody(text).Exec(ctx)
	p.number, p.size = p.number+1, p.size+len(text)
	return err
}

// opening is the head of the file: what it is, when it was made, and whose it is.
func (p *pen) opening(a *act) ([]byte, error) {
	head := map[string]any{
		"id": p.whose.ID, "created_at": p.whose.CreatedAt, "name": p.whose.Name, "email": p.whose.Email, "can_recover": p.whose.RecoveryHash != nil,
		"language": p.whose.Language, "time_zone": p.whose.TimeZone, "quiet_from": p.whose.QuietFrom, "quiet_until": p.whose.QuietUntil,
		"paused": p.whose.Paused, "paused_until": p.whose.PausedUntil, "digest_at": p.whose.DigestAt,
	}
	whose, err := json.Marshal(head)
	return fmt.Appendf(nil, "{\"format\": %q, \"version\": %d, \"made_at\": %q,\n\"person\": %s", ExportFormat, ExportVersion, a.at.Format("2006-01-02T15:04:05Z"), whose), err
}

// section writes a list, some rows in each part.
func (p *pen) section(ctx context.Context, s section) error {
	var after *page.Cursor
	for first := true; first || after != nil; first = false {
		err := p.write(ctx, func(a *act) ([]byte, error) {
			rows, next, err := s.rows(ctx, a, p.whose, after)
			after = next
			return listText(s.name, rows, first, next == nil), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// listText is some rows of a list as text, with what stands before the first and behind the last.
func listText(name string, rows []json.RawMessage, first, last bool) []byte {
	var text bytes.Buffer
	if first {
		fmt.Fprintf(&text, ",\n%q: [", name)
	}
	for i, row := range rows {
		if !first || i > 0 {
			text.WriteByte(',')
		}
		text.WriteByte('\n')
		text.Write(row)
	}
	if last {
		text.WriteString("]")
	}
	return text.Bytes()
}

// ExportFile is a file that somebody has the secret of.
type ExportFile struct {
	flow *Flow
	row  *ent.Export
}

// ExportFetch opens a file for who has the secret of its newest link, which is used up by that. Anybody with the secret.
// Errors: ErrNotFound, for a wrong secret as for a file that is gone.
func (f *Flow) ExportFetch(ctx context.Context, id typeid.ID, secret string) (*ExportFile, error) {
	row, err := write(rule.AsSystem(ctx, "who has the secret may have the file"), f, func(ctx context.Context, a *act) (*ent.Export, error) {
		e, err := a.lockExport(ctx, id)
		switch {
		case ent.IsNotFound(err):
			return nil, ErrNotFound
		case err != nil:
			return nil, err
		case e.State != export.StateReady, e.SecretHash == nil, *e.SecretHash != auth.Hash(secret), !a.at.Before(*e.ExpiresAt):
			return nil, ErrNotFound
		}
		return e.Update().ClearSecretHash().Save(ctx)
	})
	if err != nil {
		return nil, err
	}
	return &ExportFile{f, row}, nil
}

// Size is the number of bytes.
func (x *ExportFile) Size() int { return x.row.Size }

// Send writes the file, a part at a time, and deletes it when all of it is written. When that fails in the middle the file
// stays, and its owner can make another link.
func (x *ExportFile) Send(ctx context.Context, w io.Writer) error {
	ctx = rule.AsSystem(ctx, "who has the secret may have the file")
	sent := 0
	for number := 0; sent < x.row.Size; number++ {
		part, err := x.flow.DB.ExportPart.Query().Where(exportpart.ExportID(x.row.ID), exportpart.Number(number)).Only(ctx)
		if err != nil {
			return err
		}
		n, err := w.Write(part.Body)
		if sent += n; err != nil {
			return err
		}
	}
	_, err := write(ctx, x.flow, func(ctx context.Context, a *act) (int, error) {
		e, err := a.lockExport(ctx, x.row.ID)
		if err == nil && e.State == export.StateReady {
			err = a.ended(ctx, e, export.StateFetched)
		}
		return 1, err
	})
	return err
}
