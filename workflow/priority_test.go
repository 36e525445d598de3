package workflow

import (
	"testing"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/typeid"
)

func TestWhatIsPutUp(t *testing.T) {
	t.Parallel()
	now, into := time.Now(), typeid.New(typeid.Theme)
	open, closed := &ent.PriorityRound{ServiceID: "svc_1"}, &ent.PriorityRound{ServiceID: "svc_1", ClosedAt: &now}
	theme, merged, away := &ent.Theme{ID: "thm_1", ServiceID: "svc_1"}, &ent.Theme{ID: "thm_1", ServiceID: "svc_1", MergedIntoID: &into}, &ent.Theme{ID: "thm_1", ServiceID: "svc_2"}
	const patients, staff = coproducer.SidePatientFamily, coproducer.SideStaff
	for name, c := range map[string]struct {
		round *ent.PriorityRound
		theme *ent.Theme
		there []*ent.Priority
		side  coproducer.Side
		heard bool
		code  Code
	}{
		"by patients, of their words":    {open, theme, nil, patients, true, ""},
		"by staff, of patients' words":   {open, theme, nil, staff, true, ""},
		"by staff alone":                 {open, theme, nil, staff, false, ""},
		"by patients, of nobody's words": {open, theme, nil, patients, false, EvidenceNeeded},
		"after the choice":               {closed, theme, nil, staff, true, NotNow},
		"twice":                          {open, theme, []*ent.Priority{{ThemeID: "thm_1"}}, staff, true, NotNow},
		"beside others":                  {open, theme, []*ent.Priority{{ThemeID: "thm_2"}}, staff, true, ""},
		"one too many":                   {open, theme, make20(), staff, true, TooMany},
		"of another service":             {open, away, nil, staff, true, NotNow},
		"a part of another":              {open, merged, nil, staff, true, NotNow},
	} {
		if err := mayPutUp(c.round, c.theme, c.there, c.side, c.heard); codeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func make20() []*ent.Priority {
	all := make([]*ent.Priority, MaxPriorities)
	for i := range all {
		all[i] = &ent.Priority{ThemeID: "thm_2"}
	}
	return all
}

func TestBothSidesChooseOnce(t *testing.T) {
	t.Parallel()
	now := time.Now()
	soon, past, far := now.Add(time.Hour), now.Add(-time.Hour), now.Add(2*MaxChoiceWait)
	sam, rose := Present{Side: coproducer.SideStaff, Name: "Sam", Agree: true}, Present{Side: coproducer.SidePatientFamily, Name: "Rose"}
	one, two, both := Chosen{"pri_1", "So."}, Chosen{"pri_2", "So."}, []Present{sam, rose}
	for name, c := range map[string]struct {
		closed bool
		choice PriorityChoice
		code   Code
	}{
		"both sides, one chosen":        {false, PriorityChoice{Present: both, Chosen: []Chosen{one}, AnswerBy: &soon}, ""},
		"everything chosen":             {false, PriorityChoice{Present: both, Chosen: []Chosen{one, two}}, ""},
		"no day for the others":         {false, PriorityChoice{Present: both, Chosen: []Chosen{one}}, Required},
		"a day that has passed":         {false, PriorityChoice{Present: both, Chosen: []Chosen{one}, AnswerBy: &past}, Invalid},
		"a day that is too far":         {false, PriorityChoice{Present: both, Chosen: []Chosen{one}, AnswerBy: &far}, Invalid},
		"without patients and families": {false, PriorityChoice{Present: []Present{sam}, Chosen: []Chosen{one, two}}, BothSidesNeeded},
		"without staff":                 {false, PriorityChoice{Present: []Present{rose}, Chosen: []Chosen{one, two}}, BothSidesNeeded},
		"with nobody":                   {false, PriorityChoice{Chosen: []Chosen{one, two}}, BothSidesNeeded},
		"nothing":                       {false, PriorityChoice{Present: both}, Required},
		"without a reason":              {false, PriorityChoice{Present: both, Chosen: []Chosen{{ID: "pri_1"}, two}}, Required},
		"somebody without the name":     {false, PriorityChoice{Present: []Present{{Side: coproducer.SideStaff, Agree: true}, rose}, Chosen: []Chosen{one, two}}, Required},
		"what is not there":             {false, PriorityChoice{Present: both, Chosen: []Chosen{{"pri_3", "So."}}, AnswerBy: &soon}, Invalid},
		"the same twice":                {false, PriorityChoice{Present: both, Chosen: []Chosen{one, one}, AnswerBy: &soon}, Invalid},
		"with hands":                    {false, PriorityChoice{Present: both, Chosen: []Chosen{one, two}, Hands: []Hands{{"pri_1", coproducer.SideStaff, 1}, {"pri_1", coproducer.SidePatientFamily, 0}}}, ""},
		"more hands than people":        {false, PriorityChoice{Present: both, Chosen: []Chosen{one, two}, Hands: []Hands{{"pri_1", coproducer.SideStaff, 2}}}, Invalid},
		"fewer hands than none":         {false, PriorityChoice{Present: both, Chosen: []Chosen{one, two}, Hands: []Hands{{"pri_1", coproducer.SideStaff, -1}}}, Invalid},
		"hands counted twice":           {false, PriorityChoice{Present: both, Chosen: []Chosen{one, two}, Hands: []Hands{{"pri_1", coproducer.SideStaff, 1}, {"pri_1", coproducer.SideStaff, 0}}}, Invalid},
		"hands for what is not there":   {false, PriorityChoice{Present: both, Chosen: []Chosen{one, two}, Hands: []Hands{{"pri_3", coproducer.SideStaff, 1}}}, Invalid},
		"of an older version":           {false, PriorityChoice{Present: both, Chosen: []Chosen{one, two}, Expected: 3}, StaleVersion},
		"after others had chosen":       {true, PriorityChoice{Present: both, Chosen: []Chosen{one, two}}, NotNow},
		"late, and of an older version": {true, PriorityChoice{Present: both, Chosen: []Chosen{one, two}, Expected: 3}, NotNow},
	} {
		r := &ent.PriorityRound{Version: 4}
		if c.closed {
			r.ClosedAt = &past
		}
		if c.choice.Expected == 0 {
			c.choice.Expected = 4
		}
		d, err := c.choice.tidy(now)
		if err == nil {
			err = mayChoose(r, []*ent.Priority{{ID: "pri_1"}, {ID: "pri_2"}}, d)
		}
		if codeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && d.Present[1].Name != "" {
			t.Errorf("%s: the name of who does not agree is kept", name)
		}
	}
}

func TestWhatEndsWithAReason(t *testing.T) {
	t.Parallel()
	both := func(p *ent.Priority) error { p.ByPatients, p.ByStaff = true, true; return mayTakeBack(p) }
	for state, codes := range map[priority.State][3]Code{
		priority.StatePutUp: {NotNow, "", NotNow}, priority.StateChosen: {NotNow, NotNow, NotNow},
		priority.StateOwedReason: {"", NotNow, NotNow}, priority.StateNotTakenUp: {NotNow, NotNow, NotNow},
	} {
		for i, may := range []func(*ent.Priority) error{mayDecline, mayTakeBack, both} {
			p, code := &ent.Priority{State: state, Version: 2, ByPatients: true}, codes[i]
			if err := mayEnd(p, 2, "There is no room.", may); codeOf(err) != code {
				t.Errorf("%s, %d: %v", state, i, err)
			}
			if err := mayEnd(p, 1, "There is no room.", may); codeOf(err) != StaleVersion {
				t.Errorf("%s, %d, older: %v", state, i, err)
			}
			if err := mayEnd(p, 2, "", may); code == "" && codeOf(err) != ReasonNeeded {
				t.Errorf("%s, %d, without a reason: %v", state, i, err)
			}
		}
	}
}
