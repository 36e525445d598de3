package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/typeid"
)

// themes does one of the verbs about themes.
func (p *person) themes(verb string, in vars) answer {
	p.t.Helper()
	what := "theme { id version title statement }"
	if verb == "evidenceAdd" {
		what = "evidence { id }"
	}
	return p.puts(verb, in, "replayed "+what)
}

func (p *person) theme(at *ent.Service, title string) string {
	p.t.Helper()
	a := p.themes("themeCreate", vars{"serviceId": at.ID, "title": title, "statement": "I know how long I will wait."})
	if a.code() != "" {
		p.t.Fatal(a.Body)
	}
	return a.at("themeCreate.theme.id").(string)
}

func (p *person) evidences(theme, experience, says string) string {
	p.t.Helper()
	a := p.themes("evidenceAdd", vars{"themeId": theme, "experienceId": experience, "says": says, "why": "You said so."})
	if a.code() != "" {
		p.t.Fatal(a.Body)
	}
	return a.at("evidenceAdd.evidence.id").(string)
}

const themeFields = `{ title statement version mergedInto { id } evidence { totalCount nodes { id says why addedByName experience { id } } }
  history { nodes { kind authorName why title moved other { id } } } agreement { group says count { __typename ... on Exact { value } } } }`

func (p *person) seesTheme(theme string) any {
	return p.get(`query($id: ID!) { node(id: $id) { ... on Theme `+themeFields+` } }`, vars{"id": theme}, "node")
}

// kindsOf are the steps of a theme's history.
func kindsOf(theme any) (kinds []string) {
	for _, s := range dig(theme, "history.nodes").([]any) {
		kinds = append(kinds, dig(s, "kind").(string))
	}
	return kinds
}

