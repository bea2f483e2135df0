package sentiment

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
)

// What a customer gains that calibrates: offsets are fitted to fittedRows rows of a source, drawn at random, and measured on
// the others, again and again.
const (
	fittedRows = 300
	draws      = 20
)

// mix is how often a customer's messages are of the labels. No shares: as often as a source's.
type mix struct {
	name                        string
	positive, negative, neutral float64
}

var mixes = []mix{
	{name: "as it is"},
	{"seven in ten neutral", 0.15, 0.15, 0.7},
	{"six in ten negative", 0.1, 0.6, 0.3},
}

// of returns the first rows of each label, as many as the mix wants.
func (m mix) of(samples []priors.Sample) []priors.Sample {
	shares := map[sentiment.Label]float64{sentiment.Positive: m.positive, sentiment.Negative: m.negative, sentiment.Neutral: m.neutral}
	if m == (mix{name: m.name}) {
		return slices.Clone(samples)
	}
	byLabel := map[sentiment.Label][]priors.Sample{}
	for _, s := range samples {
		byLabel[s.Label] = append(byLabel[s.Label], s)
	}
	total := float64(len(samples))
	for label, share := range shares {
		total = min(total, float64(len(byLabel[label]))/share)
	}
	var mixed []priors.Sample
	for _, label := range []sentiment.Label{sentiment.Positive, sentiment.Negative, sentiment.Neutral} {
		mixed = append(mixed, byLabel[label][:int(total*shares[label])]...)
	}
	return mixed
}

// gain is what calibration does to the rows that it was not fitted to, in the mean.
type gain struct {
	source, mix   string
	before, after priors.Figures
}

// gains measures every source with every mix that has at least as many rows left to measure as are fitted to.
func gains(sources []string, samples map[string][]priors.Sample) []gain {
	var found []gain
	for _, source := range sources {
		for _, m := range mixes {
			rows := m.of(samples[source])
			if len(rows) < 2*fittedRows {
				continue
			}
			g := gain{source: source, mix: m.name}
			for draw := range uint64(draws) {
				random := rand.New(rand.NewPCG(draw, 1)) //nolint:gosec // the same draws each time
				random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
				o := priors.Fit(rows[:fittedRows])
				add(&g.before, priors.Measure(rows[fittedRows:], sentiment.Offsets{}))
				add(&g.after, priors.Measure(rows[fittedRows:], o))
			}
			found = append(found, g)
		}
	}
	return found
}

// add adds one draw's share of the mean.
func add(mean *priors.Figures, f priors.Figures) {
	mean.Rows = f.Rows
	mean.Accuracy += f.Accuracy / draws
	mean.MacroF1 += f.MacroF1 / draws
	mean.ECE += f.ECE / draws
}

func (g gain) print(out io.Writer) {
	fmt.Fprintf(out, "calibrated to %d rows %-15s %-20s rows %5d  accuracy %.3f > %.3f  macro-F1 %.3f > %.3f  ECE %.3f > %.3f\n", fittedRows, g.source, g.mix,
		g.before.Rows, g.before.Accuracy, g.after.Accuracy, g.before.MacroF1, g.after.MacroF1, g.before.ECE, g.after.ECE)
}

// gainTable is the card's.
func gainTable(found []gain) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| calibrated to %d rows of | labels | measured on | accuracy | macro-F1 | ECE |\n|---|---|--:|--:|--:|--:|\n", fittedRows)
	for _, g := range found {
		fmt.Fprintf(&b, "| %s | %s | %d | %s > %s | %s > %s | %s > %s |\n", g.source, g.mix, g.before.Rows, short(g.before.Accuracy), short(g.after.Accuracy),
			short(g.before.MacroF1), short(g.after.MacroF1), short(g.before.ECE), short(g.after.ECE))
	}
	return b.String()
}
