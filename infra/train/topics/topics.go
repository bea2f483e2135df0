// Package topics trains and evaluates the topic model that shared/insight/topics embeds.
//
// Normal use, from the repository's root:
//
//	go run ./infra/train topics -data ../shared/data   # writes shared/insight/topics/weights.bin
//	go run ./infra/train eval -data ../shared/data     # prints the figures of docs/models/topics.md
//
// What it learns from is in three places that a person can read and correct: mapping.csv (which topic an intent of the public
// sources is), phrases/ (messages of our own writing for each topic) and the rows of the sources, which are not part of the
// repository. heldback.csv is for evaluation and never trained on. It refuses to train when rows are missing or an intent is not
// mapped, rather than to write a weaker model.
package topics

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/insight/topics"
)

const (
	seed        = 20261124
	weightsFile = "shared/insight/topics/weights.bin"
	folds       = 10 // one in so many groups is left out to calibrate on
)

// Run trains the model on the rows below dataDir and writes it to the source tree it is run in.
func Run(ctx context.Context, dataDir string, out io.Writer) error {
	if _, err := os.Stat(weightsFile); err != nil {
		return fmt.Errorf("run from the repository's root: %w", err)
	}
	examples, err := corpus(dataDir)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "topics: learn from %d examples\n", len(examples)); err != nil {
		return err
	}
	model, err := train(ctx, examples)
	if err != nil {
		return err
	}
	if err := os.WriteFile(weightsFile, model, 0o644); err != nil { //nolint:gosec // a source file, readable by all
		return fmt.Errorf("write topic model: %w", err)
	}
	if err := report(model, dataDir, out); err != nil {
		return err
	}
	if err := withoutSources(ctx, dataDir, out); err != nil {
		return err
	}
	return withoutRegisters(ctx, dataDir, out)
}

// train learns twice: without the left-out groups, to calibrate on them, and then from everything.
func train(ctx context.Context, examples []example) (topics.Model, error) {
	var seen, unseen []example
	for _, e := range examples {
		if leftOut(e.group) {
			unseen = append(unseen, e)
		} else {
			seen = append(seen, e)
		}
	}
	trial, err := learn(ctx, seen, seed)
	if err != nil {
		return nil, err
	}
	calibration := calibrate(trial, unseen)
	final, err := learn(ctx, examples, seed)
	if err != nil {
		return nil, err
	}
	return export(final, calibration)
}

// Eval prints the figures of the embedded model, then those of models that are trained without each of the sources.
func Eval(ctx context.Context, dataDir string, out io.Writer) error {
	if err := report(topics.Embedded(), dataDir, out); err != nil {
		return err
	}
	return withoutSources(ctx, dataDir, out)
}

func report(model topics.Model, dataDir string, out io.Writer) error {
	mapping, err := parseMapping(mappingCSV)
	if err != nil {
		return err
	}
	for _, set := range heldBackSets {
		rows, err := readHeldBack(set.file)
		if err != nil {
			return err
		}
		result := evaluate(model, rows)
		if err := result.print(out, set.name); err != nil {
			return err
		}
	}
	for _, source := range sources {
		rows, err := readRows(dataDir, source.test, mapping)
		if err != nil {
			return err
		}
		result := evaluate(model, rows)
		if err := result.print(out, source.test); err != nil {
			return err
		}
	}
	return nil
}

// withoutSources tells how the phrases and the other sources do on a source that was left out: closer to what customers
// elsewhere will see than any test part of a source that was trained on.
func withoutSources(ctx context.Context, dataDir string, out io.Writer) error {
	mapping, err := parseMapping(mappingCSV)
	if err != nil {
		return err
	}
	for _, source := range sources {
		rows, err := readRows(dataDir, source.test, mapping)
		if err != nil {
			return err
		}
		if err := leaveOut(ctx, dataDir, out, rows, source.test, source.name); err != nil {
			return err
		}
	}
	return nil
}

// registerGroups are left out together: speech and trades that are close would else stand in for each other.
var registerGroups = [][]string{
	{"shop"},
	{"trades", "fashion", "home", "food_health"},
	{"telecom_utilities", "travel", "money", "software_games"},
	{"colloquial", "texting"},
	{"letters"},
	{"outside"},
	{"assistant"},
}

// withoutRegisters tells the same of the registers.
func withoutRegisters(ctx context.Context, dataDir string, out io.Writer) error {
	phrases, err := readPhrases()
	if err != nil {
		return err
	}
	fillers, err := readSlots()
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(seed, 3)) //nolint:gosec // figures must be repeatable
	for _, group := range registerGroups {
		var rows []row
		for i := range phrases {
			if !slices.Contains(group, phrases[i].register) {
				continue
			}
			l := phrases[i].labels
			l.unsure = l.yes &^ (1 << l.topic)
			for range 4 {
				rows = append(rows, row{text: fillers.fill(phrases[i].text, random), labels: l})
			}
		}
		if err := leaveOut(ctx, dataDir, out, rows, strings.Join(group, ", "), group...); err != nil {
			return err
		}
	}
	return nil
}

// leaveOut prints the figures on rows of a model that is trained without what they are from.
func leaveOut(ctx context.Context, dataDir string, out io.Writer, rows []row, name string, without ...string) error {
	examples, err := corpus(dataDir, without...)
	if err != nil {
		return err
	}
	model, err := train(ctx, examples)
	if err != nil {
		return err
	}
	result := evaluate(model, rows)
	return result.print(out, name+", trained without "+strings.Join(without, ", "))
}
