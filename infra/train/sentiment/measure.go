package sentiment

import (
	"fmt"
	"io"
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

var classNames = [...]string{"positive", "negative", "neutral", "mixed"}

const mixedClass = model.Classes

// tally counts predictions: the columns have a fourth class, mixed, that is always wrong here.
type tally struct {
	confusion [model.Classes][model.Classes + 1]int
	bins      [10]struct {
		n, right   int
		confidence float64
	}
	squares float64 // of the gaps between probabilities and truth
}

func (t *tally) add(gold, predicted int, confidence float64) {
	t.confusion[gold][predicted]++
	b := &t.bins[min(int(confidence*10), 9)]
	b.n++
	b.confidence += confidence
	if gold == predicted {
		b.right++
	}
}

// addScores counts a row with the probabilities of the classes, and adds their squared gaps to the truth.
func (t *tally) addScores(gold, predicted int, p [model.Classes]float64) {
	t.add(gold, predicted, p[best(p)])
	for k := range p {
		truth := 0.0
		if k == gold {
			truth = 1
		}
		t.squares += (p[k] - truth) * (p[k] - truth)
	}
}

// best returns the likeliest class.
func best(p [model.Classes]float64) int {
	top := 0
	for k := range p {
		if p[k] > p[top] {
			top = k
		}
	}
	return top
}

// brier is the mean squared gap between probabilities and truth, summed over the classes: 0 is best, 2 worst.
func (t *tally) brier() float64 { return t.squares / float64(t.rows()) }

func (t *tally) rows() (n int) {
	for _, row := range t.confusion {
		for _, count := range row {
			n += count
		}
	}
	return n
}

func (t *tally) accuracy() float64 {
	right := 0
	for k := range t.confusion {
		right += t.confusion[k][k]
	}
	return float64(right) / float64(t.rows())
}

// class returns precision, recall and F1 of a class and how many rows it has.
func (t *tally) class(k int) (precision, recall, f1 float64, rows int) {
	predicted := 0
	for gold := range t.confusion {
		predicted += t.confusion[gold][k]
	}
	for _, n := range t.confusion[k] {
		rows += n
	}
	right := float64(t.confusion[k][k])
	if predicted > 0 {
		precision = right / float64(predicted)
	}
	if rows > 0 {
		recall = right / float64(rows)
	}
	if precision+recall > 0 {
		f1 = 2 * precision * recall / (precision + recall)
	}
	return precision, recall, f1, rows
}

// macroF1 is the mean F1 of the classes that the rows have.
func (t *tally) macroF1() float64 {
	sum, n := 0.0, 0
	for k := range t.confusion {
		if _, _, f1, rows := t.class(k); rows > 0 {
			sum += f1
			n++
		}
	}
	return sum / float64(n)
}

// calibrationError is the expected gap between confidence and accuracy over ten bins.
func (t *tally) calibrationError() float64 {
	gap := 0.0
	for _, b := range t.bins {
		if b.n > 0 {
			gap += math.Abs(float64(b.right) - b.confidence)
		}
	}
	return gap / float64(t.rows())
}

func (t *tally) print(out io.Writer) {
	for k := range t.confusion {
		if p, r, f1, rows := t.class(k); rows > 0 {
			fmt.Fprintf(out, "    %-9s P %.3f R %.3f F1 %.3f  said positive %d, negative %d, neutral %d, mixed %d\n", classNames[k], p, r, f1,
				t.confusion[k][0], t.confusion[k][1], t.confusion[k][2], t.confusion[k][mixedClass])
		}
	}
}
