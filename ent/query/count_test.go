package query

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/typeid"
)

func TestSmallNumbersAreHiddenAndNeverAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cells []cell
		want  []Count
	}{
		{[]cell{{12, 9}, {3, 2}, {0, 0}, {40, 30}}, []Count{Suppressed{Secondary}, Suppressed{SmallNumber}, Exact{0}, Exact{40}}},
		{[]cell{{1, 1}, {1, 1}, {9, 7}, {8, 8}}, []Count{Suppressed{SmallNumber}, Suppressed{SmallNumber}, Exact{9}, Suppressed{Secondary}}},
		{[]cell{{7, 5}, {0, 0}}, []Count{Exact{7}, Exact{0}}},
		{[]cell{{7, 4}, {0, 0}}, []Count{Suppressed{SmallNumber}, Exact{0}}},
	} {
		if got := hide(c.cells, K); !slices.Equal(got, c.want) {
			t.Errorf("%v is shown as %v, not as %v", c.cells, got, c.want)
		}
	}
}

// diary is who spoke in which month: the truth that answers are compared with. People come back, so that the same few may
// stand behind many months.
type diary map[string][]int

func diaries(t *rapid.T) diary {
	d := diary{}
	crowd := rapid.IntRange(1, 30).Draw(t, "crowd")
	for _, month := range everyMonth("2025", "2026") {
		size := rapid.SampledFrom([]int{0, 0, 0, 0, 0, 0, 1, 1, 9, 12}).Draw(t, "in "+month)
		d[month] = rapid.SliceOfN(rapid.IntRange(1, crowd), size, size).Draw(t, month)
	}
	return d
}

func everyMonth(years ...string) (months []string) {
	for _, y := range years {
		for m := range 12 {
			months = append(months, monthOf(y, m+1))
		}
	}
	return months
}

func (d diary) cells() map[string]cell {
	cells := map[string]cell{}
	for month, who := range d {
		cells[month] = cell{len(who), d.people(month)}
	}
	return cells
}

// people are how many different ones spoke in the months.
func (d diary) people(months ...string) int {
	all := map[int]bool{}
	for _, m := range months {
		for _, who := range d[m] {
			all[who] = true
		}
	}
	return len(all)
}

// Whoever asks for the months in any number of pieces, and knows the total of every year besides, never comes to know a number
// about fewer than k people.
func TestNoSetOfQuestionsIsolatesAFew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, k := diaries(t), rapid.IntRange(K, 12).Draw(t, "k")
		months, told := everyMonth("2025", "2026"), map[string]Count{}
		for range rapid.IntRange(1, 20).Draw(t, "questions") {
			from := rapid.IntRange(0, 23).Draw(t, "from")
			to := 23 - rapid.IntRange(0, 23-from).Draw(t, "less") // long questions first
			for _, c := range hideByYear(d.cells(), months[from:to+1], k) {
				if before, asked := told[c.Month]; asked && before != c.Count {
					t.Fatalf("%s is told as %v and as %v", c.Month, before, c.Count)
				}
				told[c.Month] = c.Count
			}
		}
		d.isolated(t, told, k)
	})
}

// isolated fails when a number that is told, or that follows from a year's total and what is told, is about too few.
func (d diary) isolated(t *rapid.T, told map[string]Count, k int) {
	for _, year := range []string{"2025", "2026"} {
		left, shown := []string{}, 0
		for _, month := range everyMonth(year) {
			if n, exact := told[month].(Exact); !exact {
				left = append(left, month)
			} else if people := d.people(month); n.Value != len(d[month]) || people > 0 && people < k {
				t.Fatalf("%s shows %d about %d people", month, n.Value, people)
			} else if n.Value > 0 {
				shown++
			}
		}
		// Without a number that is shown there is nothing to take from the total: whether that is told is for where it is told.
		if about := d.people(left...); shown > 0 && about > 0 && about < k {
			t.Fatalf("the total of %s and what is shown tell of %d people in %v", year, about, left)
		}
	}
}

func TestTheStageIsTheFurthestThatLives(t *testing.T) {
	t.Parallel()
	to := func(states ...change.State) led {
		l := led{}
		for _, s := range states {
			l[s] = typeid.New(typeid.Change)
		}
		return l
	}
	for _, c := range []struct {
		state    experience.State
		answered bool
		to       led
		want     Stage
	}{
		{experience.StateInModeration, false, nil, Sent},
		{experience.StateReturned, true, to(change.StateMade), Returned},
		{experience.StatePublished, false, nil, Heard},
		{experience.StatePublished, true, nil, Answered},
		{experience.StatePublished, false, to(change.StatePlanned), InAction},
		{experience.StatePublished, true, to(change.StateTesting, change.StateNotPossible), InAction},
		{experience.StatePublished, true, to(change.StateMade, change.StatePlanned), Changed},
		{experience.StatePublished, true, to(change.StateEmbedded, change.StatePlanned), Changed},
		{experience.StatePublished, true, to(change.StateEmbedded, helped, change.StateMade), Helped},
		{experience.StatePublished, true, to(change.StateNotPossible), NotChanged},
		{experience.StatePublished, false, to(change.StateReversed), NotChanged},
	} {
		if got := stage(c.state, c.answered, c.to); got != c.want {
			t.Errorf("%+v is at %s", c, got)
		}
	}
}
