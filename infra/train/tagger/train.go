// Package tagger trains the model that finds the names of people and places.
//
// Normal use: Run, from the root of the repository, on a folder that has the rows of the data folder and, in names, the
// pinned sources of the gazetteer.
//
// Its texts are of its own making: phrases.txt and the topics' phrases, filled with names of the lists, written well and
// badly; and messages of the training rows whose publisher put [NAME] where a name was. It never reads the labelled rows
// that detection is measured on. It is single-threaded with fixed seeds: the same sources give the same bytes.
package tagger

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/customerai/customerai/infra/train/pii"
)

//go:embed phrases.txt
var phrasesFile string

const (
	modelPath    = "shared/insight/pii/tagger/model.bin"
	topicPhrases = "infra/train/topics/phrases"
	epochs       = 6
	messages     = 100_000 // composed for each epoch
)

// Run trains the model and writes it where the engine embeds it. The sources of names lie in the folder names of dataDir.
func Run(ctx context.Context, dataDir string, out io.Writer) error {
	texts, err := readCorpus(dataDir)
	if err != nil {
		return fmt.Errorf("train tagger: %w", err)
	}
	plain, err := readPlain(topicPhrases)
	if err != nil {
		return fmt.Errorf("train tagger: %w", err)
	}
	lists, err := pii.ReadLists(ctx, filepath.Join(dataDir, "names"))
	if err != nil {
		return fmt.Errorf("train tagger: %w", err)
	}
	model, err := train(ctx, newComposer(1, sections(phrasesFile), plain, lists), texts, epochs, messages, out)
	if err != nil {
		return fmt.Errorf("train tagger: %w", err)
	}
	if err := os.WriteFile(filepath.FromSlash(modelPath), model, 0o644); err != nil { //nolint:gosec // a source file like any other
		return fmt.Errorf("train tagger: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s: %d bytes\n", modelPath, len(model))
	return err
}

// sections returns the lines of each section of a file of phrases.
func sections(file string) map[string][]string {
	phrases, section := map[string][]string{}, ""
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "# "); ok {
			section = name
		} else if line != "" {
			phrases[section] = append(phrases[section], line)
		}
	}
	return phrases
}

// train fits a chain to texts composed anew for each epoch, and to those that were found.
func train(ctx context.Context, c *composer, texts []string, epochs, messages int, out io.Writer) ([]byte, error) {
	model := newChain()
	for epoch := range epochs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var all []sample
		for range messages {
			all = append(all, composed(c, c.message())...)
		}
		for _, message := range texts {
			all = append(all, found(c, message)...)
		}
		c.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for i := range all {
			model.learn(&all[i])
		}
		if _, err := fmt.Fprintf(out, "epoch %d of %d: %d runs\n", epoch+1, epochs, len(all)); err != nil {
			return nil, err
		}
	}
	return model.export(), nil
}
