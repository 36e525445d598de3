package workflow

import (
	"context"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/frameworkcode"
	"hearback/ent/generated/ent/service"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Means is by what a suggestion was found.
type Means string

// The means.
const (
	FrameworkWords Means = "FRAMEWORK_WORDS" // words of the theme itself, or of its code in the framework
	SimilarWords   Means = "SIMILAR_WORDS"   // words of what is in the theme already
)

// Suggestion is that words could belong to a theme, and why a rule thinks so. It is no link, and nobody is told.
type Suggestion struct {
	Experience *ent.Experience
	Means      Means
	Words      []string // that both have, eight at most
}

// The bounds of a search, and from how many words in common on something is suggested.
const (
	MaxSuggestions  = 10
	looksThrough    = 100 // of the newest published experiences of the place
	comparedInTheme = 50
	fewFramework    = 2
	fewSimilar      = 4
	mostWords       = 8
)

// ServiceSuggestions says whether the staff of a place are shown which words could belong to a theme: they are not, unless somebody
// wants it. Administrators who reach it. Errors: ErrNotFound, ErrForbidden.
func (f *Flow) ServiceSuggestions(ctx context.Context, id typeid.ID, on bool) (s *ent.Service, replayed bool, err error) {
	s, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Service, error) {
		s, err := hold(a, a.Service.Query().Where(service.ID(id))).Only(ctx)
		if err != nil {
			return nil, err
		}
		replayed = s.Suggests == on
		s, err = s.Update().SetSuggests(on).Save(ctx)
		if ent.IsNotFound(err) {
			return nil, ErrForbidden
		}
		if err == nil && !replayed {
			a.audit(line{act: auditentry.ActSetting, as: auth.Administrator, at: s.ID, path: s.Path, about: s.ID, why: "SUGGESTIONS"})
		}
		return s, err
	})
	return s, replayed && err == nil, err
}

// Suggest looks through the newest published experiences of a theme's place for words that could belong to it: only words of who
// agrees that it is shown what they led to. It writes nothing. Nothing where the place does not want it, or the theme is closed.
// Staff who reach the service. Errors: ErrNotFound, ErrForbidden.
func (f *Flow) Suggest(ctx context.Context, id typeid.ID) ([]*Suggestion, error) {
	a := act{Client: f.DB, viewer: auth.FromContext(ctx)}
	t, err := a.Theme.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	at, err := a.Service.Get(ctx, t.ServiceID)
	if err != nil {
		return nil, err
	}
	if !a.viewer.ReachesPath(at.Path, rule.ServiceStaff()...) {
		return nil, ErrForbidden
	}
	if !at.Suggests || t.MergedIntoID != nil {
		return nil, nil
	}
	framework, similar, err := a.wordsOfTheme(ctx, t)
	if err != nil {
		return nil, err
	}
	others, err := a.notIn(ctx, t)
	return suggested(framework, similar, others), err
}

// wordsOfTheme are the theme's own words with those of its code, and the words of what is in it.
func (a *act) wordsOfTheme(ctx context.Context, t *ent.Theme) (framework, similar string, err error) {
	framework = t.Title + " " + t.Statement
	if t.FrameworkCode != "" {
		codes, err := a.FrameworkCode.Query().Where(frameworkcode.Code(t.FrameworkCode)).All(ctx)
		if err != nil {
			return "", "", err
		}
		for _, c := range codes {
			framework += " " + c.Title + " " + c.Description
		}
	}
	inside, err := a.Evidence.Query().Where(evidence.ThemeID(t.ID)).Order(evidence.ByCreatedAt(sql.OrderDesc()), evidence.ByID(sql.OrderDesc())).Limit(comparedInTheme).WithExperience().All(ctx)
	for _, v := range inside {
		if v.Edges.Experience != nil {
			similar += " " + allWords(v.Edges.Experience)
		}
	}
	return framework, similar, err
}

// notIn are the newest published experiences of a theme's place that are not in it, of who agrees.
func (a *act) notIn(ctx context.Context, t *ent.Theme) ([]*ent.Experience, error) {
	found, err := a.Experience.Query().Where(experience.ServiceID(t.ServiceID), rule.Published, experience.Not(experience.HasEvidenceWith(evidence.ThemeID(t.ID)))).
		Order(experience.ByPublishedAt(sql.OrderDesc()), experience.ByID(sql.OrderDesc())).Limit(looksThrough).All(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]typeid.ID, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	agreed, err := a.agreedTo(rule.AsSystem(ctx, "only the words of who agrees are looked at"), consent.PurposeThemeAnalysis, ids)
	return slices.DeleteFunc(found, func(e *ent.Experience) bool { return !agreed[contributor{e.AuthorID, e.ID}] }), err
}

func allWords(e *ent.Experience) string {
	return strings.Join([]string{e.Story, e.WhatWasGood, e.CouldBeBetter}, " ")
}

// suggested are those of some experiences that have enough words in common with a theme, those with the most first.
func suggested(framework, similar string, others []*ent.Experience) []*Suggestion {
	all := []*Suggestion{}
	for _, e := range others {
		said := allWords(e)
		if both := shared(said, framework); len(both) >= fewFramework {
			all = append(all, &Suggestion{e, FrameworkWords, both[:min(len(both), mostWords)]})
		} else if both := shared(said, similar); len(both) >= fewSimilar {
			all = append(all, &Suggestion{e, SimilarWords, both[:min(len(both), mostWords)]})
		}
	}
	slices.SortStableFunc(all, func(x, y *Suggestion) int { return len(y.Words) - len(x.Words) })
	return all[:min(len(all), MaxSuggestions)]
}
