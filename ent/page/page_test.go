package page_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"
	"pgregory.net/rapid"

	"hearback/ent/dbtest"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/response"
	"hearback/ent/generated/ent/service"
	"hearback/ent/generated/ent/step"
	"hearback/ent/page"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// shelf is a database with one person, and a new place for the rows of every try.
type shelf struct {
	*dbtest.DB
	ctx    context.Context
	person typeid.ID
	at     typeid.ID
}

var begun = time.Date(2026, 5, 14, 9, 30, 0, 0, time.UTC) // never changed

func open(t *testing.T, db *dbtest.DB) *shelf {
	ctx := rule.AsSystem(context.Background(), "a test fills the shelves")
	return &shelf{DB: db, ctx: ctx, person: db.Client.Person.Create().SetCreatedAt(begun).SaveX(ctx).ID}
}

func (s *shelf) clear() { s.at = s.place("a shelf", "") }

func (s *shelf) place(sortName string, above typeid.ID) typeid.ID {
	id := typeid.New(typeid.Service)
	q := s.Client.Service.Create().SetID(id).SetCreatedAt(begun).SetName("A place").SetSortName(sortName).SetKind(service.KindWard).SetPath(string(id) + "/")
	if above != "" {
		q.SetParentID(above)
	}
	return q.SaveX(s.ctx).ID
}

// told makes published experiences, the n-th at the n-th of the moments: equal moments are ties.
func (s *shelf) told(moments []int) {
	rows := make([]*ent.ExperienceCreate, len(moments))
	for i, m := range moments {
		rows[i] = s.Client.Experience.Create().SetCreatedAt(begun).SetFingerprint("").SetAuthorID(s.person).SetServiceID(s.at).SetRelationship(experience.RelationshipPatient).
			SetDisplayName("Pat").SetIntention(experience.IntentionTell).SetStory("I waited.").SetState(experience.StatePublished).SetPublishedAt(begun.Add(time.Duration(m) * time.Microsecond))
	}
	s.Client.Experience.CreateBulk(rows...).ExecX(s.ctx)
}

// reader reads a page of a list.
type reader func(page.Args) (ids []typeid.ID, info *page.PageInfo, total int, err error)

