package rows_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

var benchmarks = []struct {
	name   string
	layout rows.Layout
	record string
}{
	{
		"CSV plain",
		rows.Layout{Format: rows.CSV, Columns: []string{"id", "channel", "timestamp", "text"}},
		"m-1,chat,2026-11-24T10:00:00Z,The parcel came late and nobody answered any of my seven calls about it.\n",
	},
	{
		"CSV quoted",
		rows.Layout{Format: rows.CSV, Columns: []string{"id", "channel", "timestamp", "text"}},
		"m-1,\"chat\",2026-11-24T10:00:00Z,\"The parcel came late,\nand nobody \"\"answered\"\" any of my seven calls about it.\"\n",
	},
	{
		"JSONL",
		rows.Layout{Format: rows.JSONL},
		`{"id":"m-1","channel":"chat","timestamp":"2026-11-24T10:00:00Z","text":"The parcel came late and nobody answered my calls."}` + "\n",
	},
}

func BenchmarkReader(b *testing.B) {
	for _, test := range benchmarks {
		data := []byte(strings.Repeat(test.record, 10_000))
		b.Run(test.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				reader := rows.NewReader(bytes.NewReader(data), test.layout, rows.Start{Line: 1})
				n := 0
				for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() {
					n++
					if rejection != nil {
						b.Fatal(rejection.Code)
					}
				}
				if n != 10_000 {
					b.Fatalf("%d rows", n)
				}
			}
		})
	}
}

func BenchmarkScanner(b *testing.B) {
	for _, test := range benchmarks {
		data := []byte(strings.Repeat(test.record, 10_000))
		b.Run(test.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				scanner := rows.NewScanner(bytes.NewReader(data), test.layout.Format, rows.Start{Line: 1})
				for scanner.Scan() {
				}
			}
		})
	}
}
