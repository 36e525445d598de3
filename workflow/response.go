package workflow

import (
	"context"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxResponse is how long an answer may be, in letters.
const MaxResponse = 4000

// ResponseDraft is what a member of staff wants to answer.
type ResponseDraft struct {
	ID           *typeid.ID `json:"-"`
	ExperienceID typeid.ID
	Body         string
}

// ResponseGive answers an experience in public and by name, and tells its author. Staff who reach its service.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ResponseGive(ctx context.Context, d ResponseDraft) (*ent.Response, bool, error) {
	return once(ctx, f, sending[*ent.Response]{
		id: d.ID, prefix: typeid.Response, input: d, make: d.respond,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Response, error) { return a.Response.Get(ctx, id) },
		by:  func(r *ent.Response) (typeid.ID, string) { return r.AuthorID, r.Fingerprint },
	})
}

func (d ResponseDraft) respond(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Response, error) {
	e, err := lockExperience(rule.AsSystem(ctx, "the row is locked; whether it may be answered is decided below"), a, d.ExperienceID)
	if err != nil {
		return nil, err
	}
	if _, err := a.Experience.Get(ctx, d.ExperienceID); err != nil {
		return nil, err
	}
	by, err := a.signature(ctx, e.ServiceID)
	if err != nil {
		return nil, err
	}
	if e.State != experience.StatePublished {
		return nil, refuse(NotNow, "Only published experiences can be answered.", "experienceId")
	}
	var c checks
	body := c.needed(d.Body, MaxResponse, "body")
	if err := c.err(); err != nil {
		return nil, err
	}
	r, err := a.Response.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetExperienceID(e.ID).
		SetAuthorID(typeid.ID(a.viewer.Person)).SetAuthorName(by.name).SetAuthorTitle(by.title).SetBody(body).Save(ctx)
	if err != nil {
		return nil, err
	}
	return r, a.answered(ctx, e, r)
}

// answered marks the experience and tells its author.
func (a *act) answered(ctx context.Context, e *ent.Experience, r *ent.Response) error {
	if e.AnsweredAt == nil {
		if err := e.Update().SetAnsweredAt(a.at).Exec(rule.AsSystem(ctx, "an answer marks the experience that it answers")); err != nil {
			return err
		}
	}
	return a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: step.KindAnswered, about: string(r.ID), response: &r.ID})
}

// signature is the name and the title that a member of staff signs with.
type signature struct{ name, title string }

// signature tells as whom the viewer acts at a service. Errors: ErrForbidden for who is not staff there, and a Refusal for
// staff without a name: what is said for a service is said by somebody.
func (a *act) signature(ctx context.Context, service typeid.ID) (signature, error) {
	at, err := a.Service.Get(ctx, service)
	if err != nil {
		return signature{}, err
	}
	if !a.viewer.ReachesPath(at.Path, rule.ServiceStaff()...) {
		return signature{}, ErrForbidden
	}
	who, err := a.Person.Get(ctx, typeid.ID(a.viewer.Person))
	if err != nil {
		return signature{}, err
	}
	if who.Name == "" {
		return signature{}, refuse(Required, "Please choose the name that you sign with first (viewerRename).", "viewer", "name")
	}
	return signature{who.Name, a.title(ctx, at)}, nil
}

// title is the viewer's title at the nearest place on the way up from a service; empty when none was given.
func (a *act) title(ctx context.Context, at *ent.Service) string {
	held, err := a.Membership.Query().Where(membership.PersonID(typeid.ID(a.viewer.Person)), membership.EndedAtIsNil(), membership.TitleNEQ("")).All(ctx)
	if err != nil {
		return ""
	}
	best, title := -1, ""
	for _, m := range held {
		role := auth.Role(m.Role)
		for _, own := range a.viewer.Memberships {
			if own.Role == role && (m.ServiceID == nil && own.Service == "" || m.ServiceID != nil && own.Service == string(*m.ServiceID)) &&
				len(own.Path) > best && len(own.Path) <= len(at.Path) && at.Path[:len(own.Path)] == own.Path {
				best, title = len(own.Path), m.Title
			}
		}
	}
	return title
}
