package graph_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every control of the hazard log names a test, and every test that it names is there.
func TestEveryControlHasATest(t *testing.T) {
	t.Parallel()
	log, err := os.ReadFile("../docs/safety/hazard-log.md")
	if err != nil {
		t.Fatal(err)
	}
	there := storiesOf(t, "..")
	for line := range strings.Lines(string(log)) {
		named := regexp.MustCompile(`Test[A-Z]\w+`).FindAllString(line, -1)
		if strings.HasPrefix(line, "- ") && len(named) == 0 {
			t.Errorf("a control without a test: %.80s", line)
		}
		for _, name := range named {
			if !there[name] {
				t.Errorf("the hazard log names %s, which is no test", name)
			}
		}
	}
}

// storiesOf are the names of all tests below a folder.
func storiesOf(t *testing.T, root string) map[string]bool {
	names := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+|Fuzz\w+)\(`).FindAllSubmatch(text, -1) {
			names[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
