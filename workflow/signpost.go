package workflow

import (
	"context"
	"regexp"
	"strings"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
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
		if at != nil {
			if _, err := a.Service.Get(ctx, *at); err != nil {
				return nil, err
			}
		}
		made, err := a.Signpost.Create().SetCreatedAt(a.at).SetNillableServiceID(at).SetLanguage(tag).SetText(text).SetSetByID(typeid.ID(a.viewer.Person)).Save(ctx)
		if err == nil {
			a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, at: typeid.Maybe(at), about: made.ID, why: "SIGNPOST"})
		}
		return made, err
	})
}
