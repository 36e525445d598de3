// Package typeid makes and reads the names of things: TypeIDs such as exp_01k3…, the same value in database, API, logs and exports.
package typeid

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
)

// ID is a TypeID: a prefix of three letters that tells the type, an underscore, and the 26 letters of a UUIDv7 in
// Crockford's base32 (TypeID specification 0.3). Ids sort by the time they were made. The zero ID names nothing.
type ID string

// Prefix tells which noun an ID names.
type Prefix string

// The prefixes of the nouns. They are part of the contract: a client may branch on them.
const (
	Person     Prefix = "per"
	Service    Prefix = "svc"
	Membership Prefix = "mem"
	Experience Prefix = "exp"
	Decision   Prefix = "dec"
	Appeal     Prefix = "apl"
	Response   Prefix = "rsp"
	Change     Prefix = "chg"
	CoProducer Prefix = "cop"
	Progress   Prefix = "prg"
	Origin     Prefix = "ori"
	Step       Prefix = "stp"
	Session    Prefix = "ses"
	Refresh    Prefix = "rfr"
	SignIn     Prefix = "sgn"
	Invitation Prefix = "inv"
	Identity   Prefix = "idn"
	SignOn     Prefix = "son"

	Passkey          Prefix = "pky"
	PasskeyChallenge Prefix = "pkc"

	ServiceToken Prefix = "stk"

	Channel Prefix = "chn"

	Authority     Prefix = "aut"
	AuthorityCode Prefix = "auc"
	Objection     Prefix = "obj"

	Job        Prefix = "job"
	Export     Prefix = "xpo"
	ExportPart Prefix = "xpp"

	Concern      Prefix = "sgc"
	ConcernEntry Prefix = "sge"
	BreakGlass   Prefix = "bkg"
	Signpost     Prefix = "sgp"
	AuditEntry   Prefix = "aud"

	ReviewRequest Prefix = "rvw"

	Measure        Prefix = "msr"
	MeasureReading Prefix = "mrd"

	Theme    Prefix = "thm"
	Evidence Prefix = "evd"
	Theming  Prefix = "thg"

	PriorityRound Prefix = "prr"
	Priority      Prefix = "pri"
	PriorityVote  Prefix = "pvt"
	Attendee      Prefix = "att"

	Action Prefix = "act"

	FrameworkCode Prefix = "fwc"

	Message Prefix = "msg"
	Echo    Prefix = "ech"

	VerdictRound Prefix = "vrd"
	Verdict      Prefix = "vdt"

	PolicyClause Prefix = "pcl"

	Tally Prefix = "tly"

	ConsentText     Prefix = "cst"
	Consent         Prefix = "cns"
	Voice           Prefix = "voi"
	VoiceInvitation Prefix = "vin"
)

const (
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	letters  = 26
)

// ErrMalformed is the answer to a text that is not a TypeID of a UUIDv7.
var ErrMalformed = errors.New("not an id: it looks like exp_01k3z… (letters, an underscore, 26 letters and digits)")

// Maybe is the id behind a pointer; the zero ID for none.
func Maybe(id *ID) ID {
	if id == nil {
		return ""
	}
	return *id
}

// OrNil is a pointer to the id; nil for the zero ID.
func (id ID) OrNil() *ID {
	if id == "" {
		return nil
	}
	return &id
}

// New makes an id from the clock and the machine's randomness.
func New(p Prefix) ID { return From(p, uuid.Must(uuid.NewV7())) }

// Maker gives ent a default for the ids of one noun.
func (p Prefix) Maker() func() ID { return func() ID { return New(p) } }

// From writes a UUID as a TypeID with the given prefix.
func From(p Prefix, u uuid.UUID) ID {
	var b strings.Builder
	b.Grow(len(p) + 1 + letters)
	b.WriteString(string(p))
	b.WriteByte('_')
	for i := range letters {
		b.WriteByte(alphabet[bits(u, i*5-2)])
	}
	return ID(b.String())
}

// bits reads five bits of u beginning at the given place; places before the first bit are 0 (130 letter bits hold 128).
func bits(u uuid.UUID, at int) byte {
	var v byte
	for i := at; i < at+5; i++ {
		v <<= 1
		if i >= 0 {
			v |= u[i/8] >> (7 - i%8) & 1
		}
	}
	return v
}

// Parse reads a TypeID from outside; it answers ErrMalformed to anything that From would not have written from a UUIDv7.
func Parse(s string) (ID, error) {
	prefix, rest, ok := strings.Cut(s, "_")
	if !ok || len(prefix) != 3 || len(rest) != letters {
		return "", ErrMalformed
	}
	u, err := decode(rest)
	if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 || From(Prefix(prefix), u) != ID(s) {
		return "", ErrMalformed
	}
	return ID(s), nil
}

func decode(rest string) (u uuid.UUID, err error) {
	for i := range letters {
		v := strings.IndexByte(alphabet, rest[i])
		if v < 0 || i == 0 && v > 7 {
			return u, ErrMalformed
		}
		for k := range 5 {
			if at := i*5 - 2 + k; at >= 0 {
				u[at/8] |= byte(v) >> (4 - k) & 1 << (7 - at%8)
			}
		}
	}
	return u, nil
}

// Prefix is the part that tells the type; empty for the zero ID.
func (id ID) Prefix() Prefix {
	p, _, _ := strings.Cut(string(id), "_")
	return Prefix(p)
}

// MarshalGQL writes the id as a JSON string.
func (id ID) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(id))) }

// UnmarshalGQL reads an id that a client sent; anything else is ErrMalformed.
func (id *ID) UnmarshalGQL(v any) error {
	s, err := graphql.UnmarshalString(v)
	if err != nil {
		return ErrMalformed
	}
	*id, err = Parse(s)
	return err
}
