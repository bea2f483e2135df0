// Package sentiment trains and measures the sentiment engine: it builds the lexicon, fits the network, over words and the evidence
// that the engine itself extracts, to what people and teachers say of texts, calibrates it on sources left out in turn, and writes
// both files where the engine embeds them.
//
// Normal use: go run ./infra/train sentiment -data ../shared/data -labels infra/train/sentiment/teacher. The same rows and labels give
// the same bytes. It never reads the development rows, nor the messages that are held back, to train.
//
// It refuses labels of other texts than those it has.
package sentiment

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// Where the engine embeds its files, from the root of the repository.
const (
	lexiconFile = "shared/insight/sentiment/lexicon/lexicon.bin"
	modelFile   = "shared/insight/sentiment/model/model.bin"
)

// heldOut are the sources that are left out in turn. Requests are not: their label is ours.
var heldOut = []string{"goemotions-train", "nhs-fft-1", "uci", "vader-amazon", "vader-tweets"}

// Run builds the lexicon and the model from the rows of dataDir, writes them, and reports to out.
func Run(ctx context.Context, dataDir, labelsDir string, out io.Writer) error {
	lexiconBytes, modelBytes, err := build(ctx, dataDir, labelsDir, out)
	if err != nil {
		return err
	}
	for path, content := range map[string][]byte{lexiconFile: lexiconBytes, modelFile: modelBytes} {
		if err := os.WriteFile(filepath.FromSlash(path), content, 0o644); err != nil { //nolint:gosec // a file of the repository
			return fmt.Errorf("write model: %w", err)
		}
	}
	found, err := measure(dataDir, lexicon.Parse(lexiconBytes), model.Parse(modelBytes))
	if err != nil {
		return err
	}
	found.print(out)
	return nil
}

// build returns the two files.
func build(ctx context.Context, dataDir, labelsDir string, out io.Writer) (lexiconBytes, modelBytes []byte, err error) {
	items, err := corpus(dataDir)
	if err != nil {
		return nil, nil, err
	}
	if lexiconBytes, err = buildLexicon(dataDir, countWords(items)); err != nil {
		return nil, nil, fmt.Errorf("build lexicon: %w", err)
	}
	c, err := learnable(items, labelsDir, lexicon.Parse(lexiconBytes), out)
	if err != nil {
		return nil, nil, err
	}
	held, networks, err := leaveOneOut(ctx, c, chosen, mindsSources)
	if err != nil {
		return nil, nil, err
	}
	divisor := temperature(held, heldOut)
	curve := satisfactionCurve(held, heldOut, divisor)
	rows, err := c.mindsOf(dataDir, networks, lexicon.Parse(lexiconBytes), divisor)
	if err != nil {
		return nil, nil, err
	}
	left := unseen(held, divisor)
	left.minds = unseenMinds(rows)
	left.print(out)
	weights := fitMinds(all(rows, ""))
	fmt.Fprintf(out, "temperature %.2f, satisfaction curve %.2f, weights of two minds %.2f\n", divisor, curve, weights)
	if modelBytes, err = c.parameters(c.fit(c.examples, chosen), divisor, curve, weights).Encode(); err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(out, "lexicon %d bytes, model %d bytes\n", len(lexiconBytes), len(modelBytes))
	return lexiconBytes, modelBytes, nil
}

// trainingSet is what a network learns from.
type trainingSet struct {
	examples []example
	words    map[uint64]int32 // the row of a word, by its hash
	rows     int
	counts   map[string]int // in how many places of the texts each word stands
}

func readCorpus(dataDir, labelsDir string, lex lexicon.Lexicon, out io.Writer) (*trainingSet, error) {
	items, err := corpus(dataDir)
	if err != nil {
		return nil, err
	}
	return learnable(items, labelsDir, lex, out)
}

func learnable(items []item, labelsDir string, lex lexicon.Lexicon, out io.Writer) (*trainingSet, error) {
	said, err := readLabels(labelsDir, seenByTeacher(items), out)
	if err != nil {
		return nil, err
	}
	counts := countWords(items)
	words, rows := vocabulary(counts)
	return &trainingSet{extract(lex, words, items, said), words, rows, counts}, nil
}

// uses returns in how many places of the texts the words of each row stand.
func (c *trainingSet) uses() []int {
	uses := make([]int, c.rows)
	for word, count := range c.counts {
		uses[c.words[text.Hash(word)]] += count
	}
	return uses
}

// fit returns a network that has learnt the examples, but for seldom words, which say what unknown ones say: nothing. Their texts
// teach the words around them, too; rows of their own are not worth the room that they take.
func (c *trainingSet) fit(examples []example, s settings) *network {
	n := fit(examples, c.rows, s)
	for row, uses := range c.uses() {
		if row > model.Who && uses < seldom {
			n.rows[row] = n.rows[model.Unknown]
		}
	}
	return n
}

// parameters returns what is encoded of a network, without seldom words. The rows of the words that texts use most come first, so that
// what is read most lies together.
func (c *trainingSet) parameters(n *network, temperature float64, curve [model.Knots]float64, minds model.Minds) *model.Parameters {
	uses := c.uses()
	var order []int32
	for row := range int32(c.rows) {
		if row <= model.Who || uses[row] >= seldom {
			order = append(order, row)
		}
	}
	slices.SortStableFunc(order[model.Who+1:], func(a, b int32) int { return cmp.Compare(uses[b], uses[a]) })
	p := &model.Parameters{
		Temperature: temperature, Satisfaction: curve, Minds: minds, Channels: n.channels, Out: n.out, Bias: n.bias, Negated: n.negated,
		Rows: make([][model.Width][model.Filters]float32, len(order)), Words: make(map[uint64]int32, len(c.words)),
	}
	place := make([]int32, c.rows)
	for to, row := range order {
		p.Rows[to], place[row] = n.rows[row], int32(to)
	}
	for hash, row := range c.words {
		if place[row] != model.Unknown {
			p.Words[hash] = place[row]
		}
	}
	return p
}
