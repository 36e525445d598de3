package intake_test

import (
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hearback/internal/intake"
)

// realFile opens a real file that is not part of this repository.
func realFile(t *testing.T, name string) io.Reader {
	t.Helper()
	folder := os.Getenv("HEARBACK_REAL_DATA")
	if folder == "" {
		t.Skip("NOT TESTED ON REAL DATA: set HEARBACK_REAL_DATA to the folder of the real files to read them here")
	}
	file, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// sifted reads a whole file and logs its report.
func sifted[R intake.Row](t *testing.T, rows iter.Seq2[R, error]) ([]R, *intake.Report) {
	t.Helper()
	report, taken := intake.NewReport(5), []R(nil)
	for row, err := range intake.Sift(rows, report) {
		if err != nil {
			t.Fatal(err)
		}
		report.Take()
		taken = append(taken, row)
	}
	var table strings.Builder
	if _, err := report.WriteTo(&table); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + table.String())
	return taken, report
}

func TestRealFiles(t *testing.T) {
	t.Parallel()
	t.Run("tree", func(t *testing.T) {
		t.Parallel()
		rows, report := sifted(t, intake.Services(realFile(t, "fft_icb_trust_site_ward_2025-07.csv"), intake.Options{}))
		kinds, codes := map[intake.Kind]int{}, map[string]bool{}
		for _, row := range rows {
			for _, node := range row.Nodes {
				if key := string(node.Kind) + node.Code; !codes[key] {
					codes[key] = true
					kinds[node.Kind]++
				}
				if isClean(t, node.Name); strings.HasSuffix(node.Name, node.Code) {
					t.Errorf("the code is left in %q", node.Name)
				}
			}
		}
		if kinds[intake.Commissioner] != 43 || kinds[intake.Provider] != 150 || kinds[intake.Site] != 582 || kinds[intake.Ward] != 6940 || report.SkippedRows() != 1 {
			t.Errorf("got %v, %d skipped", kinds, report.SkippedRows())
		}
	})
	t.Run("trusts", func(t *testing.T) {
		t.Parallel()
		rows, report := sifted(t, intake.Services(realFile(t, "ods_etr_trusts_2025-12.csv"), intake.Options{}))
		closed := 0
		for _, row := range rows {
			if !row.Nodes[0].ClosedOn.IsZero() {
				closed++
			}
		}
		if len(rows) != 273 || closed != 68 || report.SkippedRows() != 0 {
			t.Errorf("%d rows, %d closed", len(rows), closed)
		}
	})
	t.Run("boards", func(t *testing.T) {
		t.Parallel()
		if rows, _ := sifted(t, intake.Services(realFile(t, "icb_names_codes_2024-12.csv"), intake.Options{})); len(rows) != 42 {
			t.Errorf("%d rows", len(rows))
		}
	})
	t.Run("experiences", func(t *testing.T) {
		t.Parallel()
		const name = "fft-comments.dev.jsonl"
		covers, err := intake.PeriodOf(intake.Experiences(realFile(t, name), intake.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		rows, report := sifted(t, intake.Experiences(realFile(t, name), intake.Options{Covers: covers}))
		for _, row := range rows {
			isClean(t, row.Text)
			if strings.ContainsAny(row.Text, "ÃÂâ") {
				t.Errorf("line %d still has mojibake", row.Line)
			}
		}
		if len(rows)+report.SkippedRows() != 3901 || len(rows) < 2600 || report.SkippedRows() < 1100 {
			t.Errorf("%d taken, %d skipped", len(rows), report.SkippedRows())
		}
	})
}

func BenchmarkExperiences(b *testing.B) {
	line, rows := told("nurses", "nursesâ€™ team"), 0
	for b.Loop() {
		for range intake.Experiences(strings.NewReader(strings.Repeat(line, 1000)), intake.Options{Today: today}) { //nolint:errcheck // an iterator; what it yields is counted, not looked at
			rows++
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkServices(b *testing.B) {
	file, rows := treeHeader+strings.Repeat("QZ1,MOOR ICB,RZA,MOOR TRUST,RZA01,FELL - RZA01,WARD 1\nQZ1,MOOR ICB,RZA,MOOR TRUST,RZA02,DALE - RZA02,WARD 2\n", 500), 0
	for b.Loop() {
		for range intake.Services(strings.NewReader(file), intake.Options{}) { //nolint:errcheck // an iterator; what it yields is counted, not looked at
			rows++
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
