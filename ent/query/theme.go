package query

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/cohort"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// Group is whose words they are: patients', families' or staff's.
type Group string

// The groups.
const (
	Patients Group = "PATIENTS"
	Families Group = "FAMILIES"
	Staff    Group = "STAFF"
)

// groupOf is the group that somebody speaks in.
func groupOf(r experience.Relationship) Group {
	switch r {
	case experience.RelationshipPatient:
		return Patients
	case experience.RelationshipStaff, experience.RelationshipLearner:
		return Staff
	}
	return Families
}

// GroupCount is how many people of a group said something.
type GroupCount struct {
	Group Group
	Says  evidence.Says
	Count Count
}

type groupKey struct{}

// Agreement is how many different people of each group say of a theme that it works, does not work, or matters for the future:
// where the groups agree and where they differ. Only published words of who agrees count; all nine numbers are hidden together
// as one table. One statement serves all themes that were read together.
func Agreement(ctx context.Context, db *ent.Client, t *ent.Theme, k int) ([]*GroupCount, error) {
	all, err := cohort.Once(t.Cohort(), groupKey{}, func(themes []*ent.Theme) (map[typeid.ID]map[saying]map[typeid.ID]bool, error) {
		return sayings(rule.AsSystem(ctx, "a count that hides small numbers"), db, ids(themes))
	})
	if err != nil {
		return nil, err
	}
	var rows []*GroupCount
	var cells []cell
	for _, g := range []Group{Patients, Families, Staff} {
		for _, s := range []evidence.Says{evidence.SaysWorking, evidence.SaysNotWorking, evidence.SaysImportantForFuture} {
			n := len(all[t.ID][saying{g, s}])
			rows, cells = append(rows, &GroupCount{Group: g, Says: s}), append(cells, cell{n, n})
		}
	}
	for i, c := range hide(cells, k) {
		rows[i].Count = c
	}
	return rows, nil
}

// saying is what somebody of a group says.
type saying struct {
	group Group
	says  evidence.Says
}

func sayings(ctx context.Context, db *ent.Client, themes []typeid.ID) (map[typeid.ID]map[saying]map[typeid.ID]bool, error) {
	var found []struct {
		Theme        typeid.ID
		Author       typeid.ID
		Relationship experience.Relationship
		Says         evidence.Says
	}
	err := db.Evidence.Query().Where(evidence.ThemeIDIn(themes...)).Modify(func(s *sql.Selector) {
		e := sql.Table(experience.Table)
		s.Join(e).On(s.C(evidence.FieldExperienceID), e.C(experience.FieldID))
		s.Where(sql.And(sql.EQ(e.C(experience.FieldState), experience.StatePublished), rule.Agreed(s, s.C(evidence.FieldExperienceID), consent.PurposeThemeAnalysis)))
		s.Select(sql.As(s.C(evidence.FieldThemeID), "theme"), sql.As(e.C(experience.FieldAuthorID), "author"),
			sql.As(e.C(experience.FieldRelationship), "relationship"), sql.As(s.C(evidence.FieldSays), "says")).Distinct()
	}).Scan(ctx, &found)
	all := map[typeid.ID]map[saying]map[typeid.ID]bool{}
	for _, f := range found {
		of := saying{groupOf(f.Relationship), f.Says}
		if all[f.Theme] == nil {
			all[f.Theme] = map[saying]map[typeid.ID]bool{}
		}
		if all[f.Theme][of] == nil {
			all[f.Theme][of] = map[typeid.ID]bool{}
		}
		all[f.Theme][of][f.Author] = true
	}
	return all, err
}
