package workflow

import (
	"context"
	"fmt"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/response"
	"hearback/ent/generated/ent/step"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxResponse is how long an answer may be, in letters.
const MaxResponse = 4000

// MaxPassages is at how many places of an experience one answer may point.
const MaxPassages = 5

// ResponseWindow is how long after it was given an answer may be changed, whatever became of it.
const ResponseWindow = 30 * time.Minute

// ResponseDraft is what a member of staff wants to answer.
type ResponseDraft struct {
	ID            *typeid.ID `json:"-"`
	ExperienceID  typeid.ID
	Body          string
	ClaimsChange  bool       `json:",omitempty"` // whether it says that something changed
	OfflineReason string     `json:",omitempty"` // why the talk goes on where nobody else hears it
	OutcomeOf     *typeid.ID `json:",omitempty"` // the answer that took it there, of which this tells what came of it
	Passages      []Pointing `json:",omitempty"` // the words of the experience that it speaks of
}

// ResponseGive answers an experience in public and by name. An answer of somebody who is trusted there is published at once
// and told to the author of the experience, unless it says that something changed; any other waits for a moderator. Staff
// who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
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
	var c checks
	body := c.needed(d.Body, MaxResponse, "body")
	why := c.text(d.OfflineReason, MaxReason, "offlineReason")
	if len(d.Passages) > MaxPassages {
		c.add(TooMany, fmt.Sprintf("Please point at no more than %d places.", MaxPassages), "passages")
	}
	if err := firstOf(answerable(e, "experienceId"), c.err()); err != nil {
		return nil, err
	}
	if err := a.elsewhere(ctx, d); err != nil {
		return nil, err
	}
	points, err := pointed(d.Passages, e, id)
	if err != nil {
		return nil, err
	}
	held, _, err := a.post(ctx, e.ServiceID)
	if err != nil {
		return nil, err
	}
	r, err := a.Response.Create().SetID(id).SetCreatedAt(a.at).SetFingerprint(print).SetExperienceID(e.ID).SetServiceID(e.ServiceID).
		SetAuthorID(typeid.ID(a.viewer.Person)).SetAuthorName(by.name).SetAuthorTitle(by.title).SetNillableMembershipID(held.id()).
		SetBody(body).SetOfflineReason(why).SetNillableOutcomeOfID(d.OutcomeOf).SetPassages(points).SetClaimsChange(d.ClaimsChange).SetState(answering{held.trusted, d.ClaimsChange, body}.goes()).Save(ctx)
	if err != nil {
		return nil, err
	}
	return r, a.answered(ctx, e, r)
}

// answerable refuses to answer what is not published.
func answerable(e *ent.Experience, path string) error {
	if e.State != experience.StatePublished {
		return refuse(NotNow, "Only published experiences can be answered.", path)
	}
	return nil
}

// answering is what decides where an answer goes.
type answering struct {
	trusted      bool // whether its author is, at the service
	claimsChange bool // whether its author says that it tells of a change
	body         string
}

// goes decides it: in public at once from who is trusted; but who claims a change has a moderator see that it is explained.
func (p answering) goes() response.State {
	if !p.trusted || p.claimsChange || readsLikeChange(p.body) {
		return response.StateInModeration
	}
	return response.StatePublished
}

// answered keeps true what an answer means to the experience that it belongs to: while one is published it counts as answered,
// and its author is told of each, once, when it is published.
func (a *act) answered(ctx context.Context, e *ent.Experience, r *ent.Response) error {
	sys := rule.AsSystem(ctx, "a published answer marks the experience that it answers")
	some, err := a.Response.Query().Where(response.ExperienceID(e.ID), response.StateEQ(response.StatePublished)).Exist(sys)
	if err != nil {
		return err
	}
	if some != (e.AnsweredAt != nil) {
		mark := e.Update().ClearAnsweredAt()
		if some {
			mark = e.Update().SetAnsweredAt(a.at)
		}
		if err := mark.Exec(sys); err != nil {
			return err
		}
	}
	if err := a.outcome(ctx, r); err != nil || r.State != response.StatePublished {
		return err
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
	held, err := a.Membership.Query().Where(membership.PersonID(typeid.ID(a.viewer.Person)), query.Works(a.at), membership.TitleNEQ("")).All(ctx)
	if err != nil {
		return ""
	}
	best, _ := nearest(at.Path, a.works(held))
	if best.held == nil {
		return ""
	}
	return best.held.Title
}
