package batch_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/workflow/batch"
)

// messages returns a CSV file of n rows as customers write them.
func messages(n int) string {
	var b strings.Builder
	b.WriteString("id,channel,segment,timestamp,text\n")
	for i := range n {
		fmt.Fprintf(&b, "m%d,chat,retail,2026-11-%02dT10:00:00Z,\"The parcel came late, and nobody answered my %d calls.\"\n", i, i%28+1, i%7)
	}
	return b.String()
}

func BenchmarkAnalyzeFile(b *testing.B) {
	const rows = 10_000
	data := messages(rows)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		summary, err := batch.AnalyzeFile(b.Context(), strings.NewReader(data), batch.FileOptions{}, io.Discard, io.Discard)
		if err != nil || summary.Results != rows {
			b.Fatalf("%d results, %v", summary.Results, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
