package workflow

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/message"
	"hearback/ent/generated/ent/step"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/identify"
)

// MaxMessages is how many turns a talk may have.
const MaxMessages = 40

// QuestionDraft is what staff ask who told an experience.
type QuestionDraft struct {
	ID           *typeid.ID `json:"-"`
	ExperienceID typeid.ID
	Body         string
}

// QuestionAsk asks who told an experience something that nobody else reads. Staff learn nothing of who that is, and wait for an
// answer before they ask again. Staff who reach the service. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) QuestionAsk(ctx context.Context, d QuestionDraft) (*ent.Message, bool, error) {
	return once(ctx, f, sent(d.ID, d, d.ask))
}

// sent is how a turn of a talk is kept.
func sent(id *typeid.ID, input any, make func(context.Context, *act, typeid.ID, string) (*ent.Message, error)) sending[*ent.Message] {
	return sending[*ent.Message]{
		id: id, prefix: typeid.Message, input: input, make: make,
		get: func(ctx context.Context, a *act, id typeid.ID) (*ent.Message, error) { return a.Message.Get(ctx, id) },
		by:  func(m *ent.Message) (typeid.ID, string) { return m.AuthorID, m.Fingerprint },
	}
}

func (d QuestionDraft) ask(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Message, error) {
	e, err := a.lockVisible(ctx, d.ExperienceID)
	if err != nil {
		return nil, err
	}
	by, err := a.signature(ctx, e.ServiceID)
	if err != nil {
		return nil, err
	}
	var c checks
	body := c.needed(d.Body, MaxWords, "body")
	newest, many, err := a.talk(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	agreed, err := a.agreedTo(rule.AsSystem(ctx, "only who agrees is asked"), consent.PurposeContactAboutChange, []typeid.ID{e.ID})
	if err := firstOf(err, c.err(), mayAskTeller(e, typeid.ID(a.viewer.Person), newest, many, agreed[contributor{e.AuthorID, e.ID}])); err != nil {
		return nil, err
	}
	m, err := a.turn(ctx, e, a.Message.Create().SetID(id).SetFingerprint(print).SetPart(message.PartAsker).SetAuthorName(by.name).SetAuthorTitle(by.title).SetBody(body))
	if err != nil {
		return nil, err
	}
	return m, a.tell(ctx, told{person: e.AuthorID, experience: e.ID, kind: step.KindAsked, about: string(id)})
}

// mayAskTeller decides whether staff may ask who told an experience something now.
func mayAskTeller(e *ent.Experience, me typeid.ID, newest *ent.Message, many int, agreed bool) error {
	switch {
	case e.State != experience.StatePublished && e.State != experience.StateServiceOnly:
		return refuse(NotNow, "These words cannot be talked of now.", "experienceId")
	case e.AuthorID == me:
		return refuse(NotNow, "You told this yourself.", "experienceId")
	case e.AsksEndedAt != nil || !agreed:
		return refuse(NotNow, "Whoever told this does not want to be asked. Please leave it at that.", "experienceId")
	case newest != nil && newest.Part == message.PartAsker:
		return refuse(NotNow, "Somebody asked already. Please wait for the answer.", "experienceId")
	case many >= MaxMessages:
		return refuse(TooMany, "This talk has gone on for long. Please leave it at that.", "experienceId")
	}
	return nil
}

// AnswerDraft is what who told an experience says to a question of staff.
type AnswerDraft struct {
	ID           *typeid.ID `json:"-"`
	ExperienceID typeid.ID
	Body         string
	Meant        bool `json:",omitempty"` // whether they mean the words in it that may tell who somebody is
}

// QuestionAnswer answers staff, who do not learn from whom. What may tell who somebody is has to be meant. Who told the experience,
// or speaks for them with SHARE in scope. Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) QuestionAnswer(ctx context.Context, d AnswerDraft) (*ent.Message, bool, error) {
	return once(ctx, f, sent(d.ID, d, d.answer))
}

