// Package sentiment trains and measures the sentiment engine: it builds the lexicon, fits the linear model on the words,
// word pairs and evidence that the engine itself extracts, calibrates it on sources left out in turn, and writes both files
// where the engine embeds them.
//
// Normal use: go run ./infra/train sentiment -data ../shared/data. The same rows give the same bytes. It never reads the
// development rows to train or to choose.
package sentiment

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// Where the engine embeds its files, from the root of the repository.
const (
	lexiconFile = "shared/insight/sentiment/lexicon/lexicon.bin"
	modelFile   = "shared/insight/sentiment/model/model.bin"
)

// heldOut are the sources that are left out in turn. Requests are not: their label is ours.
var heldOut = []string{"goemotions-train", "nhs-fft-1", "uci", "vader-amazon", "vader-tweets"}

// Run builds the lexicon and the model from the rows of dataDir, writes them, and reports to out.
func Run(ctx context.Context, dataDir string, out io.Writer) error {
	lexiconBytes, modelBytes, err := build(ctx, dataDir, out)
	if err != nil {
		return err
	}
	for path, content := range map[string][]byte{lexiconFile: lexiconBytes, modelFile: modelBytes} {
		if err := os.WriteFile(filepath.FromSlash(path), content, 0o644); err != nil { //nolint:gosec // a file of the repository
			return fmt.Errorf("write model: %w", err)
		}
	}
	return measure(dataDir, lexicon.Parse(lexiconBytes), model.Parse(modelBytes), out)
}

// build returns the two files.
func build(ctx context.Context, dataDir string, out io.Writer) (lexiconBytes, modelBytes []byte, err error) {
	if lexiconBytes, err = buildLexicon(dataDir); err != nil {
		return nil, nil, fmt.Errorf("build lexicon: %w", err)
	}
	rows, err := trainingRows(dataDir)
	if err != nil {
		return nil, nil, err
	}
	examples := extract(lexicon.Parse(lexiconBytes), rows)
	held := leaveOneOut(examples, chosen, heldOut)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	divisor := temperature(held, heldOut)
	curve := satisfactionCurve(held, heldOut, divisor)
	report(out, held, divisor)
	fmt.Fprintf(out, "temperature %.2f, satisfaction curve %.2f\n", divisor, curve)
	modelBytes = fit(examples, chosen).encode(divisor, curve)
	fmt.Fprintf(out, "lexicon %d bytes, model %d bytes\n", len(lexiconBytes), len(modelBytes))
	return lexiconBytes, modelBytes, nil
}

// report prints how the sources fare that were left out.
func report(out io.Writer, held map[string][]judged, divisor float64) {
	mean := 0.0
	for _, source := range heldOut {
		var t tally
		for _, j := range held[source] {
			p := softmax(j.logits, divisor)
			best := 0
			for k := range p {
				if p[k] > p[best] {
					best = k
				}
			}
			t.add(j.label, best, p[best])
		}
		fmt.Fprintf(out, "left out %-17s rows %6d  accuracy %.3f  macro-F1 %.3f  ECE %.3f\n", source, t.rows(), t.accuracy(), t.macroF1(), t.calibrationError())
		mean += t.macroF1() / float64(len(heldOut))
	}
	fmt.Fprintf(out, "left out, mean macro-F1 %.3f\n", mean)
}
