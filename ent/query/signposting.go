package query

import (
	"context"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/service"
	"hearback/ent/generated/ent/signpost"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// English is the language of the words that are built in.
const English = "en"

// builtIn are our own words for places that have set none. They hold for England: 999 and 111 are its numbers, and Samaritans
// give 116 123 as theirs, free at any hour (https://www.samaritans.org).
const builtIn = "Thank you for telling us. Nobody reads this right away: it is not for urgent care.\n" +
	"If you or somebody else is in danger now, call 999.\n" +
	"If you need medical help or advice that cannot wait, call 111 at any time of day or night.\n" +
	"If you want to talk to somebody about how you feel, call Samaritans on 116 123. It is free, at any time, and they will not judge you.\n" +
	"You can also tell any nurse, doctor or member of staff that you trust."

// Signposting is where to turn to when something cannot wait, in plain words.
type Signposting struct {
	Text     string
	Language string // of the text, such as en; it may be another than was asked for
}

// SignpostingAt is what holds at a place, given by its path; the empty path is the whole installation. The nearest place
// above it that says something in the language wins, then what the installation says; else English, else our own words.
func SignpostingAt(ctx context.Context, db *ent.Client, path, language string) (Signposting, error) {
	trail := Above(path)
	set, err := signposts(ctx, db, slices.Clone(trail))
	return choose(set, trail, language), err
}

type signpostKey struct{}

// SignpostingOf is the same for the place where e happened, for all experiences that were read together.
func SignpostingOf(ctx context.Context, db *ent.Client, e *ent.Experience, language string) (Signposting, error) {
	type known struct {
		paths map[typeid.ID]string
		set   []*ent.Signpost
	}
	all, err := cohort.Once(e.Cohort(), signpostKey{}, func(rows []*ent.Experience) (known, error) {
		places := make([]typeid.ID, len(rows))
		for i, r := range rows {
			places[i] = r.ServiceID
		}
		found, err := db.Service.Query().Where(service.IDIn(places...)).All(ctx)
		k := known{paths: map[typeid.ID]string{}}
		var trails []typeid.ID
		for _, s := range found {
			k.paths[s.ID], trails = s.Path, append(trails, Above(s.Path)...)
		}
		if err == nil {
			k.set, err = signposts(ctx, db, trails)
		}
		return k, err
	})
	return choose(all.set, Above(all.paths[e.ServiceID]), language), err
}

// Above are the places on the way up from a path, itself the first.
func Above(path string) (trail []typeid.ID) {
	for id := range strings.SplitSeq(strings.TrimSuffix(path, "/"), "/") {
		if id != "" {
			trail = append(trail, typeid.ID(id))
		}
	}
	slices.Reverse(trail)
	return trail
}

// signposts are all that was ever said for some places and for the whole installation, the newest first.
func signposts(ctx context.Context, db *ent.Client, places []typeid.ID) ([]*ent.Signpost, error) {
	slices.Sort(places)
	return db.Signpost.Query().Where(signpost.Or(signpost.ServiceIDIsNil(), signpost.ServiceIDIn(slices.Compact(places)...))).
		Order(signpost.ByCreatedAt(sql.OrderDesc()), signpost.ByID(sql.OrderDesc())).
		All(rule.AsSystem(ctx, "where to turn to is told to everybody, signed in or not"))
}

// choose takes the language first and the place second: words that nobody understands help nobody, however near they are.
func choose(set []*ent.Signpost, trail []typeid.ID, language string) Signposting {
	language = strings.ToLower(language)
	short, _, _ := strings.Cut(language, "-")
	for _, l := range []string{language, short, English} {
		for _, place := range append(slices.Clone(trail), "") {
			for _, s := range set {
				if s.Language == l && typeid.Maybe(s.ServiceID) == place {
					return Signposting{s.Text, s.Language}
				}
			}
		}
	}
	return Signposting{builtIn, English}
}
