package topics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

const (
	cardFile = "docs/models/topics.md"
	begin    = "<!-- figures: written by `go run ./infra/train topics-card` -->\n"
	end      = "<!-- end of figures -->\n"
)

// figure is the line of one set in what the evaluation prints.
var figure = regexp.MustCompile(`(?m)^(.+): (\d+) rows, top-1 ([.\d]+) \(([.\d]+) with topics that may hold\), macro-F1 ([.\d]+)` +
	`(?:, out of scope taken for a topic ([.\d]+) of (\d+))?, in scope refused ([.\d]+) of (\d+)$`)

// WriteCard puts the figures of a file that holds what training and evaluation printed into the model card of the source tree
// that it is run in, so that nobody has to copy them.
func WriteCard(_ context.Context, figuresFile string, out io.Writer) error {
	figures, err := os.ReadFile(figuresFile)
	if err != nil {
		return err
	}
	card, err := os.ReadFile(cardFile)
	if err != nil {
		return fmt.Errorf("run from the repository's root: %w", err)
	}
	written, err := fillCard(string(card), string(figures))
	if err != nil {
		return err
	}
	if err := os.WriteFile(cardFile, []byte(written), 0o644); err != nil { //nolint:gosec // a source file, readable by all
		return fmt.Errorf("write the model card: %w", err)
	}
	_, err = fmt.Fprintf(out, "topics: %s has the figures of %s\n", cardFile, figuresFile)
	return err
}

// fillCard returns the card with the figures in the place of those it had.
func fillCard(card, figures string) (string, error) {
	before, rest, found := strings.Cut(card, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", errors.New("the model card has no place for figures")
	}
	var b strings.Builder
	b.WriteString(before + begin)
	b.WriteString("| set | rows | top-1 | macro-F1 | in scope refused | out of scope taken for a topic |\n|---|--:|--:|--:|--:|--:|\n")
	lines := figure.FindAllStringSubmatch(figures, -1)
	if len(lines) == 0 {
		return "", errors.New("there are no figures of topics")
	}
	for _, f := range lines {
		outside := ""
		if f[6] != "" {
			outside = dot(f[6]) + " of " + f[7]
		}
		fmt.Fprintf(&b, "| %s | %s | %s (%s) | %s | %s of %s | %s |\n", f[1], f[2], dot(f[3]), dot(f[4]), dot(f[5]), dot(f[8]), f[9], outside)
	}
	return b.String() + end + after, nil
}

// dot writes a share as the card does: .906 for 0.906.
func dot(share string) string { return strings.TrimPrefix(share, "0") }
