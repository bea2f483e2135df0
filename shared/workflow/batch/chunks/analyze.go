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

	rows     []rows.Row         // read and not yet analysed
	messages []analysis.Message // theirs
	line     []byte
}

// Analyze reads every row, writes its result or its rejection as a line of JSON and counts it. This is the one loop that
// all files go through, on a laptop and in the cloud.
func (w *Worker) Analyze(ctx context.Context, reader *rows.Reader, results, rejections io.Writer) (*tally.Delta, error) {
	var delta tally.Delta
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if more, err = w.read(reader, &delta, rejections); err != nil {
			return nil, fmt.Errorf("write rejection: %w", err)
		}
		if err = w.write(&delta, results); err != nil {
			return nil, fmt.Errorf("write result: %w", err)
		}
	}
	if err := reader.Err(); err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return &delta, nil
}

// aheadBytes is how much text is read before it is analysed, because records may be long.
const aheadBytes = 4 << 10

// read reads the rows that are analysed next, and reports whether there may be more. What is no row it writes and counts.
func (w *Worker) read(reader *rows.Reader, delta *tally.Delta, rejections io.Writer) (more bool, err error) {
	w.rows, w.messages = w.rows[:0], w.messages[:0]
	for bytes := 0; len(w.rows) < analysis.Stride && bytes < aheadBytes; {
		row, rejection := reader.Next()
		switch {
		case row != nil:
			kept := *row
			kept.Message.Attributes = nil // which the next row overwrites, and nobody asks for
			w.rows, w.messages = append(w.rows, kept), append(w.messages, kept.Message)
			bytes += len(kept.Message.Text)
		case rejection != nil:
			delta.AddRejection(rejection)
			w.line = append(rejection.AppendJSON(w.line[:0]), '\n')
			if _, err := rejections.Write(w.line); err != nil {
				return false, err
			}
		default:
			return false, nil
		}
	}
	return true, nil
}

// write analyses the rows that were read, and writes and counts their results.
func (w *Worker) write(delta *tally.Delta, results io.Writer) error {
	for i, result := range w.Analyzer.Each(w.messages, text.CodePoints) {
		result.Line = w.rows[i].Line
		delta.AddRow(&w.rows[i], result)
		w.line = append(result.AppendJSON(w.line[:0]), '\n')
		if _, err := results.Write(w.line); err != nil {
			return err
		}
	}
	return nil
}
