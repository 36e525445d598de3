package signals_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"hearback/internal/signals"
)

// Real comments of patients and families are no part of this repository. Hardly any of them tells of danger, so what is found
// there tells how often somebody would look for nothing. Who wants to judge by eye sets HEARBACK_REAL_SHOW.
func TestRealComments(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("HEARBACK_REAL_DATA")
	if folder == "" {
		t.Skip("NOT TESTED ON REAL DATA: set HEARBACK_REAL_DATA to the folder of the real files to count findings in them")
	}
	file, err := os.Open(filepath.Join(folder, "fft-comments.dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	all, alarmed, kinds := 0, 0, map[signals.Kind]int{}
	for in := bufio.NewScanner(file); in.Scan(); all++ {
		var row struct{ Text string }
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		found := signals.Find(row.Text)
		for _, k := range found {
			kinds[k]++
		}
		if len(found) > 0 {
			alarmed++
			if os.Getenv("HEARBACK_REAL_SHOW") != "" {
				t.Logf("%d %v %q", all+1, found, row.Text)
			}
		}
	}
	t.Logf("%d comments, a sign in %.2f of 100: %v", all, 100*float64(alarmed)/float64(all), kinds)
	if all < 3000 || alarmed > all/50 {
		t.Errorf("a sign in %d of %d comments", alarmed, all)
	}
}