func (d AnswerDraft) answer(ctx context.Context, a *act, id typeid.ID, print string) (*ent.Message, error) {
	e, err := a.lockVisible(ctx, d.ExperienceID)
	if err != nil {
		return nil, err
	}
	if ctx, err = a.inPlaceOfAuthor(ctx, e, rule.MayShare); err != nil {
		return nil, err
	}
	var c checks
	body := c.needed(d.Body, MaxWords, "body")
	if !d.Meant && len(identify.Find(body)) > 0 {
		c.add(Identifying, "Something in your words may tell who you or others are, such as a name or a number. Please take it out. If you want the staff to read it, say that you mean it.", "body")
	}
	newest, many, err := a.talk(ctx, e.ID)
	if err := firstOf(err, c.err(), mayAnswerStaff(e, newest, many)); err != nil {
		return nil, err
	}
	return a.turn(ctx, e, a.Message.Create().SetID(id).SetFingerprint(print).SetPart(message.PartTeller).SetBody(body).SetSignals(signsIn(body)))
}

// mayAnswerStaff decides whether who told an experience may say something to staff now.
func mayAnswerStaff(e *ent.Experience, newest *ent.Message, many int) error {
	switch {
	case newest == nil:
		return refuse(NotNow, "Nobody has asked you anything about this yet.", "experienceId")
	case e.State != experience.StatePublished && e.State != experience.StateServiceOnly:
		return refuse(NotNow, "The staff cannot read this now.", "experienceId")
	case e.AsksEndedAt != nil:
		return refuse(NotNow, "You ended this talk.", "experienceId")
	case many >= MaxMessages:
		return refuse(TooMany, "This talk has gone on for long. Thank you for all that you said.", "experienceId")
	}
	return nil
}

// QuestionsEnd says that nobody is to ask about these words any more. Who told the experience, or speaks for them with SHARE in
// scope. Errors: ErrNotFound, ErrForbidden.
func (f *Flow) QuestionsEnd(ctx context.Context, id typeid.ID) (e *ent.Experience, replayed bool, err error) {
	e, err = write(ctx, f, func(ctx context.Context, a *act) (*ent.Experience, error) {
		e, err := a.lockVisible(ctx, id)
		if err != nil {
			return nil, err
		}
		if _, err = a.inPlaceOfAuthor(ctx, e, rule.MayShare); err != nil {
			return nil, err
		}
		if replayed = e.AsksEndedAt != nil; replayed {
			return e, nil
		}
		return e.Update().SetAsksEndedAt(a.at).Save(rule.AsSystem(ctx, "who told it wants no more questions"))
	})
	return e, replayed && err == nil, err
}

// lockVisible holds an experience that the viewer sees, whoever may change it, so that nobody else does anything with it meanwhile.
func (a *act) lockVisible(ctx context.Context, id typeid.ID) (*ent.Experience, error) {
	if _, err := a.Experience.Get(ctx, id); err != nil {
		return nil, err
	}
	return lockExperience(rule.AsSystem(ctx, "the row is locked; what may be done is decided by the verb"), a, id)
}

// talk is what was said last about an experience, and how much was said.
func (a *act) talk(ctx context.Context, id typeid.ID) (*ent.Message, int, error) {
	ctx = rule.AsSystem(ctx, "whose turn it is")
	many, err := a.Message.Query().Where(message.ExperienceID(id)).Count(ctx)
	if err != nil || many == 0 {
		return nil, many, err
	}
	newest, err := a.Message.Query().Where(message.ExperienceID(id), message.Newest(true)).Only(ctx)
	return newest, many, err
}

// turn adds to a talk in the viewer's name.
func (a *act) turn(ctx context.Context, e *ent.Experience, m *ent.MessageCreate) (*ent.Message, error) {
	if err := a.Message.Update().Where(message.ExperienceID(e.ID), message.Newest(true)).SetNewest(false).Exec(rule.AsSystem(ctx, "another turn follows")); err != nil {
		return nil, err
	}
	return m.SetCreatedAt(a.at).SetExperienceID(e.ID).SetServiceID(e.ServiceID).SetAuthorID(typeid.ID(a.viewer.Person)).Save(ctx)
}
