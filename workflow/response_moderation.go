package workflow

import (
	"context"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/response"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ResponsePublish lets everybody read an answer, and tells the author of the experience. Moderators who reach its service;
// nobody on their own words. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ResponsePublish(ctx context.Context, id typeid.ID, expected int) (*ent.Response, bool, error) {
	return f.decideResponse(ctx, id, expected, response.StatePublished, "")
}

// ResponseReturn gives an answer back to who wrote it, with a reason. Moderators who reach its service; nobody on their own
// words. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ResponseReturn(ctx context.Context, id typeid.ID, expected int, reason string) (*ent.Response, bool, error) {
	var c checks
	reason = c.needed(reason, MaxReason, "reason")
	if err := c.err(); err != nil {
		return nil, false, err
	}
	return f.decideResponse(ctx, id, expected, response.StateReturned, reason)
}

func (f *Flow) decideResponse(ctx context.Context, id typeid.ID, expected int, to response.State, reason string) (r *ent.Response, replayed bool, err error) {
	r, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Response, error) {
		r, e, err := lockResponse(ctx, a, id)
		if err != nil {
			return nil, err
		}
		at, err := a.Service.Get(ctx, e.ServiceID)
		if err != nil {
			return nil, err
		}
		if string(r.AuthorID) == a.viewer.Person || !a.viewer.ReachesPath(at.Path, auth.Moderator) {
			return nil, ErrForbidden
		}
		if replayed = r.State == to && r.Version == expected+1 && a.isMe(r.DecidedByID) && r.Reason == reason; replayed {
			return r, nil
		}
		if err := mayDecideResponse(r.State, r.Version, expected); err != nil {
			return nil, err
		}
		if to == response.StatePublished {
			if err := answerable(e, "responseId"); err != nil {
				return nil, err
			}
		}
		r, err = r.Update().SetState(to).SetReason(reason).SetDecidedByID(typeid.ID(a.viewer.Person)).AddVersion(1).Save(ctx)
		if err != nil {
			return nil, err
		}
		a.audit(line{act: auditentry.ActDecision, as: auth.Moderator, at: e.ServiceID, path: at.Path, about: r.ID, whose: r.AuthorID, why: "RESPONSE_" + string(to)})
		return r, a.answered(ctx, e, r)
	})
	return r, replayed && err == nil, err
}

// isMe tells whether an id is the viewer's.
func (a *act) isMe(id *typeid.ID) bool { return id != nil && string(*id) == a.viewer.Person }

// mayDecideResponse decides whether a moderator may decide on an answer: on the version that they read, while it waits.
func mayDecideResponse(state response.State, version, expected int) error {
	switch {
	case version != expected:
		return stale(version)
	case state != response.StateInModeration:
		return refuse(NotNow, "This answer does not wait for a moderator.", "responseId")
	}
	return nil
}

// ResponseRevise changes one's own answer: for 30 minutes after it was given, and as long as it waits for a moderator or was
// given back. It then goes the way of a new one. Staff who still reach the service. Errors: ErrNotFound, ErrForbidden when it
// is somebody else's, Refusal.
func (f *Flow) ResponseRevise(ctx context.Context, id typeid.ID, expected int, body string, claimsChange bool) (r *ent.Response, replayed bool, err error) {
	var c checks
	body = c.needed(body, MaxResponse, "body")
	if err := c.err(); err != nil {
		return nil, false, err
	}
	r, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Response, error) {
		r, e, err := lockResponse(ctx, a, id)
		if err != nil {
			return nil, err
		}
		held, here, err := a.post(ctx, e.ServiceID)
		if err != nil {
			return nil, err
		}
		if string(r.AuthorID) != a.viewer.Person || !here {
			return nil, ErrForbidden
		}
		if replayed = r.RevisedAt != nil && r.DecidedByID == nil && r.Version == expected+1 && r.Body == body && r.ClaimsChange == claimsChange; replayed {
			return r, nil
		}
		if err := firstOf(answerable(e, "responseId"), mayReviseResponse(r.State, r.CreatedAt, a.at, r.Version, expected)); err != nil {
			return nil, err
		}
		r, err = r.Update().SetBody(body).SetClaimsChange(claimsChange).SetState(answering{held.trusted, claimsChange, body}.goes()).
			SetRevisedAt(a.at).SetReason("").ClearDecidedByID().AddVersion(1).Save(ctx)
		if err != nil {
			return nil, err
		}
		return r, a.answered(ctx, e, r)
	})
	return r, replayed && err == nil, err
}

// mayReviseResponse decides whether an answer may still be changed: what everybody reads only for a short time after it was
// given, for people may have acted on it; what nobody reads yet at any time.
func mayReviseResponse(state response.State, given, now time.Time, version, expected int) error {
	switch {
	case version != expected:
		return stale(version)
	case state == response.StatePublished && now.After(given.Add(ResponseWindow)):
		return refuse(NotNow, "An answer can be changed for 30 minutes after it was given. Please give another answer that puts it right.", "responseId")
	}
	return nil
}

// lockResponse reads an answer and what it answers so that nobody else changes either until the transaction is over: whoever
// changes an answer holds its experience first.
func lockResponse(ctx context.Context, a *act, id typeid.ID) (*ent.Response, *ent.Experience, error) {
	r, err := a.Response.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	e, err := lockExperience(rule.AsSystem(ctx, "the row is locked; what may be done with its answers is decided by the verb"), a, r.ExperienceID)
	if err != nil {
		return nil, nil, err
	}
	r, err = a.Response.Get(ctx, id)
	return r, e, err
}
