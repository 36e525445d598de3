package workflow

import (
	"context"
	"strings"

	"hearback/ent/generated/ent"
	entservice "hearback/ent/generated/ent/service"
	"hearback/ent/typeid"
)

// MaxServiceName is how long the name of a service may be, in letters.
const MaxServiceName = 200

// ServiceAdd adds a place of care below another, or a new root. Administrators who reach the place above.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ServiceAdd(ctx context.Context, parent *typeid.ID, name string, kind entservice.Kind, code string) (*ent.Service, error) {
	var c checks
	name, code = c.needed(name, MaxServiceName, "name"), c.text(code, 120, "code")
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
		return plant(a, above, parent, name, kind, code).Save(ctx)
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

// SortName folds a name for sorting and looking up: lower case, single spaces.
func SortName(name string) string { return strings.Join(strings.Fields(strings.ToLower(name)), " ") }
