package graph_test

import (
	"regexp"
	"slices"
	"strconv"
	"testing"

	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent/experience"
	"hearback/ent/page"
	"hearback/ent/typeid"
)

// A page in the middle of a long list costs what the first one costs: the database walks the same index from
// the place of the cursor, and reads nothing of what lies before it. With HEARBACK_ROWS=200000 the page is the 5,000th.
func TestAPageDeepInsideIsReadLikeTheFirst(t *testing.T) {
	lengthy(t, "it fills a database with thousands of experiences")
	tell(t, func(t *testing.T, s *stage) {
		fill(t, s.db, rows(t))
		spy := s.spy()
		query := `query($a: Cursor) { experiences(first: 20, after: $a) { nodes { id } pageInfo { endCursor hasNextPage } } }`
		for _, who := range []*person{s.nobody(), s.contributor("Pat")} {
			who.get(query, nil, "experiences")
			first := indexes(s.explain(spy.last()))
			from, following := s.deepInside(rows(t) / 2)
			got := who.get(query, vars{"a": from}, "experiences")
			if id := dig(got, "nodes.0.id"); id != string(following) {
				t.Errorf("the deep page begins with %v, not with %s", id, following)
			}
			if deep := s.explain(spy.last()); wholeTable(deep) || !jumps(deep) || !slices.Equal(indexes(deep), first) {
				t.Errorf("the deep page is read another way:\n%s\nthan the first, by %v", deep, first)
			}
		}
	})
}

// deepInside is the cursor behind so many published experiences, and the one that follows it.
func (s *stage) deepInside(depth int) (page.Cursor, typeid.ID) {
	found := s.db.Client.Experience.Query().Where(experience.StateEQ(experience.StatePublished)).
		Order(experience.ByPublishedAt(sql.OrderDesc()), experience.ByID(sql.OrderDesc())).Offset(depth).Limit(2).AllX(s.system())
	return page.Cursor(place64("published|" + strconv.FormatInt(found[0].PublishedAt.UnixMicro(), 36) + "|" + string(found[0].ID))), found[1].ID
}

// indexes are the indexes that a plan walks, in its order.
func indexes(plan string) []string {
	return regexp.MustCompile(`(?i)(USING (COVERING )?INDEX|Scan( Backward)? using) \w+`).FindAllString(plan, -1)
}

// jumps tells whether a plan begins at the place of the cursor in the index: what lies before it is not read at all.
func jumps(plan string) bool {
	return regexp.MustCompile(`(?m)^SEARCH experiences .*published_at.*<|Index Cond: .*published_at.* < `).MatchString(plan)
}
