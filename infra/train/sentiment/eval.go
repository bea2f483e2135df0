package sentiment

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/jonreiter/govader"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// Eval measures the embedded engine on the development rows of dataDir, beside VADER on the same rows, and reports to out.
// It then leaves each training source out in turn.
func Eval(ctx context.Context, dataDir string, out io.Writer) error {
	if err := measure(dataDir, lexicon.Embedded(), model.Embedded(), out); err != nil {
		return err
	}
	rows, err := trainingRows(dataDir)
	if err != nil {
		return err
	}
	held := leaveOneOut(extract(lexicon.Embedded(), rows), chosen, heldOut)
	report(out, held, model.Embedded().Temperature())
	return ctx.Err()
}

var predictedClass = map[sentiment.Label]int{
	sentiment.Positive: model.Positive, sentiment.Negative: model.Negative, sentiment.Neutral: model.Neutral, sentiment.Mixed: mixedClass,
}

// measure reports on the development rows that are positive, negative or neutral. MIXED counts as wrong in the label's
// figures; three-way is the likeliest of the other three.
func measure(dataDir string, lex lexicon.Lexicon, m model.Model, out io.Writer) error {
	rows, err := dataset.Read(filepath.Join(dataDir, "sentiment", "dev.jsonl.gz"))
	if err != nil {
		return err
	}
	engine := sentiment.Engine{Lexicon: lex, Model: m}
	vader := govader.NewSentimentIntensityAnalyzer()
	type tallies struct{ label, three, vader tally }
	bySource := map[string]*tallies{}
	var d text.Document
	var r sentiment.Result
	for _, row := range rows {
		gold, ok := labels[row.Label]
		if !ok {
			continue
		}
		t := bySource[row.Source]
		if t == nil {
			t = &tallies{}
			bySource[row.Source] = t
		}
		d.Reset(clean(row.Text))
		engine.Analyze(&d, &r)
		t.label.add(gold, predictedClass[r.Label], max(r.Scores.Positive, r.Scores.Negative, r.Scores.Neutral, r.Scores.Mixed))
		t.three.add(gold, threeWay(r.Scores), 0)
		t.vader.add(gold, vaderClass(vader.PolarityScores(row.Text).Compound), 0)
	}
	for _, source := range slices.Sorted(maps.Keys(bySource)) {
		t := bySource[source]
		fmt.Fprintf(out, "%-17s rows %5d  accuracy %.3f  macro-F1 %.3f (three-way %.3f, VADER %.3f)  ECE %.3f\n", source, t.label.rows(),
			t.label.accuracy(), t.label.macroF1(), t.three.macroF1(), t.vader.macroF1(), t.label.calibrationError())
		t.label.print(out)
	}
	return nil
}

func threeWay(s sentiment.Scores) int {
	switch {
	case s.Positive > max(s.Negative, s.Neutral):
		return model.Positive
	case s.Negative > s.Neutral:
		return model.Negative
	}
	return model.Neutral
}

// vaderClass reads VADER's compound score by the thresholds its authors recommend.
func vaderClass(compound float64) int {
	switch {
	case compound >= 0.05:
		return model.Positive
	case compound <= -0.05:
		return model.Negative
	}
	return model.Neutral
}
