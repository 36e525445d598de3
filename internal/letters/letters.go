// Package letters has the words of what Hearback sends to people, in each language that it speaks, in one place: texts/. They are
// neutral, because letters lie on lock screens and on shared tables, and hold nobody's own words.
package letters

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/text/language"
)

//go:embed texts/*.json
var files embed.FS

// Book is all texts in all languages.
type Book struct {
	tags  []language.Tag
	texts []texts
	match language.Matcher
}

// texts are those of one language, by their names.
type texts map[string]string

// letter puts lines between the beginning and the end of a letter.
func (t texts) letter(name string, lines []string, app string) Letter {
	where := t["app"]
	if app != "" {
		where = t["app.at"] + " " + app
	}
	parts := []string{t["hello"], t[name+".begins"], strings.Join(lines, "\n"), where, t[name+".ends"], t["urgent"]}
	return Letter{Subject: t[name+".subject"], Text: strings.Join(parts, "\n\n") + "\n"}
}

// Open reads the texts. English is what everybody gets who asks for a language that is not there.
func Open() (*Book, error) {
	names, err := fs.Glob(files, "texts/*.json")
	if err != nil {
		return nil, err
	}
	b := &Book{}
	for _, name := range names {
		if err := b.add(name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	b.match = language.NewMatcher(b.tags)
	return b, b.whole()
}

// whole refuses texts of which one language has some that another lacks.
func (b *Book) whole() error {
	for i, t := range b.texts {
		for name := range b.texts[0] {
			if t[name] == "" || len(t) != len(b.texts[0]) {
				return fmt.Errorf("the texts in %s are not those in %s: look at %q", b.tags[i], b.tags[0], name)
			}
		}
	}
	return nil
}

func (b *Book) add(name string) error {
	tag, err := language.Parse(strings.TrimSuffix(strings.TrimPrefix(name, "texts/"), ".json"))
	if err != nil {
		return err
	}
	data, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	var read texts
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	if tag == language.English { // the matcher falls back to the first
		b.tags, b.texts = append([]language.Tag{tag}, b.tags...), append([]texts{read}, b.texts...)
		return nil
	}
	b.tags, b.texts = append(b.tags, tag), append(b.texts, read)
	return nil
}

// Languages are the languages that there are, English first.
func (b *Book) Languages() []string {
	names := make([]string, len(b.tags))
	for i, t := range b.tags {
		names[i] = t.String()
	}
	return names
}

// in are the texts in the language nearest to a tag.
func (b *Book) in(tag string) texts {
	_, i := language.MatchStrings(b.match, tag)
	return b.texts[i]
}

// Letter is what somebody reads.
type Letter struct{ Subject, Text string }

// News says that there is something new: one line for each kind of step, once. The app is where to read it; empty when nobody said.
func (b *Book) News(tag string, kinds []string, app string) Letter {
	t := b.in(tag)
	lines := make([]string, 0, len(kinds))
	for _, k := range kinds {
		lines = append(lines, "- "+t["step."+k])
	}
	return t.letter("news", lines, app)
}

// Waiting is how many things of a kind wait for somebody.
type Waiting struct {
	What string
	Many int
}

// Digest says what waits for an answer, as counts.
func (b *Book) Digest(tag string, waiting []Waiting, app string) Letter {
	t := b.in(tag)
	lines := make([]string, 0, len(waiting))
	for _, w := range waiting {
		lines = append(lines, fmt.Sprintf("- %s: %d", t["waits."+w.What], w.Many))
	}
	return t.letter("digest", lines, app)
}
