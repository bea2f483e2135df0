package stream_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
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
//     by lot. Their words are the sample's, so that they are alike as the messages of one company are; but most praise one thing and
//     complain of another, which costs more than messages do that say one thing;
//   - the messages of that length that people wrote, of the data that the engines were trained on, where it is there: 119 bytes on average.
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
		{"people", "JSONL", objects(b, people(b, messages))},
	} {
		b.Run(file.name, func(b *testing.B) {
			if len(file.content) == 0 {
				b.Skip("the texts are not beside the repository (../shared/data)")
			}
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
	with := texts{from: from, seen: map[string]bool{}}
	for len(with.messages) < 10_000 {
		text := ""
		for len(text) < 105 {
			text = strings.TrimSpace(text + " " + sentences[lot.IntN(len(sentences))])
		}
		with.add(text)
	}
	return with.messages
}

// people returns the messages of 105 to 135 bytes that people wrote, or none.
func people(b *testing.B, from []analysis.Message) []analysis.Message {
	with := texts{from: from, seen: map[string]bool{}}
	for _, name := range []string{"sentiment/train", "sentiment/dev", "topics/banking77_train", "topics/banking77_test", "topics/clinc150_train"} {
		file, err := os.ReadFile("../../../../../shared/data/" + name + ".jsonl.gz")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			b.Fatal(err)
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(file))
		if err != nil {
			b.Fatal(err)
		}
		for rows := json.NewDecoder(unpacked); ; {
			var row struct{ Text string }
			if err := rows.Decode(&row); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			with.add(row.Text)
		}
	}
	return with.messages
}

// texts makes messages of texts.
type texts struct {
	from     []analysis.Message // what is not text
	seen     map[string]bool
	messages []analysis.Message
}

// add adds a message of 105 to 135 bytes that was not seen before.
func (t *texts) add(text string) {
	if len(text) < 105 || len(text) > 135 || t.seen[text] {
		return
	}
	t.seen[text] = true
	m := t.from[len(t.messages)%len(t.from)]
	m.ID, m.Text = strconv.Itoa(len(t.messages)), text
	t.messages = append(t.messages, m)
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
