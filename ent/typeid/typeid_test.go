package typeid_test

import (
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"hearback/ent/typeid"
)

func TestTypeIDOfTheSpecification(t *testing.T) {
	t.Parallel()
	u := uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057") // the example of the TypeID specification
	if got, want := typeid.From("prefix", u), typeid.ID("prefix_01h455vb4pex5vsknk084sn02q"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestParseReadsWhatNewWrote(t *testing.T) {
	t.Parallel()
	last := typeid.New(typeid.Experience)
	for range 100 {
		id := typeid.New(typeid.Experience)
		if got, err := typeid.Parse(string(id)); err != nil || got != id || got.Prefix() != typeid.Experience {
			t.Fatalf("%s was read as %s, %v", id, got, err)
		}
		if id <= last {
			t.Fatalf("%s does not sort after %s", id, last)
		}
		last = id
	}
}

func TestParseRefusesTheRest(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "_", "exp_", "exp", "01h455vb4pex5vsknk084sn02q", "exp_01h455vb4pex5vsknk084sn02", "EXP_01H455VB4PEX5VSKNK084SN02Q"[:30],
		"exp_81h455vb4pex5vsknk084sn02q", "exp_01h455vb4pex5vsknk084sn0lq", "exp_00000000000000000000000000", "exp_01h455vb4pex5vsknk084sn02q\x00",
	} {
		if id, err := typeid.Parse(s); err == nil {
			t.Errorf("%q was taken as %s", s, id)
		}
	}
}

func TestParseNeverTakesTwoSpellingsOfOneID(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`exp_[0-7][0-9a-z]{25}`).Draw(t, "id")
		if id, err := typeid.Parse(s); err == nil && string(id) != s {
			t.Errorf("%q was taken as %s", s, id)
		}
	})
}
