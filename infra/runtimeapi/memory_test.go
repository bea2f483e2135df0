package runtimeapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/customerai/customerai/infra/runtimeapi"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/testkit/race"
)

// memoryForFiles is what the functions of files may have in memory at once, whatever is in a file.
const memoryForFiles = 128 << 20

const complaint = "The parcel for Maria Lopez came late, and nobody answered my calls to +44 20 7946 0958. "

func complaints(rows, times int) string {
	return "id,text\n" + strings.Repeat(`7,"`+strings.Repeat(complaint, times)+"\"\n", rows)
}

// A chunk of the shortest rows is as large as a chunk of the longest, within which a row takes a hundred times its bytes.
func TestNoFileTakesMuchMemoryOfTheFunctions(t *testing.T) {
	race.Skip(t, "is no part of the programs that are measured")
	h := newHouse(t)
	h.recorder = nil
	for name, content := range map[string]string{
		"short.csv":    complaints(90_000, 1),
		"long.csv":     complaints(16, 11_000),
		"long.csv.gz":  gzipped.String(complaints(16, 11_000)),
		"short.csv.gz": gzipped.String(complaints(90_000, 1)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s3.NewFromConfig(h.config, func(o *s3.Options) { o.UsePathStyle = true }).PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String(h.uploads), Key: aws.String("main/" + name), Body: strings.NewReader(content),
			})
			if err != nil {
				t.Fatal(err)
			}
			notification, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
				"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
				"s3": map[string]any{"bucket": map[string]any{"name": h.uploads}, "object": map[string]any{"key": "main/" + name, "size": len(content)}},
			}}})
			if err != nil {
				t.Fatal(err)
			}
			splitter, analyzer := serving(t, "split-batch", h.given("split-batch")), serving(t, "analyze-chunk", h.given("analyze-chunk"))
			wantNoFailures(t, invoke(t, splitter, message(t, "split-batch-dropped.json", string(notification))).Body)
			const chunks = 2 // of either kind of row
			for done := 0; done < chunks; {
				deliveries, err := h.chunks.Receive(t.Context(), chunks)
				if err != nil || len(deliveries) == 0 {
					t.Fatalf("%d chunks came, %v, want %d", done, err, chunks)
				}
				for _, d := range deliveries {
					wantNoFailures(t, invoke(t, analyzer, message(t, "analyze-chunk-csv.json", d.Body)).Body)
					if err := h.chunks.Delete(t.Context(), d.Receipt); err != nil {
						t.Fatal(err)
					}
					done++
				}
			}
			for function, p := range map[string]*runtimeapi.Process{"split-batch": splitter, "analyze-chunk": analyzer} {
				memory := resident(t, p)
				t.Logf("%s: %d MB", function, memory>>20)
				if memory > memoryForFiles {
					t.Errorf("%s: %d MB were in memory at once, want at most %d", function, memory>>20, memoryForFiles>>20)
				}
			}
		})
	}
}
