package sentiment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// cardFile is the model card, from the root of the repository. What stands between its marks is written by Card, the rest by hand.
const (
	cardFile  = "docs/models/sentiment.md"
	cardBegin = "<!-- figures: written by go run ./infra/train card -->\n"
	cardEnd   = "<!-- end of figures -->\n"
)

// Card does what Eval does, and writes the figures into the model card.
func Card(ctx context.Context, dataDir, labelsDir string, out io.Writer) error {
	found, unseen, err := assess(ctx, dataDir, labelsDir, out)
	if err != nil {
		return err
	}
	path := filepath.FromSlash(cardFile)
	card, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read model card: %w", err)
	}
	written, err := withFigures(string(card), found, unseen)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(written), 0o644); err != nil { //nolint:gosec // a file of the repository
		return fmt.Errorf("write model card: %w", err)
	}
	return nil
}

// assess measures the embedded engine and reports to out.
func assess(ctx context.Context, dataDir, labelsDir string, out io.Writer) (*development, *absent, error) {
	found, err := measure(dataDir, lexicon.Embedded(), model.Embedded())
	if err != nil {
		return nil, nil, err
	}
	found.print(out)
	c, err := readCorpus(dataDir, labelsDir, lexicon.Embedded(), out)
	if err != nil {
		return nil, nil, err
	}
	held, networks, err := leaveOneOut(ctx, c, chosen, mindsSources)
	if err != nil {
		return nil, nil, err
	}
	rows, err := c.mindsOf(dataDir, networks, lexicon.Embedded(), model.Embedded().Temperature())
	if err != nil {
		return nil, nil, err
	}
	left := unseen(held, model.Embedded().Temperature())
	left.minds = unseenMinds(rows)
	left.print(out)
	return found, left, nil
}

// withFigures returns the card with other figures between its marks.
func withFigures(card string, found *development, left *absent) (string, error) {
	before, rest, begun := strings.Cut(card, cardBegin)
	_, after, ended := strings.Cut(rest, cardEnd)
	if !begun || !ended {
		return "", errors.New("write model card: it lacks the marks of the figures")
	}
	var b strings.Builder
	b.WriteString(before + cardBegin + "\n")
	b.WriteString("| development source | rows | accuracy | macro-F1 | VADER, macro-F1 | F1 positive / negative / neutral | ECE | Brier |\n|---|--:|--:|--:|--:|---|--:|--:|\n")
	for _, g := range found.sources {
		fmt.Fprintf(&b, "| %s | %d | %s | **%s** | %s | %s | %s | %s |\n", g.name, g.label.rows(), short(g.label.accuracy()), short(g.label.macroF1()),
			short(g.vader.macroF1()), g.label.classes(), short(g.three.calibrationError()), short(g.three.brier()))
	}
	b.WriteString("\nWhat people said, to what the engine said:\n\n| development source | class | positive | negative | neutral | MIXED |\n|---|---|--:|--:|--:|--:|\n")
	for _, g := range found.sources {
		for k, said := range g.label.confusion {
			if _, _, _, rows := g.label.class(k); rows > 0 {
				fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d |\n", g.name, classNames[k], said[0], said[1], said[2], said[3])
			}
		}
	}
	b.WriteString(mindsTables(found.minds, left.minds))
	b.WriteString("\n| CheckList capability | rows | accuracy | VADER |\n|---|--:|--:|--:|\n")
	for _, g := range found.capabilities {
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", g.name, g.label.rows(), short(g.label.accuracy()), short(g.vader.accuracy()))
	}
	b.WriteString(gainTable(found.calibrated))
	b.WriteString("\n| left out of training | rows | accuracy | macro-F1 | F1 positive / negative / neutral | ECE | Brier |\n|---|--:|--:|--:|---|--:|--:|\n")
	for _, g := range left.sources {
		t := &g.label
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s | %s |\n", g.name, t.rows(), short(t.accuracy()), short(t.macroF1()), t.classes(), short(t.calibrationError()), short(t.brier()))
	}
	fmt.Fprintf(&b, "| mean | | | %s | | | |\n\n", short(left.mean()))
	b.WriteString(cardEnd + after)
	return b.String(), nil
}

// short writes a share with three digits and no zero before the point.
func short(v float64) string { return strings.TrimPrefix(fmt.Sprintf("%.3f", v), "0") }

// classes writes the F1 of each class, a dash where it has no rows.
func (t *tally) classes() string {
	var parts []string
	for k := range t.confusion {
		_, _, f1, rows := t.class(k)
		if rows == 0 {
			parts = append(parts, "-")
			continue
		}
		parts = append(parts, short(f1))
	}
	return strings.Join(parts, " / ")
}
