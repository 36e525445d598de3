package query

import (
	"context"
	"slices"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// VerdictCount is how many people gave one answer.
type VerdictCount struct {
	Answer verdict.Answer
	Count  Count
}

// HowManyAsked is how many people a round asked; hidden when they are few.
func HowManyAsked(r *ent.VerdictRound, k int) Count { return hide([]cell{{r.Asked, r.Asked}}, k)[0] }

// HowManyAnswered is how many people had answered when a round was closed; nil before, hidden when they are few.
func HowManyAnswered(r *ent.VerdictRound, k int) Count {
	if r.ClosedAt == nil {
		return nil
	}
	return hide([]cell{{r.Answered, r.Answered}}, k)[0]
}

// answers are the kinds in the order in which they are shown.
func answers() []verdict.Answer {
	return []verdict.Answer{verdict.AnswerHelped, verdict.AnswerPartly, verdict.AnswerNotYet, verdict.AnswerMadeWorse, verdict.AnswerCannotSay}
}

// Verdicts are the answers of a round by kind, once it is closed: numbers that went up one by one would tell who said what. When
// few answered altogether, also the kinds that nobody gave are hidden: they would leave the one that all of them gave.
func Verdicts(r *ent.VerdictRound, k int) []*VerdictCount {
	if r.ClosedAt == nil {
		return nil
	}
	kinds := answers()
	var cells []cell
	for _, n := range []int{r.Helped, r.Partly, r.NotYet, r.MadeWorse, r.CannotSay} {
		cells = append(cells, cell{n, n})
	}
	shown := hide(cells, k)
	if r.Answered > 0 && r.Answered < k {
		shown = slices.Repeat([]Count{Suppressed{SmallNumber}}, len(kinds))
	}
	counts := make([]*VerdictCount, len(kinds))
	for i, kind := range kinds {
		counts[i] = &VerdictCount{kind, shown[i]}
	}
	return counts
}

// AnswersSoFar is how many have answered in each of the rounds: for deciding whether they are enough, never to be shown.
func AnswersSoFar(ctx context.Context, db *ent.Client, rounds []*ent.VerdictRound) (map[typeid.ID]int, error) {
	var found []struct {
		RoundID typeid.ID `json:"round_id"`
		Count   int
	}
	err := db.Verdict.Query().Where(verdict.RoundIDIn(ids(rounds)...)).GroupBy(verdict.FieldRoundID).Aggregate(ent.Count()).
		Scan(rule.AsSystem(ctx, "only whether they are enough is told"), &found)
	answers := make(map[typeid.ID]int, len(found))
	for _, f := range found {
		answers[f.RoundID] = f.Count
	}
	return answers, err
}
