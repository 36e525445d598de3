package intake

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
)

// WriteTo prints the report as a plain table that people can read.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%9s  taken\n", humanize.Comma(int64(r.Taken())))
	fmt.Fprintf(&out, "%9s  skipped\n", humanize.Comma(int64(r.SkippedRows())))
	writeReasons(&out, "Skipped, because", r.Skipped())
	writeReasons(&out, "Taken, but note", r.Noted())
	return out.WriteTo(w)
}

func writeReasons(out *bytes.Buffer, title string, reasons []Reason) {
	if len(reasons) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s:\n", title)
	for _, reason := range reasons {
		fmt.Fprintf(out, "%9s  %s: %s\n           %s\n", humanize.Comma(int64(reason.Count)), reason.Code, reason.Reason, reason.where())
	}
}

// where is “line 4”, or “lines 4, 7 and 120 more”.
func (r Reason) where() string {
	numbers := make([]string, len(r.Lines))
	for i, line := range r.Lines {
		numbers[i] = strconv.Itoa(line)
	}
	rest := r.Count - len(r.Lines)
	switch {
	case len(numbers) == 0:
		return plural(rest, "1 line", humanize.Comma(int64(rest))+" lines")
	case rest > 0:
		return "lines " + strings.Join(numbers, ", ") + " and " + humanize.Comma(int64(rest)) + " more"
	}
	return plural(len(numbers), "line ", "lines ") + list(numbers)
}
