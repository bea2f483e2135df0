package pii

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/text"
)

// ordinary are messages in which next to nothing is personal, by file and source. Nothing is trained on them. A message
// whose publisher took a name out is not counted.
var ordinary = []struct{ file, source string }{
	{filepath.Join("topics", "banking77_test.jsonl.gz"), "banking77"},
	{filepath.Join("topics", "bitext_val.jsonl.gz"), "bitext"},
	{filepath.Join("topics", "clinc150_val.jsonl.gz"), "clinc150"},
	{filepath.Join("sentiment", "dev.jsonl.gz"), "nhs-fft-6-nhft"},
	{filepath.Join("sentiment", "dev.jsonl.gz"), "uci-amazon"},
	{filepath.Join("sentiment", "dev.jsonl.gz"), "uci-yelp"},
	{filepath.Join("sentiment", "dev.jsonl.gz"), "goemotions-dev"},
}

// noise prints what is found in ordinary messages, by kind, for each thousand of them. Some of it is there: customers name
// countries that they travel to, and reviews name people and towns.
func noise(ctx context.Context, dataDir string, out io.Writer) error {
	for _, o := range ordinary {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows, err := dataset.Read(filepath.Join(dataDir, o.file))
		if err != nil {
			return err
		}
		var doc text.Document
		var found []pii.Entity
		counts, touched, messages := map[pii.Type]int{}, 0, 0
		for _, row := range rows {
			if row.Source != o.source || strings.Contains(row.Text, "[NAME]") {
				continue
			}
			messages++
			doc.Reset(row.Text)
			if found = detect.Entities(&doc, found); len(found) > 0 {
				touched++
			}
			for _, e := range found {
				counts[e.Type]++
			}
		}
		perThousand := func(n int) float64 { return 1000 * ratio(n, messages) }
		var line strings.Builder
		fmt.Fprintf(&line, "%-16s %5d messages, of 1,000 touched %5.1f:", o.source, messages, perThousand(touched))
		for _, t := range slices.Sorted(maps.Keys(counts)) {
			fmt.Fprintf(&line, " %s %.1f", t, perThousand(counts[t]))
		}
		if _, err := io.WriteString(out, line.String()+"\n"); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, "\n")
	return err
}
