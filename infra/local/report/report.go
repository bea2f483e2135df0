// Package report shows a person what an analysis found, on a terminal.
//
// Normal use:
//
//	report.Write(os.Stdout, report.Run{Name: "messages.csv", Summary: summary, Elapsed: elapsed, Cores: 2})
//
// It refuses to show a message: counts, names of topics and types, and reasons are all it knows.
package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// Run is one analysis of one file.
type Run struct {
	Name    string
	Summary tally.Summary
	Elapsed time.Duration // 0: not measured now, and no rate is shown
	Cores   int
}

// most is how many topics, types and reasons are listed.
const most = 8

// Write writes the report. The error is the writer's.
func Write(w io.Writer, run Run) error {
	s := run.Summary
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s rows, %s analysed, %s rejected\n", run.Name, Count(s.Rows), Count(s.Results), Count(s.Rejected))
	if run.Elapsed > 0 {
		rate := float64(s.Rows) / run.Elapsed.Seconds()
		fmt.Fprintf(&b, "%s messages/s on %d cores, %.2f s in all\n", Count(int64(rate)), run.Cores, run.Elapsed.Seconds())
	}
	if s.Results > 0 {
		writeSentiment(&b, s)
		writeTopics(&b, s)
		writePII(&b, s)
	}
	writeRejections(&b, s)
	_, err := io.WriteString(w, b.String())
	return err
}

func writeSentiment(b *strings.Builder, s tally.Summary) {
	fmt.Fprintf(b, "\nSentiment   (mean satisfaction %.1f of 10)\n", s.Satisfaction.Mean)
	for _, row := range []struct {
		label string
		count int64
	}{
		{"positive", s.Sentiment.Positive},
		{"negative", s.Sentiment.Negative},
		{"neutral", s.Sentiment.Neutral},
		{"mixed", s.Sentiment.Mixed},
	} {
		share := float64(row.count) / float64(s.Results)
		fmt.Fprintf(b, "  %-9s %7s  %3.0f %%  %s\n", row.label, Count(row.count), share*100, strings.Repeat("█", int(share*barWidth+0.5)))
	}
}

func writeTopics(b *strings.Builder, s tally.Summary) {
	b.WriteString("\nTopics   (mean sentiment from -1 to 1)\n")
	columns(b, len(s.Topics), "topics", func(i int) []string {
		t := s.Topics[i]
		return []string{t.Name, Count(t.Count), fmt.Sprintf("%+.2f", t.Sentiment)}
	})
}

func writePII(b *strings.Builder, s tally.Summary) {
	b.WriteString("\nPersonal data found and replaced\n")
	columns(b, len(s.PII), "types", func(i int) []string { return []string{s.PII[i].Type, Count(s.PII[i].Count)} })
}

func writeRejections(b *strings.Builder, s tally.Summary) {
	if s.Rejected == 0 {
		return
	}
	b.WriteString("\nRejected rows\n")
	columns(b, len(s.Rejections), "reasons", func(i int) []string {
		r := s.Rejections[i]
		return []string{Count(r.Count), r.Field, r.Message}
	})
}

// columns writes the first rows of a list, aligned, and says how many it leaves out.
func columns(b *strings.Builder, n int, what string, row func(int) []string) {
	if n == 0 {
		b.WriteString("  none\n")
		return
	}
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for i := range min(n, most) {
		// A strings.Builder takes everything, and so does the table over it.
		_, _ = fmt.Fprintln(table, "  "+strings.Join(row(i), "\t"))
	}
	_ = table.Flush()
	if n > most {
		fmt.Fprintf(b, "  and %d more %s\n", n-most, what)
	}
}