func read[T page.Row](ctx context.Context, c *page.Connection[T], err error) ([]typeid.ID, *page.PageInfo, int, error) {
	if err != nil {
		return nil, nil, 0, err
	}
	ids := make([]typeid.ID, len(c.Nodes()))
	for i, e := range c.Edges() {
		ids[i] = e.Node.Key()
	}
	total, err := c.TotalCount(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	return ids, c.PageInfo(), *total, nil
}

// list is one of the orders that a list can have: by time, newest first; by text; by number. Each fills a shelf with rows of
// these places in the order, and gives what a plain query without pages finds.
type list func(s *shelf, places []int) (plain []typeid.ID, pages reader)

func lists() map[string]list {
	return map[string]list{"ByTimeNewestFirst": byTime, "ByText": byText, "ByNumber": byNumber}
}

func byTime(s *shelf, places []int) ([]typeid.ID, reader) {
	s.told(places)
	term := page.Term[*ent.Experience]{Name: "told", Column: experience.FieldPublishedAt, Desc: true, Value: func(e *ent.Experience) any { return *e.PublishedAt }}
	all := func() *ent.ExperienceQuery { return s.Client.Experience.Query().Where(experience.ServiceID(s.at)) }
	plain := all().Order(experience.ByPublishedAt(sql.OrderDesc()), experience.ByID(sql.OrderDesc())).IDsX(s.ctx)
	return plain, func(a page.Args) ([]typeid.ID, *page.PageInfo, int, error) {
		c, err := page.Connect(s.ctx, all(), a, term)
		return read(s.ctx, c, err)
	}
}

// names are sorted as the database sorts them; the longest is as long as one may be.
var names = []string{"", "a", "a a", "ab", "b|c", "Ward 7", "z", "é", "ü|", "🙂", strings.Repeat("🙂", 60)}

func byText(s *shelf, places []int) ([]typeid.ID, reader) {
	for _, p := range places {
		s.place(names[p], s.at)
	}
	term := page.Term[*ent.Service]{Name: "services", Column: service.FieldSortName, Kind: page.ByText, Value: func(s *ent.Service) any { return s.SortName }}
	all := func() *ent.ServiceQuery { return s.Client.Service.Query().Where(service.ParentID(s.at)) }
	plain := all().Order(service.BySortName(), service.ByID()).IDsX(s.ctx)
	return plain, func(a page.Args) ([]typeid.ID, *page.PageInfo, int, error) {
		c, err := page.Connect(s.ctx, all(), a, term)
		return read(s.ctx, c, err)
	}
}

func byNumber(s *shelf, places []int) ([]typeid.ID, reader) {
	s.told([]int{0})
	of := s.Client.Experience.Query().Where(experience.ServiceID(s.at)).OnlyIDX(s.ctx)
	for i, p := range places { // a person has each number once: ties are of several people
		s.Client.Step.Create().SetCreatedAt(begun).SetPersonID(typeid.New(typeid.Person)).SetNumber(p - 3).SetExperienceID(of).SetKind(step.KindHeard).SetAbout(fmt.Sprint(i)).ExecX(s.ctx)
	}
	term := page.Term[*ent.Step]{Name: "steps", Column: step.FieldNumber, Kind: page.ByNumber, Value: func(s *ent.Step) any { return s.Number }}
	all := func() *ent.StepQuery { return s.Client.Step.Query().Where(step.ExperienceID(of)) }
	plain := all().Order(step.ByNumber(), step.ByID()).IDsX(s.ctx)
	return plain, func(a page.Args) ([]typeid.ID, *page.PageInfo, int, error) {
		c, err := page.Connect(s.ctx, all(), a, term)
		return read(s.ctx, c, err)
	}
}

// forward walks a list from its first page to its last.
func forward(t *rapid.T, pages reader, size int) (seen []typeid.ID) {
	for a := (page.Args{First: &size}); ; {
		ids, info, _, err := pages(a)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, ids...)
		if len(ids) > size || info.HasPreviousPage != (a.After != nil) || info.HasNextPage && len(ids) < size {
			t.Fatalf("a page of %d, %+v", len(ids), info)
		}
		if !info.HasNextPage {
			return seen
		}
		a.After = info.EndCursor
	}
}

// backward walks a list from its last page to its first.
func backward(t *rapid.T, pages reader, size int) (seen []typeid.ID) {
	for a := (page.Args{Last: &size}); ; {
		ids, info, _, err := pages(a)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(ids, seen...)
		if len(ids) > size || info.HasNextPage != (a.Before != nil) || info.HasPreviousPage && len(ids) < size {
			t.Fatalf("a page of %d, %+v", len(ids), info)
		}
		if !info.HasPreviousPage {
			return seen
		}
		a.Before = info.StartCursor
	}
}

// Forward or backward, with many ties, page by page of any size: every row comes once, in the order of a plain query.
func TestEveryWalkSeesEveryRowOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		s := open(t, db)
		for name, list := range lists() {
			t.Run(name, func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					s.clear()
					places := rapid.SliceOfN(rapid.IntRange(0, len(names)-1), 0, 12).Draw(t, "places")
					size := rapid.IntRange(1, 14).Draw(t, "size")
					plain, pages := list(s, places)
					if there := forward(t, pages, size); !slices.Equal(there, plain) {
						t.Fatalf("there: %v\nwant %v", there, plain)
					}
					if back := backward(t, pages, size); !slices.Equal(back, plain) {
						t.Fatalf("back: %v\nwant %v", back, plain)
					}
					if _, _, total, err := pages(page.Args{}); err != nil || total != len(plain) {
						t.Fatalf("%d in total, want %d: %v", total, len(plain), err)
					}
				})
			})
		}
	})
}

