package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/coproducer"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/service"
	"hearback/ent/typeid"
)

// The files of the demonstration: places, people, what was said and what changed, one a line. All of it is invented. What
// has an id there is named by an example.
//
//go:embed demo/*.jsonl
var demoFiles embed.FS

// script is everything that the files hold.
type script struct {
	services    []demoService
	people      []demoPerson
	experiences []demoExperience
	changes     []demoChange
}

// demoService is a place of care; In is the key of the one that it lies in.
type demoService struct {
	Key, In, Name, Code string
	ID                  typeid.ID
	Kind                service.Kind
}

// demoPerson is somebody who is known by name; At is the key of the place where the role is held, empty for everywhere.
// Who has a label can be spoken as.
type demoPerson struct {
	Key, Label, At, Name, Title string
	Role                        auth.Role
}

// demoExperience is what somebody said; without By it is somebody who says nothing else.
type demoExperience struct {
	Key, Service, By, Name string
	ID                     *typeid.ID
	As                     experience.Relationship
	To                     experience.Intention
	At                     moment
	MonthsBefore           *int // how long before it had happened; nil when not told
	Feelings               []string
	Story, Good, Better    string
	Waits                  bool   // still waits for a moderator
	Returned               string // the moderator's reason
	Answers                []demoAnswer
}

// demoAnswer is what By answered, some days after the publication.
type demoAnswer struct {
	By, Body string
	Days     int
}

// demoChange is what people wanted to be different, where it came from and how it went.
type demoChange struct {
	Key, Service, By, Title, Difference string
	ID                                  *typeid.ID
	At                                  moment
	People                              []struct {
		Side       coproducer.Side
		Name, Part string
	}
	Origins []struct{ Experience, Why string }
	News    []demoNews
}

// demoNews is a word some days after the beginning, with the state that the change moved to, if it moved.
type demoNews struct {
	Days  int
	To    change.State
	Words string
}

// moment is when something happened: "6/04" on the fourth day of the sixth calendar month before this one, "30h" thirty
// hours ago. Calendar months keep the monthly counts the same on whatever day the demonstration starts.
type moment string

// before tells the moment, seen from now; n spreads many acts over the hours of a day.
func (m moment) before(now time.Time, n int) (time.Time, error) {
	var months, day, hours int
	if _, err := fmt.Sscanf(string(m), "%d/%d", &months, &day); err == nil {
		return time.Date(now.Year(), now.Month()-time.Month(months), day, 8, n*37%600, 0, 0, time.UTC), nil
	}
	if _, err := fmt.Sscanf(string(m), "%dh", &hours); err != nil {
		return time.Time{}, fmt.Errorf("%q is no moment: write 6/04 or 30h", m)
	}
	return now.Add(-time.Duration(hours) * time.Hour), nil
}

func readScript() (s script, err error) {
	for name, into := range map[string]func(*json.Decoder) error{
		"services": lines(&s.services), "people": lines(&s.people), "experiences": lines(&s.experiences), "changes": lines(&s.changes),
	} {
		text, err := demoFiles.ReadFile("demo/" + name + ".jsonl")
		if err != nil {
			return s, err
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := into(d); err != nil {
			return s, fmt.Errorf("the demonstration's %s: %w", name, err)
		}
	}
	return s, nil
}

// lines reads one value after the other to the end.
func lines[T any](into *[]T) func(*json.Decoder) error {
	return func(d *json.Decoder) error {
		for {
			var one T
			err := d.Decode(&one)
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return fmt.Errorf("line %d: %w", len(*into)+1, err)
			}
			*into = append(*into, one)
		}
	}
}
