package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"hearback/auth"
	"hearback/internal/intake"
	"hearback/workflow"
)

// A framework is taken as data; from then on a theme names one of its codes. What could belong to a theme is suggested to staff who
// want that, with the words, and nothing comes of it by itself.
func TestWhatCouldBelongToATheme(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, ada, mo, pat := s.somebody("Sam", auth.Staff, ward), s.somebody("Ada", auth.Administrator, ward), s.somebody("Mo", auth.Moderator, ward), s.start("Pat")
		eve := s.somebody("Eve", auth.Staff, s.place("Ward 8", nil))
		create := func(code string) answer {
			return sam.themes("themeCreate", vars{"serviceId": ward.ID, "title": "Lunch", "statement": "I choose what I eat.", "frameworkCode": code})
		}
		if a := create("OUR-OWN"); a.code() != "" {
			t.Errorf("without a framework: %s", a.Body)
		}
		const file = "category,sub_category,description,examples\nCare,Food & drink,The temperature and the choice of dinner and breakfast.,Dinner was cold.\n"
		for _, want := range []string{"1 new, 0 known", "0 new, 1 known"} {
			var rows []intake.FrameworkRow
			for r, err := range intake.Framework(strings.NewReader(file), intake.Options{}) {
				if err != nil {
					t.Fatal(err)
				}
				rows = append(rows, r)
			}
			taken, err := s.Flow.FrameworkTake(t.Context(), rows, workflow.Taking{})
			if got := fmt.Sprintf("%d new, %d known", taken.New, taken.Known); err != nil || got != want {
				t.Errorf("the file gives %s (%v), want %s", got, err, want)
			}
		}
		if got := s.nobody().get(`{ frameworkCodes { nodes { code category title } } }`, nil, "frameworkCodes.nodes.0"); fmt.Sprint(got) != "map[category:Care code:FOOD-DRINK title:Food & drink]" {
			t.Errorf("the codes are %v", got)
		}
		if a := create("OUR-OWN"); a.code() != "INVALID" {
			t.Errorf("a code of nobody: %s", a.Body)
		}
		theme := create("FOOD-DRINK").at("themeCreate.theme.id").(string)
		says := func(words string) string {
			e := pat.share(ward, "PATIENT", words)
			mo.publish(e)
			return e
		}
		cold, inside, private := says("The temperature of my dinner was wrong."), says("At breakfast there was no choice."), says("My dinner had no temperature at all.")
		says("The nurse was kind.")
		sam.evidences(theme, inside, "NOT_WORKING")
		pat.takesBack(private, "THEME_ANALYSIS")
		suggested := func(p *person) answer {
			return p.ask(`query($t: ID!) { suggestions(themeId: $t) { experience { id } means words } }`, vars{"t": theme})
		}
		if a := suggested(sam); a.code() != "" || a.at("suggestions") != nil {
			t.Errorf("nobody wanted suggestions: %s", a.Body)
		}
		for who, code := range map[*person]string{sam: "FORBIDDEN", s.nobody(): "UNAUTHENTICATED", ada: ""} {
			if a := who.puts("serviceSuggestions", vars{"serviceId": ward.ID, "on": true}, "service { suggests }"); a.code() != code {
				t.Errorf("%s wants them: %s", who.name, a.Body)
			}
		}
		if a := suggested(sam); fmt.Sprint(a.at("suggestions")) != fmt.Sprintf("[map[experience:map[id:%s] means:FRAMEWORK_WORDS words:[temperature dinner]]]", cold) {
			t.Errorf("suggested is %s", a.Body)
		}
		for _, p := range []*person{eve, pat, s.nobody()} {
			if a := suggested(p); a.code() != "FORBIDDEN" && a.code() != "UNAUTHENTICATED" {
				t.Errorf("%s sees %s", p.name, a.Body)
			}
		}
		parking := sam.theme(ward, "Parking")
		if a := sam.ask(`query($t: ID!) { suggestions(themeId: $t) { means } }`, vars{"t": parking}); fmt.Sprint(a.at("suggestions")) != "[]" {
			t.Errorf("where nothing fits, suggested is %s", a.Body)
		}
		if n := s.DB.Evidence.Query().CountX(s.system()); n != 1 {
			t.Errorf("a suggestion made %d links", n-1)
		}
	})
}

// People of both sides sit together over a theme; its history says who, by name only when they agree.
func TestPeopleSitTogetherOverATheme(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward := s.place("Ward 7", nil)
		sam, eve := s.somebody("Sam", auth.Staff, ward), s.somebody("Eve", auth.Staff, s.place("Ward 8", nil))
		theme := sam.theme(ward, "Lunch")
		staff, rose := vars{"side": "STAFF", "name": "Sam", "agreesToBeNamed": true, "part": "Ward sister"}, vars{"side": "PATIENT_FAMILY", "name": "Rose zqrose", "agreesToBeNamed": false}
		meet := func(p *person, version int, present ...vars) answer {
			return p.themes("themeMeet", vars{"themeId": theme, "expectedVersion": version, "present": present, "why": "We read it together."})
		}
		if a := meet(sam, 1, staff); a.code() != "BOTH_SIDES_NEEDED" {
			t.Errorf("one side alone: %s", a.Body)
		}
		if a := meet(eve, 1, staff, rose); a.code() != "FORBIDDEN" {
			t.Errorf("from elsewhere: %s", a.Body)
		}
		for _, replayed := range []bool{false, true} {
			if a := meet(sam, 1, staff, rose); a.code() != "" || a.at("themeMeet.replayed") != replayed {
				t.Fatal(a.Body)
			}
		}
		if a := meet(sam, 7, staff, rose); a.code() != "STALE_VERSION" {
			t.Errorf("of another version: %s", a.Body)
		}
		got := fmt.Sprint(s.nobody().get(`query($id: ID!) { node(id: $id) { ... on Theme { history(last: 1) { nodes { kind authorName why present { side name part } } } } } }`, vars{"id": theme}, "node.history.nodes.0"))
		if got != "map[authorName:Sam kind:SAT_TOGETHER present:[map[name:Sam part:Ward sister side:STAFF] map[name: part: side:PATIENT_FAMILY]] why:We read it together.]" {
			t.Errorf("everybody sees %s", got)
		}
	})
}
