package query

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// MostReadings is how many readings of one experience are told, the newest.
const MostReadings = 50

// Reading is that somebody in a role at a place read words on a day while they were not public; who it was is not in it.
type Reading struct {
	Role    auditentry.Role
	PlaceID typeid.ID // empty for the whole installation
	Day     string    // such as 2026-05-14
	cohort  *cohort.Of[*Reading]
}

// Key is nothing: a reading has no id, because one would tell the moment.
func (r *Reading) Key() typeid.ID { return "" }

// Cohort are the readings that were found together.
func (r *Reading) Cohort() *cohort.Of[*Reading] { return r.cohort }

// ReadBy is who read an experience, by role, place and day, each once and the newest first. It follows no rule: ask for one's
// own experiences only. One statement serves all that were read together.
func ReadBy(ctx context.Context, db *ent.Client, e *ent.Experience) ([]*Reading, error) {
	type key struct{}
	all, err := cohort.Once(e.Cohort(), key{}, func(rows []*ent.Experience) (map[typeid.ID][]*Reading, error) {
		ids := make([]typeid.ID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		return readings(rule.AsSystem(ctx, "people see in which roles their words were read, and not by whom"), db, ids)
	})
	if all[e.ID] == nil {
		return []*Reading{}, err
	}
	return all[e.ID], err
}

func readings(ctx context.Context, db *ent.Client, ids []typeid.ID) (map[typeid.ID][]*Reading, error) {
	var found []struct {
		About typeid.ID
		Role  auditentry.Role
		Place typeid.ID
		Day   string
	}
	err := db.AuditEntry.Query().Where(auditentry.ActEQ(auditentry.ActRead), auditentry.AboutIDIn(ids...)).
		Order(func(s *sql.Selector) { *s = *byDay(s).WithContext(s.Context()) }).Modify().Scan(ctx, &found)
	rows := make([]*Reading, len(found))
	together := cohort.New(rows)
	m := map[typeid.ID][]*Reading{}
	for i, f := range found {
		rows[i] = &Reading{Role: f.Role, PlaceID: f.Place, Day: f.Day, cohort: together}
		m[f.About] = append(m[f.About], rows[i])
	}
	return m, err
}

// byDay folds the entries of a day into one, and keeps the newest of each thing.
func byDay(s *sql.Selector) *sql.Selector {
	about, role, place, day := s.C(auditentry.FieldAboutID), s.C(auditentry.FieldRole), s.C(auditentry.FieldPlaceID), "SUBSTR("+s.C(auditentry.FieldHour)+", 1, 10)"
	folded := s.Clone().Select(sql.As(about, "about"), sql.As(role, "role"), sql.As(place, "place"), sql.As(day, "day"),
		sql.As("ROW_NUMBER() OVER (PARTITION BY "+about+" ORDER BY "+day+" DESC, "+role+", "+place+")", "nth")).
		GroupBy(about, role, place, day)
	outer := sql.Dialect(s.Dialect()).Select("about", "role", "place", "day").From(folded.As("folded"))
	return outer.Where(sql.LTE("nth", MostReadings)).OrderBy("about", "nth")
}
