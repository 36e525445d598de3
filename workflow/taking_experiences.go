package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/spent"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/intake"
)

// The bounds of what an import keeps of a row: the question in letters, the key of its source in bytes.
const (
	MaxQuestion  = 300
	maxSourceKey = 200
)

// ExperiencesTake keeps a batch of what people said elsewhere, all of it or (on an error) nothing: each respondent is one
// person who speaks without an account, each row is told once however often it is taken. It belongs to the place with its
// code, or to the one that its names lead to below its trust; what is missing there is made unless how.NoCreate. A moderator
// reads it first unless how.Published: then it is published on the day it was said, so that it counts in that month, but for
// words that may tell of danger: those a moderator reads in any case. Nobody is told, as nobody has an account. What somebody
// took back stays away. Ten statements at most (eleven beyond 1,000 rows), however many rows. For the command line only.
func (f *Flow) ExperiencesTake(ctx context.Context, rows []intake.ExperienceRow, how Taking) (Taken, error) {
	ctx = rule.AsSystem(ctx, "an import brings what people said elsewhere; whoever runs the program may")
	return f.take(ctx, len(rows), how, func(ctx context.Context, a *act) (Taken, error) {
		b := &telling{how: how, places: newPlaces(), told: map[string]string{}, gone: map[typeid.ID]bool{}, people: map[string]typeid.ID{}}
		if err := b.load(ctx, a, rows); err != nil {
			return Taken{}, err
		}
		for _, row := range rows {
			b.settle(row)
		}
		b.Places = b.places.made()
		if how.DryRun {
			return b.Taken, nil
		}
		err := b.save(ctx, a)
		return b.Taken, err
	})
}

// telling is a batch of experiences while it is settled.
type telling struct {
	Taken
	how    Taking
	places *places
	told   map[string]string    // fingerprints by source key: of the store, then of the batch too
	gone   map[typeid.ID]bool   // what somebody took back
	people map[string]typeid.ID // by source key
	kept   []telt
}

// telt is a row that will be kept.
type telt struct {
	intake.ExperienceRow
	id                 typeid.ID
	key, author, print string
	signs              string // of danger in the words
	at                 *place
	relationship       experience.Relationship
	question           string
	form               experience.Form
	says               *experience.Says
}

// load reads what is known of the rows: which were told, and their places.
func (b *telling) load(ctx context.Context, a *act, rows []intake.ExperienceRow) error {
	keys, codes, names := make([]string, len(rows)), map[string]bool{}, map[string]bool{}
	for i, row := range rows {
		keys[i] = source(row, row.SourceKey)
		for _, code := range append(trail(row), row.TrustCode, row.ServiceCode, strings.ToUpper(row.ServiceCode)) {
			codes[code] = true
		}
		for _, name := range row.ServiceNames {
			names[SortName(name)] = true
		}
	}
	delete(codes, "")
	told, err := a.Experience.Query().Where(experience.SourceKeyIn(keys...)).Select(experience.FieldSourceKey, experience.FieldFingerprint).All(ctx)
	if err != nil {
		return err
	}
	for _, e := range told {
		b.told[*e.SourceKey] = e.Fingerprint
	}
	if err := b.loadTakenBack(ctx, a, keys); err != nil {
		return err
	}
	return b.places.load(ctx, a, codes, names)
}

// loadTakenBack reads which of the rows somebody has taken back.
func (b *telling) loadTakenBack(ctx context.Context, a *act, keys []string) error {
	marks := make([]typeid.ID, len(keys))
	for i, key := range keys {
		marks[i] = takenBack(key)
	}
	ids, err := a.Spent.Query().Where(spent.IDIn(marks...)).IDs(ctx)
	for _, id := range ids {
		b.gone[id] = true
	}
	return err
}

// takenBack is what is kept of the source key of words that were taken back, joined to nothing: half of its SHA-256 and a
// little more, as much as an id has room for.
func takenBack(key string) typeid.ID {
	sum := sha256.Sum256([]byte(key))
	return typeid.ID(hex.EncodeToString(sum[:20]))
}

// source is the key of what a row speaks of: the file's own, within its trust, as two trusts may count alike.
func source(row intake.ExperienceRow, own string) string {
	at := row.TrustCode
	if at == "" {
		at = strings.ReplaceAll(row.ServiceCode, ":", "%3A")
	}
	return within(at+":"+own, maxSourceKey)
}

// respondent is the key of the person who speaks; who is not named speaks once.
func respondent(row intake.ExperienceRow) string {
	if row.Respondent == "" {
		return source(row, ":"+row.SourceKey)
	}
	return source(row, row.Respondent)
}

