package workflow

import (
	"context"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/response"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// ResponseArea is one of the seven areas of a good answer (Baines et al. 2018, the framework "Plymouth, listen, learn and respond").
type ResponseArea string

// The areas, in the order in which an answer is read.
const (
	AreaIntroduction ResponseArea = "INTRODUCTION"
	AreaThanks       ResponseArea = "THANKS_OR_APOLOGY"
	AreaSpeed        ResponseArea = "SPEED"
	AreaContent      ResponseArea = "CONTENT"
	AreaExplanation  ResponseArea = "EXPLANATION"
	AreaSignposting  ResponseArea = "SIGNPOSTING"
	AreaSignOff      ResponseArea = "SIGN_OFF"
)

// Advice is what a look at a draft suggests. It suggests; people decide.
type Advice struct {
	Areas   []AreaAdvice
	Similar []SimilarResponse // the most alike first, three at most
}

// AreaAdvice says whether something of an area was found in a draft, and what would be of it.
type AreaAdvice struct {
	Area  ResponseArea
	Found bool
	Hint  string
}

// SimilarResponse is an answer of the same service that says much the same; Share is how much of the draft stands in it, in percent.
type SimilarResponse struct {
	Response *ent.Response
	Share    int
}

const (
	comparedWith = 50 // of the newest answers of the service
	alike        = 60 // percent of what a draft says, from which on it reads as if it were copied
	mostAlike    = 3
	inARow       = 4  // words that are compared together
	tooShort     = 12 // words; what is shorter is like any other answer and is not compared
)

// ResponseAdvise looks at the draft of an answer: whether it has something of each of the seven areas, and whether it says what the
// service said to others a short while ago. It writes nothing. English alone is looked at so. Staff who reach the service.
// Errors: ErrNotFound, ErrForbidden.
func (f *Flow) ResponseAdvise(ctx context.Context, experience typeid.ID, body string) (*Advice, error) {
	a := act{Client: f.DB, viewer: auth.FromContext(ctx)}
	e, err := a.Experience.Get(ctx, experience)
	if err != nil {
		return nil, err
	}
	at, err := a.Service.Get(ctx, e.ServiceID)
	if err != nil {
		return nil, err
	}
	if !a.viewer.ReachesPath(at.Path, rule.ServiceStaff()...) {
		return nil, ErrForbidden
	}
	earlier, err := a.Response.Query().Where(response.ServiceID(e.ServiceID), response.StateEQ(response.StatePublished), response.ExperienceIDNEQ(e.ID)).
		Order(response.ByCreatedAt(sql.OrderDesc()), response.ByID(sql.OrderDesc())).Limit(comparedWith).All(ctx)
	if err != nil {
		return nil, err
	}
	return &Advice{areasOf(body, strings.Join([]string{e.Story, e.WhatWasGood, e.CouldBeBetter}, " ")), similarTo(body, earlier)}, nil
}

// areasOf looks for something of each area in a draft that answers a story.
func areasOf(body, story string) []AreaAdvice {
	said := " " + strings.Join(plainWords(body), " ") + " "
	has := func(phrases ...string) bool {
		return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(said, " "+p+" ") })
	}
	return []AreaAdvice{
		{AreaIntroduction, has("my name is", "i am the", "i am a", "i work", "i look after", "i lead", "on behalf of"), "Say who you are and what you do there."},
		{AreaThanks, has("thank you", "thanks", "sorry", "apologise", "apologies", "grateful"), "Thank them for telling you, or say sorry where care fell short."},
		{AreaSpeed, has("sorry for the delay", "as soon as", "today", "yesterday", "this week", "tomorrow", "by monday", "by friday", "by the end of"), "Say when they will hear more, or why it took so long."},
		{AreaContent, len(shared(body, story)) >= 2, "Speak of what they told you, in their own words: nobody should read this and think that it answers somebody else."},
		{AreaExplanation, has("because", "so that", "the reason", "which meant", "this means", "what happened"), "Explain what happened, or why it is as it is."},
		{AreaSignposting, has("contact", "call", "ring", "email", "e mail", "phone", "write to", "talk to", "speak to", "speak with", "patient advice", "pals"), "Tell them whom to turn to, by name, if they want to say more."},
		{AreaSignOff, has("best wishes", "kind regards", "warm wishes", "with thanks", "yours sincerely", "all the best", "take care"), "End with a kind word and your name."},
	}
}

// shared are the longer words that two texts have in common: what somebody speaks of, rather than how.
func shared(a, b string) (both []string) {
	words := plainWords(b)
	for _, w := range plainWords(a) {
		if len(w) > 4 && slices.Contains(words, w) && !slices.Contains(both, w) && !slices.Contains([]string{"about", "their", "there", "would", "could", "which", "thank", "where", "being", "other"}, w) {
			both = append(both, w)
		}
	}
	return both
}

// similarTo are those of some answers in which a draft stands in large part, the most alike first.
func similarTo(body string, earlier []*ent.Response) (alikes []SimilarResponse) {
	if len(plainWords(body)) < tooShort {
		return nil
	}
	draft := rows(body)
	for _, r := range earlier {
		if share := within100(draft, rows(r.Body)); share >= alike {
			alikes = append(alikes, SimilarResponse{r, share})
		}
	}
	slices.SortStableFunc(alikes, func(a, b SimilarResponse) int { return b.Share - a.Share })
	return alikes[:min(len(alikes), mostAlike)]
}

// rows are the rows of words in a text, each inARow long; a shorter text is one row.
func rows(text string) map[string]bool {
	words := plainWords(text)
	found := map[string]bool{}
	for i := 0; i == 0 || i+inARow <= len(words); i++ {
		found[strings.Join(words[i:min(i+inARow, len(words))], " ")] = true
	}
	return found
}

// within100 is how much of the one stands in the other, in percent.
func within100(draft, other map[string]bool) int {
	n := 0
	for row := range draft {
		if other[row] {
			n++
		}
	}
	return 100 * n / len(draft)
}