// People's words become a theme, each step by a named person, and each of them is told.
func TestThemesAreMadeOfPeoplesWords(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, other := s.place("Ward 7", nil), s.place("Ward 8", nil)
		pat, fay, nia := s.start("Pat"), s.start("Fay"), s.start("Nia")
		sam, mo := s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward)
		eve, stranger := s.somebody("Eve", auth.Staff, other), s.contributor("Stranger")
		of := map[*person]string{pat: pat.share(ward, "PATIENT", "I waited."), fay: fay.share(ward, "RELATIVE", "We waited."), nia: nia.share(ward, "STAFF", "They wait.")}
		hidden := pat.share(ward, "PATIENT", "It was loud.")
		for _, id := range of {
			mo.publish(id)
		}
		for _, p := range []*person{s.nobody(), pat, eve, stranger, mo} {
			if a := p.themes("themeCreate", vars{"serviceId": ward.ID, "title": "The wait", "statement": "I wait."}); a.code() == "" {
				t.Errorf("%s makes a theme: %s", p.name, a.Body)
			}
		}
		for statement, code := range map[string]string{"": "REQUIRED", "The wait is long": "INVALID", "It is long": "INVALID", "I": "", "I'm told": "", "I know": ""} {
			if a := sam.themes("themeCreate", vars{"serviceId": ward.ID, "title": "The wait", "statement": statement}); a.code() != code {
				t.Errorf("the statement %q: %s", statement, a.Body)
			}
		}
		theme := sam.theme(ward, "The wait")
		for p, id := range of {
			sam.evidences(theme, id, "NOT_WORKING")
			if !slices.Contains(p.kinds(), "THEMED") {
				t.Errorf("%s is told %v", p.name, p.kinds())
			}
		}
		t.Run("TheLineMoves", func(t *testing.T) {
			if stage := fay.get(mine, nil, "viewer.contributions.nodes.0.line.stage"); stage != "THEMED" {
				t.Errorf("the line is at %v", stage)
			}
			step := fay.get(`{ viewer { steps(last: 1) { nodes { kind words theme { id } } } } }`, nil, "viewer.steps.nodes.0")
			if dig(step, "theme.id") != theme || dig(step, "words") != "You said so." {
				t.Errorf("the last step is %v", step)
			}
		})
		for name, c := range map[string]struct {
			in   vars
			by   *person
			code string
		}{
			"hidden words":   {vars{"themeId": theme, "experienceId": hidden, "says": "WORKING", "why": "So."}, sam, "NOT_FOUND"},
			"words twice":    {vars{"themeId": theme, "experienceId": of[pat], "says": "WORKING", "why": "So."}, sam, "NOT_NOW"},
			"without a why":  {vars{"themeId": theme, "experienceId": of[pat], "says": "WORKING", "why": " "}, sam, "REQUIRED"},
			"from elsewhere": {vars{"themeId": theme, "experienceId": of[pat], "says": "WORKING", "why": "So."}, eve, "FORBIDDEN"},
			"by who told it": {vars{"themeId": theme, "experienceId": of[pat], "says": "WORKING", "why": "So."}, pat, "FORBIDDEN"},
			"by nobody":      {vars{"themeId": theme, "experienceId": of[pat], "says": "WORKING", "why": "So."}, s.nobody(), "UNAUTHENTICATED"},
		} {
			if a := c.by.themes("evidenceAdd", c.in); a.code() != c.code {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		t.Run("EverybodySeesItAndNobodyIsSingledOut", func(t *testing.T) {
			got := s.nobody().seesTheme(theme)
			if dig(got, "evidence.totalCount") != 3.0 || !slices.Equal(kindsOf(got), []string{"CREATED", "EVIDENCE_ADDED", "EVIDENCE_ADDED", "EVIDENCE_ADDED"}) {
				t.Errorf("everybody sees %v", got)
			}
			for _, n := range dig(got, "agreement").([]any) {
				if value := dig(n, "count.value"); value != nil && value != 0.0 {
					t.Errorf("one person of a group is counted: %v", n)
				}
			}
		})
		t.Run("WhoDoesNotAgreeAnyMoreIsNotInIt", func(t *testing.T) {
			fay.takesBack(of[fay], "THEME_ANALYSIS")
			if n := dig(s.nobody().seesTheme(theme), "evidence.totalCount"); n != 2.0 {
				t.Errorf("it shows %v pieces of evidence", n)
			}
			if n := dig(fay.seesTheme(theme), "evidence.totalCount"); n != 3.0 {
				t.Errorf("who wrote it sees %v", n)
			}
		})
		t.Run("NamedOtherwise", func(t *testing.T) {
			in := vars{"themeId": theme, "expectedVersion": 1, "title": "Knowing how long", "statement": "I know how long it takes.", "why": "Pat said it better."}
			if a := sam.themes("themeName", in); a.code() != "" || a.at("themeName.theme.version") != 2.0 {
				t.Fatal(a.Body)
			}
			if a := sam.themes("themeName", in); a.at("themeName.replayed") != true {
				t.Errorf("sent twice: %s", a.Body)
			}
			in["title"] = "Waiting"
			if a := sam.themes("themeName", in); a.code() != "STALE_VERSION" {
				t.Errorf("with an old version: %s", a.Body)
			}
		})
		t.Run("TakenOutAgain", func(t *testing.T) {
			id := sam.get(`query($id: ID!) { node(id: $id) { ... on Experience { themes { nodes { id } } } } }`, vars{"id": of[pat]}, "node.themes.nodes.0.id")
			if a := eve.themes("evidenceRemove", vars{"evidenceId": id, "why": "No."}); a.code() != "FORBIDDEN" {
				t.Errorf("taken out from elsewhere: %s", a.Body)
			}
			if a := sam.themes("evidenceRemove", vars{"evidenceId": id, "why": "It was about lunch."}); a.code() != "" {
				t.Fatal(a.Body)
			}
			if kinds := pat.kinds(); kinds[len(kinds)-1] != "UNTHEMED" {
				t.Errorf("the author is told %v", kinds)
			}
			if stage := pat.get(`query($id: ID!) { node(id: $id) { ... on Experience { line { stage } } } }`, vars{"id": of[pat]}, "node.line.stage"); stage != "HEARD" {
				t.Errorf("the line is at %v", stage)
			}
		})
	})
}

