package workflow

import (
	"context"
	"strings"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	entservice "hearback/ent/generated/ent/service"
	"hearback/ent/typeid"
)

// The bounds of a service: its name in letters, its code and the name it is sorted by in bytes, and how deep it may lie.
const (
	MaxServiceName = 200
	MaxServiceCode = 120
	MaxSortName    = 240
	MaxDepth       = 12
)

// ServiceDraft is a place of care to be.
type ServiceDraft struct {
	ID       *typeid.ID `json:"-"`
	ParentID *typeid.ID
	Name     string
	Kind     entservice.Kind
	Code     string
}

// ServiceAdd adds a place of care below another, or a new root. Administrators who reach the place above.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ServiceAdd(ctx context.Context, d ServiceDraft) (*ent.Service, bool, error) {
	var c checks
	d.Name, d.Code = c.needed(d.Name, MaxServiceName, "name"), c.text(d.Code, MaxServiceCode, "code")
	if len(d.Code) > MaxServiceCode && c.err() == nil {
		c.add(TooLong, "This code is too long: please keep it to 120 plain letters and digits.", "code")
	}
	if err := c.err(); err != nil {
		return nil, false, err
	}
	s, replayed, err := once(ctx, f, sending[*ent.Service]{
		id: d.ID, prefix: typeid.Service, input: d, make: d.add,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Service, error) { return a.Service.Get(ctx, id) },
		by:  madePlace(auth.FromContext(ctx)),
	})
	if ent.IsConstraintError(err) {
		return nil, false, refuse(Conflict, "Another service has this code already.", "code")
	}
	return s, replayed, err
}

// madePlace says of a place what an input that makes it would say. Everybody reads places, so it does not matter who made it:
// an administrator who reaches it is told that it is there.
func madePlace(v *auth.Viewer) func(*ent.Service) (typeid.ID, string) {
	return func(s *ent.Service) (typeid.ID, string) {
		code := ""
		if s.Code != nil {
			code = *s.Code
		}
		said, err := fingerprint(ServiceDraft{ParentID: s.ParentID, Name: s.Name, Kind: s.Kind, Code: code})
		if err != nil || !v.ReachesPath(s.Path, auth.Administrator) {
			return "", ""
		}
		return typeid.ID(v.Person), said
	}
}

func (d ServiceDraft) add(ctx context.Context, a *act, id typeid.ID, _ string) (*ent.Service, error) {
	above := ""
	if d.ParentID != nil {
		p, err := a.Service.Get(ctx, *d.ParentID)
		if err != nil {
			return nil, err
		}
		above = p.Path
	}
	if strings.Count(above, "/") >= MaxDepth {
		return nil, refuse(Invalid, "This place lies too deep to hold another one: twelve levels are the most. Please choose one above it.", "parentId")
	}
	s, err := d.plant(a, above, id).Save(ctx)
	if err == nil {
		a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, at: s.ID, path: s.Path, about: s.ID, why: "SERVICE_ADDED"})
	}
	return s, err
}

// plant makes the service below the path of its parent.
func (d ServiceDraft) plant(a *act, above string, id typeid.ID) *ent.ServiceCreate {
	s := a.Service.Create().SetID(id).SetCreatedAt(a.at).SetName(d.Name).SetSortName(SortName(d.Name)).SetKind(d.Kind).
		SetNillableParentID(d.ParentID).SetPath(above + string(id) + "/")
	if d.Code != "" {
		s.SetCode(d.Code)
	}
	return s
}

// SortName folds a name for sorting and looking up: lower case, single spaces, at most MaxSortName bytes.
func SortName(name string) string {
	folded := strings.Join(strings.Fields(strings.ToLower(name)), " ")
	if len(folded) > MaxSortName {
		folded = strings.ToValidUTF8(folded[:MaxSortName], "")
	}
	return folded
}
