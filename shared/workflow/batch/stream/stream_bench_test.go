package stream_test

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/stream"
)

// BenchmarkAnalyze takes messages from the bytes of their rows to the bytes of their results, on one core. One message again
// and again would be read from the nearest cache, with every branch foreseen; its files are
//
//   - the sample file, sixteen times over: 574 messages that can be read, of 99 bytes on average, as CSV and as JSON Lines;
//   - 10,000 messages of 105 to 135 bytes, 119 on average, none of which comes twice: sentences of the sample file, put together
//     by lot. Their words are the sample's, so that they are alike as the messages of one company are.
func BenchmarkAnalyze(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	sample, err := os.ReadFile("../../../../infra/local/sample/messages.csv")
	if err != nil {
		b.Fatal(err)
	}
	header := bytes.IndexByte(sample, '\n') + 1
	messages := read(b, sample)
	for _, file := range []struct {
		name, format string
		content      []byte
	}{
		{"CSV", "CSV", slices.Concat(sample[:header], bytes.Repeat(sample[header:], 16))},
		{"JSONL", "JSONL", bytes.Repeat(objects(b, messages), 16)},
		{"distinct", "JSONL", objects(b, distinct(messages))},
	} {
		b.Run(file.name, func(b *testing.B) {
			b.SetBytes(int64(len(file.content)))
			b.ReportAllocs()
			results := int64(0)
			for b.Loop() {
				summary, err := stream.Analyze(b.Context(), bytes.NewReader(file.content), stream.Options{Name: file.format, Workers: 1}, io.Discard, io.Discard)
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

// read returns the messages of a CSV file.
func read(b *testing.B, file []byte) (messages []analysis.Message) {
	scanner := rows.NewScanner(bytes.NewReader(file), rows.CSV, rows.Start{Line: 1})
	columns, err := rows.ReadHeader(scanner)
	if err != nil {
		b.Fatal(err)
	}
	start := scanner.Position()
	reader := rows.NewReader(bytes.NewReader(file[start.Offset:]), rows.Layout{Format: rows.CSV, Columns: columns}, start)
	for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() {
		if row != nil {
			messages = append(messages, row.Message)
		}
	}
	return messages
}

// distinct returns messages of the sentences of others, of 105 to 135 bytes, none of which is like another.
func distinct(from []analysis.Message) []analysis.Message {
	var sentences []string
	for _, m := range from {
		sentences = append(sentences, regexp.MustCompile(`\S[^.!?\n]*[.!?\n]+`).FindAllString(m.Text, -1)...)
	}
	lot := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	var messages []analysis.Message
	for len(messages) < 10_000 {
		text := ""
		for len(text) < 105 {
			text = strings.TrimSpace(text + " " + sentences[lot.IntN(len(sentences))])
		}
		if len(text) > 135 || seen[text] {
			continue
		}
		seen[text] = true
		m := from[len(messages)%len(from)]
		m.ID, m.Text = strconv.Itoa(len(messages)), text
		messages = append(messages, m)
	}
	return messages
}

// objects returns messages as JSON Lines.
func objects(b *testing.B, messages []analysis.Message) []byte {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, m := range messages {
		if err := encoder.Encode(map[string]string{
			"id": m.ID, "timestamp": m.Timestamp, "channel": m.Channel, "segment": m.Segment, "language": m.Language, "text": m.Text,
		}); err != nil {
			b.Fatal(err)
		}
	}
	return lines.Bytes()
}