// Themes become one, or two: no evidence is lost or doubled, and the people behind it are told once of each.
func TestThemesMergeAndSplit(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, mo := s.somebody("Sam", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward)
		var people []*person
		var told []string
		for i := range 4 {
			p := s.start(fmt.Sprint("Person ", i))
			id := p.share(ward, "PATIENT", "I waited.")
			mo.publish(id)
			people, told = append(people, p), append(told, id)
		}
		wait, news := sam.theme(ward, "The wait"), sam.theme(ward, "No news")
		var pieces []string
		for _, id := range told[:3] {
			pieces = append(pieces, sam.evidences(wait, id, "NOT_WORKING"))
		}
		for _, id := range told[2:] {
			sam.evidences(news, id, "NOT_WORKING")
		}
		people[1].withdraw(told[1], 2)
		merge := vars{"themeId": wait, "intoId": news, "expectedVersion": 1, "why": "They are one."}
		if a := sam.themes("themeMerge", vars{"themeId": wait, "intoId": wait, "expectedVersion": 1, "why": "So."}); a.code() != "INVALID" {
			t.Errorf("merged with itself: %s", a.Body)
		}
		if a := sam.themes("themeMerge", merge); a.code() != "" {
			t.Fatal(a.Body)
		}
		if a := sam.themes("themeMerge", merge); a.at("themeMerge.replayed") != true {
			t.Errorf("merged twice: %s", a.Body)
		}
		now := sam.seesTheme(news)
		if n := dig(now, "evidence.totalCount"); n != 3.0 {
			t.Errorf("the one that is left has %v", now)
		}
		if n := s.DB.Evidence.Query().Where(evidence.ThemeID(typeid.ID(news))).CountX(s.system()); n != 4 {
			t.Errorf("with what was withdrawn it has %d pieces", n)
		}
		if closed := sam.seesTheme(wait); dig(closed, "mergedInto.id") != news || dig(closed, "evidence.totalCount") != 0.0 {
			t.Errorf("the one that was closed is %v", closed)
		}
		if a := sam.themes("evidenceAdd", vars{"themeId": wait, "experienceId": told[0], "says": "WORKING", "why": "So."}); a.code() != "NOT_NOW" {
			t.Errorf("put into a closed theme: %s", a.Body)
		}
		for i, want := range []int{2, 1, 2, 1} { // the withdrawn words are told of nothing more
			if n := strings.Count(strings.Join(people[i].kinds(), " "), "THEMED"); n != want {
				t.Errorf("person %d is told %d times: %v", i, n, people[i].kinds())
			}
		}
		split := vars{"themeId": news, "expectedVersion": 2, "title": "Quiet", "statement": "I can sleep.", "evidenceIds": []string{pieces[0]}, "why": "This is another thing."}
		a := sam.themes("themeSplit", split)
		if a.code() != "" {
			t.Fatal(a.Body)
		}
		if half := sam.seesTheme(a.at("themeSplit.theme.id").(string)); dig(half, "evidence.nodes.0.experience.id") != told[0] || !slices.Equal(kindsOf(half), []string{"SPLIT_FROM"}) {
			t.Errorf("the new one is %v", half)
		}
		if a := sam.themes("themeSplit", vars{"themeId": news, "expectedVersion": 3, "title": "Quiet", "statement": "I can sleep.", "evidenceIds": []string{pieces[0]}, "why": "Again."}); a.code() != "NOT_NOW" {
			t.Errorf("what is not in it any more goes over: %s", a.Body)
		}
		if kinds := kindsOf(sam.seesTheme(news)); !slices.Equal(kinds[len(kinds)-2:], []string{"TOOK_IN", "SPLIT_OFF"}) {
			t.Errorf("its history is %v", kinds)
		}
	})
}

// Two mergers the other way round, and a withdrawal, at the same moment: one outcome, nothing lost.
func TestThemesMergedByTwoAtOnce(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, sid, mo, pat := s.somebody("Sam", auth.Staff, ward), s.somebody("Sid", auth.Staff, ward), s.somebody("Mo", auth.Moderator, ward), s.start("Pat")
		one, two := sam.theme(ward, "One"), sam.theme(ward, "Two")
		told := pat.share(ward, "PATIENT", "I waited.")
		mo.publish(told)
		sam.evidences(one, told, "WORKING")
		var codes [3]string
		var all sync.WaitGroup
		all.Go(func() {
			codes[0] = sam.themes("themeMerge", vars{"themeId": one, "intoId": two, "expectedVersion": 1, "why": "One."}).code()
		})
		all.Go(func() {
			codes[1] = sid.themes("themeMerge", vars{"themeId": two, "intoId": one, "expectedVersion": 1, "why": "Two."}).code()
		})
		all.Go(func() { codes[2] = pat.withdraw(told, 2).code() })
		all.Wait()
		slices.Sort(codes[:])
		if codes != [3]string{"", "", "NOT_NOW"} {
			t.Errorf("they got %v", codes)
		}
		open := 0
		for _, id := range []string{one, two} {
			if s.DB.Theme.GetX(s.system(), typeid.ID(id)).MergedIntoID == nil {
				open++
				if n := s.DB.Evidence.Query().Where(evidence.ThemeID(typeid.ID(id))).CountX(s.system()); n != 1 {
					t.Errorf("what is left has %d pieces", n)
				}
			}
		}
		if open != 1 || dig(s.nobody().seesTheme(one), "evidence.totalCount") != 0.0 || dig(s.nobody().seesTheme(two), "evidence.totalCount") != 0.0 {
			t.Errorf("%d themes are left", open)
		}
	})
}
