package workflow

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/response"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// elsewhere checks what an answer says of a talk that goes on where nobody else hears it (an answer that only says "ring us" tells
// the next reader nothing: research on answers calls it offline): why it must, or what came of one.
func (a *act) elsewhere(ctx context.Context, d ResponseDraft) error {
	if d.OutcomeOf == nil {
		return nil
	}
	first, err := a.Response.Get(ctx, *d.OutcomeOf) // whose experience is locked
	if err != nil {
		return err
	}
	switch {
	case first.ExperienceID != d.ExperienceID || first.OfflineReason == "" || first.State != response.StatePublished:
		return refuse(Invalid, "This answer took no talk elsewhere. Please choose one to the same experience that did.", "outcomeOf")
	case first.OutcomeAt != nil:
		return refuse(NotNow, "People have been told already what came of this talk.", "outcomeOf")
	case d.OfflineReason != "":
		return refuse(Invalid, "What came of a talk is told here, for everybody to read.", "offlineReason")
	}
	return nil
}

// outcome keeps true whether everybody was told what came of a talk elsewhere: while an answer that tells it is published.
func (a *act) outcome(ctx context.Context, r *ent.Response) error {
	if r.OutcomeOfID == nil {
		return nil
	}
	ctx = rule.AsSystem(ctx, "an answer that tells what came of a talk marks the one that took it elsewhere")
	told, err := a.Response.Query().Where(response.OutcomeOfID(*r.OutcomeOfID), response.StateEQ(response.StatePublished)).Exist(ctx)
	if err != nil {
		return err
	}
	mark := a.Response.UpdateOneID(*r.OutcomeOfID).ClearOutcomeAt()
	if told {
		mark = a.Response.UpdateOneID(*r.OutcomeOfID).SetOutcomeAt(a.at)
	}
	return mark.Exec(ctx)
}

// ResponseJudge says whether an answer answered what was said. It can be said again; what was said last counts. Who shared the
// experience, or told it for somebody and may change it. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) ResponseJudge(ctx context.Context, id typeid.ID, word response.LastWord) (r *ent.Response, replayed bool, err error) {
	r, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Response, error) {
		r, e, err := lockResponse(ctx, a, id)
		if err != nil {
			return nil, err
		}
		if _, err := a.inPlaceOfAuthor(ctx, e, rule.MayRevise); err != nil {
			return nil, err
		}
		if replayed = r.LastWord != nil && *r.LastWord == word; replayed {
			return r, nil
		}
		if err := judgeable(r); err != nil {
			return nil, err
		}
		return r.Update().SetLastWord(word).SetLastWordAt(a.at).Save(rule.AsSystem(ctx, "who said something has the last word on its answer"))
	})
	return r, replayed && err == nil, err
}

// judgeable refuses the last word on an answer that nobody reads yet.
func judgeable(r *ent.Response) error {
	if r.State != response.StatePublished {
		return refuse(NotNow, "This answer is not published.", "responseId")
	}
	return nil
}
