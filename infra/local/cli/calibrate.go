package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
	"github.com/customerai/customerai/shared/insight/text"
)

// folds of the cross-validation.
const folds = 5

// calibrate fits the engine's priors to a file of labelled messages and shows what that is worth on messages that it was not
// fitted to.
func calibrate(ctx context.Context, p Process, args []string) error {
	var out string
	files, err := p.parse("calibrate", args, func(flags *flag.FlagSet) {
		flags.StringVar(&out, "out", "", "file for the offsets, as JSON")
	})
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return errors.New("calibrate: name one CSV file with the columns text and label")
	}
	samples, err := readSamples(ctx, files[0])
	if err != nil {
		return fmt.Errorf("calibrate %s: %w", files[0], err)
	}
	offsets := priors.Fit(samples)
	if offsets == (sentiment.Offsets{}) {
		return fmt.Errorf("calibrate %s: too few messages, or nothing to change: at least %d are needed", files[0], priors.Fewest)
	}
	before, after := priors.CrossValidate(samples, folds)
	p.say(fmt.Sprintf("%d messages; \"after\" is measured on fifths that the offsets were not fitted to.\n", before.Rows))
	p.say("            before   after")
	for _, row := range []struct {
		name          string
		before, after float64
	}{{"accuracy", before.Accuracy, after.Accuracy}, {"macro-F1", before.MacroF1, after.MacroF1}, {"ECE", before.ECE, after.ECE}} {
		p.say(fmt.Sprintf("  %-9s %6.3f  %6.3f", row.name, row.before, row.after))
	}
	if after.MacroF1 <= before.MacroF1 {
		p.say("\nMacro-F1 does not rise: these messages are better read without offsets.")
	}
	encoded, err := json.Marshal(offsets)
	if err != nil {
		return fmt.Errorf("encode offsets: %w", err)
	}
	p.say("\noffsets " + string(encoded))
	if out == "" {
		return nil
	}
	if err := os.WriteFile(out, append(encoded, '\n'), 0o600); err != nil {
		return fmt.Errorf("write offsets: %w", err)
	}
	p.say("Written to " + out)
	return nil
}

// readSamples analyses the messages of a CSV file with a header.
func readSamples(ctx context.Context, path string) (samples []priors.Sample, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows := csv.NewReader(file)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("read its header: %w", err)
	}
	columns := make([]string, len(header))
	for i, name := range header {
		columns[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\uFEFF")))
	}
	textAt, labelAt := slices.Index(columns, "text"), slices.Index(columns, "label")
	if textAt < 0 || labelAt < 0 {
		return nil, errors.New("it lacks the column text or label")
	}
	var d text.Document
	var r sentiment.Result
	for ctx.Err() == nil {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return samples, nil
		}
		if err != nil {
			return nil, err
		}
		label := sentiment.Label(strings.ToUpper(strings.TrimSpace(row[labelAt])))
		switch label {
		case sentiment.Positive, sentiment.Negative, sentiment.Neutral, sentiment.Mixed:
		default:
			line, _ := rows.FieldPos(labelAt)
			return nil, fmt.Errorf("line %d: the label is none of POSITIVE, NEGATIVE, NEUTRAL, MIXED", line)
		}
		d.Reset(row[textAt])
		sentiment.Analyze(&d, &r)
		samples = append(samples, priors.Sample{Scores: r.Scores, Label: label})
	}
	return nil, ctx.Err()
}

// readOffsets returns what calibrate wrote to path, or none for no path.
func readOffsets(path string) (o sentiment.Offsets, err error) {
	if path == "" {
		return o, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(content, &o, json.RejectUnknownMembers(true)); err != nil {
		return o, fmt.Errorf("%s: these are no offsets of 'customerai calibrate'", path)
	}
	for _, v := range []float64{o.Positive, o.Negative, o.Neutral, o.Mixed} {
		if math.Abs(v) > widest {
			return o, fmt.Errorf("%s: an offset is beyond %d", path, widest)
		}
	}
	return o, nil
}

// widest is the largest offset: at it, a class is 20,000 times as likely.
const widest = 10