// answered gives experiences any number of answers, at few moments, and reads the experiences in one statement.
func (s *shelf) answered(counts [][]int) []*ent.Experience {
	s.clear()
	s.told(make([]int, len(counts)))
	all := s.Client.Experience.Query().Where(experience.ServiceID(s.at)).AllX(s.ctx)
	var rows []*ent.ResponseCreate
	for i, moments := range counts {
		for _, m := range moments {
			rows = append(rows, s.Client.Response.Create().SetCreatedAt(begun.Add(time.Duration(m)*time.Microsecond)).SetFingerprint("").SetExperienceID(all[i].ID).
				SetServiceID(s.at).SetAuthorID(s.person).SetAuthorName("Sam").SetBody("Sorry."))
		}
	}
	s.Client.Response.CreateBulk(rows...).ExecX(s.ctx)
	return s.Client.Experience.Query().Where(experience.ServiceID(s.at)).AllX(s.ctx)
}

// plainAnswers is what a query of its own finds for one experience.
func (s *shelf) plainAnswers(of *ent.Experience) []typeid.ID {
	return s.Client.Response.Query().Where(response.ExperienceID(of.ID)).Order(response.ByCreatedAt(), response.ByID()).IDsX(s.ctx)
}

// Lists below a list are what a query for each parent gives, cut to the page, and take one statement for all of them.
func TestListsBelowAListAreThoseOfEachParent(t *testing.T) {
	t.Parallel()
	link := page.Link[*ent.Response]{Column: response.FieldExperienceID, Of: func(r *ent.Response) typeid.ID { return r.ExperienceID }}
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		s := open(t, db)
		rapid.Check(t, func(t *rapid.T) {
			parents := s.answered(rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 3), 0, 6), 1, 6).Draw(t, "answers"))
			size := rapid.IntRange(1, 7).Draw(t, "size")
			back := rapid.Bool().Draw(t, "backward")
			args := page.Args{First: &size}
			if back {
				args = page.Args{Last: &size}
			}
			pages := make([][]typeid.ID, len(parents))
			infos := make([]*page.PageInfo, len(parents))
			totals := make([]int, len(parents))
			said := s.Said(func() {
				for i, p := range parents {
					c, err := page.Children(s.ctx, p, s.Client.Response.Query(), link, args, page.Oldest[*ent.Response]("responses"))
					if pages[i], infos[i], totals[i], err = read(s.ctx, c, err); err != nil {
						t.Fatal(err)
					}
				}
			})
			if len(said) != 2 {
				t.Fatalf("%d statements for the pages and the totals of %d parents:\n%s", len(said), len(parents), strings.Join(said, "\n"))
			}
			for i, p := range parents {
				plain := s.plainAnswers(p)
				n := min(size, len(plain))
				want := plain[:n]
				if back {
					want = plain[len(plain)-n:]
				}
				more := infos[i].HasNextPage || infos[i].HasPreviousPage
				if !slices.Equal(pages[i], want) || totals[i] != len(plain) || more != (len(plain) > size) {
					t.Fatalf("parent %d has %v, %d in total, %+v; want %v of %v", i, pages[i], totals[i], infos[i], want, plain)
				}
			}
		})
	})
}

// A walk below one parent goes on from its own cursor; the same cursor means the same place for its neighbours.
func TestWalksBelowAList(t *testing.T) {
	t.Parallel()
	link := page.Link[*ent.Response]{Column: response.FieldExperienceID, Of: func(r *ent.Response) typeid.ID { return r.ExperienceID }}
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		s := open(t, db)
		rapid.Check(t, func(t *rapid.T) {
			parents := s.answered(rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 2), 0, 6), 1, 4).Draw(t, "answers"))
			size := rapid.IntRange(1, 4).Draw(t, "size")
			for _, p := range parents {
				pages := func(a page.Args) ([]typeid.ID, *page.PageInfo, int, error) {
					c, err := page.Children(s.ctx, p, s.Client.Response.Query(), link, a, page.Oldest[*ent.Response]("responses"))
					return read(s.ctx, c, err)
				}
				plain := s.plainAnswers(p)
				if there, back := forward(t, pages, size), backward(t, pages, size); !slices.Equal(there, plain) || !slices.Equal(back, plain) {
					t.Fatalf("there: %v\nback: %v\nwant %v", there, back, plain)
				}
			}
		})
	})
}
