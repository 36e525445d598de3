package intake_test

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"runtime"
	"testing"

	"hearback/internal/intake"
)

// These tests measure the memory of the whole process, so they are not parallel.

// aMillion lines, or a tenth of them in a short run.
func aMillion() int {
	if testing.Short() {
		return 100_000
	}
	return 1_000_000
}

// made is a file that is written while it is read, line by line.
type made struct {
	line    func(i int) string
	lines   int
	i       int
	pending bytes.Buffer
}

func (m *made) Read(p []byte) (int, error) {
	for m.pending.Len() < len(p) && m.i < m.lines {
		m.pending.WriteString(m.line(m.i))
		m.i++
	}
	if m.pending.Len() == 0 {
		return 0, io.EOF
	}
	return m.pending.Read(p)
}

// mostHeld reads everything and gives the number of rows, of problems, and the most memory that was held beyond the start.
func mostHeld[R intake.Row](t *testing.T, rows iter.Seq2[R, error]) (taken, problems int, most uint64) {
	t.Helper()
	start := held()
	for _, err := range rows {
		if err == nil {
			taken++
		} else {
			problems++
		}
		if (taken+problems)%50_000 == 0 {
			most = max(most, held()-min(start, held()))
		}
	}
	return taken, problems, most
}

func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

const few = 4 << 20

func TestAMillionServicesInLittleMemory(t *testing.T) {
	file := &made{lines: aMillion() + 1, line: func(i int) string {
		if i == 0 {
			return treeHeader
		}
		site := i / 1000
		return fmt.Sprintf("QZ%d,MOOR ICB,RZ%d,MOOR TRUST,S%d,FELL,Ward %d\n", site%40, site%40, site, i)
	}}
	taken, problems, most := mostHeld(t, intake.Services(file, intake.Options{}))
	if taken != aMillion() || problems != 0 || most > few {
		t.Errorf("%d taken, %d problems, %d bytes held", taken, problems, most)
	}
}

func TestAMillionExperiencesInLittleMemory(t *testing.T) {
	file := &made{lines: aMillion(), line: func(i int) string {
		return fmt.Sprintf(`{"id":"%d","trustOds":"RZA","date":"2022-05-31","text":"The nurses listened to number %d."}`+"\n", i, i)
	}}
	taken, problems, most := mostHeld(t, intake.Experiences(file, intake.Options{Today: today}))
	if taken != aMillion() || problems != 0 || most > few {
		t.Errorf("%d taken, %d problems, %d bytes held", taken, problems, most)
	}
}

// A quotation mark that is never closed must not swallow the rest of the file, nor fill the memory.
func TestAnOpenQuoteInLittleMemory(t *testing.T) {
	file := &made{lines: 200_001, line: func(i int) string {
		switch i {
		case 0:
			return "id,trust,date,text\n"
		case 100_000:
			return "100000,RZA,2022-05-31,\"Kind\n"
		}
		return fmt.Sprintf("%d,RZA,2022-05-31,Kind\n", i)
	}}
	taken, problems, most := mostHeld(t, intake.Experiences(file, intake.Options{Today: today, MaxLine: 1 << 16}))
	if taken != 199_999 || problems != 1 || most > few {
		t.Errorf("%d taken, %d problems, %d bytes held", taken, problems, most)
	}
}

// A line without an end is dropped while it is read. Here all that is ever allocated counts.
func TestAnEndlessLineInLittleMemory(t *testing.T) {
	begin := told()
	file := io.MultiReader(bytes.NewReader([]byte(begin)), io.LimitReader(sameForEver('x'), 256<<20), bytes.NewReader([]byte("\n"+begin)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows, problems, err := read(intake.Experiences(file, intake.Options{Today: today}))
	runtime.ReadMemStats(&after)
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	oneProblem(t, problems, 2, intake.CodeLineTooLong)
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
}

type sameForEver byte

func (b sameForEver) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}
