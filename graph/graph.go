// Package graph is the voice: the contract of the API and how each of its words is answered. One concept, three neighbours:
// the contract (.graphqls), the answers (.go) and the stories that prove them (_test.go).
package graph

import (
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/page"
	"hearback/internal/pubsub"
	"hearback/workflow"
)

// House is what the answers are made from. Its fields meet in cmd; all are needed.
type House struct {
	DB     *ent.Client
	Flow   *workflow.Flow
	Broker pubsub.Broker
	Now    func() time.Time

	SmallNumber int // the least number of different people that a count may be about; query.K or more
}

// The answers of each type; House is the one resolver behind all of them.
type (
	queries        struct{ *House }
	mutations      struct{ *House }
	subscriptions  struct{ *House }
	viewers        struct{ *House }
	memberships    struct{ *House }
	services       struct{ *House }
	experiences    struct{ *House }
	lines          struct{ *House }
	decisions      struct{ *House }
	appeals        struct{ *House }
	responses      struct{ *House }
	reviews        struct{ *House }
	changes        struct{ *House }
	progresses     struct{ *House }
	origins        struct{ *House }
	steps          struct{ *House }
	authorities    struct{ *House }
	objections     struct{ *House }
	concerns       struct{ *House }
	concernEntries struct{ *House }
	breakGlasses   struct{ *House }
	shared         struct{ *House }
	themes         struct{ *House }
	evidences      struct{ *House }
	themings       struct{ *House }
	priorityRounds struct{ *House }
	priorities     struct{ *House }
	actions        struct{ *House }
	escalations    struct{ *House }
	sitters        struct{ *House }
	messages       struct{ *House }
	attendees      struct{ *House }
	measures       struct{ *House }
	measured       struct{ *House }
	coproducers    struct{ *House }
	verdictRounds  struct{ *House }
	listenings     struct{ *House }
	verdicts       struct{ *House }
	judged         struct{ *House }
	auditEntries   struct{ *House }
	readings       struct{ *House }
	consentTexts   struct{ *House }
	consents       struct{ *House }
	voices         struct{ *House }
	sessions       struct{ *House }
	serviceTokens  struct{ *House }
	channels       struct{ *House }
	tellings       struct{ *House }
)

// Query answers questions.
func (h *House) Query() QueryResolver { return queries{h} }

// Mutation does acts.
func (h *House) Mutation() MutationResolver { return mutations{h} }

// Subscription tells what happens.
func (h *House) Subscription() SubscriptionResolver { return subscriptions{h} }

// Viewer answers what is the viewer's own.
func (h *House) Viewer() ViewerResolver { return viewers{h} }

// Membership answers for a role held.
func (h *House) Membership() MembershipResolver { return memberships{h} }

// Session answers for one way in.
func (h *House) Session() SessionResolver { return sessions{h} }

// ServiceToken answers for what a program reads with.
func (h *House) ServiceToken() ServiceTokenResolver { return serviceTokens{h} }

// Channel answers for a way of being told.
func (h *House) Channel() ChannelResolver { return channels{h} }

// Telling answers when and how somebody is told.
func (h *House) Telling() TellingResolver { return tellings{h} }

// Service answers for a place of care.
func (h *House) Service() ServiceResolver { return services{h} }

// Experience answers for what somebody said.
func (h *House) Experience() ExperienceResolver { return experiences{h} }

// Line answers how far words have come.
func (h *House) Line() LineResolver { return lines{h} }

// Decision answers for what a moderator decided.
func (h *House) Decision() DecisionResolver { return decisions{h} }

// Appeal answers for what was asked of a second moderator.
func (h *House) Appeal() AppealResolver { return appeals{h} }

// Response answers for an answer.
func (h *House) Response() ResponseResolver { return responses{h} }

// ReviewRequest answers for the review that a service asked for.
func (h *House) ReviewRequest() ReviewRequestResolver { return reviews{h} }

// Change answers for a change.
func (h *House) Change() ChangeResolver { return changes{h} }

// Theme answers for what people's words have in common.
func (h *House) Theme() ThemeResolver { return themes{h} }

// Evidence answers for words that belong to a theme.
func (h *House) Evidence() EvidenceResolver { return evidences{h} }

// Theming answers for a step in the making of a theme.
func (h *House) Theming() ThemingResolver { return themings{h} }

// PriorityRound answers for both sides choosing what is worked on first.
func (h *House) PriorityRound() PriorityRoundResolver { return priorityRounds{h} }

// Message answers for a turn of a talk.
func (h *House) Message() MessageResolver { return messages{h} }

// Sitter answers for who sat with others over a theme.
func (h *House) Sitter() SitterResolver { return sitters{h} }

// Action answers for what is done about a priority.
func (h *House) Action() ActionResolver { return actions{h} }

// Escalation answers for the answer that an action needs.
func (h *House) Escalation() EscalationResolver { return escalations{h} }

// Priority answers for a theme that was put up to be worked on.
func (h *House) Priority() PriorityResolver { return priorities{h} }

// Attendee answers for who was there when both sides chose.
func (h *House) Attendee() AttendeeResolver { return attendees{h} }

// CoProducer answers for somebody who makes a change together with others.
func (h *House) CoProducer() CoProducerResolver { return coproducers{h} }

// Measure answers for what is counted of a change.
func (h *House) Measure() MeasureResolver { return measures{h} }

// MeasureReading answers for what was counted at one time.
func (h *House) MeasureReading() MeasureReadingResolver { return measured{h} }

// VerdictRound answers for people being asked whether a change helped.
func (h *House) VerdictRound() VerdictRoundResolver { return verdictRounds{h} }

// Verdict answers for what somebody said to that.
func (h *House) Verdict() VerdictResolver { return verdicts{h} }

// VerdictPayload answers for what comes with saying so.
func (h *House) VerdictPayload() VerdictPayloadResolver { return judged{h} }

// Progress answers for news of a change.
func (h *House) Progress() ProgressResolver { return progresses{h} }

// Origin answers for a link of the line.
func (h *House) Origin() OriginResolver { return origins{h} }

// AuditEntry answers for a line of the audit log.
func (h *House) AuditEntry() AuditEntryResolver { return auditEntries{h} }

// Reading answers for that somebody read words.
func (h *House) Reading() ReadingResolver { return readings{h} }

// Authority answers who may speak for whom.
func (h *House) Authority() AuthorityResolver { return authorities{h} }

// Objection answers what one relative has against what another told.
func (h *House) Objection() ObjectionResolver { return objections{h} }

// Step answers for a step that somebody was told of.
func (h *House) Step() StepResolver { return steps{h} }

// ConsentText answers for what people agree to.
func (h *House) ConsentText() ConsentTextResolver { return consentTexts{h} }

// Consent answers for what somebody agreed to.
func (h *House) Consent() ConsentResolver { return consents{h} }

// Voice answers for what somebody added to an experience.
func (h *House) Voice() VoiceResolver { return voices{h} }

// Concern answers for a concern about somebody's safety.
func (h *House) Concern() ConcernResolver { return concerns{h} }

// ConcernEntry answers for a step in the life of a concern.
func (h *House) ConcernEntry() ConcernEntryResolver { return concernEntries{h} }

// BreakGlass answers for the record that a lead looked who wrote.
func (h *House) BreakGlass() BreakGlassResolver { return breakGlasses{h} }

// ExperienceSharePayload answers for what came of sending words.
func (h *House) ExperienceSharePayload() ExperienceSharePayloadResolver { return shared{h} }

func args(first *int, after *page.Cursor, last *int, before *page.Cursor) page.Args {
	return page.Args{First: first, After: after, Last: last, Before: before}
}
