package sentiment

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jonreiter/govader"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
	"github.com/customerai/customerai/shared/insight/text"
)

// Eval measures the embedded engine on the development rows of dataDir, beside VADER on the same rows, and reports to out.
// It then leaves each training source out in turn.
func Eval(ctx context.Context, dataDir, labelsDir string, out io.Writer) error {
	_, _, err := assess(ctx, dataDir, labelsDir, out)
	return err
}

var predictedClass = map[sentiment.Label]int{
	sentiment.Positive: model.Positive, sentiment.Negative: model.Negative, sentiment.Neutral: model.Neutral, sentiment.Mixed: mixedClass,
}

// group is a set of rows: what the engine says of them, what it says when MIXED is left aside, and what VADER says.
type group struct {
	name                string
	label, three, vader tally
}

// development is what the engine makes of the development rows.
type development struct {
	sources, capabilities []*group // by name
	minds                 []*minds // by name
	calibrated            []gain
}

func groupOf(groups *[]*group, name string) *group {
	at, found := slices.BinarySearchFunc(*groups, name, func(g *group, name string) int { return cmp.Compare(g.name, name) })
	if !found {
		*groups = slices.Insert(*groups, at, &group{name: name})
	}
	return (*groups)[at]
}

func (f *development) mindsOf(name string) *minds {
	at, found := slices.BinarySearchFunc(f.minds, name, func(m *minds, name string) int { return cmp.Compare(m.name, name) })
	if !found {
		f.minds = slices.Insert(f.minds, at, &minds{name: name})
	}
	return f.minds[at]
}

// measure analyses the development rows. Of those that are positive, negative or neutral, MIXED counts as wrong in the label's
// figures; three-way is the likeliest of the other three.
func measure(dataDir string, lex lexicon.Lexicon, m model.Model) (*development, error) {
	rows, err := dataset.Read(filepath.Join(dataDir, "sentiment", "dev.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	heldBack, err := customerRows(heldBackTexts, "customers, held back")
	if err != nil {
		return nil, err
	}
	rows = append(rows, heldBack...)
	engine := sentiment.Engine{Lexicon: lex, Model: m}
	vader := govader.NewSentimentIntensityAnalyzer()
	var found development
	var d text.Document
	var r sentiment.Result
	samples := map[string][]priors.Sample{}
	for _, row := range rows {
		d.Reset(clean(row.Text))
		engine.Analyze(&d, &r)
		sample := priors.Sample{Scores: r.Scores, Label: sentiment.Label(strings.ToUpper(row.Label))}
		samples[sourceOf(row)] = append(samples[sourceOf(row)], sample)
		found.mindsOf(row.Source).add(r.Scores.Mixed, r.Label == sentiment.Mixed, row.Label == "mixed")
		gold, ok := labels[row.Label]
		if !ok {
			continue
		}
		p, said := threeWay(r.Scores), vaderClass(vader.PolarityScores(row.Text).Compound)
		groups := []*group{groupOf(&found.sources, row.Source)}
		if row.Test != "" {
			groups = append(groups, groupOf(&found.capabilities, row.Test))
		}
		for _, g := range groups {
			g.label.addScores(gold, predictedClass[r.Label], p)
			g.three.addScores(gold, best(p), p)
			g.vader.add(gold, said, 0)
		}
	}
	found.calibrated = gains(slices.Sorted(maps.Keys(samples)), samples)
	return &found, nil
}

// print writes the figures, a line a source and a line a class.
func (f *development) print(out io.Writer) {
	for _, g := range f.sources {
		fmt.Fprintf(out, "%-17s rows %5d  accuracy %.3f (VADER %.3f)  macro-F1 %.3f (three-way %.3f, VADER %.3f)  ECE %.3f  Brier %.3f\n", g.name, g.label.rows(),
			g.label.accuracy(), g.vader.accuracy(), g.label.macroF1(), g.three.macroF1(), g.vader.macroF1(), g.three.calibrationError(), g.three.brier())
		g.label.print(out)
	}
	for _, g := range f.capabilities {
		fmt.Fprintf(out, "capability %-66s rows %4d  accuracy %.3f (VADER %.3f)\n", g.name, g.label.rows(), g.label.accuracy(), g.vader.accuracy())
	}
	for _, m := range f.minds {
		m.print(out)
	}
	for _, g := range f.calibrated {
		g.print(out)
	}
}

// threeWay returns the probabilities of the classes, MIXED aside.
func threeWay(s sentiment.Scores) [model.Classes]float64 {
	rest := s.Positive + s.Negative + s.Neutral
	if rest <= 0 {
		return [model.Classes]float64{1. / 3, 1. / 3, 1. / 3}
	}
	return [model.Classes]float64{model.Positive: s.Positive / rest, model.Negative: s.Negative / rest, model.Neutral: s.Neutral / rest}
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
