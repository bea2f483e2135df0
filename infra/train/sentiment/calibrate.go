package sentiment

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// judged is a row with the logits of a model that has not seen its source.
type judged struct {
	*example
	logits [model.Classes]float64
}

// leaveOneOut trains without each source in turn, and what was made of its texts, and judges its rows. It returns the networks, too.
func leaveOneOut(ctx context.Context, c *trainingSet, s settings, sources []string) (map[string][]judged, map[string]*network, error) {
	out, networks := map[string][]judged{}, map[string]*network{}
	for _, source := range sources {
		var rest []example
		for _, e := range c.examples {
			if !madeOf(e.source, source) {
				rest = append(rest, e)
			}
		}
		n := c.fit(rest, s)
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		networks[source] = n
		var p pass
		for i := range c.examples {
			if e := &c.examples[i]; e.source == source {
				n.read(e, e.rows, &p)
				out[source] = append(out[source], judged{e, p.logits})
			}
		}
	}
	return out, networks, nil
}

// unseen counts what was made of sources that were left out, by source.
func unseen(held map[string][]judged, temperature float64) *absent {
	var found absent
	for _, source := range heldOut {
		g := &group{name: source}
		for _, j := range held[source] {
			p := softmax(j.logits, temperature)
			g.label.addScores(j.label, best(p), p)
		}
		found.sources = append(found.sources, g)
	}
	return &found
}

// absent is how sources fare that were left out.
type absent struct {
	sources []*group
	minds   []*minds
}

func (a *absent) mean() float64 {
	sum := 0.0
	for _, g := range a.sources {
		sum += g.label.macroF1()
	}
	return sum / float64(len(a.sources))
}

func (a *absent) print(out io.Writer) {
	for _, g := range a.sources {
		t := &g.label
		fmt.Fprintf(out, "left out %-17s rows %6d  accuracy %.3f  macro-F1 %.3f  ECE %.3f  Brier %.3f\n", g.name, t.rows(), t.accuracy(), t.macroF1(), t.calibrationError(), t.brier())
		t.print(out)
	}
	fmt.Fprintf(out, "left out, mean macro-F1 %.3f\n", a.mean())
	for _, m := range a.minds {
		m.print(out)
	}
}

// temperature returns the divisor of the logits under which unseen sources are least surprising, each source counting alike.
func temperature(held map[string][]judged, sources []string) float64 {
	surprise := func(t float64) float64 {
		sum := 0.0
		for _, source := range sources {
			for _, j := range held[source] {
				sum -= math.Log(softmax(j.logits, t)[j.label]+1e-12) / float64(len(held[source]))
			}
		}
		return sum
	}
	best, least := 1.0, math.Inf(1)
	for t := 0.3; t < 3; t += 0.02 {
		if v := surprise(t); v < least {
			best, least = t, v
		}
	}
	return best
}

// farthest is the mean human rating, on the scale -4 to 4, that counts as wholly satisfied or dissatisfied: beyond it lie
// about two in a hundred of the rated messages.
const farthest = 3

// satisfactionCurve fits the mean human rating of unseen rows to their valence, made monotone by pooling neighbours that
// are out of order, and maps -farthest..farthest to 1..10.
func satisfactionCurve(held map[string][]judged, sources []string, temperature float64) (curve [model.Knots]float64) {
	var sums, counts [model.Knots]float64
	for _, source := range sources {
		for _, j := range held[source] {
			if !j.rated {
				continue
			}
			p := softmax(j.logits, temperature)
			at := (p[model.Positive] - p[model.Negative] + 1) / 2 * (model.Knots - 1)
			left := min(int(at), model.Knots-2)
			share := at - float64(left)
			sums[left] += (1 - share) * j.rating
			counts[left] += 1 - share
			sums[left+1] += share * j.rating
			counts[left+1] += share
		}
	}
	type block struct {
		sum, count float64
		knots      int
	}
	var blocks []block
	for k := range sums {
		blocks = append(blocks, block{sums[k], counts[k] + 1e-9, 1})
		for n := len(blocks); n > 1 && blocks[n-2].sum/blocks[n-2].count >= blocks[n-1].sum/blocks[n-1].count; n = len(blocks) {
			blocks[n-2].sum += blocks[n-1].sum
			blocks[n-2].count += blocks[n-1].count
			blocks[n-2].knots += blocks[n-1].knots
			blocks = blocks[:n-1]
		}
	}
	k := 0
	for _, b := range blocks {
		for range b.knots {
			curve[k] = min(max(5.5+4.5*b.sum/b.count/farthest, 1), 10)
			k++
		}
	}
	return curve
}
