package sentiment

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// family is a part of what the network learns from, which without takes away. It returns false for an example that goes.
type family struct {
	name    string
	without func(e *example) bool
}

func silence(channels ...evidence.Channel) func(*example) bool {
	return func(e *example) bool {
		for _, c := range channels {
			e.values[c] = 0
		}
		return true
	}
}

func fromSources(kinds ...string) func(*example) bool {
	return func(e *example) bool {
		kind, _, _ := strings.Cut(e.source, ":")
		for _, k := range kinds {
			if k == kind {
				return false
			}
		}
		return true
	}
}

var families = []family{
	{"nothing", func(*example) bool { return true }},
	{"the words and their order (the convolution)", func(e *example) bool {
		e.rows = make([]int32, len(e.rows)) // unknown, all of them
		return true
	}},
	{"valence of words and phrases, in all channels", silence(
		evidence.NoEvidence, evidence.Positive, evidence.Negative, evidence.AskedPositive, evidence.AskedNegative, evidence.PositiveCount, evidence.NegativeCount,
		evidence.PositiveMean, evidence.NegativeMean, evidence.PositiveStrong, evidence.NegativeStrong, evidence.PositiveLast, evidence.NegativeLast,
		evidence.PositiveFace, evidence.NegativeFace, evidence.NegatedPositive, evidence.NegatedNegative, evidence.PositiveExclaimed, evidence.NegativeExclaimed)},
	{"scopes of negation", func(e *example) bool {
		silence(evidence.NegatedPositive, evidence.NegatedNegative, evidence.Unmet)(e)
		e.negated = make([]bool, len(e.negated))
		return true
	}},
	{"questions", silence(evidence.AskedPositive, evidence.AskedNegative, evidence.Question)},
	{"exclamation marks and faces", silence(evidence.PositiveExclaimed, evidence.NegativeExclaimed, evidence.PositiveFace, evidence.NegativeFace)},
	{"requests without a person's label", fromSources("topics")},
	{"spans, altered texts and single words", fromSources("spans", "altered", "words")},
	{"seldom words in the places of common ones", fromSources("near")},
	{"our own sentences", fromSources("customer", "statements", "signs", "written")},
}

// ablationSources are left out in turn to see what a family is worth: one that the teacher never saw, and one unlike all others.
var ablationSources = []string{"uci", "vader-tweets"}

// Ablate trains without each family in turn and reports how sources fare that were left out.
func Ablate(ctx context.Context, dataDir, labelsDir string, out io.Writer) error {
	c, err := readCorpus(dataDir, labelsDir, lexicon.Embedded(), out)
	if err != nil {
		return err
	}
	for _, f := range families {
		if err := ablate(ctx, c, f, out); err != nil {
			return err
		}
	}
	if labelsDir == "" {
		return nil
	}
	people, err := readCorpus(dataDir, "", lexicon.Embedded(), out)
	if err != nil {
		return err
	}
	return ablate(ctx, people, family{"the teacher", families[0].without}, out)
}

func ablate(ctx context.Context, c *trainingSet, f family, out io.Writer) error {
	less := &trainingSet{words: c.words, rows: c.rows, counts: c.counts}
	for _, e := range c.examples {
		if f.without(&e) {
			less.examples = append(less.examples, e)
		}
	}
	held, _, err := leaveOneOut(ctx, less, chosen, ablationSources)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "without %-48s", f.name)
	mean := 0.0
	for _, source := range ablationSources {
		var t tally
		for _, j := range held[source] {
			p := softmax(j.logits, model.Embedded().Temperature())
			t.addScores(j.label, best(p), p)
		}
		fmt.Fprintf(out, "  %s %.3f", source, t.macroF1())
		mean += t.macroF1() / float64(len(ablationSources))
	}
	_, err = fmt.Fprintf(out, "  mean %.3f\n", mean)
	return err
}
