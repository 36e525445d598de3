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

// ServiceAdd adds a place of care below another, or a new root. Administrators who reach the place above.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ServiceAdd(ctx context.Context, parent *typeid.ID, name string, kind entservice.Kind, code string) (*ent.Service, error) {
	var c checks
	name, code = c.needed(name, MaxServiceName, "name"), c.text(code, MaxServiceCode, "code")
	if len(code) > MaxServiceCode && c.err() == nil {
		c.add(TooLong, "This code is too long: please keep it to 120 plain letters and digits.", "code")
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	s, err := write(ctx, f, func(ctx context.Context, a *act) (*ent.Service, error) {
		above := ""
		if parent != nil {
			p, err := a.Service.Get(ctx, *parent)
			if err != nil {
				return nil, err
			}
			above = p.Path
		}
		if strings.Count(above, "/") >= MaxDepth {
			return nil, refuse(Invalid, "This place lies too deep to hold another one: twelve levels are the most. Please choose one above it.", "parentId")
		}
		s, err := plant(a, above, parent, name, kind, code).Save(ctx)
		if err == nil {
			a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, at: s.ID, path: s.Path, about: s.ID, why: "SERVICE_ADDED"})
		}
		return s, err
	})
	if ent.IsConstraintError(err) {
		return nil, refuse(Conflict, "Another service has this code already.", "code")
	}
	return s, err
}

// plant makes a service below the path of its parent.
func plant(a *act, above string, parent *typeid.ID, name string, kind entservice.Kind, code string) *ent.ServiceCreate {
	id := typeid.New(typeid.Service)
	s := a.Service.Create().SetID(id).SetCreatedAt(a.at).SetName(name).SetSortName(SortName(name)).SetKind(kind).
		SetNillableParentID(parent).SetPath(above + string(id) + "/")
	if code != "" {
		s.SetCode(code)
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
