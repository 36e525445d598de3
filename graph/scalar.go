package graph

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"hearback/ent/generated/ent"
	"hearback/ent/page"
)

// Node is anything that has an id.
type Node any

// The pages of each noun.
type (
	ExperienceConnection     = page.Connection[*ent.Experience]
	ExperienceEdge           = page.Edge[*ent.Experience]
	ServiceConnection        = page.Connection[*ent.Service]
	ServiceEdge              = page.Edge[*ent.Service]
	ResponseConnection       = page.Connection[*ent.Response]
	ResponseEdge             = page.Edge[*ent.Response]
	DecisionConnection       = page.Connection[*ent.Decision]
	DecisionEdge             = page.Edge[*ent.Decision]
	ChangeConnection         = page.Connection[*ent.Change]
	ChangeEdge               = page.Edge[*ent.Change]
	CoProducerConnection     = page.Connection[*ent.CoProducer]
	CoProducerEdge           = page.Edge[*ent.CoProducer]
	ProgressConnection       = page.Connection[*ent.Progress]
	ProgressEdge             = page.Edge[*ent.Progress]
	OriginConnection         = page.Connection[*ent.Origin]
	OriginEdge               = page.Edge[*ent.Origin]
	StepConnection           = page.Connection[*ent.Step]
	StepEdge                 = page.Edge[*ent.Step]
	ConsentConnection        = page.Connection[*ent.Consent]
	ConsentEdge              = page.Edge[*ent.Consent]
	VoiceConnection          = page.Connection[*ent.Voice]
	VoiceEdge                = page.Edge[*ent.Voice]
	ThemeConnection          = page.Connection[*ent.Theme]
	ThemeEdge                = page.Edge[*ent.Theme]
	EvidenceConnection       = page.Connection[*ent.Evidence]
	EvidenceEdge             = page.Edge[*ent.Evidence]
	ThemingConnection        = page.Connection[*ent.Theming]
	ThemingEdge              = page.Edge[*ent.Theming]
	VerdictConnection        = page.Connection[*ent.Verdict]
	VerdictEdge              = page.Edge[*ent.Verdict]
	VerdictRoundConnection   = page.Connection[*ent.VerdictRound]
	VerdictRoundEdge         = page.Edge[*ent.VerdictRound]
	ExportConnection         = page.Connection[*ent.Export]
	ExportEdge               = page.Edge[*ent.Export]
	JobConnection            = page.Connection[*ent.Job]
	JobEdge                  = page.Edge[*ent.Job]
	PasskeyConnection        = page.Connection[*ent.Passkey]
	PasskeyEdge              = page.Edge[*ent.Passkey]
	MembershipConnection     = page.Connection[*ent.Membership]
	MembershipEdge           = page.Edge[*ent.Membership]
	AuthorityConnection      = page.Connection[*ent.Authority]
	AuthorityEdge            = page.Edge[*ent.Authority]
	ObjectionConnection      = page.Connection[*ent.Objection]
	ObjectionEdge            = page.Edge[*ent.Objection]
	ConcernConnection        = page.Connection[*ent.Concern]
	ConcernEdge              = page.Edge[*ent.Concern]
	ConcernReceiptEdge       = page.Edge[*ent.Concern]
	ConcernEntryConnection   = page.Connection[*ent.ConcernEntry]
	ConcernEntryEdge         = page.Edge[*ent.ConcernEntry]
	BreakGlassConnection     = page.Connection[*ent.BreakGlass]
	BreakGlassEdge           = page.Edge[*ent.BreakGlass]
	AuditEntryConnection     = page.Connection[*ent.AuditEntry]
	AuditEntryEdge           = page.Edge[*ent.AuditEntry]
	SessionConnection        = page.Connection[*ent.Session]
	SessionEdge              = page.Edge[*ent.Session]
	IdentityConnection       = page.Connection[*ent.Identity]
	IdentityEdge             = page.Edge[*ent.Identity]
	ServiceTokenConnection   = page.Connection[*ent.ServiceToken]
	ServiceTokenEdge         = page.Edge[*ent.ServiceToken]
	ChannelConnection        = page.Connection[*ent.Channel]
	ChannelEdge              = page.Edge[*ent.Channel]
	MeasureConnection        = page.Connection[*ent.Measure]
	MeasureEdge              = page.Edge[*ent.Measure]
	MeasureReadingConnection = page.Connection[*ent.MeasureReading]
	MeasureReadingEdge       = page.Edge[*ent.MeasureReading]
)

// The pages of what both sides choose.
type (
	PriorityRoundConnection = page.Connection[*ent.PriorityRound]
	PriorityRoundEdge       = page.Edge[*ent.PriorityRound]
	MessageConnection       = page.Connection[*ent.Message]
	MessageEdge             = page.Edge[*ent.Message]
	FrameworkCodeConnection = page.Connection[*ent.FrameworkCode]
	FrameworkCodeEdge       = page.Edge[*ent.FrameworkCode]
	ActionConnection        = page.Connection[*ent.Action]
	ActionEdge              = page.Edge[*ent.Action]
	PriorityConnection      = page.Connection[*ent.Priority]
	PriorityEdge            = page.Edge[*ent.Priority]
	AttendeeConnection      = page.Connection[*ent.Attendee]
	AttendeeEdge            = page.Edge[*ent.Attendee]
)

// The pages of what moderators go by.
type (
	PolicyClauseConnection = page.Connection[*ent.PolicyClause]
	PolicyClauseEdge       = page.Edge[*ent.PolicyClause]
)

// The pages of what people agree to.
type (
	ConsentTextConnection = page.Connection[*ent.ConsentText]
	ConsentTextEdge       = page.Edge[*ent.ConsentText]
)

// Line is how far the words of an experience have come.
type Line struct{ of *ent.Experience }

// MarshalDateTime writes a moment as RFC 3339 in UTC, to the microsecond.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		var room [40]byte
		_, _ = w.Write(append(t.UTC().AppendFormat(append(room[:0], '"'), "2006-01-02T15:04:05.999999Z07:00"), '"'))
	})
}

// UnmarshalDateTime reads a moment with its offset.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, err := graphql.UnmarshalString(v)
	if err != nil {
		return time.Time{}, errMoment
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 1900 || t.Year() > 9999 {
		return time.Time{}, errMoment
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

var (
	errMoment = errors.New("not a DateTime: it looks like 2026-05-14T09:30:00Z")
	errDay    = errors.New("not a Day: it looks like 2026-05-14")
	errMonth  = errors.New("not a Month: it looks like 2026-05")
	month     = regexp.MustCompile(`^(19|20)\d\d-(0[1-9]|1[0-2])$`)
)

// MarshalMonth writes a month such as "2026-05".
func MarshalMonth(s string) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(s)) })
}

// MarshalDay writes a day such as "2026-05-14".
func MarshalDay(s string) graphql.Marshaler { return MarshalMonth(s) }

// UnmarshalDay reads a day of the calendar.
func UnmarshalDay(v any) (string, error) {
	s, err := graphql.UnmarshalString(v)
	if _, wrong := time.Parse(time.DateOnly, s); err != nil || wrong != nil {
		return "", errDay
	}
	return s, nil
}

// UnmarshalMonth reads a month of the years 1900 to 2099.
func UnmarshalMonth(v any) (string, error) {
	s, err := graphql.UnmarshalString(v)
	if err != nil || !month.MatchString(s) {
		return "", errMonth
	}
	return s, nil
}
