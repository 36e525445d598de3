package workflow

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/service"
	"hearback/ent/typeid"
)

// The bounds of the columns of a service, in bytes; names are bounded in letters besides (MaxServiceName).
const (
	maxCode     = 120
	maxSortName = 240
	maxPath     = 400
	maxStep     = 31 // an id and a slash
)

// place is a service as a batch sees it: known before, or made by the batch.
type place struct {
	id, parent     typeid.ID
	path           string
	kind           service.Kind
	code, name     string
	closedAt       *time.Time
	fresh, changed bool
}

// fitsName tells whether a name can be kept.
func fitsName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= MaxServiceName && len(SortName(name)) <= maxSortName
}

func (p *place) roomy() bool { return p == nil || len(p.path)+maxStep <= maxPath }

const month = "2006-01"

// closedBy tells whether a place closed in an earlier month.
func (p *place) closedBy(at time.Time) bool {
	return p != nil && p.closedAt != nil && at.Format(month) > p.closedAt.Format(month)
}

// places are the services that a batch has to do with, by code and by folded name.
type places struct {
	byCode map[string]*place
	byName map[string][]*place
	toSave []*place // parents before children
}

func newPlaces() *places { return &places{byCode: map[string]*place{}, byName: map[string][]*place{}} }

// load reads the services with the codes and those with the names, each in one statement.
func (ps *places) load(ctx context.Context, a *act, codes, names map[string]bool) error {
	known, err := a.Service.Query().Where(service.CodeIn(slices.Collect(maps.Keys(codes))...)).All(ctx)
	if err != nil {
		return err
	}
	ps.add(known)
	if len(names) == 0 {
		return nil
	}
	known, err = a.Service.Query().Where(service.SortNameIn(slices.Collect(maps.Keys(names))...)).All(ctx)
	ps.add(known)
	return err
}

func (ps *places) add(known []*ent.Service) {
	for _, s := range known {
		p := &place{id: s.ID, path: s.Path, kind: s.Kind, name: s.Name, closedAt: s.ClosedAt}
		if s.ParentID != nil {
			p.parent = *s.ParentID
		}
		if s.Code != nil {
			p.code = *s.Code
		}
		if there := ps.byCode[p.code]; there == nil || p.code == "" {
			ps.know(p)
		}
	}
}

func (ps *places) know(p *place) {
	if p.code != "" {
		ps.byCode[p.code] = p
	}
	folded := SortName(p.name)
	ps.byName[folded] = append(ps.byName[folded], p)
}

// plant makes a place below another, or a root.
func (ps *places) plant(above *place, kind service.Kind, code, name string) *place {
	p := &place{id: typeid.New(typeid.Service), kind: kind, code: code, name: name, fresh: true}
	if above != nil {
		p.parent, p.path = above.id, above.path
	}
	p.path += string(p.id) + "/"
	ps.know(p)
	ps.toSave = append(ps.toSave, p)
	return p
}

// change marks a known place to be saved; one that the batch made is saved anyway.
func (ps *places) change(p *place) {
	if !p.fresh && !p.changed {
		p.changed = true
		ps.toSave = append(ps.toSave, p)
	}
}

// below finds the place with a name under another: a child if there is one, else what lies deeper. Several of them are
// nobody's to choose from.
func (ps *places) below(above *place, name string) (found *place, several bool) {
	var children, deeper []*place
	for _, p := range ps.byName[SortName(name)] {
		switch {
		case p.parent == above.id:
			children = append(children, p)
		case p != above && strings.HasPrefix(p.path, above.path):
			deeper = append(deeper, p)
		}
	}
	for _, candidates := range [][]*place{children, deeper} {
		if len(candidates) > 0 {
			return candidates[0], len(candidates) > 1
		}
	}
	return nil, false
}

// made lists what plant has made.
func (ps *places) made() []Place {
	var out []Place
	for _, p := range ps.toSave {
		if p.fresh {
			out = append(out, Place{p.kind, p.code, p.name})
		}
	}
	return out
}

// placesAtOnce keeps a statement (nine columns a row) within SQLite's 32,766 arguments; PostgreSQL takes 65,535.
const placesAtOnce = 3000

// save inserts what is new and updates what changed, together. A changed place meets itself by its code; the id and path
// made for it here are then not used.
func (ps *places) save(ctx context.Context, a *act) error {
	for chunk := range slices.Chunk(ps.toSave, placesAtOnce) {
		rows := make([]*ent.ServiceCreate, len(chunk))
		for i, p := range chunk {
			rows[i] = p.row(a)
		}
		err := a.Service.CreateBulk(rows...).OnConflictColumns(service.FieldCode).Update(func(u *ent.ServiceUpsert) {
			u.UpdateName().UpdateSortName().UpdateClosedAt()
		}).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *place) row(a *act) *ent.ServiceCreate {
	id, path := p.id, p.path
	if !p.fresh {
		id = typeid.New(typeid.Service)
		path = string(id) + "/"
	}
	s := a.Service.Create().SetID(id).SetCreatedAt(a.at).SetName(p.name).SetSortName(SortName(p.name)).SetKind(p.kind).
		SetCode(p.code).SetPath(path).SetNillableClosedAt(p.closedAt)
	if p.parent != "" {
		s.SetParentID(p.parent)
	}
	return s
}
