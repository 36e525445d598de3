package workflow

import (
	"context"
	"regexp"
	"strings"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/signpost"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MaxSignpost is how long the words may be that say where to turn to, in letters. They are told with a sentence of ours before
// them, which together fit into a step.
const MaxSignpost = 1500

// language is what a tag of a language looks like: the parts of RFC 5646 §2.1 that name a language, in small letters.
var language = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$`)

// SignpostSet says where to turn to when something cannot wait, at a service and all below it (nil: everywhere), in one
// language. Administrators who reach it. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) SignpostSet(ctx context.Context, at *typeid.ID, tag, text string) (*ent.Signpost, error) {
	var said checks
	text, tag = said.needed(text, MaxSignpost, "text"), strings.ToLower(strings.TrimSpace(tag))
	if !language.MatchString(tag) {
		said.add(Invalid, "Please give the language as a tag such as en or cy.", "language")
	}
	if err := said.err(); err != nil {
		return nil, err
	}
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Signpost, error) {
		path := ""
		if at != nil {
			place, err := a.Service.Get(ctx, *at)
			if err != nil {
				return nil, err
			}
			path = place.Path
		}
		if last, err := a.signpostAt(ctx, path, at, tag); err != nil || last != nil && last.Text == text {
			return last, err
		}
		made, err := a.Signpost.Create().SetCreatedAt(a.at).SetNillableServiceID(at).SetLanguage(tag).SetText(text).SetSetByID(typeid.ID(a.viewer.Person)).Save(ctx)
		if err == nil {
			a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, at: typeid.Maybe(at), about: made.ID, why: "SIGNPOST"})
		}
		return made, err
	})
}

// signpostAt is what was set last at exactly this place in this language, for who may set it; nil when nothing was.
func (a *act) signpostAt(ctx context.Context, path string, at *typeid.ID, tag string) (*ent.Signpost, error) {
	if !a.viewer.ReachesPath(path, auth.Administrator) {
		return nil, nil
	}
	here := signpost.ServiceIDIsNil()
	if at != nil {
		here = signpost.ServiceID(*at)
	}
	last, err := a.Signpost.Query().Where(here, signpost.Language(tag)).Order(signpost.ByCreatedAt(sql.OrderDesc()), signpost.ByID(sql.OrderDesc())).
		First(rule.AsSystem(ctx, "who sets a sign-post is told when it says so already"))
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return last, err
}
