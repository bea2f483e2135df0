package chunks

import (
	"context"
	"fmt"
	"io"

	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// Worker analyses chunks, one after the other, and reuses what it needs for that.
type Worker struct {
	Analyzer analysis.Analyzer
	line     []byte
}

// Analyze reads every row, writes its result or its rejection as a line of JSON and counts it. This is the one loop that
// all files go through, on a laptop and in the cloud.
func (w *Worker) Analyze(ctx context.Context, reader *rows.Reader, results, rejections io.Writer) (*tally.Delta, error) {
	var delta tally.Delta
	for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out, name := results, "result"
		if row != nil {
			result := w.Analyzer.Analyze(row.Message, row.Line, text.CodePoints)
			delta.AddRow(row, result)
			w.line = result.AppendJSON(w.line[:0])
		} else {
			out, name = rejections, "rejection"
			delta.AddRejection(rejection)
			w.line = rejection.AppendJSON(w.line[:0])
		}
		w.line = append(w.line, '\n')
		if _, err := out.Write(w.line); err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
	}
	if err := reader.Err(); err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return &delta, nil
}