// settle decides what becomes of a row.
func (b *telling) settle(row intake.ExperienceRow) {
	t := telt{ExperienceRow: row, key: source(row, row.SourceKey), author: respondent(row), print: printOf(row)}
	if b.gone[takenBack(t.key)] {
		b.Known++
		b.note(row.Line, CodeTakenBack)
		return
	}
	if print, told := b.told[t.key]; told {
		b.Known++
		if print != t.print {
			b.note(row.Line, CodeOtherWords)
		}
		return
	}
	at, refusal := b.place(row)
	if refusal == "" && (at.closedBy(row.Date) || b.places.byCode[row.TrustCode].closedBy(row.Date)) {
		refusal = CodeServiceClosed
	}
	form, says, unknown := b.form(row)
	if refusal == "" {
		refusal = unknown
	}
	if refusal == "" && utf8.RuneCountInString(row.Text) > MaxStory {
		refusal = intake.CodeTooLong
	}
	if refusal != "" {
		b.skip(row.Line, refusal)
		return
	}
	t.at, b.told[t.key] = at, t.print
	t.form, t.says = form, says
	t.relationship, t.question, t.signs = b.relationship(row), b.question(row), signsIn(row.Text)
	b.kept = append(b.kept, t)
	b.New++
	switch {
	case b.publishes(t):
		b.Published++
	case b.how.Published:
		b.note(row.Line, CodeMayTellOfDanger)
	}
}

// publishes tells whether a row is shown without a moderator here: never when its words may tell of danger.
func (b *telling) publishes(t telt) bool { return b.how.Published && t.signs == "" }

// printOf is the SHA-256 of what somebody said and where. The date is left out: how it is read depends on the whole file.
func printOf(row intake.ExperienceRow) string {
	said := []any{row.SourceKey, row.Respondent, row.TrustCode, row.ServiceCode, row.ServiceNames, row.Relationship, row.Question, row.Text}
	if row.Form+row.Says != "" { // which older files do not have
		said = append(said, row.Form, row.Says)
	}
	text, _ := json.Marshal(said) // cannot fail: strings only
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// experiencesAtOnce keeps a statement (twenty columns a row) within SQLite's 32,766 arguments.
const experiencesAtOnce = 1000

func (b *telling) save(ctx context.Context, a *act) error {
	if err := b.places.save(ctx, a); err != nil || len(b.kept) == 0 {
		return err
	}
	if err := b.greet(ctx, a); err != nil {
		return err
	}
	rand.Shuffle(len(b.kept), func(i, k int) { b.kept[i], b.kept[k] = b.kept[k], b.kept[i] }) // ids follow the order: they must not show which answers stood together
	for chunk := range slices.Chunk(b.kept, experiencesAtOnce) {
		rows := make([]*ent.ExperienceCreate, len(chunk))
		for i := range chunk {
			chunk[i].id = typeid.New(typeid.Experience)
			rows[i] = b.row(a, chunk[i])
		}
		if err := a.Experience.CreateBulk(rows...).Exec(ctx); err != nil {
			return err
		}
	}
	return b.agree(ctx, a)
}

// consentsAtOnce keeps a statement (six columns a row) within SQLite's 32,766 arguments.
const consentsAtOnce = 5000

// agree writes down that people wanted to be heard: the same as who shares here says by sharing.
func (b *telling) agree(ctx context.Context, a *act) error {
	texts, err := a.newestTexts(ctx, Shared(), query.English)
	if err != nil {
		return err
	}
	rows := make([]*ent.ConsentCreate, 0, len(Shared())*len(b.kept))
	for _, t := range b.kept {
		for _, p := range Shared() {
			rows = append(rows, a.agreement(words{experience: t.id, author: b.people[t.author]}, p, texts[p]))
		}
	}
	for some := range slices.Chunk(rows, consentsAtOnce) {
		if err := a.Consent.CreateBulk(some...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// greet finds the people of the batch, and makes those who are not known.
func (b *telling) greet(ctx context.Context, a *act) error {
	keys := make([]string, len(b.kept))
	for i, t := range b.kept {
		keys[i] = t.author
	}
	known, err := a.Person.Query().Where(person.SourceKeyIn(keys...)).All(ctx)
	if err != nil {
		return err
	}
	for _, p := range known {
		b.people[*p.SourceKey] = p.ID
	}
	var rows []*ent.PersonCreate
	for _, key := range keys {
		if b.people[key] == "" {
			b.people[key] = typeid.New(typeid.Person)
			rows = append(rows, a.Person.Create().SetID(b.people[key]).SetCreatedAt(a.at).SetSourceKey(key))
		}
	}
	b.People = len(rows)
	return a.Person.CreateBulk(rows...).Exec(ctx)
}

func (b *telling) row(a *act, t telt) *ent.ExperienceCreate {
	e := a.Experience.Create().SetID(t.id).SetCreatedAt(a.at).SetFingerprint(t.print).SetSourceKey(t.key).
		SetAuthorID(b.people[t.author]).SetServiceID(t.at.id).SetDisplayName(anonymous).SetIntention(experience.IntentionTell).
		SetForm(t.form).SetNillableSays(t.says).SetRelationship(t.relationship).SetQuestion(t.question).SetStory(t.Text).SetSignals(t.signs).SetHappenedIn(t.Date.Format(month))
	if b.publishes(t) {
		return e.SetState(experience.StatePublished).SetPublishedAt(t.Date).SetPublishedMonth(t.Date.Format(month))
	}
	return e.SetState(experience.StateInModeration)
}
