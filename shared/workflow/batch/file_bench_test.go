package batch_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// BenchmarkAnalyzeFile takes the messages of the sample file from the bytes of their rows to the bytes of their results, on one
// core. One message again and again would be read from the nearest cache, with every branch foreseen.
func BenchmarkAnalyzeFile(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	sample, err := os.ReadFile("../../../infra/local/sample/messages.csv")
	if err != nil {
		b.Fatal(err)
	}
	header := bytes.IndexByte(sample, '\n') + 1
	for name, file := range map[string][]byte{
		"CSV":   slices.Concat(sample[:header], bytes.Repeat(sample[header:], 16)),
		"JSONL": bytes.Repeat(objects(b, sample), 16),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			results := int64(0)
			for b.Loop() {
				summary, err := batch.AnalyzeFile(b.Context(), bytes.NewReader(file), batch.FileOptions{Name: name, Workers: 1}, io.Discard, io.Discard)
				if err != nil || summary.Results == 0 {
					b.Fatalf("%d results, %v", summary.Results, err)
				}
				results += summary.Results
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(results), "ns/row")
			b.ReportMetric(float64(results)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// objects returns the rows of a CSV file as JSON Lines.
func objects(b *testing.B, file []byte) []byte {
	scanner := rows.NewScanner(bytes.NewReader(file), rows.CSV, rows.Start{Line: 1})
	columns, err := rows.ReadHeader(scanner)
	if err != nil {
		b.Fatal(err)
	}
	start := scanner.Position()
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	reader := rows.NewReader(bytes.NewReader(file[start.Offset:]), rows.Layout{Format: rows.CSV, Columns: columns}, start)
	for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() {
		if row == nil {
			continue
		}
		m := row.Message
		if err := encoder.Encode(map[string]string{
			"id": m.ID, "timestamp": m.Timestamp, "channel": m.Channel, "segment": m.Segment, "language": m.Language, "text": m.Text,
		}); err != nil {
			b.Fatal(err)
		}
	}
	return lines.Bytes()
}
