package graph

import (
	"context"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/message"
	"hearback/ent/page"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/signals"
	"hearback/workflow"
)

// newestSignalled is the order of answers that may tell of danger.
func newestSignalled() page.Term[*ent.Message] {
	return page.Term[*ent.Message]{Name: "signalledAnswers", Column: message.FieldCreatedAt, Desc: true, Value: func(m *ent.Message) any { return m.CreatedAt }}
}

// Conversation is what staff asked and who told it answered; empty for who has no part in it.
func (r experiences) Conversation(ctx context.Context, e *ent.Experience, first *int, after *page.Cursor, last *int, before *page.Cursor) (*MessageConnection, error) {
	link := page.Link[*ent.Message]{Column: message.FieldExperienceID, Of: func(m *ent.Message) typeid.ID { return m.ExperienceID }}
	return page.Children(ctx, e, r.DB.Message.Query(), link, args(first, after, last, before), page.Oldest[*ent.Message]("conversation"))
}

// WantsNoQuestions is for who told it and who speaks for them; nil for others.
func (r experiences) WantsNoQuestions(ctx context.Context, e *ent.Experience) (*bool, error) {
	may, err := r.theirsOrSpoken(ctx, e)
	if err != nil || !may {
		return nil, err
	}
	ended := e.AsksEndedAt != nil
	return &ended, nil
}

// AnswersReceived are answers to questions, after which nothing was said, longest waiting first.
func (r viewers) AnswersReceived(ctx context.Context, _ *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*MessageConnection, error) {
	q := r.DB.Message.Query().Where(rule.AnswersWaiting(ctx))
	if err := r.narrow(ctx, q, within); err != nil {
		return nil, err
	}
	return page.Connect(ctx, q, args(first, after, last, before), page.Oldest[*ent.Message]("answersReceived"))
}

// SignalledAnswers are answers that may tell of danger, newest first.
func (r viewers) SignalledAnswers(ctx context.Context, _ *ent.Person, within *typeid.ID, first *int, after *page.Cursor, last *int, before *page.Cursor) (*MessageConnection, error) {
	q := r.DB.Message.Query().Where(rule.AnswersSignalled(ctx))
	if err := r.narrow(ctx, q, within); err != nil {
		return nil, err
	}
	return page.Connect(ctx, q, args(first, after, last, before), newestSignalled())
}

func (h *House) narrow(ctx context.Context, q *ent.MessageQuery, within *typeid.ID) error {
	if within == nil {
		return nil
	}
	at, err := h.below(ctx, message.FieldServiceID, *within)
	if err == nil {
		q.Where(at)
	}
	return err
}

func (r messages) Experience(ctx context.Context, m *ent.Message) (*ent.Experience, error) {
	return one(ctx, m, message.FieldExperienceID, func(m *ent.Message) typeid.ID { return m.ExperienceID }, r.experiencesByID)
}

func (r messages) ViewerIsAuthor(ctx context.Context, m *ent.Message) (bool, error) {
	return string(m.AuthorID) == auth.FromContext(ctx).Person, nil
}

// Signals are for the moderators and leads of its place; nil for others.
func (r messages) Signals(ctx context.Context, m *ent.Message) ([]signals.Kind, error) {
	e, err := r.Experience(ctx, m)
	if e == nil || err != nil {
		return nil, err
	}
	if may, err := experiences(r).reached(ctx, e, auth.Moderator, auth.SafeguardingLead); err != nil || !may {
		return nil, err
	}
	return signals.Parse(m.Signals), nil
}

// Signposting is for who wrote an answer that may tell of danger.
func (r messages) Signposting(ctx context.Context, m *ent.Message, language *string) (*query.Signposting, error) {
	e, err := r.Experience(ctx, m)
	if e == nil || err != nil || m.Signals == "" || string(m.AuthorID) != auth.FromContext(ctx).Person {
		return nil, err
	}
	s, err := query.SignpostingOf(ctx, r.DB, e, text(language))
	return &s, err
}

func (r mutations) QuestionAsk(ctx context.Context, in QuestionAskInput) (*MessagePayload, error) {
	return messagePayload(r.Flow.QuestionAsk(ctx, workflow.QuestionDraft{ID: in.ID, ExperienceID: in.ExperienceID, Body: in.Body}))
}

func (r mutations) QuestionAnswer(ctx context.Context, in QuestionAnswerInput) (*MessagePayload, error) {
	return messagePayload(r.Flow.QuestionAnswer(ctx, workflow.AnswerDraft{ID: in.ID, ExperienceID: in.ExperienceID, Body: in.Body, Meant: in.IdentifyingIsMeant}))
}

func (r mutations) QuestionsEnd(ctx context.Context, in QuestionsEndInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.QuestionsEnd(ctx, in.ExperienceID))
}

func messagePayload(m *ent.Message, replayed bool, err error) (*MessagePayload, error) {
	problems, err := refusals(err)
	return &MessagePayload{m, problems, replayed}, err
}
