package identify_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"hearback/internal/identify"
)

// comments are real words of patients and families, which are no part of this repository.
func comments(t *testing.T) (texts []string) {
	t.Helper()
	folder := os.Getenv("HEARBACK_REAL_DATA")
	if folder == "" {
		t.Skip("NOT TESTED ON REAL DATA: set HEARBACK_REAL_DATA to the folder of the real files to count findings in them")
	}
	file, err := os.Open(filepath.Join(folder, "fft-comments.dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for in := bufio.NewScanner(file); in.Scan(); {
		var row struct{ Text string }
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, row.Text)
	}
	return texts
}

// Names, numbers and dates were taken out of these comments, so most of what is found in them is a false alarm. Who wants to
// judge by eye sets HEARBACK_REAL_SHOW, and sees each finding with the words around it.
func TestRealComments(t *testing.T) {
	t.Parallel()
	texts, kinds, alarmed := comments(t), map[identify.Kind]int{}, 0
	for i, text := range texts {
		found := identify.Find(text)
		if len(found) > 0 {
			alarmed++
		}
		for _, f := range found {
			kinds[f.Kind]++
			if os.Getenv("HEARBACK_REAL_SHOW") != "" {
				letters := []rune(text)
				t.Logf("%d %s %q in %q", i+1, f.Kind, words(text, f), string(letters[max(0, f.Start-40):min(len(letters), f.End+40)]))
			}
		}
	}
	t.Logf("%d comments, %.2f in 100 with a finding: %v", len(texts), 100*float64(alarmed)/float64(len(texts)), kinds)
	if len(texts) < 3000 || alarmed > len(texts)/100 {
		t.Errorf("something was found in %d of %d comments", alarmed, len(texts))
	}
}
