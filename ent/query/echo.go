package query

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/echo"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

type echoKey struct{}

// Echoes is how many people have experienced the same as e tells, in one statement for all experiences that were read together; a
// few are hidden. It is nil for words that are not published.
func Echoes(ctx context.Context, db *ent.Client, e *ent.Experience, k int) (Count, error) {
	if e.State != experience.StatePublished {
		return nil, nil
	}
	all, err := cohort.Once(e.Cohort(), echoKey{}, func(rows []*ent.Experience) (map[typeid.ID]int, error) {
		var found []struct {
			Experience typeid.ID
			People     int
		}
		err := db.Echo.Query().Where(echo.ExperienceIDIn(ids(rows)...)).Modify(func(s *sql.Selector) {
			of := s.C(echo.FieldExperienceID)
			s.Select(sql.As(of, "experience"), sql.As(sql.Count("*"), "people")).GroupBy(of)
		}).Scan(rule.AsSystem(ctx, "echoes are counted; numbers about few people are hidden"), &found)
		counts := make(map[typeid.ID]int, len(found))
		for _, f := range found {
			counts[f.Experience] = f.People
		}
		return counts, err
	})
	if err != nil {
		return nil, err
	}
	return hide([]cell{{all[e.ID], all[e.ID]}}, k)[0], nil
}
