package page

import (
	"encoding/base64"
	"errors"
	"testing"

	"hearback/ent/typeid"
)

// volume is a row of the lists that cursors are made for here.
type volume struct{ id typeid.ID }

func (v volume) Key() typeid.ID { return v.id }

// Whatever comes as a cursor is refused as a bad argument, or is a place that reads back as itself.
func FuzzCursor(f *testing.F) {
	id := string(typeid.New(typeid.Experience))
	for _, text := range []string{"", "|", "list|", "list|1|" + id, "list|zz|" + id, "list|-1|" + id, "list|9223372036854775807|" + id, "list|a|b|" + id, "other|1|" + id, "list|1|exp_0", "list|\x00|" + id, "list|\xff|" + id} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(text)))
	}
	f.Add("not base64!")
	f.Fuzz(func(t *testing.T, given string) {
		for _, kind := range []Kind{ByTime, ByNumber, ByText} {
			term := Term[volume]{Name: "list", Kind: kind}
			value, id, err := term.place("after", Cursor(given))
			if err != nil {
				if !errors.As(err, new(*Error)) {
					t.Errorf("%q is answered with %v", given, err)
				}
				continue
			}
			term.Value = func(volume) any { return value }
			again, same, err := term.place("after", term.cursor(volume{id}))
			if err != nil || same != id || format(again) != format(value) {
				t.Errorf("%q is %v %s, and read back %v %s (%v)", given, value, id, again, same, err)
			}
		}
	})
}
