package workflow

import (
	"cmp"
	"strings"

	"hearback/ent/generated/ent/service"
	"hearback/internal/intake"
)

// trail gives the codes that the places of a row get when they are made: the trust's, with the folded names behind it.
func trail(row intake.ExperienceRow) []string {
	codes, code := make([]string, len(row.ServiceNames)), row.TrustCode
	for i, name := range row.ServiceNames {
		code += "/" + SortName(name)
		codes[i] = within(code, maxCode)
	}
	return codes
}

// place finds or makes the place that a row is about, and says with a code why it cannot.
func (b *telling) place(row intake.ExperienceRow) (*place, string) {
	for _, code := range []string{row.ServiceCode, strings.ToUpper(row.ServiceCode)} {
		if p := b.places.byCode[code]; p != nil && code != "" {
			return p, ""
		}
	}
	if row.TrustCode == "" {
		return nil, CodeServiceUnknown
	}
	at, refusal := b.trust(row)
	if row.ServiceCode != "" && refusal == "" {
		return b.step(at, within(row.ServiceCode, maxCode), cmp.Or(last(row.ServiceNames), row.ServiceCode))
	}
	for i, code := range trail(row) {
		if refusal != "" {
			return nil, refusal
		}
		at, refusal = b.step(at, code, row.ServiceNames[i])
	}
	return at, refusal
}

func last(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// trust is the trust of a row; one that nothing is known of is called by its code.
func (b *telling) trust(row intake.ExperienceRow) (*place, string) {
	if p := b.places.byCode[row.TrustCode]; p != nil {
		return p, ""
	}
	if b.how.NoCreate {
		return nil, CodeServiceUnknown
	}
	b.note(row.Line, CodeTrustMade)
	return b.places.plant(nil, service.KindProvider, row.TrustCode, row.TrustCode), ""
}

// step goes to the place with the name below another.
func (b *telling) step(above *place, code, name string) (*place, string) {
	if p := b.places.byCode[code]; p != nil && strings.HasPrefix(p.path, above.path) {
		return p, ""
	}
	switch p, several := b.places.below(above, name); {
	case several:
		return nil, CodeServiceAmbiguous
	case p != nil:
		return p, ""
	case b.how.NoCreate:
		return nil, CodeServiceUnknown
	case b.places.byCode[code] != nil:
		return nil, CodeTaken
	case !above.roomy():
		return nil, CodeTooDeep
	case !fitsName(name):
		return nil, intake.CodeTooLong
	}
	return b.places.plant(above, service.KindService, code, name), ""
}
