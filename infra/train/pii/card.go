package pii

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// The figures of the card stand between two marks, and what Eval prints is put there.
const (
	cardPath     = "docs/models/pii.md"
	figuresBegin = "<!-- figures: go run ./infra/train pii-card -->\n"
	figuresEnd   = "<!-- end of figures -->"
)

// Card writes the figures of a run into the model card. It is run in the root of the repository.
func Card(ctx context.Context, dataDir string, out io.Writer) error {
	path := filepath.FromSlash(cardPath)
	card, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("write card: %w", err)
	}
	written, err := withFigures(ctx, dataDir, string(card))
	if err != nil {
		return fmt.Errorf("write card: %w", err)
	}
	if err := os.WriteFile(path, []byte(written), 0o644); err != nil { //nolint:gosec // a document like any other
		return fmt.Errorf("write card: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s: %d bytes\n", cardPath, len(written))
	return err
}

// withFigures returns the card with the figures of a run of Eval.
func withFigures(ctx context.Context, dataDir, card string) (string, error) {
	before, rest, begun := strings.Cut(card, figuresBegin)
	_, after, ended := strings.Cut(rest, figuresEnd)
	if !begun || !ended {
		return "", errors.New("the card has no marks for its figures")
	}
	var figures bytes.Buffer
	if err := Eval(ctx, dataDir, &figures); err != nil {
		return "", err
	}
	return before + figuresBegin + "\n```\n" + strings.TrimRight(figures.String(), "\n") + "\n```\n\n" + figuresEnd + after, nil
}
