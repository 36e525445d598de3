package workflow

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/tally"
	"hearback/ent/query"
	"hearback/ent/typeid"
)

// tallied is how many rows are written in one statement.
const tallied = 500

// listeningDue counts what listening led to in one whole quarter that was not counted today, in UTC. Once a day is enough to see
// what came of words, and seldom enough that nobody sees by a number that moves who did what. Words that were taken back are out of
// the figures with the next day.
func (f *Flow) listeningDue(ctx context.Context) (int, error) {
	due, err := f.uncounted(ctx, f.DB)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	return write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		if err := a.alone(ctx, "listening"); err != nil {
			return 0, err
		}
		still, err := f.uncounted(ctx, a.Client) // another server may have been first
		if err != nil || !slices.Contains(still, due[0]) {
			return 0, err
		}
		return 1, a.countListening(ctx, due[0], f.least())
	})
}

func (f *Flow) least() int { return max(query.K, f.SmallNumber) }

// uncounted are the quarters that were not counted today, or for fewer people than a number has to be about.
func (f *Flow) uncounted(ctx context.Context, db *ent.Client) ([]query.Quarter, error) {
	now := f.Now().UTC()
	due := query.WholeQuarters(now, query.Quarters)
	done, err := db.Tally.Query().Where(tally.Place(""), tally.CreatedAtGTE(now.Truncate(24*time.Hour)), tally.LeastGTE(f.least())).Select(tally.FieldQuarter).Strings(ctx)
	return slices.DeleteFunc(due, func(q query.Quarter) bool { return slices.Contains(done, string(q)) }), err
}

// countListening counts a quarter anew. What was counted before goes, and so do the quarters that are too old to be told.
func (a *act) countListening(ctx context.Context, q query.Quarter, k int) error {
	figures, err := query.Listening(ctx, a.Client, q, k)
	if err != nil {
		return err
	}
	kept := query.WholeQuarters(a.at, query.Quarters)
	if _, err := a.Tally.Delete().Where(tally.Or(tally.Quarter(string(q)), tally.QuarterLT(string(kept[len(kept)-1])))).Exec(ctx); err != nil {
		return err
	}
	figures[""] = &query.Figures{}
	rows := make([]*ent.TallyCreate, 0, len(figures))
	for place, of := range figures {
		told, err := json.Marshal(of)
		if err != nil {
			return err
		}
		rows = append(rows, a.figured(q, place, k).SetFigures(string(told)))
	}
	for some := range slices.Chunk(rows, tallied) {
		if err := a.Tally.CreateBulk(some...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (a *act) figured(q query.Quarter, place typeid.ID, k int) *ent.TallyCreate {
	return a.Tally.Create().SetCreatedAt(a.at).SetQuarter(string(q)).SetPlace(string(place)).SetLeast(k)
}
